"""The sum of the lowest scores, made as high as possible: every threshold is looked at or bounded.

1. A first set gives a first sum; no set with a higher one has its threshold further down than the
   average of that.
2. All thresholds above are one interval. Its bound is one ordinary optimum over scores raised to
   its end (see :mod:`cmmatch.assignment.bottom_proof`), whose set may have a higher sum.
3. While the highest bound of an interval is above the best sum, cut that interval in two, at a
   score that its set has inside it. Where the set has none there, its sum is the bound.

The bound as a function of the threshold has many peaks, so none is climbed. The best sets are those
of all intervals whose bound is the best sum, with others that only raised scores make as good: the
stages after go over each interval, and cut it where they end with such a set.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.bottom_proof import BottomProof, Interval
from cmmatch.assignment.links import Aim
from cmmatch.assignment.pairwise import OwnScore, ScoreAtLeast, ScoreRaised
from cmmatch.assignment.stages.stage import Run
from cmmatch.assignment.stages.total import given_back

if TYPE_CHECKING:
    from fractions import Fraction

    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.found import Optimum
    from cmmatch.assignment.optimum import Search
    from cmmatch.assignment.space import Space

__all__ = ["Bottom", "lowest_sum"]


def lowest_sum(scores: np.ndarray[tuple[int], np.dtype[np.int64]], count: int) -> int:
    """Add up the lowest of some scores.

    Examples
    --------
    >>> lowest_sum(np.array([5, 3, 4]), 2)
    7
    """
    return int(np.sort(scores)[:count].sum())


@dataclass(frozen=True, eq=False)
class Bottom:
    """Maximise the sum of the lowest scores among pairs whose number is settled.

    Parameters
    ----------
    name : str
        Of the objective.
    share : Fraction
        Of the pairs made, above 0 and up to 1; rounded up to whole pairs.
    tolerance : float
        Share of the optimum that later stages may give back, 0..1.
    """

    name: str
    share: Fraction
    tolerance: float = 0.0

    def least(self, value: tuple[int, ...]) -> tuple[int, ...]:
        """Return what the matching must still have after the stages that follow."""
        return (given_back(value[0], self.tolerance),)

    def run(self, space: Space, search: Search) -> Run:
        """Look at every threshold that bounds do not exclude."""
        first = search.maximise(space, Aim(OwnScore()), name=self.name)
        made = len(first.chosen)
        if not made:
            return Run(first.chosen, (0,), (0,), space)
        scale = _Scale(self.name, space, made, ceil(self.share * made))
        return self._over_thresholds(scale, first.chosen, search)

    def _over_thresholds(self, scale: _Scale, chosen: Columns, search: Search) -> Run:
        best, above = scale.sum(chosen), scale.start(self._floor(scale.sum(chosen)))
        last, top = scale.end(chosen, search)
        heap: list[tuple[int, int, _Part]] = []
        settled: list[_Part] = []

        def look(above: int, to: int) -> None:
            nonlocal best, chosen
            part = scale.part(above, to, search)
            if scale.sum(part.found.chosen) > best:
                best, chosen = scale.sum(part.found.chosen), part.found.chosen
            heapq.heappush(heap, (-part.limit, above, part))

        look(above, top)
        while heap and -heap[0][0] > best:
            part = heapq.heappop(heap)[2]
            cut = part.cut(part.found.chosen)
            if cut is None:
                # Only where a backend has not proven its optimum.
                settled.append(part)
                continue
            look(part.above, cut)
            look(cut, part.to)
        parts = sorted([*settled, *(each[2] for each in heap)], key=lambda part: part.above)
        floor = self._floor(best)
        return Run(
            chosen,
            (best,),
            (max(part.limit for part in parts),) if all(part.bounded for part in parts) else None,
            scale.space,
            scale.proofs(parts, last),
            tuple(part.allowing(floor) for part in parts if part.limit >= floor),
        )

    def _floor(self, best: int) -> int:
        return given_back(best, self.tolerance)


@dataclass(frozen=True, eq=False)
class _Scale:
    """All thresholds, for sets of so many pairs of which so many of the lowest are summed."""

    name: str
    space: Space
    made: int
    lowest: int

    def sum(self, chosen: Columns) -> int:
        return lowest_sum(chosen.score, self.lowest)

    def start(self, floor: int) -> int:
        """Return a threshold up to which every set has a lower sum than the floor."""
        return -(-floor // self.lowest) - 1

    def end(self, chosen: Columns, search: Search) -> tuple[Optimum, int]:
        """Return a score that no set has its threshold above, and what proves it."""
        while True:
            top = int(chosen.score.max())
            beyond = search.maximise(self.space, Aim(ScoreAtLeast(top + 1)), name=self.name)
            if (beyond.value if beyond.bound is None else beyond.bound) <= self.made - self.lowest:
                return beyond, top
            chosen = beyond.chosen

    def part(self, above: int, to: int, search: Search) -> _Part:
        """Bound an interval."""
        aim = Aim(ScoreRaised(above, to))
        return _Part(self, above, to, search.maximise(self.space, aim, name=self.name))

    def proofs(self, parts: list[_Part], last: Optimum | None = None) -> tuple[BottomProof, ...]:
        """Return what proves the bounds of intervals; nothing where rows go beyond degrees."""
        intervals = [
            Interval(part.above, part.to, part.found.link)
            for part in parts
            if part.found.link is not None
        ]
        if not self.space.degrees_only or len(intervals) < len(parts):
            return ()
        link = None if last is None else last.link
        return (BottomProof(self.name, self.space, self.made, self.lowest, tuple(intervals), link),)


@dataclass(frozen=True, eq=False)
class _Part:
    """An interval with the optimum that bounds it, and the sum that the stages after must keep."""

    scale: _Scale
    above: int
    to: int
    found: Optimum
    floor: int | None = None

    @property
    def bounded(self) -> bool:
        return self.found.bound is not None

    @property
    def limit(self) -> int:
        """What no sum with its threshold here exceeds, as far as that is known."""
        value = self.found.value if self.found.bound is None else self.found.bound
        return self._paid + value

    @property
    def space(self) -> Space:
        """All sets that keep the floor with their threshold here, and some that do not."""
        best = self.found
        floor = self._kept
        if best.link is not None and best.space.degrees_only and self.limit == floor:
            return best.space.after(best.link)
        return best.space.with_floor(self.scale.name, best.aim, floor - self._paid)

    def holds(self, chosen: Columns) -> bool:
        """Whether the lowest scores of a set themselves keep the floor."""
        return self.scale.sum(chosen) >= self._kept

    def split(
        self, chosen: Columns, search: Search
    ) -> tuple[tuple[_Part, ...], tuple[BottomProof, ...]]:
        """Cut the interval at a score that a set has inside."""
        cut = self.cut(chosen)
        assert cut is not None  # else no score was raised, and the set keeps the floor
        both = [self.scale.part(*ends, search) for ends in ((self.above, cut), (cut, self.to))]
        parts = tuple(part.allowing(self._kept) for part in both if part.limit >= self._kept)
        return parts, self.scale.proofs(both)

    def allowing(self, floor: int) -> _Part:
        """Return the interval for stages that must keep a sum."""
        return _Part(self.scale, self.above, self.to, self.found, floor)

    def cut(self, chosen: Columns) -> int | None:
        """Return the median of the scores of a set inside the interval, if it has any."""
        score = np.sort(chosen.score)
        inside = score[(score > self.above) & (score < self.to)]
        return int(inside[len(inside) // 2]) if len(inside) else None

    @property
    def _paid(self) -> int:
        """What the threshold takes from the sum over pairs, at the end of the interval."""
        return (self.scale.lowest - self.scale.made) * self.to

    @property
    def _kept(self) -> int:
        return self.limit if self.floor is None else self.floor
