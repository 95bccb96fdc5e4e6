"""Matching: who is with whom. Knows no solver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from cmmatch.errors import ModelError, UnknownPerson

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = ["Matching", "Realigned"]


class _Group(Protocol):
    @property
    def ids(self) -> NDArray[np.object_]: ...


class _TwoSides(Protocol):
    @property
    def mentees(self) -> _Group: ...

    @property
    def mentors(self) -> _Group: ...


@dataclass(frozen=True, eq=False)
class Matching:
    """Pairs, by position and by id.

    Parameters
    ----------
    mentee, mentor : int64, shape (pairs,)
        Positions in the id columns, sorted by (mentee, mentor), no pair twice.
    mentee_ids, mentor_ids : object arrays of str, shapes (N,) and (M,)
        Everybody, matched or not, in the programme's order.

    Raises
    ------
    ModelError
        A position is out of range or a pair stands twice.

    Examples
    --------
    >>> pairs = Matching.from_ids([("ann", "max")], mentee_ids=["ann", "bob"], mentor_ids=["max"])
    >>> pairs.mentors_of("ann"), pairs.unmatched
    (('max',), ('bob',))
    """

    mentee: NDArray[np.int64]
    mentor: NDArray[np.int64]
    mentee_ids: NDArray[np.object_]
    mentor_ids: NDArray[np.object_]

    def __post_init__(self) -> None:
        n, m = len(self.mentee_ids), len(self.mentor_ids)
        for side, size in (("mentee", n), ("mentor", m)):
            position = np.asarray(getattr(self, side), dtype=np.int64)
            if len(position) and not (position.min() >= 0 and position.max() < size):
                message = f"A {side} position must lie in 0..{size - 1}."
                raise ModelError(message)
        order = np.lexsort((self.mentor, self.mentee))
        mentee = np.asarray(self.mentee, dtype=np.int64)[order]
        mentor = np.asarray(self.mentor, dtype=np.int64)[order]
        if len(order) > 1 and not (np.diff(mentee * max(m, 1) + mentor) > 0).all():
            message = "A matching must not hold a pair twice."
            raise ModelError(message)
        for name, array in (("mentee", mentee), ("mentor", mentor)):
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @classmethod
    def from_ids(
        cls,
        pairs: Iterable[tuple[str, str]],
        *,
        mentee_ids: Sequence[str] | NDArray[np.object_],
        mentor_ids: Sequence[str] | NDArray[np.object_],
    ) -> Matching:
        """Build from (mentee id, mentor id) pairs; raises UnknownPerson for an id not listed."""
        rows = {label: k for k, label in enumerate(mentee_ids)}
        columns = {label: k for k, label in enumerate(mentor_ids)}
        given = list(pairs)
        for mentee, mentor in given:
            if mentee not in rows:
                raise UnknownPerson(mentee, role="mentee")
            if mentor not in columns:
                raise UnknownPerson(mentor, role="mentor")
        return cls(
            np.array([rows[mentee] for mentee, _ in given], dtype=np.int64),
            np.array([columns[mentor] for _, mentor in given], dtype=np.int64),
            np.array(list(mentee_ids), dtype=object),
            np.array(list(mentor_ids), dtype=object),
        )

    def __len__(self) -> int:
        return len(self.mentee)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(mentee id, mentor id) of every pair, in order of position."""
        return tuple(zip(self.mentee_ids[self.mentee], self.mentor_ids[self.mentor], strict=True))

    @property
    def mentor_load(self) -> NDArray[np.int64]:
        """Mentees of each mentor, shape (M,)."""
        return np.bincount(self.mentor, minlength=len(self.mentor_ids))

    @property
    def mentee_load(self) -> NDArray[np.int64]:
        """Mentors of each mentee, shape (N,)."""
        return np.bincount(self.mentee, minlength=len(self.mentee_ids))

    @property
    def unmatched(self) -> tuple[str, ...]:
        """Ids of mentees without a mentor, in order of position."""
        return tuple(self.mentee_ids[self.mentee_load == 0])

    def mentors_of(self, mentee_id: str) -> tuple[str, ...]:
        """Ids of the mentors of one mentee."""
        here = self.mentee_ids[self.mentee] == mentee_id
        return tuple(self.mentor_ids[self.mentor[here]])

    def mentees_of(self, mentor_id: str) -> tuple[str, ...]:
        """Ids of the mentees of one mentor."""
        here = self.mentor_ids[self.mentor] == mentor_id
        return tuple(self.mentee_ids[self.mentee[here]])

    def on(self, programme: _TwoSides) -> Realigned:
        """Realign by id to the people of a programme, whatever its row order.

        Returns
        -------
        Realigned
            The pairs whose people are both still there, and those that lost somebody.
        """
        rows = {label: k for k, label in enumerate(programme.mentees.ids)}
        columns = {label: k for k, label in enumerate(programme.mentors.ids)}
        stay = [pair for pair in self.pairs if pair[0] in rows and pair[1] in columns]
        departed = tuple(
            sorted(pair for pair in self.pairs if not (pair[0] in rows and pair[1] in columns))
        )
        matching = Matching.from_ids(
            stay, mentee_ids=programme.mentees.ids, mentor_ids=programme.mentors.ids
        )
        return Realigned(matching, departed)


@dataclass(frozen=True, eq=False)
class Realigned:
    """A matching on the people of another programme.

    Parameters
    ----------
    matching : Matching
        Pairs whose people are both still there.
    departed : tuple of (mentee id, mentor id)
        Pairs of which one or both have gone, sorted.
    """

    matching: Matching
    departed: tuple[tuple[str, str], ...]
