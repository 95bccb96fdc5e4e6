"""Slots: weekly meetings that suit both, checked against a slow walk with wall clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch import Programme
from cmmatch.compatibility.slots import Slot, Span, common_slots, slots_text
from cmmatch.errors import ModelError
from cmmatch.programme.calendar import parse_availability

BERLIN, YORK = "Europe/Berlin", "America/New_York"
ZONES = [
    BERLIN,
    YORK,
    "Asia/Kolkata",  # half an hour off
    "Asia/Kathmandu",  # a quarter off
    "Australia/Lord_Howe",  # its clocks change by half an hour
    "Pacific/Auckland",  # the other half of the world, and of the week
    "Pacific/Honolulu",
]


def programme(mentee, mentor, starts="2026-10-05", weeks=6):
    """A programme of one pair from (zone, free time) of each."""
    sides = [
        {"id": [label], "timezone": [zone], "availability": [free]}
        for label, (zone, free) in (("o", mentor), ("e", mentee))
    ]
    given_start = {} if starts is None else {"starts": starts, "weeks": weeks}
    return Programme.from_frames(*sides, config={"programme": given_start})


def slots(mentee, mentor, starts="2026-10-05", weeks=6, **asked):
    return common_slots(programme(mentee, mentor, starts, weeks), 0, 0, **asked)


def slow_fits(mentee, mentor, starts, weeks, length):
    """Whether a meeting at each quarter-hour of the mentee's week works, week by week."""
    zones = [ZoneInfo(zone) for zone, _ in (mentee, mentor)]
    free = [parse_availability(text) for _, text in (mentee, mentor)]
    fits = np.zeros((weeks, 672), bool)
    for week in range(weeks):
        for ahead in range(7):
            day = starts + timedelta(days=7 * week + ahead)
            for quarter in range(96):
                wall = datetime(day.year, day.month, day.day, quarter // 4, quarter % 4 * 15)
                begin = wall.replace(tzinfo=zones[0]).astimezone(UTC)
                if begin.astimezone(zones[0]).replace(tzinfo=None) != wall:
                    continue  # the hour is skipped
                fits[week, day.weekday() * 96 + quarter] = all(
                    free[side][on_the_wall(begin + timedelta(minutes=15 * k), zones[side])]
                    for side in (0, 1)
                    for k in range(length)
                )
    return fits


def on_the_wall(moment, zone):
    local = moment.astimezone(zone)
    return local.weekday() * 96 + local.hour * 4 + local.minute // 15


def mentor_start(slot, day, zones):
    """Where the meeting of a day lies on the mentor's wall."""
    quarter = slot.mentee_start % 96
    wall = datetime(day.year, day.month, day.day, quarter // 4, quarter % 4 * 15)
    return on_the_wall(wall.replace(tzinfo=ZoneInfo(zones[0])).astimezone(UTC), ZoneInfo(zones[1]))


windows = st.sampled_from(
    [
        "Mon-Fri 08:00-18:00",
        "Mon-Sun 00:00-24:00",
        "Mon-Sun 19:15-03:30",
        "Tue 06:30-11:45; Sun 00:00-05:00; Sat 22:00-24:00",
        "Sun 01:00-04:00; Wed 12:00-13:00",
    ]
)


@settings(max_examples=30, deadline=None)
@given(
    st.tuples(st.sampled_from(ZONES), windows),
    st.tuples(st.sampled_from(ZONES), windows),
    st.sampled_from([date(2026, 10, 5), date(2027, 3, 10), date(2027, 4, 2), date(2026, 9, 27)]),
    st.sampled_from([1, 2, 4, 6]),
)
def test_slots_are_those_of_a_slow_walk_with_wall_clocks(mentee, mentor, starts, length):
    weeks = 4
    fits = slow_fits(mentee, mentor, starts, weeks, length)
    found = slots(mentee, mentor, starts.isoformat(), weeks, hours=length / 4)
    always = fits.all(axis=0)
    often = fits.sum(axis=0) > weeks / 2

    assert bool(found) == bool(often.any())
    assert all(slot.every_week == always.any() for slot in found)
    for slot in found:
        here = fits[:, slot.mentee_start]
        first = (slot.mentee_start // 96 - starts.weekday()) % 7
        days = [starts + timedelta(days=7 * week + first) for week in range(weeks)]
        assert slot.missed == tuple(day for day, fit in zip(days, here, strict=True) if not fit)
        assert slot.works == here.sum()
        for span in slot.spans:
            inside = [
                day
                for day, fit in zip(days, here, strict=True)
                if fit and span.first <= day <= span.last
            ]
            assert span.count == len(inside)
            assert {span.mentor_start} == {
                mentor_start(slot, day, (mentee[0], mentor[0])) for day in inside
            }
    if found and always.any():
        runs = np.flatnonzero(always)
        assert found[0].mentee_start in runs
        # as many slots as there are days, up to three
        assert min(3, len({int(k) // 96 for k in runs})) <= len(found)


@settings(max_examples=30, deadline=None)
@given(
    st.tuples(st.sampled_from(ZONES), windows),
    st.tuples(st.sampled_from(ZONES), windows),
    st.sampled_from([0.25, 1.0, 1.5]),
    st.integers(1, 5),
)
def test_slots_never_overlap_and_days_come_first(mentee, mentor, hours, most):
    found = slots(mentee, mentor, hours=hours, most=most)
    starts = [slot.mentee_start for slot in found]
    length = round(hours * 4)

    assert len(found) <= most
    for k, start in enumerate(starts):
        assert all(length <= (start - other) % 672 <= 672 - length for other in starts[:k])
    days = [start // 96 for start in starts]
    distinct = len(set(days))
    assert len(set(days[:distinct])) == distinct


def test_a_slot_says_both_local_times_and_the_weeks_in_which_the_mentor_moves():
    """Berlin leaves summer time on 25 October 2026, New York a week later."""
    (slot,) = slots((BERLIN, "Tue 15:00-16:00"), (YORK, "Tue 09:00-11:00"))

    assert str(slot) == (
        "Tue 15:00-16:00 Europe/Berlin, 09:00-10:00 America/New_York; "
        "on 2026-10-27 10:00-11:00 there"
    )
    assert slot.every_week
    assert slot.spans == (
        Span(date(2026, 10, 6), date(2026, 10, 20), 3, 96 + 36),
        Span(date(2026, 10, 27), date(2026, 10, 27), 1, 96 + 40),
        Span(date(2026, 11, 3), date(2026, 11, 10), 2, 96 + 36),
    )


def test_weeks_in_a_row_are_told_by_their_first_and_last_meeting():
    """New York goes to summer time on 14 March 2027, Berlin on 28 March."""
    (slot,) = slots((BERLIN, "Tue 15:00-16:00"), (YORK, "Tue 09:00-11:00"), "2027-02-01", 12)

    assert "; from 2027-03-16 to 2027-03-23 10:00-11:00 there" in str(slot)


def test_another_day_at_the_other_end_of_the_world_is_named():
    (slot,) = slots((YORK, "Tue 18:00-19:00"), ("Pacific/Auckland", "Wed 00:00-24:00"), weeks=2)

    assert str(slot) == "Tue 18:00-19:00 America/New_York, Wed 11:00-12:00 Pacific/Auckland"


def test_one_zone_is_said_once():
    (slot,) = slots((BERLIN, "Sun 23:00-24:00"), (BERLIN, "Sun 23:00-24:00"))

    assert str(slot) == "Sun 23:00-24:00 Europe/Berlin"


def test_without_any_zone_all_share_one():
    (slot,) = slots(("", "Mon 09:00-10:00"), ("", "Mon 09:00-10:00"))

    assert str(slot) == "Mon 09:00-10:00"


def test_without_a_start_a_year_stands_in_and_no_day_is_named():
    (slot,) = slots((BERLIN, "Tue 15:00-16:00"), (YORK, "Tue 09:00-11:00"), None)

    assert str(slot) == (
        "Tue 15:00-16:00 Europe/Berlin, 09:00-10:00 America/New_York; "
        "in 4 weeks of a year 10:00-11:00 there"
    )
    assert 52 == slot.works


def test_without_a_start_summer_and_winter_count_as_long_as_they_last_in_a_year():
    """Berlin is an hour ahead of Lagos from 29 March to 25 October: 30 weeks of 52."""
    (slot,) = slots((BERLIN, "Tue 15:00-16:00"), ("Africa/Lagos", "Tue 14:00-15:00"), None)

    assert (30, 22) == (slot.works, len(slot.missed))


def test_longer_stretches_come_first_then_core_hours_then_the_week():
    free = "Mon 07:00-08:00; Tue 09:00-10:00; Wed 10:00-11:00; Thu 18:00-20:00"

    found = slots((BERLIN, free), (BERLIN, free), most=4)

    assert ["Thu 18:00-19:00", "Tue 09:00-10:00", "Wed 10:00-11:00", "Mon 07:00-08:00"] == [
        slot.mentee_time for slot in found
    ]
    assert [2.0, 1.0, 1.0, 1.0] == [slot.stretch_hours for slot in found]


def test_in_a_stretch_core_hours_of_both_come_before_early_ones():
    (slot, *_) = slots((BERLIN, "Mon 07:00-20:00"), ("Europe/London", "Mon 07:00-20:00"))

    assert "Mon 10:00-11:00 Europe/Berlin, 09:00-10:00 Europe/London" == str(slot)


def test_days_come_before_further_hours_of_the_same_day():
    free = "Mon 09:00-12:00; Fri 09:00-10:00"

    assert ["Mon 09:00-10:00", "Fri 09:00-10:00", "Mon 10:00-11:00"] == [
        slot.mentee_time for slot in slots((BERLIN, free), (BERLIN, free))
    ]


def test_where_nothing_suits_every_week_the_best_of_most_weeks_are_named_as_such():
    one, other = (BERLIN, "Tue 15:00-16:00"), (YORK, "Tue 09:00-10:00")
    made = programme(one, other)

    assert slots_text(made, 0, 0) == (
        "No weekly meeting of 1 hour suits both in every week; in most weeks:\n"
        "Tue 15:00-16:00 Europe/Berlin, 09:00-10:00 America/New_York; "
        "works in 5 of 6 weeks, not on 2026-10-27"
    )
    assert not common_slots(made, 0, 0)[0].every_week


def test_half_of_the_weeks_is_not_most_of_them():
    """In two of four weeks the clocks stand as they must."""
    one, other = (BERLIN, "Tue 15:00-16:00"), (YORK, "Tue 10:00-11:00")
    made = programme(one, other, "2027-03-09", 4)

    assert () == common_slots(made, 0, 0)
    assert slots_text(made, 0, 0) == "No weekly meeting of 1 hour suits both in most weeks."


def test_an_hour_that_is_skipped_does_not_work_in_that_week():
    """In Berlin the clock jumps from 2 to 3 on Sunday 28 March 2027."""
    (slot,) = slots((BERLIN, "Sun 02:00-03:00"), ("UTC", "Sun 00:00-03:00"), "2027-03-15", 3)

    assert (date(2027, 3, 28),) == slot.missed


def test_many_missed_days_are_counted():
    slot = Slot(BERLIN, BERLIN, 0, 1.0, (Span(date(2027, 1, 4), date(2027, 2, 22), 8, 0),),
                tuple(date(2027, 3, 1) + timedelta(weeks=k) for k in range(5)), 1.0)  # fmt: skip

    assert str(slot) == (
        "Mon 00:00-01:00 Europe/Berlin; works in 8 of 13 weeks, "
        "not on 2027-03-01, 2027-03-08, 2027-03-15 and 2 more"
    )


@pytest.mark.parametrize(
    ("mentee", "mentor"),
    [
        ((BERLIN, ""), (BERLIN, "Mon 09:00-10:00")),
        ((BERLIN, "Mon 09:00-10:00"), ("", "Mon 9:00-10:00")),
    ],
)
def test_what_is_not_known_has_no_slots_and_says_so(mentee, mentor):
    made = programme(mentee, mentor)

    assert () == common_slots(made, 0, 0)
    assert slots_text(made, 0, 0) == (
        "Not known: free time or time zone is not given on both sides."
    )


@pytest.mark.parametrize("asked", [{"most": 0}, {"hours": 0.0}, {"hours": 0.3}, {"hours": 25.0}])
def test_what_is_asked_must_make_sense(asked):
    with pytest.raises(ModelError, match="given"):
        slots((BERLIN, "Mon 09:00-10:00"), (BERLIN, "Mon 09:00-10:00"), **asked)


def test_the_whole_week_is_one_stretch():
    (slot, *_) = slots((BERLIN, "Mon-Sun 00:00-24:00"), (BERLIN, "Mon-Sun 00:00-24:00"), weeks=1)

    assert 168.0 == slot.stretch_hours
    assert "Mon 09:00-10:00" == slot.mentee_time
