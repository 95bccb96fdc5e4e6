"""Rounding at random: every branch is enumerated, and means are compared as fractions."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from tests.assignment.branches import every_branch

from cmmatch.assignment.draws import SeededToss, decomposed, rounded


@st.composite
def circulations(draw):
    """Up to four rings over four nodes, some over the same arcs, and a denominator."""
    flow = {}
    for _ in range(draw(st.integers(1, 4))):
        nodes = draw(st.lists(st.integers(0, 3), min_size=2, max_size=4, unique=True))
        lane, amount = draw(st.integers(0, 1)), draw(st.integers(1, 9))
        for one, other in zip(nodes, [*nodes[1:], nodes[0]], strict=True):
            arc = (one, other, lane)
            flow[arc] = flow.get(arc, 0) + amount
    tail, head, _ = (np.array(each) for each in zip(*flow, strict=True))
    return tail, head, np.array(list(flow.values())), draw(st.sampled_from([1, 2, 3, 4, 6, 7, 10]))


def is_circulation(tail, head, flow):
    return np.array_equal(np.bincount(head, flow, 4), np.bincount(tail, flow, 4))


def is_near(whole, flow, denominator):
    return all(
        math.floor(Fraction(int(f), denominator)) <= w <= math.ceil(Fraction(int(f), denominator))
        for w, f in zip(whole, flow, strict=True)
    )


@settings(max_examples=60)
@given(case=circulations())
def test_over_all_branches_every_arc_has_exactly_its_mean(case):
    tail, head, flow, denominator = case
    total, mean = Fraction(0), [Fraction(0)] * len(flow)

    for chance, whole in every_branch(
        lambda toss: rounded(tail, head, flow, denominator=denominator, toss=toss)
    ):
        assert is_circulation(tail, head, whole)
        assert is_near(whole, flow, denominator)
        total += chance
        mean = [so_far + chance * int(w) for so_far, w in zip(mean, whole, strict=True)]

    assert 1 == total
    assert [Fraction(int(f), denominator) for f in flow] == mean


@given(case=circulations())
def test_a_decomposition_has_exactly_the_means_and_few_parts(case):
    tail, head, flow, denominator = case

    parts = decomposed(tail, head, flow, denominator=denominator)

    assert denominator == sum(weight for weight, _ in parts)
    assert flow.tolist() == sum(weight * whole for weight, whole in parts).tolist()
    assert all(is_circulation(tail, head, whole) for _, whole in parts)
    assert all(is_near(whole, flow, denominator) for _, whole in parts)
    assert len(parts) <= np.count_nonzero(flow % denominator) + 1


def test_the_enumeration_finds_every_branch_with_its_chance():
    found = list(every_branch(lambda toss: (toss(1, 3), toss(1, 4))))

    assert {
        (Fraction(1, 12), (True, True)),
        (Fraction(1, 4), (True, False)),
        (Fraction(1, 6), (False, True)),
        (Fraction(1, 2), (False, False)),
    } == set(found)
    assert 4 == len(found)


@pytest.mark.parametrize(("k", "n"), [(1, 3), (7, 10), (9999, 10_000)])
def test_tosses_fall_as_often_as_their_chance_says(k, n):
    toss = SeededToss(11)
    count = sum(toss(k, n) for _ in range(20_000))

    low, high = binom.ppf([1e-6, 1 - 1e-6], 20_000, k / n)
    assert low <= count <= high


def test_bits_beyond_the_last_whole_multiple_are_drawn_again():
    class Bits:
        def __init__(self):
            self.waiting = [2**64 - 1, 0]

        def random_raw(self):
            return self.waiting.pop(0)

    toss = SeededToss(0)
    toss._bits = Bits()

    # 2**64 - 1 is a multiple of 3: its remainder would be a fourth kind of zero.
    assert toss(1, 3)
    assert [] == toss._bits.waiting


def test_a_seed_tosses_the_same_for_ever():
    toss = SeededToss(7)

    assert "0011011010101110" == "".join(str(int(toss(1, 2))) for _ in range(16))
