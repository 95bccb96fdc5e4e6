"""Slots: weekly meeting times that suit both people of a pair, in both local times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.errors import ModelError
from cmmatch.programme.calendar import programme_weeks
from cmmatch.programme.clocks import DAY, WEEK, offsets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.programme.programme import Programme

__all__ = ["Slot", "Span", "common_slots", "slots_text"]

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CORE = 9 * 4, 17 * 4
"""Core hours, from and to, in quarter-hours from midnight."""

SHOWN = 3
"""Dates that a sentence names before it counts the rest."""


@dataclass(frozen=True)
class Span:
    """Meetings in a row that begin at the same local time of the mentor.

    Parameters
    ----------
    first, last : date
        Days of the first and the last of them, on the mentee's side.
    count : int
        How many meetings.
    mentor_start : int
        Quarter-hours from Monday 00:00, 0 to 671, on the mentor's side.
    """

    first: date
    last: date
    count: int
    mentor_start: int


@dataclass(frozen=True)
class Slot:
    """One weekly meeting that keeps the mentee's local time.

    Where the clocks of the two change in different weeks the meeting moves for the mentor;
    ``str(slot)`` says when.

    Parameters
    ----------
    mentee_zone, mentor_zone : str
        Zones; "" for both where nobody gives one.
    mentee_start : int
        Quarter-hours from Monday 00:00, 0 to 671, on the mentee's side, in every week.
    hours : float
        Length, a multiple of 0.25.
    spans : tuple of Span
        Meetings that both can attend, in order; at least one.
    missed : tuple of date
        Days on which one of the two is not free or the hour does not exist; empty where the
        meeting works in every week.
    stretch_hours : float
        How long the time around the meeting is within which it may be moved and works in as many
        weeks as is asked.
    dated : bool
        False where the programme has no start, so that the days are those of a year that stands
        in.
    """

    mentee_zone: str
    mentor_zone: str
    mentee_start: int
    hours: float
    spans: tuple[Span, ...]
    missed: tuple[date, ...]
    stretch_hours: float
    dated: bool = True

    @property
    def every_week(self) -> bool:
        """Whether both can attend in every week of the programme."""
        return not self.missed

    @property
    def works(self) -> int:
        """In how many weeks both can attend."""
        return sum(span.count for span in self.spans)

    @property
    def mentor_start(self) -> int:
        """Where the meeting lies on the mentor's side in most weeks, quarter-hours from Monday."""
        counts: dict[int, int] = {}
        for span in self.spans:
            counts[span.mentor_start] = counts.get(span.mentor_start, 0) + span.count
        return max(counts, key=lambda start: (counts[start], -start))

    @property
    def mentee_time(self) -> str:
        """Local time of the mentee, such as ``Tue 15:00-16:00``."""
        return _clock(self.mentee_start, self.hours)

    @property
    def mentor_time(self) -> str:
        """Local time of the mentor in most weeks."""
        return _clock(self.mentor_start, self.hours)

    def __str__(self) -> str:
        parts = [f"{self.mentee_time} {self.mentee_zone}".strip()]
        if self.mentor_zone != self.mentee_zone:
            parts[0] += f", {self._there(self.mentor_start)} {self.mentor_zone}"
            parts += self._moved()
        if self.missed:
            weeks = self.works + len(self.missed)
            when = f", not {_dates(self.missed)}" if self.dated else ""
            parts.append(f"works in {self.works} of {weeks} weeks{when}")
        return "; ".join(parts)

    def _there(self, start: int) -> str:
        """Local time of the mentor, with the day only where it is another one."""
        clock = _clock(start, self.hours)
        return clock if start // DAY != self.mentee_start // DAY else clock[4:]

    def _moved(self) -> list[str]:
        usual = self.mentor_start
        others = [span for span in self.spans if span.mentor_start != usual]
        if self.dated:
            return [f"{_period(span)} {self._there(span.mentor_start)} there" for span in others]
        counts: dict[int, int] = {}
        for span in others:
            counts[span.mentor_start] = counts.get(span.mentor_start, 0) + span.count
        return [
            f"in {count} {'week' if count == 1 else 'weeks'} of a year {self._there(start)} there"
            for start, count in sorted(counts.items())
        ]


