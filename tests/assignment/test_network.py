"""One min-cost flow: what OR-Tools would answer wrongly in silence is refused before or after."""

import numpy as np
import pytest

from cmmatch.assignment.backends import network
from cmmatch.assignment.backends.network import least_cost_flow
from cmmatch.errors import ModelError


def whole(*numbers):
    return np.array(numbers, dtype=np.int64)


def two_ways(*, cost=(5, 1), capacity=(3, 2), supply=(3, -3)):
    """Two arcs from node 0 to node 1, the second one cheaper and too narrow."""
    return least_cost_flow(whole(0, 0), whole(1, 1), *map(np.asarray, (capacity, cost, supply)))


def test_the_cheaper_arc_is_filled_first():
    assert [1, 2] == two_ways().tolist()


def test_negative_costs_turn_a_ring_without_supplies():
    flow = least_cost_flow(
        whole(0, 1, 2), whole(1, 2, 0), whole(4, 2, 3), whole(0, -1, 0), whole(0, 0, 0)
    )

    assert [2, 2, 2] == flow.tolist()


def test_no_arcs_have_no_flow():
    assert [] == least_cost_flow(whole(), whole(), whole(), whole(), whole(0, 0)).tolist()


@pytest.mark.parametrize(
    "wrong",
    [
        {"cost": (0.7, 0.2)},  # would be cut to 0
        {"capacity": (2.5, 1.5)},
        {"supply": (3, -2)},  # unbalanced
    ],
)
def test_what_would_be_cut_or_left_over_is_refused(wrong):
    with pytest.raises(RuntimeError, match="whole numbers and supplies that add up to 0"):
        two_ways(**wrong)


def test_a_network_without_a_flow_is_not_read():
    with pytest.raises(RuntimeError, match="min-cost flow answered"):
        two_ways(supply=(6, -6))


def test_costs_and_capacities_out_of_range_are_refused():
    with pytest.raises(ModelError, match="too large for 2 people"):
        two_ways(cost=(2**61, 1))
    with pytest.raises(ModelError, match="Capacities must stay below"):
        two_ways(capacity=(2**61, 2**61))


def test_huge_costs_are_counted_exactly():
    assert [1, 2] == two_ways(cost=(2**58, 2**58 - 1)).tolist()


def test_costs_that_the_solver_alone_finds_too_large_are_refused_alike():
    near = (network.FLOW_RANGE - 1) // 3

    with pytest.raises(ModelError, match="too large for 2 people"):
        two_ways(cost=(near, near - 1))
