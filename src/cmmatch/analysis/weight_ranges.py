"""How far one weight may move before the matching is no longer the best: exact, on true scores.

While the weight t of component k moves and the other weights stay as they are, the score of a pair
is ``(a + t v) / (R + t)``: a is the weighted sum over the other components, v the value of k, R the
sum of the other weights. R + t is the same for all pairs and changes no order, so a matching with
sums A and V is worth ``A + t V``, a straight line in t. The matching at hand is best where its line
is the highest: from one t to another, without a gap.

1. Take the best matching at the far end, where t is beyond all bounds and only V counts. If it is
   worth more than the matching at hand, their lines cross at some t nearer by: take the best
   matching there, and again. When none is worth more, this t is the upper end, and the matching
   found last is the best one just beyond.
2. The same downwards, from t = 0.
3. Where another matching is known already, from the search for other ends, begin just beyond the
   t where its line crosses instead: there, too, something is better for sure.

Every step is one search, and there are few (Newton's method on a convex, piecewise linear line).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.analysis.weight_spans import Moved, WeightRange, WeightRanges
from cmmatch.analysis.weighted import Sums, Weighted, grid_values
from cmmatch.assignment.backends.registry import BUILT_IN
from cmmatch.assignment.certificate import Proof
from cmmatch.assignment.columns import among
from cmmatch.assignment.optimum import Search
from cmmatch.assignment.universe import Lots, best_of_each, part_of, universe_of
from cmmatch.assignment.unrounded import Unrounded
from cmmatch.errors import UnsupportedModel
from cmmatch.progress import silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.result import Result
    from cmmatch.assignment.space import Space
    from cmmatch.compatibility.candidates import Candidates
    from cmmatch.compatibility.scored_programme import ScoredProgramme
    from cmmatch.progress import Progress

__all__ = ["weight_ranges"]

BEST = 10
"""Pairs of each mentee that the search begins with."""

A_LITTLE = Fraction(1, 16)
"""Share of the way to a rival, and of a unit, by which a search begins beyond it."""

KNOWN = ("most_matched",)
"""Objectives that may come before the total: no weight moves them."""


def weight_ranges(
    scored: ScoredProgramme,
    candidates: Candidates,
    result: Result,
    *,
    progress: Progress | None = None,
) -> WeightRanges:
    """Find how far each weight may move, the others staying, before another matching is better.

    Parameters
    ----------
    scored : ScoredProgramme
        N mentees, M mentors, K components in play.
    candidates : Candidates
        The pairs that could be made; which they are does not move with the weights.
    result : Result
        The matching: best by ``most_matched``, then ``total_score``, or by ``total_score`` alone,
        under rules about places, loads, demand and single pairs.
    progress : callable, optional
        Told the weights done.

    Returns
    -------
    WeightRanges
        One range a component, and who would change at its ends.

    Raises
    ------
    NoMatching
        There is none.
    UnsupportedModel
        Other objectives decide, or rules beyond degrees, or the optimum is not proven.

    Notes
    -----
    Exact for component values as multiples of 1/720,720,000,000 and weights as the settings write
    them: each optimum is proven by prices and, where these are too coarse, in whole numbers of any
    size; ends are fractions. Memory is that of N M K values.
    """
    say = progress or silent
    names = scored.names
    finder = _Finder.of(scored, candidates, result)
    ranges = []
    for k in range(len(names)):
        say("weights", k, len(names))
        ranges.append(finder.range(k))
    say("weights", len(names), len(names))
    return WeightRanges(scored.programme, tuple(ranges), scored.idle)


def _space(result: Result) -> Space:
    """Return the matchings among which the total decides, or say why they are not known."""
    names = [stage.name for stage in result.stages]
    proofs = [each for each in result.certificate.proofs if each.name == "total_score"]
    proof = proofs[0] if len(proofs) == 1 else None
    if names not in (["total_score"], [*KNOWN, "total_score"]):
        what = f"the objectives are {', '.join(names)}"
    elif not result.proven:
        what = "the optimum is not proven"
    elif not isinstance(proof, Proof) or not proof.space.degrees_only:
        what = "there are rules beyond these, such as [[limits]]"
    else:
        return proof.space
    message = (
        "The range of a weight is known for matchings proven best by most_matched, then "
        "total_score, under rules about places, loads, demand and single pairs; "
        f"here {what}. Match again with each weight that you think of instead."
    )
    raise UnsupportedModel(message)


@dataclass(frozen=True, eq=False)
class _Finder:
    """The matching at hand and all that it competes with.

    Parameters
    ----------
    scored : ScoredProgramme
        The programme and its components.
    unrounded : Unrounded
        Finds best matchings over every pair.
    values : int64, shape (P, K)
        Of every pair and component, in parts of ``GRID``.
    weights : tuple of int, length K
        Given weights times ``common``.
    common : int
        Their common denominator.
    now : bool, shape (P,)
        The pairs of the matching at hand.
    rivals : set of tuple of int
        By how much the sets found so far are ahead of it in each component.
    """

    scored: ScoredProgramme
    unrounded: Unrounded
    values: NDArray[np.int64]
    weights: tuple[int, ...]
    common: int
    now: NDArray[np.bool_]
    rivals: set[tuple[int, ...]] = field(default_factory=set)

    @classmethod
    def of(cls, scored: ScoredProgramme, candidates: Candidates, result: Result) -> _Finder:
        matching, space = result.matching, _space(result)
        every = part_of(candidates, slice(None))
        lots = Lots.drawn(candidates, seed=result.seed)
        keys = np.sort(matching.mentee.astype(np.int64) * space.width + matching.mentor)
        # With the matching at hand there is one that keeps all rules.
        start = best_of_each(every, every.score, lots, count=BEST)
        for some in (keys, space.required):
            start = start.joined(every.only(among(every.keys, some)))
        search = Search(universe_of(candidates, seed=result.seed), lots, BUILT_IN, start)
        unrounded = Unrounded.over(search, space, every)
        # As a person writes them: 0.1 is a tenth.
        given = [Fraction(str(weight)) for weight in scored.given_weights]
        common = lcm(*(weight.denominator for weight in given))
        return cls(
            scored,
            unrounded,
            grid_values(scored, unrounded.pairs),
            tuple(int(weight * common) for weight in given),
            common,
            among(unrounded.pairs.keys, keys),
        )

    def range(self, k: int) -> WeightRange:
        """Find both ends for one component."""
        low, high = _End(Fraction(0)), _End(None)
        probe = self._start(k, up=True)
        while (other := self._better(k, probe)) is not None:
            ahead = self._ahead(k, other)
            if ahead.moving <= 0 or ahead.others > 0:
                return self._told(k, None)
            probe = Fraction(-ahead.others, ahead.moving)
            high = _End(probe, other)
        probe = self._start(k, up=False)
        while (other := self._better(k, probe)) is not None:
            ahead = self._ahead(k, other)
            if ahead.moving >= 0:
                return self._told(k, None)
            probe = Fraction(-ahead.others, ahead.moving)
            if high.at is not None and probe > high.at:
                return self._told(k, None)
            low = _End(probe, other)
        return self._told(k, (low, high))

    def _start(self, k: int, *, up: bool) -> Fraction | None:
        """Return where to begin: a little beyond the nearest rival known, else at the far end.

        There some matching is better for sure, and the best one there leads back to the end.
        """
        met = (
            Fraction(-ahead.others, ahead.moving)
            for ahead in (self._weighed(k, sums) for sums in self.rivals)
            if (ahead.moving > 0) == up and ahead.moving and ahead.others * ahead.moving <= 0
        )
        now = Fraction(self.weights[k])
        if up:
            nearest = min(met, default=None)
            return None if nearest is None else nearest + abs(nearest - now) * A_LITTLE + A_LITTLE
        farthest = max(met, default=Fraction(0))
        return max(farthest - abs(now - farthest) * A_LITTLE - A_LITTLE, Fraction(0))

    def _better(self, k: int, at: Fraction | None) -> NDArray[np.bool_] | None:
        """Return the best set at a weight; ``None`` where the one at hand is as good."""
        there = Weighted.of(self.values, self.weights, k, at)
        other = self.unrounded.best(there)
        if there.worth(self._ahead(k, other)) <= 0:
            return None
        self.rivals.add(self._sums(other))
        return other

    def _sums(self, other: NDArray[np.bool_]) -> tuple[int, ...]:
        """Return by how much another set is ahead in each component, in parts of ``GRID``."""
        ahead = self.values[other].sum(axis=0) - self.values[self.now].sum(axis=0)
        return tuple(ahead.tolist())

    def _ahead(self, k: int, other: NDArray[np.bool_]) -> Sums:
        return self._weighed(k, self._sums(other))

    def _weighed(self, k: int, sums: tuple[int, ...]) -> Sums:
        pairs = enumerate(zip(self.weights, sums, strict=True))
        return Sums(sum(weight * each for c, (weight, each) in pairs if c != k), sums[k])

    def _told(self, k: int, ends: tuple[_End, _End] | None) -> WeightRange:
        """Say a range in the unit of the settings; ``None`` where no weight is in it."""
        weight = Fraction(self.weights[k])
        told = WeightRange(
            component=self.scored.names[k],
            weight=self.scored.given_weights[k],
            others=float(Fraction(sum(self.weights) - self.weights[k], self.common)),
            exact=None,
        )
        if ends is not None:
            low, high = ends
            told = replace(
                told,
                exact=(
                    (low.at or Fraction(0)) / self.common,
                    None if high.at is None else high.at / self.common,
                ),
                below=self._moved(low.beyond),
                above=self._moved(high.beyond),
            )
            if (low.at or 0) <= weight and (high.at is None or weight <= high.at):
                return told
        there = Weighted.of(self.values, self.weights, k, weight)
        ahead = there.worth(self._ahead(k, self.unrounded.best(there)))
        return replace(told, short=float(Fraction(ahead, there.unit)))

    def _moved(self, other: NDArray[np.bool_] | None) -> Moved | None:
        """Say which pairs another set makes, and which it does not."""
        if other is None:
            return None
        return Moved(self._ids(self.now & ~other), self._ids(other & ~self.now))

    def _ids(self, chosen: NDArray[np.bool_]) -> tuple[tuple[str, str], ...]:
        pairs = self.unrounded.pairs.only(chosen)
        mentees, mentors = (
            self.scored.mentee_ids[pairs.mentee],
            self.scored.mentor_ids[pairs.mentor],
        )
        return tuple(sorted(zip(mentees.tolist(), mentors.tolist(), strict=True)))


class _End(NamedTuple):
    """Where a matching stops being the best, ``None`` for never, and the best one beyond."""

    at: Fraction | None
    beyond: NDArray[np.bool_] | None = None
