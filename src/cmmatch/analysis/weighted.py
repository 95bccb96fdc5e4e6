"""Scores under a weight that moves: rounded to work with, and true in whole numbers of any size."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.columns import Columns
    from cmmatch.compatibility.scored_programme import ScoredProgramme

__all__ = ["GRID", "Sums", "Weighted", "grid_values"]

GRID = 720_720_000_000
"""Parts of a component's value. A third, a seventh or a millionth is a whole number of them, so
that sums which are equal are equal here, too, whatever the last binary digits of the values say."""


class Sums(NamedTuple):
    """What the other components and the moving one add up to, in parts of ``GRID``."""

    others: int
    moving: int


@dataclass(frozen=True, eq=False)
class Weighted:
    """The values of all pairs under one weight; those of :class:`Unrounded`.

    Parameters
    ----------
    values : int64, shape (P, K)
        In parts of ``GRID``.
    counts : tuple of int, length K
        What a part of each component counts.
    moving : int
        Component whose weight moves.
    others : int
        What the given weights of the others are multiplied by; 0 where only the moving one counts.
    """

    values: NDArray[np.int64]
    counts: tuple[int, ...]
    moving: int
    others: int

    @classmethod
    def of(
        cls, values: NDArray[np.int64], weights: tuple[int, ...], k: int, at: Fraction | None
    ) -> Weighted:
        """Set one of the weights, in their unit; ``None`` is beyond all bounds."""
        own, others = (1, 0) if at is None else (at.numerator, at.denominator)
        counts = tuple(own if c == k else others * w for c, w in enumerate(weights))
        return cls(values, counts, k, others)

    @property
    def slack(self) -> int:
        """Parts that rounding and float64 may lose, of 2**44: a half, and a little a component."""
        return 1 + (len(self.counts) + 3) // 512

    @property
    def unit(self) -> int:
        """What a score of 1 is in whole numbers."""
        return max(sum(self.counts), 1) * GRID

    def rounded(self, parts: int) -> NDArray[np.int64]:
        """Scores in parts of 1, shape (P,)."""
        total, score = max(sum(self.counts), 1), np.zeros(len(self.values))
        for c, units in enumerate(self.counts):
            score += float(Fraction(units, total)) * (self.values[:, c] / GRID)
        rounded: NDArray[np.int64] = np.rint(score * parts).astype(np.int64)
        return rounded

    def exact(self, pairs: NDArray[np.intp]) -> list[int]:
        """Scores in whole numbers of any size."""
        rows = self.values[pairs].tolist()
        return [sum(u * v for u, v in zip(self.counts, row, strict=True)) for row in rows]

    def worth(self, line: Sums) -> int:
        """Return what sums over a matching are worth here."""
        return self.others * line.others + self.counts[self.moving] * line.moving


def grid_values(scored: ScoredProgramme, pairs: Columns) -> NDArray[np.int64]:
    """Values of every pair, unknown ones as neutral, in parts of the grid."""
    values = scored.values(pairs.mentee.astype(np.intp), pairs.mentor.astype(np.intp))
    known = np.where(np.isnan(values), scored.neutral, values)
    whole: NDArray[np.int64] = np.rint(known * GRID).astype(np.int64)
    return whole
