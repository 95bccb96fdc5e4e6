"""The gap between the means of groups, made as small as possible: rows, and two numbers beside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.certificate import Proof
from cmmatch.assignment.families import Extra, Family, RowOfMentee
from cmmatch.assignment.form import UNBOUNDED
from cmmatch.assignment.links import Aim
from cmmatch.assignment.pairwise import Constant, OwnScore
from cmmatch.assignment.stages.stage import Run
from cmmatch.assignment.stages.total import given_back, sought

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.optimum import Search
    from cmmatch.assignment.space import Space

__all__ = ["Gap"]

ENDS = ("highest mean", "lowest mean")


@dataclass(frozen=True, eq=False)
class Gap:
    """Minimise the difference between a number no group's mean is above and one none is below.

    With S the sum of scores of a group of n people, ``S - n most <= 0`` and ``S - n least >= 0``
    are two rows a group, and ``least - most`` is maximised: both are whole numbers.

    Parameters
    ----------
    name : str
        Of the objective.
    groups : int64, shape (N,)
        The group of each mentee, 0.., or -1 for none.
    labels : tuple of str
        Of the groups.
    sizes : int64, shape (groups,)
        People in each.
    reach : int
        No mean is above it, nor below minus it.
    tolerance : float
        Share of the optimum that later stages may give back, 0..1.
    """

    name: str
    groups: NDArray[np.int64]
    labels: tuple[str, ...]
    sizes: NDArray[np.int64]
    reach: int
    tolerance: float = 0.0

    def least(self, value: tuple[int, ...]) -> tuple[int, ...]:
        """Return what the matching must still have after the stages that follow."""
        return (given_back(value[0], self.tolerance),)

    def run(self, space: Space, search: Search) -> Run:
        """Add the rows, and find the optimum among them."""
        first = len(space.extras)
        most, least = (Extra(f"{self.name}, {end}", -self.reach, self.reach) for end in ENDS)
        no_bound = np.full(len(self.labels), UNBOUNDED)
        nothing = np.zeros(len(self.labels), dtype=np.int64)
        rowed = replace(
            space,
            families=(
                *space.families,
                self._family(ENDS[0], first, -no_bound, nothing),
                self._family(ENDS[1], first + 1, nothing, no_bound),
            ),
            extras=(*space.extras, most, least),
        )
        profit = np.zeros(first + 2, dtype=np.int64)
        profit[first:] = -1, 1
        best = sought(search, rowed, Aim(Constant(0), profit), name=self.name)
        floor = given_back(best.value, self.tolerance)
        proofs = () if best.link is None else (Proof(self.name, best.space, best.link),)
        return Run(
            best.chosen,
            (best.value,),
            None if best.bound is None else (best.bound,),
            best.space.with_floor(self.name, best.aim, floor),
            proofs,
        )

    def _family(
        self, end: str, extra: int, lower: NDArray[np.int64], upper: NDArray[np.int64]
    ) -> Family:
        return Family(
            f"{self.name}, {end}",
            self.labels,
            RowOfMentee(self.groups),
            OwnScore(),
            lower,
            upper,
            tuple((k, extra, -int(size)) for k, size in enumerate(self.sizes)),
            needs_scores=True,
        )
