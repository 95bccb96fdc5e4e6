"""Who and which pairs a rule counts: given by mask, by ids, or by labels of both people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.columns import among

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cmmatch.assignment.matching import Matching

__all__ = [
    "Counted",
    "CountedPairs",
    "LabelledPairs",
    "Members",
    "PairIds",
    "People",
    "ids_of",
    "label_faults",
    "labels_of",
    "listed_pairs",
]

Members = Sequence[bool] | Sequence[str] | np.ndarray
"""Some of one side: a bool array with one entry a person, or a list of ids."""

PairIds = Iterable[tuple[str, str]]
"""(mentee id, mentor id) of each pair."""

SHOWN = 5

NOT_GIVEN = ("None", "nan", "<NA>", "NaT")
"""How a blank cell of a frame is written."""


@dataclass(frozen=True, eq=False)
class People:
    """The ids of both sides, in the positions of the source, shapes (N,) and (M,)."""

    mentees: NDArray[np.object_]
    mentors: NDArray[np.object_]

    def of(self, side: str) -> NDArray[np.object_]:
        """Return the ids of ``mentees`` or of ``mentors``."""
        ids: NDArray[np.object_] = getattr(self, side)
        return ids


@dataclass(frozen=True, eq=False)
class LabelledPairs:
    """Pairs whose two people have the same label, or different ones.

    Parameters
    ----------
    mentees, mentors : sequence of str, shapes (N,) and (M,)
        A label each, in the order of the people, such as the site; a blank ("" or None) is not
        known, and a pair with one is not counted.
    same : bool, default False
        Whether pairs of one label are meant; else those of two.

    Examples
    --------
    >>> apart = LabelledPairs(["north", "south"], ["north", ""])
    >>> apart.same
    False
    """

    mentees: Sequence[str]
    mentors: Sequence[str]
    same: bool = False


@dataclass(frozen=True, eq=False)
class Counted:
    """Which pairs a rule counts: all conditions that are given hold.

    Parameters
    ----------
    mentees, mentors : Members, optional
        The mentee, or the mentor, is one of these.
    pairs : PairIds or LabelledPairs, optional
        The pair is one of these.
    """

    mentees: Members | None = None
    mentors: Members | None = None
    pairs: tuple[tuple[str, str], ...] | LabelledPairs | None = None

    @classmethod
    def of(
        cls,
        mentees: Members | None,
        mentors: Members | None,
        pairs: PairIds | LabelledPairs | None,
    ) -> Counted:
        """Put the conditions of a rule together."""
        return cls(mentees, mentors, listed_pairs(pairs))

    def faults(self, people: People) -> list[str]:
        """Say what does not fit these people."""
        found = []
        for side in ("mentees", "mentors"):
            given = getattr(self, side)
            if given is not None:
                found += _member_faults(given, people.of(side), side)
        if isinstance(self.pairs, LabelledPairs):
            for side in ("mentees", "mentors"):
                found += label_faults(getattr(self.pairs, side), people.of(side), side)
        elif self.pairs is not None:
            for k, side in enumerate(("mentees", "mentors")):
                named = [pair[k] for pair in self.pairs]
                found += _unknown(named, people.of(side), side)
        return found

    def on(self, people: People) -> CountedPairs:
        """Compile to arrays, for people that fit."""
        mentees, mentors = (
            None if given is None else _mask(given, people.of(side))
            for side, given in (("mentees", self.mentees), ("mentors", self.mentors))
        )
        keys = codes = None
        width = max(len(people.mentors), 1)
        if isinstance(self.pairs, LabelledPairs):
            codes = _codes(labels_of(self.pairs.mentees), labels_of(self.pairs.mentors))
        elif self.pairs is not None:
            rows, columns = (_positions(people.of(side)) for side in ("mentees", "mentors"))
            keys = np.unique(
                np.array([rows[e] * width + columns[o] for e, o in self.pairs], dtype=np.int64)
            )
        same = isinstance(self.pairs, LabelledPairs) and self.pairs.same
        return CountedPairs(mentees, mentors, keys, codes, width, same=same)

    def within(self, matching: Matching) -> list[tuple[str, str]]:
        """Recount: the pairs of a matching that count, by ids and sets alone."""
        mentees = ids_of(self.mentees, matching.mentee_ids)
        mentors = ids_of(self.mentors, matching.mentor_ids)
        made = [pair for pair in matching.pairs if pair[0] in mentees and pair[1] in mentors]
        if self.pairs is None:
            return made
        if not isinstance(self.pairs, LabelledPairs):
            listed = set(self.pairs)
            return [pair for pair in made if pair in listed]
        first = dict(zip(matching.mentee_ids, self.pairs.mentees, strict=True))
        second = dict(zip(matching.mentor_ids, self.pairs.mentors, strict=True))
        known = [(e, o) for e, o in made if not (_blank(first[e]) or _blank(second[o]))]
        return [(e, o) for e, o in known if (str(first[e]) == str(second[o])) == self.pairs.same]


@dataclass(frozen=True, eq=False)
class CountedPairs:
    """Says of each pair, by position, whether it counts; what is ``None`` excludes nobody."""

    mentees: NDArray[np.bool_] | None
    mentors: NDArray[np.bool_] | None
    keys: NDArray[np.int64] | None
    codes: tuple[NDArray[np.int64], NDArray[np.int64]] | None
    width: int
    same: bool

    def __call__(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return whether each pair counts, shape (P,)."""
        counts = np.ones(len(mentee), dtype=np.bool_)
        if self.mentees is not None:
            counts &= self.mentees[mentee]
        if self.mentors is not None:
            counts &= self.mentors[mentor]
        if self.keys is not None:
            counts &= among(np.asarray(mentee, dtype=np.int64) * self.width + mentor, self.keys)
        if self.codes is not None:
            first, second = self.codes[0][mentee], self.codes[1][mentor]
            counts &= (first >= 0) & (second >= 0) & ((first == second) == self.same)
        return counts


