"""Values that are a product of what one side asks and what the other side gives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from cmmatch.programme.picking import by_kinds, picked, rows_are_quicker

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["KnownProduct", "Product", "SparseProduct"]

DECIMALS = 12

SPREAD = 2
"""Mentors are put together by what they give where that leaves at most one kind for two."""

OFTEN = 1 / 128
"""Share of pairs that meet in a column from which a dense product is quicker than a sparse one."""

PAIRS = 4_096
"""Single pairs that are worked on together; it changes no bit."""


class Product(Protocol):
    """A value in 0..1 for any mentee and mentor; the same bits whatever else is asked for."""

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Exact values of some mentees against every mentor, shape (rows, M)."""
        ...

    def block(self, mentees: NDArray[np.intp]) -> NDArray[np.float32]:
        """Values of some mentees to 1e-5, quicker, shape (rows, M)."""
        ...

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Exact values of single pairs, shape (P,)."""
        ...


@dataclass(frozen=True, eq=False)
class KnownProduct:
    """A product that is NaN where either of the two is blank.

    Parameters
    ----------
    product : Product
        Whatever it says of somebody blank is not used.
    blank : two bool arrays, shapes (N,) and (M,)
        Who gave nothing.
    """

    product: Product
    blank: tuple[NDArray[np.bool_], NDArray[np.bool_]]

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Exact values of some mentees against every mentor, shape (rows, M)."""
        values = self.product.rows(mentees)
        self._leave_out(values, mentees)
        return values

    def block(self, mentees: NDArray[np.intp]) -> NDArray[np.float32]:
        """Values of some mentees to 1e-5, quicker, shape (rows, M)."""
        values = self.product.block(mentees)
        self._leave_out(values, mentees)
        return values

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Exact values of single pairs, shape (P,)."""
        values = self.product.pairs(mentee, mentor)
        values[self.blank[0][mentee] | self.blank[1][mentor]] = np.nan
        return values

    def _leave_out(self, values: NDArray[Any], mentees: NDArray[np.intp]) -> None:
        values[self.blank[0][mentees]] = np.nan
        np.copyto(values, np.nan, where=self.blank[1])


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
        return by_kinds(self._exact, self.mentee[mentees], self.mentor)

    def block(self, mentees: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the dense rows of some mentees, added up in float32, shape (rows, M)."""
        return by_kinds(self._near, self.mentee[mentees], self.mentor)

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return single values, shape (P,), with the bits that they have in ``rows``."""
        if rows_are_quicker(mentee, len(self.mentor)):
            return picked(self.rows, mentee, mentor)
        values = np.empty(len(mentee), dtype=np.float64)
        for start in range(0, len(mentee), PAIRS):
            here = slice(start, start + PAIRS)
            one = self.asked[self.mentee[mentee[here]]]
            other = self._given_by_mentor[self.mentor[mentor[here]]]
            # A product with ones adds a row up from the left, as the product of matrices does.
            values[here] = one.multiply(other).tocsr() @ np.ones(one.shape[1])
        values.round(DECIMALS, out=values)
        return values

    def _exact(self, kinds: NDArray[np.intp]) -> NDArray[np.float64]:
        product = self.asked[kinds] @ self.given
        product.data.round(DECIMALS, out=product.data)
        dense: NDArray[np.float64] = product.toarray()
        return dense

    def _near(self, kinds: NDArray[np.intp]) -> NDArray[np.float32]:
        (asked, given), (asked_often, given_often) = self._rough
        values: NDArray[np.float32] = (asked[kinds] @ given).toarray()
        if len(given_often):
            values += asked_often[kinds].toarray() @ given_often
        # The shares of a whole, added up in float32, can come to a little more than 1.
        return np.minimum(values, np.float32(1), out=values)

    @cached_property
    def _rough(self) -> tuple[tuple[Any, Any], tuple[Any, NDArray[np.float32]]]:
        """Both sides in float32: columns in which few pairs meet, and those in which many do."""
        asked, given = self.asked.astype(np.float32), self.given.astype(np.float32)
        asking = np.bincount(asked.indices, minlength=asked.shape[1]) / max(asked.shape[0], 1)
        giving = np.diff(given.indptr) / max(given.shape[1], 1)
        often = asking * giving > OFTEN
        some = asked[:, ~often], given[~often]
        return some, (asked[:, often], given[often].toarray())

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
