"""What forcing or forbidding a pair costs, against solving again with it required or forbidden."""

from dataclasses import replace

import numpy as np
import pytest
from tests.assignment.test_worth import drawn, less, plain, values

from cmmatch import Candidates, Model, Termination, objectives, solve
from cmmatch.assignment.alternatives import exact_costs
from cmmatch.assignment.constraints import (
    Forbidden,
    GroupLimit,
    MenteeDemand,
    MentorCapacity,
    Required,
)
from cmmatch.assignment.pair_costs import cost_bounds, mentee_costs, pair_cost
from cmmatch.errors import ModelError, UnsupportedModel


def again(tiny, wanted, result, pair):
    """What is lost with a pair required, or forbidden where it is made; ``None``: it cannot be."""
    if pair in result.matching.pairs:
        other = replace(tiny, forbidden=(*tiny.forbidden, pair))
    else:
        other = replace(tiny, required=(*tiny.required, pair))
    try:
        solved = solve(other.model(wanted))
    except ModelError:
        return None
    if solved.termination is not Termination.OPTIMAL:
        return None
    return less(values(result), values(solved))


@pytest.mark.parametrize("block", range(3))
def test_costs_of_pairs_are_what_solving_again_finds(block):
    told = {"cost": 0, "free": 0, "made": 0, "impossible": 0, "bounds met": 0}
    for seed in range(block * 80, block * 80 + 80):
        tiny, wanted, model, result = drawn(seed)
        if result.termination is not Termination.OPTIMAL:
            continue
        lost = {}
        for i in range(tiny.scores.shape[0]):
            for cost in mentee_costs(model, result, str(i)):
                pair = (cost.mentee_id, cost.mentor_id)
                lost[pair] = again(tiny, wanted, result, pair)
                assert cost.exact
                assert cost.made == (pair in result.matching.pairs)
                assert lost[pair] == plain(cost.cost), (seed, pair)
                assert (cost.obstacle is None) == (lost[pair] is not None)
                told["made"] += cost.made
        for costs in (cost_bounds(model, result), exact_costs(model, result)):
            assert len(costs) == len(model.candidates)
            for k in range(len(costs)):
                cost = costs.of(k)
                real = lost[(cost.mentee_id, cost.mentor_id)]
                if cost.obstacle is not None or real is None:
                    assert real is None, (seed, cost)
                    assert cost.obstacle or cost.most is None
                    told["impossible"] += 1
                    continue
                assert plain(cost.least) <= real, (seed, cost)
                assert cost.most is None or real <= plain(cost.most), (seed, cost)
                told["bounds met"] += cost.exact
                told["cost" if any(map(any, real)) else "free"] += 1
        assert costs.exact.all()
    assert min(told.values()) >= 10


def test_reasons_name_what_stands_in_the_way():
    scores = np.array([[0.9, 0.5, np.nan], [0.4, 0.3, 0.2]])
    rules = [
        MentorCapacity([1, 1, 1]),
        MenteeDemand([1, 0]),
        Required((("0", "0"),)),
        Forbidden((("0", "1"),)),
    ]
    model = Model(Candidates.from_matrix(scores), rules, [objectives.TotalScore()])
    result = solve(model)

    assert [
        "a rule requires this pair",
        "a rule forbids this pair",
        "not eligible",
    ] == [cost.obstacle for cost in mentee_costs(model, result, "0")]
    assert pair_cost(model, result, "1", "0").obstacle == "no way to keep the rules"


def test_pairs_below_the_least_score_are_not_had():
    scored = Candidates.from_matrix([[0.9, 0.2]]).source
    candidates = Candidates.from_source(scored, min_score=0.5)
    model = Model(candidates, [MentorCapacity(1), MenteeDemand(1)], [objectives.TotalScore()])

    assert [None, "below the least score of candidates"] == [
        cost.obstacle for cost in mentee_costs(model, solve(model), "0")
    ]


def test_near_pairs_lose_no_more_than_is_allowed():
    scores = np.random.default_rng(3).integers(0, 100, (7, 5)) / 100
    rules = [MentorCapacity(1), MenteeDemand(1)]
    wanted = [objectives.MostMatched(), objectives.TotalScore()]
    model = Model(Candidates.from_matrix(scores), rules, wanted)
    result = solve(model)
    costs = exact_costs(model, result)
    sure, maybe = costs.within("total_score", 50_000)

    by_one = [pair_cost(model, result, str(i), str(j)).cost for i in range(7) for j in range(5)]
    assert sure.tolist() == [most == 0 and loss <= 50_000 for most, loss in by_one]
    assert 0 < sure.sum() < 35
    assert sure.tolist() == maybe.tolist()
    proven, possible = cost_bounds(model, result).within("total_score", 50_000)
    assert not (proven & ~sure).any()
    assert not (sure & ~possible).any()
    with pytest.raises(ValueError, match="there are: most_matched, total_score"):
        costs.within("total", 1)


def test_beyond_degrees_it_says_what_stands_in_the_way_and_what_to_do():
    candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1]])
    rules = [MentorCapacity(1), MenteeDemand(1)]
    limit = GroupLimit("few with 0", maximum=1, mentors=["0"])
    limited = Model(candidates, [*rules, limit], [objectives.TotalScore()])
    worst = Model(candidates, rules, [objectives.MostMatched(), objectives.WorstOff()])
    give = [objectives.MostMatched(tolerance=0.5), objectives.TotalScore()]
    given = Model(candidates, rules, give)

    for model, why in ((limited, "few with 0"), (worst, "worst_off"), (given, "most_matched")):
        with pytest.raises(UnsupportedModel, match=f"{why}.*exact_worth"):
            pair_cost(model, solve(model), "0", "0")


def test_the_last_objective_may_give_something_back_to_nobody():
    candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1]])
    rules = [MentorCapacity(1), MenteeDemand(1)]
    model = Model(candidates, rules, [objectives.TotalScore(tolerance=0.5)])

    assert (600_000,) == pair_cost(model, solve(model), "0", "0").cost


def test_nobody_by_that_id_is_said():
    model = Model(Candidates.from_matrix([[0.5]]), [MentorCapacity(1)], [objectives.TotalScore()])

    with pytest.raises(ModelError, match="'x' is none of the mentors"):
        pair_cost(model, solve(model), "0", "x")


def test_of_kept_candidates_only_they_count():
    candidates = Candidates.from_matrix([[0.9, 0.8], [0.9, 0.7]])
    few = Candidates.from_source(candidates.source, keep=1)
    rules = [MentorCapacity(1), MenteeDemand(1)]
    model = Model(few, rules, [objectives.MostMatched()])
    among_few, among_all = solve(model, kept_only=True), solve(model)

    assert 1 == len(among_few.matching)
    assert ((0,), None) == costs_of(model, among_few)
    assert 2 == len(among_all.matching)
    assert ((0,), (0,)) == costs_of(model, among_all)


def costs_of(model, result):
    """Of the unmade, or made, pairs of one mentee: the least cost with each mentor."""
    return tuple(each.cost for each in mentee_costs(model, result, "1"))