def listed_pairs(
    pairs: PairIds | LabelledPairs | None,
) -> tuple[tuple[str, str], ...] | LabelledPairs | None:
    """Return pairs that can be gone through more than once."""
    if pairs is None or isinstance(pairs, LabelledPairs):
        return pairs
    return tuple((str(mentee), str(mentor)) for mentee, mentor in pairs)


def label_faults(labels: Sequence[str], ids: NDArray[np.object_], side: str) -> list[str]:
    """Say what is wrong with labels that are to be one for each person."""
    if len(labels) == len(ids):
        return []
    return [f"One label for each of the {len(ids)} {side} is needed; given {len(labels)}."]


def labels_of(given: Sequence[str]) -> list[str]:
    """Return labels as texts, "" for one that is not known."""
    return ["" if _blank(label) else str(label) for label in given]


def ids_of(given: Members | None, ids: NDArray[np.object_]) -> set[str]:
    """Return the ids of some of one side; ``None`` means everybody."""
    if given is None:
        return set(ids)
    if _is_mask(given):
        return {label for label, inside in zip(ids, given, strict=True) if inside}
    return {str(label) for label in given}


def _blank(label: object) -> bool:
    return not label if isinstance(label, str) else str(label) in NOT_GIVEN


def _codes(*sides: list[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give each label a number, the same on both sides; -1 for a blank."""
    number: Mapping[str, int] = {
        label: k for k, label in enumerate(sorted({each for side in sides for each in side} - {""}))
    }
    first, second = (
        np.array([number.get(label, -1) for label in side], dtype=np.int64) for side in sides
    )
    return first, second


def _is_mask(given: Members) -> bool:
    return np.asarray(given).dtype == np.bool_


def _member_faults(given: Members, ids: NDArray[np.object_], side: str) -> list[str]:
    if _is_mask(given):
        shape = np.shape(given)
        if shape == (len(ids),):
            return []
        return [f"A mask of the {side} must have shape ({len(ids)},); given {shape}."]
    if isinstance(given, str):
        return [f"The {side} must be a list of ids or a mask; given the text {given!r}."]
    numbers = [each for each in given if not isinstance(each, str)]
    if numbers:
        return [
            f"The {side} must be a bool for each of them, or ids as texts; given {numbers[0]!r}."
        ]
    return _unknown([str(each) for each in given], ids, side)


def _unknown(named: Iterable[str], ids: NDArray[np.object_], side: str) -> list[str]:
    known = set(ids)
    nobody = list(dict.fromkeys(each for each in named if each not in known))
    if not nobody:
        return []
    more = f" and {len(nobody) - SHOWN} more" if len(nobody) > SHOWN else ""
    shown = ", ".join(repr(each) for each in nobody[:SHOWN])
    return [f"None of the {side} has the id {shown}{more}."]


def _mask(given: Members, ids: NDArray[np.object_]) -> NDArray[np.bool_]:
    if _is_mask(given):
        return np.asarray(given, dtype=np.bool_)
    inside = set(given)
    return np.array([label in inside for label in ids], dtype=np.bool_)


def _positions(ids: NDArray[np.object_]) -> dict[str, int]:
    return {label: k for k, label in enumerate(ids)}
