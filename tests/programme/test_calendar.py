"""Free time: reading it, and common hours over clock changes."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch.programme.calendar import QUARTERS, Calendar, check_zone, parse_availability
from cmmatch.programme.config import ProgrammeSettings

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",  # 45 minutes off
    "Asia/Kolkata",  # 30 minutes off
    "Australia/Lord_Howe",  # its clocks change by half an hour
    "Pacific/Auckland",
    "Pacific/Honolulu",  # the other side of the date line
    "UTC",
]


def group(*people):
    """People from (zone, availability); None for unknown availability."""
    free = [
        np.zeros(QUARTERS, bool) if when is None else parse_availability(when) for _, when in people
    ]
    return SimpleNamespace(
        timezone=np.array([zone for zone, _ in people], dtype=object),
        free=np.array(free),
        free_known=np.array([when is not None for _, when in people]),
    )


def calendar(mentees, mentors, starts=None, weeks=26):
    return Calendar.of(
        mentees, mentors, ProgrammeSettings.model_validate({"starts": starts, "weeks": weeks})
    )


def slow_overlap(one, other, starts, weeks):
    """Common hours of the worst week, quarter-hour by quarter-hour on both walls."""
    worst = None
    for week in range(weeks):
        hours = 0.0
        for quarter in range(QUARTERS):
            moment = datetime(starts.year, starts.month, starts.day, tzinfo=UTC)
            moment += timedelta(weeks=week, minutes=15 * quarter)
            hours += 0.25 * all(on_the_wall(moment, zone, when) for zone, when in (one, other))
        worst = hours if worst is None else min(worst, hours)
    return worst


def on_the_wall(moment, zone, when):
    local = moment.astimezone(ZoneInfo(zone))
    return parse_availability(when)[local.weekday() * 96 + local.hour * 4 + local.minute // 15]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Mon 09:00-12:00; Wed 14:00-16:00", 5.0),
        ("monday 9:00-10:00|||TUESDAY 10:15-10:30", 1.25),
        ("Mon-Fri 17:00-18:00", 5.0),
        ("Sat-Mon 00:00-24:00", 72.0),
        ("Sun 23:00-01:00", 2.0),  # over midnight, into Monday
        ("Mon 09:00-11:00; Mon 10:00-12:00", 3.0),  # overlapping windows are united
    ],
)
def test_free_time_is_read_by_quarter_hours(text, hours):
    assert hours == parse_availability(text).sum() / 4


def test_a_window_over_sunday_midnight_begins_the_week():
    assert [0, 1, 2, 3, *range(QUARTERS - 4, QUARTERS)] == np.flatnonzero(
        parse_availability("Sun 23:00-01:00")
    ).tolist()


@pytest.mark.parametrize(
    "text",
    [
        "Mon",  # no times
        "Mon 9-12",  # no minutes
        "Mo 09:00-10:00",  # a day by two letters
        "Mon 09:10-10:00",  # not on a quarter-hour
        "Mon 09:00-25:00",  # no such hour
        "Mon 24:30-24:45",  # beyond midnight
        "Mon 09:00-09:00",  # no length
        "09:00-10:00 Mon",  # the day after the time
        ";",  # nothing at all
    ],
)
def test_unreadable_free_time_is_refused_and_said_once(text):
    with pytest.raises(ValueError, match="must") as caught:
        parse_availability(text)

    assert f"{text!r}" not in str(caught.value)


def test_all_windows_that_cannot_be_read_are_told_at_once_by_what_is_wrong():
    text = "whenever; Mon 25:00-26:00; Tue 12:00-11:00; Tue 12:00-12:00; Foo 09:00-10:00; Mo 9-11"
    with pytest.raises(ValueError, match="must") as caught:
        parse_availability(text)

    assert (
        "Free time must be windows such as 'Mon 09:00-12:00'; see 'whenever', 'Mo 9-11'. "
        "Times must be on a quarter-hour, 00:00 to 24:00; see 'Mon 25:00-26:00'. "
        "A window must have a length; see 'Tue 12:00-12:00'. "
        "A day must be Mon, Tue, Wed, Thu, Fri, Sat or Sun; see 'Foo 09:00-10:00'."
    ) == str(caught.value)


def test_an_unknown_zone_is_refused_with_a_near_spelling():
    with pytest.raises(ValueError, match="Did you mean Europe/Berlin"):
        check_zone("Europe/Berln")


def test_a_clock_change_on_one_side_only_costs_the_overlap():
    """Berlin leaves summer time on 25 October 2026, New York a week later."""
    berlin, york = (
        ("Europe/Berlin", "Mon-Fri 15:00-16:00"),
        ("America/New_York", "Mon-Fri 09:00-10:00"),
    )

    before = calendar(group(berlin), group(york), date(2026, 9, 7), 4)
    across = calendar(group(berlin), group(york), date(2026, 9, 7), 26)

    assert 5.0 == before.overlap(np.array([0]))[0, 0]
    assert 0.0 == across.overlap(np.array([0]))[0, 0]
    assert (0.0, date(2026, 10, 26), 5.0) == across.worst_week(0, 0)


@pytest.mark.parametrize("starts", [date(2026, 3, 2), date(2026, 9, 30), date(2026, 4, 1)])
def test_hours_agree_with_a_walk_through_every_quarter_hour(starts):
    whens = [
        "Mon-Fri 08:00-18:00",
        "Sat 20:00-02:00; Tue 06:30-07:45",
        "Sun 00:00-04:00; Wed 12:00-13:00",
    ]
    people = [(zone, whens[k % 3]) for k, zone in enumerate(ZONES)]
    hours = calendar(group(*people), group(*people), starts, 5).overlap(np.arange(len(people)))

    for i, one in enumerate(people):
        for j, other in enumerate(people[: i + 1]):
            assert slow_overlap(one, other, starts, 5) == hours[i, j] == hours[j, i]


def test_unknown_free_time_and_a_single_missing_zone_are_unknown_not_zero():
    mentees = group(("Europe/Berlin", None), ("", "Mon 09:00-10:00"), ("UTC", "Mon 09:00-10:00"))
    mentors = group(("UTC", "Mon 09:00-10:00"))

    assert [True, True, False] == np.isnan(
        calendar(mentees, mentors).overlap(np.arange(3))[:, 0]
    ).tolist()


def test_without_any_zone_all_share_one():
    one = group(("", "Mon 09:00-11:00"))

    assert 2.0 == calendar(one, one).overlap(np.array([0]))[0, 0]


@pytest.mark.parametrize(
    ("one", "other", "worst"),
    [
        # In spring New York changes its clocks first, on 8 March, and Berlin on the 29th.
        (
            ("Europe/Berlin", "Mon-Fri 15:00-16:00"),
            ("America/New_York", "Mon-Fri 09:00-10:00"),
            date(2026, 3, 9),
        ),
        # Both leave summer time on 5 April, but Auckland goes back to it a week before Sydney.
        (
            ("Australia/Sydney", "Mon-Fri 12:00-13:00"),
            ("Pacific/Auckland", "Mon-Fri 14:00-15:00"),
            date(2026, 9, 28),
        ),
    ],
)
def test_without_a_start_every_clock_change_of_a_year_is_met(one, other, worst):
    made = calendar(group(one), group(other))

    assert (0.0, worst, 5.0) == made.worst_week(0, 0)
    assert 0.0 == made.overlap(np.array([0]))[0, 0]


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_the_rows_asked_for_change_no_bit(seed):
    rng = np.random.default_rng(seed)

    def some(count):
        days = ("Mon", "Tue", "Wed", "Thu", "Fri")
        return group(
            *(
                (
                    ZONES[rng.integers(len(ZONES))],
                    f"{days[rng.integers(5)]} {rng.integers(0, 20):02d}:00-23:45",
                )
                for _ in range(count)
            )
        )

    made = calendar(some(7), some(5), date(2026, 9, 7))
    whole = made.overlap(np.arange(7))
    rows = rng.permutation(7)[:3]
    mentee, mentor = np.repeat(np.arange(7), 5), np.tile(np.arange(5), 7)

    assert np.array_equal(whole[rows], made.overlap(rows))
    assert np.array_equal(whole.ravel(), made.pairs(mentee, mentor))
    for i, j in zip(mentee, mentor, strict=True):
        assert whole[i, j] == made.pairs(np.array([i]), np.array([j]))[0]
        assert whole[i, j] == made.worst_week(i, j)[0]


def random_calendar(seed, mentees, mentors, share=0.3):
    """Free time by lot, quarter-hour by quarter-hour; somebody unknown on both sides."""
    rng = np.random.default_rng(seed)

    def side(count):
        free = rng.random((count, QUARTERS)) < share
        zones = np.array(ZONES, dtype=object)[rng.integers(0, len(ZONES), count)]
        return SimpleNamespace(timezone=zones, free=free, free_known=rng.random(count) > 0.05)

    return calendar(side(mentees), side(mentors), date(2026, 9, 7))


@pytest.mark.parametrize("mentors", [40, 2100])
def test_single_pairs_and_whole_rows_are_equal_on_any_pattern(mentors):
    """More mentors than are worked on together; few pairs a row, then most of a row."""
    made = random_calendar(1, 30, mentors)
    rng = np.random.default_rng(2)
    whole = made.overlap(np.arange(30))

    assert np.isnan(whole).any()
    assert not np.isnan(whole).all()
    for count in (1, 50, 20 * mentors):
        mentee, mentor = rng.integers(0, 30, count), rng.integers(0, mentors, count)
        exact = made.pairs(mentee, mentor)
        assert exact.dtype == np.float64
        assert np.array_equal(whole[mentee, mentor], exact, equal_nan=True)


def test_people_alike_are_looked_at_once_and_all_get_the_answer():
    office = ("Europe/Berlin", "Mon-Fri 09:00-17:00")
    made = calendar(group(office, ("UTC", "Mon 08:00-09:00"), office), group(office, office))

    assert 2 == made._mentees.count
    assert 1 == made._mentors.count
    assert [[40.0, 40.0], [1.0, 1.0], [40.0, 40.0]] == made.overlap(np.arange(3)).tolist()


def test_blocks_too_large_to_keep_are_right_as_well():
    made = calendar(group(("UTC", "Mon 08:00-09:00")), group(("UTC", "Mon 08:00-09:00")))
    rows = np.zeros(1500, dtype=np.intp)

    assert (1.0 == made.overlap(rows)).all()
    assert (1.0 == made.overlap(rows)).all()


def test_what_is_handed_out_to_several_cannot_be_changed():
    first = random_calendar(3, 4, 4).overlap(np.arange(4))

    with pytest.raises(ValueError, match="read-only"):
        first[:] = -1


def test_nobody_is_asked_for():
    made = random_calendar(4, 3, 3)
    nobody = np.array([], dtype=np.intp)

    assert (0, 3) == made.overlap(nobody).shape
    assert (0,) == made.pairs(nobody, nobody).shape
