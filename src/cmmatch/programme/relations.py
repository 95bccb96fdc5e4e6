"""Relations between people: requests and vetoes, and reporting lines."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.programme.people import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

__all__ = [
    "ASKERS",
    "BLOCKING",
    "KINDS",
    "OWN",
    "REQUIRING",
    "UNSCORED",
    "WISHING",
    "ReportingLines",
    "Request",
    "Requests",
    "circles",
]

KINDS = ("require", "forbid", "keep", "prefer", "avoid", "declined", "previous")
REQUIRING = ("require", "keep")
BLOCKING = ("forbid", "declined")
WISHING = ("prefer", "avoid")
"""Parts of the score, never a rule."""
UNSCORED = ("previous",)
"""Kept and shown, but neither a rule nor part of a score."""

ASKERS = ("mentee", "mentor", "manager", "admin")

OWN = ("", "mentee")
"""Askers who speak for the mentee in person: the mentee, and nobody named."""


class Request(NamedTuple):
    """One row of ``pairs.csv`` or ``choices.csv``; see :class:`Requests`."""

    mentee: int
    mentor: int
    kind: str
    rank: float
    by: str
    reason: str
    row: int
    table: str = ""


@dataclass(frozen=True, eq=False)
class Requests:
    """The rows of ``pairs.csv`` and ``choices.csv`` in force, sorted by (mentee, mentor, kind).

    Parameters
    ----------
    mentee, mentor : int64, shape (R,)
        Positions in the programme.
    kind : object array of str, shape (R,)
        One of ``KINDS``.
    rank : float64, shape (R,)
        1 is the first choice; NaN where not given.
    by, reason : object arrays of str, shape (R,)
        Who asked (mentee, mentor, manager, admin) and why; "" where not given.
    row : int64, shape (R,)
        Row in the file, as the spreadsheet numbers it.
    table : object array of str, shape (R,)
        The file of choices for what was chosen there; "" for the table of pairs, also when left
        out.
    """

    mentee: NDArray[np.int64]
    mentor: NDArray[np.int64]
    kind: NDArray[np.object_]
    rank: NDArray[np.float64]
    by: NDArray[np.object_]
    reason: NDArray[np.object_]
    row: NDArray[np.int64]
    table: NDArray[np.object_] = field(default_factory=lambda: texts([]))

    def __post_init__(self) -> None:
        if len(self.table) != len(self.row):
            object.__setattr__(self, "table", texts([""] * len(self.row)))
        for each in fields(self):
            getattr(self, each.name).flags.writeable = False

    @classmethod
    def from_rows(cls, rows: Iterable[Request]) -> Requests:
        """Sort rows by (mentee, mentor, kind, row in the file) and hold them as arrays."""
        ordered = sorted(rows, key=lambda r: (r.mentee, r.mentor, r.kind, r.table, r.row))
        columns = zip(*ordered, strict=True) if ordered else ((),) * len(Request._fields)
        mentee, mentor, kind, rank, by, reason, row, table = columns
        return cls(
            np.array(mentee, dtype=np.int64),
            np.array(mentor, dtype=np.int64),
            texts(kind),
            np.array(rank, dtype=np.float64),
            texts(by),
            texts(reason),
            np.array(row, dtype=np.int64),
            texts(table),
        )

    def and_rows(self, rows: Iterable[Request]) -> Requests:
        """Return these requests together with further ones."""
        arrays = [getattr(self, each.name).tolist() for each in fields(self)]
        return Requests.from_rows([*(Request(*own) for own in zip(*arrays, strict=True)), *rows])

    def only(self, kept: NDArray[np.bool_]) -> Requests:
        """Return some of the requests, in the same order; ``kept`` has shape (R,)."""
        return Requests(*(getattr(self, each.name)[kept] for each in fields(self)))

    def __len__(self) -> int:
        return len(self.mentee)

    def pairs(self, *kinds: str) -> NDArray[np.int64]:
        """Distinct (mentee, mentor) of these kinds, sorted, shape (P, 2)."""
        rows = self.of_kind(*kinds)
        both = np.stack([self.mentee[rows], self.mentor[rows]], axis=1)
        return np.unique(both, axis=0)

    @property
    def own_wishes(self) -> NDArray[np.bool_]:
        """Which rows are a wish of the mentee in person (``prefer``), shape (R,)."""
        own: NDArray[np.bool_] = (self.kind == "prefer") & np.isin(self.by, OWN)
        return own

    def about(self, mentee: int, mentor: int) -> NDArray[np.intp]:
        """Positions of the rows about these two, in the order of the file."""
        first, last = np.searchsorted(self.mentee, [mentee, mentee + 1])
        rows: NDArray[np.intp] = first + np.flatnonzero(self.mentor[first:last] == mentor)
        return rows[np.argsort(self.row[rows], kind="stable")]

    def of_kind(self, *kinds: str) -> NDArray[np.intp]:
        """Positions of the rows that have one of these kinds."""
        return np.flatnonzero(np.isin(self.kind, kinds))


@dataclass(frozen=True, eq=False)
class ReportingLines:
    """Who reports to whom, over all tables.

    Parameters
    ----------
    manager : mapping of str to str
        Manager's id for each person whose manager is named.
    known : frozenset of str
        Everybody who has a row in some table; a manager outside it is a node whose own manager is
        unknown.
    """

    manager: Mapping[str, str]
    known: frozenset[str]

    def above(self, person: str, levels: int) -> tuple[str, ...]:
        """Return the managers of a person, nearest first, at most ``levels`` of them."""
        chain: list[str] = []
        while len(chain) < levels and (up := self.manager.get(person if not chain else chain[-1])):
            if up in chain or up == person:
                break
            chain.append(up)
        return tuple(chain)

    def complete(self, person: str, levels: int) -> bool:
        """Whether ``levels`` levels above are certain: each named."""
        return len(self.above(person, levels)) == levels


def circles(manager: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Find every circle of managers: each starts with its smallest id, the list is sorted.

    Examples
    --------
    >>> circles({"c": "a", "b": "c", "a": "b", "d": "a"})
    [('a', 'b', 'c')]
    """
    found: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in manager:
        chain: dict[str, int] = {}
        person: str | None = start
        while person is not None and person not in done and person not in chain:
            chain[person] = len(chain)
            person = manager.get(person)
        if person is not None and person in chain:
            circle = list(chain)[chain[person] :]
            first = circle.index(min(circle))
            found.append((*circle[first:], *circle[:first]))
        done.update(chain)
    return sorted(found)
