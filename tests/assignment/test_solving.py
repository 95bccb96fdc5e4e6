"""solve(): verification, infeasibility by name, determinism, refusals."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch import Candidates, Model, Termination, solve
from cmmatch.assignment.backends import MinCostFlow
from cmmatch.assignment.constraints import Forbidden, MenteeDemand, MentorCapacity, Required
from cmmatch.assignment.form import Need
from cmmatch.assignment.matching import Matching
from cmmatch.assignment.objectives import MostMatched, TotalScore
from cmmatch.errors import ModelError, NoMatching, SolverDisagreement, UnsupportedModel

LEXICOGRAPHIC = (MostMatched(), TotalScore())


def model_of(scores, *extra, places=1, objectives=LEXICOGRAPHIC, seed=0, **ids):
    candidates = Candidates.from_matrix(scores, **ids)
    return Model(candidates, [MentorCapacity(places), MenteeDemand(1), *extra], objectives, seed)


class Liar:
    """A backend that changes the answer of an honest one."""

    name = "liar"
    honours = frozenset(Need)

    def __init__(self, twist):
        self.twist = twist

    def available(self):
        return True

    def maximise(self, form, target, *, deadline=None):
        return self.twist(form, target, MinCostFlow().maximise(form, target))


def test_more_matched_comes_before_a_higher_score():
    result = solve(model_of([[0.9, 0.1], [0.8, np.nan]]))

    assert (("0", "1"), ("1", "0")) == result.matching.pairs
    assert [2, 900_000] == [stage.value for stage in result.stages]
    assert result.proven


def test_total_score_alone_leaves_out_a_pair_that_costs():
    result = solve(model_of([[0.9, 0.1], [0.8, -0.5]], objectives=(TotalScore(),)))

    assert (("0", "1"), ("1", "0")) == result.matching.pairs
    assert [900_000] == [stage.value for stage in result.stages]


def test_a_negative_score_is_not_made_for_the_total_but_is_made_for_the_number():
    scores = [[-0.5]]

    assert () == solve(model_of(scores, objectives=(TotalScore(),))).matching.pairs
    assert (("0", "0"),) == solve(model_of(scores)).matching.pairs


def test_nobody_and_nothing_is_a_proven_empty_matching():
    result = solve(model_of(np.empty((0, 0))))

    assert result.proven
    assert () == result.matching.pairs


def test_without_any_eligible_pair_everybody_stays_unmatched():
    result = solve(model_of(np.full((3, 2), np.nan)))

    assert ("0", "1", "2") == result.matching.unmatched


def test_required_pairs_beyond_the_places_are_named():
    required = Required((("ann", "max"), ("bob", "max")))
    result = solve(
        model_of([[0.5], [0.5]], required, mentee_ids=["ann", "bob"], mentor_ids=["max"])
    )

    assert Termination.INFEASIBLE is result.termination
    assert ("max has 2 required pairs but may have at most 1.",) == result.obstacles
    with pytest.raises(NoMatching, match="max has 2 required pairs"):
        result.matching  # noqa: B018


def test_a_minimum_load_that_nobody_can_fill_is_named():
    candidates = Candidates.from_matrix([[0.5, 0.5]], mentor_ids=["max", "eva"])
    rules = [MentorCapacity(2, np.array([2, 0])), MenteeDemand(1)]
    result = solve(Model(candidates, rules, LEXICOGRAPHIC))

    assert Termination.INFEASIBLE is result.termination
    assert 1 == len(result.obstacles)
    assert result.obstacles[0].startswith("max must have at least 2 but can have at most 1")


def test_a_minimum_load_is_filled_although_others_score_higher():
    candidates = Candidates.from_matrix([[0.9, 0.1], [0.9, 0.1]])
    result = solve(
        Model(candidates, [MentorCapacity(2, np.array([0, 1])), MenteeDemand(1)], LEXICOGRAPHIC)
    )

    assert [1, 1] == result.matching.mentor_load.tolist()


def test_a_pair_both_required_and_forbidden_is_refused_before_solving():
    pair = (("0", "0"),)

    with pytest.raises(ModelError, match="both required and forbidden: 0 with 0"):
        solve(model_of([[0.5]], Required(pair), Forbidden(pair)))


def test_a_required_pair_that_is_not_eligible_is_refused_by_name():
    with pytest.raises(ModelError, match="not eligible: 0 with 1"):
        solve(model_of([[0.5, np.nan]], Required((("0", "1"),))))


def test_a_count_after_a_total_decides_among_the_best_totals():
    model = model_of([[0.5, 0.0], [0.1, np.nan]], objectives=(TotalScore(), MostMatched()))

    assert [500_000, 1] == [stage.value for stage in solve(model).stages]


def test_what_no_backend_honours_is_refused_and_says_what_is_lacking():
    class CountsOnly(MinCostFlow):
        honours = frozenset({Need.DEGREES})

    model = model_of([[0.5, 0.2]], Required((("0", "1"),)))

    with pytest.raises(UnsupportedModel, match="lacks: required pairs"):
        solve(model, backends=(CountsOnly(),))


def chosen_instead(form, target, answer, chosen):
    """Other pairs, with figures that are right for them."""
    value = target.value(form, chosen, answer.choice.extras)
    return replace(answer, choice=replace(answer.choice, chosen=chosen, value=value, bound=value))


def drop_a_required_pair(form, target, answer):
    return chosen_instead(form, target, answer, answer.choice.chosen & ~form.required)


def overfill_a_mentor(form, target, answer):
    return chosen_instead(form, target, answer, np.ones_like(answer.choice.chosen))


def claim_a_higher_value(form, target, answer):
    one_more = answer.choice.value + 1
    return replace(answer, choice=replace(answer.choice, value=one_more, bound=one_more))


def make_a_pair_less(form, target, answer):
    """Keeps the rules, with figures that are right for it, and is not best."""
    chosen = answer.choice.chosen.copy()
    chosen[np.flatnonzero(chosen & ~form.required)[0]] = False
    return chosen_instead(form, target, answer, chosen)


def claim_a_bound_that_is_too_low(form, target, answer):
    return replace(answer, choice=replace(answer.choice, bound=answer.choice.value - 1))


@pytest.mark.parametrize(
    ("twist", "why"),
    [
        (drop_a_required_pair, "not optimal"),
        (overfill_a_mentor, "breaks"),
        (make_a_pair_less, "not optimal"),
        (claim_a_higher_value, "claims a value of 4; it is 3"),
        (claim_a_bound_that_is_too_low, "is above the claimed bound"),
    ],
)
def test_a_wrong_answer_of_a_backend_is_never_returned(twist, why):
    scores = [[0.5, 0.2, 0.1], [0.4, 0.3, 0.2], [0.1, 0.3, 0.2]]
    model = model_of(scores, Required((("0", "1"),)))

    assert solve(model).proven
    with pytest.raises(SolverDisagreement, match=why):
        solve(model, backends=(Liar(twist),))


@pytest.mark.parametrize("off", [None, 7])
def test_what_no_bound_supports_is_not_called_proven(off):
    def without_bound(form, target, answer):
        bound = None if off is None else answer.choice.value + off
        return replace(answer, choice=replace(answer.choice, bound=bound))

    result = solve(model_of([[0.5, 0.2], [0.4, 0.3]]), backends=(Liar(without_bound),))

    assert result.has_matching
    assert not result.proven
    assert Termination.FEASIBLE is result.termination


def test_the_check_names_what_is_not_eligible_not_kept_or_about_others():
    source = Candidates.from_matrix([[0.5, np.nan], [0.2, 0.3]])
    kept = Candidates.from_source(source.source, min_score=0.25)
    model = Model(kept, [MentorCapacity(1), MenteeDemand(1)], [MostMatched()])
    ids = source.source.mentee_ids, source.source.mentor_ids

    def told(mentee, mentor, people=ids):
        pair = np.array([mentee], dtype=np.int64), np.array([mentor], dtype=np.int64)
        return [str(each) for each in model.check(Matching(*pair, *people))]

    assert told(0, 0) == []
    assert any("0 with 1 is not eligible" in each for each in told(0, 1))
    assert any("1 with 0 is not among the candidates" in each for each in told(1, 0))
    assert any("about other people" in each for each in told(0, 0, (ids[0][::-1], ids[1])))


@given(st.integers(0, 10**6))
def test_row_order_decides_nothing_even_among_equals(seed):
    rng = np.random.default_rng(seed)
    n, m = rng.integers(1, 9), rng.integers(1, 6)
    scores = rng.integers(0, 3, (n, m)) / 4  # many ties
    mentees, mentors = [f"e{k}" for k in range(n)], [f"o{k}" for k in range(m)]
    places = rng.integers(0, 3, m)
    rows, columns = rng.permutation(n), rng.permutation(m)

    given_order = solve(model_of(scores, places=places, mentee_ids=mentees, mentor_ids=mentors))
    other_order = solve(
        model_of(
            scores[np.ix_(rows, columns)],
            places=places[columns],
            mentee_ids=[mentees[k] for k in rows],
            mentor_ids=[mentors[k] for k in columns],
        )
    )

    assert sorted(given_order.matching.pairs) == sorted(other_order.matching.pairs)


@given(st.integers(0, 10**6))
def test_another_mentor_never_lowers_what_comes_first_and_a_stricter_rule_never_raises_it(seed):
    rng = np.random.default_rng(seed)
    scores = rng.integers(-2, 5, (int(rng.integers(1, 7)), int(rng.integers(2, 6)))) / 4
    scores[rng.random(scores.shape) < 0.2] = np.nan
    values = [
        tuple(stage.value for stage in solve(model_of(table, places=places)).stages)
        for table, places in ((scores[:, :-1], 1), (scores, 1), (scores, 2))
    ]

    assert values == sorted(values)


@given(st.integers(0, 10**6), st.integers(2, 50))
def test_scores_on_another_scale_have_the_same_optimum_on_that_scale(seed, factor):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 100, (5, 4)) / 100

    one, other = (solve(model_of(table)) for table in (scores, scores * factor))

    assert [one.stages[0].value, one.stages[1].value * factor] == [s.value for s in other.stages]


@pytest.mark.parametrize("tolerance", [-0.5, 1.5, float("nan"), float("inf"), "x", None])
def test_a_tolerance_that_is_no_share_is_refused(tolerance):
    with pytest.raises(ModelError, match="total_score: a tolerance must be a share"):
        model_of([[0.5]], objectives=(TotalScore(tolerance=tolerance),))


@pytest.mark.parametrize("seed", [-1, 2**63, 0.5, "x", None])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(ModelError, match="A seed must be a whole number"):
        model_of([[0.5]], seed=seed)


@pytest.mark.parametrize("resolution", [0, -1e-6, float("nan"), float("inf"), "x"])
def test_a_resolution_that_is_not_above_zero_is_refused(resolution):
    with pytest.raises(ModelError, match="resolution must be a finite number above 0"):
        Candidates.from_matrix([[0.5]], resolution=resolution)
