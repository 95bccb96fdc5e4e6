"""Times to meet: the slots of every pair that is made, in both local times."""

import cmmatch
from cmmatch import Programme
from cmmatch.compatibility.slots import common_slots


def result_of(availability):
    return cmmatch.match(
        Programme.from_frames(
            {"id": ["A1"], "timezone": ["America/New_York"], "availability": [availability]},
            {"id": ["E1"], "timezone": ["Europe/Berlin"], "availability": ["Mon-Fri 15:00-16:00"]},
            config={"programme": {"starts": "2026-11-09", "weeks": 3}},
        )
    )


def test_the_three_best_slots_are_told_in_both_local_times():
    result = result_of("Mon-Fri 09:00-11:00")
    (pair,) = result.explain("E1").pairs

    assert tuple(str(s) for s in common_slots(result.programme, 0, 0)) == pair.slots
    assert 3 == len(pair.slots)
    assert "Times to meet:\n    Mon 15:00-16:00 Europe/Berlin, 09:00-10:00 America/New_York" in str(
        result.explain("E1")
    )


def test_nothing_is_told_where_free_time_is_not_known():
    (pair,) = result_of("").explain("E1").pairs

    assert () == pair.slots
