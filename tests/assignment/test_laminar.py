"""Two laminar families against every way of parting sets in two."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from cmmatch import Candidates, PairLimit
from cmmatch.assignment.laminar import bihierarchy
from cmmatch.errors import ModelError

PAIRS = 6

families = st.lists(st.frozensets(st.integers(0, PAIRS - 1)), min_size=1, max_size=7)


def parted(sets):
    incidence = np.array([[pair in each for pair in range(PAIRS)] for each in sets], dtype=int)
    names = [f"<{k}>" for k in range(len(sets))]
    return bihierarchy(csr_array(incidence), names, people=0)


def cross(one, other):
    return bool(one & other) and not one <= other and not other <= one


def laminar(sets):
    return not any(itertools.starmap(cross, itertools.combinations(sets, 2)))


def two_families_exist(sets):
    return any(
        laminar(list(itertools.compress(sets, picked)))
        and laminar(list(itertools.compress(sets, [not each for each in picked])))
        for picked in itertools.product((False, True), repeat=len(sets))
    )


@given(sets=families)
def test_sets_part_in_two_families_or_the_ring_that_crosses_is_named(sets):
    if two_families_exist(sets):
        family = parted(sets).family
        assert all(
            laminar([s for s, f in zip(sets, family, strict=True) if f == k]) for k in (0, 1)
        )
    else:
        with pytest.raises(ModelError, match="These cross in a ring") as caught:
            parted(sets)
        ring = [int(k) for k in re.findall(r"<(\d+)>", str(caught.value))]
        assert ring[0] == ring[-1]
        assert 1 == len(ring[1:]) % 2
        assert len(ring[1:]) == len(set(ring[1:]))
        assert all(cross(sets[one], sets[other]) for one, other in itertools.pairwise(ring))


@given(sets=families.filter(two_families_exist))
def test_parents_and_homes_are_the_smallest_that_hold_them(sets):
    found = parted(sets)

    def smallest(family, holds):
        """Sizes of all sets of a family that hold something, smallest first."""
        mine = [s for s, f in zip(sets, found.family, strict=True) if f == family and holds(s)]
        return sorted(map(len, mine))

    for k, parent in enumerate(found.parent):
        wider = smallest(found.family[k], lambda s, k=k: sets[k] < s)
        twins = [
            j for j, s in enumerate(sets) if s == sets[k] and found.family[j] == found.family[k]
        ]
        if not sets[k]:
            assert parent == -1
        elif k != twins[-1]:
            assert parent == twins[twins.index(k) + 1]
        elif wider:
            assert sets[k] < sets[parent]
            assert len(sets[parent]) == wider[0]
            assert found.family[parent] == found.family[k]
        else:
            assert parent == -1
    for family, pair in itertools.product((0, 1), range(PAIRS)):
        holders = smallest(family, lambda s, pair=pair: pair in s)
        home = found.home[family, pair]
        assert (home == -1) == (not holders)
        if holders:
            assert pair in sets[home]
            assert len(sets[home]) == holders[0]
            assert found.family[home] == family


def test_a_limit_is_given_as_a_mask_or_as_positions():
    candidates = Candidates.from_matrix([[0.1, 0.2], [0.3, 0.4]])

    assert [1, 3] == PairLimit("x", candidates.mentor == 1).positions(candidates).tolist()
    assert [0, 3] == PairLimit("x", [3, 0, 3]).positions(candidates).tolist()
    assert [] == PairLimit("x", []).positions(candidates).tolist()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"pairs": [True, False]}, r"Limit 'site': a mask must have one value for each of the 4"),
        ({"pairs": [4]}, r"Limit 'site': pairs must be a mask .* in 0..3"),
        ({"pairs": [-1]}, r"Limit 'site': pairs must be a mask"),
        ({"pairs": [0.0]}, r"Limit 'site': pairs must be a mask"),
        ({"pairs": [[0]]}, r"Limit 'site': pairs must be a mask"),
        ({"at_most": -1}, "Limit 'site': bounds must be whole numbers >= 0; given -1"),
        ({"at_least": 1.5}, "Limit 'site': bounds must be whole numbers >= 0; given 1.5"),
        ({"at_least": 2, "at_most": 1}, "at most 1 is less than at least 2"),
        ({"name": " "}, "A limit needs a name"),
    ],
)
def test_a_limit_that_cannot_be_meant_is_refused(wrong, message):
    candidates = Candidates.from_matrix([[0.1, 0.2], [0.3, 0.4]])

    with pytest.raises(ModelError, match=message):
        PairLimit(**{"name": "site", "pairs": [0, 1], **wrong}).positions(candidates)
