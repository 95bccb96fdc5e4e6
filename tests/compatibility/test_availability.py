"""Availability: how much is enough, and what is said where it is not known."""

import math

import numpy as np
import pytest

from cmmatch import Programme
from cmmatch.compatibility.availability import Availability
from cmmatch.errors import ModelError

BERLIN = "Europe/Berlin"
FREE = "Mon 09:00-12:00"


def one(mentee, mentor, component=Availability(), **config):  # noqa: B008 - frozen settings
    """The value of one pair, and the sentence about it; (free time, zone) a person."""
    sides = [
        {"id": [label], "availability": [free], "timezone": [zone]}
        for label, (free, zone) in (("o", mentor), ("e", mentee))
    ]
    settings = {"starts": "2026-12-07", "weeks": 2, **config.pop("programme", {})}
    made = Programme.from_frames(*sides, config={"programme": settings, **config})
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


@pytest.mark.parametrize("hours", [0.0, -1.0, math.nan, math.inf])
def test_enough_that_is_no_number_of_hours_is_refused(hours):
    with pytest.raises(ModelError, match="'enough_hours' must be a number above 0; given"):
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