def common_slots(
    programme: Programme, mentee: int, mentor: int, *, most: int = 3, hours: float = 1.0
) -> tuple[Slot, ...]:
    """Suggest weekly meeting times that suit both people of a pair.

    The meeting keeps the mentee's local day and time in every week of the programme; each week is
    looked up on both walls, clock changes included. A time at which the mentee's clock shows the
    same hour twice means the first of the two; an hour that is skipped does not work in that week.

    The longest common stretch around the meeting comes first, then meetings within 9 to 17 on both
    walls in every week, then the earliest in the mentee's week. The slots lie on different days as
    far as there are such, and never overlap.

    Parameters
    ----------
    programme : Programme
        N mentees, M mentors.
    mentee, mentor : int
        Positions.
    most : int, default 3
        At most so many slots, >= 1.
    hours : float, default 1.0
        Length of a meeting: a multiple of 0.25, at most 24.

    Returns
    -------
    tuple of Slot
        Those that work in every week. If there is none, those that work in most weeks come, more
        than half of them, the most weeks first; see :attr:`Slot.every_week`. Empty where there are
        none either, or where free time or zone of either person is unknown.

    Raises
    ------
    ModelError
        If ``most`` or ``hours`` is not as said.

    Examples
    --------
    >>> from cmmatch import Programme
    >>> programme = Programme.from_frames(
    ...     {"id": ["A1"], "timezone": ["America/New_York"], "availability": ["Tue 09:00-11:00"]},
    ...     {"id": ["E1"], "timezone": ["Europe/Berlin"], "availability": ["Mon-Fri 15:00-16:00"]},
    ...     config={"programme": {"starts": "2026-10-05", "weeks": 3}},
    ... )
    >>> for slot in common_slots(programme, 0, 0):
    ...     print(slot)
    Tue 15:00-16:00 Europe/Berlin, 09:00-10:00 America/New_York
    """
    _check(most, hours)
    calendar = programme.calendar
    if calendar.mentee_zone[mentee] < 0 or calendar.mentor_zone[mentor] < 0:
        return ()
    walk = _Walk.of(programme, mentee, mentor, round(hours * 4))
    count = walk.fits.sum(axis=0)
    wanted = len(walk.fits)
    if not (count == wanted).any():
        wanted = len(walk.fits) // 2 + 1
    good = count >= wanted
    stretch = np.minimum(_stretches(good) - 1 + walk.length, WEEK)
    first = np.lexsort((np.arange(WEEK), ~walk.core(), -stretch, -count))
    chosen = _spread([int(k) for k in first if good[k]], most, walk.length)
    return tuple(walk.slot(start, stretch[start] / 4) for start in chosen)


def slots_text(
    programme: Programme, mentee: int, mentor: int, *, most: int = 3, hours: float = 1.0
) -> str:
    """Return the slots of :func:`common_slots` as text for people, one in a line.

    Where nothing works in every week, or nothing is known, the text says so.
    """
    slots = common_slots(programme, mentee, mentor, most=most, hours=hours)
    calendar = programme.calendar
    length = f"{hours:g} {'hour' if hours == 1 else 'hours'}"
    if calendar.mentee_zone[mentee] < 0 or calendar.mentor_zone[mentor] < 0:
        return "Not known: free time or time zone is not given on both sides."
    if not slots:
        return f"No weekly meeting of {length} suits both in most weeks."
    lines = [str(slot) for slot in slots]
    if not slots[0].every_week:
        lines.insert(0, f"No weekly meeting of {length} suits both in every week; in most weeks:")
    return "\n".join(lines)


