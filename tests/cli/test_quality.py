"""Data quality on the screen, as JSON and as files."""

import csv
import json

import pytest

import cmmatch
from cmmatch.cli import run
from cmmatch.cli.quality import rule_label

SHEETS = ["ask_again.csv", "blanks.csv", "hours.csv", "spellings.csv", "supply.csv"]


@pytest.fixture
def small(tmp_path):
    home = tmp_path / "small"
    home.mkdir()
    (home / "mentors.csv").write_text(
        "id,skills,capacity,min_mentees\no,negotiation,2,2\np,budgeting,1,0\n", encoding="utf-8"
    )
    (home / "mentees.csv").write_text("id,skills_wanted\ne,negotation\nf,\n", encoding="utf-8")
    return home


def call(*words):
    return run([str(word) for word in words])


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_screen_says_what_is_blank_whom_to_ask_and_what_may_be_one_skill(small, capsys):
    assert call("check", small) == 0
    said = capsys.readouterr().out

    assert "skills_wanted" in said
    assert "Confidence, the mean of all pairs that may meet: 50%" in said
    assert "Whom to ask again" in said
    assert "negotation,negotiation" in said or "negotiation,negotation" in said
    assert "Skills: 1 in short supply" in said


@pytest.fixture
def silent(tmp_path):
    """Ids alone: nobody answers anything."""
    home = tmp_path / "silent"
    home.mkdir()
    for name, person in (("mentors", "o"), ("mentees", "e")):
        (home / f"{name}.csv").write_text(f"id,skills\n{person}1,\n{person}2,\n", "utf-8")
    return home


def test_where_nobody_answers_anything_confidence_is_0_and_every_command_says_why(
    silent, tmp_path, capsys
):
    lots = "Nobody answered anything that can be scored: pairs are decided by lot."
    assert call("check", silent) == 0
    checked = capsys.readouterr().out
    assert "Confidence, the mean of all pairs that may meet: 0%" in checked
    assert lots in checked
    assert call("check", silent, "--json") == 0
    assert 0 == json.loads(capsys.readouterr().out)["quality"]["confidence"]

    assert call("match", silent, "--out", tmp_path / "out") == 0
    assert lots in capsys.readouterr().out
    assert call("explain", tmp_path / "out", "e1") == 0
    assert lots in capsys.readouterr().out
    assert lots in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_nothing_is_said_of_lots_where_something_is_scored(small, capsys):
    (small / "mentors.csv").write_text("id,skills\no,negotiation\n", encoding="utf-8")

    assert call("check", small) == 0
    assert "by lot" not in capsys.readouterr().out


def test_a_required_pair_is_not_said_to_be_decided_by_lot(silent, tmp_path, capsys):
    (silent / "pairs.csv").write_text("mentee_id,mentor_id,kind\ne1,o2,require\n", "utf-8")
    assert call("match", silent, "--out", tmp_path / "out", "--quiet") == 0

    assert call("explain", tmp_path / "out", "e1") == 0
    said = capsys.readouterr().out
    assert "Required in the table of pairs." in said
    assert "by lot" not in said


def test_the_screen_stays_within_a_page_and_a_half(folder, capsys):
    assert call("check", folder) == 0

    assert len(capsys.readouterr().out.splitlines()) <= 110


def test_json_holds_every_row_and_the_same_figures(folder, capsys):
    assert call("check", folder, "--json") == 0
    said = json.loads(capsys.readouterr().out)["quality"]
    quality = cmmatch.check(folder).quality

    assert 168 == len(said["hours"])
    assert len(quality.asks) == len(said["ask_again"])
    assert pytest.approx(1 - sum(said["confidence_lost"].values()), abs=1e-5) == said["confidence"]


def test_the_files_are_written_together(folder, tmp_path):
    assert call("check", folder, "--quality", tmp_path / "out", "--quiet") == 0

    assert SHEETS == sorted(each.name for each in (tmp_path / "out").iterdir())
    quality = cmmatch.check(folder).quality
    assert [each.id for each in quality.asks] == [
        r["id"] for r in rows(tmp_path / "out/ask_again.csv")
    ]
    assert len(quality.blanks.columns) == len(rows(tmp_path / "out/blanks.csv"))


