"""Families of rows beyond degrees: each pair is in one row of a family, or in none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from cmmatch.assignment.form import UNBOUNDED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.pairwise import PairValue

__all__ = ["Extra", "Family", "OneRow", "RowOf", "RowOfMentee", "RowOfMentor"]


class RowOf(Protocol):
    """Says in which row of a family each pair is."""

    def __call__(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return row numbers, shape (P,); -1 for a pair in no row."""
        ...


@dataclass(frozen=True, slots=True)
class OneRow:
    """The family has one row, and every pair is in it."""

    def __call__(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return zeros."""
        return np.zeros(len(mentee), dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class RowOfMentee:
    """The mentee decides the row: int64, shape (N,), -1 for none."""

    rows: NDArray[np.int64]

    def __call__(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the row of the mentee."""
        return self.rows[mentee]


@dataclass(frozen=True, slots=True, eq=False)
class RowOfMentor:
    """The mentor decides the row: int64, shape (M,), -1 for none."""

    rows: NDArray[np.int64]

    def __call__(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the row of the mentor."""
        return self.rows[mentor]


@dataclass(frozen=True, slots=True)
class Extra:
    """A whole number beside the pairs that rows may speak of.

    Parameters
    ----------
    name : str
        What it stands for.
    lower, upper : int
        Bounds.
    price : int, default 0
        What one unit takes from the total score, in units of the score.
    """

    name: str
    lower: int
    upper: int
    price: int = 0


@dataclass(frozen=True, eq=False)
class Family:
    """Rows ``lower[r] <= sum of coefficient . x + entries . extras <= upper[r]``.

    Parameters
    ----------
    name : str
        The rule that they write down.
    labels : tuple of str
        What each row is about.
    row : RowOf
        In which row each pair is.
    coefficient : PairValue
        With what each pair counts in its row; may depend on the score only where the row is a
        floor under an earlier stage.
    lower, upper : int64, shape (rows,)
        Minus or plus ``UNBOUNDED`` for none.
    entries : tuple of (row, extra, coefficient)
        How extras of the model enter the rows, by their numbers.
    needs_scores : bool
        Whether the coefficient depends on the score in a way that bounds of scores do not bound.
    """

    name: str
    labels: tuple[str, ...]
    row: RowOf
    coefficient: PairValue
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    entries: tuple[tuple[int, int, int], ...] = ()
    needs_scores: bool = False

    def charged(self, price: NDArray[np.int64]) -> NDArray[np.int64]:
        """Keep prices of rows only on the side on which they have a bound."""
        loose = ((price > 0) & (self.upper >= UNBOUNDED)) | (
            (price < 0) & (self.lower <= -UNBOUNDED)
        )
        return np.where(loose, 0, price)
