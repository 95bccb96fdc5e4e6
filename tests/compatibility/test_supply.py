"""Supply: shortages agree with a count by hand; hours with the zones; loads with the rules."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from cmmatch import Programme, Scorer
from cmmatch.compatibility.asking import people_without_anyone
from cmmatch.compatibility.blanks import count_blanks
from cmmatch.compatibility.supply import goal_supply, hour_supply, load_gaps, skill_supply


def gaps(programme):
    scored = Scorer.for_programme(programme).prepare(programme)
    possible = scored.eligibility.count().eligible_per_mentee
    return load_gaps(programme, possible, count_blanks(scored).seekers)


@pytest.mark.parametrize("seed", range(20))
def test_the_shortage_is_what_the_best_matching_on_one_skill_leaves(seed):
    rng = np.random.default_rng(seed)
    wanted, levels = rng.integers(1, 6, 9), rng.integers(1, 6, 5)
    places = rng.integers(0, 3, 5)
    programme = Programme.from_frames(
        {
            "id": [f"o{k}" for k in range(5)],
            "skills": [f"x:{k}" for k in levels],
            "capacity": places,
        },
        {"id": [f"e{k}" for k in range(9)], "skills_wanted": [f"x:{k}" for k in wanted]},
    )
    seats = np.repeat(levels, places)
    fits = (seats >= wanted[:, None]).astype(int)
    row, column = linear_sum_assignment(-fits)
    (found,) = skill_supply(programme)

    assert 9 - fits[row, column].sum() == found.shortage
    able = (levels >= wanted.min()) & (places > 0)
    assert (9, able.sum(), places[able].sum()) == (found.wanted, found.mentors, found.places)


def test_goals_are_counted_by_category_whatever_their_capitals():
    programme = Programme.from_frames(
        {"id": ["o"], "goals": ["Promotion"], "capacity": [1]},
        {"id": ["e", "f", "g"], "goals": ["promotion", "promotion; travel", ""]},
    )

    assert [("promotion", 2, 1, 1, 1), ("travel", 1, 0, 0, 1)] == [
        (s.name, s.wanted, s.mentors, s.places, s.shortage) for s in goal_supply(programme)
    ]


def test_a_goal_that_a_mentor_has_reached_is_supplied_once_by_each_mentor():
    programme = Programme.from_frames(
        {
            "id": ["o", "p", "q"],
            "goals": ["promotion", "", "travel"],
            "goals_achieved": ["Promotion", "promotion", ""],
            "capacity": [1, 2, 4],
        },
        {"id": ["e", "f"], "goals": ["promotion", "promotion"]},
    )

    assert [("promotion", 2, 2, 3, 0)] == [
        (s.name, s.wanted, s.mentors, s.places, s.shortage) for s in goal_supply(programme)
    ]


def test_an_hour_is_where_utc_has_it():
    programme = Programme.from_frames(
        {
            "id": ["o"],
            "timezone": ["America/New_York"],
            "availability": ["Tue 09:00-10:30"],
            "capacity": [2],
        },
        {"id": ["e"], "timezone": ["Asia/Kathmandu"], "availability": ["Mon 00:00-02:00"]},
        config={"programme": {"starts": "2026-12-07", "weeks": 3}},
    )
    hours = {each.hour: (each.mentees, each.places) for each in hour_supply(programme)}

    # 18:15 to 20:15 of Sunday in UTC holds one whole hour; 14:00 to 15:30 of Tuesday another.
    assert {"Sun 19:00": (1, 0), "Tue 14:00": (0, 2)} == {
        hour: both for hour, both in hours.items() if any(both)
    }


def test_a_minimum_load_beyond_those_who_may_meet_is_said():
    programme = Programme.from_frames(
        {"id": ["o", "p"], "capacity": [3, 1], "min_mentees": [2, 0], "languages": ["en", "de"]},
        {"id": ["e", "f"], "languages": ["en", "de"]},
    )

    assert (
        "mentors, row 0, column 'min_mentees': o must have at least 2, but only 1 who want "
        "somebody may meet this mentor. Lower the number, or relax a hard rule.",
    ) == gaps(programme)


def test_minimum_loads_beyond_all_wishes_are_said():
    programme = Programme.from_frames(
        {"id": ["o", "p"], "capacity": [2, 2], "min_mentees": [2, 1]}, {"id": ["e", "f"]}
    )

    assert (
        "mentors, column 'min_mentees': all minimum loads together are 3, but only 2 wishes can be "
        "met. Lower some, or relax a hard rule.",
    ) == gaps(programme)


def test_minimum_loads_that_can_be_met_are_not_spoken_of():
    programme = Programme.from_frames(
        {"id": ["o", "p"], "capacity": [2, 2], "min_mentees": [1, 1]}, {"id": ["e", "f"]}
    )

    assert () == gaps(programme)


def test_people_without_anyone_are_named_on_both_sides_with_the_rules():
    programme = Programme.from_frames(
        {"id": ["o", "p"], "languages": ["en", "fr"]},
        {"id": ["e", "f"], "languages": ["en", "de"]},
    )
    scored = Scorer.for_programme(programme).prepare(programme)
    found = people_without_anyone(scored.eligibility, scored.eligibility.count())

    assert [
        ("mentee", "f", {"common_language": 2}),
        ("mentor", "p", {"common_language": 2}),
    ] == [(each.side, each.id, dict(each.refused_by)) for each in found]
