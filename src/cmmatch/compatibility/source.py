"""PairSource: where the exact score of any pair comes from, without a list of all pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["RESOLUTION", "PairSource"]

RESOLUTION = 10**6
"""Integer units in a score of 1: one unit is a millionth."""


@runtime_checkable
class PairSource(Protocol):
    """Exact integer scores of any pairs: a scored programme, a matrix, or a sparse list."""

    @property
    def mentee_ids(self) -> NDArray[np.object_]:
        """Labels of the N rows."""
        ...

    @property
    def mentor_ids(self) -> NDArray[np.object_]:
        """Labels of the M columns."""
        ...

    @property
    def shape(self) -> tuple[int, int]:
        """(N, M)."""
        ...

    @property
    def block_error(self) -> int:
        """How far ``block`` may be from ``pairs``, in integer units; 0 for integer sources."""
        ...

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Approximate scores in integer units, shape (rows, M); NaN = not eligible."""
        ...

    def eligible(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether each pair may be made at all, shape (P,)."""
        ...

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int64]:
        """Exact scores in integer units, shape (P,); meaningless where the pair is not eligible."""
        ...
