"""Tiny programmes and forms drawn at random, small enough for brute force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.constraints import (
    Forbidden,
    MenteeDemand,
    MentorCapacity,
    Required,
    Violation,
)
from cmmatch.assignment.families import Extra, Family, OneRow, RowOfMentee, RowOfMentor
from cmmatch.assignment.form import UNBOUNDED, Form, Need, Rows, Target
from cmmatch.assignment.model import Model
from cmmatch.assignment.objectives import MostMatched, TotalScore
from cmmatch.assignment.pairwise import Product
from cmmatch.compatibility.candidates import Candidates
from cmmatch.testing.oracle import fillings

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.constraints import Constraint
    from cmmatch.assignment.families import RowOf
    from cmmatch.assignment.matching import Matching
    from cmmatch.assignment.objectives import Objective

__all__ = ["TinyRows", "tiny_candidates", "tiny_form", "tiny_model"]

ORDERS: tuple[tuple[Objective, ...], ...] = (
    (MostMatched(),),
    (TotalScore(),),
    (MostMatched(), TotalScore()),
)
"""The objectives of tiny models, in turn."""

HUGE = 2**47
"""Scores in these units are too large for floating point."""


def tiny_candidates(rng: np.random.Generator, *, most: tuple[int, int] = (4, 3)) -> Candidates:
    """Draw candidates of at most so many mentees and mentors; ties are common, gaps too."""
    n, m = int(rng.integers(1, most[0] + 1)), int(rng.integers(1, most[1] + 1))
    # Few distinct scores make ties common; some are negative, some are zero.
    scores = rng.integers(-2, 4, (n, m)) / 4
    return Candidates.from_matrix(np.where(rng.random((n, m)) < 0.25, np.nan, scores))


def tiny_model(seed: int, *, rows: bool = False) -> Model:
    """Draw a model of up to 4 mentees and 3 mentors, feasible or not.

    Parameters
    ----------
    seed : int
        Of the drawing.
    rows : bool, default False
        Whether it has rows beyond degrees as well (:class:`TinyRows`).

    Returns
    -------
    Model
        With demands, places, minimum loads, and some required and forbidden pairs; objectives are
        the number of pairs, the total score, or one after the other.
    """
    rng = np.random.default_rng(seed)
    candidates = tiny_candidates(rng)
    n, m = candidates.shape
    places = rng.integers(0, 4, m)
    demand = rng.integers(0, 3, n)
    rules: list[Constraint] = [
        MentorCapacity(places, np.minimum(rng.integers(0, 3, m) * (rng.random(m) < 0.4), places)),
        MenteeDemand(demand, np.minimum(rng.integers(0, 2, n) * (rng.random(n) < 0.3), demand)),
    ]
    eligible = [(str(i), str(j)) for i, j in zip(candidates.mentee, candidates.mentor, strict=True)]
    rng.shuffle(eligible)
    if eligible and rng.random() < 0.4:
        rules.append(Required((eligible[0],)))
    if len(eligible) > 1 and rng.random() < 0.4:
        rules.append(Forbidden((eligible[1],)))
    order = int(rng.integers(100))
    if rows:
        rules.append(TinyRows.drawn(rng, (n, m)))
    return Model(candidates, rules, ORDERS[seed % 3], seed=order)


@dataclass(frozen=True, eq=False)
class TinyRows:
    """Rows beyond degrees without a meaning, and extras that some of them speak of.

    Parameters
    ----------
    families : tuple of Family
        The rows.
    extras : tuple of Extra
        Whole numbers with narrow bounds, without a price.
    """

    families: tuple[Family, ...]
    extras: tuple[Extra, ...]
    name: str = "tiny rows"

    @classmethod
    def drawn(cls, rng: np.random.Generator, shape: tuple[int, int]) -> TinyRows:
        """Draw one or two families and up to two extras."""
        extras = tuple(
            Extra(f"extra {k}", int(low), int(low + width))
            for k, (low, width) in enumerate(rng.integers((-1, 0), (2, 3), (rng.integers(3), 2)))
        )
        families = [_tiny_family(rng, shape, len(extras), k) for k in range(rng.integers(1, 3))]
        return cls(tuple(families), extras)

    def write(self, form: FormBuilder) -> None:
        """Add the rows and the extras."""
        numbers = [form.add_extra(extra) for extra in self.extras]
        for family in self.families:
            entries = tuple((row, numbers[k], amount) for row, k, amount in family.entries)
            form.add_family(
                Family(
                    family.name,
                    family.labels,
                    family.row,
                    family.coefficient,
                    family.lower,
                    family.upper,
                    entries,
                )
            )

    def violations(self, matching: Matching) -> tuple[Violation, ...]:
        """Say so when no values of the extras have all rows kept."""
        lower = np.array([extra.lower for extra in self.extras], dtype=np.int64)
        upper = np.array([extra.upper for extra in self.extras], dtype=np.int64)
        for filled in fillings(lower, upper).tolist():
            if all(_kept(family, matching, filled) for family in self.families):
                return ()
        return (Violation(self.name, "No values of the extras keep all rows."),)


def _kept(family: Family, matching: Matching, filled: list[int]) -> bool:
    sums = [0] * len(family.labels)
    none = np.zeros(len(matching), dtype=np.int64)
    row = family.row(matching.mentee, matching.mentor)
    count = family.coefficient(matching.mentee, matching.mentor, none)
    for k, amount in zip(row.tolist(), count.tolist(), strict=True):
        if k >= 0:
            sums[k] += amount
    for k, extra, amount in family.entries:
        sums[k] += amount * filled[extra]
    return all(
        low <= each <= up
        for each, low, up in zip(sums, family.lower.tolist(), family.upper.tolist(), strict=True)
    )


def _tiny_family(
    rng: np.random.Generator, shape: tuple[int, int], extras: int, number: int
) -> Family:
    n, m = shape
    count = int(rng.integers(1, 3))
    row: RowOf = (
        RowOfMentee(rng.integers(-1, count, n)),
        RowOfMentor(rng.integers(-1, count, m)),
        OneRow(),
    )[rng.integers(3)]
    lower, upper = _sides(rng, count)
    entries = tuple((int(rng.integers(count)), k, int(rng.integers(-2, 3))) for k in range(extras))
    weight = Product(rng.integers(-1, 3, n), rng.integers(0, 3, m))
    labels = tuple(f"row {k}" for k in range(count))
    return Family(f"tiny {number}", labels, row, weight, lower, upper, entries)


def _sides(rng: np.random.Generator, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    lower = rng.integers(-3, 3, count)
    upper = lower + rng.integers(0, 5, count)
    open_below, open_above = rng.random(count) < 0.4, rng.random(count) < 0.3
    return np.where(open_below, -UNBOUNDED, lower), np.where(open_above, UNBOUNDED, upper)


def tiny_form(seed: int, needs: Collection[Need] = tuple(Need)) -> tuple[Form, Target]:
    """Draw a form of up to 4 mentees and 3 mentors and what is maximised over it.

    Parameters
    ----------
    seed : int
        Of the drawing.
    needs : collection of Need, default all
        What it may ask of a backend; it need not ask for all of it, nor be feasible.
    """
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    mentee, mentor = np.nonzero(rng.random((n, m)) < 0.75)
    pairs = len(mentee)
    unit = HUGE if Need.EXACT in needs else 1

    def side(count: int, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        upper = rng.integers(0, most, count)
        lower = rng.integers(0, 3, count) * (rng.random(count) < 0.3)
        return np.where(Need.MINIMUM in needs, lower, 0), upper

    mentee_lower, mentee_upper = side(n, 4)
    mentor_lower, mentor_upper = side(m, 5)
    required = rng.random(pairs) < (0.15 if Need.REQUIRED in needs else 0.0)
    extras = int(rng.integers(3)) if Need.ROWS in needs else 0
    extra_lower = rng.integers(-2, 2, extras)
    rows = _tiny_rows(rng, pairs + extras, unit) if Need.ROWS in needs else Rows.none()
    form = Form(
        mentee.astype(np.int32),
        mentor.astype(np.int32),
        mentee_lower,
        mentee_upper,
        mentor_lower,
        mentor_upper,
        required,
        rows,
        extra_lower,
        extra_lower + rng.integers(0, 4, extras),
        np.arange(pairs),
    )
    stepped = Need.STEPS in needs
    return form, Target(
        rng.integers(-3, 6, pairs) * unit + (rng.integers(-1, 2, pairs) if unit > 1 else 0),
        rng.integers(-3, 4, extras) * unit,
        _tiny_steps(rng, n, m) * unit if stepped and rng.random() < 0.7 else None,
        _tiny_steps(rng, m, n) * unit if stepped and rng.random() < 0.7 else None,
    )


def _tiny_steps(rng: np.random.Generator, count: int, most: int) -> NDArray[np.int64]:
    """Draw steps that do not rise; where they end early they end at 0 or above."""
    steps = -np.sort(-rng.integers(-4, 5, (count, most)), axis=1)
    early = int(rng.integers(1, most + 1))
    return steps if early == most else np.maximum(steps[:, :early], 0)


def _tiny_rows(rng: np.random.Generator, columns: int, unit: int) -> Rows:
    count = int(rng.integers(1, 4))
    dense = rng.integers(-3, 4, (count, columns)) * (rng.random((count, columns)) < 0.6)
    row, column = np.nonzero(dense)
    lower, upper = _sides(rng, count)
    if unit > 1:
        lower, upper = (
            np.where(np.abs(each) < UNBOUNDED, each * unit, each) for each in (lower, upper)
        )
    return Rows(
        tuple(f"row {k}" for k in range(count)),
        row.astype(np.int64),
        column.astype(np.int64),
        dense[row, column] * unit,
        lower,
        upper,
    )
