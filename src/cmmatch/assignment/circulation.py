"""A circulation with bounds: pairs and nested sets of pairs as arcs, in units of one share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.backends.network import least_cost_flow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.laminar import Bihierarchy

__all__ = ["Circulation"]


@dataclass(frozen=True, eq=False)
class Circulation:
    """Arcs: P pairs, then S sets, then one that leads everything back.

    The sets of the first family are a tree that grows from the source, those of the second one that
    ends in the sink; a pair leads from its smallest set in the first to its smallest in the second.
    So the flow through a set is the sum over its pairs, and the last arc, from sink to source,
    carries the sum over all.

    Parameters
    ----------
    tail, head : int64, shape (P + S + 1,)
        Nodes: the S sets, the source, the sink.
    lower, upper : int64, shape (P + S + 1,)
        Bounds on the flow of each arc.
    pairs : int
        P.
    """

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    pairs: int

    @classmethod
    def of(
        cls,
        sets: Bihierarchy,
        *,
        cap: NDArray[np.int64],
        lower: NDArray[np.int64],
        upper: NDArray[np.int64],
    ) -> Circulation:
        """Build from two families of sets, the caps of pairs and the bounds of sets."""
        count = len(sets.parent)
        source, sink = count, count + 1
        own, first = np.arange(count), sets.family == 0
        above = np.where(sets.parent >= 0, sets.parent, np.where(first, source, sink))
        begin = np.where(sets.home[0] >= 0, sets.home[0], source)
        end = np.where(sets.home[1] >= 0, sets.home[1], sink)
        return cls(
            np.concatenate([begin, np.where(first, above, own), [sink]]).astype(np.int64),
            np.concatenate([end, np.where(first, own, above), [source]]).astype(np.int64),
            np.concatenate([np.zeros(len(cap), np.int64), lower, [0]]),
            np.concatenate([cap, np.maximum(lower, upper), [cap.sum()]]),
            len(cap),
        )

    @property
    def nodes(self) -> int:
        """The sets, the source and the sink."""
        return len(self.tail) - self.pairs + 1

    def missing(self) -> NDArray[np.int64]:
        """How far each set stays below its lower bound where as little as can be is missed.

        Returns
        -------
        int64, shape (S,)
            All 0 exactly when the bounds can be kept.
        """
        filled = np.flatnonzero(self.lower)
        # What fills a lower bound is an arc of its own, and the only one that earns anything; no
        # flow at all is a circulation, so that there always is one.
        rest = self.upper - self.lower
        flow = least_cost_flow(
            np.concatenate([self.tail, self.tail[filled]]),
            np.concatenate([self.head, self.head[filled]]),
            np.concatenate([rest, self.lower[filled]]),
            np.repeat(np.array([0, -1]), [len(rest), len(filled)]),
            np.zeros(self.nodes, np.int64),
        )
        short = self.lower.copy()
        short[filled] -= flow[len(rest) :]
        return short[self.pairs : -1]

    def best(self, profit: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the flow with the most on all pairs, and of these the most profit.

        Parameters
        ----------
        profit : int64, shape (P,)
            Of one unit on each pair.

        Returns
        -------
        int64, shape (P + S + 1,)
            The bounds can be kept: see :meth:`missing`.
        """
        back = np.zeros(len(self.tail), np.int64)
        back[-1] = -1
        most = self.cheapest(back)[-1]
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[-1] = upper[-1] = most
        cost = np.zeros(len(self.tail), np.int64)
        cost[: self.pairs] = -profit
        return replace(self, lower=lower, upper=upper).cheapest(cost)

    def cheapest(self, cost: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a flow of least cost, for a cost of one unit on each arc."""
        supply = np.bincount(self.head, self.lower, self.nodes)
        supply -= np.bincount(self.tail, self.lower, self.nodes)
        # Lower bounds are sent beforehand, as supplies; these sums are exact in floats, since
        # bounds that can be kept are small.
        flow = least_cost_flow(
            self.tail, self.head, self.upper - self.lower, cost, supply.astype(np.int64)
        )
        return self.lower + flow
