"""Pairs made although somebody would rather not, and who got whom they named."""

import csv
import json

import pytest
from hypothesis import given, settings
from tests.analysis.test_sentences import matched, tables

import cmmatch
from cmmatch import Programme

MARK = "Made although somebody would rather not"


def of_pairs(rows, *, mentees=2, mentors=2, **config):
    columns = ("mentee_id", "mentor_id", "kind", "by", "rank")
    return Programme.from_frames(
        {"id": [f"o{k}" for k in range(mentors)]},
        {"id": [f"e{k}" for k in range(mentees)]},
        pairs={name: [row[k] for row in rows] for k, name in enumerate(columns)},
        config=config,
    )


@pytest.fixture
def unwilling():
    """e0 has nobody but o0, who would rather not; both would meet e1."""
    return cmmatch.match(
        of_pairs(
            [("e0", "o0", "avoid", "mentor", ""), ("e0", "o1", "forbid", "", "")],
            programme={"roles": {"mentor": "coach"}},
        )
    )


def test_a_pair_that_somebody_would_rather_not_have_is_marked_wherever_it_is_read(
    unwilling, tmp_path
):
    said = "the coach would rather not (pairs, row 0)"
    unwilling.write(tmp_path / "out")
    with (tmp_path / "out" / "matching.csv").open(encoding="utf-8-sig", newline="") as file:
        written = {row["mentee_id"]: row["rather_not"] for row in csv.DictReader(file)}

    assert {"e0": said, "e1": ""} == written
    assert [said, ""] == list(unwilling.pairs["rather_not"])
    (pair,) = unwilling.explain("e0").pairs
    assert f"Made although {said}: look at it before it is announced." in pair.sentences
    assert f"Look before announcing: {said}" in unwilling.to_html()
    assert (MARK, "1") in cmmatch.api.summary.headline(unwilling)
    figures = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert 1 == figures["made_although_avoided"]


def test_nothing_is_marked_where_nobody_minds():
    result = cmmatch.match(of_pairs([("e0", "o0", "prefer", "", "")]))

    assert 0 == result.summary["made_although_avoided"]
    assert MARK not in str(result)
    assert "Look before announcing" not in result.to_html()
    assert not any("although" in each for each in result.explain("e0").pairs[0].sentences)


def test_a_pair_that_was_not_made_is_not_marked():
    result = cmmatch.match(of_pairs([("e0", "o0", "avoid", "", "")]))

    (pair,) = result.explain("e0", mentor_id="o0").pairs
    assert not pair.made
    assert not any("although" in each for each in pair.sentences)
    assert 0 == result.summary["made_although_avoided"]


@pytest.mark.parametrize(
    ("by", "who"),
    [
        ("", "the mentee"), ("mentee", "the mentee"), ("mentor", "the mentor"),
        ("manager", "a manager"), ("admin", "an administrator"),
    ],
)  # fmt: skip
def test_the_mark_says_who_would_rather_not(by, who):
    result = cmmatch.match(of_pairs([("e0", "o0", "avoid", by, "")], mentees=1, mentors=1))

    assert f"{who} would rather not (pairs, row 0)" == result.pair_views[0].rather_not


def test_both_who_mind_are_named():
    rows = [("e0", "o0", "avoid", "mentor", ""), ("e0", "o0", "avoid", "mentee", "")]
    result = cmmatch.match(of_pairs(rows, mentees=1, mentors=1))

    assert (
        "the mentor would rather not (pairs, row 0); the mentee would rather not (pairs, row 1)"
        == result.pair_views[0].rather_not
    )


@settings(max_examples=40)
@given(tables())
def test_marks_and_wishes_that_came_true_are_those_of_the_rows(made):
    mentees, _, pairs = made
    result = matched(*made)
    chosen = set(result.matching.pairs)
    active = {row["id"] for row in mentees if row["status"] == "active"}
    avoided = {(p["mentee_id"], p["mentor_id"]) for p in pairs if p["kind"] == "avoid"}
    own = [
        p
        for p in pairs
        if p["kind"] == "prefer" and p["by"] == "mentee" and p["mentee_id"] in active
    ]
    came_true = [p for p in own if (p["mentee_id"], p["mentor_id"]) in chosen]

    marked = {(v.mentee_id, v.mentor_id) for v in result.pair_views if v.rather_not}
    assert avoided & chosen == marked
    assert len(marked) == result.summary["made_although_avoided"]
    assert {
        "mentees_who_named_somebody": len({p["mentee_id"] for p in own}),
        "got_somebody_named": len({p["mentee_id"] for p in came_true}),
        "got_first_wish": len({p["mentee_id"] for p in came_true if p["rank"] in ("", "1")}),
    } == result.summary["wishes"]


def test_wishes_are_told_where_somebody_named_somebody():
    rows = [
        ("e0", "o0", "prefer", "mentee", "2"), ("e0", "o1", "forbid", "", ""),
        ("e1", "o1", "prefer", "", "1"), ("e1", "o0", "prefer", "manager", "1"),
    ]  # fmt: skip
    told = dict(cmmatch.api.summary.headline(cmmatch.match(of_pairs(rows))))

    assert "2 of 2 who named somebody; their 1st wish: 1" == told["Got somebody they named"]
    nobody = cmmatch.match(of_pairs([("e0", "o0", "avoid", "mentee", "")]))
    assert "Got somebody they named" not in dict(cmmatch.api.summary.headline(nobody))


def test_whom_one_also_avoids_is_no_wish():
    rows = [("e0", "o0", "prefer", "mentee", "1"), ("e0", "o0", "avoid", "mentee", "")]
    result = cmmatch.match(of_pairs(rows, mentees=1, mentors=1))

    assert 0 == result.summary["wishes"]["mentees_who_named_somebody"]


@pytest.mark.parametrize("demand", [1, 2])
def test_mentees_matched_left_over_and_not_taking_part_are_all_mentees(demand):
    programme = Programme.from_frames(
        {"id": ["o0", "o1", "o2"]},
        {
            "id": ["e0", "e1", "e2", "e3", "e4", "e5"],
            "demand": [demand, 1, 1, 1, 0, 1],
            "status": ["active"] * 3 + ["paused", "active", "left"],
        },
    )
    result = cmmatch.match(programme)
    told = dict(cmmatch.api.summary.headline(result))

    matched = told.get("Mentees matched", told["Pairs"])
    assert "3" == told["Not taking part"]
    assert 6 == int(matched) + int(told["Mentees not matched"]) + int(told["Not taking part"])
    assert ("Mentees matched" in told) == (int(matched) != len(result.matching))


@pytest.mark.parametrize(("kind", "count"), [("require", 1), ("prefer", 0)])
def test_a_required_pair_below_the_least_score_is_said_to_be_made_all_the_same(kind, count):
    rows = [("e0", "o0", kind, "", ""), ("e0", "o0", "avoid", "mentor", "")]
    result = cmmatch.match(of_pairs(rows, quality={"min_score": 0.4}))
    said = "Required pairs are made whatever their score: 1 required pair scores below 0.4."

    assert count == result.summary["required_below_min_score"]
    assert (said in cmmatch.api.summary.proof(result)) == bool(count)
    assert (said in result.to_html()) == bool(count)
