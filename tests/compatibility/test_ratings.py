"""Working style and learning goal orientation: from declared columns of ratings."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch import Programme
from cmmatch.compatibility.learning_orientation import LearningOrientation
from cmmatch.compatibility.working_style import WorkingStyle
from cmmatch.errors import InputFaults
from cmmatch.testing import check_component

RATING = st.sampled_from(["", "1", "2", "3.5", "5"])
COLUMNS = ["pace", "-order", "detail"]
COACHES = {"programme": {"roles": {"mentor": "coach", "mentee": "coachee"}}}


def programme_of(mentees, mentors, section="working_style", **config):
    """Each person a tuple of ratings of pace, order and detail."""
    sides = [
        {
            "id": [f"{letter}{k}" for k in range(len(people))],
            **{
                column.removeprefix("-"): [person[k] for person in people]
                for k, column in enumerate(COLUMNS)
            },
        }
        for letter, people in (("o", mentors), ("e", mentees))
    ]
    return Programme.from_frames(*sides, config={section: {"columns": COLUMNS}, **config})


def scaled(rating, column):
    share = (float(rating) - 1) / 4
    return 1 - share if column.startswith("-") else share


def style():
    return WorkingStyle(tuple(c.removeprefix("-") for c in COLUMNS))


def orientation():
    return LearningOrientation(style().columns)


PEOPLE = st.lists(st.tuples(RATING, RATING, RATING), min_size=1, max_size=3)


@given(PEOPLE, PEOPLE)
def test_style_is_the_mean_likeness_in_what_both_rated(mentees, mentors):
    made = programme_of(mentees, mentors)
    found = style().prepare(made).rows(np.arange(len(mentees)))
    for i, one in enumerate(mentees):
        for j, other in enumerate(mentors):
            apart = [
                abs(scaled(a, c) - scaled(b, c))
                for a, b, c in zip(one, other, COLUMNS, strict=True)
                if a and b
            ]
            expected = 1 - sum(apart) / len(apart) if apart else math.nan
            assert found[i, j] == pytest.approx(expected, nan_ok=True)


@given(PEOPLE, PEOPLE)
def test_orientation_is_the_lower_of_the_two(mentees, mentors):
    made = programme_of(mentees, mentors, section="learning_orientation")

    def mean(person):
        given_ = [scaled(r, c) for r, c in zip(person, COLUMNS, strict=True) if r]
        return sum(given_) / len(given_) if len(given_) >= 2 else math.nan

    found = orientation().prepare(made).rows(np.arange(len(mentees)))
    for i, one in enumerate(mentees):
        for j, other in enumerate(mentors):
            both = [mean(one), mean(other)]
            expected = math.nan if any(map(math.isnan, both)) else min(both)
            assert found[i, j] == pytest.approx(expected, nan_ok=True)


@given(PEOPLE, PEOPLE)
def test_both_keep_their_contract(mentees, mentors):
    check_component(style(), programme_of(mentees, mentors))
    made = programme_of(mentees, mentors, section="learning_orientation")
    check_component(orientation(), made)


def test_low_with_high_is_no_better_than_low_with_low():
    made = programme_of(
        [("1", "5", "1")], [("1", "5", "1"), ("5", "1", "5")], section="learning_orientation"
    )
    low, mixed = orientation().prepare(made).rows(np.array([0]))[0]

    assert low == mixed == 0.0


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (("1", "1", ""), ("2", "5", "3"), "Near each other in 1 of 2 ways of working compared."),
        (
            ("1", "1", ""),
            ("5", "5", "3"),
            "Not near each other in any of the 2 ways of working compared.",
        ),
        (("1", "", ""), ("2", "5", ""), "Near each other in the one way of working compared."),
        (("1", "", ""), ("5", "5", ""), "Not near each other in the one way of working compared."),
        (
            ("1", "", ""),
            ("", "5", ""),
            "Not known: the two have not rated the same ways of working.",
        ),
        (("", "", ""), ("1", "5", ""), "Not known: the coachee does not rate the way of working."),
    ],
)
def test_the_sentence_about_style_is_true(one, other, said):
    assert said == style().prepare(programme_of([one], [other], **COACHES)).reason(0, 0)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (("5", "1", "5"), ("4", "2", ""), "Both say that they seek to learn."),
        (
            ("5", "1", "5"),
            ("1", "2", ""),
            "At least one of the two does not say clearly that they seek to learn.",
        ),
        (
            ("5", "1", "5"),
            ("1", "", ""),
            "Not known: the coach does not rate how much learning matters.",
        ),
    ],
)
def test_the_sentence_about_learning_is_true_and_names_neither(one, other, said):
    made = programme_of([one], [other], section="learning_orientation", **COACHES)

    assert said == orientation().prepare(made).reason(0, 0)


def test_nothing_declared_or_nothing_in_common_does_not_apply():
    apart = programme_of([("1", "", "")], [("", "1", "")])

    assert not style().applies(apart)
    assert not WorkingStyle().applies(apart)
    assert not LearningOrientation().applies(apart)


def test_a_column_stands_in_one_section_only():
    with pytest.raises(
        InputFaults, match=r"must be named once; this one stands in \[working_style\]"
    ):
        programme_of(
            [("1", "1", "1")], [("1", "1", "1")], learning_orientation={"columns": ["pace"]}
        )


def test_the_score_counts_them_when_declared():
    from cmmatch import Scorer

    made = programme_of([("1", "1", "1")], [("1", "1", "1")])

    assert ("working_style",) == Scorer.for_programme(made).prepare(made).names
