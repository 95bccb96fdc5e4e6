"""A sum over pairs, made as high as possible."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.certificate import Proof
from cmmatch.assignment.found import Unanswered
from cmmatch.assignment.links import Aim, Link
from cmmatch.assignment.pairwise import Constant
from cmmatch.assignment.result import Termination
from cmmatch.assignment.stages.stage import Run

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.optimum import Optimum, Search
    from cmmatch.assignment.pairwise import PairValue
    from cmmatch.assignment.space import Space

__all__ = ["Total", "given_back", "sought"]


@dataclass(frozen=True, eq=False)
class Total:
    """Maximise a sum over pairs, less the prices of soft rules where it counts in scores.

    Parameters
    ----------
    name : str
        Of the objective.
    value : PairValue
        Of each pair.
    tolerance : float
        Share of the optimum that later stages may give back, 0..1.
    mentor_steps : int64, shape (M, K), or None
        What the first, second, ... pair of a mentor adds; must not rise along a row.
    priced : bool
        Whether the prices of soft rules count.
    """

    name: str
    value: PairValue
    tolerance: float = 0.0
    mentor_steps: NDArray[np.int64] | None = None
    priced: bool = False

    def aim(self, space: Space) -> Aim:
        """Say what is maximised."""
        extra = None
        if self.priced and any(each.price for each in space.extras):
            extra = np.array([-each.price for each in space.extras], dtype=np.int64)
        return Aim(self.value, extra, mentor_steps=self.mentor_steps)

    def least(self, value: tuple[int, ...]) -> tuple[int, ...]:
        """Return what the matching must still have after the stages that follow."""
        return (given_back(value[0], self.tolerance),)

    def hoped(self, space: Space, search: Search) -> Run | None:
        """Return the optimum without the rows, with a floor at it, before rows are looked at."""
        aim = self.aim(space)
        if space.degrees_only or aim.extra is not None or aim.mentor_steps is not None:
            return None
        if self.tolerance:
            # What may be given back is a share of the optimum with the rows, which may be less.
            return None
        if space.rules.mentee_lower.any() or space.rules.mentor_lower.any():
            return None
        best = sought(search, replace(space, families=(), extras=()), aim, name=self.name)
        if not best.proven:
            return None
        proofs = () if best.link is None else (Proof(self.name, best.space, best.link),)
        floor = space.with_floor(self.name, aim, best.value)
        return Run(best.chosen, (best.value,), (best.value,), floor, proofs)

    def run(self, space: Space, search: Search) -> Run:
        """Find the optimum; narrow by its prices, or by a floor where there are none."""
        best = sought(search, space, self.aim(space), name=self.name)
        proofs = () if best.link is None else (Proof(self.name, best.space, best.link),)
        bound = None if best.bound is None else (best.bound,)
        return Run(best.chosen, (best.value,), bound, self._narrowed(best), proofs)

    def _narrowed(self, best: Optimum) -> Space:
        if not self.tolerance and best.link is not None and best.space.degrees_only:
            return best.space.after(best.link)
        # A row knows no steps of loads: they are written out as extras that it can count.
        space, aim = best.space.spelled_out(self.name, best.aim)
        return space.with_floor(self.name, aim, given_back(best.value, self.tolerance))


def sought(search: Search, space: Space, aim: Aim, *, name: str) -> Optimum:
    """Find the optimum of a stage whose value is that of its aim.

    Raises
    ------
    Unanswered
        There is none, or none was found in time; then with the bound that is known by then.
    """
    try:
        return search.maximise(space, aim, name=name)
    except Unanswered as none:
        link = none.link or _by_places(space, aim)
        if none.termination is Termination.INFEASIBLE or link is None:
            raise
        proof = Proof(name, none.space or space, link)
        raise Unanswered(none.termination, bound=(link.bound,), proofs=(proof,)) from None


def _by_places(space: Space, aim: Aim) -> Link | None:
    """Return prices that bound a count of pairs by what one side may have at most."""
    value, steps = aim.value, (aim.mentee_steps, aim.mentor_steps)
    if space.links or not isinstance(value, Constant) or value.units < 0:
        return None
    if aim.extra is not None or any(each is not None for each in steps):
        return None
    mentee, mentor = (
        np.zeros_like(each) for each in (space.rules.mentee_upper, space.rules.mentor_upper)
    )
    fewer = min(int(space.rules.mentee_upper.sum()), int(space.rules.mentor_upper.sum()))
    side = mentee if fewer == int(space.rules.mentee_upper.sum()) else mentor
    side += value.units
    return Link(aim, mentee, mentor, value=fewer * value.units)


def given_back(value: int, tolerance: float) -> int:
    """Return the least value that later stages may leave: the optimum less its share."""
    return value - int(np.floor(tolerance * abs(value)))
