"""FormBuilder: what constraints and objectives write into, in the positions of the source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.space import Bounds, Space
from cmmatch.errors import ModelError
from cmmatch.programme.order import canonical_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.families import Extra, Family
    from cmmatch.assignment.stages import Stage
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["FormBuilder"]


@dataclass(slots=True, eq=False)
class FormBuilder:
    """Collects rules and stages; nothing here touches a solver.

    Degree bounds given twice are met both: the higher lower one, the lower upper one.
    """

    candidates: Candidates
    mentee_lower: NDArray[np.int64] = field(init=False)
    mentee_upper: NDArray[np.int64] = field(init=False)
    mentor_lower: NDArray[np.int64] = field(init=False)
    mentor_upper: NDArray[np.int64] = field(init=False)
    required: list[NDArray[np.int64]] = field(init=False, default_factory=list)
    forbidden: list[NDArray[np.int64]] = field(init=False, default_factory=list)
    left_out: list[NDArray[np.int64]] = field(init=False, default_factory=list)
    families: list[Family] = field(init=False, default_factory=list)
    extras: list[Extra] = field(init=False, default_factory=list)
    stages: list[Stage] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        n, m = self.candidates.shape
        self.mentee_lower, self.mentee_upper = np.zeros(n, np.int64), np.full(n, m, np.int64)
        self.mentor_lower, self.mentor_upper = np.zeros(m, np.int64), np.full(m, n, np.int64)

    @property
    def shape(self) -> tuple[int, int]:
        """(N, M)."""
        return self.candidates.shape

    def bound_mentees(self, lower: NDArray[np.int64], upper: NDArray[np.int64]) -> None:
        """Bound the pairs of each mentee, shapes (N,)."""
        self.mentee_lower = np.maximum(self.mentee_lower, lower)
        self.mentee_upper = np.minimum(self.mentee_upper, upper)

    def bound_mentors(self, lower: NDArray[np.int64], upper: NDArray[np.int64]) -> None:
        """Bound the pairs of each mentor, shapes (M,)."""
        self.mentor_lower = np.maximum(self.mentor_lower, lower)
        self.mentor_upper = np.minimum(self.mentor_upper, upper)

    def require(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> None:
        """Require pairs, by position; each must be a candidate."""
        self.required.append(self._keys(mentee, mentor))

    def forbid(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> None:
        """Forbid pairs, by position."""
        self.forbidden.append(self._keys(mentee, mentor))

    def leave_out(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> None:
        """Leave out pairs that rows rule out anyway, so that nobody need look at them.

        Where another rule requires such a pair, it stays, and the rows show that nothing is
        feasible.
        """
        self.left_out.append(self._keys(mentee, mentor))

    def add_family(self, family: Family) -> None:
        """Add rows beyond degrees."""
        self.families.append(family)

    def add_extra(self, extra: Extra) -> int:
        """Add a whole number beside the pairs; return its number, which rows name it by."""
        self.extras.append(extra)
        return len(self.extras) - 1

    def add_stage(self, stage: Stage) -> None:
        """Add a stage; stages are solved in this order."""
        self.stages.append(stage)

    def build(self, *, seed: int) -> Space:
        """Freeze the rules.

        Raises
        ------
        ModelError
            A pair is both required and forbidden.
        """
        source = self.candidates.source
        required, forbidden = _united(self.required), _united(self.forbidden)
        both = np.intersect1d(required, forbidden)
        if len(both):
            mentee, mentor = divmod(int(both[0]), self._width)
            message = (
                "A pair must not be both required and forbidden: "
                f"{source.mentee_ids[mentee]} with {source.mentor_ids[mentor]}."
            )
            raise ModelError(message)
        spare = np.setdiff1d(_united(self.left_out), required)
        return Space(
            (
                canonical_order(source.mentee_ids, seed=seed),
                canonical_order(source.mentor_ids, seed=seed),
            ),
            Bounds(self.mentee_lower, self.mentee_upper, self.mentor_lower, self.mentor_upper),
            required,
            np.union1d(forbidden, spare),
            tuple(self.families),
            tuple(self.extras),
            at_least=self.candidates.floor,
        )

    @property
    def _width(self) -> int:
        return max(self.shape[1], 1)

    def _keys(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int64]:
        return np.asarray(mentee, dtype=np.int64) * self._width + np.asarray(mentor)


def _united(keys: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *keys]))
