"""Small groups are hidden, and an attacker with pencil and paper cannot bring them back."""

import itertools

import numpy as np
import pytest

from cmmatch.analysis.groups import Groups, hidden_groups
from cmmatch.analysis.standings import Standing

MINIMUM = 3


def people(seed):
    """Some people of few groups, many of them small; some want nobody, some have nobody."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 25))
    labels = rng.choice(list("abcde"), n, p=rng.dirichlet(np.full(5, 0.7)))
    wanting = rng.random(n) < 0.8
    matched = wanting & (rng.random(n) < 0.6)
    score = np.where(matched, rng.integers(0, 100, n) / 100, np.nan)
    rank = np.where(matched, 1.0, np.nan)
    ids = np.array([str(k) for k in range(n)], object)
    load = matched.astype(np.int64)
    return Standing(ids, wanting, load, score, rank, matched), labels.tolist()


def splits(total, parts):
    """Every way of sharing whole people among groups."""
    for cuts in itertools.combinations_with_replacement(range(total + 1), parts - 1):
        ends = (0, *cuts, total)
        yield tuple(b - a for a, b in itertools.pairwise(ends))


@pytest.mark.parametrize("block", range(3))
def test_no_count_that_is_hidden_can_be_computed_from_the_total(block):
    """All groups, hidden ones too, and the totals are known: each count may still be two things."""
    hiding = 0
    for seed in range(100 * block, 100 * (block + 1)):
        side, labels = people(seed)
        groups = Groups.of(side, labels, column="x", minimum=MINIMUM)
        if not groups.hidden or not groups.shown:
            continue
        hiding += 1
        left = int(side.wanting.sum()) - sum(each.wanting for each in groups.shown)

        assert left >= MINIMUM
        for counts in zip(*splits(left, len(groups.hidden)), strict=True):
            assert len(set(counts)) > 1
    assert hiding > 20


@pytest.mark.parametrize("block", range(3))
def test_no_mean_of_fewer_than_the_minimum_is_shown_or_can_be_computed(block):
    """What is left of the sum of all scores belongs to two groups, and to enough people."""
    computed = 0
    for seed in range(100 * block, 100 * (block + 1)):
        side, labels = people(seed)
        groups = Groups.of(side, labels, column="x", minimum=MINIMUM)
        told = [each for each in groups.shown if each.score]
        assert all(each.matched >= MINIMUM for each in told)
        left = int(side.matched.sum()) - sum(each.matched for each in told)
        if not left or not told:
            continue
        computed += 1
        silent = {*labels} - {each.label for each in told}
        silent -= {each.label for each in groups.shown if not each.matched}

        assert left >= MINIMUM
        assert len(silent) >= 2
    assert computed > 10


@pytest.mark.parametrize("seed", range(60))
def test_shown_is_what_a_count_finds_and_no_group_is_lost(seed):
    side, labels = people(seed)
    groups = Groups.of(side, labels, column="x", minimum=MINIMUM)
    names = np.array(labels)

    assert {*labels} == {each.label for each in groups.shown} | {*groups.hidden}
    for each in groups.shown:
        here = names == each.label
        assert each.wanting >= MINIMUM
        assert (here.sum(), side.wanting[here].sum()) == (each.members, each.wanting)
        assert side.matched[here].sum() == each.matched


@pytest.mark.parametrize("seed", range(60))
def test_gaps_are_between_groups_that_are_shown(seed):
    side, labels = people(seed)
    groups = Groups.of(side, labels, column="x", minimum=MINIMUM)
    for gap, figure in ((groups.share_gap, "share"), (groups.score_gap, "score")):
        figures = {each.label: getattr(each, figure) for each in groups.shown}
        values = {label: each.value for label, each in figures.items() if each}
        if len(values) < 2:
            assert gap is None
            continue
        assert max(values.values()) - min(values.values()) == gap.value
        assert (max(values.values()), min(values.values())) == (
            values[gap.best],
            values[gap.worst],
        )
        low, high = figures[gap.worst], figures[gap.best]
        assert gap.overlapping == (high.low is None or low.high is None or high.low <= low.high)


def test_one_small_group_takes_the_next_smallest_with_it():
    assert {"tiny", "next"} == hidden_groups({"big": 90, "next": 8, "tiny": 2}, 5)


def test_two_small_groups_that_are_few_together_take_a_third():
    assert {"a", "b", "c"} == hidden_groups({"a": 1, "b": 2, "c": 7, "d": 9}, 5)


def test_no_group_is_hidden_without_a_small_one():
    assert frozenset() == hidden_groups({"a": 5, "b": 50}, 5)
    assert frozenset() == hidden_groups({}, 5)


def test_a_mean_of_few_is_hidden_in_a_group_that_is_shown():
    """Of two groups of six, one has a single match: its mean would be that person's score."""
    matched = np.array([True] * 6 + [True] + [False] * 5)
    score = np.where(matched, 0.5, np.nan)
    side = Standing(
        np.array(list("abcdefghijkl"), object),
        np.ones(12, bool),
        matched.astype(np.int64),
        score,
        score,
        matched,
    )
    groups = Groups.of(side, ["x"] * 6 + ["y"] * 6, column="c", minimum=5)

    assert () == groups.hidden
    assert [None, None] == [each.score for each in groups.shown]
    assert groups.score_gap is None
    assert ("x", "y") == (groups.share_gap.best, groups.share_gap.worst)
