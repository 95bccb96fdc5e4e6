"""Stability as a rule: against every matching of tiny programmes, and on programmes in between."""

import itertools

import numpy as np
import pytest

from cmmatch import Candidates, Matching, Model, Termination, deferred_acceptance, solve
from cmmatch.assignment.blocking import blocking_pairs
from cmmatch.assignment.builder import FormBuilder
from cmmatch.assignment.constraints import (
    Forbidden,
    GroupLimit,
    MenteeDemand,
    MentorCapacity,
    Required,
    Stable,
)
from cmmatch.assignment.levels import Levels, possible_pairs
from cmmatch.assignment.objectives import MostMatched, TotalScore
from cmmatch.errors import ModelError

WANTED = (MostMatched(), TotalScore())
NAN = float("nan")


def drawn(seed, *, several=True):
    """Candidates of up to 4 x 3 people with ties, room, and values of both sides or the score."""
    rng = np.random.default_rng(seed)
    while True:
        n, m = int(rng.integers(2, 5)), int(rng.integers(2, 4))
        scores = rng.integers(-1, 4, (n, m)) / 4
        candidates = Candidates.from_matrix(np.where(rng.random((n, m)) < 0.15, NAN, scores))
        if 0 < len(candidates) <= 10:
            break
    demand = rng.integers(0, 4, n) if several else np.ones(n, dtype=np.int64)
    places, values = rng.integers(0, 4, m), {}
    if rng.random() < 0.7:
        sides = ("mentee_value", "mentor_value")
        values = {side: rng.integers(0, 4, len(candidates)) for side in sides}
    return candidates, demand, places, values


def blocks(k, made, candidates, room, worth):
    """Whether a candidate blocks some made ones, said as a person would."""
    if made[k]:
        return False
    for side, people in enumerate((candidates.mentee, candidates.mentor)):
        limit, value = room[side][people[k]], worth[side]
        has = [value[q] for q in np.flatnonzero(made) if people[q] == people[k]]
        if limit == 0 or (len(has) == limit and min(has) >= value[k]):
            return False
    return True


def every_matching(candidates, demand, places):
    n, m = candidates.shape
    for bits in itertools.product((False, True), repeat=len(candidates)):
        made = np.array(bits)
        loads = (
            np.bincount(candidates.mentee[made], minlength=n),
            np.bincount(candidates.mentor[made], minlength=m),
        )
        if (loads[0] <= demand).all() and (loads[1] <= places).all():
            yield made


@pytest.mark.parametrize("blocking", [0, 1, 2])
@pytest.mark.parametrize("several", [False, True], ids=["one mentor", "several mentors"])
def test_the_best_of_all_matchings_with_few_blocking_pairs_is_found(blocking, several):
    bound = lost = ruled_out = 0
    for seed in range(60):
        candidates, demand, places, values = drawn([seed, blocking, several], several=several)
        worth = [values.get(each, candidates.score) for each in ("mentee_value", "mentor_value")]
        allowed, best, free, sets = [], None, None, 0
        for made in every_matching(candidates, demand, places):
            count = sum(
                blocks(k, made, candidates, (demand, places), worth) for k in range(len(made))
            )
            reached = int(made.sum()), int(candidates.score[made].sum())
            free, sets = max(free or reached, reached), sets + 1
            if count <= blocking:
                allowed.append(made)
                best = max(best or reached, reached)
        rule = Stable(candidates, places, demand, blocking=blocking, **values)
        result = solve(Model(candidates, [rule], WANTED))
        form = FormBuilder(candidates)
        rule.write(form)
        left_out = candidates.mentee * candidates.shape[1] + candidates.mentor
        gone = np.isin(left_out, np.concatenate(form.left_out))

        assert result.termination is Termination.OPTIMAL
        assert best == tuple(stage.value for stage in result.stages)
        assert not any(made[gone].any() for made in allowed)

        bound, lost = bound + (len(allowed) < sets), lost + (best < free)
        ruled_out += int(gone.sum())
    assert bound > 35
    assert lost > 5 or blocking
    assert ruled_out > 30


def test_with_other_rules_the_best_of_what_keeps_all_is_found_or_nothing_is_feasible():
    feasible = infeasible = 0
    for seed in range(60):
        candidates, demand, places, values = drawn([seed, 7])
        ids = candidates.source.mentee_ids, candidates.source.mentor_ids
        k = seed % len(candidates)
        pair = (ids[0][candidates.mentee[k]], ids[1][candidates.mentor[k]])
        other = (
            Required((pair,)),
            Forbidden((pair,)),
            GroupLimit("at most one", maximum=1),
        )[seed % 3]
        rules = [Stable(candidates, places, demand, **values), other]
        fits = []
        for made in every_matching(candidates, demand, places):
            matching = Matching(candidates.mentee[made], candidates.mentor[made], *ids)
            if not any(rule.violations(matching) for rule in rules):
                fits.append((int(made.sum()), int(candidates.score[made].sum())))
        if demand[candidates.mentee[k]] and places[candidates.mentor[k]]:
            result = solve(Model(candidates, rules, WANTED))

            assert result.has_matching is bool(fits)
            if fits:
                assert max(fits) == tuple(stage.value for stage in result.stages)
            feasible, infeasible = feasible + bool(fits), infeasible + (not fits)
    assert min(feasible, infeasible) > 5


