"""Answered: what a component reads of each side, who gave it, and which pairs it then knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["Answers", "Column", "SideAnswers"]


@dataclass(frozen=True, eq=False)
class Column:
    """One column that a component reads on one side.

    Parameters
    ----------
    name : str
        As people know it.
    blank : bool, shape (n,)
        Who left it blank; made read-only.
    fills : tuple of int, default (0,)
        Which of the component's answers it gives once it is filled in.
    asked : bool, default True
        Whether people may be asked for it again; not where the blank may be a refusal of consent.
    counted : str, default "blank"
        What counts as blank, in words, such as "blank or too short".
    """

    name: str
    blank: NDArray[np.bool_]
    fills: tuple[int, ...] = (0,)
    asked: bool = True
    counted: str = "blank"

    def __post_init__(self) -> None:
        self.blank.flags.writeable = False


@dataclass(frozen=True, eq=False)
class SideAnswers:
    """What the n people of one side gave of the A answers that a component compares.

    Parameters
    ----------
    given : bool, shape (n, A)
        Who gave which answer; made read-only.
    columns : tuple of Column, default ()
        What they fill in; none where the component reads nothing of this side.
    whole : bool, default False
        Whether the one answer takes every column; otherwise each gives by itself what it fills.

    Raises
    ------
    ModelError
        An array has another shape or type, a column fills an answer that is not there, or a whole
        answer is not the only one.

    Examples
    --------
    >>> side = SideAnswers.all_of({"site": np.array([False, True]), "shift": np.array([True] * 2)})
    >>> side.given.tolist(), [column.name for column in side.columns]
    ([[False], [False]], ['site', 'shift'])
    """

    given: NDArray[np.bool_]
    columns: tuple[Column, ...] = ()
    whole: bool = False

    def __post_init__(self) -> None:
        _hold(self.given.ndim == 2, "'given' has the shape (people, answers)", self.given.shape)
        people, answers = self.given.shape
        for name, array in (("given", self.given), *((c.name, c.blank) for c in self.columns)):
            _hold(array.dtype == np.bool_, f"{name!r} is an array of bool", array.dtype)
        for column in self.columns:
            what = f"the blanks of {column.name!r} have the shape ({people},)"
            _hold(column.blank.shape == (people,), what, column.blank.shape)
            inside = all(0 <= k < answers for k in column.fills)
            _hold(inside, f"{column.name!r} fills answers below {answers}", column.fills)
        _hold(not self.whole or answers == 1, "a whole answer is the only one", answers)
        self.given.flags.writeable = False

    @classmethod
    def one(cls, name: str, given: NDArray[np.bool_]) -> SideAnswers:
        """Make the answers of a side of which one column is read; ``given`` of shape (n,)."""
        return cls.any_of((name,), given[:, None])

    @classmethod
    def any_of(cls, names: Sequence[str], given: NDArray[np.bool_]) -> SideAnswers:
        """Make those of columns of which each is an answer; ``given`` of shape (n, columns)."""
        return cls(given, tuple(Column(name, ~given[:, k], (k,)) for k, name in enumerate(names)))

    @classmethod
    def all_of(cls, blank: Mapping[str, NDArray[np.bool_]]) -> SideAnswers:
        """Make that of columns, at least one, which are an answer only together."""
        given = ~np.any(list(blank.values()), axis=0)
        return cls(given[:, None], tuple(Column(*each) for each in blank.items()), whole=True)

    def missing(self) -> NDArray[np.int64]:
        """How many columns each person left blank, shape (n,)."""
        missing = np.zeros(len(self.given), dtype=np.int64)
        for each in self.columns:
            missing += each.blank
        return missing


@dataclass(frozen=True, eq=False)
class Answers:
    """What a component can read of each person.

    A pair is known if some answer is given on both sides.

    Parameters
    ----------
    mentee, mentor : SideAnswers
        Of N mentees and M mentors; as many answers on both sides.
    either : bool, default False
        Whether one side's answer is enough.
    known_pairs : (mentee, mentor), optional
        Positions of single pairs that are known whatever the two gave, shape (P,) each.

    Raises
    ------
    ModelError
        The sides have not the same number of answers.

    Examples
    --------
    >>> given = np.array([True, False])
    >>> Answers(SideAnswers.one("site", given), SideAnswers.one("site", given)).known().tolist()
    [[True, False], [False, False]]
    """

    mentee: SideAnswers
    mentor: SideAnswers
    either: bool = False
    known_pairs: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None

    def __post_init__(self) -> None:
        counts = tuple(side.given.shape[1] for side in self.sides)
        _hold(counts[0] == counts[1], "both sides give as many answers", counts)

    @property
    def sides(self) -> tuple[SideAnswers, SideAnswers]:
        """Of mentees, then of mentors."""
        return self.mentee, self.mentor

    def meet(self, one: NDArray[np.bool_], other: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether two people are known by what they gave, shape (a, b), of (a, A) and (b, A)."""
        if self.either:
            return np.logical_or.outer(one.any(axis=1), other.any(axis=1))
        return np.greater(one.astype(np.int64) @ other.T.astype(np.int64), 0)

    def known(self) -> NDArray[np.bool_]:
        """Whether each pair is known, shape (N, M)."""
        known = self.meet(self.mentee.given, self.mentor.given)
        if self.known_pairs is not None:
            known[self.known_pairs] = True
        return known


def _hold(condition: bool, what: str, given: object) -> None:
    if not condition:
        message = f"The answers of a component must fit together: {what}; given {given}."
        raise ModelError(message)
