"""Worst off and leximin against their definitions, over every set of pairs of tiny programmes."""

import numpy as np
import pytest
from tests.assignment.tiny import UNIT, Tiny

from cmmatch import Termination, solve
from cmmatch.assignment.objectives import Leximin, MostMatched, TotalScore, WorstOff

LEXIMIN = Leximin(step=UNIT, lowest=-1.0, highest=2.0)
COARSE = Leximin(step=2 * UNIT, lowest=0.0, highest=1.0)


def count(tiny, made):
    return len(made)


def total(tiny, made):
    return sum(map(tiny.score, made))


def lowest(tiny, made):
    """The highest of all scores where nobody is badly off."""
    everyone = [round(float(w) / UNIT) for w in tiny.scores[~np.isnan(tiny.scores)]]
    return min(map(tiny.score, made), default=max(everyone, default=0))


def lowest_of_the_chosen(tiny, made):
    return lowest(tiny, [pair for pair in made if pair not in tiny.required])


def ascending(tiny, made):
    """The scores from the lowest up: one such list is better than another of the same length."""
    return sorted(map(tiny.score, made))


def coarse(tiny, made):
    """As above, with what is alike: below 0.5, below 1, and the rest."""
    return sorted(max(0, min(2, tiny.score(pair) // 2)) for pair in made)


def best(tiny, definitions):
    keys = [[each(tiny, made) for each in definitions] for made in tiny.feasible()]
    return max(keys, default=None)


ORDERS = [
    ((MostMatched(), WorstOff()), (count, lowest)),
    ((MostMatched(), WorstOff(), TotalScore()), (count, lowest, total)),
    ((MostMatched(), TotalScore(), WorstOff()), (count, total, lowest)),
    ((TotalScore(), MostMatched(), WorstOff()), (total, count, lowest)),
    ((MostMatched(), LEXIMIN), (count, ascending)),
    ((MostMatched(), LEXIMIN, TotalScore()), (count, ascending, total)),
    ((MostMatched(), COARSE, TotalScore()), (count, coarse, total)),
    ((MostMatched(), COARSE, WorstOff(), TotalScore()), (count, coarse, lowest, total)),
    ((MostMatched(), WorstOff(), COARSE, TotalScore()), (count, lowest, coarse, total)),
    ((TotalScore(), MostMatched(), LEXIMIN), (total, count, ascending)),
]


@pytest.mark.parametrize(("objectives", "definitions"), ORDERS)
@pytest.mark.parametrize("keep", [None, 1])
def test_every_order_of_objectives_reaches_the_best_of_all_sets(objectives, definitions, keep):
    feasible = 0
    for seed in range(60):
        tiny = Tiny.drawn(seed)
        wanted = best(tiny, definitions)
        model = tiny.model(objectives, keep=keep)
        result = solve(model)
        bounds = result.certificate.check(model.candidates.source)

        assert (Termination.INFEASIBLE is result.termination) == (wanted is None), seed
        if wanted is None:
            continue
        feasible += 1
        assert result.proven
        assert wanted == [each(tiny, result.matching.pairs) for each in definitions], seed
        for stage in result.stages:
            assert stage.value == stage.bound == bounds[stage.name], seed
    assert feasible >= 30
