"""Values that are a sparse product of what one side asks and what the other side gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cmmatch.programme.cells import folded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SparseProduct", "folded"]

DECIMALS = 12


@dataclass(frozen=True, eq=False)
class SparseProduct:
    """Rows of ``asked @ given.T``: scipy adds each row up in its own order, whatever is beside it.

    So the bits of a value do not depend on the other rows that are asked for, nor, with the
    columns in a canonical order, on the order of people. Values are rounded to 12 decimals, so that
    the shares of a whole add up to exactly one.

    Parameters
    ----------
    asked : CSR matrix, shape (N, V)
        What each mentee asks, sorted indices.
    given : CSR matrix, shape (V, M)
        What each mentor gives, transposed.
    """

    asked: Any
    given: Any

    @classmethod
    def of(cls, asked: Any, given: Any) -> SparseProduct:
        """Build from two CSR matrices with one row a person."""
        asked.sort_indices()
        transposed = given.T.tocsr()
        transposed.sort_indices()
        return cls(asked, transposed)

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the dense rows of some mentees, float64, shape (rows, M)."""
        product = self.asked[mentees] @ self.given
        product.data.round(DECIMALS, out=product.data)
        dense: NDArray[np.float64] = product.toarray()
        return dense
