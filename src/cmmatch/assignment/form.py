"""Form: the narrow waist, the only thing a backend sees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["UNBOUNDED", "Form", "Need", "Rows", "Target"]

UNBOUNDED = 2**53
"""Stands for no bound of a row: no sum that fits a row reaches it."""

TOLD_APART = 2.0**45
"""Up to this size a solver in floating point can be trusted to tell a sum from the next one."""


class Need(Enum):
    """What a backend must honour; computed from what it is handed, never declared."""

    DEGREES = "bounds on how many pairs a person has"
    MINIMUM = "a least number of pairs for some person"
    REQUIRED = "required pairs"
    STEPS = "a profit that depends on how many pairs a person has"
    ROWS = "rows beyond degrees"
    EXACT = "sums so large that floating point mistakes one for the next"


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Linear rows ``lower <= sum of coefficient . value <= upper``, as a list of entries.

    Parameters
    ----------
    names : tuple of str
        Of the rows.
    row, column, coefficient : int64, shape (entries,)
        Sorted by row; columns are the P pairs and then the E extras.
    lower, upper : int64, shape (rows,)
        Minus or plus ``UNBOUNDED`` for a side without a bound.
    """

    names: tuple[str, ...]
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    coefficient: NDArray[np.int64]
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def none(cls) -> Rows:
        """No rows."""
        nothing = np.empty(0, dtype=np.int64)
        return cls((), nothing, nothing, nothing, nothing, nothing)


@dataclass(frozen=True, eq=False)
class Form:
    """The 0/1 choice of pairs that keep all rules, in canonical order.

    Parameters
    ----------
    mentee, mentor : int32, shape (P,)
        Canonical positions, sorted by (mentee, mentor).
    mentee_lower, mentee_upper : int64, shape (N,)
        Bounds on the pairs of each mentee, required ones included.
    mentor_lower, mentor_upper : int64, shape (M,)
        Bounds on the pairs of each mentor, required ones included.
    required : bool, shape (P,)
        Pairs that must be made.
    rows : Rows
        Whatever goes beyond degrees.
    extra_lower, extra_upper : int64, shape (E,)
        Bounds on the extras: whole numbers beside the pairs that rows speak of.
    column : int64, shape (P,)
        Which of the columns handed in each pair is.
    """

    mentee: NDArray[np.int32]
    mentor: NDArray[np.int32]
    mentee_lower: NDArray[np.int64]
    mentee_upper: NDArray[np.int64]
    mentor_lower: NDArray[np.int64]
    mentor_upper: NDArray[np.int64]
    required: NDArray[np.bool_]
    rows: Rows
    extra_lower: NDArray[np.int64]
    extra_upper: NDArray[np.int64]
    column: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.mentee)

    @property
    def n_mentees(self) -> int:
        """N."""
        return len(self.mentee_upper)

    @property
    def n_mentors(self) -> int:
        """M."""
        return len(self.mentor_upper)

    @cached_property
    def needs(self) -> frozenset[Need]:
        """What a backend must honour."""
        found = {
            Need.DEGREES: True,
            Need.MINIMUM: bool(self.mentee_lower.any() or self.mentor_lower.any()),
            Need.REQUIRED: bool(self.required.any()),
            Need.ROWS: bool(len(self.rows) or len(self.extra_upper)),
            Need.EXACT: self._largest_sum() > TOLD_APART,
        }
        return frozenset(need for need, present in found.items() if present)

    def _largest_sum(self) -> float:
        """No row can add up to more, nor can its finite bounds be larger."""
        rows = self.rows
        if not len(rows):
            return 0.0
        reach = np.ones(len(self) + len(self.extra_upper))
        reach[len(self) :] = np.maximum(np.abs(self.extra_lower), np.abs(self.extra_upper))
        size = np.abs(rows.coefficient.astype(np.float64)) * reach[rows.column]
        bounds = np.abs(np.concatenate([rows.lower, rows.upper]))
        finite = bounds[bounds < UNBOUNDED].max(initial=0)
        return max(float(np.bincount(rows.row, size).max(initial=0.0)), float(finite))


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What is maximised: ``profit . pairs + extra . extras`` and what the steps of loads add.

    Parameters
    ----------
    profit : int64, shape (P,)
        Of each pair.
    extra : int64, shape (E,)
        Of one unit of each extra.
    mentee_steps, mentor_steps : int64, shape (N, K) and (M, K), or None
        What the first, second, ... pair of a person adds; it must not rise along a row, and is 0
        after the last column.
    """

    profit: NDArray[np.int64]
    extra: NDArray[np.int64]
    mentee_steps: NDArray[np.int64] | None = None
    mentor_steps: NDArray[np.int64] | None = None

    @property
    def needs(self) -> frozenset[Need]:
        """What a backend must honour beside the needs of the form."""
        steps = [each for each in (self.mentee_steps, self.mentor_steps) if each is not None]
        parts = (self.profit, self.extra, *steps)
        total = sum(float(np.abs(each.astype(np.float64)).sum()) for each in parts)
        found = {Need.STEPS: bool(steps), Need.EXACT: total > TOLD_APART}
        return frozenset(need for need, present in found.items() if present)

    def value(self, form: Form, chosen: NDArray[np.bool_], extras: NDArray[np.int64]) -> int:
        """Add up what a choice is worth."""
        total = int(self.profit[chosen].sum()) + int((self.extra * extras).sum())
        for steps, people, count in (
            (self.mentee_steps, form.mentee, form.n_mentees),
            (self.mentor_steps, form.mentor, form.n_mentors),
        ):
            if steps is not None:
                load = np.bincount(people[chosen], minlength=count)
                taken = np.arange(steps.shape[1])[None, :] < load[:, None]
                total += int(steps[taken].sum())
        return total
