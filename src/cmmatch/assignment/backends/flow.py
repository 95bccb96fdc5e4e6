"""OR-Tools min-cost flow: exact for degrees, required pairs and counts.

The network, in which every unit of demand is one unit of flow:

1. ``mentee i`` sends ``upper[i]`` units. Each pair is an arc ``i -> j`` for one unit, at the cost
   of minus its profit.
2. What is not matched goes ``i -> unmatched -> sink``; at most ``upper[i] - lower[i]`` units of it.
3. ``mentor j`` keeps ``lower[j]`` units and passes at most ``upper[j] - lower[j]`` on to the sink.
4. Artificial arcs, ``i -> sink`` and ``sink -> j``, carry what minimum loads cannot be met; a
   first solve makes their flow least, and only a least flow of zero lets the stages begin. So the
   network is balanced, and never infeasible.
5. A required pair is taken out before, with one unit at both its ends.
6. When an earlier stage was a count, the number of pairs is fixed by what ``unmatched`` must keep.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cmmatch.assignment.backends.backend import Answer, Shortfall, StageAnswer
from cmmatch.assignment.form import Need, is_count
from cmmatch.assignment.result import Termination
from cmmatch.errors import ModelError
from cmmatch.progress import silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.backends.backend import Kind, Side
    from cmmatch.assignment.form import Form
    from cmmatch.progress import Progress

__all__ = ["MinCostFlow"]

COST_RANGE = 2**62


@dataclass(frozen=True)
class MinCostFlow:
    """Min-cost flow over all pair columns, integers throughout, one thread."""

    name: str = "OR-Tools min-cost flow"

    @property
    def honours(self) -> frozenset[Need]:
        """Degrees, minimum loads, required pairs; every stage but the last must be a count."""
        return frozenset({Need.DEGREES, Need.MINIMUM, Need.REQUIRED})

    def available(self) -> bool:
        """Whether ortools is installed."""
        return find_spec("ortools") is not None

    def maximise(self, form: Form, *, progress: Progress | None = None) -> Answer:
        """Solve the stages in order, each exactly."""
        say = progress or silent
        steps = len(form.stages) + 1
        say("solve", 0, steps)
        network = _Network.of(form)
        shortfalls = _contradictions(form) or network.unmet()
        if shortfalls:
            return Answer(Termination.INFEASIBLE, shortfalls=shortfalls)
        chosen = form.required.copy()
        stages: list[StageAnswer] = []
        for k, stage in enumerate(form.stages):
            say("solve", k + 1, steps)
            profit = stage.profit[network.column]
            chosen[network.column] = network.solve(profit)
            value = int(stage.profit[chosen].sum())
            stages.append(StageAnswer(value, value, proven=True))
            if is_count(stage.profit) and len(stage.profit) and stage.profit[0] != 0:
                network = replace(network, count=int(chosen.sum() - form.required.sum()))
        say("solve", steps, steps)
        return Answer(Termination.OPTIMAL, chosen, tuple(stages))


class _Arcs(NamedTuple):
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    capacity: NDArray[np.int64]
    cost: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Network:
    """The network without its costs. Nodes: N mentees, M mentors, the sink, the unmatched."""

    column: NDArray[np.intp]
    mentee: NDArray[np.int64]
    mentor: NDArray[np.int64]
    mentee_lower: NDArray[np.int64]
    mentee_upper: NDArray[np.int64]
    mentor_lower: NDArray[np.int64]
    mentor_upper: NDArray[np.int64]
    count: int | None = None

    @classmethod
    def of(cls, form: Form) -> _Network:
        """Take the required pairs out of a form, and what they use out of the bounds."""
        mentees = np.bincount(form.mentee[form.required], minlength=form.n_mentees)
        mentors = np.bincount(form.mentor[form.required], minlength=form.n_mentors)
        column = np.flatnonzero(~form.required)
        return cls(
            column,
            form.mentee[column].astype(np.int64),
            form.mentor[column].astype(np.int64),
            np.maximum(form.mentee_lower - mentees, 0),
            form.mentee_upper - mentees,
            np.maximum(form.mentor_lower - mentors, 0),
            form.mentor_upper - mentors,
        )

    @property
    def sizes(self) -> tuple[int, int]:
        return len(self.mentee_upper), len(self.mentor_upper)

    def unmet(self) -> tuple[Shortfall, ...]:
        """People whose minimum is missed in a flow that misses the least; empty if none is."""
        if not (self.mentee_lower.any() or self.mentor_lower.any()):
            return ()
        n, m = self.sizes
        pairs, sides = self._pair_arcs(np.zeros(len(self.column), np.int64)), self._side_arcs()
        short = self._artificial_arcs()
        flow = _flow((pairs, sides, short), self._supply(), n + m + 2)
        artificial = flow[len(pairs.tail) + len(sides.tail) :]
        return _missed("mentee", self.mentee_lower, artificial[:n]) + _missed(
            "mentor", self.mentor_lower, artificial[n:]
        )

    def solve(self, profit: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which pair arcs carry flow in an optimum of one stage."""
        n, m = self.sizes
        flow = _flow((self._pair_arcs(-profit), self._side_arcs()), self._supply(), n + m + 2)
        return flow[: len(self.column)] > 0

    def _pair_arcs(self, cost: NDArray[np.int64]) -> _Arcs:
        n, _ = self.sizes
        return _Arcs(self.mentee, n + self.mentor, np.ones(len(self.column), np.int64), cost)

    def _side_arcs(self) -> _Arcs:
        """Mentees to unmatched, mentors to sink; unmatched to sink while the count is free."""
        n, m = self.sizes
        sink, unmatched = n + m, n + m + 1
        free = int(self.mentee_upper.sum()) if self.count is None else 0
        capacity = [
            self.mentee_upper - self.mentee_lower,
            self.mentor_upper - self.mentor_lower,
            np.array([free]),
        ]
        return _Arcs(
            np.concatenate([np.arange(n + m), [unmatched]]),
            np.concatenate([np.full(n, unmatched), np.full(m, sink), [sink]]),
            np.concatenate(capacity),
            np.zeros(n + m + 1, np.int64),
        )

    def _artificial_arcs(self) -> _Arcs:
        n, m = self.sizes
        sink = np.full(n + m, n + m)
        tail, head = np.arange(n + m), sink.copy()
        tail[n:], head[n:] = sink[n:], np.arange(n, n + m)
        return _Arcs(
            tail,
            head,
            np.concatenate([self.mentee_lower, self.mentor_lower]),
            np.ones(n + m, np.int64),
        )

    def _supply(self) -> NDArray[np.int64]:
        total, kept = int(self.mentee_upper.sum()), int(self.mentor_lower.sum())
        alone = 0 if self.count is None else total - self.count
        return np.concatenate(
            [self.mentee_upper, -self.mentor_lower, [-(total - kept - alone), -alone]]
        )


