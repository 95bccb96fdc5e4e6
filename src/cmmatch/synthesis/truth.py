"""What is true of made-up pairs, behind all answers; no score of ours knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.synthesis.words import SITES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cmmatch.synthesis.people import Person

__all__ = ["Facts", "facts", "quality"]

CHEMISTRY = 0.5

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
HALF_HOURS = 7 * 48
FROM_UTC = {
    "Europe/Berlin": 1.0,
    "Europe/London": 0.0,
    "Europe/Warsaw": 1.0,
    "America/New_York": -5.0,
    "Asia/Kolkata": 5.5,
}
"""Hours ahead of UTC in winter; what is true of a whole year needs no clock change."""


def quality(mentee: Person, mentors: Sequence[Person], *, partner: int) -> NDArray[np.float64]:
    """Quality of one mentee's pair with every mentor, shape (M,), in 0..1.

    ``0.5 * fit + 0.5 * [planted partner]`` with ``fit = 1 - exp(-(1.5 f + g + 0.8 h + 0.4 t))``: f
    is 1 if the two share a field, g the share of the mentee's goals that the mentor has, h is 1 at
    the same site, t is one minus the Euclidean distance of their five traits (at least 0). The
    planted half is what no questionnaire sees, and makes the partner the best by construction.
    """
    fields = np.array([bool(set(mentee.clusters) & set(m.clusters)) for m in mentors], dtype=float)
    goals = np.array(
        [sum(g in m.goals for g in mentee.goals) / max(len(mentee.goals), 1) for m in mentors]
    )
    site = np.array([m.site == mentee.site for m in mentors], dtype=float)
    traits = np.array([m.traits for m in mentors])
    alike = np.maximum(1 - np.sqrt(((traits - mentee.traits) ** 2).sum(axis=1)), 0.0)
    fit = 1 - np.exp(-(1.5 * fields + goals + 0.8 * site + 0.4 * alike))
    planted = np.arange(len(mentors)) == partner
    return np.asarray(0.5 * fit + CHEMISTRY * planted, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Facts:
    """What is true of every pair, each float64 of shape (N, M).

    Parameters
    ----------
    skills : float64
        Share of the mentee's wishes that the mentor covers at the level wanted.
    goals : float64
        Share of the mentee's goals that the mentor has.
    hours : float64
        Common free hours in a winter week.
    ahead : float64
        Years that the mentor is ahead.
    style, traits : float64
        One less the mean distance in ways of working, and in the five traits.
    """

    skills: NDArray[np.float64]
    goals: NDArray[np.float64]
    hours: NDArray[np.float64]
    ahead: NDArray[np.float64]
    style: NDArray[np.float64]
    traits: NDArray[np.float64]


def facts(mentees: Sequence[Person], mentors: Sequence[Person]) -> Facts:
    """Return what is true of all pairs, from the people themselves and not from their answers."""
    years = (np.array([p.years for p in side], dtype=np.float64) for side in (mentees, mentors))
    mentee, mentor = years
    return Facts(
        skills=np.array([[_covered(a, b) for b in mentors] for a in mentees]),
        goals=np.array([[_shared(a, b) for b in mentors] for a in mentees]),
        hours=_free(mentees) @ _free(mentors).T / 2,
        ahead=mentor - mentee[:, None],
        style=_likeness([p.style for p in mentees], [p.style for p in mentors]),
        traits=_likeness([p.traits for p in mentees], [p.traits for p in mentors]),
    )


def _covered(mentee: Person, mentor: Person) -> float:
    met = sum(mentor.skills.get(skill, 0) >= level for skill, level in mentee.wanted.items())
    return met / max(len(mentee.wanted), 1)


def _shared(mentee: Person, mentor: Person) -> float:
    return sum(goal in mentor.goals for goal in mentee.goals) / max(len(mentee.goals), 1)


def _likeness(
    one: Sequence[NDArray[np.float64]], other: Sequence[NDArray[np.float64]]
) -> NDArray[np.float64]:
    apart = np.abs(np.array(one)[:, None, :] - np.array(other)[None, :, :])
    return np.asarray(1 - apart.mean(axis=2))


def _free(people: Sequence[Person]) -> NDArray[np.float64]:
    """Free half-hours of a week in UTC, shape (n, 336)."""
    free = np.zeros((len(people), HALF_HOURS))
    for k, person in enumerate(people):
        ahead = FROM_UTC[SITES[person.site][1]]
        for window in person.windows:
            day, hours = window.split()
            start, end = (2 * (int(clock[:2]) - ahead) for clock in hours.split("-"))
            first = 48 * DAYS.index(day)
            free[k, np.arange(first + int(start), first + int(end)) % HALF_HOURS] = 1.0
    return free
