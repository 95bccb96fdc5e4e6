"""Bottom share and Nash: every value against brute force, every certificate recomputed."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from tests.tiny_models import best_matchings, few_kept, tiny_candidates, tiny_rules

from cmmatch import Candidates, Model, Termination, solve
from cmmatch.assignment.bottom_proof import BottomProof
from cmmatch.assignment.constraints import Forbidden, MenteeDemand, MentorCapacity
from cmmatch.assignment.objectives import BottomShare, MostMatched, Nash, TotalScore
from cmmatch.assignment.stages import bottom
from cmmatch.errors import ModelError, SolverDisagreement

ONE_EACH = (MentorCapacity(1), MenteeDemand(1))


def tiny_model(seed, *wanted, lowest=-2):
    rng = np.random.default_rng(seed)
    candidates = tiny_candidates(rng, lowest=lowest)
    rules = tiny_rules(rng, candidates, most_wanted=1 + seed % 2)
    return Model(candidates, rules, (MostMatched(), *wanted), seed=int(rng.integers(100)))


def whole(scores):
    return Candidates.from_matrix(scores, resolution=1)


def solved(model):
    """Solve by degrees alone, recompute every bound, and return the values."""
    result = solve(model)
    bounds = result.certificate.check(model.candidates.source)
    assert result.proven
    if len(result.matching):
        assert [stage.value for stage in result.stages] == [bounds[s.name] for s in result.stages]
    return tuple(stage.value for stage in result.stages)


@pytest.mark.parametrize("block", range(4))
def test_lowest_scores_are_as_high_as_brute_force_finds_them(block):
    later = ((), (TotalScore(),), (BottomShare(0.5, name="lowest_half"), TotalScore()))
    shares = (0.1, 0.3, 0.5, 0.75, 1)
    feasible = 0
    for seed in range(block * 60, block * 60 + 60):
        model = tiny_model(seed, BottomShare(shares[seed % 5]), *later[seed % 3])
        left, best = best_matchings(model)
        if not left:
            assert Termination.INFEASIBLE is solve(model).termination, seed
            continue
        feasible += 1

        assert best == solved(model), seed
        assert best == solved(few_kept(model)), seed
    assert feasible >= 30


def test_every_part_of_the_best_sets_is_gone_over_and_split_where_it_must(monkeypatch):
    splits = []
    split = bottom._Part.split
    monkeypatch.setattr(bottom._Part, "split", lambda *given: splits.append(given) or split(*given))
    everyone = np.array(list(itertools.permutations(range(6))))
    for seed in range(40):
        scores = np.random.default_rng(seed).integers(0, (20, 60)[seed % 2], (6, 6))
        drawn = np.sort(scores[np.arange(6), everyone], axis=1)
        values = zip(drawn[:, :3].sum(axis=1), drawn.sum(axis=1), strict=True)
        wanted = (MostMatched(), BottomShare(0.5), TotalScore())

        assert (6, *max(values)) == solved(Model(whole(scores), ONE_EACH, wanted)), seed
    assert splits


def test_the_bound_has_many_peaks_and_the_highest_is_found():
    # Here a climb that starts from the highest total stops short of the best lowest score.
    found = 0
    for seed in range(40):
        scores = np.random.default_rng(seed).integers(0, 50, (6, 6))
        everyone = np.array(list(itertools.permutations(range(6))))
        drawn = np.sort(scores[np.arange(6), everyone], axis=1)
        best = drawn[:, :3].sum(axis=1).max()
        row = drawn[drawn.sum(axis=1).argmax()]
        while True:
            raised = np.minimum(drawn, row[2]).sum(axis=1)
            after = drawn[raised.argmax()]
            if after[:3].sum() <= row[:3].sum():
                break
            row = after
        found += row[:3].sum() < best

        assert best == solved(Model(whole(scores), ONE_EACH, (MostMatched(), BottomShare(0.5))))[1]
    assert found


def test_a_share_is_taken_as_it_is_written():
    # In binary digits a tenth of 70 is a bit more than 7.
    scores = np.diag(np.arange(1, 71)).astype(float)
    scores[scores == 0] = np.nan

    assert (70, 28) == solved(Model(whole(scores), ONE_EACH, (MostMatched(), BottomShare(0.1))))


def test_nobody_matched_has_no_lowest_score():
    assert (0, 0) == solved(
        Model(Candidates.from_matrix([[np.nan]]), ONE_EACH, (MostMatched(), BottomShare()))
    )


@pytest.mark.parametrize("tolerance", [0.05, 0.3])
def test_what_the_lowest_may_give_back_later_stages_spend(tolerance):
    everyone = np.array(list(itertools.permutations(range(5))))
    spent = 0
    for seed in range(14):
        scores = np.random.default_rng(seed).integers(0, (12, 40)[seed % 2], (5, 5))
        wanted = (MostMatched(), BottomShare(0.4, tolerance), TotalScore())
        model = Model(whole(scores), ONE_EACH, wanted)
        drawn = np.sort(scores[np.arange(5), everyone], axis=1)
        lowest, total = drawn[:, :2].sum(axis=1), drawn.sum(axis=1)
        floor = lowest.max() - math.floor(tolerance * lowest.max())
        result = solve(model)
        result.certificate.check(model.candidates.source)

        assert total[lowest >= floor].max() == result.stages[2].value, seed
        assert floor <= result.stages[1].value, seed
        spent += result.stages[1].value < lowest.max()
    assert spent


def test_a_tolerance_lets_in_what_is_worse_at_the_same_threshold():
    # The diagonal has 10 + 10 for its two lowest; the cycle 2 + 10, and 112 in all.
    scores = [[10, 2, 0, 0], [0, 10, 10, 0], [0, 0, 10, 10], [90, 0, 0, 10]]
    wanted = (MostMatched(), BottomShare(0.5, 0.4), TotalScore())
    result = solve(Model(whole(scores), ONE_EACH, wanted))

    assert [4, 12, 112] == [stage.value for stage in result.stages]


def test_lowest_scores_beyond_degrees_need_a_backend_for_rows():
    for seed in range(25):
        model = tiny_model(seed, TotalScore(0.2), BottomShare(0.5))
        left, best = best_matchings(model)
        if left:
            assert best[-1] == solve(model).stages[-1].value, seed


@pytest.mark.parametrize("share", [0, -0.1, 1.01, float("nan")])
def test_a_share_of_nothing_or_of_more_than_all_is_refused(share):
    with pytest.raises(ModelError, match="the share must be above 0 and up to 1"):
        BottomShare(share)


@pytest.mark.parametrize("objective", [BottomShare(), Nash()])
def test_without_a_settled_number_of_pairs_it_is_refused(objective):
    candidates = Candidates.from_matrix([[0.5]])

    # Nothing before it, only a total, and a number that later stages may give back.
    for before in ((), (TotalScore(),), (MostMatched(0.5),)):
        with pytest.raises(ModelError, match="most_matched must stand before it"):
            Model(candidates, ONE_EACH, (*before, objective))


def proof_of(scores):
    """Return a proof with several intervals, and the source."""
    model = Model(whole(scores), ONE_EACH, (MostMatched(), BottomShare(0.5)))
    proofs = solve(model).certificate.proofs
    return next(each for each in proofs if isinstance(each, BottomProof)), model.candidates.source


def test_a_proof_with_a_gap_or_wrong_prices_or_without_an_end_is_refused():
    scores = np.random.default_rng(5).integers(0, 60, (6, 6))
    proof, source = proof_of(scores)
    assert len(proof.intervals) > 2
    first, second = proof.intervals[:2]

    dearer = replace(first.link, mentor=first.link.mentor + 1)
    cheap = replace(second.link, value=second.link.value - 1)
    for broken, why in (
        (replace(proof, intervals=(first, *proof.intervals[2:])), "no bound from"),
        (replace(proof, intervals=proof.intervals[:-2]), "prices prove|no bound above"),
        (replace(proof, intervals=(replace(first, link=dearer), second)), "prices prove"),
        (replace(proof, intervals=(first, replace(second, link=cheap))), "prices prove"),
        (replace(proof, intervals=(replace(first, to=first.to + 1),)), "prices prove|no bound"),
    ):
        with pytest.raises(SolverDisagreement, match=why):
            broken.bound(source)
    assert proof.claimed == proof.bound(source)


def test_a_proof_speaks_of_thresholds_beyond_its_intervals():
    proof, _ = proof_of(np.random.default_rng(5).integers(0, 60, (6, 6)))
    end = proof.intervals[-1].to

    assert proof.last.bound <= proof.made - proof.lowest
    assert proof.lowest * proof.intervals[0].above < proof.limit
    assert end == max(interval.to for interval in proof.intervals)


@pytest.mark.parametrize("block", range(2))
def test_the_product_is_as_high_as_brute_force_finds_it(block):
    later = ((), (TotalScore(),))
    feasible = 0
    for seed in range(block * 80, block * 80 + 80):
        model = tiny_model(seed, Nash(), *later[seed % 2], lowest=1)
        left, best = best_matchings(model)
        if not left:
            continue
        feasible += 1

        assert best == solved(model), seed
        assert best == solved(few_kept(model)), seed
    assert feasible >= 40


def test_a_coarse_product_is_within_its_stated_distance_of_the_true_one():
    everyone = np.array(list(itertools.permutations(range(5))))
    apart = 0
    for seed in range(40):
        scores = np.random.default_rng(seed).integers(1, 100, (5, 5))
        model = Model(whole(scores), ONE_EACH, (MostMatched(), Nash(parts=2)))
        result = solve(model)
        made = scores[result.matching.mentee, result.matching.mentor]
        best = np.log(scores[np.arange(5), everyone]).sum(axis=1).max()
        distance = best - np.log(made).sum()
        apart += distance > 1e-9

        assert distance <= 5 / 2
    assert apart


def test_a_product_is_not_moved_by_the_unit_of_scores():
    scores = np.random.default_rng(1).integers(1, 100, (5, 5)).astype(float)
    same = [
        solve(Model(Candidates.from_matrix(scores / k, resolution=1 / k), ONE_EACH, wanted))
        for k in (1, 128)
        for wanted in [(MostMatched(), Nash())]
    ]

    assert same[0].matching.pairs == same[1].matching.pairs


def test_scores_of_zero_or_less_are_named():
    scores = [[0.5, 0.0], [-0.25, np.nan]]
    model = Model(Candidates.from_matrix(scores), ONE_EACH, (MostMatched(), Nash()))

    with pytest.raises(
        ModelError, match=r"2 eligible pairs have none: 0 with 1 0; 1 with 0 -0\.25"
    ):
        solve(model)


def test_a_score_of_zero_is_named_although_the_pair_was_not_kept():
    source = Candidates.from_matrix([[0.5, 0.0]]).source
    model = Model(Candidates.from_source(source, keep=1), ONE_EACH, (MostMatched(), Nash()))

    with pytest.raises(ModelError, match="1 eligible pairs have none: 0 with 1 0"):
        solve(model)


def test_a_forbidden_pair_may_have_any_score():
    forbidden = Forbidden((("0", "1"),))
    model = Model(
        Candidates.from_matrix([[0.5, 0.0]]), (*ONE_EACH, forbidden), (MostMatched(), Nash())
    )

    assert round(math.log(500_000) * 10**6) == solved(model)[1]


@pytest.mark.parametrize("parts", [0, 10**9 + 1])
def test_parts_of_a_logarithm_are_a_number_that_integers_hold(parts):
    with pytest.raises(ModelError, match="1 to 10"):
        Nash(parts)
