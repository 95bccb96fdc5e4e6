"""The contract of a hard rule, and the pieces that most rules are made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from cmmatch.programme.people import People
    from cmmatch.programme.programme import Programme

__all__ = [
    "ALLOWED",
    "REFUSED",
    "UNVERIFIED",
    "Codes",
    "FormulaRule",
    "PairTable",
    "PreparedRule",
    "Rule",
    "decide",
    "label",
    "labels",
    "not_given",
    "pairs_table",
]

ALLOWED, UNVERIFIED, REFUSED = 0, 1, 2
"""Verdicts of a rule on a pair; UNVERIFIED lets the pair pass and is counted."""


@runtime_checkable
class PreparedRule(Protocol):
    """A rule bound to one programme: pure, the same verdict whatever other pairs are asked for."""

    @property
    def name(self) -> str:
        """The rule's name, as in the settings."""
        ...

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.int8]:
        """Verdicts of some mentees against every mentor, shape (rows, M)."""
        ...

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int8]:
        """Verdicts of single pairs, shape (P,); the same as in ``block``."""
        ...

    def sentence(self, mentee: int, mentor: int) -> str:
        """Why this pair is refused, or what is missing to check it; empty where it is allowed."""
        ...


@runtime_checkable
class Rule(Protocol):
    """One hard rule before it has seen a programme: its settings."""

    @property
    def name(self) -> str:
        """Name in ``eligibility.off``, in counts and in messages."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that it reads, for the message when nobody fills them in."""
        ...

    def applies(self, programme: Programme) -> bool:
        """Whether anybody on either side has given what the rule reads."""
        ...

    def prepare(self, programme: Programme) -> PreparedRule:
        """Bind to a programme; everything slow that is done once is done here."""
        ...


@dataclass(frozen=True, eq=False)
class FormulaRule:
    """A :class:`PreparedRule` whose ``block`` and ``pairs`` both come from one formula.

    A subclass gives ``verdicts`` for positions that broadcast, ``refusal`` and, if it can lack an
    answer, ``missing``.

    Parameters
    ----------
    name : str
        The rule's name.
    programme : Programme
        N mentees, M mentors.
    """

    name: str
    programme: Programme

    def verdicts(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int8]:
        """Verdicts of the pairs of two position arrays that broadcast against each other."""
        raise NotImplementedError

    def refusal(self, mentee: int, mentor: int) -> str:
        """Say why a refused pair is refused."""
        raise NotImplementedError

    def missing(self, mentee: int, mentor: int) -> str:
        """Say what must be given before an unverified pair can be checked."""
        raise NotImplementedError

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.int8]:
        """Verdicts of some mentees against every mentor, shape (rows, M)."""
        return self.verdicts(rows[:, None], np.arange(len(self.programme.mentors))[None, :])

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int8]:
        """Verdicts of single pairs, shape (P,)."""
        return self.verdicts(np.asarray(mentee), np.asarray(mentor))

    def sentence(self, mentee: int, mentor: int) -> str:
        """Why this pair is refused, or what is missing to check it; empty where it is allowed."""
        verdict = self.pairs(np.array([mentee]), np.array([mentor]))[0]
        if verdict == REFUSED:
            return self.refusal(mentee, mentor)
        return self.missing(mentee, mentor) if verdict == UNVERIFIED else ""


