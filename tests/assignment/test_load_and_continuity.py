"""Even load and fewest changes: every value against brute force, every certificate recomputed."""

import numpy as np
import pytest
from tests.tiny_models import best_matchings, few_kept, tiny_candidates, tiny_rules

from cmmatch import Candidates, Model, solve
from cmmatch.assignment.constraints import MenteeDemand, MentorCapacity
from cmmatch.assignment.objectives import EvenLoad, FewestChanges, MostMatched, TotalScore
from cmmatch.errors import ModelError


def tiny_model(seed, objectives):
    rng = np.random.default_rng(seed)
    candidates = tiny_candidates(rng)
    rules = tiny_rules(rng, candidates)
    return Model(candidates, rules, objectives(rng, candidates.shape), int(rng.integers(100)))


def drawn_pairs(rng, shape):
    """Pairs that an earlier matching may have had, with people who are gone."""
    n, m = shape
    return [(str(rng.integers(0, n + 2)), str(rng.integers(0, m + 2))) for _ in range(4)]


ORDERS = {
    "even after most": lambda rng, shape: (MostMatched(), EvenLoad(), TotalScore()),
    "even to places": lambda rng, shape: (
        MostMatched(),
        EvenLoad(places=rng.integers(0, 5, shape[1])),
        TotalScore(),
    ),
    "even after total": lambda rng, shape: (MostMatched(), TotalScore(), EvenLoad()),
    "changes alone": lambda rng, shape: (FewestChanges(drawn_pairs(rng, shape)),),
    "changes last": lambda rng, shape: (
        MostMatched(),
        TotalScore(),
        FewestChanges(drawn_pairs(rng, shape)),
    ),
    "changes before total": lambda rng, shape: (
        MostMatched(),
        FewestChanges(drawn_pairs(rng, shape)),
        TotalScore(),
    ),
    "all": lambda rng, shape: (
        MostMatched(),
        EvenLoad(),
        FewestChanges(drawn_pairs(rng, shape)),
        TotalScore(),
    ),
}


@pytest.mark.parametrize("order", ORDERS)
def test_values_are_those_of_brute_force_and_proven_over_every_pair(order):
    feasible = 0
    for seed in range(50):
        model = tiny_model(seed, ORDERS[order])
        left, best = best_matchings(model)
        if not left:
            continue
        feasible += 1
        for each in (model, few_kept(model)):
            result = solve(each)

            assert best == tuple(stage.value for stage in result.stages), seed
            assert (
                list(best)
                == list(result.certificate.check(each.candidates.source).values())[-len(best) :]
            ), seed
    assert feasible >= 25


def test_loads_are_even_where_scores_would_fill_one_mentor():
    candidates = Candidates.from_matrix([[0.9, 0.1, 0.1]] * 4)
    rules = [MentorCapacity(4), MenteeDemand(1)]
    result = solve(Model(candidates, rules, (MostMatched(), EvenLoad(), TotalScore())))

    assert [2, 1, 1] == result.matching.mentor_load.tolist()
    assert -6 == result.stages[1].value


def test_loads_follow_places_where_these_are_given():
    candidates = Candidates.from_matrix([[0.1, 0.9]] * 6)
    rules = [MentorCapacity([8, 4]), MenteeDemand(1)]
    result = solve(Model(candidates, rules, (MostMatched(), EvenLoad(places=[8, 4]))))

    assert [4, 2] == result.matching.mentor_load.tolist()
    # In eighths: 16 / 8 + 4 / 4 = 3.
    assert -24 == result.stages[1].value


def test_many_different_places_are_counted_in_millionths():
    places = [7, 11, 13, 17, 19, 23]
    candidates = Candidates.from_matrix(np.full((6, 6), 0.5))
    rules = [MentorCapacity(places), MenteeDemand(1)]
    result = solve(Model(candidates, rules, (MostMatched(), EvenLoad(places=places))))
    loads = result.matching.mentor_load
    true = (loads**2 / np.array(places)).sum()

    assert abs(-result.stages[1].value / 10**6 - true) < 1e-5
    # The next mentee of a mentor adds 1, 3, ... by its places: 3 by 23 is less than 1 by 7.
    assert [0, 1, 1, 1, 1, 2] == loads.tolist()


def test_even_load_needs_a_settled_number_of_pairs():
    candidates = Candidates.from_matrix([[0.5]])

    with pytest.raises(ModelError, match="even_load must follow an objective that settles"):
        Model(candidates, [], (EvenLoad(),))


# A negative number, a broken one, one for too few mentors, and one for all.
@pytest.mark.parametrize("places", [[-1, 2], [1.5, 2.0], [2], 3])
def test_places_are_one_whole_number_a_mentor(places):
    model = Model(
        Candidates.from_matrix([[0.5, 0.5]]),
        [MentorCapacity(1)],
        (MostMatched(), EvenLoad(places=places)),
    )

    with pytest.raises(ModelError, match="one for each of the 2 mentors"):
        solve(model)


def test_earlier_pairs_stay_where_nothing_speaks_against_it():
    candidates = Candidates.from_matrix(np.full((3, 3), 0.5))
    before = [("0", "2"), ("1", "1"), ("gone", "0"), ("2", "left"), ("0", "2")]
    rules = [MentorCapacity(1), MenteeDemand(1)]
    wanted = (MostMatched(), TotalScore(), FewestChanges(iter(before)))
    result = solve(Model(candidates, rules, wanted))

    assert 2 == result.stages[2].value
    assert {("0", "2"), ("1", "1"), ("2", "0")} == set(result.matching.pairs)


TOLERANT = {
    "most": lambda rng, shape: (MostMatched(0.4), TotalScore()),
    "total": lambda rng, shape: (MostMatched(), TotalScore(0.3), EvenLoad()),
    "even": lambda rng, shape: (MostMatched(), EvenLoad(1), TotalScore()),
    "even to places": lambda rng, shape: (
        MostMatched(),
        EvenLoad(0.5, places=rng.integers(1, 4, shape[1])),
        TotalScore(0.2),
        FewestChanges(drawn_pairs(rng, shape)),
    ),
    "changes": lambda rng, shape: (FewestChanges(drawn_pairs(rng, shape), 0.5), TotalScore()),
}


@pytest.mark.parametrize("order", TOLERANT)
def test_later_stages_spend_no_more_than_a_tolerance_and_all_of_it_where_that_is_best(order):
    spent = 0
    for seed in range(40):
        model = tiny_model(seed, TOLERANT[order])
        left, best = best_matchings(model)
        if not left:
            continue
        result = solve(model)
        result.certificate.check(model.candidates.source)
        reached = tuple(stage.value for stage in result.stages)

        assert result.matching.pairs in left, seed
        assert best[-1] == reached[-1], seed
        assert result.proven, seed
        spent += reached < best
    assert spent
