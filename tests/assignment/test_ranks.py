"""Profiles of ranks against their definitions, over every set of pairs of tiny programmes."""

import pytest
from tests.assignment.tiny import Enumeration, Tiny, best_of_all

from cmmatch import Candidates, Model, Termination, solve
from cmmatch.assignment.constraints import MenteeDemand, MentorCapacity
from cmmatch.assignment.objectives import (
    GenerousMaximum,
    GreedyMaximum,
    MostMatched,
    RankMaximal,
    TotalScore,
)
from cmmatch.errors import ModelError


def profile(tiny, made):
    """Pairs of each rank that is given to anybody, the best first, and pairs without one."""
    counts = dict.fromkeys(sorted(set(tiny.ranks.values())), 0)
    for pair in made:
        if pair in tiny.ranks:
            counts[tiny.ranks[pair]] += 1
    return (*counts.values(), sum(pair not in tiny.ranks for pair in made))


def greedy(tiny, made):
    return (len(made), *profile(tiny, made)[:-1])


def generous(tiny, made):
    return (len(made), *(-each for each in reversed(profile(tiny, made)[1:])))


def count(tiny, made):
    return len(made)


def total(tiny, made):
    return sum(map(tiny.score, made))


KINDS = [(RankMaximal, profile), (GreedyMaximum, greedy), (GenerousMaximum, generous)]
ORDERS = [
    lambda ranked: (ranked,),
    lambda ranked: (ranked, TotalScore()),
    lambda ranked: (MostMatched(), ranked, TotalScore()),
    lambda ranked: (TotalScore(), ranked),
]
DEFINITIONS = [
    lambda definition: (definition,),
    lambda definition: (definition, total),
    lambda definition: (count, definition, total),
    lambda definition: (total, definition),
]


@pytest.mark.parametrize("keep", [None, 1])
@pytest.mark.parametrize(("kind", "definition"), KINDS)
def test_every_order_of_objectives_reaches_the_best_of_all_sets(kind, definition, keep):
    feasible = 0
    for seed in range(200):
        tiny = Tiny.drawn(seed)
        definitions = DEFINITIONS[seed % 4](definition)
        wanted = best_of_all(tiny, definitions)
        model = tiny.model(ORDERS[seed % 4](kind(tiny.ranks)), keep=keep)
        result = solve(model)
        bounds = result.certificate.check(model.candidates.source)

        assert (Termination.INFEASIBLE is result.termination) == (wanted is None), seed
        if wanted is None:
            continue
        feasible += 1
        assert wanted == [stage.value for stage in result.stages], seed
        assert wanted == [each(tiny, result.matching.pairs) for each in definitions], seed
        assert wanted == [bounds[stage.name] for stage in result.stages], seed
        assert result.proven, seed
    assert feasible >= 100


@pytest.mark.parametrize(("kind", "definition"), KINDS)
def test_beyond_degrees_the_values_are_those_of_the_definitions(kind, definition):
    """A total of which a part may be given back is a row."""
    for seed in range(300, 340):
        tiny = Tiny.drawn(seed)
        sets = list(tiny.feasible())
        if not sets:
            continue
        most = max(total(tiny, made) for made in sets)
        wanted = max(
            definition(tiny, made)
            for made in sets
            if total(tiny, made) >= most - int(0.3 * abs(most))
        )
        model = tiny.model((TotalScore(0.3), kind(tiny.ranks)))
        result = solve(model, backends=(Enumeration(),))

        result.certificate.check(model.candidates.source)

        assert wanted == result.stages[1].value == definition(tiny, result.matching.pairs), seed


def test_one_more_first_wish_is_worth_any_number_of_others_and_of_people():
    """The first wish of b leaves a with nobody."""
    candidates = Candidates.from_matrix([[0.5, float("nan")], [0.5, 0.5]])
    ranks = {("0", "0"): 2, ("1", "0"): 1, ("1", "1"): 3}
    rules = [MentorCapacity(1), MenteeDemand(1)]

    def solved(objective):
        return solve(Model(candidates, rules, (objective,)))

    assert (("1", "0"),) == solved(RankMaximal(ranks)).matching.pairs
    assert (("0", "0"), ("1", "1")) == solved(GreedyMaximum(ranks)).matching.pairs
    assert (1, 0, 0, 0) == solved(RankMaximal(ranks)).stages[0].value
    assert (2, 0, 1, 1) == solved(GreedyMaximum(ranks)).stages[0].value


def test_greedy_and_generous_part_where_first_wishes_cost_last_ones():
    scores = [[0.5, 0.5], [0.5, 0.5]]
    ranks = {("0", "0"): 1, ("0", "1"): 2, ("1", "0"): 2}
    rules = [MentorCapacity(1), MenteeDemand(1)]

    def pairs(objective):
        return solve(Model(Candidates.from_matrix(scores), rules, (objective,))).matching.pairs

    assert (("0", "0"), ("1", "1")) == pairs(GreedyMaximum(ranks))
    assert (("0", "1"), ("1", "0")) == pairs(GenerousMaximum(ranks))


@pytest.mark.parametrize("kind", [RankMaximal, GreedyMaximum, GenerousMaximum])
@pytest.mark.parametrize("rank", [0, -1, 1.0, True, "1", None])
def test_a_rank_that_is_no_whole_number_from_1_is_refused(kind, rank):
    with pytest.raises(ModelError, match="0 with 1 has"):
        kind({("0", "1"): rank})


@pytest.mark.parametrize("kind", [RankMaximal, GreedyMaximum, GenerousMaximum])
def test_a_rank_for_nobody_is_refused(kind):
    candidates = Candidates.from_matrix([[0.5]])
    model = Model(candidates, [MentorCapacity(1)], (kind({("0", "7"): 1}),))

    with pytest.raises(ModelError, match="'7' is none of the mentors"):
        solve(model)


@pytest.mark.parametrize("kind", [RankMaximal, GreedyMaximum, GenerousMaximum])
def test_nothing_can_be_given_back(kind):
    with pytest.raises(TypeError):
        kind({}, tolerance=0.1)
