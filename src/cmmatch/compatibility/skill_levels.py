"""Skills as people give them: what each has and wants, and what a level earns."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cmmatch.programme.people import Terms
    from cmmatch.programme.vocabulary import Vocabulary

__all__ = ["ANY", "TOP", "Credits", "Offer", "Wish", "rarity_of", "skills_held", "skills_wanted"]

TOP = 5

ANY = 0
"""Target level of a wish without a level on either side of it: any level will do."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One skill that a mentee wants.

    ``target`` is the level that earns full credit, 0 for any; ``held`` the mentee's own level, 0 if
    none is given.
    """

    label: str
    weight: float
    target: int
    held: int


Offer = dict[str, tuple[float, str]]
"""Level (NaN if none) and spelling of each skill that somebody has, by key."""


def _entries(terms: Terms, words: Vocabulary) -> Iterable[list[tuple[str, str, float, bool]]]:
    """Yield the key, label, level and must of every entry, person by person."""
    keys = [words.skill(label) for label in terms.labels]
    term, level, must = terms.term.tolist(), terms.level.tolist(), terms.must.tolist()
    start = terms.start.tolist()
    for person in range(len(terms)):
        here = range(start[person], start[person + 1])
        yield [(keys[term[k]], terms.labels[term[k]], level[k], must[k]) for k in here]


def skills_held(terms: Terms, words: Vocabulary) -> list[Offer]:
    """Return what each person has; of one skill in two spellings the highest level counts."""
    people = []
    for entries in _entries(terms, words):
        found: Offer = {}
        for key, label, level, _ in entries:
            known = found.get(key)
            if known is None or math.isnan(known[0]) or level > known[0]:
                found[key] = (level, label)
        people.append(found)
    return people


def rarity_of(offers: Sequence[Offer]) -> Mapping[str, float]:
    """Return for each skill offered, by key, how few name it, in 1..2."""
    m = len(offers)
    count: dict[str, int] = {}
    for offer in offers:
        for key in offer:
            count[key] = count.get(key, 0) + 1
    return {key: 1 + math.log((m + 1) / (n + 1)) / math.log(m + 1) for key, n in count.items()}


def skills_wanted(
    terms: Terms, words: Vocabulary, *, held: Sequence[Offer], rarity: Mapping[str, float]
) -> list[dict[str, Wish]]:
    """Return the wishes of each mentee by key; entries of one skill are put together."""
    people = []
    for entries, own in zip(_entries(terms, words), held, strict=True):
        together: dict[str, list[tuple[str, float, bool]]] = {}
        for key, label, level, must in entries:
            together.setdefault(key, []).append((label, level, must))
        people.append(
            {
                key: _wish(
                    same,
                    own=own[key][0] if key in own else math.nan,
                    rarity=rarity.get(key, 2.0),
                )
                for key, same in together.items()
            }
        )
    return people


def _wish(entries: Sequence[tuple[str, float, bool]], *, own: float, rarity: float) -> Wish:
    """Take the highest level given, a must if any is one, and the spelling of the weightiest."""
    label, level, must = entries[0]
    if len(entries) > 1:
        label = min((-_asked(level, must), label) for label, level, must in entries)[1]
        level = max((each for _, each, _ in entries if not math.isnan(each)), default=math.nan)
        must = any(each for *_, each in entries)
    weight = _asked(level, must) * rarity
    return Wish(label, weight, *_levels(level, own))


def _asked(level: float, must: bool) -> float:
    return (2.0 if must else 1.0) * (1.0 if math.isnan(level) else level / 3)


def _levels(wanted: float, own: float) -> tuple[int, int]:
    """Return the target and the level held; 0 stands for none."""
    held = 0 if math.isnan(own) else int(own)
    least = held + 1 if held else ANY
    return min(max(ANY if math.isnan(wanted) else int(wanted), least), TOP), held


@dataclass(frozen=True, slots=True)
class Credits:
    r"""What a mentor's level earns, in 0..1.

    A level given earns 1 at the target or above, level / target below it, and nothing if not above
    the mentee. A level left out earns what an average mentor's does:

    .. math:: \sum_{l=1}^{5} P(l) \, credit(l), \qquad P(l) = \frac{n_l + 1}{n + 5}

    where :math:`n_l` of the n levels that mentors give, of all skills together, are l. The 1 and
    the 5 stand for one mentor more at each level (Laplace's rule of succession), so that a
    programme in which nobody gives a level has a value too. Where any level will do, all earn 1.

    Parameters
    ----------
    left_out : mapping of (int, int) to float
        What a level left out earns, by target from 1 and level held.
    """

    left_out: Mapping[tuple[int, int], float]

    @classmethod
    def among(cls, offers: Iterable[Offer]) -> Credits:
        """Count the levels that mentors give, each mentor's skill once.

        Examples
        --------
        >>> credits = Credits.among([{"sql": (5.0, "SQL"), "go": (math.nan, "Go")}])
        >>> credits.of(math.nan, target=2, held=0)  # (0.5 + 1 + 1 + 1 + 2) / 6
        0.9166666666666666
        """
        given = Counter(level for each in offers for level, _ in each.values())
        times = [(level, given[level] + 1) for level in range(1, TOP + 1)]
        whole = sum(n for _, n in times)
        return cls(
            {
                (target, held): math.fsum(n * _earned(level, target, held) for level, n in times)
                / whole
                for target in range(1, TOP + 1)
                for held in range(TOP + 1)
            }
        )

    def of(self, level: float, target: int, held: int) -> float:
        """Return what a level, NaN where it is left out, earns for a wish."""
        if target == ANY:
            return 1.0
        return self.left_out[target, held] if math.isnan(level) else _earned(level, target, held)


def _earned(level: float, target: int, held: int) -> float:
    if level >= target:
        return 1.0
    return level / target if level > held else 0.0
