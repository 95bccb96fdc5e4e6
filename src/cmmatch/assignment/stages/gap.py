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


@dataclass(frozen=True, eq=False)
class Gap:
    """Minimise in how many steps above the lowest mean of a group all other means are.

    With S the sum of scores of a group of n people, ``S - n least >= 0`` and
    ``S - n least - n step gap <= 0`` are two rows a group, ``least`` and ``gap`` whole numbers, and
    ``gap`` is 1 at least: means within one step count as alike.

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
    step : int
        In units of the score, >= 1.
    tolerance : float
        Share of the optimum that later stages may give back, 0..1.
    """

    name: str
    groups: NDArray[np.int64]
    labels: tuple[str, ...]
    sizes: NDArray[np.int64]
    reach: int
    step: int
    tolerance: float = 0.0

    def least(self, value: tuple[int, ...]) -> tuple[int, ...]:
        """Return what the matching must still have after the stages that follow."""
        return (given_back(value[0], self.tolerance),)

    def run(self, space: Space, search: Search) -> Run:
        """Add the rows, and find the optimum among them."""
        rowed = self._with_rows(space)
        profit = np.zeros(len(rowed.extras), dtype=np.int64)
        profit[-1] = -1
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

    def _with_rows(self, space: Space) -> Space:
        least = len(space.extras)
        gap, widest = least + 1, max(-(-2 * self.reach // self.step), 1)
        nothing = np.zeros(len(self.labels), dtype=np.int64)
        none = np.full(len(self.labels), UNBOUNDED)
        sizes = list(enumerate(self.sizes.tolist()))
        lowest = tuple((k, least, -n) for k, n in sizes)
        above = (*lowest, *((k, gap, -n * self.step) for k, n in sizes))
        extras = (
            Extra(f"{self.name}: lowest mean", -self.reach, self.reach),
            Extra(f"{self.name}: steps", 1, widest),
        )
        rows = (
            self._family("lowest mean", nothing, none, lowest),
            self._family("highest mean", -none, nothing, above),
        )
        return replace(space, families=(*space.families, *rows), extras=(*space.extras, *extras))

    def _family(
        self,
        end: str,
        lower: NDArray[np.int64],
        upper: NDArray[np.int64],
        entries: tuple[tuple[int, int, int], ...],
    ) -> Family:
        return Family(
            f"{self.name}, {end}",
            self.labels,
            RowOfMentee(self.groups),
            OwnScore(),
            lower,
            upper,
            entries,
            needs_scores=True,
        )
