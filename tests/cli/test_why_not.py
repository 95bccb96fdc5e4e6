"""What the command line says where there is no matching, or nobody for somebody."""

import csv
import json

import pytest

from cmmatch.cli import run

LIMITS = """
[[limits]]
name = "Hours of Operations"
where = { department = "Operations" }
max_hours_per_month = 2

[[limits]]
name = "Operations teaches"
where = { department = "Operations" }
min = 3
"""


@pytest.fixture
def crowded(tmp_path):
    """Three who must have two each, of whom any two could; four speak their language."""
    home = tmp_path / "crowded"
    home.mkdir()
    mentors = ["id,name,capacity,min_mentees,languages,department"]
    mentors += [
        f"o{k},Ada the {k}th of a very long name indeed,2,2,en,Operations" for k in range(3)
    ]
    mentees = ["id,languages", *(f"e{k},{'en' if k < 4 else 'fr'}" for k in range(8))]
    (home / "mentors.csv").write_text("\n".join(mentors), encoding="utf-8")
    (home / "mentees.csv").write_text("\n".join(mentees), encoding="utf-8")
    return home


@pytest.fixture
def limited(crowded):
    """Nobody must have anybody, but two limits cannot both be kept."""
    table = (crowded / "mentors.csv").read_text(encoding="utf-8")
    (crowded / "mentors.csv").write_text(table.replace(",2,2,", ",2,0,"), encoding="utf-8")
    (crowded / "programme.toml").write_text(LIMITS, encoding="utf-8")
    return crowded


def call(*arguments):
    return run([str(each) for each in arguments])


def test_conflict_and_changes_fit_in_80_columns(crowded, tmp_path, capsys):
    assert 4 == call("match", crowded, "--out", tmp_path / "out")

    said = capsys.readouterr().err
    assert all(len(line) <= 80 for line in said.splitlines())
    told = " ".join(said.split())
    assert "must have at least 6 in all (their minimum loads) but can have at most 4" in told
    assert "only e0, e1, e2 and e3 may be with any of them." in told
    assert (
        "- With the minimum load of Ada the 0th of a very long name indeed (o0) at 0, not 2, all "
        "rules can be kept: 4 pairs." in told
    )
    assert (
        "- With the hard rule 'no common language' lifted, all rules can be kept: 6 pairs." in told
    )


def test_json_carries_conflicts_and_changes(limited, tmp_path, capsys):
    assert 4 == call("match", limited, "--out", tmp_path / "out", "--json")

    found = json.loads(capsys.readouterr().out)["why_not"]
    (conflict,) = found["conflicts"]
    assert ["Hours of Operations", "Operations teaches"] == sorted(
        each["rule"] for each in conflict["requirements"]
    )
    assert conflict["irreducible"]
    assert [(2.0, "Operations teaches"), (4.0, "Hours of Operations")] == [
        (change["size"], change["steps"][0]["rule"]) for change in found["changes"]
    ]


def test_a_matching_has_no_why_not_and_says_whose_place_would_help(crowded, tmp_path, capsys):
    table = (crowded / "mentors.csv").read_text(encoding="utf-8")
    (crowded / "mentors.csv").write_text(table.replace(",2,2,", ",1,0,"), encoding="utf-8")

    assert 0 == call("match", crowded, "--out", tmp_path / "out")
    assert "The place that would help most: one more with Ada the" in (
        out := capsys.readouterr().out
    )
    assert "; 1 of the 5 who wait could use it." in out
    assert "why_not" not in json.loads((tmp_path / "out" / "summary.json").read_text())
    first, *rows = (tmp_path / "out" / "unmatched.csv").read_text(encoding="utf-8-sig").splitlines()
    assert '"cheapest_change","helps"' in first
    assert 5 == len(rows)
    assert 1 == sum("one more place with Ada" in row and "lift" not in row for row in rows)
    assert 4 == sum("lift the hard rule 'no common language'" in row for row in rows)


def test_explain_from_the_folder_says_the_same_change(crowded, tmp_path, capsys):
    table = (crowded / "mentors.csv").read_text(encoding="utf-8")
    (crowded / "mentors.csv").write_text(table.replace(",2,2,", ",1,0,"), encoding="utf-8")
    assert 0 == call("match", crowded, "--out", tmp_path / "out", "--quiet")
    with (tmp_path / "out" / "unmatched.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    assert 5 == len(rows)
    for row in rows:
        assert 0 == call("explain", tmp_path / "out", row["mentee_id"])
        assert f"Cheapest change: {row['cheapest_change']}" in capsys.readouterr().out
