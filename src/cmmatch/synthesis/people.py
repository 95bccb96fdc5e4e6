"""Drawing made-up people: who they are, what they know, when they are free."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.people import TRAITS
from cmmatch.synthesis.words import CLUSTERS, FAMILY, GIVEN, GOALS, SITES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

    from cmmatch.synthesis.organisation import Post

__all__ = ["Person", "draw_mentee", "draw_mentor"]

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
CLUSTER_NAMES, GOAL_NAMES = tuple(CLUSTERS), tuple(GOALS)


@dataclass
class Person:
    """One made-up person while the tables are drawn."""

    id: str
    name: str
    post: Post
    site: int
    years: int
    clusters: list[int]
    goals: list[str]
    windows: list[str]
    traits: np.ndarray
    skills: dict[str, int] = field(default_factory=dict)
    wanted: dict[str, int] = field(default_factory=dict)
    musts: set[str] = field(default_factory=set)
    style: np.ndarray = field(default_factory=lambda: np.empty(0))
    partner: int = -1

    @property
    def languages(self) -> str:
        """English, and what is spoken at the site."""
        own = SITES[self.site][2]
        return "; ".join(["English", own] if own else ["English"])


def some(rng: Generator, options: Sequence[str], count: int) -> list[str]:
    """Draw ``count`` different options, in the order drawn."""
    return [options[k] for k in rng.permutation(len(options))[:count]]


def full_name(rng: Generator) -> str:
    """Draw a name."""
    return f"{GIVEN[rng.integers(len(GIVEN))]} {FAMILY[rng.integers(len(FAMILY))]}"


def draw_mentor(rng: Generator, label: str, post: Post) -> Person:
    """Draw somebody with one or two fields, skills in them, and goals that go with the fields."""
    site = int(rng.choice(len(SITES), p=(0.35, 0.2, 0.15, 0.15, 0.15)))
    clusters = [int(k) for k in rng.permutation(len(CLUSTERS))[: rng.integers(1, 3)]]
    mentor = Person(
        label,
        full_name(rng),
        post,
        site,
        int(rng.integers(8, 31)),
        clusters,
        _goals_for(rng, clusters),
        draw_windows(rng),
        np.clip(rng.normal(0.55, 0.18, len(TRAITS)), 0.0, 1.0),
    )
    for k in clusters:
        pool = CLUSTERS[CLUSTER_NAMES[k]]
        for skill in some(rng, pool, int(rng.integers(2, len(pool)))):
            mentor.skills[skill] = int(rng.integers(3, 6))
    for skill in some(rng, CLUSTERS[CLUSTER_NAMES[int(rng.integers(len(CLUSTERS)))]], 1):
        mentor.skills.setdefault(skill, int(rng.integers(2, 4)))
    return mentor


def draw_mentee(rng: Generator, label: str, post: Post, *, mentor: Person, partner: int) -> Person:
    """Draw somebody whom ``mentor`` suits: wishes, goals, hours and traits fit."""
    near = rng.random() < 0.8
    site = mentor.site if near else int(rng.integers(len(SITES)))
    years = int(np.clip(mentor.years - rng.integers(5, 16), 0, 20))
    share = int(rng.integers(1, len(mentor.windows) + 1))
    windows = (
        [*some(rng, mentor.windows, share), *draw_windows(rng)[:2]] if near else draw_windows(rng)
    )
    goals = list(dict.fromkeys([*some(rng, mentor.goals, 1), *_goals_for(rng, mentor.clusters)]))[
        :2
    ]
    mentee = Person(
        label,
        full_name(rng),
        post,
        site,
        years,
        mentor.clusters,
        goals,
        sorted(set(windows), key=_by_day),
        np.clip(mentor.traits + rng.normal(0.0, 0.12, len(TRAITS)), 0.0, 1.0),
        partner=partner,
    )
    _wish(rng, mentee, mentor)
    return mentee


def _wish(rng: Generator, mentee: Person, mentor: Person) -> None:
    known = sorted(mentor.skills)
    for skill in some(rng, known, int(rng.integers(1, 4))):
        own = int(rng.integers(0, 3))
        mentee.wanted[skill] = min(own + int(rng.integers(1, 4)), mentor.skills[skill])
        if own and own < mentee.wanted[skill]:
            mentee.skills[skill] = own
        if rng.random() < 0.15:
            mentee.musts.add(skill)
    pool = CLUSTERS[CLUSTER_NAMES[int(rng.integers(len(CLUSTERS)))]]
    for skill in some(rng, pool, int(rng.integers(1, 3))):
        if skill not in mentee.wanted:
            mentee.skills.setdefault(skill, int(rng.integers(1, 4)))


def _goals_for(rng: Generator, clusters: list[int]) -> list[str]:
    fitting = [
        goal
        for goal in GOAL_NAMES
        if any(CLUSTER_NAMES[k] in GOALS[goal][0].split() for k in clusters)
    ]
    return some(rng, fitting, int(rng.integers(1, 3)))


def draw_windows(rng: Generator) -> list[str]:
    """Draw three to five weekly windows of one to three hours within a working day."""
    windows = []
    for day in sorted(rng.permutation(len(DAYS))[: rng.integers(3, 6)]):
        start = int(rng.integers(8, 17))
        windows.append(f"{DAYS[day]} {start:02d}:00-{start + int(rng.integers(1, 4)):02d}:00")
    return windows


def _by_day(window: str) -> tuple[int, str]:
    return DAYS.index(window[:3]), window
