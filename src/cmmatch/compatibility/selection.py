"""Selection: which pairs of some mentees are kept, decided on exact integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.order import pair_lots

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.compatibility.source import PairSource

    Kept = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]

__all__ = ["Selection", "block_rows"]

BLOCK_PAIRS = 2**19
"""Pairs that are looked at together: 2 MiB in float32, so that memory does not grow with N and a
block stays near the processor. No result depends on it."""

GROUP, SPARE = 8, 4
"""Values are looked at in groups of eight where that leaves four groups for each value kept."""


def block_rows(mentors: int) -> int:
    """How many mentees are looked at together: what keeps a block at 2 MiB, at least one.

    Examples
    --------
    >>> block_rows(4000), block_rows(20_000), block_rows(0)
    (131, 26, 524288)
    """
    return max(BLOCK_PAIRS // max(mentors, 1), 1)


@dataclass(frozen=True, eq=False)
class Selection:
    """The rule by which pairs are kept: eligible, good enough, and among the best few of a mentee.

    1. The approximate scores of a block are cut at the ``keep``-th best of each row, less twice
       ``block_error``: whoever is among the best by exact scores lies above that cut, since an
       approximate score is off by ``block_error`` at most.
    2. Every pair above the cut is scored exactly, in integers.
    3. Of those the ``keep`` best stay. Equals are drawn by lot, a seeded hash of both ids: another
       lot for each mentee, so that one mentor is not everybody's first of many equals.

    So the answer depends neither on the block, nor on the order of people, nor on float32.

    Parameters
    ----------
    keep : int or None
        Pairs a mentee, >= 1; ``None`` keeps all.
    floor : int or None
        Least score in integer units.
    lots : two uint64 arrays, shapes (N,) and (M,)
        Each person's lot; may be empty where ``keep`` is ``None``.
    always : int64
        ``mentee * M + mentor`` of pairs that are kept whatever their score, if eligible; sorted.
    width : int
        M.
    """

    keep: int | None
    floor: int | None
    lots: tuple[NDArray[np.uint64], NDArray[np.uint64]]
    always: NDArray[np.int64]
    width: int

    def of(self, source: PairSource, rows: NDArray[np.intp]) -> Kept:
        """Return mentee, mentor and exact score of what is kept of some mentees, sorted."""
        block = source.block(rows)
        near = self._near(block, source.block_error)
        self._add_always(near, block, rows)
        row, mentor = np.nonzero(near)
        mentee = rows[row]
        score = source.pairs(mentee, mentor)
        kept = self._kept(row, mentor, score, mentee=mentee)
        return mentee[kept].astype(np.int32), mentor[kept].astype(np.int32), score[kept]

    def _near(self, block: NDArray[np.float32], error: int) -> NDArray[np.bool_]:
        """Mark every pair that can be among the kept ones by its approximate score."""
        eligible = ~np.isnan(block)
        near = eligible
        if self.floor is not None:
            near = eligible & (block >= _below(np.float64(self.floor - error)))
        count = block.shape[1]
        if self.keep is None or self.keep >= count:
            return near
        values = np.where(near, block, np.float32(-np.inf))
        cut = _lower_bound(values, self.keep).astype(np.float64)
        return near & (values >= _below(cut - 2 * error)[:, None])

    def _add_always(
        self, near: NDArray[np.bool_], block: NDArray[np.float32], rows: NDArray[np.intp]
    ) -> None:
        """Mark the eligible pairs that are kept whatever their score."""
        if not len(self.always):
            return
        mentee, mentor = np.divmod(self.always, self.width)
        order = np.argsort(rows)
        place = np.minimum(np.searchsorted(rows, mentee, sorter=order), len(rows) - 1)
        row = order[place]
        here = rows[row] == mentee
        row, mentor = row[here], mentor[here]
        near[row, mentor] = ~np.isnan(block[row, mentor])

    def _kept(
        self,
        row: NDArray[np.intp],
        mentor: NDArray[np.intp],
        score: NDArray[np.int64],
        *,
        mentee: NDArray[np.intp],
    ) -> NDArray[np.bool_]:
        """Decide on exact scores; pairs are sorted by (row, mentor)."""
        good = np.ones(len(row), dtype=np.bool_)
        if self.floor is not None:
            good = score >= self.floor
        if self.keep is not None:
            some = np.flatnonzero(good)
            lot = pair_lots(self.lots[0][mentee[some]], self.lots[1][mentor[some]])
            order = np.lexsort((lot, -score[some], row[some]))
            first = np.searchsorted(row[some], row[some])
            # Rows stay together and in order, so a place in the order less the row's first place
            # is the rank within the row.
            good[some[order[np.arange(len(some)) - first >= self.keep]]] = False
        if not len(self.always):
            return good
        return good | np.isin(mentee * self.width + mentor, self.always)


def _below(bound: NDArray[np.float64] | np.float64) -> NDArray[np.float32]:
    """Round to float32, never upwards."""
    return np.nextafter(np.asarray(bound, dtype=np.float32), np.float32(-np.inf))


def _lower_bound(values: NDArray[np.float32], keep: int) -> NDArray[np.float32]:
    """Return a bound that at least ``keep`` values of each row reach, and few more.

    The best of each group of eight: ``keep`` of those reach the ``keep``-th best of them, and it is
    found in an eighth of the row.
    """
    width = values.shape[1] // GROUP
    if width < SPARE * keep:
        best = values
    else:
        groups = values[:, : width * GROUP].reshape(len(values), GROUP, width)
        best = np.concatenate([groups.max(axis=1), values[:, width * GROUP :]], axis=1)
    place = best.shape[1] - keep
    bound: NDArray[np.float32] = np.partition(best, place, axis=1)[:, place]
    return bound
