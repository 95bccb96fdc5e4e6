"""An earlier result is taken up under the version of the score it was made with, or refused."""

import json

import pytest

import cmmatch
from cmmatch import api
from cmmatch.errors import InputFaults
from cmmatch.synthesis import make_programme


@pytest.fixture
def results(tmp_path):
    home = tmp_path / "programme"
    home.mkdir()
    for name, content in make_programme(mentees=20, mentors=8, seed=4).files().items():
        (home / name).write_bytes(content)
    with (home / "programme.toml").open("a", encoding="utf-8") as toml:
        toml.write('\n[scoring]\npreset = "leadership"\nversion = 1\n')
    cmmatch.match(cmmatch.read_programme(home)).write(tmp_path / "out")
    return tmp_path / "out"


def manifest_of(results):
    return json.loads((results / "manifest.json").read_text(encoding="utf-8"))


def rewrite(results, **settings):
    manifest = manifest_of(results)
    manifest["settings"].update(settings)
    (results / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_the_manifest_says_the_version_and_the_preset_also_where_they_are_the_defaults(
    results, tmp_path
):
    made = make_programme(mentees=6, mentors=3, seed=1)
    programme = cmmatch.Programme.from_frames(made.mentors, made.mentees, config=made.config)
    cmmatch.match(programme).write(tmp_path / "plain")

    assert {"preset": "leadership", "version": 1} == manifest_of(results)["settings"]["scoring"]
    plain = manifest_of(tmp_path / "plain")["settings"]["scoring"]
    assert {"preset": "career", "version": 1} == plain


def test_an_earlier_result_keeps_its_preset_when_the_settings_have_moved_on(results, tmp_path):
    toml = tmp_path / "programme" / "programme.toml"
    before = manifest_of(results)
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace('"leadership"', '"onboarding"'), encoding="utf-8")
    earlier = api.read_result(results)

    assert "leadership" == earlier.scored.programme.config.scoring.preset
    weights = dict(zip(earlier.scored.names, earlier.scored.weights.tolist(), strict=True))
    assert before["weights"] == weights


@pytest.mark.parametrize("version", [2, 0, "1", None])
def test_a_result_of_another_version_of_the_score_is_refused_by_name(results, version):
    rewrite(results, scoring={"preset": "leadership", "version": version})

    with pytest.raises(InputFaults, match=r"knows: 1\..*cmmatch that made them") as caught:
        api.read_result(results)
    (fault,) = caught.value.faults
    assert ("results-version", str(version)) == (fault.code, fault.value)
    assert cmmatch.__version__ in fault.remedy


@pytest.mark.parametrize(
    "settings",
    [
        {"scoring": {"preset": "lederhosen", "version": 1}},  # a preset that never was
        {"scoring": 3},  # no table
        {"weights": {"skills": -1}},  # a weight below nothing
    ],
)
def test_settings_that_were_not_written_so_are_refused(results, settings):
    rewrite(results, **settings)

    with pytest.raises(InputFaults, match="manifest-unreadable"):
        api.read_result(results)


def test_an_earlier_result_says_what_its_weights_decide_as_it_did_when_it_was_new(tmp_path):
    """With the neutral values of the manifest: with others, other people are the best."""
    home, out = tmp_path / "programme", tmp_path / "out"
    home.mkdir()
    for name, content in make_programme(mentees=20, mentors=8, seed=4, blanks=0.3).files().items():
        (home / name).write_bytes(content)
    fresh = cmmatch.match(cmmatch.read_programme(home))
    fresh.write(out)
    asked = {"factors": [0.25, 3], "size": 3}

    for how in ({}, asked):
        then, now = fresh.sensitivity(**how), api.read_result(out).sensitivity(**how)
        for columns in ("component_columns", "person_columns", "best_columns"):
            assert repr(getattr(then, columns)()) == repr(getattr(now, columns)())
    assert 3 == now.size
    assert any(then.component_columns()["changed"])

    manifest = manifest_of(out)
    manifest["neutral"] = dict.fromkeys(manifest["neutral"], 1.0)
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    other = api.read_result(out).sensitivity(**asked)
    assert then.person_columns() != other.person_columns()
