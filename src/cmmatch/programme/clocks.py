"""Clocks: what the wall clock of a zone shows at every quarter-hour of UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["DAY", "WEEK", "offsets", "regimes", "week_quarters"]

DAY = 24 * 4
"""Quarter-hours in a day."""

WEEK = 7 * DAY
"""Quarter-hours in a week."""


@lru_cache(maxsize=512)
def offsets(zone: str, first_day: date, days: int) -> NDArray[np.int64]:
    """Return how far a zone is ahead of UTC, in quarter-hours, at each quarter-hour of some days.

    Parameters
    ----------
    zone : str
        Name in the time zone database; "" is UTC.
    first_day : date
        Begins at 00:00 UTC.
    days : int
        How many, >= 1.

    Returns
    -------
    int64, shape (days * 96,)
        Read-only. Rounded down for the few zones of the past that were off the quarter-hour.

    Examples
    --------
    >>> offsets("Asia/Kathmandu", date(2026, 12, 1), 1)[0] / 4
    np.float64(5.75)
    """
    clock = ZoneInfo(zone or "UTC")
    start = datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC)
    midnights = [_offset(clock, start + timedelta(days=day)) for day in range(days + 1)]
    found = np.repeat(np.array(midnights[:-1], dtype=np.int64), DAY)
    for day in range(days):
        # No zone changes its clock and changes it back within one day.
        if midnights[day] != midnights[day + 1]:
            found[day * DAY : (day + 1) * DAY] = [
                _offset(clock, start + timedelta(days=day, minutes=15 * k)) for k in range(DAY)
            ]
    found.flags.writeable = False
    return found


def _offset(clock: ZoneInfo, moment: datetime) -> int:
    shift = moment.astimezone(clock).utcoffset()
    return 0 if shift is None else int(shift.total_seconds() // 900)


def week_quarters(zone: str, first_day: date, weeks: int) -> NDArray[np.int16]:
    """Return which local quarter-hour of the week each UTC quarter-hour of the week is.

    Returns
    -------
    int16, shape (weeks, 672)
        Both are counted from Monday 00:00, whatever day the first day is.
    """
    begins = first_day.weekday() * DAY
    ahead = offsets(zone, first_day, weeks * 7).reshape(weeks, WEEK)
    local = (begins + np.arange(WEEK) + ahead) % WEEK
    return np.roll(local, begins, axis=1).astype(np.int16)


def regimes(
    zones: Sequence[str], first_day: date, weeks: int
) -> tuple[NDArray[np.int16], tuple[date, ...]]:
    """Return the different weeks of some zones together: each kind of week once.

    Returns
    -------
    lookup : int16, shape (regimes, zones, 672)
        :func:`week_quarters` of each zone.
    first_week : tuple of date, length regimes
        First day of the first week of each regime.
    """
    every = np.stack([week_quarters(zone, first_day, weeks) for zone in zones], axis=1)
    seen: dict[bytes, int] = {}
    for week in range(weeks):
        seen.setdefault(every[week].tobytes(), week)
    kept = list(seen.values())
    return every[kept], tuple(first_day + timedelta(weeks=week) for week in kept)
