"""Traps of the flow solver that the backend keeps away from."""

import numpy as np
import pytest

from cmmatch import Candidates, Model, solve
from cmmatch.assignment.backends import child
from cmmatch.assignment.constraints import MenteeDemand, MentorCapacity
from cmmatch.assignment.objectives import MostMatched, TotalScore
from cmmatch.errors import ModelError


class FailingSolver:
    """Stands in for a solve without an optimum: reading a flow would end the process."""

    OPTIMAL = 0

    def add_arcs_with_capacity_and_unit_cost(self, tails, heads, capacities, costs):
        return np.arange(len(tails))

    def set_nodes_supplies(self, nodes, supplies):
        pass

    def solve(self):
        return 5

    def flows(self, arcs):
        pytest.fail("a flow was read although the status is not OPTIMAL")


def tiny(scores=((0.5,),), **settings):
    candidates = Candidates.from_matrix(scores, **settings)
    return Model(candidates, [MentorCapacity(1), MenteeDemand(1)], [MostMatched(), TotalScore()])


def test_no_flow_is_read_before_the_status_is_optimal(monkeypatch):
    from ortools.graph.python import min_cost_flow

    monkeypatch.setattr(min_cost_flow, "SimpleMinCostFlow", FailingSolver)

    with pytest.raises(RuntimeError, match="min-cost flow answered 5"):
        solve(tiny())


def test_costs_beyond_the_solvers_range_are_refused_by_us(monkeypatch):
    monkeypatch.setattr(child, "COST_RANGE", 10**6)

    with pytest.raises(ModelError, match="too large for"):
        solve(tiny())


def test_fractions_of_a_score_are_not_cut_to_integers():
    result = solve(tiny([[0.7, 0.2], [0.6, 0.5]]))

    assert 1_200_000 == result.stages[1].value


def test_more_mentors_than_mentees_and_the_other_way_round_are_both_solved():
    assert 1 == len(solve(tiny([[0.1, 0.2, 0.3]])).matching)
    assert 1 == len(solve(tiny([[0.1], [0.2], [0.3]])).matching)


def test_scores_near_the_limit_of_exact_integers_stay_exact():
    huge = 2.0**50
    result = solve(tiny([[huge, huge - 1], [huge - 1, huge - 3]], resolution=1.0))

    assert 2 * (2**50 - 1) == result.stages[1].value


def test_scores_beyond_exact_integers_are_refused():
    with pytest.raises(ModelError, match=r"below 2\*\*53"):
        tiny([[2.0**52, 1.0]], resolution=1.0)


@pytest.mark.parametrize("bad", [float("inf"), -float("inf")])
def test_infinite_scores_are_refused(bad):
    with pytest.raises(ModelError, match="finite"):
        tiny([[bad]])
