"""Whose best change with a weight: against scoring anew, brute-force sweeps and shuffled rows."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cmmatch
from cmmatch import Programme, Scorer
from cmmatch.analysis import weighing
from cmmatch.analysis.rankings import Rankings
from cmmatch.compatibility.scorer import DEFAULT_WEIGHTS
from cmmatch.errors import ModelError, UnknownPerson
from cmmatch.synthesis import make_programme

FACTORS = (0.0, 0.5, 1.0, 2.0, 3.7)
MILLIONTH = 1.1e-6


def programme_of(seed, *, shuffled=None, mentees=12, mentors=9, **config):
    made = make_programme(mentees=mentees, mentors=mentors, seed=seed, blanks=0.3)

    def table(given):
        frame = pd.DataFrame(dict(given))
        return frame if shuffled is None else frame.iloc[shuffled.permutation(len(frame))]

    return Programme.from_frames(
        table(made.mentors),
        table(made.mentees),
        pairs=table(made.pairs),
        people=table(made.people),
        config={**made.config, **config},
    )


def columns_of(found):
    return found.component_columns(), found.person_columns(), found.best_columns()


def best_of(scored, mentee, size):
    """Best mentors by id, from the exact score of single pairs: the slow way."""
    everyone = np.arange(scored.shape[1])
    row = np.full(len(everyone), mentee)
    units, may = scored.pairs(row, everyone), scored.eligible(row, everyone)
    ids = scored.mentor_ids
    return sorted((j for j in everyone if may[j]), key=lambda j: (-units[j], ids[j]))[:size]


@settings(max_examples=6)
@given(st.integers(0, 10**6), st.integers(1, 6))
def test_the_best_are_those_of_a_programme_scored_anew_with_the_weight_moved(seed, size):
    programme = programme_of(seed)
    scorer = Scorer.for_programme(programme)
    now = scorer.prepare(programme)
    neutral = dict(zip(now.names, now.neutral.tolist(), strict=True))
    found = cmmatch.sensitivity(programme, factors=FACTORS, size=size)
    some = [(name, factor) for name in found.names for factor in FACTORS]
    for name, factor in some:
        moved = {**scorer.weights, name: scorer.weights[name] * factor}
        scored = Scorer(scorer.components, moved, scorer.eligibility, neutral).prepare(programme)
        k, f = found.names.index(name), FACTORS.index(factor)
        for i in range(len(programme.mentees)):
            after = [j for j in found.after[i, k, f].tolist() if j >= 0]
            assert best_of(scored, i, size) == after


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_a_factor_of_one_changes_nothing(seed):
    found = cmmatch.sensitivity(programme_of(seed), factors=[1.0])
    columns = found.component_columns()

    assert len(found.names) == len(columns["changed"])
    assert {0} == {*columns["changed"], *columns["entered"], *columns["best_changed"]}
    assert {1.0} == {*columns["overlap"], *columns["kendall"]}
    assert columns["weight"] == columns["weight_then"]


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.sampled_from([0.25, 4.0, 1024.0]))
def test_scaling_all_weights_changes_nothing(seed, scale):
    scaled = {name: weight * scale for name, weight in DEFAULT_WEIGHTS.items()}
    one = cmmatch.sensitivity(programme_of(seed, weights=dict(DEFAULT_WEIGHTS)), factors=FACTORS)
    other = cmmatch.sensitivity(programme_of(seed, weights=scaled), factors=FACTORS)

    assert columns_of(one) == columns_of(other)


@settings(max_examples=8)
@given(st.integers(0, 10**6))
def test_row_shuffles_change_nothing(seed):
    one = cmmatch.sensitivity(programme_of(seed), factors=FACTORS)
    shuffled = programme_of(seed, shuffled=np.random.default_rng(seed))
    other = cmmatch.sensitivity(shuffled, factors=FACTORS)

    assert columns_of(one) == columns_of(other)
    assert one.picture() == other.picture()


def test_the_size_of_blocks_changes_nothing(monkeypatch):
    programme = programme_of(3, mentees=30)
    one = cmmatch.sensitivity(programme)
    monkeypatch.setattr(weighing, "CELLS", 20)
    other = cmmatch.sensitivity(programme)

    assert columns_of(one) == columns_of(other)


blocks = st.integers(0, 2**32 - 1)


def drawn(seed):
    """Draw a block: values in tenths, so that equals occur; some pairs not eligible."""
    rng = np.random.default_rng(seed)
    m, k = int(rng.integers(1, 7)), int(rng.integers(1, 5))
    weights = rng.integers(1, 10, k).astype(float)
    values = rng.integers(0, 11, (4, m, k)) / 10
    return Rankings(values, rng.random((4, m)) < 0.8, weights / weights.sum())


@given(blocks)
def test_turning_points_agree_with_a_sweep_of_the_weight(seed):
    rankings = drawn(seed)
    keys = rankings.keys(rankings.weights)
    first = rankings.best(keys, 1)[:, 0]
    sweep = [*np.linspace(0.001, 1, 200), *np.linspace(1, 12, 200)]
    for k in range(len(rankings.weights)):
        down, up, down_to, up_to = rankings.turning(k, first)
        for i in np.flatnonzero(first >= 0):
            scores = [
                np.where(rankings.eligible[i], _swept(rankings, i, k, factor), -1.0)
                for factor in sweep
            ]
            for factor, row in zip(sweep, scores, strict=True):
                lead = row[first[i]] - np.delete(row, first[i]).max(initial=-1.0)
                inside = (np.isnan(down[i]) or factor >= down[i]) and (
                    np.isnan(up[i]) or factor <= up[i]
                )
                assert inside == (lead >= -1e-9) or abs(lead) < MILLIONTH * max(factor, 1)
        for turn, to, beyond in ((down, down_to, -1e-4), (up, up_to, 1e-4)):
            for i in np.flatnonzero(to >= 0):
                row = _swept(rankings, i, k, turn[i] + beyond)
                assert rankings.eligible[i, to[i]]
                assert row[to[i]] > row[first[i]]
                assert np.isclose(*_swept(rankings, i, k, turn[i])[[to[i], first[i]]], atol=1e-6)
        assert (np.isnan(down) == (down_to < 0)).all()
        assert (np.isnan(up) == (up_to < 0)).all()


def _swept(rankings, i, k, factor):
    weights = rankings.weights.copy()
    weights[k] *= factor
    return rankings.values[i] @ weights


@given(blocks)
def test_the_order_of_the_best_is_compared_pair_by_pair(seed):
    rankings = drawn(seed)
    before = rankings.best(rankings.keys(rankings.weights), 5)
    weights = np.roll(rankings.weights, 1)
    keys = rankings.keys(weights)
    tau = weighing._tau(keys, before)
    for i, row in enumerate(before):
        some = [j for j in row if j >= 0]
        pairs = list(itertools.combinations(some, 2))
        agree = sum(1 if keys[i, a] > keys[i, b] else -1 for a, b in pairs)
        if not some:
            assert np.isnan(tau[i])
        else:
            assert tau[i] == pytest.approx(agree / len(pairs) if pairs else 1.0)


CLEAR = {
    "mentors": {"id": ["m1", "m2", "m3"], "skills": ["sql", "tax", "sql"],
                "goals": ["lead", "grow", "grow"], "status": ["active", "active", "left"]},
    "mentees": {"id": ["a", "b"], "skills_wanted": ["sql", "tax"], "goals": ["grow", "grow"]},
}  # fmt: skip


def clear(**config):
    return Programme.from_frames(
        CLEAR["mentors"],
        CLEAR["mentees"],
        config={
            "weights": {"skills": 3, "goals": 2},
            "goals": {"category_share": 1.0},
            **config,
        },
    )


def test_a_case_reckoned_by_hand():
    """m1 has the skill (3 of 5), m2 the goal (2 of 5); b finds both in m2; m3 has left."""
    found = cmmatch.sensitivity(clear(), factors=[0.5, 2.0], size=1)

    assert ("skills", "goals") == found.names
    assert {
        "mentee_id": ["a", "a", "b", "b"],
        "component": ["skills", "goals", "skills", "goals"],
        "best": ["m1", "m1", "m2", "m2"],
        "factor_down": [pytest.approx(2 / 3), None, None, None],
        "then_down": ["m2", "", "", ""],
        "factor_up": [None, pytest.approx(3 / 2), None, None],
        "then_up": ["", "m2", "", ""],
    } == found.best_columns()
    people = found.by_person.set_index(["mentee_id", "component", "factor"])
    assert ["m2", "m1"] == people.loc[("a", "skills", 0.5), ["entered", "left"]].tolist()
    assert not people.loc[("a", "skills", 2.0), "changed"]
    table = found.by_component.set_index(["component", "factor"])
    assert [1, 2, 0.5] == table.loc[
        ("skills", 0.5), ["best_changed", "mentees", "share_changed"]
    ].tolist()
    assert pytest.approx(1.5 / 3.5) == table.loc[("skills", 0.5), "weight_then"]


def test_components_not_in_play_are_named():
    found = cmmatch.sensitivity(clear())

    assert "availability" in found.idle
    assert "availability" in found._repr_html_()
    assert not set(found.idle) & set(found.names)


def test_the_only_weight_may_not_be_taken_away_and_decides_nothing_else():
    programme = Programme.from_frames(
        CLEAR["mentors"], CLEAR["mentees"], config={"weights": {"skills": 3, "goals": 0}}
    )
    columns = cmmatch.sensitivity(programme, factors=[0.0, 2.0]).component_columns()

    assert [None, 0] == columns["changed"]
    assert [None, 1.0] == columns["weight_then"]


def test_one_person_alone_is_the_same_as_among_all():
    found = cmmatch.sensitivity(programme_of(5))
    mentee = found.programme.mentees.ids[found.ranked[2]]
    one = found.only(mentee)

    everybody = found.by_person
    mine = everybody[everybody.mentee_id == mentee].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, one.by_person)
    assert {1} == set(one.component_columns()["mentees"])
    with pytest.raises(UnknownPerson, match="Did you mean"):
        found.only("p-0001")


def test_somebody_whom_nobody_may_meet_is_not_counted():
    people = {"id": ["a"], "status": ["left"], "goals": ["grow"]}
    found = cmmatch.sensitivity(Programme.from_frames({"id": ["m"], "goals": ["grow"]}, people))

    assert [0, 0, 0] == found.component_columns()["mentees"]
    assert [] == found.person_columns()["mentee_id"]
    assert "–" in found._repr_html_()


def test_the_result_of_a_match_tells_the_same():
    programme = programme_of(8)

    assert columns_of(cmmatch.sensitivity(programme)) == columns_of(
        cmmatch.match(programme).sensitivity()
    )


def test_the_answer_cannot_be_changed():
    found = cmmatch.sensitivity(clear())

    with pytest.raises(ValueError, match="read-only"):
        found.after[0] = 0


@pytest.mark.parametrize(
    ("factors", "size"),
    [
        ([-1.0], 5),  # below nothing
        ([float("nan")], 5),  # no number
        ([float("inf")], 5),  # without end
        ([], 5),  # no move at all
        ([2.0], 0),  # the best none
    ],
)
def test_moves_that_make_no_sense_are_refused(factors, size):
    with pytest.raises(ModelError, match="given"):
        cmmatch.sensitivity(clear(), factors=factors, size=size)
