"""The gap between groups: against brute force, with a backend for rows."""

import numpy as np
import pytest
from tests.tiny_models import best_matchings, few_kept, tiny_candidates, tiny_rules

from cmmatch import Candidates, Matching, Model, solve
from cmmatch.assignment.constraints import MenteeDemand, MentorCapacity
from cmmatch.assignment.objectives import GroupGap, MostMatched, TotalScore
from cmmatch.errors import ModelError


def tiny_model(seed):
    rng = np.random.default_rng(seed)
    candidates = tiny_candidates(rng)
    groups = rng.permutation(["a", "b", *rng.choice(["a", "b", "c", ""], candidates.shape[0])])
    groups = groups[: candidates.shape[0]].tolist()
    gap = GroupGap(groups, 1, step=(1e-6, 0.1)[seed % 2], tolerance=(0, 0.5)[seed // 2 % 2])
    wanted = (MostMatched(), gap, TotalScore())
    return Model(candidates, tiny_rules(rng, candidates), wanted), len({*groups} - {""})


def test_the_gap_is_as_small_as_brute_force_finds_it():
    feasible = 0
    for seed in range(60):
        model, groups = tiny_model(seed)
        left, best = best_matchings(model) if groups > 1 else ([], ())
        if not left:
            continue
        feasible += 1
        for each in (model, few_kept(model)):
            result = solve(each)
            result.certificate.check(each.candidates.source)

            assert result.matching.pairs in left, seed
            assert best[-1] == result.stages[-1].value, seed
            assert result.proven, seed
    assert feasible >= 20


def test_the_gap_counts_whoever_is_left_without_a_mentor_as_nothing():
    gap = GroupGap(["a", "a", "b", "b", ""], minimum=1)
    candidates = Candidates.from_matrix(np.full((5, 3), 0.5))
    ids = candidates.source.mentee_ids, candidates.source.mentor_ids
    # Group a has 0.5 and 0.5, group b 0.5 and nothing.
    made = Matching(np.array([0, 1, 2]), np.array([0, 1, 2]), *ids)

    assert {"a": 2, "b": 2} == gap.sizes
    # A gap of 0.25, in steps of 0.05.
    assert -5 == gap.value(made, candidates.source)


def test_the_lowest_mean_is_rounded_down_and_the_steps_up():
    gap = GroupGap(["a", "a", "a", "b", "b", "b"], minimum=3, step=1)
    scores = np.full((6, 1), np.nan)
    scores[:, 0] = [1, 2, 2, 1, 1, 2]
    candidates = Candidates.from_matrix(scores, resolution=1)
    everybody = np.arange(6)
    made = Matching(everybody, 0 * everybody, *ids_of(candidates))

    # 4 / 3 down to 1, and 5 / 3 within one step of that.
    assert -1 == gap.value(made, candidates.source)


def ids_of(candidates):
    return candidates.source.mentee_ids, candidates.source.mentor_ids


def test_a_gap_is_closed_at_the_price_of_the_total():
    # The total alone gives group a everything; the gap alone cares for nothing else.
    scores = [[0.9, 0.5], [0.5, 0.2]]
    rules = [MentorCapacity(1), MenteeDemand(1)]
    groups = GroupGap(["a", "b"], minimum=1, step=1e-6)
    model = Model(Candidates.from_matrix(scores), rules, (MostMatched(), groups))
    result = solve(model)

    assert (("0", "1"), ("1", "0")) == result.matching.pairs
    # No gap at all counts like one step.
    assert -1 == result.stages[1].value


def test_small_groups_are_not_counted():
    assert {"large": 5} == GroupGap(["large"] * 5 + ["small"] * 4 + [""]).sizes


# Too few labels, one group only, and two of which one is too small.
@pytest.mark.parametrize("groups", [["a"] * 5, ["a"] * 10, ["a"] * 6 + ["b"] * 4])
def test_a_gap_needs_a_label_for_everybody_and_two_groups(groups):
    model = Model(
        Candidates.from_matrix(np.full((10, 2), 0.5)),
        [MentorCapacity(1)],
        (MostMatched(), GroupGap(groups)),
    )

    with pytest.raises(ModelError, match="the 10 mentees, and two groups of at least 5"):
        solve(model)


@pytest.mark.parametrize("step", [0, -0.1, float("nan")])
def test_a_step_is_above_zero(step):
    with pytest.raises(ModelError, match="the step must be above 0"):
        GroupGap(["a", "b"], step=step)


def test_a_gap_needs_a_settled_number_of_pairs():
    with pytest.raises(ModelError, match="group_gap must follow an objective that settles"):
        Model(Candidates.from_matrix([[0.5]]), [], (GroupGap(["a"]), MostMatched()))
