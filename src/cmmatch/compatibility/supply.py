"""Supply and demand by skill, by goal and by hour of the week; minimum loads out of reach."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.skill_levels import TOP
from cmmatch.compatibility.skills import Skills
from cmmatch.programme.calendar import programme_weeks
from cmmatch.programme.clocks import DAY, offsets
from cmmatch.programme.labels import folded

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from cmmatch.programme.people import People, Terms
    from cmmatch.programme.programme import Programme

__all__ = ["Hour", "Supply", "goal_supply", "hour_supply", "load_gaps", "skill_supply"]

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NOON = DAY // 2


@dataclass(frozen=True, slots=True)
class Supply:
    """How much of one skill or goal is wanted and on offer.

    Parameters
    ----------
    kind : {"skill", "goal"}
        What it is.
    name : str
        As most people spell it, mentees first.
    wanted : int
        Mentees who want it and take part.
    mentors, places : int
        Mentors with a place who can offer it to at least one of them, and their places.
    shortage : int
        Mentees for whom no place is left with a mentor at the level they need, were all the places
        given to this skill or goal alone.
    """

    kind: str
    name: str
    wanted: int
    mentors: int
    places: int
    shortage: int


@dataclass(frozen=True, slots=True)
class Hour:
    """One full hour of the week: who is free for the whole of it.

    Parameters
    ----------
    hour : str
        Such as ``Tue 15:00``.
    zone : str
        Of the hour; "local" where nobody gives a zone.
    mentees, places : int
        Mentees free, and places of the mentors free.
    """

    hour: str
    zone: str
    mentees: int
    places: int

    @property
    def shortage(self) -> int:
        """Mentees free beyond the places."""
        return max(self.mentees - self.places, 0)


def skill_supply(programme: Programme) -> tuple[Supply, ...]:
    """Set skills wanted against skills taught, the scarcest first.

    A mentor teaches a wish at or above its target level (see
    :class:`~cmmatch.compatibility.skills.Skills`), or if no level is given. The shortage is the
    greatest, over the levels, of wishes at or above the level less the places there. Related skills
    do not count.
    """
    skills = Skills().prepare(programme)
    wishes: dict[str, list[int]] = defaultdict(list)
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    for person in np.flatnonzero(programme.demand > 0).tolist():
        for key, wish in skills.wishes[person].items():
            wishes[key].append(wish.target)
            spelt[key][wish.label] += 1
    taught: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for person in np.flatnonzero(programme.places > 0).tolist():
        for key, (level, _) in skills.offers[person].items():
            if key in wishes:
                reach = TOP if math.isnan(level) else int(level)
                taught[key].append((reach, int(programme.places[person])))
    return _ranked(
        [_supply("skill", _usual(spelt[key]), wishes[key], taught[key]) for key in wishes]
    )


def goal_supply(programme: Programme) -> tuple[Supply, ...]:
    """Set goals of mentees against goals that mentors offer or have reached, the scarcest first."""
    wanted: dict[str, list[int]] = defaultdict(list)
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    for person in np.flatnonzero(programme.demand > 0).tolist():
        for key, name in _named(programme.mentees.goals, person).items():
            wanted[key].append(0)
            spelt[key][name] += 1
    offered: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for person in np.flatnonzero(programme.places > 0).tolist():
        mentors = programme.mentors
        for key in {**_named(mentors.goals, person), **_named(mentors.goals_achieved, person)}:
            if key in wanted:
                offered[key].append((TOP, int(programme.places[person])))
    return _ranked(
        [_supply("goal", _usual(spelt[key]), wanted[key], offered[key]) for key in wanted]
    )


def _named(terms: Terms, person: int) -> dict[str, str]:
    return {folded(label): label for label in terms.of(person)}


def _usual(spelt: Counter[str]) -> str:
    return min(spelt, key=lambda label: (-spelt[label], label))


def _supply(kind: str, name: str, targets: list[int], offers: list[tuple[int, int]]) -> Supply:
    able = [(level, places) for level, places in offers if level >= min(targets)]
    short = [
        sum(target >= level for target in targets)
        - sum(places for reach, places in able if reach >= level)
        for level in sorted(set(targets))
    ]
    return Supply(
        kind, name, len(targets), len(able), sum(places for _, places in able), max(0, *short, 0)
    )


def _ranked(rows: list[Supply]) -> tuple[Supply, ...]:
    return tuple(sorted(rows, key=lambda s: (-s.shortage, -s.wanted, s.name)))


def hour_supply(programme: Programme) -> tuple[Hour, ...]:
    """Count for each hour of the week the mentees and the places free, Monday 00:00 first.

    Hours are of ``[availability] grid_timezone``, or UTC, as clocks stand on the first day. Who
    gives no free time, or no zone where others do, is left out. Empty if nobody gives any.
    """
    mentees, mentors, calendar = programme.mentees, programme.mentors, programme.calendar
    if not (mentees.free_known.any() and mentors.free_known.any()):
        return ()
    zoned = any(side.timezone.astype(bool).any() for side in (mentees, mentors))
    zone = (programme.config.availability.grid_timezone or "UTC") if zoned else ""
    first_day, _ = programme_weeks(programme.config.programme)
    wanting = ((programme.demand > 0) & (calendar.mentee_zone >= 0)).astype(np.int64)
    places = np.where(calendar.mentor_zone >= 0, programme.places, 0)
    free = _free(mentees, wanting, zone, first_day), _free(mentors, places, zone, first_day)
    return tuple(
        Hour(f"{DAYS[k // 24]} {k % 24:02}:00", zone or "local", int(free[0][k]), int(free[1][k]))
        for k in range(7 * 24)
    )


def _free(people: People, amount: NDArray[np.int64], zone: str, day: date) -> NDArray[np.int64]:
    """Add up an amount of everybody who is free for the whole of each hour, shape (168,)."""
    total = np.zeros(7 * 24, dtype=np.int64)
    there = int(offsets(zone, day, 1)[NOON])
    for each in sorted(set(people.timezone)):
        here = np.flatnonzero((people.timezone == each) & people.free_known & (amount > 0))
        ahead = int(offsets(each, day, 1)[NOON])
        moved = np.roll(people.free[here], there - ahead, axis=1)
        total += amount[here] @ moved.reshape(len(here), 7 * 24, 4).all(axis=2).astype(np.int64)
    return total


def load_gaps(
    programme: Programme,
    possible: NDArray[np.int64],
    seekers: NDArray[np.int64],
    *,
    min_score: float = 0.0,
) -> tuple[str, ...]:
    """Say which minimum loads cannot be met whatever is matched; empty if none is found.

    Parameters
    ----------
    programme : Programme
        As read.
    possible : int64, shape (N,)
        Mentors whom each mentee may be matched with.
    seekers : int64, shape (M,)
        Mentees who want somebody and may be matched with each mentor.
    min_score : float, default 0
        The least score that was asked of those counted, for the words.
    """
    least, mentors, roles = programme.minimum_load, programme.mentors, programme.config.roles
    ids = mentors.ids
    enough = f" and score {min_score:g} or more with them" if min_score > 0 else ""
    or_score = " or 'min_score'" if enough else ""
    said = [
        f"{mentors.rows.cell(j, 'min_mentees')}: {ids[j]} must have at least {least[j]}, but only "
        f"{seekers[j]} who want somebody may meet this {roles.mentor}{enough}. Lower the number"
        f"{or_score}, or relax a hard rule."
        for j in sorted(np.flatnonzero(least > seekers).tolist(), key=lambda j: str(ids[j]))
    ]
    wishes = int(np.minimum(programme.demand, possible).sum())
    if least.sum() > wishes:
        said.append(
            f"{mentors.rows.column('min_mentees')}: all minimum loads together are {least.sum()}, "
            f"but only {wishes} wishes can be met. Lower some{or_score}, or relax a hard rule."
        )
    return tuple(said)
