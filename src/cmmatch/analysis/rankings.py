"""Rankings of one block of mentees under other weights: best few, likeness, turning points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.source import RESOLUTION

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Rankings", "moved_weights"]

NOBODY = -1

TINY = 1e-12
"""Less than this is noise of the last binary digits: a line does not rise faster by it."""


def moved_weights(
    weights: NDArray[np.float64], component: int, factor: float
) -> NDArray[np.float64]:
    """Multiply one weight and bring all back to a sum of 1, the others in their proportions.

    Parameters
    ----------
    weights : float64, shape (K,)
        Shares, adding up to 1.
    component : int
        Whose weight.
    factor : float
        0 or more; 1 changes nothing, not even the last digit.

    Returns
    -------
    float64, shape (K,)
        All NaN where no weight is left.

    Examples
    --------
    >>> moved_weights(np.array([0.5, 0.25, 0.25]), 0, 2.0).round(3).tolist()
    [0.667, 0.167, 0.167]
    """
    if factor == 1.0:
        return weights
    moved = weights.copy()
    moved[component] *= factor
    total = math.fsum(moved)
    return moved / total if total > 0 else np.full(len(moved), np.nan)


@dataclass(frozen=True, eq=False)
class Rankings:
    """Some mentees against every mentor, the mentors in the order that decides between equals.

    Parameters
    ----------
    values : float64, shape (R, M, K)
        Of every component, in 0..1, the neutral one where it is not known.
    eligible : bool, shape (R, M)
        Pairs that may be made.
    weights : float64, shape (K,)
        Shares as they are.
    """

    values: NDArray[np.float64]
    eligible: NDArray[np.bool_]
    weights: NDArray[np.float64]

    def scores(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Score of every pair under some weights, shape (R, M): added up as the scorer does."""
        total = np.zeros(self.eligible.shape)
        for k, weight in enumerate(weights):
            total += weight * self.values[:, :, k]
        return total

    def keys(self, weights: NDArray[np.float64]) -> NDArray[np.int64]:
        """Exact ranks as integers, shape (R, M): no two alike in a row, -1 where not eligible.

        A key is the score in whole millionths, then the place among equals: the higher, the better.
        """
        m = self.eligible.shape[1]
        units = np.rint(self.scores(weights) * RESOLUTION).astype(np.int64)
        return np.where(self.eligible, units * m + np.arange(m - 1, -1, -1), NOBODY)

    def best(self, keys: NDArray[np.int64], size: int) -> NDArray[np.intp]:
        """Columns of the best few, best first, shape (R, size); -1 where there are fewer."""
        rows, m = keys.shape
        some = min(size, m)
        found = np.full((rows, size), NOBODY, dtype=np.intp)
        if some:
            top = np.argpartition(-keys, some - 1, axis=1)[:, :some]
            top = np.take_along_axis(top, _descending(np.take_along_axis(keys, top, axis=1)), 1)
            found[:, :some] = np.where(np.take_along_axis(keys, top, axis=1) >= 0, top, NOBODY)
        return found

    def turning(
        self, component: int, first: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
        """Find where the best mentor of each mentee loses its place as one weight moves.

        With the weight of component k multiplied by f, and before all are divided by their sum,
        which changes no order, the score of mentor j is ``s[j] + (f - 1) w[k] v[j, k]``: a straight
        line in f. The best mentor is overtaken where its line meets another that rises faster (f
        above 1) or falls less (f below 1): at ``f = 1 - (s[first] - s[j]) / (slope[first] -
        slope[j])``; the nearest such crossing on either side counts.

        Parameters
        ----------
        component : int
            Whose weight moves.
        first : int, shape (R,)
            Column of the best mentor; -1 where there is none.

        Returns
        -------
        down, up : float64, shape (R,)
            The nearest factor below and above 1 beyond which another is first; NaN where none is.
            ``down`` lies in (0, 1], ``up`` is 1 or more.
        down_to, up_to : int, shape (R,)
            Column of the one who is first then; -1 where none is.
        """
        slopes = self.weights[component] * self.values[:, :, component]
        own = np.maximum(first, 0)[:, None]
        scores = self.scores(self.weights)
        # The best mentor may trail by less than a millionth, which counts as equal.
        lead = np.maximum(np.take_along_axis(scores, own, 1) - scores, 0.0)
        steeper = np.take_along_axis(slopes, own, 1) - slopes
        rivals = self.eligible & (first >= 0)[:, None] & (np.arange(scores.shape[1]) != own)
        up, up_to = _nearest(lead, -steeper, rivals)
        down, down_to = _nearest(lead, steeper, rivals & (lead < steeper))
        return 1.0 - down, 1.0 + up, down_to, up_to


def _descending(keys: NDArray[np.int64]) -> NDArray[np.intp]:
    return np.argsort(-keys, axis=1, kind="stable")


def _nearest(
    lead: NDArray[np.float64], gain: NDArray[np.float64], rivals: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Least ``lead / gain`` over rivals that gain, and the one who gains most among equals."""
    if not lead.shape[1]:
        return np.full(len(lead), np.nan), np.full(len(lead), NOBODY, dtype=np.intp)
    gaining = rivals & (gain > TINY)
    at = np.divide(lead, gain, out=np.full(lead.shape, np.inf), where=gaining)
    least = at.min(axis=1)
    who = np.where(gaining & (at == least[:, None]), gain, -np.inf).argmax(axis=1)
    none = np.isinf(least)
    return np.where(none, np.nan, least), np.where(none, NOBODY, who)
