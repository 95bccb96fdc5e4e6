"""What an unknown value counts as: the value that a middling pair has."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["NEUTRAL_UNKNOWN", "middling_values"]

NEUTRAL_UNKNOWN = 0.5
"""Stands in where nobody's value is known."""

BELOW, ABOVE = 2, 3
"""The middle fifth: from two fifths of the way up to three fifths."""

ROUNDS = 10
"""Enough for the values to settle; there is no promise that they do, so the rounds are counted."""


def middling_values(
    values: NDArray[np.float64],
    score: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.int64]],
    settled: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return the mean of the known values among the pairs whose score is in the middle.

    The plain mean will not do. Some components are skewed: most pairs share no goal, a few share
    all, so that the mean is above what most pairs have, and whoever leaves everything blank
    overtakes most of those who answered. The median of each component will not do either, since
    medians do not add up. What a middling pair has in each component adds up to a middling score,
    so that somebody who answers nothing comes out in the middle of every list.

    The middle fifth depends on what unknown values count as, so the means are taken again until
    they no longer change, from the means of all known values on, at most ten times. Sums are exact
    and scores are integers: the order of pairs changes no bit.

    Parameters
    ----------
    values : float64, shape (P, K)
        In 0..1, NaN = unknown.
    score : callable
        Integer score of each pair from the values and what unknown ones count as.
    settled : float64, shape (K,), optional
        What is settled already and not to be looked for; NaN where it is.

    Returns
    -------
    float64, shape (K,)
        In 0..1, rounded to 0.001 where not settled; 0.5 where no pair has a known value.

    Examples
    --------
    >>> skewed = np.array([[0.0], [0.0], [0.0], [0.0], [1.0]])
    >>> middling_values(skewed, lambda v, n: np.rint(v[:, 0] * 1e6).astype(np.int64))
    array([0.])
    """
    fixed = np.full(values.shape[1], np.nan) if settled is None else settled
    neutral = _means(values, np.full(values.shape[1], NEUTRAL_UNKNOWN), fixed)
    overall = neutral
    for _ in range(ROUNDS):
        middling = values[_middle(score(values, neutral))]
        before, neutral = neutral, _means(middling, overall, fixed)
        if np.array_equal(before, neutral):
            break
    return neutral


def _means(
    values: NDArray[np.float64], otherwise: NDArray[np.float64], fixed: NDArray[np.float64]
) -> NDArray[np.float64]:
    means = np.where(np.isnan(fixed), otherwise, fixed)
    for k in np.flatnonzero(np.isnan(fixed)):
        known = values[~np.isnan(values[:, k]), k]
        if len(known):
            means[k] = round(math.fsum(known.tolist()) / len(known), 3)
    return means


def _middle(score: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a score is in the middle fifth, equals of its ends included, shape (P,)."""
    if not len(score):
        return np.zeros(0, dtype=np.bool_)
    ranked, last = np.sort(score), len(score) - 1
    least, most = ranked[BELOW * last // 5], ranked[-(-ABOVE * last // 5)]
    return np.asarray((least <= score) & (score <= most), dtype=np.bool_)
