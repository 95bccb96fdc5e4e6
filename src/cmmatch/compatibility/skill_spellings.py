"""Labels that may be one skill misspelt: suggestions for a person to judge, never applied."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.faults import Fault, Severity
from cmmatch.programme.labels import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from cmmatch.programme.people import People, Terms
    from cmmatch.programme.programme import Programme

__all__ = ["SpellingSuggestion", "spelling_notes", "spelling_suggestions"]

LIKENESS = 0.92
"""Least likeness of a suggestion. Lower, and near names that mean different things are caught:
"project management" and "product management" have 0.89."""

SHORTEST = 5
"""Least letters and digits of a label; shorter ones are alike by chance."""

SHOWN = 20

BINS = 48


@dataclass(frozen=True, slots=True)
class SpellingSuggestion:
    """Two labels that may be one skill.

    Parameters
    ----------
    label, other : str
        As written by most; the first is the one that more people use.
    people, people_other : int
        How many people use each, wanted, held and taught together.
    likeness : float
        0.92 to 1; 1 where they differ in blanks and signs only.
    """

    label: str
    other: str
    people: int
    people_other: int
    likeness: float


def spelling_suggestions(programme: Programme) -> tuple[SpellingSuggestion, ...]:
    """Find labels of skills that are spelt nearly alike.

    Compared are the distinct labels that the programme's aliases do not make one skill already.
    The likeness is difflib's ratio, twice the signs that match over all signs, of the letters,
    digits, ``+`` and ``#`` of the two labels. Never near are labels of fewer than five letters and
    digits, and labels that differ in ``+`` or ``#``, in a word of one letter, or in their numbers
    if both have any: those name other things (C and C++, C and R, ISO 9001 and ISO 14001).

    Parameters
    ----------
    programme : Programme
        Skills of both sides, and skills wanted.

    Returns
    -------
    tuple of SpellingSuggestion
        What concerns the most people first, then by label. Nothing is changed anywhere.

    Examples
    --------
    >>> from cmmatch import Programme
    >>> mentors = {"id": ["A1"], "skills": ["Stakeholder managment"]}
    >>> mentees = {"id": ["E1", "E2"], "skills_wanted": ["stakeholder management"] * 2}
    >>> (found,) = spelling_suggestions(Programme.from_frames(mentors, mentees))
    >>> found.label, found.people, found.other, found.people_other
    ('stakeholder management', 2, 'Stakeholder managment', 1)
    """
    used, spelt = _use(programme)
    keys = sorted(label for label in used if len(_letters(label)) >= SHORTEST)
    skill = {label: programme.vocabulary.skill(label) for label in keys}
    found = []
    for one, other in _near([_bare(label) for label in keys]):
        pair = sorted((keys[one], keys[other]), key=lambda label: (-used[label], label))
        if skill[pair[0]] != skill[pair[1]] and _comparable(*pair):
            likeness = _likeness(*map(_bare, pair))
            if likeness >= LIKENESS:
                first, second = pair
                found.append(
                    SpellingSuggestion(
                        spelt[first], spelt[second], used[first], used[second], likeness
                    )
                )
    return tuple(sorted(found, key=lambda s: (-s.people - s.people_other, s.label, s.other)))


def spelling_notes(programme: Programme, *, table: str = "skills") -> list[Fault]:
    """Say the suggestions as notes (``skill-spelling``), the twenty that concern the most people.

    Parameters
    ----------
    programme : Programme
        As read.
    table : str, default "skills"
        What the notes name as the place.
    """
    return [
        Fault(
            table,
            None,
            "",
            each.other,
            "skill-spelling",
            f"Two spellings of one skill must not stand apart: {each.label!r} ({each.people}) and "
            f"{each.other!r} ({each.people_other}) look alike, and count as two skills.",
            "If they are one, write it in one way, or add the line "
            f"'{each.other},{each.label}' to the table of [skills] aliases.",
            Severity.NOTE,
        )
        for each in spelling_suggestions(programme)[:SHOWN]
    ]


def _use(programme: Programme) -> tuple[Mapping[str, int], Mapping[str, str]]:
    """Return how many people use each folded label, and its most common spelling."""
    mentors, mentees = programme.mentors, programme.mentees
    spelling: Counter[tuple[str, str]] = Counter()
    users: set[tuple[str, str]] = set()
    for people, terms in (
        (mentors, mentors.skills),
        (mentees, mentees.skills),
        (mentees, mentees.skills_wanted),
    ):
        for person, label in _labels(people, terms):
            users.add((person, folded(label)))
            spelling[folded(label), label] += 1
    used = Counter(label for _, label in users)
    common: dict[str, str] = {}
    for (key, label), _ in sorted(spelling.items(), key=lambda item: (-item[1], item[0])):
        common.setdefault(key, label)
    return used, common


def _labels(people: People, terms: Terms) -> Iterable[tuple[str, str]]:
    for person in range(len(terms)):
        for label in terms.of(person):
            yield people.ids[person], label


def _letters(label: str) -> str:
    return "".join(sign for sign in label if sign.isalnum())


def _bare(label: str) -> str:
    """Return the letters, digits, + and # of a label."""
    return "".join(sign for sign in label if sign.isalnum() or sign in "+#")


def _comparable(one: str, other: str) -> bool:
    """Whether two labels differ in nothing that tells names apart."""
    if _signs(one) != _signs(other):
        return False
    numbers = _numbers(one), _numbers(other)
    return numbers[0] == numbers[1] or not all(numbers)


def _signs(label: str) -> tuple[str, list[str]]:
    words = (_letters(word) for word in label.split())
    single = sorted(word for word in words if len(word) == 1 and word.isalpha())
    return "".join(sign for sign in label if sign in "+#"), single


def _numbers(label: str) -> list[str]:
    return "".join(sign if sign.isdecimal() else " " for sign in label).split()


def _likeness(one: str, other: str) -> float:
    """Return the ratio, which difflib makes depend on the order, in the order of the alphabet."""
    first, second = sorted((one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _near(bare: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the pairs whose letters, in whatever order, allow the likeness: all that have it.

    Sorted by length, the partners of a label are a short run behind it: matching signs cannot be
    more than the shorter label has.
    """
    length = np.array([len(each) for each in bare], dtype=np.int64)
    order = np.argsort(length, kind="stable")
    length, counts = length[order], _counts([bare[k] for k in order])
    reach = np.searchsorted(length, np.floor(length * (2 / LIKENESS - 1) + 1e-9), side="right")
    for k in range(len(bare)):
        run = slice(k + 1, int(reach[k]))
        common = np.minimum(counts[run], counts[k]).sum(axis=1, dtype=np.int64)
        enough = 2 * common >= LIKENESS * (length[run] + length[k]) - 1e-9
        for other in (np.flatnonzero(enough) + k + 1).tolist():
            yield int(order[k]), int(order[other])


def _counts(bare: Sequence[str]) -> NDArray[np.uint16]:
    """Count the signs of each label in bins; rare signs share one, which loses no pair."""
    counts = np.zeros((len(bare), BINS), dtype=np.uint16)
    for row, label in enumerate(bare):
        for sign, times in Counter(ord(sign) % BINS for sign in label).items():
            counts[row, sign] = times
    return counts
