"""Free time: weekly local hours and zones, turned to UTC exactly over the programme's weeks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from threading import get_ident
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

import numpy as np

from cmmatch.programme.clocks import WEEK, regimes
from cmmatch.programme.overlaps import Kinds, Overlaps
from cmmatch.programme.picking import by_kinds, picked, rows_are_quicker

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.programme.config import ProgrammeSettings
    from cmmatch.programme.people import People

__all__ = ["QUARTERS", "Calendar", "check_zone", "parse_availability", "programme_weeks"]

QUARTERS = WEEK
"""Quarter-hours in a week."""

REFERENCE_START, REFERENCE_WEEKS = date(2026, 1, 5), 52
"""The weeks that stand in when no start is given: a year, so that every clock change is met."""

CHUNK = 32_768
"""Single pairs that are worked on together; it changes no bit."""

KEPT_PAIRS, KEPT_BLOCKS = 2**20, 16
"""Larger blocks, and more of them, are not kept for whoever asks next."""

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WINDOW = re.compile(
    r"(?P<first>[a-z]+)(?:\s*[-–]\s*(?P<last>[a-z]+))?\s+"
    r"(?P<start>\d{1,2}:\d{2})\s*[-–]\s*(?P<end>\d{1,2}:\d{2})"
)


def parse_availability(text: str) -> NDArray[np.bool_]:
    """Read weekly free time as quarter-hours from Monday 00:00.

    Windows are separated by ``;`` or ``|||``; each is a day or a range of days and two times, such
    as ``Mon 09:00-12:00`` or ``Mon-Fri 17:00-18:30``. Days are English, in full or by three
    letters. An end of 24:00 is midnight; an end before the start lies on the next day, and Sunday
    runs into Monday. Windows that overlap are united.

    Parameters
    ----------
    text : str
        In the person's own zone.

    Returns
    -------
    bool array, shape (672,)
        True where free.

    Raises
    ------
    ValueError
        A window is not of that form, a day is unknown, a time is not on a quarter-hour, or a
        window is empty; all such windows are named at once.

    Examples
    --------
    >>> int(parse_availability("Mon 09:00-12:00; Wed 14:00-14:30").sum()) / 4
    3.5
    """
    windows = [window.strip() for window in re.split(r"\|\|\||;", text) if window.strip()]
    if not windows:
        message = "Free time must name a window such as 'Mon 09:00-12:00'."
        raise ValueError(message)
    free = np.zeros(QUARTERS, dtype=np.bool_)
    bad: dict[str, list[str]] = {}
    for window in windows:
        try:
            for start, length in _window(window):
                free[np.arange(start, start + length) % QUARTERS] = True
        except ValueError as error:
            bad.setdefault(str(error), []).append(repr(window))
    if bad:
        alone = len(windows) == 1
        told = [f"{each}{'' if alone else '; see ' + ', '.join(bad[each])}." for each in bad]
        raise ValueError(" ".join(told))
    return free


def _window(window: str) -> list[tuple[int, int]]:
    """Return start and length of a window on each of its days; the error says what must hold."""
    found = WINDOW.fullmatch(window.lower())
    if not found:
        message = "Free time must be windows such as 'Mon 09:00-12:00'"
        raise ValueError(message)
    first = _day(found["first"])
    last = _day(found["last"]) if found["last"] else first
    start, end = _quarter(found["start"]), _quarter(found["end"])
    length = end - start if end > start else end - start + QUARTERS // 7
    if start == end or start == QUARTERS // 7:
        message = "A window must have a length"
        raise ValueError(message)
    days = range(first, last + 1) if last >= first else [*range(first, 7), *range(last + 1)]
    return [(day * QUARTERS // 7 + start, length) for day in days]


def _day(name: str) -> int:
    found = [k for k, day in enumerate(DAYS) if name in (day, day[:3])]
    if not found:
        message = "A day must be Mon, Tue, Wed, Thu, Fri, Sat or Sun"
        raise ValueError(message)
    return found[0]


def _quarter(clock: str) -> int:
    hour, minute = (int(part) for part in clock.split(":"))
    if hour * 60 + minute > 24 * 60 or minute >= 60 or minute % 15:
        message = "Times must be on a quarter-hour, 00:00 to 24:00"
        raise ValueError(message)
    return hour * 4 + minute // 15


def check_zone(name: str) -> None:
    """Check that a zone is in the time zone database.

    Raises
    ------
    ValueError
        It is not; the message offers near spellings.

    Examples
    --------
    >>> check_zone("Europe/Berlin")
    """
    known = available_timezones()
    if name not in known:
        near = get_close_matches(name, sorted(known), n=2, cutoff=0.7)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        message = f"A zone must be a name such as Europe/Berlin.{hint}"
        raise ValueError(message)


def programme_weeks(settings: ProgrammeSettings) -> tuple[date, int]:
    """Return the first day and the number of weeks; a year stands in when no start is given."""
    if settings.starts is None:
        return REFERENCE_START, REFERENCE_WEEKS
    return settings.starts, settings.weeks


@dataclass(frozen=True, eq=False)
class Calendar:
    """Common free hours of any mentee and mentor, in the worst week of the programme.

    Every UTC quarter-hour of every week is looked up in the local week of each zone, so clock
    changes, hours that do not exist or come twice, and zones off by 15, 30 or 45 minutes are
    exact. Weeks in which every zone in use maps alike are one regime and are looked at once.

    Parameters
    ----------
    mentee_free, mentor_free : bool, shapes (N, 672) and (M, 672)
        Local quarter-hours from Monday 00:00.
    mentee_zone, mentor_zone : int64, shapes (N,) and (M,)
        Position in the zones in use; -1 where availability or zone is unknown.
    lookup : int16, shape (regimes, zones, 672)
        Which local quarter-hour a UTC quarter-hour is.
    first_week : tuple of date, length regimes
        First day of the first week of each regime.

    Notes
    -----
    Quarter-hours are counted, never hours added up: the counts are whole numbers up to 672, which
    float32 holds exactly, so that blocks of any size and single pairs give the same bits.
    """

    mentee_free: NDArray[np.bool_]
    mentor_free: NDArray[np.bool_]
    mentee_zone: NDArray[np.int64]
    mentor_zone: NDArray[np.int64]
    lookup: NDArray[np.int16]
    first_week: tuple[date, ...]

    @classmethod
    def of(cls, mentees: People, mentors: People, settings: ProgrammeSettings) -> Calendar:
        """Make the calendar of a programme.

        Where nobody on either side has a zone, all are taken to share one; where only some have
        none, their overlap is unknown.
        """
        names = sorted({*mentees.timezone, *mentors.timezone} - {""})
        zones = {name: k for k, name in enumerate(names)} or {"": 0}
        lookup, first_week = regimes(tuple(zones), *programme_weeks(settings))
        mentee_zone, mentor_zone = (
            np.array(
                [
                    zones.get(zone, -1) if known else -1
                    for zone, known in zip(people.timezone, people.free_known, strict=True)
                ],
                dtype=np.int64,
            )
            for people in (mentees, mentors)
        )
        return cls(mentees.free, mentors.free, mentee_zone, mentor_zone, lookup, first_week)

    def overlap(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the common free hours of some mentees with every mentor, in the worst week.

        Parameters
        ----------
        rows : int array, shape (r,)
            Positions of mentees.

        Returns
        -------
        float32, shape (r, M)
            Hours, a multiple of 0.25 and exact, not to be written to; NaN where either side's free
            time or zone is unknown.
        """
        rows = np.asarray(rows, dtype=np.intp)
        # The hard rule and the component ask for the same rows, one after the other.
        key, thread = rows.tobytes(), get_ident()
        last = self._last.get(thread)
        if last is None or last[0] != key:
            last = key, self._overlap(rows)
            last[1].flags.writeable = False
            if len(self._last) >= KEPT_BLOCKS or last[1].size > KEPT_PAIRS:
                self._last.clear()
            if last[1].size <= KEPT_PAIRS:
                self._last[thread] = last
        return last[1]

    @cached_property
    def _last(self) -> dict[int, tuple[bytes, NDArray[np.float32]]]:
        """What each thread asked for last."""
        return {}

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_last"}

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the common free hours of single pairs, in the worst week.

        Parameters
        ----------
        mentee, mentor : int arrays, shape (P,)
            Positions.

        Returns
        -------
        float64, shape (P,)
            As in :meth:`overlap`.
        """
        if rows_are_quicker(mentee, len(self.mentor_zone)):
            return picked(self._overlap, mentee, mentor)
        hours = np.empty(len(mentee), dtype=np.float64)
        for start in range(0, len(mentee), CHUNK):
            here = slice(start, start + CHUNK)
            hours[here] = self._quarters(mentee[here], mentor[here]).min(axis=0) / 4
        hours[(self.mentee_zone[mentee] < 0) | (self.mentor_zone[mentor] < 0)] = np.nan
        return hours

    def worst_week(self, mentee: int, mentor: int) -> tuple[float, date, float]:
        """Return the least common hours of a pair, the first week that has them, and the most."""
        hours = self._quarters(np.array([mentee]), np.array([mentor]))[:, 0] / 4
        worst = int(np.argmin(hours))
        return float(hours[worst]), self.first_week[worst], float(hours.max())

    def _quarters(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.uint16]:
        """Count the common quarter-hours of single pairs, shape (regimes, P); 0 where unknown."""
        one, other = self._mentees, self._mentors
        mine, theirs = one.kind[mentee], other.kind[mentor]
        return np.stack(
            [
                np.bitwise_count(one.words[k][:, mine] & other.words[k][:, theirs]).sum(
                    axis=0, dtype=np.uint16
                )
                for k in range(len(self.first_week))
            ]
        )

    def _overlap(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        hours = by_kinds(self._overlaps.least, self._mentees.kind[rows], self._mentors.kind)
        hours /= 4
        return hours

    @cached_property
    def _overlaps(self) -> Overlaps:
        return Overlaps(self._mentees, self._mentors, self.lookup)

    @cached_property
    def _mentees(self) -> Kinds:
        return Kinds.of(self.mentee_free, self._alike(self.mentee_zone), self.lookup)

    @cached_property
    def _mentors(self) -> Kinds:
        return Kinds.of(self.mentor_free, self._alike(self.mentor_zone), self.lookup)

    def _alike(self, zone: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the first zone that shows the same clock in every week; -1 where unknown."""
        first: dict[bytes, int] = {}
        alike = [
            first.setdefault(self.lookup[:, k].tobytes(), k) for k in range(self.lookup.shape[1])
        ]
        return np.array([*alike, -1], dtype=np.int64)[zone]
