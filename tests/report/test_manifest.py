"""The manifest: enough to make the results again, nothing that differs between two such runs."""

import getpass
import hashlib
import json
import sys
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from cmmatch.assignment.result import StageOutcome
from cmmatch.programme.config import Config
from cmmatch.programme.files import InputFile
from cmmatch.report.manifest import manifest, to_json, versions

MENTORS = InputFile("mentors.csv", "a" * 64, Path("/home/somebody/programme/mentors.csv"))
MENTEES = InputFile("mentees.csv", "b" * 64, Path("/home/somebody/programme/mentees.csv"))
OUTPUTS = {"report.html": b"page", "matching.csv": b"pairs"}


def made(**changes):
    given = {
        "seed": 7,
        "settings": Config.model_validate({}).model_dump(mode="json"),
        "fingerprint": "f" * 64,
        "inputs": [MENTORS, MENTEES],
        "weights": {"skills": 25.0, "goals": 20.0},
        "neutral": {"skills": 0.5, "goals": 0.412},
        "stages": [
            StageOutcome("most_matched", 60, 60, proven=True),
            StageOutcome("total_score", 43_218_000, None, proven=False),
        ],
        "outputs": OUTPUTS,
    }
    return manifest("Engineering", **{**given, **changes})


def test_it_names_what_went_in_and_what_came_out():
    said = json.loads(to_json(made()))

    assert said["programme"] == "Engineering"
    assert said["seed"] == 7
    assert said["fingerprint"] == "f" * 64
    assert [row["name"] for row in said["inputs"]] == ["mentees.csv", "mentors.csv"]
    assert said["outputs"] == [
        {"name": name, "sha256": hashlib.sha256(OUTPUTS[name]).hexdigest()}
        for name in ("matching.csv", "report.html")
    ]
    assert said["settings"]["eligibility"]["line_manager_levels"] == 2
    assert said["neutral"] == {"goals": 0.412, "skills": 0.5}
    assert said["weights"] == {"goals": 20.0, "skills": 25.0}


def test_the_objectives_keep_their_order_and_a_missing_bound_stays_missing():
    said = json.loads(to_json(made()))

    assert said["objectives"] == [
        {"name": "most_matched", "value": 60, "bound": 60, "proven": True},
        {"name": "total_score", "value": 43_218_000, "bound": None, "proven": False},
    ]


def test_it_names_the_versions_that_can_change_an_answer():
    known = versions()

    assert known["python"] == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert {"cmmatch", "numpy", "ortools", "pandas", "python", "scipy"} == set(known)
    assert known["numpy"] == metadata.version("numpy")


def test_the_order_in_which_things_are_given_changes_no_byte():
    turned = made(
        inputs=[MENTEES, MENTORS],
        weights={"goals": 20.0, "skills": 25.0},
        outputs=dict(reversed(OUTPUTS.items())),
    )

    assert to_json(made()) == to_json(turned)


def test_no_folder_no_user_and_no_time_is_in_it():
    text = to_json(made()).decode()

    assert "somebody" not in text
    assert str(Path.cwd()) not in text
    assert str(Path.home()) not in text
    assert f'"{getpass.getuser()}"' not in text
    assert set(json.loads(text)) == {
        "fingerprint",
        "inputs",
        "neutral",
        "objectives",
        "outputs",
        "programme",
        "seed",
        "settings",
        "versions",
        "weights",
    }


def test_json_has_sorted_keys_two_spaces_and_a_newline_at_the_end():
    assert to_json({"b": [1], "a": "é"}) == '{\n  "a": "é",\n  "b": [\n    1\n  ]\n}\n'.encode()


def test_numpy_numbers_are_written_as_plain_ones():
    assert to_json({"a": np.int64(3), "b": np.float32(0.5)}) == b'{\n  "a": 3,\n  "b": 0.5\n}\n'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float64("nan")])
def test_a_number_that_json_does_not_have_is_refused(value):
    with pytest.raises(ValueError, match="Out of range"):
        to_json({"a": value})


def test_a_value_of_another_kind_is_refused():
    with pytest.raises(TypeError, match="Given: "):
        to_json({"a": Path("x")})
