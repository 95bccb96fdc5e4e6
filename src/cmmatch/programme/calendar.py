"""Free time: weekly local hours and zones, turned to UTC exactly over the programme's weeks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cmmatch.programme.config import ProgrammeSettings
    from cmmatch.programme.people import People

__all__ = ["QUARTERS", "Calendar", "check_zone", "parse_availability"]

QUARTERS = 7 * 24 * 4
"""Quarter-hours in a week."""

REFERENCE_START, REFERENCE_WEEKS = date(2026, 1, 5), 52
"""The weeks that stand in when no start is given: a year, so that every clock change is met."""

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
        window is empty.

    Examples
    --------
    >>> int(parse_availability("Mon 09:00-12:00; Wed 14:00-14:30").sum()) / 4
    3.5
    """
    free = np.zeros(QUARTERS, dtype=np.bool_)
    for window in re.split(r"\|\|\||;", text):
        if window.strip():
            for start, length in _window(window.strip()):
                free[np.arange(start, start + length) % QUARTERS] = True
    if not free.any():
        message = f"Free time must name a window such as 'Mon 09:00-12:00'; given {text!r}."
        raise ValueError(message)
    return free


def _window(window: str) -> list[tuple[int, int]]:
    found = WINDOW.fullmatch(window.lower())
    if not found:
        message = f"Free time must be windows such as 'Mon 09:00-12:00'; given {window!r}."
        raise ValueError(message)
    first = _day(found["first"], window)
    last = _day(found["last"], window) if found["last"] else first
    start, end = _quarter(found["start"], window), _quarter(found["end"], window)
    length = end - start if end > start else end - start + QUARTERS // 7
    if start == end or start == QUARTERS // 7:
        message = f"A window must have a length; given {window!r}."
        raise ValueError(message)
    days = range(first, last + 1) if last >= first else [*range(first, 7), *range(last + 1)]
    return [(day * QUARTERS // 7 + start, length) for day in days]


def _day(name: str, window: str) -> int:
    found = [k for k, day in enumerate(DAYS) if name in (day, day[:3])]
    if not found:
        message = (
            f"A day must be Mon, Tue, Wed, Thu, Fri, Sat or Sun; given {name!r} in {window!r}."
        )
        raise ValueError(message)
    return found[0]


def _quarter(clock: str, window: str) -> int:
    hour, minute = (int(part) for part in clock.split(":"))
    if hour * 60 + minute > 24 * 60 or minute >= 60 or minute % 15:
        message = f"Times must be on a quarter-hour, 00:00 to 24:00; given {clock!r} in {window!r}."
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
        message = f"A zone must be a name such as Europe/Berlin; given {name!r}.{hint}"
        raise ValueError(message)


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
        Position in ``zones``; -1 where availability or zone is unknown.
    lookup : int16, shape (regimes, zones, 672)
        Which local quarter-hour a UTC quarter-hour is.
    first_week : tuple of date, length regimes
        First day of the first week of each regime.
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
        starts = settings.starts or REFERENCE_START
        weeks = settings.weeks if settings.starts else REFERENCE_WEEKS
        lookup, first_week = _regimes(names or ["UTC"], starts, weeks)
        sides = [
            np.array([zones.get(zone, -1) for zone in people.timezone], dtype=np.int64)
            for people in (mentees, mentors)
        ]
        mentee_zone, mentor_zone = (
            np.where(people.free_known, zone, -1)
            for people, zone in zip((mentees, mentors), sides, strict=True)
        )
        return cls(mentees.free, mentors.free, mentee_zone, mentor_zone, lookup, first_week)

    def overlap(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the common free hours of some mentees with every mentor, in the worst week.

        Parameters
        ----------
        rows : int array, shape (r,)
            Positions of mentees.

        Returns
        -------
        float64, shape (r, M)
            Hours, a multiple of 0.25; NaN where either side's free time or zone is unknown.
        """
        key = rows.tobytes()
        # The hard rule and the component ask for the same rows, one after the other.
        if self.__dict__.get("_last", (b"",))[0] != key:
            self.__dict__["_last"] = (key, self._overlap(rows))
        hours: NDArray[np.float64] = self.__dict__["_last"][1]
        return hours.copy()

    def _overlap(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        worst: NDArray[np.float32] | None = None
        for regime in range(len(self.first_week)):
            ours = self._utc(regime, self.mentee_free[rows], self.mentee_zone[rows])
            # Counts of quarter-hours are whole and small, so float32 sums are exact in any order.
            count = ours @ self._mentors_utc(regime).T
            worst = count if worst is None else np.minimum(worst, count)
        hours = np.asarray(worst, dtype=np.float64) / 4
        hours[self.mentee_zone[rows] < 0, :] = np.nan
        hours[:, self.mentor_zone < 0] = np.nan
        return hours

    def worst_week(self, mentee: int, mentor: int) -> tuple[float, date, float]:
        """Return the least common hours of a pair, the first week that has them, and the most."""
        counts = [
            float(
                (
                    self._utc(regime, self.mentee_free[[mentee]], self.mentee_zone[[mentee]])
                    * self._utc(regime, self.mentor_free[[mentor]], self.mentor_zone[[mentor]])
                ).sum()
            )
            for regime in range(len(self.first_week))
        ]
        worst = int(np.argmin(counts))
        return counts[worst] / 4, self.first_week[worst], max(counts) / 4

    def _utc(
        self, regime: int, free: NDArray[np.bool_], zone: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Free time in UTC quarter-hours as 0 and 1; all 0 where the zone is unknown."""
        local = self.lookup[regime][np.maximum(zone, 0)]
        utc = np.take_along_axis(free, local.astype(np.intp), axis=1)
        utc &= (zone >= 0)[:, None]
        return utc.astype(np.float32)

    def _mentors_utc(self, regime: int) -> NDArray[np.float32]:
        cached = self.__dict__.setdefault("_mentors", {})
        if regime not in cached:
            cached[regime] = self._utc(regime, self.mentor_free, self.mentor_zone)
        grid: NDArray[np.float32] = cached[regime]
        return grid


def _regimes(
    names: Sequence[str], starts: date, weeks: int
) -> tuple[NDArray[np.int16], tuple[date, ...]]:
    """Map UTC to local quarter-hours for every week and zone; keep weeks that differ."""
    zones = [ZoneInfo(name) for name in names]
    seen: dict[bytes, NDArray[np.int16]] = {}
    first: list[date] = []
    for week in range(weeks):
        day = starts + timedelta(weeks=week)
        mapped = np.array([_local_quarters(zone, day) for zone in zones], dtype=np.int16)
        if mapped.tobytes() not in seen:
            seen[mapped.tobytes()] = mapped
            first.append(day)
    return np.stack(list(seen.values())), tuple(first)


def _local_quarters(zone: ZoneInfo, first_day: date) -> NDArray[np.int64]:
    """Local quarter-hour, from Monday 00:00, of each UTC quarter-hour of seven days.

    Position k is always the k-th quarter-hour from Monday 00:00 UTC, whatever day the week begins
    on.
    """
    start = datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC)
    offsets = np.empty(QUARTERS, dtype=np.int64)
    for hour in range(0, QUARTERS, 4):
        # Clocks change on a full hour or half hour of UTC, except in rare zones: look again there.
        ends = [_offset(zone, start + timedelta(minutes=15 * (hour + k))) for k in (0, 3)]
        if ends[0] == ends[1]:
            offsets[hour : hour + 4] = ends[0]
        else:
            offsets[hour : hour + 4] = [
                _offset(zone, start + timedelta(minutes=15 * (hour + k))) for k in range(4)
            ]
    begins = first_day.weekday() * 96
    local = (begins + np.arange(QUARTERS) + offsets) % QUARTERS
    return np.roll(local, begins)


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    """Offset from UTC in quarter-hours, rounded down for the few zones that are off the quarter."""
    shift = moment.astimezone(zone).utcoffset()
    return 0 if shift is None else int(shift.total_seconds() // 900)
