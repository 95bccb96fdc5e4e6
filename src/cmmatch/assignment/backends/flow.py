"""OR-Tools min-cost flow: exact for degrees, required pairs and what loads add by steps.

The network, in which every unit of demand is one unit of flow:

1. ``mentee i`` sends ``upper[i]`` units. Each pair is an arc ``i -> j`` for one unit, at the cost
   of minus its profit.
2. What is not matched goes ``i -> unmatched -> sink``; at most ``upper[i] - lower[i]`` units of it.
3. ``mentor j`` keeps ``lower[j]`` units and passes at most ``upper[j] - lower[j]`` on to the sink.
4. What the k-th pair of a person adds is the cost of a unit arc of its own: to the sink for a
   mentor, to ``unmatched`` for the pair that a mentee does not have. Steps do not rise, so the
   cheapest arcs fill in the right order.
5. A required pair is taken out before, with one unit at both its ends.

The network is balanced, and feasible whenever minimum loads can be met. Who is in the way is found
by a first solve with lower bounds as steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.assignment.backends.backend import Answer, Choice
from cmmatch.assignment.backends.network import flow_if_any
from cmmatch.assignment.form import Need
from cmmatch.assignment.result import Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.form import Form, Target
    from cmmatch.assignment.limits import Deadline

__all__ = ["MinCostFlow"]


@dataclass(frozen=True)
class MinCostFlow:
    """Min-cost flow over all pair columns, integers throughout, one thread."""

    name: str = "OR-Tools min-cost flow"

    @property
    def honours(self) -> frozenset[Need]:
        """Degrees, minimum loads, required pairs, steps; whole numbers of any size it takes."""
        return frozenset(Need) - {Need.ROWS}

    def available(self) -> bool:
        """Whether ortools is installed."""
        return find_spec("ortools") is not None

    def maximise(self, form: Form, target: Target, *, deadline: Deadline | None = None) -> Answer:
        """Find the best choice, exactly."""
        network = _Network.of(form)
        made = None if network.hopeless else network.solve(target, deadline)
        if made is None:
            return Answer(Termination.INFEASIBLE)
        chosen = form.required.copy()
        chosen[network.column] = made
        none = np.empty(0, dtype=np.int64)
        value = target.value(form, chosen, none)
        return Answer(Termination.OPTIMAL, Choice(chosen, none, value, value))


class _Arcs(NamedTuple):
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    capacity: NDArray[np.int64]
    cost: NDArray[np.int64]


class _Side(NamedTuple):
    """What is left of a side's bounds beside the required pairs."""

    fixed: NDArray[np.int64]
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        people: NDArray[np.int32],
        required: NDArray[np.bool_],
        bounds: tuple[NDArray[np.int64], NDArray[np.int64]],
    ) -> _Side:
        fixed = np.bincount(people[required], minlength=len(bounds[1]))
        # Beyond the pairs there are no arc could lead, nor any step that counts.
        most = np.minimum(bounds[1], np.bincount(people, minlength=len(bounds[1])))
        return cls(fixed, np.maximum(bounds[0] - fixed, 0), most - fixed)


@dataclass(frozen=True, eq=False)
class _Network:
    """The network without its costs. Nodes: N mentees, M mentors, the sink, the unmatched."""

    column: NDArray[np.intp]
    mentee: NDArray[np.int64]
    mentor: NDArray[np.int64]
    mentees: _Side
    mentors: _Side

    @classmethod
    def of(cls, form: Form) -> _Network:
        """Take the required pairs out of a form, and what they use out of the bounds."""
        column = np.flatnonzero(~form.required)
        return cls(
            column,
            form.mentee[column].astype(np.int64),
            form.mentor[column].astype(np.int64),
            _Side.of(form.mentee, form.required, (form.mentee_lower, form.mentee_upper)),
            _Side.of(form.mentor, form.required, (form.mentor_lower, form.mentor_upper)),
        )

    @property
    def sizes(self) -> tuple[int, int]:
        return len(self.mentees.upper), len(self.mentors.upper)

    @property
    def hopeless(self) -> bool:
        """Whether somebody must have more pairs than allowed; no arc can have such a capacity."""
        return any(bool((side.lower > side.upper).any()) for side in (self.mentees, self.mentors))

    def solve(self, target: Target, deadline: Deadline | None) -> NDArray[np.bool_] | None:
        """Return which pair arcs carry flow in an optimum; ``None`` if bounds cannot all be met."""
        n, m = self.sizes
        one = np.ones(len(self.column), np.int64)
        pairs = _Arcs(self.mentee, n + self.mentor, one, -target.profit[self.column])
        sink, unmatched = n + m, n + m + 1
        free = int(self.mentees.upper.sum())
        through = _Arcs(*(np.array([each]) for each in (unmatched, sink, free, 0)))
        groups = (
            pairs,
            _unmatched_arcs(self.mentees, target.mentee_steps, unmatched),
            _load_arcs(self.mentors, target.mentor_steps, n, sink),
            through,
        )
        arcs = _Arcs(*(np.concatenate(part) for part in zip(*groups, strict=True)))
        flow = flow_if_any(*arcs, self._supply(), deadline=deadline)
        return None if flow is None else flow[: len(self.column)] > 0

    def _supply(self) -> NDArray[np.int64]:
        kept = self.mentors.lower
        rest = int(self.mentees.upper.sum()) - int(kept.sum())
        return np.concatenate([self.mentees.upper, -kept, [-rest, 0]])


def _load_arcs(side: _Side, steps: NDArray[np.int64] | None, first: int, sink: int) -> _Arcs:
    """Mentors to the sink: a unit arc for each step beyond the least load, one for all the rest."""
    m = len(side.upper)
    done = side.fixed + side.lower
    top = side.fixed + side.upper
    width = 0 if steps is None else steps.shape[1]
    plain = np.maximum(top - np.maximum(done, width), 0)
    rest = _Arcs(first + np.arange(m), np.full(m, sink), plain, np.zeros(m, np.int64))
    if steps is None:
        return rest
    k = np.arange(width)[None, :]
    person, step = np.nonzero((k >= done[:, None]) & (k < top[:, None]))
    size = len(person)
    return _Arcs(
        np.concatenate([rest.tail, first + person]),
        np.concatenate([rest.head, np.full(size, sink)]),
        np.concatenate([rest.capacity, np.ones(size, np.int64)]),
        np.concatenate([rest.cost, -steps[person, step]]),
    )


def _unmatched_arcs(side: _Side, steps: NDArray[np.int64] | None, unmatched: int) -> _Arcs:
    """Mentees to unmatched: leaving out the k-th pair costs what it would add."""
    arcs = _load_arcs(side, steps, 0, unmatched)
    return arcs._replace(cost=-arcs.cost)
