"""Calendars: how often each quarter-hour of a person's week is taken, from an .ics file.

Needs the extra ``calendar``: icalendar, and recurring-ical-events (LGPL-3.0-or-later), which
expands rules of repetition over clock changes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from cmmatch.programme.clocks import DAY, WEEK, offsets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["INSTALL", "busy_share", "reader_is_installed"]

INSTALL = 'pip install "cmmatch[calendar]"'
"""What brings the libraries that read calendars."""

QUARTER = timedelta(minutes=15)
MARGIN = timedelta(days=2)
"""Looked at before and after the programme: zones are up to 14 hours off."""

Period = tuple[datetime, datetime]


def reader_is_installed() -> bool:
    """Whether the libraries of the extra ``calendar`` are there."""
    try:
        _libraries()
    except ImportError:
        return False
    return True


def busy_share(content: bytes, *, zone: str, first_day: date, weeks: int) -> NDArray[np.float64]:
    """Return in which share of the weeks each local quarter-hour is taken.

    Events count, repeated ones expanded, unless they are transparent or cancelled; whole days
    count from midnight to midnight. Free/busy entries count unless they say FREE; where they tell
    of a period, the share is of the weeks that the period covers. A quarter-hour that is taken in
    part is taken. Weeks are those of the person's wall clock; one in which the quarter-hour is
    skipped does not count.

    Parameters
    ----------
    content : bytes
        Of the file.
    zone : str
        The person's; times without a zone are read in it.
    first_day : date
        Of the programme.
    weeks : int
        Of the programme.

    Returns
    -------
    float64, shape (672,)
        0..1, from Monday 00:00 in the person's zone; the larger of events and free/busy entries.

    Raises
    ------
    ValueError
        It is no calendar, or an entry cannot be read.
    ImportError
        The extra is not installed.
    """
    clock = ZoneInfo(zone)
    start = datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC) - MARGIN
    wall = _wall(zone, first_day, weeks)
    share = np.zeros(WEEK)
    for calendar in _calendars(content):
        for periods, span in _sources(calendar, clock, start, len(wall)):
            taken = np.zeros(len(wall), dtype=np.bool_)
            for period in periods:
                taken[_quarters(period, start)] = True
            covered = np.ones(len(wall), dtype=np.bool_)
            if span is not None:
                covered[:] = False
                covered[_quarters(span, start)] = True
            share = np.maximum(share, _share(taken, covered, wall, weeks))
    return np.roll(share, first_day.weekday() * DAY)


def _wall(zone: str, first_day: date, weeks: int) -> NDArray[np.int64]:
    """Quarter-hours on the wall clock from the first day, of each of UTC with a margin."""
    days = weeks * 7 + 2 * MARGIN.days
    ahead = offsets(zone, first_day - MARGIN, days)
    return np.arange(days * DAY) - MARGIN.days * DAY + ahead


def _share(
    taken: NDArray[np.bool_], covered: NDArray[np.bool_], wall: NDArray[np.int64], weeks: int
) -> NDArray[np.float64]:
    """Taken weeks among those that have the quarter-hour and cover it, from the first day on."""
    inside = covered & (wall >= 0) & (wall < weeks * WEEK)
    there, busy = np.zeros((2, weeks * WEEK), dtype=np.bool_)
    there[wall[inside]] = True
    busy[wall[inside & taken]] = True
    there, busy = there.reshape(weeks, WEEK), busy.reshape(weeks, WEEK)
    result: NDArray[np.float64] = busy.sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    return result


def _libraries() -> tuple[Any, Any]:
    import icalendar
    import recurring_ical_events

    return icalendar, recurring_ical_events


def _calendars(content: bytes) -> list[Any]:
    icalendar, _ = _libraries()
    calendars = list(icalendar.Calendar.from_ical(content, multiple=True))
    if not calendars or any(each.name != "VCALENDAR" for each in calendars):
        message = "The file must hold a calendar, from BEGIN:VCALENDAR to END:VCALENDAR."
        raise ValueError(message)
    for calendar in calendars:
        for part in calendar.walk():
            for name, problem in part.errors:
                message = f"Every entry must be readable; {name} of a {part.name} is not: {problem}"
                raise ValueError(message)
    return calendars


def _sources(
    calendar: Any, clock: ZoneInfo, start: datetime, quarters: int
) -> Iterator[tuple[list[Period], Period | None]]:
    """Give the taken periods of the events, then of each free/busy entry with what it covers."""
    _, expander = _libraries()
    last = start + quarters * QUARTER
    events = expander.of(calendar, components=["VEVENT"]).between(start, last)
    yield [_event(each, clock) for each in events if _takes_time(each)], None
    for entry in calendar.walk("VFREEBUSY"):
        span = None
        if "DTSTART" in entry and "DTEND" in entry:
            span = _moment(entry["DTSTART"].dt, clock), _moment(entry["DTEND"].dt, clock)
        yield list(_free_busy(entry, clock)), span


def _takes_time(event: Any) -> bool:
    word = str(event.get("TRANSP", "OPAQUE")).upper(), str(event.get("STATUS", "")).upper()
    return word[0] != "TRANSPARENT" and word[1] != "CANCELLED"


def _event(event: Any, clock: ZoneInfo) -> Period:
    return _moment(event.start, clock), _moment(event.end, clock)


def _free_busy(entry: Any, clock: ZoneInfo) -> Iterator[Period]:
    given = entry.get("FREEBUSY", [])
    for period in given if isinstance(given, list) else [given]:
        if str(period.params.get("FBTYPE", "BUSY")).upper() != "FREE":
            begin, end = period.dt
            until = begin + end if isinstance(end, timedelta) else end
            yield _moment(begin, clock), _moment(until, clock)


def _moment(value: date, clock: ZoneInfo) -> datetime:
    """Return a day, or a time with or without a zone, as a moment of UTC."""
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    return (value if value.tzinfo else value.replace(tzinfo=clock)).astimezone(UTC)


def _quarters(period: Period, start: datetime) -> slice:
    """Return the quarter-hours that a period touches, from the start on."""
    begin = max((period[0] - start) // QUARTER, 0)
    end = -((start - period[1]) // QUARTER)
    return slice(begin, max(end, begin))