def _contradictions(form: Form) -> tuple[Shortfall, ...]:
    """People whose minimum, or whose required pairs, are more than their upper bound."""
    found: list[Shortfall] = []
    sides: tuple[tuple[Side, Any, Any, Any], ...] = (
        ("mentee", form.mentee, form.mentee_lower, form.mentee_upper),
        ("mentor", form.mentor, form.mentor_lower, form.mentor_upper),
    )
    for side, people, lower, upper in sides:
        required = np.bincount(people[form.required], minlength=len(upper))
        kinds: tuple[tuple[Kind, Any], ...] = (("minimum", lower), ("required", required))
        for kind, wanted in kinds:
            found += [
                Shortfall(side, int(k), kind, int(wanted[k]), int(upper[k]))
                for k in np.flatnonzero(wanted > upper)
            ]
    return tuple(found)


def _missed(
    side: Side, lower: NDArray[np.int64], artificial: NDArray[np.int64]
) -> tuple[Shortfall, ...]:
    return tuple(
        Shortfall(side, int(k), "minimum", int(lower[k]), int(lower[k] - artificial[k]))
        for k in np.flatnonzero(artificial)
    )


def _flow(groups: tuple[_Arcs, ...], supply: NDArray[np.int64], nodes: int) -> NDArray[np.int64]:
    """Solve one min-cost flow that is balanced and feasible by construction."""
    from ortools.graph.python import min_cost_flow

    arcs = _Arcs(*(np.concatenate(part) for part in zip(*groups, strict=True)))
    largest = int(np.abs(arcs.cost).max(initial=0))
    if largest * (nodes + 1) >= COST_RANGE:
        message = f"Scores up to {largest} units are too large for {nodes} people; coarsen them."
        raise ModelError(message)
    solver = min_cost_flow.SimpleMinCostFlow()
    index = solver.add_arcs_with_capacity_and_unit_cost(
        arcs.tail.astype(np.int32), arcs.head.astype(np.int32), arcs.capacity, arcs.cost
    )
    solver.set_nodes_supplies(np.arange(nodes, dtype=np.int32), supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        # Reading a flow now would end the process, not raise.
        message = f"min-cost flow answered {status!s} for a network that always has a flow"
        raise RuntimeError(message)
    return np.asarray(solver.flows(index), dtype=np.int64)
