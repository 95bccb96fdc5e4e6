"""Goals: categories and statements, each where known; sentences that claim nothing else."""

import math

import numpy as np
import pytest

from cmmatch import Programme
from cmmatch.compatibility.goals import Goals
from cmmatch.errors import ModelError

SAYS = "leading a small team of engineers"


def programme_of(mentee, mentor, **config):
    return Programme.from_frames({"id": ["o"], **mentor}, {"id": ["e"], **mentee}, config=config)


def one(mentee, mentor, component=Goals(), **config):  # noqa: B008 - frozen settings
    """The value of one pair, and the sentence about it; (categories, statement) a person."""
    sides = [{"goals": [goals], "statement": [statement]} for goals, statement in (mentee, mentor)]
    prepared = component.prepare(programme_of(*sides, **config))
    return float(prepared.rows(np.array([0]))[0, 0]), prepared.reason(0, 0)


@pytest.mark.parametrize("count", range(1, 41))
def test_sharing_every_category_is_exactly_one(count):
    goals = "; ".join(f"goal {k}" for k in range(count))

    assert 1.0 == one((goals, ""), (goals, ""))[0]


@pytest.mark.parametrize("said", [SAYS, "Führungskräfte entwickeln und Teams leiten"])
def test_two_statements_in_the_same_words_are_exactly_one(said):
    assert 1.0 == one(("", said), ("", f"  {said.upper()} "))[0]


def test_naming_what_the_mentee_does_not_name_changes_nothing():
    few, _ = one(("a; b", ""), ("a", ""))
    many, _ = one(("a; b", ""), ("a; c; d; e; f", ""))

    assert 0.5 == few == many


@pytest.mark.parametrize(("share", "worth"), [(1.0, 0.5), (0.0, 1.0), (0.25, 0.875)])
def test_the_share_of_the_categories_can_be_set(share, worth):
    found, _ = one(("a; b", SAYS), ("a", SAYS), Goals(category_share=share))

    assert worth == pytest.approx(found)


@pytest.mark.parametrize("share", [-0.1, 1.5, math.nan])
def test_a_share_outside_of_its_range_is_refused(share):
    with pytest.raises(ModelError, match="'category_share' must be from 0 to 1; given"):
        Goals(category_share=share)


@pytest.mark.parametrize(
    ("mentee", "mentor", "said"),
    [
        (("", ""), ("a", ""), "Not known: the coachee names no goal."),
        (("a", ""), ("", ""), "Not known: the coach names no goal."),
        (("", ""), ("", ""), "Not known: the coachee names no goal, nor does the coach."),
        # who wrote something is not told to have named nothing
        (("", "n/a"), ("", SAYS), "Not known: the coachee writes too little to compare."),
        (
            ("", ""),
            ("", "5"),
            "Not known: the coachee names no goal and the coach writes too little to compare.",
        ),
        (("a", ""), ("", SAYS), "Not known: the two do not answer the same question about goals."),
    ],
)
def test_what_is_not_known_is_said_truly(mentee, mentor, said):
    roles = {"mentor": "coach", "mentee": "coachee"}
    value, found = one(mentee, mentor, programme={"roles": roles})

    assert math.isnan(value)
    assert said == found


def test_at_most_three_shared_words_are_named_the_rarest_first():
    mentees = {"id": ["e", "f"], "statement": [f"{SAYS} abroad", "leading engineers"]}
    mentors = {"id": ["o"], "statement": [f"{SAYS} at home"]}
    prepared = Goals().prepare(Programme.from_frames(mentors, mentees))

    assert "Both statements speak of small, team, engineers." == prepared.reason(0, 0)


def test_no_common_word_is_claimed_where_there_is_none():
    _, said = one(("", "leading teams"), ("", "painting houses"))

    assert said == "The two statements have no telling word in common."


def test_the_goals_that_are_not_shared_are_named():
    assert one(("b; a", ""), ("c", ""))[1] == "Shares none of the goals a, b."


@pytest.mark.parametrize(
    ("mentee", "mentor", "applies"),
    [
        ({"goals": ["a"]}, {"goals": ["b"]}, True),
        ({"statement": [SAYS]}, {"statement": ["painting houses"]}, True),
        ({"goals": ["a"]}, {"statement": [SAYS]}, False),  # not the same question
        ({"statement": [SAYS]}, {"statement": ["n/a"]}, False),  # no answer on one side
        ({"goals": ["a"]}, {"goals": [""]}, False),
    ],
)
def test_it_applies_where_both_sides_answer_the_same_question(mentee, mentor, applies):
    assert applies == Goals().applies(programme_of(mentee, mentor))
