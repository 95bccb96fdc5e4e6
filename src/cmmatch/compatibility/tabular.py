"""Sources for people with scores of their own: a dense matrix, or a list of scored pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MatrixSource", "SparseSource"]


@dataclass(frozen=True, eq=False)
class MatrixSource:
    """A view of a dense matrix of scores, shape (N, M), NaN = not eligible; nothing is copied."""

    scores: NDArray[np.float64]
    mentee_ids: NDArray[np.object_]
    mentor_ids: NDArray[np.object_]
    resolution: float

    @property
    def shape(self) -> tuple[int, int]:
        """(N, M)."""
        return self.scores.shape[0], self.scores.shape[1]

    @property
    def block_error(self) -> int:
        """Room for float32 in ``block``: its 24 bits against the largest score."""
        largest = float(np.nanmax(np.abs(self.scores), initial=0.0)) / self.resolution
        return int(np.ceil(largest * 2.0**-23)) + 1

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Approximate scores in units, shape (rows, M)."""
        return (self.scores[rows] / self.resolution).astype(np.float32)

    def eligible(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether the matrix has a number there."""
        return ~np.isnan(self.scores[mentee, mentor])

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int64]:
        """Exact scores in units, shape (P,); 0 where not eligible."""
        given = self.scores[mentee, mentor] / self.resolution
        return np.rint(np.where(np.isnan(given), 0.0, given)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class SparseSource:
    """A list of scored pairs, sorted by (mentee, mentor); no other pair is eligible."""

    mentee: NDArray[np.intp]
    mentor: NDArray[np.intp]
    scores: NDArray[np.float64]
    mentee_ids: NDArray[np.object_]
    mentor_ids: NDArray[np.object_]
    resolution: float

    def __post_init__(self) -> None:
        same = np.flatnonzero(np.diff(self._keys) == 0)
        if len(same):
            k = same[0]
            message = (
                f"Each pair must be listed once; given more than once: "
                f"{self.mentee_ids[self.mentee[k]]} with {self.mentor_ids[self.mentor[k]]}."
            )
            raise ModelError(message)

    @property
    def _keys(self) -> NDArray[np.int64]:
        return self.mentee.astype(np.int64) * max(self.shape[1], 1) + self.mentor

    @property
    def units(self) -> NDArray[np.int64]:
        """Scores in units, shape (P,)."""
        return np.rint(self.scores / self.resolution).astype(np.int64)

    @property
    def shape(self) -> tuple[int, int]:
        """(N, M)."""
        return len(self.mentee_ids), len(self.mentor_ids)

    @property
    def block_error(self) -> int:
        """Room for float32 in ``block``."""
        return int(np.ceil(float(np.abs(self.units).max(initial=0)) * 2.0**-23)) + 1

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Approximate scores in units, shape (rows, M)."""
        dense = np.full((len(rows), self.shape[1]), np.nan, dtype=np.float32)
        for k, row in enumerate(rows):
            here = slice(*np.searchsorted(self.mentee, [row, row + 1]))
            dense[k, self.mentor[here]] = self.scores[here] / self.resolution
        return dense

    def _find(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        wanted = np.asarray(mentee, dtype=np.int64) * max(self.shape[1], 1) + mentor
        keys = self._keys
        if not len(keys):
            return np.zeros(len(wanted), dtype=np.intp), np.zeros(len(wanted), dtype=np.bool_)
        found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return found, keys[found] == wanted

    def eligible(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether the pair is listed."""
        return self._find(mentee, mentor)[1]

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int64]:
        """Exact scores in units, shape (P,); 0 where not listed."""
        found, hit = self._find(mentee, mentor)
        if not len(self.scores):
            return np.zeros(len(found), dtype=np.int64)
        return np.where(hit, self.units[found], 0)
