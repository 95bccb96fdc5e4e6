"""The lowest score among the pairs made, raised as high as it can be.

1. Among the sets that are best by the stages before, find one with the fewest pairs below a limit.
2. With none below, the limit can be held, and the lowest score of that set as well. With some, no
   set holds the limit, and the prices prove it.
3. Halve the distance between the highest limit held and the lowest that is not, down to one unit.

Two mentees score 9 and 4 with one mentor, 8 and 1 with another. Both can be matched; limit 5 costs
a pair, limit 4 none (8 and 4), and 8 + 4 = 12 is more than 9 + 1. So 4 is the highest limit.

The limit is never a variable of its own: solvers find no bounds for such a variable.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.certificate import Proof
from cmmatch.assignment.found import Optimum, Refuted, Unanswered
from cmmatch.assignment.links import Aim
from cmmatch.assignment.pairwise import OwnScore, ScoreBelow
from cmmatch.assignment.stages.stage import Run
from cmmatch.assignment.stages.total import given_back
from cmmatch.compatibility.selection import block_rows

if TYPE_CHECKING:
    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.optimum import Search
    from cmmatch.assignment.pairwise import Listed
    from cmmatch.assignment.space import Space
    from cmmatch.compatibility.source import PairSource

__all__ = ["Threshold", "ThresholdProof", "highest_score"]


@dataclass(frozen=True, eq=False)
class Threshold:
    """Maximise the lowest score among the pairs made.

    Parameters
    ----------
    name : str
        Of the objective.
    source : PairSource
        Of the scores.
    exempt : Listed, optional
        Not 0 for required pairs that do not count.
    tolerance : float
        Share of the optimum that later stages may give back, 0..1.
    """

    name: str
    source: PairSource
    exempt: Listed | None = None
    tolerance: float = 0.0

    def least(self, value: tuple[int, ...]) -> tuple[int, ...]:
        """Return what the matching must still have after the stages that follow."""
        return (given_back(value[0], self.tolerance),)

    def lowest(self, chosen: Columns, top: int) -> int:
        """Return the lowest score that counts among some pairs; ``top`` if none counts."""
        score = chosen.score
        if self.exempt is not None:
            score = score[self.exempt(chosen.mentee, chosen.mentor, chosen.score) == 0]
        return int(score.min(initial=top))

    def run(self, space: Space, search: Search) -> Run:
        """Search the highest limit that can be held, and narrow to the pairs that hold it."""
        gap = _Gap(self, space, search, highest_score(self.source))
        chosen = gap.close()
        narrowed = space.above(given_back(gap.held, self.tolerance))
        return Run(chosen, (gap.held,), (gap.bound,), narrowed, gap.proofs())


@dataclass(eq=False)
class _Gap:
    """What lies between the highest limit that is held and the lowest that is not.

    Parameters
    ----------
    held : int
        The highest lowest score of the sets met so far.
    missed : int
        The lowest limit that was not held.
    refuted : int
        The lowest limit that no set holds; above ``missed`` where a search ended early.
    evidence : Optimum or None
        The fewest pairs below ``refuted``; ``None`` where no score reaches that.
    """

    stage: Threshold
    space: Space
    search: Search
    top: int
    held: int = field(init=False)
    missed: int = field(init=False)
    refuted: int = field(init=False)
    evidence: Optimum | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.missed = self.refuted = self.top + 1

    @property
    def bound(self) -> int:
        """No set has a greater lowest score."""
        return self.refuted - 1

    def close(self) -> Columns:
        """Halve the gap until nothing is left in it, or time is up; return the best set."""
        chosen = self._any()
        self.held = self.stage.lowest(chosen, self.top)
        while self.missed - self.held > 1:
            try:
                met = self._ask((self.held + self.missed) // 2)
            except Unanswered:
                break
            lowest = self.held if met is None else self.stage.lowest(met, self.top)
            if met is not None and lowest > self.held:
                self.held, chosen = lowest, met
        return chosen

    def _any(self) -> Columns:
        """Find a set with as high scores as can be had at no cost: a good place to begin."""
        return self.search.maximise(self.space, Aim(OwnScore()), name=self.stage.name).chosen

    def _ask(self, limit: int) -> Columns | None:
        """Find a set with no pair below a limit, or the fewest; ``None`` if none is at hand."""
        aim = Aim(ScoreBelow(limit, self.stage.exempt))
        try:
            found = self.search.maximise(self.space, aim, name=self.stage.name, enough=0)
        except Refuted as none:
            self.missed = self.refuted = limit
            empty, bound = self.search.columns.only(slice(0)), none.bound
            self.evidence = Optimum(empty, bound, bound, none.space, aim, none.link)
            return None
        if found.value < 0:
            self.missed = limit
            if found.bound is not None and found.bound < 0:
                self.refuted, self.evidence = limit, found
        return found.chosen

    def proofs(self) -> tuple[ThresholdProof, ...]:
        """Return what proves the bound; nothing where a backend's word is all there is."""
        stage, below = self.stage, None
        if self.evidence is not None:
            if self.evidence.link is None or self.evidence.link.bound >= 0:
                return ()
            below = Proof(stage.name, self.evidence.space, self.evidence.link)
        return (ThresholdProof(stage.name, self.bound, stage.exempt, below),)


@dataclass(frozen=True, eq=False)
class ThresholdProof:
    """Why no set of pairs has a greater lowest score than a limit.

    Parameters
    ----------
    name : str
        The stage.
    limit : int
        The bound.
    exempt : Listed or None
        Not 0 for pairs that do not count.
    below : Proof or None
        Its prices prove that every set which is best by the stages before has a pair below
        ``limit + 1``; ``None`` where no pair of the source scores more than the limit.
    """

    name: str
    limit: int
    exempt: Listed | None = None
    below: Proof | None = None

    @property
    def claimed(self) -> tuple[int, ...]:
        """The limit."""
        return (self.limit,)

    def bound(self, source: PairSource) -> tuple[int, ...]:
        """Recompute what the prices prove: the limit, or nothing but the highest score of all."""
        if self.below is not None:
            aim = Aim(ScoreBelow(self.limit + 1, self.exempt))
            below = replace(self.below, link=replace(self.below.link, aim=aim))
            none_below = (*(link.value for link in self.below.space.links), 0)
            if below.bound(source) < none_below:
                return (self.limit,)
        return (highest_score(source),)

    def shown(self, bound: tuple[int, ...]) -> int:
        """Return the limit."""
        return bound[0]


def highest_score(source: PairSource) -> int:
    """Return the highest exact score of all eligible pairs; 0 if there is none."""
    n, m = source.shape
    step, found = block_rows(m), []
    for first in range(0, n, step):
        rows = np.arange(first, min(first + step, n))
        block = source.block(rows).astype(np.float64)
        if np.isnan(block).all():
            continue
        # Two pairs are out of order in a block only where they are this near to each other.
        row, mentor = np.nonzero(block >= np.nanmax(block) - 2 * source.block_error)
        found.append(int(source.pairs(rows[row], mentor).max()))
    return max(found, default=0)
