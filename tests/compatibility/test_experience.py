"""Experience: a band of years, and a sentence for every case."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch import Programme
from cmmatch.compatibility.experience import Experience
from cmmatch.errors import ModelError

YEARS = st.integers(0, 60)


def programme_of(mentee, mentor, **config):
    sides = [
        {"id": [label], "years_experience": [str(years)]}
        for label, years in (("o", mentor), ("e", mentee))
    ]
    return Programme.from_frames(*sides, config=config)


def one(mentee, mentor, component=Experience(), **config):  # noqa: B008 - frozen settings
    prepared = component.prepare(programme_of(mentee, mentor, **config))
    return float(prepared.rows(np.array([0]))[0, 0]), prepared.reason(0, 0)


@given(YEARS, YEARS, st.integers(1, 20), st.integers(0, 20))
def test_the_value_lies_on_the_line_through_four_points(mentee, mentor, least, span):
    most, width = least + span, span or 10
    found, _ = one(mentee, mentor, Experience((float(least), float(most))))
    line = np.interp(mentor - mentee, [0, least, most, most + width], [0.0, 1.0, 1.0, 0.5])

    assert float(line) == pytest.approx(found)


@pytest.mark.parametrize(
    "band", [(15.0, 5.0), (-1.0, 5.0), (math.nan, 5.0), (5.0, math.nan), (5.0, math.inf)]
)
def test_a_band_that_is_none_is_refused(band):
    with pytest.raises(ModelError, match="'band' must be two numbers, 0 <= least <= most; given"):
        Experience(band=band)


@pytest.mark.parametrize(
    ("mentee", "mentor", "said"),
    [
        (3, 13, "10 years more experience; 5 to 15 count in full."),
        (3, 4, "1 year more experience; 5 to 15 count in full."),
        (3, 3, "0 years more experience; 5 to 15 count in full."),
        (4, 3, "1 year less experience than the coachee; 5 to 15 count in full."),
        (5.5, 3, "2.5 years less experience than the coachee; 5 to 15 count in full."),
        ("", 3, "Not known: the coachee gives no years of experience."),
        (3, "", "Not known: the coach gives no years of experience."),
        ("", "", "Not known: the coachee gives no years of experience, nor does the coach."),
    ],
)
def test_the_sentence_says_the_years_or_who_left_them_blank(mentee, mentor, said):
    roles = {"mentor": "coach", "mentee": "coachee"}

    assert said == one(mentee, mentor, programme={"roles": roles})[1]


@pytest.mark.parametrize(("mentee", "mentor", "applies"), [(3, 4, True), ("", 4, False)])
def test_it_applies_where_both_sides_give_years(mentee, mentor, applies):
    assert applies == Experience().applies(programme_of(mentee, mentor))
