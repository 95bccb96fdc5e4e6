"""Incumbent: the best verified matching there is when a solve must end before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cmmatch.assignment.greedy import quick_choice
from cmmatch.assignment.matching import Matching
from cmmatch.assignment.result import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.optimum import Search
    from cmmatch.assignment.space import Space
    from cmmatch.assignment.stages import Run, Stage

__all__ = ["Incumbents"]

QUICK = "a quick choice by score"
"""What found a matching where no backend did."""


class Incumbents(NamedTuple):
    """All there is to choose from: what the stages ended with, and what backends chose last.

    Parameters
    ----------
    model : Model
        Whose rules and objectives are recounted.
    space : Space
        Its rules, compiled.
    stages : sequence of Stage
        All of them.
    runs : list of Run
        What the first of them found.
    kept_only : bool
        Whether only kept candidates may be made.
    """

    model: Model
    space: Space
    stages: Sequence[Stage]
    runs: list[Run]
    kept_only: bool

    def best(self, search: Search) -> Matching | None:
        """Return the best that keeps all rules, and all that the stages done have settled."""
        met = [run.chosen for run in self.runs[-1:]] + [*reversed(search.met)]
        ranked = [(self._rank(each), each) for each in map(self._matching, met)]
        fine = [(rank, each) for rank, each in ranked if rank is not None]
        if fine:
            return max(fine, key=lambda one: one[0])[1]
        quick = self._matching(quick_choice(self.space, search.columns, search.lots))
        if self._rank(quick) is None:
            return None
        search.used[:] = [QUICK]
        return quick

    def _matching(self, chosen: Columns) -> Matching:
        source = self.model.candidates.source
        return Matching(chosen.mentee, chosen.mentor, source.mentee_ids, source.mentor_ids)

    def _rank(self, matching: Matching) -> tuple[tuple[int, ...], ...] | None:
        """Return what is compared, the first number first; ``None`` for what is out of question."""
        if self.model.check(matching, kept_only=self.kept_only):
            return None
        objectives = self.model.objectives
        values = [in_order(self.model.value(each, matching)) for each in objectives]
        done = list(zip(self.runs, self.stages, values, strict=False))
        if any(value < stage.least(run.value) for run, stage, value in done):
            return None
        # What a stage that is done has given back for the later ones is not held against anybody.
        last = len(values) - 1
        return tuple(
            () if k < min(len(done), last) and objectives[k].tolerance else values[k]
            for k in range(len(values))
        )
