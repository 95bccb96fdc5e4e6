"""The score finds the planted partner: small, with fixed seeds, and with bounds that can fail.

The figures of the full studies, and what they show, are in docs/score_studies.md.
"""

import math
from functools import cache

import numpy as np
import pytest
from scipy.stats import binom
from studies.cases import (
    SHARES,
    Size,
    developers,
    real_programme,
    world_programme,
    worlds,
)
from studies.recovery import recover

SMALL = Size(mentees=150, mentors=50, twins=40)
ONE_IN_A_BILLION = 1e-9
KEPT = {0.0: 0.6, 0.2: 0.4, 0.5: 0.18}
"""Least gain over chance in mean reciprocal rank, by the share of answers left blank."""


@cache
def found(world, share, seed=11):
    return recover(*world_programme(world, share=share, seed=seed, size=SMALL))


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("world", worlds())
def test_the_partner_is_ranked_far_above_chance_in_every_world(world, share):
    result = found(world, share)
    gain = result.whole.reciprocal - result.chance.reciprocal

    assert len(gain) > 50
    assert gain.mean() > KEPT[share]
    assert gain.mean() > 5 * gain.std() / math.sqrt(len(gain))


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("world", worlds())
def test_far_more_partners_are_in_the_best_tenth_than_a_lottery_puts_there(world, share):
    result = found(world, share)
    n, hits = len(result.whole.top_tenth), math.floor(result.whole.top_tenth.sum())
    by_lot = float(result.chance.top_tenth.mean())

    assert binom.sf(hits - 1, n, by_lot) < ONE_IN_A_BILLION


@pytest.mark.parametrize("world", worlds())
def test_blank_answers_cost_but_do_not_undo(world):
    full, some, half = (found(world, share).whole.mrr for share in SHARES)

    assert full > some > half
    assert some > 0.55 * full
    assert half > 0.25 * full


@pytest.mark.parametrize("world", worlds())
def test_the_whole_ranks_better_than_any_component_alone(world):
    result = found(world, 0.0)

    assert all(alone.mrr < result.whole.mrr for alone in result.alone.values())
    assert set(result.alone) == set(result.without)
    assert "skills" == max(result.alone, key=lambda name: result.alone[name].mrr)


def test_personality_without_effect_neither_finds_nor_hides_the_partner():
    """Where traits decide nothing, they rank no better than a lottery and cost next to nothing."""
    nothing = found("impersonal", 0.0)
    telling = found("multiplicative", 0.0)

    for name in ("personality", "working_style"):
        assert abs(nothing.alone[name].mrr - nothing.chance.mrr) < 0.08
        assert nothing.whole.mrr > nothing.without[name].mrr - 0.06
        assert telling.alone[name].mrr > nothing.alone[name].mrr + 0.06


def test_noisy_answers_tell_less():
    clear, noisy = found("multiplicative", 0.0), found("noisy", 0.0)

    for name in ("personality", "working_style"):
        assert noisy.alone[name].mrr < clear.alone[name].mrr


def test_a_score_that_knows_nothing_would_be_seen():
    """The bounds above refuse a ranking by lot: the check can fail."""
    result = found("chemistry", 0.0)
    gain = result.alone["learning_orientation"].reciprocal - result.chance.reciprocal

    assert gain.mean() < KEPT[0.5]


@pytest.mark.skipif(not developers().is_dir(), reason="the survey data is not beside the checkout")
@pytest.mark.parametrize(("share", "least"), [(0.0, 0.5), (0.2, 0.3), (0.5, 0.1)])
def test_twins_of_real_people_are_ranked_far_above_chance(share, least):
    result = recover(*real_programme(developers(), share=share, seed=11, size=SMALL))
    hits = math.floor(result.whole.top_tenth.sum())

    assert result.whole.mrr - result.chance.mrr > least
    assert binom.sf(hits - 1, SMALL.twins, result.chance.top_tenth.mean()) < 1e-4
    assert np.isfinite([each.mrr for each in result.alone.values()]).all()
