"""The flow backend against full enumeration on tiny programmes."""

import itertools

import numpy as np
import pytest

from cmmatch import Candidates, Model, Termination, solve
from cmmatch.assignment.constraints import Forbidden, MenteeDemand, MentorCapacity, Required
from cmmatch.assignment.matching import Matching
from cmmatch.assignment.objectives import MostMatched, TotalScore

ORDERS = [
    (MostMatched(),),
    (TotalScore(),),
    (MostMatched(), TotalScore()),
]


def tiny_model(seed):
    """Up to 4 x 3 people with demands, places, minimum loads, required and forbidden pairs."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    # Few distinct scores make ties common; some are negative, some are zero.
    scores = rng.integers(-2, 4, (n, m)) / 4
    scores = np.where(rng.random((n, m)) < 0.25, np.nan, scores)
    candidates = Candidates.from_matrix(scores)
    places = rng.integers(0, 4, m)
    demand = rng.integers(0, 3, n)
    constraints = [
        MentorCapacity(places, np.minimum(rng.integers(0, 3, m) * (rng.random(m) < 0.4), places)),
        MenteeDemand(demand, np.minimum(rng.integers(0, 2, n) * (rng.random(n) < 0.3), demand)),
    ]
    eligible = [(str(i), str(j)) for i, j in zip(candidates.mentee, candidates.mentor, strict=True)]
    rng.shuffle(eligible)
    if eligible and rng.random() < 0.4:
        constraints.append(Required((tuple(eligible[0]),)))
    if len(eligible) > 1 and rng.random() < 0.4:
        constraints.append(Forbidden((tuple(eligible[1]),)))
    return Model(candidates, constraints, ORDERS[seed % 3], seed=int(rng.integers(100)))


def best_by_enumeration(model):
    """Lexicographic optimum over every subset of candidates; None if no subset keeps the rules."""
    candidates, source = model.candidates, model.candidates.source
    best = None
    for picked in itertools.product((False, True), repeat=len(candidates)):
        mask = np.array(picked, dtype=bool)
        matching = Matching(
            candidates.mentee[mask], candidates.mentor[mask], source.mentee_ids, source.mentor_ids
        )
        if any(rule.violations(matching) for rule in model.constraints):
            continue
        values = tuple(objective.value(matching, source) for objective in model.objectives)
        best = values if best is None else max(best, values)
    return best


@pytest.mark.parametrize("block", range(10))
def test_flow_finds_the_lexicographic_optimum_or_proves_that_there_is_none(block):
    outcomes = {Termination.OPTIMAL: 0, Termination.INFEASIBLE: 0}
    for seed in range(block * 250, block * 250 + 250):
        model = tiny_model(seed)
        result = solve(model)
        outcomes[result.termination] += 1
        result.certificate.check(model.candidates.source)

        if result.termination is Termination.INFEASIBLE:
            assert best_by_enumeration(model) is None, seed
            assert result.obstacles, seed
        else:
            assert best_by_enumeration(model) == tuple(s.value for s in result.stages), seed
    # A suite that met only one kind of programme would show nothing.
    assert min(outcomes.values()) >= 20
