"""Personality: likeness in the traits that evidence speaks for; no word about either person."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.answered import Answers, Column, SideAnswers
from cmmatch.errors import ModelError
from cmmatch.programme.people import TRAITS
from cmmatch.programme.spelling import did_you_mean, near_names

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from cmmatch.programme.people import People
    from cmmatch.programme.programme import Programme

__all__ = ["Personality", "PreparedPersonality"]


@dataclass(frozen=True)
class Personality:
    """How alike two people are in openness and conscientiousness, as far as can be trusted.

    For each trait compared, with x and y the two people's traits in 0..1, r and q how reliable
    they are, and t the programme's typical value of the trait::

        likeness = 1 - |x - y|               or |x - y| where a difference counts
        trust    = 2 / (1 / r + 1 / q)       0 where one of the two is unknown
        value    = t + trust * (likeness - t)

    and the component is the mean over the traits; unknown where no trait is known of both. The
    typical value is the mean likeness over all pairs of the programme in which both are known,
    rounded to 0.001; a trait that no pair has is left out for everybody.

    Trust is the share of the variance of a difference between two people that is not error: with
    true variance V of a difference and standard errors e and f of the two traits it is
    ``V / (V + e**2 + f**2)``. The value is Kelley's estimate (Kelley 1923) of the likeness: the
    observed one drawn to the mean by its reliability. It is the likeness that is drawn and not the
    two traits, because drawn traits lie near each other, and those who answered least would seem
    most alike to everybody. So two items move the value less than four, whoever answered half moves
    it less still, and on average nobody gains or loses by it.

    Weight 3 of 100 and two traits only, because the evidence is thin: likeness in openness went
    with career and psychosocial support, likeness in conscientiousness with psychosocial support,
    in one study of 68 formal pairs (Menges 2016); among 1,895 coaching pairs neither personality
    nor its match mattered (de Haan et al. 2016). Traits count only with consent.

    Parameters
    ----------
    traits : tuple of str
        In which likeness counts.
    complementary : tuple of str
        In which a difference counts. None by default: no evidence asks for it.

    Raises
    ------
    ModelError
        If there is no such trait, or one stands twice.
    """

    traits: tuple[str, ...] = ("openness", "conscientiousness")
    complementary: tuple[str, ...] = ()
    name: str = "personality"

    def __post_init__(self) -> None:
        for trait in self.compared:
            if trait not in TRAITS:
                hint = did_you_mean(near_names(trait, TRAITS)).rstrip()
                known = ", ".join(TRAITS)
                message = f"A trait must be one of {known}; given {trait!r}. {hint}"
                raise ModelError(message.rstrip())
            if self.compared.count(trait) > 1:
                message = f"A trait must stand once in what is compared; {trait!r} stands twice."
                raise ModelError(message)

    @property
    def compared(self) -> tuple[str, ...]:
        """All traits compared: those in which likeness counts, then the others."""
        return (*self.traits, *self.complementary)

    def applies(self, programme: Programme) -> bool:
        """Whether some trait compared is known of somebody on both sides."""
        which = [TRAITS.index(trait) for trait in self.compared]
        known = [
            (~np.isnan(side.traits[:, which])).any(axis=0)
            for side in (programme.mentees, programme.mentors)
        ]
        return bool((known[0] & known[1]).any())

    def prepare(self, programme: Programme) -> PreparedPersonality:
        """Pick the traits that some pair has, and measure how far apart people typically are."""
        columns = [TRAITS.index(trait) for trait in self.compared]
        apart = [
            mean_distance(programme.mentees.traits[:, k], programme.mentors.traits[:, k])
            for k in columns
        ]
        used = [n for n, distance in enumerate(apart) if not math.isnan(distance)]
        which = [columns[n] for n in used]
        return PreparedPersonality(
            tuple(round(apart[n], 3) for n in used),
            tuple(n >= len(self.traits) for n in used),
            _Answers.of(programme.mentees, which),
            _Answers.of(programme.mentors, which),
            programme.config.privacy.personality == "given",
        )


def mean_distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the mean of ``|x - y|`` over all x and y that are known; NaN where there are none.

    Sorted, so that it takes no N x M array and the order of people changes no bit.

    Examples
    --------
    >>> mean_distance(np.array([0.0, 1.0, np.nan]), np.array([1.0, 0.5]))
    0.5
    """
    x, y = (np.sort(side[~np.isnan(side)]) for side in (one, other))
    if not (len(x) and len(y)):
        return math.nan
    below = np.searchsorted(y, x)
    sums = np.append(0.0, np.cumsum(y))
    total = (2 * below - len(y)) * x + sums[-1] - 2 * sums[below]
    return math.fsum(total) / (len(x) * len(y))