@dataclass(frozen=True, eq=False)
class Codes:
    """A text of each person as an integer: equal texts of the two sides have equal codes.

    Parameters
    ----------
    mentee : int32, shape (N,)
        -1 for a blank.
    mentor : int32, shape (M,)
        -2 for a blank, so that two blanks are never equal.
    """

    mentee: NDArray[np.int32]
    mentor: NDArray[np.int32]

    @classmethod
    def of(cls, mentee: Iterable[str], mentor: Iterable[str]) -> Codes:
        """Give each text a number that both sides share; "" is a blank."""
        numbers: dict[str, int] = {}

        def coded(texts: Iterable[str], blank: int) -> NDArray[np.int32]:
            given = [numbers.setdefault(text, len(numbers)) if text else blank for text in texts]
            return np.array(given, dtype=np.int32)

        return cls(coded(mentee, -1), coded(mentor, -2))

    def equal(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether both texts are given and the same."""
        return np.equal(self.mentee[mentee], self.mentor[mentor])

    def blank(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether the text of each side is blank."""
        return self.mentee[mentee] < 0, self.mentor[mentor] < 0


@dataclass(frozen=True, eq=False)
class PairTable:
    """Few pairs among N x M, each with a small number other than 0.

    Parameters
    ----------
    key : int64, shape (S,)
        ``mentee * width + mentor``, sorted, no pair twice.
    value : int8, shape (S,)
        The number of the pair.
    width : int
        M.
    """

    key: NDArray[np.int64]
    value: NDArray[np.int8]
    width: int

    @classmethod
    def of(cls, entries: Sequence[tuple[int, int, int]], *, width: int) -> PairTable:
        """Make the table from (mentee, mentor, value); of a pair given twice the first counts."""
        given = np.array(entries, dtype=np.int64).reshape(-1, 3)
        key, first = np.unique(given[:, 0] * width + given[:, 1], return_index=True)
        return cls(key, given[first, 2].astype(np.int8), width)

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.int8]:
        """Numbers of some mentees against every mentor, shape (rows, M); 0 where there is none."""
        dense = np.zeros((len(rows), self.width), dtype=np.int8)
        start = np.searchsorted(self.key, rows * self.width)
        count = np.searchsorted(self.key, (rows + 1) * self.width) - start
        row = np.repeat(np.arange(len(rows)), count)
        entry = np.arange(len(row)) + np.repeat(start - np.cumsum(count) + count, count)
        dense[row, self.key[entry] - rows[row] * self.width] = self.value[entry]
        return dense

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int8]:
        """Numbers of single pairs, shape (P,); 0 where there is none."""
        if not len(self.key):
            return np.zeros(len(mentee), dtype=np.int8)
        wanted = np.asarray(mentee, dtype=np.int64) * self.width + mentor
        found = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
        return np.where(self.key[found] == wanted, self.value[found], 0).astype(np.int8)


def decide(refused: NDArray[np.bool_], *unknown: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Verdicts where ``refused`` holds the facts and each of ``unknown`` (broadcast) lacks one.

    What is refused stays refused, whatever else is unknown.

    Examples
    --------
    >>> decide(np.array([False, False, True]), np.array([False, True, True])).tolist()
    [0, 1, 2]
    """
    result = refused.astype(np.int8)
    result *= REFUSED
    for each in unknown:
        np.maximum(result, each.view(np.int8), out=result)
    return result


def label(people: People, person: int) -> str:
    """Name of a person for others to read; the id where no name is given."""
    return str(people.name[person] or people.ids[person])


def labels(programme: Programme, mentee: int, mentor: int) -> tuple[str, str]:
    """Names of the two people of a pair, with their ids where both have the same name."""
    sides = (programme.mentees, mentee), (programme.mentors, mentor)
    one, other = (label(people, person) for people, person in sides)
    if one != other:
        return one, other
    one, other = (f"{label(people, k)} ({people.ids[k]})" for people, k in sides)
    return one, other


def not_given(what: str, people: tuple[str, str], blank: tuple[bool, bool]) -> str:
    """Say whose cell is blank, of two people by name."""
    whose = [f"of {name}" for name, is_blank in zip(people, blank, strict=True) if is_blank]
    return f"Not given: {what} {' and '.join(whose)}."


def pairs_table(programme: Programme) -> str:
    """Name of the table of requests as its owner knows it: the file's, or "pairs" for a frame."""
    given = programme.config.files.pairs
    if given:
        return PurePath(given).name
    return next((f.name for f in programme.inputs if PurePath(f.name).stem == "pairs"), "pairs")
