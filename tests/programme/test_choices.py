"""Choices: a filled shortlist becomes wishes and declined pairs of the mentees."""

import numpy as np
import openpyxl
import pytest

from cmmatch.programme.loading import load, load_frames

PEOPLE = {"id": ["A1", "A2", "A3"]}, {"id": ["E1", "E2"]}


def chosen(rows, **more):
    columns = ("mentee_id", "mentor_id", "rank", "decline")
    table = {name: [row[k] for row in rows] for k, name in enumerate(columns)}
    return load_frames(*PEOPLE, choices=table, **more)


def told(loaded):
    """Each request as people would say it."""
    programme, requests = loaded.programme, loaded.programme.requests
    return [
        (
            programme.mentees.ids[requests.mentee[k]],
            programme.mentors.ids[requests.mentor[k]],
            requests.kind[k],
            None if np.isnan(requests.rank[k]) else requests.rank[k],
            requests.by[k],
        )
        for k in range(len(requests))
    ]


def codes(loaded):
    return [fault.code for fault in loaded.faults]


def test_ranks_are_wishes_and_crosses_decline():
    loaded = chosen([("E1", "A1", "2", ""), ("E1", "A2", "", "x"), ("E1", "A3", "1.0", "")])

    assert [] == codes(loaded)
    assert [
        ("E1", "A1", "prefer", 2, "mentee"),
        ("E1", "A2", "declined", None, "mentee"),
        ("E1", "A3", "prefer", 1, "mentee"),
    ] == told(loaded)


@pytest.mark.parametrize("cross", ["x", "X", "✗", "yes", "Declined", "TRUE"])
def test_a_cross_may_be_made_in_several_ways(cross):
    assert [("E1", "A1", "declined", None, "mentee")] == told(chosen([("E1", "A1", "", cross)]))


def test_blank_rows_say_nothing_whoever_they_name():
    """People who have left since, and rows that stand twice, are no fault while nothing is said."""
    loaded = chosen([("E1", "A1", "", ""), ("gone", "A1", "", "no"), ("E1", "A1", "", "")])

    assert ([], []) == (codes(loaded), told(loaded))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("E1", "A1", "0", "")], "rank-not-whole"),
        ([("E1", "A1", "1.5", "")], "rank-not-whole"),
        ([("E1", "A1", "1", ""), ("E1", "A2", "1", "")], "choice-rank-twice"),
        ([("E1", "A1", "1", "x")], "choice-rank-and-decline"),
        ([("E1", "A1", "1", ""), ("E1", "A1", "2", "")], "choice-twice"),
        ([("E9", "A1", "1", "")], "pair-unknown-mentee"),
        ([("E1", "A9", "1", "")], "pair-unknown-mentor"),
        ([("", "A1", "1", "")], "pair-blank"),
        ([("E1", "A1", "", "1")], "decline-unclear"),  # it may be a rank in the wrong column
    ],
)
def test_what_cannot_be_meant_is_a_fault_of_its_row(rows, code):
    loaded = chosen(rows)

    assert [code] == codes(loaded)
    assert len(rows) - 1 == next(iter(loaded.faults)).row
    assert len(rows) - 1 == len(told(loaded))


def test_two_mentees_may_give_the_same_rank():
    assert [] == codes(chosen([("E1", "A1", "1", ""), ("E2", "A1", "1", "")]))


@pytest.mark.parametrize(
    ("pair", "choice", "contradicts"),
    [
        (("E1", "A1", "require", "", ""), ("E1", "A1", "", "x"), True),
        (("E1", "A1", "forbid", "", ""), ("E1", "A1", "1", ""), True),
        (("E1", "A1", "declined", "", "mentor"), ("E1", "A1", "1", ""), True),
        (("E1", "A1", "avoid", "", "mentee"), ("E1", "A1", "1", ""), True),
        (("E1", "A1", "keep", "", "manager"), ("E1", "A1", "", "x"), True),
        (("E1", "A1", "avoid", "", ""), ("E1", "A1", "1", ""), True),  # nobody else asked for it
        (("E1", "A1", "prefer", "", "mentee"), ("E1", "A1", "", "x"), False),
        (("E1", "A1", "prefer", "2", "mentee"), ("E1", "A1", "1", ""), False),
        (("E1", "A2", "prefer", "1", "mentee"), ("E1", "A1", "1", ""), False),
        (("E1", "A1", "require", "", ""), ("E1", "A1", "1", ""), False),
        (("E1", "A1", "forbid", "", ""), ("E1", "A1", "", "x"), False),
        (("E1", "A1", "avoid", "", "mentor"), ("E1", "A1", "1", ""), False),
        (("E1", "A1", "prefer", "1", "mentee"), ("E1", "A1", "1", ""), False),
        (("E1", "A2", "prefer", "1", "mentor"), ("E1", "A1", "1", ""), False),
        (("E2", "A1", "prefer", "1", "mentee"), ("E1", "A1", "1", ""), False),
    ],
)
def test_a_choice_must_not_contradict_the_table_of_pairs(pair, choice, contradicts):
    columns = ("mentee_id", "mentor_id", "kind", "rank", "by")
    pairs = {name: [pair[k]] for k, name in enumerate(columns)}
    loaded = chosen([choice], pairs=pairs)

    assert (["choice-contradicts"] if contradicts else []) == [f.code for f in loaded.faults.faults]


