"""Columns: the pairs that a backend is shown, some of all that may be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Columns", "among"]


@dataclass(frozen=True, eq=False)
class Columns:
    """Pairs by position with their exact scores, sorted by (mentee, mentor), no pair twice.

    Parameters
    ----------
    mentee, mentor : int32 or int64, shape (P,)
        Positions in the source.
    score : int64, shape (P,)
        Exact.
    width : int
        M, at least 1.
    """

    mentee: NDArray[np.signedinteger]
    mentor: NDArray[np.signedinteger]
    score: NDArray[np.int64]
    width: int

    @classmethod
    def of(
        cls,
        mentee: NDArray[np.signedinteger],
        mentor: NDArray[np.signedinteger],
        score: NDArray[np.int64],
        *,
        width: int,
    ) -> Columns:
        """Sort pairs and drop those that stand twice."""
        first, second = mentee.astype(np.int64), mentor.astype(np.int64)
        keys, place = np.unique(first * width + second, return_index=True)
        return cls(keys // width, keys % width, score[place], width)

    def __len__(self) -> int:
        return len(self.mentee)

    @property
    def keys(self) -> NDArray[np.int64]:
        """``mentee * width + mentor``, which sorts as the pairs do."""
        return self.mentee.astype(np.int64) * self.width + self.mentor

    def holds(
        self, mentee: NDArray[np.signedinteger], mentor: NDArray[np.signedinteger]
    ) -> NDArray[np.bool_]:
        """Whether each pair is among them."""
        return among(mentee.astype(np.int64) * self.width + mentor, self.keys)

    def joined(self, other: Columns) -> Columns:
        """Put both together."""
        return Columns.of(
            np.concatenate([self.mentee, other.mentee]),
            np.concatenate([self.mentor, other.mentor]),
            np.concatenate([self.score, other.score]),
            width=self.width,
        )

    def only(self, kept: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Columns:
        """Keep some of them, by mask or by sorted positions."""
        return Columns(self.mentee[kept], self.mentor[kept], self.score[kept], self.width)


def among(keys: NDArray[np.int64], listed: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each key is in a sorted list."""
    if not len(listed):
        return np.zeros(len(keys), dtype=np.bool_)
    found: NDArray[np.bool_] = listed[np.searchsorted(listed[:-1], keys)] == keys
    return found
