"""Clocks: offsets and weeks, against the clock of the standard library at every quarter-hour."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from cmmatch.programme.clocks import offsets, regimes, week_quarters

CHANGING = [
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",  # half an hour off, and its clocks change
    "Australia/Lord_Howe",  # changes by half an hour
    "Pacific/Chatham",  # 45 minutes off, and its clocks change
    "Africa/Casablanca",  # changes for a month
    "Asia/Kathmandu",
]


@pytest.mark.parametrize("zone", CHANGING)
@pytest.mark.parametrize("first", [date(2026, 1, 29), date(2026, 9, 24)])
def test_offsets_are_those_of_every_quarter_hour(zone, first):
    days, clock = 70, ZoneInfo(zone)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    moments = [start + timedelta(minutes=15 * k) for k in range(days * 96)]
    slow = [moment.astimezone(clock).utcoffset() / timedelta(minutes=15) for moment in moments]

    assert slow == offsets(zone, first, days).tolist()


@pytest.mark.parametrize("zone", CHANGING)
@pytest.mark.parametrize("first", [date(2026, 10, 19), date(2026, 10, 22), date(2026, 3, 29)])
def test_quarter_hours_of_the_week_are_those_on_the_wall(zone, first):
    lookup = week_quarters(zone, first, 2)
    for week in range(2):
        for k in range(0, 672, 5):
            moment = datetime(first.year, first.month, first.day, tzinfo=UTC)
            moment += timedelta(weeks=week, minutes=15 * ((k - first.weekday() * 96) % 672))
            local = moment.astimezone(ZoneInfo(zone))

            assert moment.weekday() * 96 + moment.hour * 4 + moment.minute // 15 == k
            assert local.weekday() * 96 + local.hour * 4 + local.minute // 15 == lookup[week, k]


def test_weeks_alike_are_kept_once_with_the_first_of_them():
    """Monday 5 October 2026: Berlin changes on Sunday 25 October, New York on 1 November."""
    lookup, first = regimes(("America/New_York", "Europe/Berlin"), date(2026, 10, 5), 8)

    assert (4, 2, 672) == lookup.shape
    assert first == (
        date(2026, 10, 5),
        date(2026, 10, 19),
        date(2026, 10, 26),
        date(2026, 11, 2),
    )


def test_offsets_cannot_be_changed_by_whoever_gets_them():
    with pytest.raises(ValueError, match="read-only"):
        offsets("Europe/Berlin", date(2026, 1, 1), 1)[0] = 0
    assert np.array_equal(offsets("", date(2026, 1, 1), 1), np.zeros(96))
