"""What stability costs: against the best with and without it, and where no best is proven."""

import numpy as np
import pytest

from cmmatch import Candidates, Model, Termination, price_of_stability, solve
from cmmatch.assignment.blocking import blocking_pairs
from cmmatch.assignment.constraints import Forbidden, MenteeDemand, MentorCapacity, Required, Stable
from cmmatch.assignment.objectives import MostMatched, TotalScore
from cmmatch.assignment.result import Result, StageOutcome

WANTED = (MostMatched(), TotalScore())


def drawn(seed):
    rng = np.random.default_rng(seed)
    candidates = Candidates.from_matrix(rng.integers(0, 8, (9, 5)) / 8)
    rules = [MentorCapacity(rng.integers(1, 3, 5)), MenteeDemand(1)]
    values = {
        side: rng.integers(0, 6, len(candidates)) for side in ("mentee_value", "mentor_value")
    }
    return Model(candidates, rules, WANTED), values


def is_stable(found, model):
    return all(
        each.blocking_pairs == 0
        and len(
            blocking_pairs(
                model.candidates, each.matching, places=model.constraints[0].places, demand=1
            )
        )
        == 0
        for each in (found.stable, found.by_mentees, found.by_mentors)
    )


@pytest.mark.parametrize("seed", range(8))
def test_the_price_is_what_the_two_best_differ_by(seed):
    model, _ = drawn(seed)
    found = price_of_stability(model)
    places = model.constraints[0].places
    rule = Stable(model.candidates, places)
    free = solve(model)
    stable = solve(Model(model.candidates, [*model.constraints, rule], WANTED))
    totals = [each.stages[1].value / 1e6 for each in (free, stable)]

    assert [len(free.matching), len(stable.matching)] == [found.best.pairs, found.stable.pairs]
    assert totals == [found.best.total, found.stable.total]
    assert found.pairs == len(free.matching) - len(stable.matching)
    assert found.total == pytest.approx(totals[0] - totals[1])
    assert found.share == pytest.approx(found.total / totals[0])
    assert is_stable(found, model)
    assert found.best.proven
    assert found.stable.proven
    for proposed in (found.by_mentees, found.by_mentors):
        assert (found.stable.pairs, found.stable.total) >= (proposed.pairs, proposed.total)


@pytest.mark.parametrize("blocking", [0, 1])
def test_values_of_both_sides_say_what_is_stable(blocking):
    higher = 0
    for seed in range(6):
        model, values = drawn(seed)
        found = price_of_stability(model, blocking=blocking, **values)

        assert found.stable.blocking_pairs <= blocking
        assert 0 == found.by_mentees.blocking_pairs == found.by_mentors.blocking_pairs
        assert found.stable.total >= max(found.by_mentees.total, found.by_mentors.total)
        higher += found.total > 0
    assert higher > 3


def test_a_rule_of_stability_in_the_model_is_put_in_anew():
    model, _ = drawn(2)
    with_rule = Model(
        model.candidates,
        [*model.constraints, Stable(model.candidates, model.constraints[0].places)],
        WANTED,
    )

    assert str(price_of_stability(model)) == str(price_of_stability(with_rule))


def test_proposals_that_break_other_rules_say_so():
    candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1]])
    rules = [MentorCapacity(1), MenteeDemand(1), Forbidden((("0", "0"),))]
    found = price_of_stability(Model(candidates, rules, WANTED))

    assert 1 == found.by_mentees.broken == found.by_mentors.broken
    assert 2 == str(found).count("breaks rules 1 time")
    assert found.impossible
    assert None is found.stable is found.pairs is found.total is found.share
    assert "none keeps the rules (proven)" in str(found)


def stopped(matching=None, stages=()):
    return Result(Termination.NO_SOLUTION, stages, "all", "", 0, {}, _matching=matching)


def test_proposals_stand_in_where_nothing_was_found_in_time():
    model, values = drawn(4)

    def solver(given):
        whole = solve(given)
        return stopped() if any(isinstance(each, Stable) for each in given.constraints) else whole

    found = price_of_stability(model, solver=solver, **values)
    proposed = [(each.pairs, each.total) for each in (found.by_mentees, found.by_mentors)]

    assert not found.stable.proven
    assert 0 == found.stable.blocking_pairs
    assert (found.stable.pairs, found.stable.total) >= max(proposed)
    assert (found.best.pairs, None) == found.stable.bound
    assert f"at most {found.best.pairs} pairs can be" in str(found)


def test_a_choice_that_is_not_proven_gives_way_to_a_better_one_of_proposals():
    candidates = Candidates.from_matrix([[0.9, 0.5], [0.9, 0.4]])
    model = Model(candidates, [MentorCapacity(1), MenteeDemand(1)], WANTED)
    poor = solve(Model(candidates, [MentorCapacity([1, 0]), MenteeDemand(1)], WANTED)).matching
    stages = (StageOutcome("most_matched", 1, 2, proven=False),)

    def solver(given):
        whole = solve(given)
        ours = any(isinstance(each, Stable) for each in given.constraints)
        return stopped(poor, stages) if ours else whole

    found = price_of_stability(model, solver=solver)

    assert 2 == found.stable.pairs
    assert (2, None) == found.stable.bound


def test_required_pairs_count_for_the_best_as_for_the_stable():
    candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1]])
    rules = [MentorCapacity(1), MenteeDemand(1), Required((("0", "0"),))]
    found = price_of_stability(Model(candidates, rules, WANTED))

    assert (0, 0.0) == (found.pairs, found.total)
    assert found._repr_html_().startswith("<pre>")
