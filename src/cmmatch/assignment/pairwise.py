"""Integers of pairs, as functions: whoever asks hands in positions and exact scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = [
    "Constant",
    "Listed",
    "LogScore",
    "OwnScore",
    "PairValue",
    "Product",
    "ScoreAtLeast",
    "ScoreBelow",
    "ScoreRaised",
    "ScoreUpTo",
    "Within",
]


class PairValue(Protocol):
    """An integer for every pair of a source, kept or not.

    It must not fall as the score rises, all else equal: so an upper bound of a score gives an upper
    bound of the value, and whole blocks of pairs can be passed over without their exact scores.
    """

    def __call__(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp], score: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the values of pairs by position, shapes (P,)."""
        ...


@dataclass(frozen=True, slots=True)
class Constant:
    """The same for every pair."""

    units: int = 1

    def __call__(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp], score: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the constant, shape (P,)."""
        return np.full(len(mentee), self.units, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class OwnScore:
    """The exact score of the pair."""

    def __call__(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp], score: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the scores."""
        return score


@dataclass(frozen=True, slots=True)
class ScoreUpTo:
    """The score, cut off at a limit."""

    limit: int

    def __call__(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp], score: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the lesser of score and limit."""
        return np.minimum(score, self.limit)


@dataclass(frozen=True, slots=True)
class ScoreAtLeast:
    """One where the score reaches a limit, else nothing."""

    limit: int

    def __call__(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp], score: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return 0 or 1."""
        return (score >= self.limit).astype(np.int64)


@dataclass(frozen=True, slots=True)
class ScoreRaised:
    """The score, but the upper end of an interval for all that is above its lower end.

    Scores within the interval are raised to its upper end, and scores above it cut off at it.
    """

    above: int
    to: int

    def __call__(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp], score: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the raised scores."""
        return np.where(score > self.above, self.to, score)


@dataclass(frozen=True, slots=True)
class LogScore:
    """The logarithm of the score in units, rounded to parts of one; a score is 1 unit at least."""

    parts: int

    def __call__(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp], score: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the rounded logarithms."""
        whole = np.maximum(score, 1).astype(np.float64)
        rounded: NDArray[np.int64] = np.rint(np.log(whole) * self.parts).astype(np.int64)
        return rounded


@dataclass(frozen=True, eq=False, slots=True)
class ScoreBelow:
    """Minus one where the score is below a limit, else nothing.

    Parameters
    ----------
    limit : int
        The least score that costs nothing.
    exempt : Listed, optional
        Not 0 for pairs that cost nothing whatever their score.
    """

    limit: int
    exempt: Listed | None = None

    def __call__(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp], score: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return -1 or 0."""
        below = score < self.limit
        if self.exempt is not None:
            below &= self.exempt(mentee, mentor, score) == 0
        return -below.astype(np.int64)


@dataclass(frozen=True, eq=False, slots=True)
class Product:
    """A number of the mentee times a number of the mentor, shapes (N,) and (M,)."""

    of_mentee: NDArray[np.int64]
    of_mentor: NDArray[np.int64]

    def __call__(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp], score: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the products."""
        return self.of_mentee[mentee] * self.of_mentor[mentor]


@dataclass(frozen=True, eq=False, slots=True)
class Listed:
    """A value for each listed pair, and another for all others.

    Parameters
    ----------
    keys : int64, sorted, no key twice
        ``mentee * width + mentor``.
    values : int64, the same length
        Of the listed pairs.
    width : int
        M, at least 1.
    other : int
        Of all other pairs.
    """

    keys: NDArray[np.int64]
    values: NDArray[np.int64]
    width: int
    other: int = 0

    @classmethod
    def of(
        cls, pairs: Iterable[tuple[int, int]], *, width: int, units: int = 1, other: int = 0
    ) -> Listed:
        """List pairs of positions, all with one value."""
        given = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
        keys = np.unique(given[:, 0] * width + given[:, 1])
        return cls(keys, np.full(len(keys), units, dtype=np.int64), width, other)

    def __call__(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp], score: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the listed value, or the other."""
        if not len(self.keys):
            return np.full(len(mentee), self.other, dtype=np.int64)
        wanted = np.asarray(mentee, dtype=np.int64) * self.width + mentor
        found = np.searchsorted(self.keys[:-1], wanted)
        return np.where(self.keys[found] == wanted, self.values[found], self.other)


@dataclass(frozen=True, eq=False, slots=True)
class Within:
    """The same for every pair whose listed number is within limits, else nothing.

    Parameters
    ----------
    numbers : Listed
        One of each pair.
    lower, upper : int
        Limits, both within.
    units : int, default 1
        Of the pairs within.
    """

    numbers: Listed
    lower: int
    upper: int
    units: int = 1

    def __call__(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp], score: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the units, or 0."""
        number = self.numbers(mentee, mentor, score)
        return self.units * ((number >= self.lower) & (number <= self.upper)).astype(np.int64)
