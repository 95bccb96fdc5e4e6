"""A form and what is maximised over it, as one integer programme: what MIP and CP-SAT are handed.

    max profit . x   with   lower <= A x <= upper,   low <= x <= high,   x whole numbers

Columns are the P pairs (0 or 1; 1 where required), the E extras, and one 0/1 column for each step
that the load of a person may add. Rows are the degrees, the rows of the form, and for steps

    max(loads - steps, 0) >= load - sum of the person's step columns >= 0.

Steps do not rise, so the first ones are taken first.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.assignment.form import UNBOUNDED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cmmatch.assignment.form import Form, Target

__all__ = ["IntegerProgramme"]


class _Part(NamedTuple):
    """Some rows: their entries, numbered from 0, their bounds and what they are called."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    coefficient: NDArray[np.int64]
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    name: str


@dataclass(frozen=True, eq=False)
class IntegerProgramme:
    """Whole numbers throughout, whatever a solver makes of them.

    Parameters
    ----------
    profit, low, high : int64, shape (V,)
        Of the columns.
    row, column, coefficient : int64, shape (entries,)
        Sorted by (row, column).
    lower, upper : int64, shape (R,)
        Minus or plus ``UNBOUNDED`` for a side without a bound.
    pairs, extras : int
        P and E.
    parts : tuple of (str, int)
        What rows are called, and how many they are.
    form : Form
        Whose rows have names of their own.
    """

    profit: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    coefficient: NDArray[np.int64]
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    pairs: int
    extras: int
    parts: tuple[tuple[str, int], ...]
    form: Form

    @classmethod
    def of(cls, form: Form, target: Target) -> IntegerProgramme:
        """Write a form and a target down."""
        pairs, extras = len(form), len(form.extra_upper)
        sides = (
            (form.mentee, form.mentee_lower, form.mentee_upper, target.mentee_steps, "mentee"),
            (form.mentor, form.mentor_lower, form.mentor_upper, target.mentor_steps, "mentor"),
        )
        parts = [
            _Part(
                people.astype(np.int64),
                np.arange(pairs),
                np.ones(pairs, dtype=np.int64),
                lower,
                upper,
                name,
            )
            for people, lower, upper, _, name in sides
        ]
        rows = form.rows
        parts.append(_Part(rows.row, rows.column, rows.coefficient, rows.lower, rows.upper, "row"))
        profits = [target.profit, target.extra]
        width = pairs + extras
        for people, _, upper, steps, name in sides:
            if steps is not None:
                part, profit = _steps(people, upper, steps, width, name)
                parts.append(part)
                profits.append(profit)
                width += len(profit)
        low, high = np.zeros(width, dtype=np.int64), np.ones(width, dtype=np.int64)
        low[:pairs] = form.required
        low[pairs : pairs + extras] = form.extra_lower
        high[pairs : pairs + extras] = form.extra_upper
        sizes = [len(part.lower) for part in parts]
        first = np.cumsum([0, *sizes])
        row = np.concatenate([part.row + k for part, k in zip(parts, first, strict=False)])
        column = np.concatenate([part.column for part in parts])
        order = np.lexsort((column, row))
        return cls(
            np.concatenate(profits),
            low,
            high,
            row[order],
            column[order],
            np.concatenate([part.coefficient for part in parts])[order],
            np.concatenate([part.lower for part in parts]),
            np.concatenate([part.upper for part in parts]),
            pairs,
            extras,
            tuple((part.name, size) for part, size in zip(parts, sizes, strict=True)),
            form,
        )

    @property
    def hopeless(self) -> bool:
        """Whether bounds alone show that nothing is feasible; solvers refuse such a model."""
        if (self.lower > self.upper).any() or (self.low > self.high).any():
            return True
        empty = np.bincount(self.row, minlength=len(self.lower)) == 0
        return bool((empty & ((self.lower > 0) | (self.upper < 0))).any())

    @property
    def reach(self) -> NDArray[np.float64]:
        """The greatest size of each column, shape (V,)."""
        return np.maximum(np.abs(self.low), np.abs(self.high)).astype(np.float64)

    def by_row(self) -> Iterator[tuple[int, slice]]:
        """Go through the rows that have entries, and where these stand."""
        ends = np.searchsorted(self.row, np.arange(len(self.lower) + 1)).tolist()
        for k, (start, stop) in enumerate(pairwise(ends)):
            if start < stop:
                yield k, slice(start, stop)

    def broken(self, values: NDArray[np.int64]) -> str | None:
        """Name what a solution breaks, counted in whole numbers; ``None`` if it keeps all."""
        outside = np.flatnonzero((values < self.low) | (values > self.high))
        if len(outside):
            k = int(outside[0])
            return f"column {k} is {values[k]} and must be in {self.low[k]}..{self.high[k]}"
        sums = np.zeros(len(self.lower), dtype=np.int64)
        np.add.at(sums, self.row, self.coefficient * values[self.column])
        wrong = (sums < self.lower) & (self.lower > -UNBOUNDED)
        wrong |= (sums > self.upper) & (self.upper < UNBOUNDED)
        if not wrong.any():
            return None
        k = int(np.flatnonzero(wrong)[0])
        return f"{self._name(k)} adds up to {sums[k]}, not {self.lower[k]}..{self.upper[k]}"

    def split(self, values: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Return the pairs made and the values of the extras."""
        return values[: self.pairs] > 0, values[self.pairs : self.pairs + self.extras].copy()

    def _name(self, k: int) -> str:
        for name, size in self.parts:
            if k < size:
                return self.form.rows.names[k] if name == "row" else f"{name} {k}"
            k -= size
        raise IndexError(k)


def _steps(
    people: NDArray[np.int32],
    upper: NDArray[np.int64],
    steps: NDArray[np.int64],
    first: int,
    name: str,
) -> tuple[_Part, NDArray[np.int64]]:
    """One column for each step that a person can reach, and a row that ties them to the load."""
    most = np.minimum(np.bincount(people, minlength=len(upper)), np.maximum(upper, 0))
    person, step = np.nonzero(np.arange(steps.shape[1])[None, :] < most[:, None])
    row = np.concatenate([people.astype(np.int64), person])
    column = np.concatenate([np.arange(len(people)), first + np.arange(len(person))])
    coefficient = np.repeat(np.array([1, -1], dtype=np.int64), [len(people), len(person)])
    lower = np.zeros(len(upper), dtype=np.int64)
    part = _Part(
        row,
        column,
        coefficient,
        lower,
        np.maximum(most - steps.shape[1], 0),
        f"steps of {name}",
    )
    return part, steps[person, step]
