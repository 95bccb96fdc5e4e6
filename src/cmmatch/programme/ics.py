"""Calendars: how often each quarter-hour of a person's week is taken, from an .ics file.

Needs the extra ``calendar``: icalendar, and recurring-ical-events (LGPL-3.0-or-later), which
expands rules of repetition over clock changes.
"""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from cmmatch.programme.clocks import DAY, WEEK, offsets
from cmmatch.programme.ics_lines import (
    ENTRIES,
    EXPORT,
    CalendarProblem,
    Line,
    check_lines,
    content_lines,
)
from cmmatch.programme.sheets import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["INSTALL", "busy_share", "reader_is_installed"]

INSTALL = 'pip install "cmmatch[calendar]"'
"""What brings the libraries that read calendars."""

QUARTER = timedelta(minutes=15)
MARGIN = timedelta(days=2)
"""Looked at before and after the programme: zones are up to 14 hours off."""

Period = tuple[datetime, datetime]
Result = TypeVar("Result")


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
    CalendarProblem
        It is no calendar, an entry cannot be read or ends before it starts, an entry is repeated
        more finely than daily, or a zone is unknown. It repeats nothing of what the file says.
    ImportError
        The extra is not installed.
    """
    clock = ZoneInfo(zone)
    start = datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC) - MARGIN
    wall = _wall(zone, first_day, weeks)
    share = np.zeros(WEEK)
    for periods, span in _periods(content, clock, start, len(wall)):
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


def _periods(
    content: bytes, clock: ZoneInfo, start: datetime, quarters: int
) -> list[tuple[list[Period], Period | None]]:
    """Give what is taken, of a file that nothing is found against before it is expanded."""
    icalendar, _ = _libraries()
    text = content.decode("utf-8-sig", "replace")
    lines = content_lines(text, lambda line: icalendar.parser.Contentline(line).parts())
    # Their warnings would tell what the file says.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_lines(lines, quarters // DAY, _is_zone)
        calendars = _tried(_parsed, lines)
        parts = [part for calendar in calendars for part in calendar.walk()]
        _check_entries([part for part in parts if part.name in ENTRIES], lines)

        def expand(some: Sequence[Line]) -> list[tuple[list[Period], Period | None]]:
            made = calendars if some is lines else _parsed(some)
            return [each for c in made for each in _sources(c, clock, start, quarters)]

        return _tried(expand, lines)


def _parsed(lines: Sequence[Line]) -> list[Any]:
    icalendar, _ = _libraries()
    text = "\r\n".join(line.text for line in lines)
    return list(icalendar.Calendar.from_ical(text, multiple=True))


def _tried(work: Callable[[Sequence[Line]], Result], lines: Sequence[Line]) -> Result:
    """Do the work, or name the first entry for which it cannot be done."""
    try:
        return work(lines)
    # The libraries raise many kinds for what contradicts the format.
    except Exception:
        for number in range(1 + max(line.entry for line in lines)):
            try:
                work([line for line in lines if line.entry in (0, number)])
            except Exception:
                if number:
                    raise _unreadable([number], lines) from None
                break
        message = "What a calendar says beside its entries, such as its zones, must be readable."
        raise CalendarProblem(message) from None


def _unreadable(
    entries: Sequence[int],
    lines: Sequence[Line],
    must: str = "The values of every entry must be readable; those of entry {} are not.",
) -> CalendarProblem:
    return CalendarProblem(
        must.format(listed(entries)),
        line=next(line.number for line in lines if line.entry == entries[0]),
        remedy=f"Correct it in the calendar, or delete it there. {EXPORT}",
    )


def _is_zone(name: str) -> bool:
    """Whether a zone is known, also by its name in Windows; zones of other files do not count."""
    from icalendar.timezone import TZP

    return TZP().timezone(name) is not None


def _check_entries(entries: list[Any], lines: Sequence[Line]) -> None:
    bad = [k + 1 for k, entry in enumerate(entries) if not _is_read(entry)]
    if bad:
        raise _unreadable(bad, lines)
    bad = [k + 1 for k, entry in enumerate(entries) if not _is_forward(entry)]
    if bad:
        must = "Every entry must have a start and no end before it; entry {} has not."
        raise _unreadable(bad, lines, must)


def _is_read(entry: Any) -> bool:
    return not any(part.errors for part in entry.walk())


def _is_forward(entry: Any) -> bool:
    """Whether what takes time has a start, where it needs one, and ends no sooner."""
    if entry.name not in ("VEVENT", "VFREEBUSY"):
        return True
    try:
        ends = [_moment(entry[name].dt, UTC) for name in ("DTSTART", "DTEND") if name in entry]
        length = entry["DURATION"].dt if "DURATION" in entry else timedelta()
        periods = [*_free_busy(entry, UTC)]
    # An entry may give twice what it must give once, or a value of another kind.
    except (AttributeError, TypeError, ValueError, OverflowError):
        return False
    started = "DTSTART" in entry or entry.name == "VFREEBUSY"
    forward = all(begin <= end for begin, end in periods)
    return started and forward and ends == sorted(ends) and length >= timedelta()


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


def _free_busy(entry: Any, clock: tzinfo) -> Iterator[Period]:
    given = entry.get("FREEBUSY", [])
    for period in given if isinstance(given, list) else [given]:
        if str(period.params.get("FBTYPE", "BUSY")).upper() != "FREE":
            begin, end = period.dt
            until = begin + end if isinstance(end, timedelta) else end
            yield _moment(begin, clock), _moment(until, clock)


def _moment(value: date, clock: tzinfo) -> datetime:
    """Return a day, or a time with or without a zone, as a moment of UTC."""
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    return (value if value.tzinfo else value.replace(tzinfo=clock)).astimezone(UTC)


def _quarters(period: Period, start: datetime) -> slice:
    """Return the quarter-hours that a period touches, from the start on."""
    begin = max((period[0] - start) // QUARTER, 0)
    end = -((start - period[1]) // QUARTER)
    return slice(begin, max(end, begin))
