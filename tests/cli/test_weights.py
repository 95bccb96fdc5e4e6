"""``cmmatch weights``: what it shows, the files it writes, how it ends."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import cmmatch
from cmmatch.cli import run
from cmmatch.synthesis import make_programme

DOCS = Path(__file__).resolve().parents[2] / "docs"
FILES = {"weights.csv", "weights_people.csv", "weights_best.csv", "weights.svg"}


def call(*words):
    return run([str(word) for word in words])


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_shows_what_every_weight_decides(folder, capsys):
    assert call("weights", folder) == 0

    out = capsys.readouterr().out
    for word in ("off", "halved", "doubled", "skills", "learning_orientation", "best mentor"):
        assert word in out
    assert max(map(len, out.splitlines())) <= 80


def test_shows_one_person_with_names(folder, capsys):
    assert call("weights", folder, "--mentee", "p-003") == 0

    out = capsys.readouterr().out
    assert "stays first" in out
    assert max(map(len, out.splitlines())) <= 120
    assert "best now" in out


def test_a_factor_of_ones_own_takes_the_place_of_the_usual_ones(folder, capsys):
    assert call("weights", folder, "--factor", "1.25", "--factor", "1", "--json") == 0

    told = json.loads(capsys.readouterr().out)
    assert [1.0, 1.25] == told["factors"]
    assert {1.0, 1.25} == {row["factor"] for row in told["by_component"]}
    assert {0} == {row["changed"] for row in told["by_component"] if row["factor"] == 1.0}


def test_ranges_are_shown_and_told_when_asked_for(folder, capsys):
    assert call("weights", folder, "--ranges") == 0

    out = capsys.readouterr().out
    assert "before anybody's mentor" in out
    assert max(map(len, out.splitlines())) <= 80
    assert call("weights", folder, "--json", "--ranges") == 0
    told = json.loads(capsys.readouterr().out)
    found = cmmatch.match(cmmatch.read_programme(folder)).weight_ranges
    assert found.columns()["low"] == [row["low"] for row in told["ranges"]]
    for each in found:
        assert all(end in out for end in each.ends())
    assert call("weights", folder, "--json") == 0
    assert "ranges" not in json.loads(capsys.readouterr().out)


def test_ranges_that_are_not_known_are_said_to_be(folder, capsys):
    toml = folder / "programme.toml"
    order = '[objectives]\norder = ["most_matched", "leximin"]\n'
    toml.write_text(toml.read_text(encoding="utf-8") + order, encoding="utf-8")

    assert call("weights", folder, "--ranges") == 0
    assert "No ranges. The range of a weight is known for" in capsys.readouterr().out
    assert call("weights", folder, "--ranges", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ranges"] is None
    assert "here the objectives are most_matched, leximin" in told["no_ranges"]


def test_writes_all_files_and_they_tell_the_same(folder, tmp_path, capsys):
    assert call("weights", folder, "--out", tmp_path / "out", "--json") == 0

    said = capsys.readouterr()
    told, table = json.loads(said.out), rows_of(tmp_path / "out" / "weights.csv")
    assert {each.name for each in (tmp_path / "out").iterdir()} == FILES
    assert [str(row["changed"]) for row in told["by_component"]] == [r["changed"] for r in table]
    people = rows_of(tmp_path / "out" / "weights_people.csv")
    changed = sum(
        row["changed"] == "yes" and (row["component"], float(row["factor"])) == ("skills", 0.5)
        for row in people
    )
    assert [str(changed)] == [
        r["changed"] for r in table if (r["component"], float(r["factor"])) == ("skills", 0.5)
    ]
    assert "Written to" in said.err


def test_quiet_says_nothing_beside_the_files(folder, tmp_path, capsys):
    assert call("weights", folder, "--out", tmp_path / "out", "--quiet") == 0

    assert capsys.readouterr() == ("", "")


def test_the_same_input_gives_the_same_bytes(folder, tmp_path):
    for name in ("one", "two"):
        call("weights", folder, "--out", tmp_path / name, "--quiet")

    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_an_out_folder_among_the_inputs_is_refused_with_2_and_left_alone(folder, capsys):
    before = sorted(folder.iterdir())

    assert call("weights", folder, "--out", folder) == 2
    assert "among the inputs" in capsys.readouterr().err
    assert before == sorted(folder.iterdir())


@pytest.mark.parametrize(
    "words",
    [
        ["--factor", "-1"],  # below nothing
        ["--factor", "nan"],  # no number
        ["--factor", "inf"],  # without end
        ["--factor", "much"],  # a word
        ["--mentee", "p-0003"],  # nobody
    ],
)
def test_wrong_usage_ends_with_2(folder, words, capsys):
    assert call("weights", folder, *words) == 2
    assert "Internal" not in capsys.readouterr().err


def test_faults_end_with_3_and_leave_nothing(folder, tmp_path, capsys):
    text = (folder / "mentors.csv").read_text(encoding="utf-8")
    (folder / "mentors.csv").write_text(text.replace("m-002", "m-001"), encoding="utf-8")

    assert call("weights", folder, "--out", tmp_path / "out") == 3
    assert "[id-twice]" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_says_so_where_no_weight_decides_anything(tmp_path, capsys):
    (tmp_path / "mentors.csv").write_text("id\nm\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id\na\n", encoding="utf-8")

    assert call("weights", tmp_path) == 0
    assert "no weight decides anything" in capsys.readouterr().out
    assert call("weights", tmp_path, "--out", tmp_path / "out", "--quiet") == 0
    assert {each.name for each in (tmp_path / "out").iterdir()} == FILES


@pytest.mark.parametrize("words", [["weights"], ["weights", "--mentee", "p-003"]])
def test_a_terminal_without_blocks_is_served(folder, words):
    script = "import sys; from cmmatch.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, words[0], str(folder), *words[1:]],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )

    assert (0, b"") == (done.returncode, done.stderr)
    assert b"skills" in done.stdout


def test_the_page_shows_what_the_command_prints_and_draws(tmp_path, capsys):
    home = tmp_path / "programme"
    home.mkdir()
    for name, content in make_programme(mentees=200, mentors=80, seed=7).files().items():
        (home / name).write_bytes(content)
    assert call("weights", home, "--out", tmp_path / "out", "--ranges") == 0
    printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    page = (DOCS / "weights.md").read_text(encoding="utf-8")
    blocks = [part.partition("```")[0] for part in page.split("```text\n")[1:]]
    shown = [line for part in blocks if "─" in part for line in part.splitlines()]
    drawn = (DOCS / "pictures" / "weights.svg").read_text(encoding="utf-8")

    assert [line for line in printed if line] == [line for line in shown if line]
    assert drawn == (tmp_path / "out" / "weights.svg").read_text(encoding="utf-8")
