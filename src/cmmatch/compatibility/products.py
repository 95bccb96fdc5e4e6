"""Values that are a sparse product of what one side asks and what the other side gives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.programme.cells import folded

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SparseProduct", "folded"]

DECIMALS = 12

SPREAD = 2
"""Mentors are put together by what they give where that leaves at most one kind for two."""

PAIRS = 65_536
"""Single pairs that are worked on together; it changes no bit."""


@dataclass(frozen=True, eq=False)
class SparseProduct:
    """Rows of ``asked @ given.T``: scipy adds each row up in its own order, whatever is beside it.

    So the bits of a value do not depend on the other rows that are asked for, nor, with the
    columns in a canonical order, on the order of people. Values are rounded to 12 decimals, so that
    the shares of a whole add up to exactly one. People who ask or give the same are one kind and
    are looked at once.

    Parameters
    ----------
    asked : CSR matrix, shape (kinds of mentees, V)
        What mentees ask, sorted indices.
    given : CSR matrix, shape (V, kinds of mentors)
        What mentors give, transposed.
    mentee, mentor : int arrays, shapes (N,) and (M,)
        The kind of each person.
    """

    asked: Any
    given: Any
    mentee: NDArray[np.intp]
    mentor: NDArray[np.intp]

    @classmethod
    def of(cls, asked: Any, given: Any) -> SparseProduct:
        """Build from two CSR matrices with one row a person."""
        asked.sort_indices()
        given.sort_indices()
        first, mentee = _kinds(asked)
        asked = asked[first]
        first, mentor = _kinds(given)
        if len(first) * SPREAD > given.shape[0]:
            first = mentor = np.arange(given.shape[0])
        transposed = given[first].T.tocsr()
        transposed.sort_indices()
        return cls(asked, transposed, mentee, mentor)

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the dense rows of some mentees, float64, shape (rows, M)."""
        kinds, row = np.unique(self.mentee[mentees], return_inverse=True)
        product = self.asked[kinds] @ self.given
        product.data.round(DECIMALS, out=product.data)
        dense: NDArray[np.float64] = self._spread(product.toarray(), row)
        return dense

    def block(self, mentees: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the dense rows of some mentees, added up in float32, shape (rows, M)."""
        kinds, row = np.unique(self.mentee[mentees], return_inverse=True)
        asked, given = self._rough
        dense: NDArray[np.float32] = self._spread((asked[kinds] @ given).toarray(), row)
        return dense

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return single values, shape (P,), with the bits that they have in ``rows``."""
        values = np.empty(len(mentee), dtype=np.float64)
        for start in range(0, len(mentee), PAIRS):
            here = slice(start, start + PAIRS)
            one = self.asked[self.mentee[mentee[here]]]
            other = self._given_by_mentor[self.mentor[mentor[here]]]
            # A product with ones adds a row up from the left, as the product of matrices does.
            values[here] = one.multiply(other).tocsr() @ np.ones(one.shape[1])
        values.round(DECIMALS, out=values)
        return values

    def _spread(self, dense: NDArray[Any], row: NDArray[np.intp]) -> NDArray[Any]:
        """Turn values by kind into values by person."""
        if dense.shape[1] < len(self.mentor):
            dense = dense.take(self.mentor, axis=1)
        return dense if np.array_equal(row, np.arange(len(dense))) else dense.take(row, axis=0)

    @cached_property
    def _rough(self) -> tuple[Any, Any]:
        return self.asked.astype(np.float32), self.given.astype(np.float32)

    @cached_property
    def _given_by_mentor(self) -> Any:
        turned = self.given.T.tocsr()
        turned.sort_indices()
        return turned


def _kinds(matrix: Any) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the first of each different row, and which of them each row is."""
    seen: dict[tuple[bytes, bytes], int] = {}
    first: list[int] = []
    kind = np.empty(matrix.shape[0], dtype=np.intp)
    bounds = matrix.indptr.tolist()
    for row in range(matrix.shape[0]):
        here = slice(bounds[row], bounds[row + 1])
        key = matrix.indices[here].tobytes(), matrix.data[here].tobytes()
        kind[row] = seen.setdefault(key, len(seen))
        if kind[row] == len(first):
            first.append(row)
    return np.array(first, dtype=np.intp), kind
