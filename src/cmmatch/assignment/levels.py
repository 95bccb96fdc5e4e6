"""Levels: the candidates of each person by what they are worth, equals on one level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Levels", "possible_pairs"]


@dataclass(frozen=True, eq=False)
class Levels:
    """One side's lists, best first; levels are numbered over all people, one after another.

    Parameters
    ----------
    order : intp, shape (P,)
        The pairs by person, and within by value, best first.
    level : int64, shape (P,)
        Level of each pair.
    person : int64, shape (L,)
        Whose level it is.
    first, begin, end : int64, shape (L,)
        Where in ``order`` the person's list begins, where the level begins, and where it ends.
    """

    order: NDArray[np.intp]
    level: NDArray[np.int64]
    person: NDArray[np.int64]
    first: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]

    @classmethod
    def of(cls, person: NDArray[np.signedinteger], value: NDArray[Any]) -> Levels:
        """Rank pairs by value for each person, shapes (P,); the higher the better."""
        worth = np.unique(value, return_inverse=True)[1]
        order = np.lexsort((-worth, person))
        whose, worth = person[order].astype(np.int64), worth[order]
        new = np.ones(len(order), dtype=np.bool_)
        new[1:] = (whose[1:] != whose[:-1]) | (worth[1:] != worth[:-1])
        begin = np.flatnonzero(new)
        level = np.empty(len(order), dtype=np.int64)
        level[order] = np.cumsum(new) - 1
        first = np.searchsorted(whose, whose[begin])
        return cls(order, level, whose[begin], first, begin, np.append(begin[1:], len(order)))

    def __len__(self) -> int:
        return len(self.person)

    def as_good(self, counted: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many of some pairs the person has at the level of each pair or above, shape (P,)."""
        return self._sums(counted, self.end)

    def better(self, counted: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many of some pairs the person has strictly above the level of each pair."""
        return self._sums(counted, self.begin)

    def _sums(self, counted: NDArray[np.bool_], until: NDArray[np.int64]) -> NDArray[np.int64]:
        total = np.concatenate([[0], np.cumsum(counted[self.order])])
        found: NDArray[np.int64] = (total[until] - total[self.first])[self.level]
        return found


def possible_pairs(
    sides: tuple[Levels, Levels],
    room: tuple[NDArray[np.int64], NDArray[np.int64]],
    *,
    blocking: int = 0,
) -> NDArray[np.bool_]:
    """Say which pairs a matching with few blocking pairs may make at all, or be blocked by.

    Parameters
    ----------
    sides : two Levels
        Of the mentees and of the mentors.
    room : two int64 arrays, shape (P,)
        Room of the mentee and of the mentor of each pair.
    blocking : int, default 0
        Blocking pairs that are allowed, b.

    Returns
    -------
    bool, shape (P,)
        False for a pair that no such matching makes, and that blocks none of them.

    Notes
    -----
    Take any pairs of which this is known away. A pair (i, j) is *open at j* when at most ``c[j]``
    of the others that are left, (i, j) among them, are worth as much to j as i or more: unless it
    is made, j is not full with those, so that i must be full with mentors as good as j, or the pair
    blocks. With ``d[i] + b`` such pairs above a level, at most b of them block, and i is full with
    mentors above that level in any case: those at the level and below are neither made nor
    blocking. The same holds with the sides exchanged. What makes a pair (i, j) open at j bars j
    from being full above i, so that no side takes away what the other relies on: who keeps to the
    rules for the pairs left and makes none of the others keeps to the rules for all.

    Where both sides rank by one score and no two are alike, only the pairs of the one stable
    matching are left.
    """
    left = (room[0] > 0) & (room[1] > 0)
    while True:
        still = left.copy()
        for own, other in ((0, 1), (1, 0)):
            opened = left & (sides[other].as_good(left) <= room[other])
            still &= sides[own].better(opened) < room[own] + blocking
        if still.sum() == left.sum():
            return left
        left = still
