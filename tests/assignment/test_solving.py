"""solve(): verification, infeasibility by name, determinism, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmmatch import Candidates, Model, Termination, solve
from cmmatch.assignment.backends import Answer, MinCostFlow
from cmmatch.assignment.backends.backend import StageAnswer
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

    def maximise(self, form, *, progress=None):
        return self.twist(form, MinCostFlow().maximise(form, progress=progress))


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
    assert result.obstacles[0].startswith("max must have at least 2 besides any required")


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


def test_a_count_after_a_total_is_refused_and_says_what_is_lacking():
    model = model_of([[0.5, 0.2], [0.1, 0.3]], objectives=(TotalScore(), MostMatched()))

    with pytest.raises(UnsupportedModel, match="a stage that is not a count, before another"):
        solve(model)


def test_a_tolerance_before_another_stage_is_refused():
    model = model_of([[0.5, 0.2]], objectives=(MostMatched(tolerance=0.1), TotalScore()))

    with pytest.raises(UnsupportedModel, match="gives something back"):
        solve(model)


def drop_a_required_pair(form, answer):
    return Answer(answer.termination, answer.chosen & ~form.required, answer.stages)


def overfill_a_mentor(form, answer):
    return Answer(answer.termination, np.ones_like(answer.chosen), answer.stages)


def claim_a_higher_total(form, answer):
    last = answer.stages[-1]
    stages = (*answer.stages[:-1], StageAnswer(last.value + 1, last.value + 1, proven=True))
    return Answer(answer.termination, answer.chosen, stages)


def claim_a_bound_that_is_too_low(form, answer):
    last = answer.stages[-1]
    stages = (*answer.stages[:-1], StageAnswer(last.value, last.value - 1, proven=True))
    return Answer(answer.termination, answer.chosen, stages)


def overfill_a_mentor_and_tell_the_true_sums(form, answer):
    """Pairs that break a rule, with figures that are right for them."""
    chosen = np.ones_like(answer.chosen)
    values = (int(chosen.sum()), 1_400_000)
    return Answer(answer.termination, chosen, tuple(StageAnswer(v, v, proven=True) for v in values))


def claim_more_pairs(form, answer):
    first = answer.stages[0]
    stages = (StageAnswer(first.value + 1, first.value + 1, proven=True), *answer.stages[1:])
    return Answer(answer.termination, answer.chosen, stages)


def call_it_infeasible_without_saying_who(form, answer):
    return Answer(Termination.INFEASIBLE)


@pytest.mark.parametrize(
    ("twist", "why"),
    [
        (drop_a_required_pair, "breaks"),
        (overfill_a_mentor, "breaks"),
        (overfill_a_mentor_and_tell_the_true_sums, "breaks"),
        (claim_more_pairs, "most_matched: the solver claims 3, the matching has 2"),
        (claim_a_higher_total, "total_score: the solver claims"),
        (claim_a_bound_that_is_too_low, "is above the claimed bound"),
        (call_it_infeasible_without_saying_who, "not whose bounds fail"),
    ],
)
def test_a_wrong_answer_of_a_backend_is_never_returned(twist, why):
    model = model_of([[0.5, 0.2], [0.4, 0.3]], Required((("0", "1"),)))

    assert solve(model).proven
    with pytest.raises(SolverDisagreement, match=why):
        solve(model, backends=(Liar(twist),))


def claim_no_bound(form, answer):
    stages = tuple(StageAnswer(each.value, None, proven=True) for each in answer.stages)
    return Answer(answer.termination, answer.chosen, stages)


def claim_a_loose_bound(form, answer):
    last = answer.stages[-1]
    stages = (*answer.stages[:-1], StageAnswer(last.value, last.value + 7, proven=True))
    return Answer(answer.termination, answer.chosen, stages)


def admit_that_a_stage_is_not_proven(form, answer):
    first = answer.stages[0]
    stages = (StageAnswer(first.value, first.value, proven=False), *answer.stages[1:])
    return Answer(answer.termination, answer.chosen, stages)


@pytest.mark.parametrize(
    "twist", [claim_no_bound, claim_a_loose_bound, admit_that_a_stage_is_not_proven]
)
def test_what_no_bound_supports_is_not_called_proven(twist):
    result = solve(model_of([[0.5, 0.2], [0.4, 0.3]]), backends=(Liar(twist),))

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