@dataclass(frozen=True, eq=False)
class _Answers:
    """Traits of one side, one row a trait, ready to be compared.

    ``trait`` is 0 where unknown and ``doubt``, half of one over the reliability, infinite there;
    ``known`` has one bit for each trait.
    """

    trait: NDArray[Any]
    doubt: NDArray[Any]
    known: NDArray[np.uint8]

    @classmethod
    def of(cls, people: People, which: list[int]) -> _Answers:
        trait, reliability = people.traits[:, which].T, people.trait_reliability[:, which].T
        known = ~np.isnan(trait) & ~np.isnan(reliability)
        doubt = np.divide(0.5, reliability, out=np.full(trait.shape, np.inf), where=known)
        bits = np.array([1 << k for k in range(len(which))], dtype=np.uint8)
        return cls(
            np.where(known, trait, 0.0),
            doubt,
            np.asarray((known * bits[:, None]).sum(axis=0), dtype=np.uint8),
        )

    def take(self, people: NDArray[np.intp]) -> _Answers:
        return _Answers(self.trait[:, people], self.doubt[:, people], self.known[people])

    def single(self) -> _Answers:
        """Round to float32."""
        return _Answers(self.trait.astype(np.float32), self.doubt.astype(np.float32), self.known)

    def side(self, asked: bool) -> SideAnswers:
        """All traits are one column: which of them somebody withheld is nobody's business."""
        traits = tuple(range(len(self.trait)))
        given = ((self.known[:, None] >> np.array(traits, dtype=np.uint8)) & 1).astype(np.bool_)
        name = "personality" if asked else "personality (no consent or no answers)"
        return SideAnswers(given, (Column(name, self.known == 0, traits, asked),))

    def standing(self) -> _Answers:
        """Stand upright, to meet everybody of the other side."""
        return _Answers(*(getattr(self, each.name)[..., None] for each in fields(self)))


@dataclass(frozen=True, eq=False)
class PreparedPersonality:
    """Personality bound to a programme.

    Parameters
    ----------
    typical : tuple of float, length K
        Mean distance of two people in each trait compared.
    difference : tuple of bool, length K
        Whether a difference counts in it, and not likeness.
    mentee, mentor
        The answers.
    asked : bool
        Whether a blank is no refusal of consent, so that people may be asked again.
    """

    typical: tuple[float, ...]
    difference: tuple[bool, ...]
    mentee: _Answers
    mentor: _Answers
    asked: bool

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Values in float32, shape (rows, M)."""
        one = self.mentee.take(rows).single().standing()
        return np.asarray(self._value(one, self.mentor.single()), dtype=np.float32)

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Exact values of single pairs, shape (P,)."""
        return np.asarray(
            self._value(self.mentee.take(mentee), self.mentor.take(mentor)), dtype=np.float64
        )

    def _value(self, one: _Answers, other: _Answers) -> NDArray[Any]:
        """Add up, trait by trait, by how much a pair differs from the typical one."""
        shape = np.broadcast_shapes(one.known.shape, other.known.shape)
        total = np.zeros(shape, dtype=one.trait.dtype)
        start = 0.0
        for k, typical in enumerate(self.typical):
            apart = np.abs(one.trait[k] - other.trait[k])
            apart -= typical
            apart /= one.doubt[k] + other.doubt[k]
            if self.difference[k]:
                total += apart
            else:
                total -= apart
            start += typical if self.difference[k] else 1 - typical
        total += start
        total /= max(len(self.typical), 1)
        np.clip(total, 0.0, 1.0, out=total)
        total[(one.known & other.known) == 0] = np.nan
        return total

    def answers(self) -> Answers:
        """Tell who answered, and never what or in which trait."""
        return Answers(self.mentee.side(self.asked), self.mentor.side(self.asked))

    def reason(self, mentee: int, mentor: int) -> str:
        """Say whether answers were compared and nothing else.

        Any word on how alike the two are would let one who knows the own answers work out the
        other's: whoever is at the end of a scale and hears "alike" knows where the other is.
        """
        if self.mentee.known[mentee] & self.mentor.known[mentor]:
            return "Answers on personality were compared; what they are is not told here."
        return "Not known: the answers to compare are missing or may not be used."
