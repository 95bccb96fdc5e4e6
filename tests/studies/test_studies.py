"""The studies as people run them: blanks, twins, tables with their origin."""

import json

import numpy as np
import pytest
from studies.__main__ import main
from studies.blanking import ANSWERS, blanked, emptied, fewer_wishes
from studies.cases import Size, world_programme
from studies.planting import plant_twins, statement_of_twin
from studies.recovery import reciprocal_ranks, recover

from studies import goals

OTHERS = {"country": ("NL", "IN", "DE"), "work_mode": ("Remote", "Hybrid", "")}
ITEMS = {f"{letter}{k}": ("2", "3", "4") for letter in "ACENO" for k in range(1, 6)}
MENTORS = {
    "id": ("m1", "m2", "m3"),
    "timezone": ("Europe/Berlin", "Asia/Kolkata", "Europe/Berlin"),
    "skills": ("Go; Rust; SQL", "Java; C++; Perl; R", "COBOL"),
    "statement": ("all of it", "none of it", ""),
    "years_experience": ("30", "25", "21"),
    "availability": ("Mon 09:00-12:00; Tue 09:00-12:00", "Fri 09:00-10:00", ""),
    **OTHERS,
    **dict.fromkeys(ITEMS, ("5", "6", "5")),
}
MENTEES = {
    "id": ("p1", "p2", "p3"),
    "timezone": ("Europe/Paris", "Europe/Paris", "Europe/Rome"),
    "skills": ("HTML", "", ""),
    "skills_wanted": ("Haskell; Lisp; Scheme; Prolog", "", "Ada"),
    "statement": ("one two three four five six seven eight", "", "few words"),
    "years_experience": ("3", "4", ""),
    "availability": ("Wed 09:00-12:00; Thu 09:00-12:00", "", "Mon 08:00-09:00"),
    **OTHERS,
    **ITEMS,
}


def row(table, label):
    k = table["id"].index(label)
    return {name: column[k] for name, column in table.items()}


def split(cell):
    return {each for each in cell.split("; ") if each}


def test_a_twin_is_made_of_one_mentee_and_one_host_question_by_question():
    taken = 0
    for seed in range(20):
        mentors, mentees, planted = plant_twins(MENTORS, MENTEES, count=2, seed=seed)
        assert {"p1": "twin-p1", "p3": "twin-p3"} == planted
        assert MENTORS["id"] == mentors["id"][:3]
        twin, mentee, before = row(mentors, "twin-p1"), row(mentees, "p1"), row(MENTEES, "p1")
        wished = split(before["skills_wanted"])
        hosts = [split(cell) for cell in MENTORS["skills"]]
        own = split(twin["skills"]) - wished
        taken += len(split(twin["skills"]) & wished)

        assert any(own <= host for host in hosts)
        assert 8 <= float(twin["years_experience"]) <= 18
        assert before["timezone"] == twin["timezone"]
        assert 1 == len(split(twin["availability"]) & split(before["availability"]))
        words = [*twin["statement"].split(), *mentee["statement"].split()]
        assert sorted(before["statement"].split()) == sorted(words)
        assert all(twin[item] in ("2", "5", "6") for item in ITEMS)
        unchanged = {k: v for k, v in mentee.items() if k != "statement"}
        assert {k: v for k, v in before.items() if k != "statement"} == unchanged
    assert 0.5 < taken / (20 * 4) < 0.83


@pytest.mark.parametrize(
    ("wrote", "said"),
    [
        ("", "not compared"),
        ("few words", "the host's"),
        ("a b c d e f g h", "half of the mentee's"),
    ],
)
def test_what_the_statement_of_a_twin_is_follows_from_what_the_mentee_wrote(wrote, said):
    mentees = {name: cells[:1] for name, cells in MENTEES.items()} | {"statement": (wrote,)}
    mentors, after, _ = plant_twins(MENTORS, mentees, count=1, seed=1)
    twin, left = row(mentors, "twin-p1")["statement"], after["statement"][0]

    assert said == statement_of_twin(wrote)
    assert (twin in MENTORS["statement"]) == (said != "half of the mentee's")
    assert (left == wrote) == (said != "half of the mentee's")


def test_one_part_of_goals_alone_is_ranked_with_its_share_and_in_full(monkeypatch):
    monkeypatch.setattr(goals, "worlds", lambda: ("noisy",))
    monkeypatch.setattr(goals, "SHARES", (0.2,))
    size = Size(mentees=40, mentors=15)
    rows = {each["only"]: each for each in goals.parts([1], size)}
    programme, planted = world_programme(
        "noisy", share=0.2, seed=1, size=size, empty=("goals", "goals_achieved")
    )
    found = recover(programme, planted)

    assert {"categories", "statements"} == set(rows)
    assert not any(programme.mentors.goals.counts)
    assert any(programme.mentors.statement)
    assert round(found.whole.mrr, 4) == rows["statements"]["whole score"]
    assert round(found.alone["goals"].mrr, 4) == rows["statements"]["goals alone"]
    assert rows["statements"]["in full"] != rows["statements"]["whole score"]


