"""Answering nothing gains nobody ranks; the measure sees it where it would."""

import dataclasses

import numpy as np
import pytest

from cmmatch import Programme, Scorer
from cmmatch.compatibility.silence import silence_gain
from cmmatch.programme.people import TRAITS
from cmmatch.synthesis import make_programme

NEAR_ZERO = 0.03
"""Share of a list; a silent person may stand this far from the middle on average."""

ANSWERS = (
    "skills", "skills_wanted", "goals", "statement", "years_experience", "availability",
    "style_pace", "style_structure", "style_candour", "learning_challenge", "learning_feedback",
    "goals_achieved", *TRAITS,
)  # fmt: skip


def programme_of(made, **changes):
    tables = {"mentors": made.mentors, "mentees": made.mentees, "pairs": made.pairs, **changes}
    return Programme.from_frames(**tables, people=made.people, config=made.config)


def scored(programme, **neutral):
    scorer = Scorer.for_programme(programme)
    return dataclasses.replace(scorer, neutral=neutral or None).prepare(programme)


@pytest.mark.parametrize("blanks", [0.0, 0.2, 0.5])
@pytest.mark.parametrize("seed", [1, 2])
def test_silence_gains_next_to_nothing(seed, blanks):
    made = make_programme(mentees=150, mentors=60, seed=seed, blanks=blanks)
    for gain in silence_gain(scored(programme_of(made))):
        assert abs(gain.share) < NEAR_ZERO, gain
        assert all(abs(each) < 0.08 for each in gain.by_component.values()), gain
        assert gain.quartiles[0] < gain.quartiles[2] < gain.quartiles[4]


def test_counting_blanks_as_the_best_answer_would_be_seen():
    programme = programme_of(make_programme(mentees=150, mentors=60, seed=1))
    names = scored(programme).names
    best, worst = (
        silence_gain(scored(programme, **dict.fromkeys(names, value))) for value in (1.0, 0.0)
    )

    assert all(gain.share > 0.4 for gain in best)
    assert all(gain.share < -0.4 for gain in worst)


def test_one_generous_component_would_be_seen_by_its_name():
    programme = programme_of(make_programme(mentees=150, mentors=60, seed=1))
    fair = scored(programme)
    neutral = dict(zip(fair.names, fair.neutral.tolist(), strict=True)) | {"goals": 1.0}
    gains = silence_gain(scored(programme, **neutral))

    for gain in gains:
        assert max(gain.by_component, key=gain.by_component.__getitem__) == "goals"
        assert gain.by_component["goals"] > 0.2


@pytest.mark.parametrize("side", ["mentees", "mentors"])
@pytest.mark.parametrize("unknown", ["pass", "refuse"])
def test_it_is_what_a_person_gets_who_hands_in_blank_answers(side, unknown):
    """Blank one person's cells and wishes for real; rank them by hand in every list."""
    made = make_programme(mentees=25, mentors=12, seed=4, blanks=0.1)
    made = dataclasses.replace(made, config={**made.config, "eligibility": {"unknown": unknown}})
    before = scored(programme_of(made))
    neutral = dict(zip(before.names, before.neutral.tolist(), strict=True))
    n, m = before.shape
    every = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    stands = before.eligible(*every).reshape(n, m)
    old = before.pairs(*every).reshape(n, m)
    gained, listed, people = [], [], getattr(before.programme, side)
    for person in range(len(people)):
        after = scored(blanked(made, side, people.ids[person]), **neutral)
        new, allowed = after.pairs(*every), after.eligible(*every).reshape(n, m)
        listed.append((allowed if side == "mentees" else allowed.T)[person].mean())
        tables = (old, new.reshape(n, m), stands)
        if side == "mentors":
            tables = tuple(each.T for each in tables)
        for k in np.flatnonzero(tables[2][person]):
            column, there = tables[0][:, k].copy(), tables[2][:, k].copy()
            there[person] = False
            others = column[there]
            ranks = [
                (others > each).sum() + (others == each).sum() / 2
                for each in (tables[0][person, k], tables[1][person, k])
            ]
            gained.append(ranks[0] - ranks[1])
    told = silence_gain(before)[side == "mentors"]

    assert np.mean(gained) == pytest.approx(told.ranks, abs=0.02)
    assert (stands.mean(), np.mean(listed)) == pytest.approx(told.listed)
    assert (told.listed[1] > told.listed[0]) == (unknown == "pass")


def blanked(made, side, label):
    """The programme in which one person answers nothing and names nobody."""
    table = getattr(made, side)
    k = table["id"].index(label)
    silent = {
        name: tuple("" if name in ANSWERS and i == k else cell for i, cell in enumerate(column))
        for name, column in table.items()
    }
    own = "mentor" if side == "mentors" else "mentee"
    kept = [
        i
        for i, (who, by, kind) in enumerate(
            zip(made.pairs[f"{own}_id"], made.pairs["by"], made.pairs["kind"], strict=True)
        )
        if not (who == label and by == own and kind in ("prefer", "avoid"))
    ]
    pairs = {name: tuple(column[i] for i in kept) for name, column in made.pairs.items()}
    return programme_of(made, **{side: silent, "pairs": pairs})


def test_samples_bound_the_work_and_the_order_of_rows_changes_nothing():
    made = make_programme(mentees=40, mentors=20, seed=2)
    turned = {name: column[::-1] for name, column in made.mentees.items()}
    one = silence_gain(scored(programme_of(made)), people=10, lists=5)
    other = silence_gain(scored(programme_of(made, mentees=turned)), people=10, lists=5)

    assert one == other
    assert all(gain.people <= 10 for gain in one)
    assert all(gain.lists <= 5 for gain in one)


def test_with_nobody_to_meet_nobody_gains():
    programme = Programme.from_frames(
        {"id": ["o"], "status": ["left"], "skills": ["go"]},
        {"id": ["e"], "skills_wanted": ["go"]},
    )
    for gain in silence_gain(scored(programme)):
        assert (0, 0, 0.0, 0.0) == (gain.people, gain.lists, gain.ranks, gain.share)


def test_where_nothing_is_scored_silence_changes_nothing():
    programme = Programme.from_frames({"id": ["o", "p"]}, {"id": ["a", "b"]})
    sides = silence_gain(Scorer.for_programme(programme).prepare(programme))

    assert [0.0, 0.0] == [each.ranks for each in sides]
