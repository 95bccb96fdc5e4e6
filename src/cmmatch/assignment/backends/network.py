"""One min-cost flow over arrays: range and status are checked, so that no wrong flow is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["least_cost_flow"]

FLOW_RANGE = 2**62
"""Costs times nodes, and capacities in all, must stay below it."""

NODE_RANGE = 2**31
"""OR-Tools numbers nodes and arcs with 32 bits."""


def least_cost_flow(
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    capacity: NDArray[np.int64],
    cost: NDArray[np.int64],
    supply: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return a flow of least cost through a network that has one.

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

    Returns
    -------
    int64, shape (arcs,)
        Flow on each arc. One thread, the same for the same arrays.

    Raises
    ------
    ModelError
        Costs or capacities are too large to be counted exactly in 64 bits.
    RuntimeError
        The caller's network is unbalanced, holds numbers that are no integers, or has no flow.
    """
    nodes = len(supply)
    _check(capacity, cost, supply)
    if not len(tail):
        return np.zeros(0, dtype=np.int64)
    from ortools.graph.python import min_cost_flow

    solver = min_cost_flow.SimpleMinCostFlow()
    index = solver.add_arcs_with_capacity_and_unit_cost(
        tail.astype(np.int32), head.astype(np.int32), capacity, cost
    )
    solver.set_nodes_supplies(np.arange(nodes, dtype=np.int32), supply)
    status = solver.solve()
    if status in (solver.BAD_COST_RANGE, solver.BAD_CAPACITY_RANGE):
        # Costs add up along paths: how far depends on the network, and only the solver finds out.
        raise ModelError(_too_large(cost, nodes))
    if status != solver.OPTIMAL:
        # Reading a flow now would end the process, not raise.
        message = f"min-cost flow answered {status!s} for a network that always has a flow"
        raise RuntimeError(message)
    return np.asarray(solver.flows(index), dtype=np.int64)


def _check(capacity: NDArray[np.int64], cost: NDArray[np.int64], supply: NDArray[np.int64]) -> None:
    kinds = {array.dtype.kind for array in (capacity, cost, supply)}
    if kinds != {"i"} or int(supply.sum()):
        # OR-Tools would cut fractions off in silence, and answer an unbalanced network with zeros.
        message = f"a network needs whole numbers and supplies that add up to 0; given {kinds}"
        raise RuntimeError(message)
    nodes, largest = len(supply), int(np.abs(cost).max(initial=0))
    if largest * (nodes + 1) >= FLOW_RANGE or max(nodes, len(cost)) >= NODE_RANGE:
        raise ModelError(_too_large(cost, nodes))
    # Added as floats, since it is whether integers can be added that is asked.
    if float(capacity.sum(dtype=np.float64)) >= FLOW_RANGE:
        message = "Capacities must stay below 2**62 in all; coarsen the caps, or lower the places."
        raise ModelError(message)


def _too_large(cost: NDArray[np.int64], nodes: int) -> str:
    largest = int(np.abs(cost).max(initial=0))
    return (
        f"Scores up to {largest} units are too large for a network of {nodes} nodes; coarsen the "
        "resolution."
    )
