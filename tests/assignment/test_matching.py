"""Matching: positions and ids together."""

from types import SimpleNamespace

import numpy as np
import pytest

from cmmatch.assignment.matching import Matching
from cmmatch.errors import ModelError, UnknownPerson


def people(*ids):
    return SimpleNamespace(ids=np.array(ids, dtype=object))


def test_positions_are_sorted_and_read_only():
    matching = Matching(
        np.array([1, 0]), np.array([0, 1]), people("a", "b").ids, people("x", "y").ids
    )

    assert (("a", "y"), ("b", "x")) == matching.pairs
    with pytest.raises(ValueError, match="read-only"):
        matching.mentee[0] = 1


@pytest.mark.parametrize(
    ("mentee", "mentor", "message"),
    [
        ([0, 0], [1, 1], "a pair twice"),  # the same pair two times
        ([2], [0], "mentee position"),  # beyond the last mentee
        ([0], [-1], "mentor position"),  # before the first mentor
    ],
)
def test_impossible_positions_are_refused(mentee, mentor, message):
    with pytest.raises(ModelError, match=message):
        Matching(np.array(mentee), np.array(mentor), people("a", "b").ids, people("x", "y").ids)


def test_an_id_that_nobody_has_is_refused():
    with pytest.raises(UnknownPerson, match="No mentor has the id 'z'"):
        Matching.from_ids([("a", "z")], mentee_ids=["a"], mentor_ids=["x"])


def test_realigning_follows_the_ids_and_lists_the_departed():
    matching = Matching.from_ids(
        [("a", "x"), ("b", "y"), ("c", "y")], mentee_ids=["a", "b", "c"], mentor_ids=["x", "y"]
    )
    later = SimpleNamespace(mentees=people("d", "c", "a"), mentors=people("y", "x"))

    realigned = matching.on(later)

    assert {("a", "x"), ("c", "y")} == set(realigned.matching.pairs)
    assert (("b", "y"),) == realigned.departed
    assert ("d",) == realigned.matching.unmatched
