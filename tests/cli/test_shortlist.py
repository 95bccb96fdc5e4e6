"""``cmmatch shortlist``: exit codes, what it prints and where, what it leaves."""

import json

import pytest

from cmmatch.cli import run


def call(*words):
    return run(["shortlist", *(str(word) for word in words)])


def test_it_writes_the_lists_and_says_where(folder, tmp_path, capsys):
    assert call(folder, "--out", tmp_path / "out") == 0

    said = capsys.readouterr()
    assert "Nobody stands on more than 5 lists for each free place." in said.out
    assert "shortlist.csv, shortlist.html, unlisted.csv" in said.err
    assert "wishes already" in said.out
    assert len(list((tmp_path / "out").iterdir())) == 3


def test_json_is_all_that_stands_on_standard_output(folder, tmp_path, capsys):
    assert call(folder, "--out", tmp_path / "out", "--size", 3, "--spread", 1.5, "--json") == 0

    told = json.loads(capsys.readouterr().out)
    assert (3, 1.5) == (told["size"], told["spread"])
    assert told["lists"] == told["full"] + told["shorter"] + told["empty"]


def test_quiet_says_nothing(folder, tmp_path, capsys):
    assert call(folder, "--out", tmp_path / "out", "--quiet", "--seed", 5) == 0

    assert ("", "") == capsys.readouterr()


def test_an_out_folder_among_the_inputs_is_refused_with_2(folder, capsys):
    before = sorted(folder.iterdir())

    assert call(folder, "--out", folder) == 2
    assert "Error:" in capsys.readouterr().err
    assert before == sorted(folder.iterdir())


def test_faults_end_with_3_and_leave_nothing(folder, tmp_path, capsys):
    rows = "mentee_id,mentor_id,rank\np-001,m-001,1\np-001,m-002,1\n"
    (folder / "choices.csv").write_text(rows, encoding="utf-8")

    assert call(folder, "--out", tmp_path / "out") == 3
    assert "[choice-rank-twice]" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "words",
    [
        (),  # nothing to draw from
        ("nowhere", "--out", "x"),  # no such folder
        (".", "--out", "x", "--size", "0"),  # an empty list
    ],
)
def test_wrong_usage_ends_with_2(words):
    assert call(*words) == 2


@pytest.mark.parametrize("spread", ["0.5", "nan", "inf"])
def test_a_spread_below_one_or_without_end_ends_with_2(spread, folder, tmp_path, capsys):
    assert call(folder, "--out", tmp_path / "out", "--spread", spread) == 2
    assert "'spread' must be a number from 1" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
