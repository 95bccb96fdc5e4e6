"""Form: the narrow waist, the only thing a backend sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.compatibility.candidates import Candidates

__all__ = ["Form", "FormBuilder", "Need", "Row", "Stage"]


class Need(Enum):
    """What a backend must honour for a form; computed from its content, never declared."""

    DEGREES = "bounds on how many pairs a person has"
    MINIMUM = "a least number of pairs for some person"
    REQUIRED = "required pairs"
    ROWS = "rows beyond degrees"
    FACE = "a stage that is not a count, before another"
    TOLERANCE = "a stage that gives something back"


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A linear row over the pair columns: ``lower <= coefficient . x <= upper``.

    ``None`` for a side without a bound.
    """

    name: str
    coefficient: NDArray[np.int64]
    lower: int | None
    upper: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Maximise ``profit . x``; later stages may give back ``tolerance``, a share of the optimum."""

    name: str
    profit: NDArray[np.int64]
    tolerance: float = 0.0


@dataclass(frozen=True, eq=False)
class Form:
    """A 0/1 programme over pairs, in canonical order.

    Parameters
    ----------
    mentee, mentor : int32, shape (P,)
        Canonical positions, sorted by (mentee, mentor).
    mentee_lower, mentee_upper : int64, shape (N,)
        Bounds on the pairs of each mentee.
    mentor_lower, mentor_upper : int64, shape (M,)
        Bounds on the pairs of each mentor.
    required : bool, shape (P,)
        Pairs that must be made.
    rows : tuple of Row
        Whatever goes beyond degrees.
    stages : tuple of Stage
        In order; the first matters most.
    column : int64, shape (P,)
        Which candidate each pair column is.
    """

    mentee: NDArray[np.int32]
    mentor: NDArray[np.int32]
    mentee_lower: NDArray[np.int64]
    mentee_upper: NDArray[np.int64]
    mentor_lower: NDArray[np.int64]
    mentor_upper: NDArray[np.int64]
    required: NDArray[np.bool_]
    rows: tuple[Row, ...]
    stages: tuple[Stage, ...]
    column: NDArray[np.int64]

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
        early = self.stages[:-1]
        found = {
            Need.DEGREES: True,
            Need.MINIMUM: bool(self.mentee_lower.any() or self.mentor_lower.any()),
            Need.REQUIRED: bool(self.required.any()),
            Need.ROWS: bool(self.rows),
            Need.FACE: any(s.tolerance == 0.0 and not is_count(s.profit) for s in early),
            Need.TOLERANCE: any(s.tolerance > 0.0 for s in early),
        }
        return frozenset(need for need, present in found.items() if present)


def _row_order(
    mentee: NDArray[np.int32], mentor: NDArray[np.int32], shape: tuple[int, int]
) -> NDArray[np.int64]:
    """Sort pairs by (mentee, mentor), through a sparse matrix."""
    from scipy.sparse import coo_matrix

    # Two transpositions sort by counting, faster than a sort; positions are one up, so none is 0.
    numbered = coo_matrix((np.arange(1, len(mentee) + 1), (mentee, mentor)), shape=shape)
    position: NDArray[np.int64] = numbered.tocsc().tocsr().data - 1
    return position


def is_count(profit: NDArray[np.int64]) -> bool:
    """Whether a stage only counts pairs, all alike."""
    return len(profit) == 0 or bool((profit == profit[0]).all())


@dataclass(slots=True, eq=False)
class FormBuilder:
    """What constraints and objectives write into, in the positions of the candidates.

    Degree bounds given twice are met both: the higher lower one, the lower upper one.
    """

    candidates: Candidates
    mentee_lower: NDArray[np.int64] = field(init=False)
    mentee_upper: NDArray[np.int64] = field(init=False)
    mentor_lower: NDArray[np.int64] = field(init=False)
    mentor_upper: NDArray[np.int64] = field(init=False)
    required: NDArray[np.bool_] = field(init=False)
    forbidden: NDArray[np.bool_] = field(init=False)
    rows: list[Row] = field(init=False, default_factory=list)
    stages: list[Stage] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        n, m = self.candidates.shape
        self.mentee_lower, self.mentee_upper = np.zeros(n, np.int64), np.full(n, m, np.int64)
        self.mentor_lower, self.mentor_upper = np.zeros(m, np.int64), np.full(m, n, np.int64)
        self.required = np.zeros(len(self.candidates), np.bool_)
        self.forbidden = np.zeros(len(self.candidates), np.bool_)

    def bound_mentees(self, lower: NDArray[np.int64], upper: NDArray[np.int64]) -> None:
        """Bound the pairs of each mentee, shapes (N,)."""
        self.mentee_lower = np.maximum(self.mentee_lower, lower)
        self.mentee_upper = np.minimum(self.mentee_upper, upper)

    def bound_mentors(self, lower: NDArray[np.int64], upper: NDArray[np.int64]) -> None:
        """Bound the pairs of each mentor, shapes (M,)."""
        self.mentor_lower = np.maximum(self.mentor_lower, lower)
        self.mentor_upper = np.minimum(self.mentor_upper, upper)

    def require(self, columns: NDArray[np.intp]) -> None:
        """Require candidates, by their position."""
        self.required[columns] = True

    def forbid(self, columns: NDArray[np.intp]) -> None:
        """Forbid candidates, by their position."""
        self.forbidden[columns] = True

    def add_row(self, row: Row) -> None:
        """Add a row whose coefficients follow the candidates."""
        self.rows.append(row)

    def add_stage(self, stage: Stage) -> None:
        """Add a stage whose profits follow the candidates; stages are solved in this order."""
        self.stages.append(stage)

    def build(self, mentee_order: NDArray[np.intp], mentor_order: NDArray[np.intp]) -> Form:
        """Freeze into canonical order; forbidden pairs lose their column.

        Raises
        ------
        ModelError
            A pair is both required and forbidden.
        """
        both = np.flatnonzero(self.required & self.forbidden)
        if len(both):
            source = self.candidates.source
            mentee = source.mentee_ids[self.candidates.mentee[both[0]]]
            mentor = source.mentor_ids[self.candidates.mentor[both[0]]]
            message = f"A pair must not be both required and forbidden: {mentee} with {mentor}."
            raise ModelError(message)
        new_mentee, new_mentor = np.argsort(mentee_order), np.argsort(mentor_order)
        mentee = new_mentee[self.candidates.mentee].astype(np.int32)
        mentor = new_mentor[self.candidates.mentor].astype(np.int32)
        order = _row_order(mentee, mentor, self.candidates.shape)
        column = order[~self.forbidden[order]]
        return Form(
            mentee[column],
            mentor[column],
            self.mentee_lower[mentee_order],
            self.mentee_upper[mentee_order],
            self.mentor_lower[mentor_order],
            self.mentor_upper[mentor_order],
            self.required[column],
            tuple(Row(r.name, r.coefficient[column], r.lower, r.upper) for r in self.rows),
            tuple(Stage(s.name, s.profit[column], s.tolerance) for s in self.stages),
            column,
        )