def pairs_of(rows):
    columns = ("mentee_id", "mentor_id", "kind", "rank", "by")
    return {name: [row[k] for row in rows] for k, name in enumerate(columns)}


def test_who_ranks_anybody_speaks_anew_and_one_note_counts_what_is_replaced():
    """Only wishes of the mentee in person go; vetoes and what others ask stay."""
    others = [
        ("E1", "A3", "prefer", 1.0, "mentor"),
        ("E1", "A3", "prefer", 1.0, "manager"),
        ("E1", "A2", "avoid", None, "mentee"),
        ("E2", "A1", "prefer", 1.0, "mentee"),
    ]
    own = [("E1", "A2", "prefer", "1", "mentee"), ("E1", "A3", "prefer", "2", "")]
    pairs = pairs_of(own + [(*row[:3], row[3] or "", row[4]) for row in others])
    loaded = chosen([("E1", "A1", "1", "")], pairs=pairs)

    assert sorted([("E1", "A1", "prefer", 1.0, "mentee"), *others], key=str) == sorted(
        told(loaded), key=str
    )
    (note,) = [each for each in loaded.faults if each.code != "wish-contradicts"]
    assert "choices-replace-wishes" == note.code
    assert "here of 1 mentee with 2 rows." in note.problem


def test_a_cross_takes_the_place_of_a_wish_for_the_same_mentor_and_of_no_other():
    wishes = [("E1", "A1", "prefer", "1", "mentee"), ("E1", "A2", "prefer", "2", "mentee")]
    loaded = chosen([("E1", "A1", "", "x")], pairs=pairs_of(wishes))

    assert [
        ("E1", "A1", "declined", None, "mentee"),
        ("E1", "A2", "prefer", 2, "mentee"),
    ] == told(loaded)
    assert ["choices-replace-wishes"] == codes(loaded)


def test_a_contradiction_names_the_two_both_rows_and_who_says_what():
    pairs = pairs_of(
        [("E2", "A1", "forbid", "", ""), ("E1", "A2", "avoid", "", "mentee")],
    )
    loaded = chosen([("E1", "A1", "1", ""), ("E1", "A2", "2", "")], pairs=pairs)
    (fault,) = loaded.faults

    assert (1, "rank") == (fault.row, fault.column)
    assert (
        "the mentee 'E1' gives the mentor 'A2' rank 2 in row 1 here, and row 1 of pairs says "
        "'avoid' of the same two by the mentee."
    ) in fault.problem


@pytest.mark.parametrize("name", ["choices", "shortlist", "Choices"])
def test_the_sheet_may_come_back_from_excel_under_a_usual_name(name, tmp_path):
    (tmp_path / "programme.toml").write_text("", encoding="utf-8")
    (tmp_path / "mentors.csv").write_text("id\nA1\nA2\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id\nE1\n", encoding="utf-8")
    book = openpyxl.Workbook()
    book.active.append(["mentee_id", "mentee", "mentor_id", "mentor", "rank", "decline", "reason"])
    book.active.append(["E1", "Ann", "A1", "Max", 1, None, "Can teach SQL."])
    book.active.append(["E1", "Ann", "A2", "Eva", None, "x", "'=1+1"])
    book.save(tmp_path / f"{name}.xlsx")
    loaded = load(tmp_path)

    assert [] == codes(loaded)
    assert ["prefer", "declined"] == loaded.programme.requests.kind.tolist()


def test_the_settings_may_name_the_file_and_its_columns(tmp_path):
    toml = '[files]\nchoices = "back/ranked.csv"\n[columns.choices]\nrank = "Platz"\n'
    (tmp_path / "programme.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "mentors.csv").write_text("id\nA1\n", encoding="utf-8")
    (tmp_path / "mentees.csv").write_text("id\nE1\n", encoding="utf-8")
    (tmp_path / "back").mkdir()
    rows = "mentee_id;mentor_id;Platz\nE1;A1;1\n"
    (tmp_path / "back" / "ranked.csv").write_text(rows, encoding="utf-8")

    assert [("E1", "A1", "prefer", 1, "mentee")] == told(load(tmp_path))


def test_a_choice_changes_the_fingerprint():
    one, other = (chosen([("E1", "A1", rank, "")]).programme for rank in ("1", "2"))

    assert one.fingerprint != other.fingerprint
