"""Worst off and leximin against their definitions, over every set of pairs of tiny programmes."""

from dataclasses import replace

import numpy as np
import pytest
from tests.assignment.tiny import UNIT, Enumeration, Tiny, best_of_all

from cmmatch import Candidates, Model, Termination, solve
from cmmatch.assignment.certificate import Certificate
from cmmatch.assignment.columns import Columns
from cmmatch.assignment.constraints import Forbidden, MenteeDemand, MentorCapacity, Required
from cmmatch.assignment.found import Optimum, Unanswered
from cmmatch.assignment.links import Link
from cmmatch.assignment.objectives import (
    GreedyMaximum,
    Leximin,
    MostMatched,
    RankMaximal,
    TotalScore,
    WorstOff,
)
from cmmatch.assignment.stages.threshold import Threshold, highest_score
from cmmatch.errors import ModelError, SolverDisagreement

LEXIMIN = Leximin(step=UNIT, lowest=-1.0, highest=2.0)
COARSE = Leximin(step=2 * UNIT)


def count(tiny, made):
    return len(made)


def total(tiny, made):
    return sum(map(tiny.score, made))


def lowest(tiny, made):
    """The highest score of all where nobody is badly off."""
    everyone = [round(w / UNIT) for w in tiny.scores[~np.isnan(tiny.scores)].tolist()]
    return min(map(tiny.score, made), default=max(everyone, default=0))


def lowest_of_chosen(tiny, made):
    return lowest(tiny, [pair for pair in made if pair not in tiny.required])


def ascending(tiny, made):
    """From the lowest up: of two such lists of one length the greater is better."""
    return sorted(map(tiny.score, made))


