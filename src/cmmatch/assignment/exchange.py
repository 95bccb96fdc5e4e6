"""Exchange: who can be served when others move, along paths of pairs that are made and not made.

Somebody of the first side gets a person of the second. Where that one is full, one of theirs goes
to somebody else, and so on, until there is room. Each search is breadth first over the pairs, so it
finds a way wherever there is one, and what it reached proves that there is none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["Exchange", "Reach", "ranges"]


@dataclass(frozen=True, eq=False)
class Reach:
    """How far a search came.

    Parameters
    ----------
    start : int
        Of the first side.
    end : int
        Of the second side, with room; -1 if nobody with room is in reach.
    first, second : bool, shapes (A,) and (B,)
        Whom it came to; the start is among them.
    to_first, to_second : int64, shapes (A,) and (B,)
        The pair by which it came to each; -1 where it did not.
    """

    start: int
    end: int
    first: NDArray[np.bool_]
    second: NDArray[np.bool_]
    to_first: NDArray[np.intp] = field(repr=False)
    to_second: NDArray[np.intp] = field(repr=False)


@dataclass(eq=False)
class Exchange:
    """Pairs that may be made, some of which are, and who wants how many.

    Parameters
    ----------
    first, second : int64, shape (P,)
        The people of each pair, sorted by (first, second), no pair twice.
    made : bool, shape (P,)
        Which pairs are made.
    needed : int64, shape (A,)
        Pairs that each of the first side is to have.
    room : int64, shape (B,)
        Pairs that each of the second side may have beside those made.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    made: NDArray[np.bool_]
    needed: NDArray[np.int64]
    room: NDArray[np.int64]

    def __post_init__(self) -> None:
        self._of_first = np.searchsorted(self.first, np.arange(len(self.needed) + 1))
        self._order = np.argsort(self.second, kind="stable")
        self._of_second = np.searchsorted(self.second[self._order], np.arange(len(self.room) + 1))

    @classmethod
    def empty(
        cls,
        first: NDArray[np.int64],
        second: NDArray[np.int64],
        *,
        needed: NDArray[np.int64],
        room: NDArray[np.int64],
    ) -> Exchange:
        """Begin with no pair made."""
        return cls(first, second, np.zeros(len(first), dtype=np.bool_), needed.copy(), room.copy())

    def copy(self) -> Exchange:
        """Return one that changes on its own; the pairs are shared."""
        twin = object.__new__(Exchange)
        twin.__dict__.update(self.__dict__)
        twin.made, twin.needed, twin.room = self.made.copy(), self.needed.copy(), self.room.copy()
        return twin

    @property
    def missing(self) -> NDArray[np.int64]:
        """Pairs that each of the first side has too few, shape (A,)."""
        load = np.bincount(self.first[self.made], minlength=len(self.needed))
        few: NDArray[np.int64] = np.maximum(self.needed - load, 0)
        return few

    def serves(self, people: Iterable[int]) -> bool:
        """Give people of the first side what they need; stop at the first for whom that fails."""
        return self.first_failed(people) is None

    def first_failed(self, people: Iterable[int]) -> Reach | None:
        """Serve people until one cannot be; return the search that failed for that one."""
        missing = self.missing
        for person in people:
            for _ in range(int(missing[person])):
                reach = self.search(person)
                if reach.end < 0:
                    return reach
                self.follow(reach)
        return None

    def serve(self, people: Iterable[int]) -> list[Reach]:
        """Give people of the first side what they need, as far as can be.

        Nobody loses a pair: others may only get another person in its place. What could not be
        given once, cannot be given after others are served either.

        Returns
        -------
        list of Reach
            The search that failed for each who still has too few.
        """
        found = (self.first_failed([person]) for person in people)
        return [each for each in found if each is not None]

    def release(self, people: NDArray[np.bool_]) -> None:
        """Take away all pairs and needs of some of the first side."""
        gone = self.made & people[self.first]
        np.add.at(self.room, self.second[gone], 1)
        self.made[gone] = False
        self.needed[people] = 0

    def search(self, start: int, *, everywhere: bool = False) -> Reach:
        """Look for somebody with room; with ``everywhere`` do not stop there."""
        seen_first = np.zeros(len(self.needed), dtype=np.bool_)
        seen_second = np.zeros(len(self.room), dtype=np.bool_)
        to_first = np.full(len(self.needed), -1, dtype=np.intp)
        to_second = np.full(len(self.room), -1, dtype=np.intp)
        seen_first[start] = True
        frontier = np.array([start])
        end = -1
        while len(frontier):
            pairs = ranges(self._of_first, frontier)
            pairs = pairs[~self.made[pairs] & ~seen_second[self.second[pairs]]]
            reached, at = np.unique(self.second[pairs], return_index=True)
            to_second[reached], seen_second[reached] = pairs[at], True
            with_room = reached[self.room[reached] > 0]
            if len(with_room) and end < 0:
                end = int(with_room[0])
                if not everywhere:
                    break
            pairs = self._order[ranges(self._of_second, reached)]
            pairs = pairs[self.made[pairs] & ~seen_first[self.first[pairs]]]
            frontier, at = np.unique(self.first[pairs], return_index=True)
            to_first[frontier], seen_first[frontier] = pairs[at], True
        return Reach(start, end, seen_first, seen_second, to_first, to_second)

    def follow(self, reach: Reach) -> None:
        """Make the pairs of a way that was found, and undo those in between."""
        self.room[reach.end] -= 1
        person = reach.end
        while True:
            pair = reach.to_second[person]
            self.made[pair] = True
            mover = self.first[pair]
            if mover == reach.start:
                return
            left = reach.to_first[mover]
            self.made[left] = False
            person = int(self.second[left])


def ranges(bounds: NDArray[np.intp], people: NDArray[np.int64]) -> NDArray[np.intp]:
    """Join the ranges ``bounds[k]..bounds[k + 1]`` of some people."""
    start, count = bounds[people], bounds[people + 1] - bounds[people]
    ends = np.cumsum(count)
    total = int(ends[-1]) if len(ends) else 0
    joined: NDArray[np.intp] = np.arange(total) + np.repeat(start - ends + count, count)
    return joined