@dataclass(frozen=True, eq=False)
class _Walk:
    """Every week of the programme, on both walls, for one pair.

    ``start`` holds the UTC quarter-hour, counted from the first day, at which the meeting of a
    week begins that begins at a quarter-hour of the mentee's week; -1 where that hour is skipped.
    """

    programme: Programme
    mentee: int
    mentor: int
    length: int
    start: NDArray[np.int64]
    fits: NDArray[np.bool_]
    mentor_wall: NDArray[np.int64]

    @classmethod
    def of(cls, programme: Programme, mentee: int, mentor: int, length: int) -> _Walk:
        first_day, weeks = programme_weeks(programme.config.programme)
        mentees, mentors = programme.mentees, programme.mentors
        # Two days more on both sides: zones are up to 14 hours off, and meetings have a length.
        lead, days = 2 * DAY, weeks * 7 + 4
        first = first_day - timedelta(days=2)
        wall, other = (
            np.arange(days * DAY) - lead + offsets(people.timezone[k], first, days)
            for people, k in ((mentees, mentee), (mentors, mentor))
        )
        begins = first_day.weekday() * DAY
        both = mentees.free[mentee][(wall + begins) % WEEK]
        both = both & mentors.free[mentor][(other + begins) % WEEK]
        free = np.concatenate([[0], np.cumsum(both)])
        whole = np.zeros(len(both), dtype=np.bool_)
        whole[: len(both) - length + 1] = free[length:] - free[:-length] == length

        wanted = np.arange(weeks)[:, None] * WEEK + (np.arange(WEEK) - begins) % WEEK
        # Hours that come twice: of equal walls the first moment counts.
        order = np.argsort(wall, kind="stable")
        place = order[np.searchsorted(wall[order], wanted)]
        start = np.where(wall[place] == wanted, place, -1)
        fits = (start >= 0) & whole[start]
        return cls(programme, mentee, mentor, length, start, fits, (other + begins) % WEEK)

    def core(self) -> NDArray[np.bool_]:
        """Whether a meeting lies within core hours on both walls whenever it works, (672,)."""
        mine = _in_core(np.arange(WEEK), self.length)
        theirs = _in_core(self.mentor_wall[self.start], self.length) | ~self.fits
        return mine & theirs.all(axis=0)

    def slot(self, start: int, stretch_hours: float) -> Slot:
        """Describe the meeting that begins at a quarter-hour of the mentee's week."""
        settings = self.programme.config.programme
        first_day, weeks = programme_weeks(settings)
        offset = (start // DAY - first_day.weekday()) % 7
        days = [first_day + timedelta(days=7 * week + offset) for week in range(weeks)]
        spans: list[Span] = []
        for week, day in enumerate(days):
            there = int(self.mentor_wall[self.start[week, start]])
            if not self.fits[week, start]:
                continue
            if spans and spans[-1].mentor_start == there:
                spans[-1] = Span(spans[-1].first, day, spans[-1].count + 1, there)
            else:
                spans.append(Span(day, day, 1, there))
        return Slot(
            mentee_zone=self.programme.mentees.timezone[self.mentee],
            mentor_zone=self.programme.mentors.timezone[self.mentor],
            mentee_start=start,
            hours=self.length / 4,
            spans=tuple(spans),
            missed=tuple(day for k, day in enumerate(days) if not self.fits[k, start]),
            stretch_hours=stretch_hours,
            dated=settings.starts is not None,
        )


def _check(most: int, hours: float) -> None:
    if most < 1:
        message = f"'most' must be 1 or more; given {most}."
        raise ModelError(message)
    if not (0 < hours <= 24 and float(hours * 4).is_integer()):
        message = f"'hours' must be a multiple of 0.25, above 0 and at most 24; given {hours}."
        raise ModelError(message)


def _in_core(start: NDArray[np.int64], length: int) -> NDArray[np.bool_]:
    clock = start % DAY
    return (clock >= CORE[0]) & (clock + length <= CORE[1])


def _stretches(good: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the length of the run of True that each quarter-hour is in, around the week."""
    if good.all():
        return np.full(WEEK, WEEK)
    turn = int(np.flatnonzero(~good)[0])
    line = np.roll(good, -turn)
    run = np.cumsum(~line)
    length = np.bincount(run[line], minlength=int(run[-1]) + 1)
    return np.roll(np.where(line, length[run], 0), turn)


def _spread(ranked: list[int], most: int, length: int) -> list[int]:
    """Choose the first of each day, then, if there are too few, further ones beside them."""
    chosen: list[int] = []
    for new_day in (True, False):
        for start in ranked:
            if len(chosen) == most:
                return chosen
            days = {other // DAY for other in chosen}
            apart = all(length <= (start - other) % WEEK <= WEEK - length for other in chosen)
            if apart and not (new_day and start // DAY in days):
                chosen.append(start)
    return chosen


def _clock(start: int, hours: float) -> str:
    """Return a day and two times; an end at midnight is 24:00."""
    end = (start + round(hours * 4)) % DAY or DAY
    day, begin = divmod(start, DAY)
    return f"{DAYS[day]} {begin // 4:02}:{begin % 4 * 15:02}-{end // 4:02}:{end % 4 * 15:02}"


def _period(span: Span) -> str:
    if span.count == 1:
        return f"on {span.first.isoformat()}"
    return f"from {span.first.isoformat()} to {span.last.isoformat()}"


def _dates(days: tuple[date, ...]) -> str:
    named = ", ".join(day.isoformat() for day in days[:SHOWN])
    more = len(days) - SHOWN
    return f"on {named}" + (f" and {more} more" if more > 0 else "")
