"""Availability: how much is enough, and what is said where it is not known."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch import Programme
from cmmatch.compatibility.availability import Availability
from cmmatch.compatibility.scorer import built_in_components
from cmmatch.errors import ModelError
from cmmatch.programme.calendar import parse_availability
from cmmatch.programme.loading import load_frames
from cmmatch.testing import check_component

BERLIN = "Europe/Berlin"
FREE = "Mon 09:00-12:00"
ZONES = [BERLIN, "America/New_York", "Asia/Kathmandu", "Asia/Kolkata", "Australia/Lord_Howe"]


def programme(mentors, mentees, **config):
    """People from (free time, zone)."""
    sides = [
        {
            "id": [f"{label}{k}" for k in range(len(people))],
            "availability": [free for free, _ in people],
            "timezone": [zone for _, zone in people],
        }
        for label, people in (("o", mentors), ("e", mentees))
    ]
    weeks = {"starts": "2026-12-07", "weeks": 2, **config.pop("programme", {})}
    return Programme.from_frames(*sides, config={"programme": weeks, **config})


def one(mentee, mentor, component=Availability(), **config):  # noqa: B008 - frozen settings
    """The value of one pair, and the sentence about it; (free time, zone) a person."""
    made = programme([mentor], [mentee], **config)
    prepared = component.prepare(made)
    return float(prepared.rows(np.array([0]))[0, 0]), prepared.reason(0, 0)


@pytest.mark.parametrize(
    ("component", "config", "worth"),
    [
        (Availability(), {"programme": {"hours_per_pair": 4.0}}, 3 / 4),
        (Availability(), {"eligibility": {"min_overlap_hours_per_week": 6.0}}, 3 / 6),
        (Availability(12.0), {"programme": {"hours_per_pair": 4.0}}, 3 / 12),
        (Availability(0.5), {}, 1.0),
    ],
)
def test_enough_is_what_is_set_or_what_a_pair_needs_and_no_less_than_the_rule(
    component, config, worth
):
    assert worth == one((FREE, BERLIN), (FREE, BERLIN), component, **config)[0]


def test_no_common_hour_is_zero_and_known():
    value, said = one((FREE, BERLIN), ("Tue 09:00-12:00", BERLIN))

    assert 0.0 == value
    assert said == "0 common free hours in every week; 2 are enough."


@pytest.mark.parametrize("hours", [0.0, -1.0, 168.25, math.nan, math.inf])
def test_enough_that_is_no_number_of_hours_is_refused(hours):
    with pytest.raises(ModelError, match="'enough_hours' must be a number above 0 and at most 168"):
        Availability(enough_hours=hours)


@pytest.mark.parametrize(
    ("mentee", "mentor", "said"),
    [
        (("", BERLIN), (FREE, BERLIN), "the coachee gives no free time."),
        ((FREE, ""), (FREE, BERLIN), "the coachee gives no time zone."),
        (("", ""), ("", ""), "the coachee gives no free time, nor does the coach."),
        (
            ("", BERLIN),
            (FREE, ""),
            "the coachee gives no free time and the coach gives no time zone.",
        ),
        # where nobody has a zone none is missing
        (("", ""), (FREE, ""), "the coachee gives no free time."),
    ],
)
def test_what_is_blank_is_said_and_nothing_else(mentee, mentor, said):
    roles = {"mentor": "coach", "mentee": "coachee"}
    value, found = one(mentee, mentor, programme={"roles": roles})

    assert math.isnan(value)
    assert f"Not known: {said}" == found


def test_one_hour_is_enough_in_the_singular():
    _, said = one(("Mon 09:00-10:00", BERLIN), (FREE, BERLIN), Availability(1.0))

    assert said == "1 common free hour in every week; 1 is enough."


def test_enough_is_a_setting():
    config = {"availability": {"enough_hours": 6.0}}
    made = programme([(FREE, BERLIN)], [(FREE, BERLIN)], **config)
    (component,) = [
        each for each in built_in_components(made.config) if each.name == "availability"
    ]

    assert Availability(6.0) == component
    assert 0.5 == component.prepare(made).pairs(np.array([0]), np.array([0]))[0]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"enough_hours": 0}, "setting-range"),
        ({"enough_hours": 169}, "setting-range"),
        ({"enough_hours": "many"}, "setting-type"),
        ({"busy_share": 0}, "setting-range"),
        ({"working_hours": "mornings"}, "setting-inconsistent"),
        ({"enough": 3}, "setting-unknown"),
    ],
)
def test_settings_that_make_no_sense_are_refused(given, code):
    loaded = load_frames({"id": ["o"]}, {"id": ["e"]}, config={"availability": given})

    assert [code] == [fault.code for fault in loaded.faults.faults]


def some_programme(seed, mentees=5, mentors=4):
    """People with windows by lot; some of them blank, some without a zone."""
    rng = np.random.default_rng(seed)

    def person():
        start = int(rng.integers(0, 20))
        days = ("Mon-Fri", "Tue", "Wed-Thu", "Sat-Sun")[rng.integers(4)]
        free = f"{days} {start:02}:{15 * int(rng.integers(4)):02}-{start + 3:02}:30"
        zone = ZONES[rng.integers(len(ZONES))] if rng.random() > 0.1 else ""
        return (free if rng.random() > 0.15 else "", zone)

    return programme(
        [person() for _ in range(mentors)],
        [person() for _ in range(mentees)],
        programme={"starts": "2027-03-08", "weeks": 4},
    )


@pytest.mark.parametrize("component", [Availability(), Availability(0.25), Availability(7.3)])
@pytest.mark.parametrize("seed", range(4))
def test_the_contract_is_kept(component, seed):
    check_component(component, some_programme(seed, 12, 9))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_blank_is_unknown_and_only_blank_is(seed):
    made = some_programme(seed)
    values = Availability().prepare(made).rows(np.arange(5))
    sides = made.mentees, made.mentors
    nowhere = not any((side.timezone != "").any() for side in sides)
    known = [side.free_known & ((side.timezone != "") | nowhere) for side in sides]

    assert np.array_equal(np.outer(*known), ~np.isnan(values))


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["Mon 09:00-10:00", "Tue-Wed 20:00-21:15", "Fri 10:00-16:00"]),
    st.integers(0, 6),
    st.integers(0, 23),
    st.sampled_from(ZONES),
)
def test_one_more_free_hour_never_lowers_and_raises_by_its_share_at_most(asked, day, hour, zone):
    """And an hour in which the other is not free changes nothing."""
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    more = f"Mon 09:00-09:30; {days[day]} {hour:02}:00-{hour + 1:02}:00"
    mentee = (asked, BERLIN)
    before, _ = one(mentee, ("Mon 09:00-09:30", zone), Availability(4.0))
    after, _ = one(mentee, (more, zone), Availability(4.0))

    assert before <= after <= before + 1 / 4
    if (
        zone == BERLIN
        and not (
            parse_availability(asked)
            & parse_availability(f"{days[day]} {hour:02}:00-{hour + 1:02}:00")
        ).any()
    ):
        assert before == after


def test_always_being_free_is_worth_no_more_than_covering_what_is_needed():
    mentee = ("Tue 09:00-11:00", BERLIN)
    specialist, _ = one(mentee, ("Tue 09:00-11:00", BERLIN), Availability(2.0))
    always, _ = one(mentee, ("Mon-Sun 00:00-24:00", BERLIN), Availability(2.0))

    assert 1.0 == specialist == always


def test_a_clock_change_on_one_side_is_said_with_its_week():
    value, said = one(
        ("Mon-Fri 15:00-16:00", BERLIN),
        ("Mon-Fri 09:00-10:00", "America/New_York"),
        Availability(2.0),
        programme={"starts": "2026-10-05", "weeks": 6},
    )

    assert 0.0 == value
    assert "0 common free hours in the worst week (from 2026-10-26); 2 are enough." == said
