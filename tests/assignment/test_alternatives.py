"""Next best matchings and what the best have in common, against every matching there is."""

import numpy as np
import pytest
from tests.assignment.test_worth import drawn

from cmmatch import Candidates, Matching, Model, Termination, objectives, solve
from cmmatch.assignment.alternatives import alternatives, common_pairs, exact_costs
from cmmatch.assignment.constraints import MenteeDemand, MentorCapacity
from cmmatch.assignment.pair_costs import mentee_costs
from cmmatch.assignment.result import in_order
from cmmatch.errors import ModelError


def all_matchings(tiny, model):
    """Every matching that keeps the rules with its values, the best first."""
    ids = model.candidates.source.mentee_ids, model.candidates.source.mentor_ids
    found = []
    for made in tiny.feasible():
        matching = Matching.from_ids(made, mentee_ids=ids[0], mentor_ids=ids[1])
        numbers = [in_order(model.value(each, matching)) for each in model.objectives]
        found.append((tuple(numbers), frozenset(made)))
    return sorted(found, key=lambda each: each[0], reverse=True)


@pytest.mark.parametrize("block", range(2))
def test_next_best_matchings_are_those_of_full_enumeration(block):
    met, unlike = 0, 0
    for seed in range(block * 60, block * 60 + 60):
        tiny, _, model, result = drawn(seed)
        if result.termination is not Termination.OPTIMAL:
            continue
        ranked = all_matchings(tiny, model)
        best = ranked[0][0]
        next_best = alternatives(model, result, count=7)

        assert len(next_best) == min(7, len(ranked) - 1), seed
        first = frozenset(result.matching.pairs)
        seen = {first}
        for (numbers, _), each in zip(ranked[1:], next_best, strict=False):
            lost = [
                tuple(a - b for a, b in zip(one, two, strict=True))
                for one, two in zip(best, numbers, strict=True)
            ]
            made = frozenset(each.matching.pairs)
            assert lost == [in_order(loss) for loss in each.loss], seed
            assert (numbers, made) in ranked
            assert made == (first - set(each.lost)) | set(each.new)
            assert made not in seen
            seen.add(made)
            met += 1
            unlike += any(map(any, lost))
    assert met > 50
    assert unlike > 30


def test_common_pairs_are_those_of_full_enumeration():
    some = 0
    for seed in range(180):
        tiny, wanted, model, result = drawn(seed)
        if result.termination is not Termination.OPTIMAL:
            continue
        ranked = all_matchings(tiny, model)
        best = [made for numbers, made in ranked if numbers == ranked[0][0]]
        in_all = frozenset.intersection(*best)
        in_some = frozenset.union(*best) - in_all

        for each in (common_pairs(model, result), few_kept(tiny, wanted)):
            assert set(each.in_all) == in_all, seed
            assert set(each.in_some) == in_some, seed
        some += bool(in_some)
    assert some > 10


def few_kept(tiny, wanted):
    model = tiny.model(wanted, keep=1)
    return common_pairs(model, solve(model))


def test_the_order_of_rows_changes_no_alternative():
    scores = np.random.default_rng(4).integers(0, 4, (8, 4)) / 4
    wanted = [objectives.MostMatched(), objectives.TotalScore()]

    def told(rows, columns):
        candidates = Candidates.from_matrix(
            scores[np.ix_(rows, columns)],
            mentee_ids=[f"e{k}" for k in rows],
            mentor_ids=[f"o{k}" for k in columns],
        )
        model = Model(candidates, [MentorCapacity(2), MenteeDemand(1)], wanted, seed=3)
        return [
            (each.loss, sorted(each.matching.pairs))
            for each in alternatives(model, solve(model), count=10)
        ]

    assert told(np.arange(8), np.arange(4)) == told(np.arange(8)[::-1], np.array([2, 0, 3, 1]))


def test_where_only_one_matching_is_there_is_no_other():
    model = Model(
        Candidates.from_matrix([[0.5]]),
        [MentorCapacity(1, 1), MenteeDemand(1)],
        [objectives.TotalScore()],
    )

    assert alternatives(model, solve(model)) == ()


def test_fewer_than_one_alternative_cannot_be_asked_for():
    model = Model(Candidates.from_matrix([[0.5]]), [], [objectives.TotalScore()])

    with pytest.raises(ModelError, match="1 or more; given 0"):
        alternatives(model, solve(model), count=0)


def larger(seed):
    """Some 40 people with minimum loads, demands of two and ties."""
    rng = np.random.default_rng(seed)
    n, m = 30, 9
    scores = np.where(rng.random((n, m)) < 0.3, np.nan, rng.integers(0, 40, (n, m)) / 40)
    places = rng.integers(1, 5, m)
    rules = [
        MentorCapacity(places, rng.integers(0, 2, m)),
        MenteeDemand(rng.integers(0, 3, n)),
    ]
    wanted = [
        objectives.MostMatched(),
        objectives.EvenLoad(places=places),
        objectives.TotalScore(),
    ]
    return Model(Candidates.from_matrix(scores), rules, wanted)


@pytest.mark.parametrize("seed", range(4))
def test_in_a_larger_programme_two_ways_to_find_costs_agree_and_give_the_next_best(seed):
    model = larger(seed)
    result = solve(model)
    assert result.proven
    costs = exact_costs(model, result)
    told = [costs.of(k) for k in range(len(costs))]

    for mentee in ("0", "7", "19"):
        one = {each.mentor_id: each for each in mentee_costs(model, result, mentee)}
        for each in told:
            if each.mentee_id == mentee:
                assert each == one[each.mentor_id]
    least = min(each.cost for each in told if each.cost is not None)
    assert alternatives(model, result, count=1)[0].loss == least
