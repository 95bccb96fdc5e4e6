"""What unknown values count as adds up to a middling score, in any order of pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from cmmatch.compatibility.neutral import middling_values

VALUES = arrays.arrays(
    np.float64,
    arrays.array_shapes(min_dims=2, max_dims=2, max_side=30),
    elements=st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0, np.nan]),
)


def score(values, neutral):
    filled = np.where(np.isnan(values), neutral, values)
    return np.rint(filled.mean(axis=1) * 10**6).astype(np.int64)


def test_skewed_components_add_up_to_the_median_and_not_to_the_mean():
    rng = np.random.default_rng(1)
    values = np.clip(rng.exponential(0.2, (5000, 3)), 0, 1)
    neutral = middling_values(values, score)

    assert np.median(score(values, neutral)) / 10**6 == pytest.approx(neutral.mean(), abs=0.003)
    assert values.mean() - neutral.mean() > 0.015


@given(VALUES, st.randoms())
def test_the_order_of_pairs_changes_no_bit_and_values_are_in_range(values, random):
    order = list(range(len(values)))
    random.shuffle(order)
    neutral = middling_values(values, score)

    assert neutral.tolist() == middling_values(values[order], score).tolist()
    assert ((neutral >= 0) & (neutral <= 1)).all()


def test_what_nobody_knows_counts_a_half_and_what_no_middling_pair_knows_its_mean():
    values = np.full((9, 2), np.nan)
    values[0, 0], values[8, 0] = 0.2, 1.0

    assert [0.6, 0.5] == middling_values(values, lambda v, n: np.arange(9)).tolist()


def test_without_any_pair_everything_counts_a_half():
    assert [0.5, 0.5] == middling_values(np.empty((0, 2)), score).tolist()
