"""The flow backend against full enumeration on tiny programmes."""

import pytest

from cmmatch import Termination, solve
from cmmatch.assignment.result import in_order
from cmmatch.testing import best_values, tiny_model


@pytest.mark.parametrize("block", range(10))
def test_flow_finds_the_lexicographic_optimum_or_proves_that_there_is_none(block):
    outcomes = {Termination.OPTIMAL: 0, Termination.INFEASIBLE: 0}
    for seed in range(block * 250, block * 250 + 250):
        model = tiny_model(seed)
        result = solve(model)
        outcomes[result.termination] += 1
        result.certificate.check(model.candidates.source)

        if result.termination is Termination.INFEASIBLE:
            assert best_values(model) is None, seed
            assert result.obstacles, seed
        else:
            assert best_values(model) == [in_order(s.value) for s in result.stages], seed
    # A suite that met only one kind of programme would show nothing.
    assert min(outcomes.values()) >= 20
