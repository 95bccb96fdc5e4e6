"""A quick set of pairs for when there was no time for any other: best scores first.

It keeps upper bounds and tries to reach lower ones; whether it keeps all rules is for others to
check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.columns import among
from cmmatch.assignment.form import UNBOUNDED

if TYPE_CHECKING:
    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.families import Family
    from cmmatch.assignment.space import Space
    from cmmatch.assignment.universe import Lots

__all__ = ["quick_choice"]


def quick_choice(space: Space, columns: Columns, lots: Lots) -> Columns:
    """Make the required pairs, then the best by score as long as nothing is above its bound.

    Pairs of people below their minimum come before all others.

    Parameters
    ----------
    space : Space
        The rules.
    columns : Columns
        Pairs to choose from, the required ones among them.
    lots : Lots
        Who comes first among equals.
    """
    must = among(columns.keys, space.required)
    may = space.allows(columns.mentee, columns.mentor, columns.score)
    open_ = np.flatnonzero(may & ~must)
    some = columns.only(open_)
    order = open_[np.lexsort((lots.of(some), -some.score))]
    room = _Room(space, columns)
    for k in np.flatnonzero(must).tolist():
        room.take(k)
    for needed in (True, False):
        for k in order.tolist():
            if not room.taken[k] and (not needed or room.needs(k)) and room.fits(k):
                room.take(k)
    return columns.only(room.taken)


class _Room:
    """What people and rows can still take."""

    def __init__(self, space: Space, columns: Columns) -> None:
        rules = space.rules
        self.taken = np.zeros(len(columns), dtype=np.bool_)
        self._people = (columns.mentee.tolist(), columns.mentor.tolist())
        self._wanted = (rules.mentee_lower.tolist(), rules.mentor_lower.tolist())
        self._free = (rules.mentee_upper.tolist(), rules.mentor_upper.tolist())
        self._rows = [
            _Rows(family, columns, _most_beside(family, space)) for family in space.families
        ]

    def needs(self, k: int) -> bool:
        """Whether anybody in a pair is below a minimum."""
        sides = zip(self._wanted, self._people, strict=True)
        return any(wanted[people[k]] > 0 for wanted, people in sides)

    def fits(self, k: int) -> bool:
        """Whether both people, and every row, have room for a pair."""
        sides = zip(self._free, self._people, strict=True)
        return all(free[people[k]] > 0 for free, people in sides) and all(
            rows.fits(k) for rows in self._rows
        )

    def take(self, k: int) -> None:
        """Make a pair."""
        self.taken[k] = True
        for side, people in enumerate(self._people):
            self._wanted[side][people[k]] -= 1
            self._free[side][people[k]] -= 1
        for rows in self._rows:
            rows.take(k)


class _Rows:
    """The rows of a family, each with the room left up to its upper bound."""

    def __init__(self, family: Family, columns: Columns, beside: list[int]) -> None:
        counts = family.coefficient(columns.mentee, columns.mentor, columns.score)
        self._row: list[int] = family.row(columns.mentee, columns.mentor).tolist()
        self._count: list[int] = counts.tolist()
        self._room: list[int] = [
            up + more for up, more in zip(family.upper.tolist(), beside, strict=True)
        ]

    def fits(self, k: int) -> bool:
        row, count = self._row[k], self._count[k]
        return row < 0 or count <= 0 or count <= self._room[row]

    def take(self, k: int) -> None:
        if self._row[k] >= 0:
            self._room[self._row[k]] -= self._count[k]


def _most_beside(family: Family, space: Space) -> list[int]:
    """Return by how much extras can make room in each row."""
    most = [0] * len(family.labels)
    for row, extra, amount in family.entries:
        ends = (space.extras[extra].lower, space.extras[extra].upper)
        most[row] = min(most[row] + max(-amount * end for end in ends), UNBOUNDED)
    return most