def coarse(tiny, made):
    """The same with scores that are alike: below 0.5, below 1, and the rest."""
    return sorted(max(0, min(2, tiny.score(pair) // 2)) for pair in made)


ORDERS = [
    ((MostMatched(), WorstOff()), (count, lowest)),
    ((MostMatched(), WorstOff(), TotalScore()), (count, lowest, total)),
    ((MostMatched(), TotalScore(), WorstOff()), (count, total, lowest)),
    ((TotalScore(), MostMatched(), WorstOff()), (total, count, lowest)),
    ((MostMatched(), LEXIMIN), (count, ascending)),
    ((MostMatched(), LEXIMIN, TotalScore()), (count, ascending, total)),
    ((TotalScore(), MostMatched(), LEXIMIN), (total, count, ascending)),
    ((MostMatched(), COARSE, WorstOff(), TotalScore()), (count, coarse, lowest, total)),
    ((MostMatched(), WorstOff(), COARSE, TotalScore()), (count, lowest, coarse, total)),
]


@pytest.mark.parametrize("keep", [None, 1])
@pytest.mark.parametrize("k", range(len(ORDERS)))
def test_every_order_of_objectives_reaches_the_best_of_all_sets(k, keep):
    objectives, definitions = ORDERS[k]
    feasible = 0
    for seed in range(k * 50, k * 50 + 50):
        tiny = Tiny.drawn(seed)
        wanted = best_of_all(tiny, definitions)
        model = tiny.model(objectives, keep=keep)
        result = solve(model)
        bounds = result.certificate.check(model.candidates.source)

        assert (Termination.INFEASIBLE is result.termination) == (wanted is None), seed
        if wanted is None:
            continue
        feasible += 1
        assert result.proven, seed
        assert wanted == [each(tiny, result.matching.pairs) for each in definitions], seed
        assert all(s.value == s.bound == bounds[s.name] for s in result.stages), seed
    assert feasible >= 25


@pytest.mark.parametrize("keep", [None, 1])
def test_exempt_pairs_are_made_and_do_not_count(keep):
    spared = 0
    for seed in range(500, 650):
        tiny = Tiny.drawn(seed)
        definitions = (count, lowest_of_chosen, total)
        wanted = best_of_all(tiny, definitions)
        if not tiny.required or wanted is None:
            continue
        orders = (MostMatched(), WorstOff(exempt=tiny.required), TotalScore())
        model = tiny.model(orders, keep=keep)
        result = solve(model)

        assert wanted == [stage.value for stage in result.stages], seed
        assert result.certificate.check(model.candidates.source)["worst_off"] == wanted[1], seed
        spared += wanted[1] > best_of_all(tiny, (count, lowest))[1]
    assert spared >= 5


def test_a_minimum_that_forces_pairs_may_stand_instead_of_their_number():
    forced = 0
    for seed in range(700, 800):
        tiny = Tiny.drawn(seed)
        wanted = best_of_all(tiny, (lowest, count))
        if wanted is None or not (tiny.least.any() or tiny.needed.any()):
            continue
        forced += 1
        result = solve(tiny.model((WorstOff(), MostMatched())))

        assert wanted == [stage.value for stage in result.stages], seed
    assert forced >= 15


@pytest.mark.parametrize("objective", [WorstOff(), Leximin(step=UNIT)])
@pytest.mark.parametrize("before", [(), (TotalScore(),), (RankMaximal({}),)])
def test_without_a_settled_number_of_pairs_it_is_refused(objective, before):
    tiny = replace(
        Tiny.drawn(0), needed=np.zeros(4, int), least=np.zeros(3, int), scores=np.ones((4, 3))
    )
    rules = [MentorCapacity(1), MenteeDemand(1)]
    candidates = Candidates.from_matrix(tiny.scores, resolution=UNIT)

    with pytest.raises(ModelError, match="Put most_matched before it"):
        Model(candidates, rules, (*before, objective, MostMatched()))
    Model(candidates, rules, (*before, MostMatched(), objective))
    Model(candidates, rules, (*before, GreedyMaximum({}), objective))
    Model(candidates, [MentorCapacity(1, 1), MenteeDemand(1)], (*before, objective))


def test_a_tolerance_gives_back_of_the_lowest_score_for_a_higher_total():
    """2 and 2 are the best lowest score; 1 and 4 have the higher total, at half of it."""
    scores = [[0.5, 1.0], [0.25, 0.5]]
    rules = [MentorCapacity(1), MenteeDemand(1)]

    def values(tolerance):
        wanted = (MostMatched(), WorstOff(tolerance), TotalScore())
        model = Model(Candidates.from_matrix(scores, resolution=UNIT), rules, wanted)
        result = solve(model)
        result.certificate.check(model.candidates.source)
        return [stage.value for stage in result.stages]

    assert [2, 2, 4] == values(0.0) == values(0.49)
    assert [2, 1, 5] == values(0.5)


def test_beyond_degrees_the_values_are_those_of_the_definitions():
    """A number of pairs that may be given back is a row; one of two pairs may be."""
    half, shown = 0.5, 0
    for seed in range(900, 990):
        tiny = Tiny.drawn(seed)
        sets = list(tiny.feasible())
        if not sets:
            continue
        most = max(map(len, sets))
        enough = [made for made in sets if len(made) >= most - int(half * most)]
        for objective, definition in ((WorstOff(), lowest), (COARSE, fewest)):
            wanted = max((definition(tiny, made), total(tiny, made)) for made in enough)
            model = tiny.model((MostMatched(half), objective, TotalScore()))
            result = solve(model, backends=(Enumeration(),))
            made = result.matching.pairs
            bounds = result.certificate.check(model.candidates.source)
            shown += bounds.get("worst_off") == result.stages[1].value

            assert wanted == (definition(tiny, made), total(tiny, made)), seed
            assert result.proven, seed
    # Prices alone prove most limits; where they do not, nothing is shown.
    assert shown >= 20


def fewest(tiny, made):
    """Of each level as few as can be, the lowest first; where their number may vary."""
    levels = [max(0, min(2, tiny.score(pair) // 2)) for pair in made]
    return [-levels.count(0), -levels.count(1)]


def test_no_pairs_at_all_have_the_highest_of_all_scores_as_their_lowest():
    candidates = Candidates.from_matrix([[0.5, -0.25]], resolution=UNIT)
    rules = [MentorCapacity(0), MenteeDemand(1)]
    result = solve(Model(candidates, rules, (MostMatched(), WorstOff(), LEXIMIN)))

    assert [0, 2, (0,) * 12] == [stage.value for stage in result.stages]
    assert 2 == result.certificate.check(candidates.source)["worst_off"]
    assert 0 == WorstOff().value(result.matching, Candidates.from_matrix([[np.nan]]).source)


def test_the_highest_score_is_exact_where_blocks_are_not():
    """float32 holds 24 bits: these scores are equal in it."""
    scores = np.array([[2.0**30 + 1, 2.0**30 + 3], [np.nan, 2.0**30 + 2]])
    source = Candidates.from_matrix(scores, resolution=1.0).source

    assert np.ptp(source.block(np.array([0]))) == 0
    assert 2**30 + 3 == highest_score(source)


def threshold_result():
    candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1], [0.3, 0.2]])
    rules = [MentorCapacity(1), MenteeDemand(1)]
    model = Model(candidates, rules, (MostMatched(), WorstOff(), Leximin(), TotalScore()))
    return candidates, solve(model)


def test_a_limit_that_the_prices_do_not_prove_is_refused():
    candidates, result = threshold_result()
    proof = next(p for p in result.certificate.proofs if p.name == "worst_off")
    nothing = {"mentee": np.zeros(3, dtype=np.int64), "mentor": np.zeros(2, dtype=np.int64)}
    lies = (
        replace(proof, limit=799_999),
        replace(proof, below=None),
        # Prices of which none is charged prove that no pair need be below, and no more.
        replace(proof, below=replace(proof.below, link=replace(proof.below.link, **nothing))),
    )

    assert 800_000 == proof.limit == Certificate((proof,)).check(candidates.source)["worst_off"]
    for lie in lies:
        with pytest.raises(SolverDisagreement, match="worst_off: the prices prove"):
            Certificate((lie,)).check(candidates.source)


def test_counts_that_the_prices_do_not_prove_are_refused():
    candidates, result = threshold_result()
    proof = next(p for p in result.certificate.proofs if p.name == "leximin")
    link = proof.link
    lies = (
        replace(proof, link=replace(link, value=link.value + 1)),
        replace(proof, link=replace(link, mentee=link.mentee + 1)),
    )

    assert (0,) * 80 + (-2,) + (0,) * 19 == Certificate((proof,)).check(candidates.source)[
        "leximin"
    ]
    for lie in lies:
        with pytest.raises(SolverDisagreement, match="leximin: the prices prove"):
            Certificate((lie,)).check(candidates.source)


def pairs_of(scores, places, objectives, *, rows, columns, keep):
    """Solve with people in another order; names go with them."""
    candidates = Candidates.from_matrix(
        scores[np.ix_(rows, columns)],
        mentee_ids=[f"e{k}" for k in rows],
        mentor_ids=[f"o{k}" for k in columns],
    )
    if keep:
        candidates = Candidates.from_source(candidates.source, keep=keep)
    rules = [MentorCapacity(places[columns]), MenteeDemand(1)]
    return sorted(solve(Model(candidates, rules, objectives)).matching.pairs)


@pytest.mark.parametrize("keep", [None, 2])
def test_row_order_decides_nothing_even_among_equals(keep):
    for seed in range(40):
        rng = np.random.default_rng(seed)
        n, m = int(rng.integers(2, 10)), int(rng.integers(2, 7))
        given = rng.integers(0, 4, (n, m)) / 4, rng.integers(0, 3, m), ORDERS[1 + 4 * (seed % 2)][0]
        straight = np.arange(n), np.arange(m)
        shuffled = rng.permutation(n), rng.permutation(m)
        one, other = (
            pairs_of(*given, rows=rows, columns=columns, keep=keep)
            for rows, columns in (straight, shuffled)
        )

        assert one == other, seed


@pytest.mark.parametrize(
    "given",
    [
        {"step": 0.0},
        {"step": -0.1},
        {"step": float("nan")},
        # not one level
        {"step": 0.5, "highest": 0.25},
        # a number for each of 100,000 levels
        {"step": 1e-5},
    ],
)
def test_levels_that_there_are_not_or_too_many_are_refused(given):
    with pytest.raises(ModelError, match="there must be 1 to 10000 levels"):
        Leximin(**given)


def test_a_step_between_units_of_the_scores_is_refused():
    candidates = Candidates.from_matrix([[0.5]], resolution=UNIT)
    model = Model(candidates, [MentorCapacity(1)], (MostMatched(), Leximin(step=0.3)))

    with pytest.raises(ModelError, match=r"whole multiple of 0\.25"):
        solve(model)


def test_an_exempt_pair_must_be_required_and_somebodys():
    rules = [MentorCapacity(1), MenteeDemand(1)]
    candidates = Candidates.from_matrix([[0.5, 0.25]], mentee_ids=["e"], mentor_ids=["a", "b"])

    def solved(exempt, *more):
        wanted = (MostMatched(), WorstOff(exempt=exempt))
        return solve(Model(candidates, [*rules, *more], wanted))

    with pytest.raises(ModelError, match="e with a is not"):
        solved((("e", "a"),), Required((("e", "b"),)))
    with pytest.raises(ModelError, match="'x' is none of the mentees"):
        solved((("x", "a"),))
    assert 500_000 == solved((("e", "b"),), Required((("e", "b"),))).stages[1].value
    assert 250_000 == solved((), Forbidden((("e", "a"),))).stages[1].value


class Stub:
    """A search over one mentee with three mentors, whose answers after the first are given."""

    def __init__(self, later):
        self.later, self.asked = later, 0

    def maximise(self, space, aim, *, name, enough=None):
        self.asked += 1
        if self.asked > 2 and self.later is None:
            raise Unanswered(Termination.NO_SOLUTION)
        one = np.array([0])
        chosen = Columns(one, one, np.array([2]), 3)
        value = int(aim.value(one, one, chosen.score)[0])
        nothing = np.zeros(1, dtype=np.int64), np.zeros(3, dtype=np.int64)
        bound = value if self.later is None else value + self.later
        return Optimum(chosen, value, bound, space, aim, Link(aim, *nothing, value=0))


def run_of(stub):
    candidates = Candidates.from_matrix([[2.0, 4.0, 9.0]], resolution=1.0)
    space, _ = Model(candidates, [], (MostMatched(),)).compiled()
    return Threshold("worst_off", candidates.source).run(space, stub)


def test_a_limit_that_only_a_backend_vouches_for_has_a_bound_and_no_proof():
    run = run_of(Stub(0))

    assert (2,) == run.value == run.bound
    assert () == run.proofs
    assert 2 == run.space.at_least


def test_a_limit_that_is_not_refuted_is_not_a_bound():
    run = run_of(Stub(1))

    assert (2,) == run.value
    assert (9,) == run.bound


def test_out_of_time_the_best_limit_so_far_stands_with_what_bounds_it():
    run = run_of(Stub(None))

    assert (2,) == run.value
    assert (5,) == run.bound
