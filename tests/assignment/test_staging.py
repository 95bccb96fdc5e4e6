"""Stages in order: what a tolerance is a share of, and how far a solve says it is."""

import numpy as np
import pytest
from tests.assignment.tiny import UNIT

from cmmatch import Candidates, Model, solve
from cmmatch.assignment.constraints import GroupLimit, MenteeDemand, MentorCapacity
from cmmatch.assignment.objectives import Leximin, MostMatched, TotalScore
from cmmatch.testing.oracle import best_values

LIMITED = {"most pairs less two fifths": MostMatched(tolerance=0.4), "most pairs": MostMatched()}


def limited(seed, first):
    rng = np.random.default_rng(seed)
    scores = rng.integers(-3, 5, (4, 3)) * UNIT
    some = GroupLimit("some", 0, int(rng.integers(0, 2)), mentors=rng.random(3) < 0.6)
    rules = [MentorCapacity(rng.integers(1, 3, 3)), MenteeDemand(1), some]
    return Model(Candidates.from_matrix(scores), rules, [first, TotalScore()], seed=seed)


@pytest.mark.parametrize("first", LIMITED.values(), ids=LIMITED)
def test_a_tolerance_is_a_share_of_the_optimum_with_the_rows(first):
    """Four pairs without a limit, three with it: two fifths of four would leave three."""
    given_back = 0
    for seed in range(120, 140):
        model = limited(seed, first)
        best, result = best_values(model), solve(model)

        assert result.proven
        assert best[1] == (result.stages[1].value,)
        assert best[0] == (result.stages[0].bound,)
        given_back += result.stages[0].value < best[0][0]

    assert (given_back > 0) == (first.tolerance > 0)


@pytest.mark.parametrize("objectives", [(MostMatched(), TotalScore()), (MostMatched(), Leximin())])
def test_a_solve_never_says_that_it_is_less_far_than_before(objectives):
    told = []
    candidates = Candidates.from_matrix(np.random.default_rng(2).integers(0, 9, (9, 5)) * UNIT / 2)
    # As many pairs as without the limit cannot be had, so the first stage is gone over again.
    rules = [MentorCapacity(2), MenteeDemand(1), GroupLimit("few", maximum=6)]
    model = Model(candidates, rules, objectives)

    solve(model, progress=lambda *step: told.append(step))

    done = [done for _, done, _ in told]
    assert {"solve"} == {phase for phase, _, _ in told}
    assert {300} == {total for _, _, total in told}
    assert done == sorted(set(done))
    assert 0 == done[0]
    assert {100, 200, 300} <= set(done)
    assert len(done) > 6
