"""Aims and their prices: what a stage maximises over all pairs, and the dual that proves it.

A pair of mentee i and mentor j with value w has the *reduced profit* ``r = w - u[i] - p[j]``, less
what the rows it is in charge. At an optimum no pair that is left out has r above 0, and no pair
that is made, unless it must be, has r below 0.

Several stages in order are one stage whose values are compared like words in a dictionary: by the
first stage, and where that is even by the next. So prices are one number a stage, and a pair that
the first stage has decided (r not 0) is decided for all later ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cmmatch.assignment.families import Family
    from cmmatch.assignment.pairwise import PairValue

__all__ = ["Aim", "Link", "best_loads", "sign"]


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """What is maximised, over all pairs that may be made.

    Parameters
    ----------
    value : PairValue
        Of each pair.
    extra : int64, shape (E,), or None
        Of one unit of each extra; ``None`` where extras count nothing.
    mentee_steps, mentor_steps : int64, shape (N, K) and (M, K), or None
        What the first, second, ... pair of a person adds; must not rise along a row.
    """

    value: PairValue
    extra: NDArray[np.int64] | None = None
    mentee_steps: NDArray[np.int64] | None = None
    mentor_steps: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """One stage with its prices and its value.

    Parameters
    ----------
    aim : Aim
        What was maximised.
    mentee, mentor : int64, shapes (N,) and (M,)
        Prices, in the positions of the source.
    rows : tuple of int64 arrays
        Prices of the rows of each family.
    value : int
        What the prices prove to be the optimum, or a bound of it, in parts of a unit.
    scale : int
        Parts of a unit that prices are counted in.
    """

    aim: Aim
    mentee: NDArray[np.int64]
    mentor: NDArray[np.int64]
    rows: tuple[NDArray[np.int64], ...] = ()
    value: int = 0
    scale: int = 1

    @property
    def bound(self) -> int:
        """What no set of pairs is worth more than, in whole units."""
        return self.value // self.scale

    def reduced(
        self,
        families: Sequence[Family],
        mentee: NDArray[np.intp],
        mentor: NDArray[np.intp],
        score: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        """Return the reduced profit of pairs in parts of a unit, shape (P,)."""
        profit = self.aim.value(mentee, mentor, score) * self.scale - self.mentee[mentee]
        profit -= self.mentor[mentor]
        for family, price in zip(families, self.rows, strict=bool(self.rows)):
            if price.any():
                row = family.row(mentee, mentor)
                charge = price[row] * family.coefficient(mentee, mentor, score)
                profit = profit - np.where(row < 0, 0, charge)
        return profit


def sign(
    links: Sequence[Link],
    families: Sequence[Family],
    mentee: NDArray[np.intp],
    mentor: NDArray[np.intp],
    score: NDArray[np.int64],
) -> NDArray[np.int8]:
    """Return -1, 0 or 1: how the stages together see each pair; the first that is not even decides.

    With upper bounds of the scores it is -1 only where it is -1 with the scores themselves.
    """
    decided = np.zeros(len(mentee), dtype=np.int8)
    even: slice | NDArray[np.intp] = slice(None)
    for link in links:
        r = link.reduced(families, mentee[even], mentor[even], score[even])
        decided[even] = np.sign(r)
        even = np.flatnonzero(decided == 0)
    return decided


def best_loads(
    price: NDArray[np.int64],
    steps: NDArray[np.int64] | None,
    lower: NDArray[np.int64],
    upper: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the least and greatest load in [lower, upper] at which price and steps are best.

    Maximised is ``price * load`` plus the sum of the first ``load`` steps.

    Steps do not rise, so those loads have no gap.
    """
    if steps is None:
        return np.where(price > 0, upper, lower), np.where(price < 0, lower, upper)
    worth = steps + price[:, None]
    first, last = (worth > 0).sum(axis=1), (worth >= 0).sum(axis=1)
    # After the last step a further pair is worth the price alone.
    beyond = steps.shape[1]
    first = np.where((first == beyond) & (price > 0), upper, first)
    last = np.where((last == beyond) & (price >= 0), upper, last)
    return np.clip(first, lower, upper), np.clip(last, lower, upper)