def test_a_statement_too_short_to_compare_is_not_called_blank(small, tmp_path, capsys):
    text = "Leading small teams of engineers"
    (small / "mentors.csv").write_text(f"id,statement\no,{text}\n", encoding="utf-8")
    (small / "mentees.csv").write_text(
        f"id,statement,goals\ne,Debugging,\nf,,\ng,{text},\n", encoding="utf-8"
    )
    assert call("check", small, "--quality", tmp_path / "out") == 0
    blanks = rows(tmp_path / "out/blanks.csv")
    named = {(r["side"], r["column"]): (r["blank"], r["counted"]) for r in blanks}

    assert "statement (blank or too short)" in " ".join(capsys.readouterr().out.split())
    assert ("2", "blank or too short") == named["mentee", "statement"]
    assert ("3", "blank") == named["mentee", "goals"]
    assert "statement (blank or too short)" in cmmatch.check(small).quality._repr_html_()


def test_the_inputs_are_refused_as_a_place_for_files(folder, capsys):
    before = sorted(folder.iterdir())

    assert call("check", folder, "--quality", folder) != 0
    assert "must not lie among the inputs" in capsys.readouterr().err
    assert before == sorted(folder.iterdir())


def test_nothing_is_written_while_there_are_faults(small, tmp_path, capsys):
    (small / "mentees.csv").write_text("id\ne\ne\n", encoding="utf-8")

    assert call("check", small, "--quality", tmp_path / "out") == 3
    assert "Nothing was written" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_minimum_load_out_of_reach_is_said_before_match_fails(small, tmp_path, capsys):
    (small / "mentees.csv").write_text("id,skills_wanted\ne,negotiation\n", encoding="utf-8")
    said = (
        "mentors.csv, row 2, column 'min_mentees': o must have at least 2, but only 1 who want "
        "somebody may meet this mentor. Lower the number, or relax a hard rule."
    )
    assert call("check", small) == 4

    assert f"Minimum load out of reach: {said}" in capsys.readouterr().out
    assert not cmmatch.check(small).ok
    assert call("check", small, "--json") == 4
    assert not json.loads(capsys.readouterr().out)["ok"]
    assert call("match", small, "--out", tmp_path / "out", "--quiet") == 4
    # Folded to the width of a terminal.
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_minimum_load_is_found_by_its_row_and_its_own_heading(small, tmp_path, capsys):
    (small / "mentors.csv").write_text(
        "id,skills,Least,capacity\n\np,budgeting,,1\no,negotiation,2,2\n", encoding="utf-8"
    )
    (small / "programme.toml").write_text('[columns.mentors]\nmin_mentees = "Least"\n', "utf-8")
    (small / "mentees.csv").write_text("id,skills_wanted\ne,negotiation\n", encoding="utf-8")

    assert call("match", small, "--out", tmp_path / "out", "--quiet") == 4
    assert "mentors.csv, row 4, column 'Least': o must have" in capsys.readouterr().err


def test_faults_come_before_a_minimum_load_out_of_reach(small):
    (small / "mentees.csv").write_text("id\ne\ne\n", encoding="utf-8")

    assert call("check", small) == 3


def test_frames_and_notebooks_show_the_same(small):
    report = cmmatch.check(small)

    assert ["f"] == list(report.quality.frame("ask_again").id)
    assert "skills_wanted" in report._repr_html_()


def test_protected_columns_and_traits_are_nowhere(small, tmp_path, capsys):
    (small / "programme.toml").write_text('[privacy]\nprotected = ["gender"]\n', encoding="utf-8")
    (small / "mentees.csv").write_text(
        "id,skills_wanted,gender,openness,consent_personality\n"
        "e,negotiation,zzsecret,1.25,yes\nf,,,,no\n",
        encoding="utf-8",
    )
    (small / "mentors.csv").write_text(
        "id,skills,openness,consent_personality\no,negotiation,4.75,yes\n", encoding="utf-8"
    )
    assert call("check", small, "--json", "--quality", tmp_path / "out") == 0
    said = json.dumps(json.loads(capsys.readouterr().out)["quality"])
    written = "".join(each.read_text("utf-8-sig") for each in (tmp_path / "out").iterdir())

    assert "no consent or no answers" in said
    assert ["skills_wanted"] == [each["ask"] for each in rows(tmp_path / "out/ask_again.csv")]
    for secret in ("gender", "zzsecret", "openness", "1.25", "4.75"):
        assert secret not in said
        assert secret not in written


def test_a_rule_from_elsewhere_shows_its_name():
    assert "own_rule" == rule_label("own_rule", hours=1)
    assert "minimum_overlap: less than 2 common free hours a week" == rule_label(
        "minimum_overlap", hours=2
    )
