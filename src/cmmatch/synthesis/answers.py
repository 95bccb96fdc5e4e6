"""Drawing what made-up people say of themselves and of each other: ratings, goals, wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.random import Generator

    from cmmatch.synthesis.people import Person

__all__ = ["LEARNING", "STYLE", "draw_achieved", "draw_ratings", "draw_styles", "draw_wishes"]

STYLE = ("style_pace", "style_structure", "style_candour")
"""Columns of the way of working, 1 to 5."""

LEARNING = ("learning_challenge", "learning_feedback")
"""Columns of learning goal orientation, 1 to 5."""

SHARE_REACHED = 0.6
SHARE_NAMING, MOST_NAMED = 0.4, 3
SHARE_AVOIDING = 0.03
SHARE_SEEING_THE_PARTNER = 0.6


def draw_styles(rng: Generator, mentees: Sequence[Person], mentors: Sequence[Person]) -> None:
    """Draw how people truly work: a mentee near the partner, in 0..1."""
    style = rng.uniform(0.0, 1.0, (len(mentors), len(STYLE)))
    near = style[[mentee.partner for mentee in mentees]]
    near = np.clip(near + rng.normal(0.0, 0.15, near.shape), 0.0, 1.0)
    for people, ways in ((mentees, near), (mentors, style)):
        for person, way in zip(people, ways, strict=True):
            person.style = way


def draw_ratings(
    rng: Generator, people: Sequence[Person], *, blanks: float, noise: float
) -> dict[str, tuple[str, ...]]:
    """Draw how people rate their way of working, with noise, and whether they seek to learn.

    The latter is the person's own affair and has nothing to do with a partner.
    """
    ways = np.array([person.style for person in people]).reshape(len(people), len(STYLE))
    learning = np.repeat(rng.beta(4.0, 2.0, len(people))[:, None], len(LEARNING), axis=1)
    truth = np.concatenate([ways, learning], axis=1)
    spread = np.repeat([0.4 * noise, 0.4], [len(STYLE), len(LEARNING)])
    noisy = np.clip(np.rint(1 + 4 * truth + rng.normal(0.0, spread, truth.shape)), 1, 5)
    blank = rng.random(truth.shape) < blanks
    return {
        name: tuple("" if blank[i, k] else str(int(noisy[i, k])) for i in range(len(truth)))
        for k, name in enumerate((*STYLE, *LEARNING))
    }


def draw_achieved(rng: Generator, mentors: Sequence[Person], *, blanks: float) -> tuple[str, ...]:
    """Draw which of their goals mentors say to have reached: each with chance 0.6.

    It has nothing to do with whom they suit; who has reached none leaves the question blank.
    """
    cells = []
    for person in mentors:
        reached = rng.random(len(person.goals)) < SHARE_REACHED
        blank = rng.random() < blanks
        told = [goal for goal, done in zip(person.goals, reached, strict=True) if done]
        cells.append("" if blank else "; ".join(told))
    return tuple(cells)


def draw_wishes(
    rng: Generator,
    mentees: Sequence[Person],
    mentors: Sequence[Person],
    *,
    taken: Mapping[tuple[str, str], str],
) -> list[tuple[str, str, str, str, str]]:
    """Draw whom people would like and whom rather not: (mentee, mentor, kind, rank, by).

    ``taken`` holds the pairs about which something else is said already.
    """
    rows = []
    said = set(taken)
    for person in mentees:
        if rng.random() < SHARE_NAMING:
            named = [
                int(k) for k in rng.permutation(len(mentors))[: rng.integers(1, 1 + MOST_NAMED)]
            ]
            if person.partner not in named and rng.random() < SHARE_SEEING_THE_PARTNER:
                named[0] = person.partner
            free = [k for k in named if (person.id, mentors[k].id) not in said]
            said |= {(person.id, mentors[k].id) for k in free}
            rows += [
                (person.id, mentors[k].id, "prefer", str(rank), "mentee")
                for rank, k in enumerate(free, start=1)
            ]
        if rng.random() < SHARE_AVOIDING:
            rows += _avoided(rng, person, mentors, taken=said)
    return rows


def _avoided(
    rng: Generator, person: Person, mentors: Sequence[Person], *, taken: set[tuple[str, str]]
) -> list[tuple[str, str, str, str, str]]:
    other = mentors[int(rng.integers(len(mentors)))].id
    by = "mentee" if rng.random() < 0.5 else "mentor"
    return [] if (person.id, other) in taken else [(person.id, other, "avoid", "", by)]