def test_a_column_that_nobody_fills_in_is_blank_and_others_stay():
    table = {"goals": ("a", "b"), "statement": ("c", "")}

    assert {"goals": ("", ""), "statement": ("c", "")} == emptied(table, ("goals",))


def test_planting_leaves_everybody_else_as_they_are():
    mentors, mentees, _ = plant_twins(MENTORS, MENTEES, count=1, seed=3)

    assert all(row(MENTORS, label) == row(mentors, label) for label in MENTORS["id"])
    assert row(MENTEES, "p2") == row(mentees, "p2")


def test_more_blanks_hold_all_that_fewer_blanks_held():
    table = {"id": tuple(map(str, range(400))), "goals": ("lead",) * 400, "team": ("A",) * 400}
    some, half = (np.array(blanked(table, share, seed=1)["goals"]) == "" for share in (0.2, 0.5))

    assert table == blanked(table, 0.0, seed=1)
    assert (half | ~some).all()
    assert 0.15 < some.mean() < 0.25
    assert 0.44 < half.mean() < 0.56
    assert ("A",) * 400 == blanked(table, 0.5, seed=1)["team"]
    assert "id" not in ANSWERS


def test_only_wishes_are_left_out_of_the_pairs():
    kinds = ("prefer", "require", "avoid", "forbid", "prefer")

    assert {"kind": ("require", "forbid")} == fewer_wishes({"kind": kinds}, 1.0, seed=1)
    assert {"kind": kinds} == fewer_wishes({"kind": kinds}, 0.0, seed=1)


def test_equals_share_their_ranks_and_who_is_not_eligible_has_none():
    nan = np.nan
    scores = np.array([[1.0, 1, 1, 1], [5, 4, 4, nan], [1, 2, nan, nan]])

    expected = [(1 + 1 / 2 + 1 / 3 + 1 / 4) / 4, (1 / 2 + 1 / 3) / 2, 1.0]
    assert expected == pytest.approx(reciprocal_ranks(scores, np.array([2, 1, 1])))


def test_the_tables_say_where_they_come_from(tmp_path, capsys):
    arguments = ["--seeds", "1", "--mentees", "30", "--mentors", "12", "--twins", "5"]
    (tmp_path / "data").mkdir()
    for name, table in (("mentors", MENTORS), ("mentees", MENTEES)):
        rows = [table, *zip(*table.values(), strict=True)]
        text = "".join(",".join(f'"{cell}"' for cell in cells) + "\n" for cells in rows)
        (tmp_path / "data" / f"{name}.csv").write_text(text)
    extra = ["--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")]

    assert 0 == main([*arguments, *extra])
    whole = json.loads((tmp_path / "out" / "score.json").read_text())
    printed = capsys.readouterr().out

    assert whole["about"]["command"].startswith("python3 run.py studies --seeds 1 --mentees 30")
    assert [1] == whole["about"]["seeds"]
    assert {"cmmatch", "numpy", "scipy", "python"} < set(whole["about"])
    assert {"score.json", "score.csv", "silence.csv", "score.md"} == {
        path.name for path in (tmp_path / "out").iterdir()
    }
    for world in ("threshold", "impersonal", "developers_2025"):
        assert f"| {world} | 50% |" in printed
    for part in ("categories", "statements"):
        assert f"| noisy | 20% | {part} |" in printed
    twins = [each for each in whole["goals"]["twins"] if each["encoder"] == "tfidf"]
    assert ["half of the mentee's", "the host's"] * 3 == [
        each["statement of the twin"] for each in twins
    ]
    ranked = [
        each["mentees"]
        for each in whole["ranks"]
        if (each["case"], each["ranked by"]) == ("developers_2025", "whole score")
    ]
    assert ranked == [sum(each["mentees"] for each in twins[k : k + 2]) for k in (0, 2, 4)]


def test_real_people_who_are_not_there_are_left_out_with_a_reason(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CMMATCH_SHARED", str(tmp_path / "nowhere"))
    arguments = ["--seeds", "1", "--mentees", "20", "--mentors", "10", "--out", str(tmp_path)]

    assert 0 == main(arguments)
    said = capsys.readouterr()
    assert "developers_2025 is left out: there is no folder" in said.err
    assert "developers_2025" not in said.out


def test_a_folder_that_is_named_must_be_there(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["--data", str(tmp_path / "nowhere"), "--out", str(tmp_path)])
    assert "--data must name a folder" in capsys.readouterr().err
