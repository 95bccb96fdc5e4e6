"""One min-cost flow over arrays, checked before it is handed on: whole numbers, balanced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.backends.child import solve_flow
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.limits import Deadline

__all__ = ["flow_if_any", "least_cost_flow"]

FLOW_RANGE = 2**62
"""Capacities in all must stay below it."""


def least_cost_flow(
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    capacity: NDArray[np.int64],
    cost: NDArray[np.int64],
    supply: NDArray[np.int64],
    *,
    deadline: Deadline | None = None,
) -> NDArray[np.int64]:
    """Return a flow of least cost through a network that has one.

    The same as :func:`flow_if_any`; a network without a flow is an error of the caller.
    """
    flow = flow_if_any(tail, head, capacity, cost, supply, deadline=deadline)
    if flow is None:
        message = "min-cost flow answered INFEASIBLE for a network that always has a flow"
        raise RuntimeError(message)
    return flow


def flow_if_any(
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    capacity: NDArray[np.int64],
    cost: NDArray[np.int64],
    supply: NDArray[np.int64],
    *,
    deadline: Deadline | None = None,
) -> NDArray[np.int64] | None:
    """Return a flow of least cost through a network, if it has any.

    Parameters
    ----------
    tail, head : int64, shape (arcs,)
        Nodes that each arc leaves and enters, in 0..nodes - 1.
    capacity : int64, shape (arcs,)
        Most that an arc carries, >= 0.
    cost : int64, shape (arcs,)
        Of one unit; may be negative.
    supply : int64, shape (nodes,)
        What enters the network at each node; negative what leaves it. They add up to 0.

    deadline : Deadline, optional
        When to stop.

    Returns
    -------
    int64, shape (arcs,), or None
        Flow on each arc; ``None`` if there is none. One thread, the same for the same arrays.

    Raises
    ------
    OutOfTime
        The deadline passed first.
    ModelError
        Costs or capacities are too large to be counted exactly in 64 bits.
    RuntimeError
        The caller's network is unbalanced, or holds numbers that are no integers.
    """
    _check(capacity, cost, supply)
    return solve_flow(tail, head, capacity, cost, supply, deadline=deadline)


def _check(capacity: NDArray[np.int64], cost: NDArray[np.int64], supply: NDArray[np.int64]) -> None:
    kinds = {array.dtype.kind for array in (capacity, cost, supply)}
    if kinds != {"i"} or int(supply.sum()):
        # OR-Tools would cut fractions off in silence, and answer an unbalanced network with zeros.
        message = f"a network needs whole numbers and supplies that add up to 0; given {kinds}"
        raise RuntimeError(message)
    # Added as floats, since it is whether integers can be added that is asked.
    if float(capacity.sum(dtype=np.float64)) >= FLOW_RANGE:
        message = "Capacities must stay below 2**62 in all; coarsen the caps, or lower the places."
        raise ModelError(message)
