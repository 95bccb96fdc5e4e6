"""Flow, MIP and CP-SAT: one optimum, and that of brute force where rows go beyond degrees."""

import pytest

from cmmatch import Termination, solve
from cmmatch.assignment.backends import (
    BUILT_IN,
    ConstraintProgramming,
    MinCostFlow,
    MixedInteger,
)
from cmmatch.assignment.result import in_order
from cmmatch.testing import best_values, tiny_model

ROWS = [BUILT_IN, (MixedInteger(),), (ConstraintProgramming(),)]


def reached(model, backends):
    """What the stages reach and prove; None where nothing is feasible."""
    result = solve(model, backends=backends)
    result.certificate.check(model.candidates.source)
    if result.termination is Termination.INFEASIBLE:
        return None
    assert result.proven
    names = {backend.name.removeprefix("OR-Tools ") for backend in backends}
    assert names >= set(result.backend.removeprefix("OR-Tools ").split(", then "))
    return [in_order(stage.value) for stage in result.stages]


@pytest.mark.parametrize("block", range(4))
def test_all_three_reach_the_same_where_rules_are_about_degrees(block):
    found = 0
    for seed in range(5000 + block * 40, 5000 + block * 40 + 40):
        model = tiny_model(seed)
        flow, mip, cpsat = (
            reached(model, (backend,))
            for backend in (MinCostFlow(), MixedInteger(), ConstraintProgramming())
        )

        assert flow == mip == cpsat, seed
        found += flow is not None
    assert 10 <= found < 40


@pytest.mark.parametrize("backends", ROWS, ids=["built in", "mip", "cp-sat"])
@pytest.mark.parametrize("block", range(2))
def test_rows_and_extras_beyond_degrees_have_the_optimum_of_brute_force(block, backends):
    found = 0
    for seed in range(7000 + block * 60, 7000 + block * 60 + 60):
        model = tiny_model(seed, rows=True)
        expected = best_values(model)

        assert expected == reached(model, backends), seed
        found += expected is not None
    assert 10 <= found < 60
