"""What one more place is worth and one fewer costs, against solving again."""

from dataclasses import replace

import numpy as np
import pytest
from tests.assignment.tiny import UNIT, Tiny

from cmmatch import Candidates, Model, Termination, objectives, solve
from cmmatch.assignment.constraints import MenteeDemand, MentorCapacity
from cmmatch.assignment.result import in_order
from cmmatch.assignment.shadow_prices import place_prices
from cmmatch.errors import NoMatching, SolverDisagreement


def orders(tiny):
    """Objectives in several orders; all add up."""
    most, total = objectives.MostMatched(), objectives.TotalScore()
    calm = objectives.FewestChanges([("0", "0"), ("1", "1"), ("2", "0")])
    even = objectives.EvenLoad(places=np.maximum(tiny.places, 1))
    leximin = objectives.Leximin(step=0.5, lowest=-0.5, highest=1.5)
    ranked = [
        each(tiny.ranks)
        for each in (
            objectives.RankMaximal,
            objectives.GreedyMaximum,
            objectives.GenerousMaximum,
        )
    ]
    return (
        [total],
        [most],
        [most, total],
        [total, most],
        [most, even, total],
        [calm, total],
        [most, leximin, calm],
        [most, objectives.EvenLoad(), calm],
        *([each, total] for each in ranked),
    )


def drawn(seed):
    """A tiny programme with one of the orders, its model and its answer, if there is one."""
    tiny = Tiny.drawn(seed)
    wanted = orders(tiny)[seed % len(orders(tiny))]
    model = tiny.model(wanted)
    return tiny, wanted, model, solve(model)


def values(result):
    return [in_order(stage.value) for stage in result.stages]


def less(one, other):
    """Stage by stage, as numbers."""
    return tuple(
        tuple(a - b for a, b in zip(first, second, strict=True))
        for first, second in zip(one, other, strict=True)
    )


def plain(worth):
    return None if worth is None else tuple(in_order(each) for each in worth)


def changed(tiny, field, person, by):
    """The programme with one more or one fewer; ``None`` where that contradicts itself."""
    upper = getattr(tiny, field).copy()
    upper[person] += by
    least = tiny.least if field == "places" else tiny.needed
    if upper[person] < max(least[person], 0):
        return None
    return replace(tiny, **{field: upper})


@pytest.mark.parametrize("block", range(6))
def test_prices_of_places_and_demands_are_what_solving_again_finds(block):
    told = {"gain": 0, "loss": 0, "impossible": 0}
    for seed in range(block * 40, block * 40 + 40):
        tiny, wanted, model, result = drawn(seed)
        if result.termination is not Termination.OPTIMAL:
            continue
        prices = place_prices(model, result)
        assert prices.exact
        for field, people in (("places", prices.mentors), ("demand", prices.mentees)):
            for k, person in enumerate(people):
                more = solve(changed(tiny, field, k, 1).model(wanted))
                gain = less(values(more), values(result))
                assert gain == plain(person.more), (seed, field, k)
                other = changed(tiny, field, k, -1)
                fewer = None if other is None else solve(other.model(wanted))
                loss = None
                if fewer is not None and fewer.termination is Termination.OPTIMAL:
                    loss = less(values(result), values(fewer))
                assert loss == plain(person.fewer), (seed, field, k)
                told["gain"] += any(map(any, gain))
                told["loss"] += loss is not None and any(map(any, loss))
                told["impossible"] += loss is None
    # Programmes in which places are worth nothing would show nothing.
    assert min(told.values()) >= 10


def told(prices):
    """Without who has how many: among equals that is another matching's."""
    return [(each.person_id, each.more, each.fewer) for each in prices.mentors + prices.mentees]


def test_pairs_that_were_not_kept_are_looked_at_too():
    found = 0
    for seed in range(120):
        tiny, wanted, model, result = drawn(seed)
        if result.termination is not Termination.OPTIMAL:
            continue
        few = tiny.model(wanted, keep=1)
        found += len(few.candidates) < len(model.candidates)

        assert told(place_prices(model, result)) == told(place_prices(few, solve(few))), seed
    assert found > 20


def test_the_order_of_rows_changes_nothing():
    scores = np.random.default_rng(4).integers(0, 5, (9, 4)) * UNIT
    places = np.array([2, 1, 1, 2])
    wanted = [objectives.MostMatched(), objectives.TotalScore()]

    def worths(rows, columns):
        candidates = Candidates.from_matrix(
            scores[np.ix_(rows, columns)],
            mentee_ids=[f"e{k}" for k in rows],
            mentor_ids=[f"o{k}" for k in columns],
        )
        model = Model(candidates, [MentorCapacity(places[columns]), MenteeDemand(1)], wanted)
        prices = place_prices(model, solve(model))
        return sorted(prices.mentors + prices.mentees, key=lambda each: each.person_id)

    assert worths(np.arange(9), np.arange(4)) == worths(np.arange(9)[::-1], np.array([2, 0, 3, 1]))


def test_a_matching_that_is_not_the_best_has_no_prices():
    candidates = Candidates.from_matrix([[0.9, 0.1], [0.2, 0.8]])
    rules = [MentorCapacity(1), MenteeDemand(1)]
    model = Model(candidates, rules, [objectives.TotalScore()])
    other = Model(Candidates.from_matrix([[0.1, 0.9], [0.8, 0.2]]), rules, model.objectives)

    with pytest.raises(SolverDisagreement, match="not best by this model"):
        place_prices(model, solve(other))


def test_without_a_matching_there_are_no_prices():
    model = Model(
        Candidates.from_matrix([[0.5]]),
        [MentorCapacity(2, 2), MenteeDemand(1)],
        [objectives.MostMatched()],
    )

    with pytest.raises(NoMatching):
        place_prices(model, solve(model))
