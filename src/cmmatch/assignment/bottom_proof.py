"""Proof of a sum of the lowest scores: every threshold lies in an interval that prices bound.

Let K pairs be made and k be counted. The sum of the k lowest scores of a set of pairs is the
greatest, over thresholds t, of

``F(t) = (k - K) t + sum over pairs of min(w, t)``,

reached at its k-th lowest score (after Rockafellar and Uryasev, Journal of Risk 2, 2000). Now raise
all scores strictly within an interval (a, b] to b. Nothing falls, and F becomes a straight line on
the interval, highest at one of its ends: at a, where nothing has changed and which ends the
interval before, or at b, where it is a sum over pairs again. So one ordinary optimum bounds all
thresholds of an interval. Below the first interval F(t) is k t at most, and above the last no set
has its k-th lowest score, since no set has more than K - k pairs of higher scores.

Of two pairs scored 3 and 5, with k = 1: F(3) = -3 + 3 + 3 = 3 is the lowest score, and F(4) = 2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cmmatch.assignment.certificate import Proof
from cmmatch.assignment.links import Aim
from cmmatch.assignment.pairwise import ScoreAtLeast, ScoreRaised
from cmmatch.errors import SolverDisagreement

if TYPE_CHECKING:
    from cmmatch.assignment.links import Link
    from cmmatch.assignment.result import Value
    from cmmatch.assignment.space import Space
    from cmmatch.compatibility.source import PairSource

__all__ = ["BottomProof", "Interval"]


@dataclass(frozen=True, eq=False)
class Interval:
    """Thresholds above one and up to another, with the prices that bound them.

    Parameters
    ----------
    above, to : int
        Its ends, in units of the score.
    link : Link
        Prices over scores raised to the upper end.
    """

    above: int
    to: int
    link: Link

    def limit(self, made: int, lowest: int) -> int:
        """Return what no sum of the lowest scores exceeds that has its threshold here."""
        return (lowest - made) * self.to + self.link.bound


@dataclass(frozen=True, eq=False)
class BottomProof:
    """Bounds a sum of lowest scores over all thresholds of some intervals.

    Parameters
    ----------
    name : str
        The stage.
    space : Space
        In which every set has as many pairs, which the proof of the stages before shows.
    made, lowest : int
        How many pairs a set has, K, and how many of the lowest are summed, k; 1 <= k <= K.
    intervals : tuple of Interval
        One after the other, without a gap.
    last : Link or None
        Prices that show how many pairs can have a score above the last interval; with them the
        intervals speak of every threshold there is. ``None`` for a part of them.
    """

    name: str
    space: Space
    made: int
    lowest: int
    intervals: tuple[Interval, ...]
    last: Link | None = None

    @property
    def limit(self) -> int:
        """What no set of the space exceeds with its threshold in one of the intervals."""
        limits = [each.limit(self.made, self.lowest) for each in self.intervals]
        if self.last is not None:
            limits.append(self.lowest * self.intervals[0].above)
        return max(limits)

    @property
    def claimed(self) -> tuple[int, ...]:
        """The bound."""
        return (self.limit,)

    def bound(self, source: PairSource) -> tuple[int, ...]:
        """Recompute the bound of every interval from its prices and every pair of a source.

        Raises
        ------
        SolverDisagreement
            Prices do not prove what they are said to, or a threshold lies in no interval.
        """
        for before, after in zip(self.intervals[:-1], self.intervals[1:], strict=True):
            if before.to != after.above:
                message = f"{self.name}: no bound from {before.to} to {after.above}."
                raise SolverDisagreement(message)
        for each in self.intervals:
            self._recompute(replace(each.link, aim=Aim(ScoreRaised(each.above, each.to))), source)
        if self.last is not None:
            beyond = ScoreAtLeast(self.intervals[-1].to + 1)
            self._recompute(replace(self.last, aim=Aim(beyond)), source)
            if self.last.bound > self.made - self.lowest:
                message = f"{self.name}: no bound above {self.intervals[-1].to}."
                raise SolverDisagreement(message)
        return (self.limit,)

    def shown(self, bound: tuple[int, ...]) -> Value:
        """Return the bound."""
        return bound[-1]

    def _recompute(self, link: Link, source: PairSource) -> None:
        proof = Proof(self.name, self.space, link)
        found = proof.bound(source)
        if found != proof.claimed:
            message = f"{self.name}: the prices prove {found}, not {proof.claimed}."
            raise SolverDisagreement(message)
