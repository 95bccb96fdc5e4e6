"""The scorer: weights, unknown answers, confidence, and the same bits everywhere."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmmatch import Candidates, Programme, Scorer
from cmmatch.compatibility.scorer import DEFAULT_WEIGHTS, weight_faults
from cmmatch.compatibility.source import PairSource
from cmmatch.programme.config import Config
from cmmatch.synthesis import make_programme
from cmmatch.testing import reordered


def synthetic(seed=1, mentees=20, mentors=9, **settings_):
    made = make_programme(mentees=mentees, mentors=mentors, seed=seed, blanks=0.3)
    return Programme.from_frames(
        made.mentors,
        made.mentees,
        pairs=made.pairs,
        people=made.people,
        config={**made.config, **settings_},
    )


def all_pairs(scored):
    n, m = scored.shape
    return np.repeat(np.arange(n), m), np.tile(np.arange(m), n)


def test_a_scored_programme_is_a_pair_source():
    assert isinstance(Scorer.for_programme(synthetic()).prepare(synthetic()), PairSource)


def test_the_score_is_the_weighted_sum_with_neutral_for_unknown():
    programme = synthetic()
    scored = Scorer.for_programme(programme).prepare(programme)
    values = scored.values(*all_pairs(scored))
    weights = dict(zip(scored.names, scored.weights, strict=True))

    by_hand = sum(
        weights[name] * np.where(np.isnan(values[:, k]), scored.neutral[k], values[:, k])
        for k, name in enumerate(scored.names)
    )

    assert sum(weights.values()) == pytest.approx(1.0)
    assert weights["skills"] / weights["goals"] == pytest.approx(25 / 20)
    assert scored.score(values) == pytest.approx(by_hand)
    assert np.array_equal(scored.pairs(*all_pairs(scored)), np.rint(by_hand * 10**6).astype(int))


def test_confidence_is_the_share_of_the_weight_that_is_known():
    programme = synthetic()
    scored = Scorer.for_programme(programme).prepare(programme)
    values = np.full((2, len(scored.names)), np.nan)
    values[1, scored.names.index("skills")] = 0.0

    total = sum(DEFAULT_WEIGHTS[name] for name in scored.names)
    assert [0.0, 25 / total] == pytest.approx(scored.confidence(values).tolist())


@pytest.mark.parametrize("seed", range(1, 7))
def test_neutral_is_what_pairs_in_the_middle_of_those_eligible_have(seed):
    programme = synthetic(seed, mentees=150, mentors=60)
    scored = Scorer.for_programme(programme).prepare(programme)
    mentee, mentor = all_pairs(scored)
    eligible = scored.eligible(mentee, mentor)
    values = scored.values(mentee, mentor)[eligible]
    ranked = sorted(scored.pairs(mentee, mentor)[eligible].tolist())
    at = (len(ranked) - 1) / 5
    least, most = ranked[int(2 * at)], ranked[int(np.ceil(3 * at))]
    units = scored.pairs(mentee, mentor)[eligible]
    middling = values[(least <= units) & (units <= most)]

    assert np.nanmean(middling, axis=0) == pytest.approx(scored.neutral, abs=0.02)
    assert np.nanmean(values, axis=0) != pytest.approx(scored.neutral, abs=0.05)


def test_neutral_of_an_earlier_run_is_used_again():
    programme = synthetic()
    scorer = dataclasses.replace(Scorer.for_programme(programme), neutral={"skills": 0.25})
    scored = scorer.prepare(programme)

    assert scored.neutral[scored.names.index("skills")] == 0.25


def test_a_component_that_nothing_feeds_is_not_in_play():
    programme = Programme.from_frames(
        {"id": ["o"], "skills": ["go"]}, {"id": ["e"], "skills_wanted": ["go"]}
    )
    scored = Scorer.for_programme(programme).prepare(programme)

    assert scored.names == ("skills",)
    assert set(scored.idle) == set(DEFAULT_WEIGHTS) - {"skills"}
    assert scored.pairs(np.array([0]), np.array([0])).tolist() == [10**6]


def test_without_any_answer_every_pair_is_neutral_and_nothing_is_known():
    programme = Programme.from_frames({"id": ["o", "p"]}, {"id": ["e"]})
    candidates = Scorer.for_programme(programme).candidates(programme)

    assert candidates.score.tolist() == [500_000, 500_000]


def test_a_weight_of_zero_switches_a_component_off():
    programme = synthetic(weights={"goals": 0})

    assert "goals" not in Scorer.for_programme(programme).prepare(programme).names


def test_an_unknown_weight_is_a_fault_with_a_near_spelling():
    config = Config.model_validate({"weights": {"skils": 3.0}})
    (fault,) = weight_faults(config)

    assert fault.code == "weight-unknown"
    assert "Did you mean 'skills'?" in fault.remedy


def test_all_weights_zero_is_a_fault():
    config = Config.model_validate({"weights": dict.fromkeys(DEFAULT_WEIGHTS, 0.0)})

    assert [fault.code for fault in weight_faults(config)] == ["weights-all-zero"]


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_blocks_stay_within_their_error_and_agree_on_eligibility(seed):
    programme = synthetic(seed)
    scored = Scorer.for_programme(programme).prepare(programme)
    mentee, mentor = all_pairs(scored)
    block = scored.block(np.arange(scored.shape[0]))
    eligible = scored.eligible(mentee, mentor).reshape(scored.shape)

    assert np.array_equal(~np.isnan(block), eligible)
    apart = np.abs(block - scored.pairs(mentee, mentor).reshape(scored.shape))[eligible]
    assert (apart <= scored.block_error).all()


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_row_order_changes_no_score_and_no_neutral_value(seed):
    programme = synthetic(seed)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(programme.mentees)), rng.permutation(len(programme.mentors))
    one, other = (
        Scorer.for_programme(p).prepare(p) for p in (programme, reordered(programme, rows, columns))
    )

    assert one.neutral.tolist() == other.neutral.tolist()
    scores = [s.pairs(*all_pairs(s)).reshape(s.shape) for s in (one, other)]
    assert np.array_equal(scores[0][np.ix_(rows, columns)], scores[1])


def test_candidates_below_the_least_score_are_not_kept_unless_required():
    programme = synthetic()
    scored = Scorer.for_programme(programme).prepare(programme)
    everything = Candidates.from_source(scored)
    least = float(np.median(everything.score)) / 10**6
    worst = int(np.argmin(everything.score))
    always = (everything.mentee[[worst]].astype(int), everything.mentor[[worst]].astype(int))
    kept = Candidates.from_source(scored, min_score=least, always=always)

    assert (everything.score >= kept.floor).sum() + 1 == len(kept)
    assert kept.index(*always)[0] >= 0