def test_many_people_with_ties_are_matched_at_least_as_well_as_by_proposals():
    rng = np.random.default_rng(3)
    scores = rng.integers(0, 30, (40, 15)) / 30
    candidates = Candidates.from_matrix(
        np.where(rng.random(scores.shape) < 0.5, NAN, scores).round(6)
    )
    places = rng.integers(1, 4, 15)
    result = solve(Model(candidates, [Stable(candidates, places)], WANTED))
    made = result.matching
    proposed = deferred_acceptance(candidates, places=places)
    at = candidates.index(proposed.mentee, proposed.mentor)

    assert result.proven
    assert not len(blocking_pairs(candidates, made, places=places, demand=1))
    assert tuple(stage.value for stage in result.stages) >= (
        len(proposed),
        int(candidates.score[at].sum()),
    )
    result.certificate.check(candidates.source)


def test_of_one_score_without_ties_only_the_one_stable_matching_is_left():
    rng = np.random.default_rng(4)
    scores = rng.permutation(200 * 60).reshape(200, 60) / 1e6
    candidates = Candidates.from_matrix(scores)
    places = np.ones(60, dtype=np.int64)
    room = (np.ones(len(candidates), dtype=np.int64), places[candidates.mentor])
    sides = [Levels.of(each, candidates.score) for each in (candidates.mentee, candidates.mentor)]
    proposed = deferred_acceptance(candidates, places=places)

    left = np.flatnonzero(possible_pairs(tuple(sides), room))
    assert candidates.index(proposed.mentee, proposed.mentor).tolist() == left.tolist()


def test_more_blocking_pairs_never_make_the_best_worse():
    candidates, demand, places, values = drawn(108)
    reached = []
    for blocking in range(4):
        rule = Stable(candidates, places, demand, blocking=blocking, **values)
        result = solve(Model(candidates, [rule], WANTED))
        reached.append(tuple(stage.value for stage in result.stages))

    assert sorted(reached) == reached
    assert reached[0] < reached[-1]


def test_who_would_rather_have_each_other_is_named():
    candidates = Candidates.from_matrix(
        [[0.9, 0.5], [0.8, 0.1]], mentee_ids=["Ada", "Bob"], mentor_ids=["Cem", "Dora"]
    )
    made = Matching.from_ids(
        [("Ada", "Dora"), ("Bob", "Cem")], mentee_ids=["Ada", "Bob"], mentor_ids=["Cem", "Dora"]
    )
    (found,) = Stable(candidates, 1).violations(made)

    assert "stable: Ada and Cem would both rather have each other." == str(found)
    assert () == Stable(candidates, 1, blocking=1).violations(made)


def test_a_pair_that_is_no_candidate_and_too_many_pairs_are_violations():
    candidates = Candidates.from_matrix([[0.9, NAN], [0.8, 0.1]])
    ids = {"mentee_ids": ["0", "1"], "mentor_ids": ["0", "1"]}
    strange = Matching.from_ids([("0", "1")], **ids)
    crowded = Matching.from_ids([("0", "0"), ("1", "0")], **ids)

    assert ["0 with 1 is no candidate."] == [
        each.sentence for each in Stable(candidates, 1).violations(strange)
    ]
    assert ["0 has 2 pairs; 0 to 1 are allowed."] == [
        each.sentence for each in Stable(candidates, 1).violations(crowded)
    ]


def test_a_required_pair_that_no_stable_matching_makes_is_infeasible_and_not_a_contradiction():
    candidates = Candidates.from_matrix([[0.9, 0.5], [0.8, 0.1]])
    model = Model(candidates, [Stable(candidates, 1), Required((("0", "1"),))], WANTED)

    assert Termination.INFEASIBLE is solve(model).termination


def kept_best():
    whole = Candidates.from_matrix([[0.9, 0.5, 0.1], [0.8, 0.1, 0.2]])
    return Candidates.from_source(whole.source, keep=2)


FULL = Candidates.from_matrix([[0.9, 0.5], [0.8, 0.1]])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Stable(kept_best(), 1), "Take candidates without 'keep'"),
        (lambda: Stable(FULL, 1, blocking=-1), "'blocking' must be a whole number >= 0; given -1"),
        (lambda: Stable(FULL, 1, blocking=True), "'blocking' must be a whole number"),
        (
            lambda: Stable(FULL, 1, mentee_value=[1, 2]),
            "'mentee_value' must be one number for each",
        ),
        (lambda: Stable(FULL, 1, mentor_value=[1, 2, NAN, 3]), "none of them NaN"),
        (lambda: Stable(FULL, -1), "must not be negative"),
        (lambda: Stable(FULL, [1, 2, 3]), "one number for each of the 2 people"),
        (
            lambda: Model(
                Candidates.from_matrix([[0.9, NAN], [0.8, 0.1]]), [Stable(FULL, 1)], WANTED
            ).compiled(),
            "Give both the same",
        ),
    ],
)
def test_what_cannot_be_stable_is_refused_with_what_to_do(make, said):
    with pytest.raises(ModelError, match=said):
        make()


def test_candidates_made_anew_of_the_same_scores_will_do():
    again = Candidates.from_matrix([[0.9, 0.5], [0.8, 0.1]])
    rules = [MentorCapacity(1), MenteeDemand(1), Stable(again, 1)]

    assert (("0", "0"), ("1", "1")) == solve(Model(FULL, rules, WANTED)).matching.pairs
