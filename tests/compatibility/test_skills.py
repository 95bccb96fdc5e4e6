"""Skills: the value of a pair is that of the formula; naming and asking more wins nothing."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch import Programme
from cmmatch.compatibility.skills import Skills
from cmmatch.programme.people import Terms

LABELS = ("C", "C++", "C#", "R", "Go", "public speaking")
LEVELS = st.sampled_from(["", ":1", ":2", ":3", ":4", ":5"])
OFFER = st.dictionaries(st.sampled_from(LABELS), LEVELS)
WISH = st.dictionaries(st.sampled_from(LABELS), st.tuples(LEVELS, st.sampled_from(["", "!"])))


def programme_of(wanted, held, offered, **config):
    mentees = {"id": [f"e{k}" for k in range(len(wanted))], "skills_wanted": wanted, "skills": held}
    mentors = {"id": [f"o{k}" for k in range(len(offered))], "skills": offered}
    return Programme.from_frames(mentors, mentees, config=config)


def one(wanted, held, offered, **config):
    """The value of one pair, and the sentence about it."""
    prepared = Skills().prepare(programme_of([wanted], [held], [offered], **config))
    return float(prepared.rows(np.array([0]))[0, 0]), prepared.reason(0, 0)


def cell(entries):
    return "; ".join(f"{label}{''.join(marks)}" for label, marks in entries.items())


def number(level):
    return int(level[1:]) if level else None


def by_the_formula(wish, held, offer, offers):
    """The value of one pair as the docstring has it, with nothing shared with the code."""
    if not wish or not offer:
        return math.nan
    earned = total = 0.0
    for label, (level, must) in wish.items():
        count, m = sum(label in each for each in offers), len(offers)
        weight = (2 if must else 1) * (number(level) or 3) / 3
        weight *= 1 + math.log((m + 1) / (count + 1)) / math.log(m + 1)
        own, wanted = number(held.get(label, "")), number(level)
        targets = [t for t in (wanted, own and own + 1) if t]
        target = min(max(targets), 5) if targets else None
        theirs = number(offer.get(label, ""))
        if label not in offer:
            credit = 0.0
        elif theirs is None or target is None or theirs >= target:
            credit = 1.0
        else:
            credit = 0.0 if own and theirs <= own else theirs / target
        earned, total = earned + weight * credit, total + weight
    return earned / total


@given(WISH, OFFER, st.lists(OFFER, min_size=1, max_size=4))
def test_every_value_is_that_of_the_formula(wish, held, offers):
    made = programme_of([cell(wish)], [cell(held)], [cell(each) for each in offers])
    found = Skills().prepare(made).rows(np.array([0]))[0]
    expected = [by_the_formula(wish, held, each, offers) for each in offers]

    assert expected == pytest.approx(found.tolist(), abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("wanted", ["go", "go:5"])
@pytest.mark.parametrize("offered", [1, 2, 3, 4])
def test_nobody_below_a_mentee_at_the_top_teaches_them(wanted, offered):
    assert (0.0, "Can teach nothing of what is wanted: go.") == one(wanted, "go:5", f"go:{offered}")


def test_somebody_at_the_top_can_teach_a_mentee_at_the_top():
    assert (1.0, "Can teach the skill wanted: go (level 5).") == one("go:5", "go:5", "go:5")


def test_what_nobody_teaches_weighs_twice_what_everybody_teaches():
    made = programme_of(["sql; juggling"], [""], ["sql", "sql", "sql; go"])

    assert [1 / 3] * 3 == pytest.approx(Skills().prepare(made).rows(np.array([0]))[0].tolist())


@given(st.sets(st.sampled_from(LABELS), min_size=1), OFFER)
def test_a_specialist_in_all_that_is_wanted_is_not_beaten_by_whoever_ticks_everything(wanted, held):
    made = programme_of(
        ["; ".join(sorted(wanted))],
        [cell(held)],
        ["; ".join(f"{label}:5" for label in sorted(each)) for each in (wanted, LABELS)],
    )
    specialist, everything = Skills().prepare(made).rows(np.array([0]))[0]

    assert 1.0 == specialist == everything


def test_one_skill_in_two_spellings_of_one_person_is_one_skill():
    made = programme_of(["sql:3; go"], [""], ["sql:3", "sql; go"])
    twice = Terms.from_lists(
        [
            [("SQL", math.nan, False), ("sql", 3.0, False)],
            [("sql", math.nan, False), ("go", math.nan, False)],
        ]
    )
    spelt = made.replace(mentors=replace(made.mentors, skills=twice))
    values = [Skills().prepare(each).rows(np.array([0])) for each in (made, spelt)]

    assert np.array_equal(*values)


@pytest.mark.parametrize(
    ("wanted", "offered", "said"),
    [
        ("", "go", "Not known: the coachee names no skill that is wanted."),
        ("go", "", "Not known: the coach names no skill."),
        (
            "",
            "",
            "Not known: the coachee names no skill that is wanted and the coach names no skill.",
        ),
    ],
)
def test_a_blank_is_said_in_the_words_of_the_programme(wanted, offered, said):
    roles = {"mentor": "coach", "mentee": "coachee"}
    value, found = one(wanted, "", offered, programme={"roles": roles})

    assert math.isnan(value)
    assert said == found


def test_the_sentence_begins_with_what_weighs_most():
    _, said = one("sql; go!; rust:5", "", "rust; sql; go")

    assert said == "Can teach all 3 skills wanted: go, rust, sql."


def test_the_sentence_says_when_nothing_is_taught():
    assert one("sql; go", "", "rust")[1] == "Can teach none of the 2 skills wanted: go, sql."


@pytest.mark.parametrize(
    ("wanted", "offered", "applies"),
    [("go", "sql", True), ("", "sql", False), ("go", "", False)],
)
def test_it_applies_where_both_sides_name_something(wanted, offered, applies):
    assert applies == Skills().applies(programme_of([wanted], ["go"], [offered]))
