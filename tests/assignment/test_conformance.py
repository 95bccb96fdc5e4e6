"""Every exported constraint, objective and backend against its contract, none left out."""

import inspect
from dataclasses import replace

import numpy as np
import pytest
from tests.assignment.examples import CONSTRAINTS, OBJECTIVES

from cmmatch import Candidates, Model, Termination, solve
from cmmatch.assignment import constraints, objectives
from cmmatch.assignment.backends import BUILT_IN
from cmmatch.assignment.constraints import MenteeDemand, MentorCapacity
from cmmatch.assignment.form import Need
from cmmatch.assignment.objectives import MostMatched, TotalScore
from cmmatch.assignment.result import in_order
from cmmatch.testing import (
    best_values,
    check_backend,
    check_constraint,
    check_objective,
    tiny_model,
)
from cmmatch.testing.tiny import TinyRows, tiny_candidates


def written(room):
    """Names of the classes of a room that write themselves into a form."""
    classes = {name: getattr(room, name) for name in room.__all__}
    return {
        name
        for name, each in classes.items()
        if hasattr(each, "write")
        and not inspect.isabstract(each)
        and not getattr(each, "_is_protocol", False)
    }


def drawn_candidates(rng):
    """Candidates with two mentees and two pairs at least."""
    while True:
        candidates = tiny_candidates(rng)
        if candidates.shape[0] > 1 and len(candidates) > 1:
            return candidates


def drawn_models(first, count, *, rows, positive):
    """Models whose candidates have two mentees and two pairs at least."""
    found = []
    for seed in range(first, first + 10 * count):
        model = tiny_model(seed, rows=rows)
        kept = model.candidates
        if kept.shape[0] > 1 and len(kept) > 1:
            found.append(replace(model, candidates=lifted(kept)) if positive else model)
    return found[:count]


def lifted(candidates):
    """The same candidates with scores above 0."""
    scores = np.full(candidates.shape, np.nan)
    scores[candidates.mentee, candidates.mentor] = 0.75 + candidates.score * candidates.resolution
    return Candidates.from_matrix(scores)


def test_every_exported_constraint_and_objective_has_an_example():
    assert set(CONSTRAINTS) == written(constraints)
    assert set(OBJECTIVES) == written(objectives)


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_a_constraint_writes_what_it_counts(name):
    rng = np.random.default_rng(11)
    kept = broken = 0
    for _ in range(10):
        candidates = drawn_candidates(rng)
        constraint = CONSTRAINTS[name](rng, candidates)
        met = check_constraint(constraint, candidates)
        kept, broken = kept + met.kept, broken + met.broken

    assert type(constraint).__name__ == name
    assert kept > 0
    assert (broken > 0) is (name != "Soft")  # which is never broken, only paid for


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_a_model_with_a_constraint_reaches_the_best_of_all_sets_that_keep_it(name):
    rng = np.random.default_rng(15)
    found = 0
    for _ in range(12):
        candidates = drawn_candidates(rng)
        rules = [MentorCapacity(2), MenteeDemand(2), CONSTRAINTS[name](rng, candidates)]
        model = Model(candidates, rules, (MostMatched(), TotalScore()))
        result = solve(model)
        result.certificate.check(candidates.source)
        best = best_values(model)
        reached = [in_order(stage.value) for stage in result.stages] or None

        assert best == reached
        assert result.termination is (Termination.OPTIMAL if best else Termination.INFEASIBLE)
        found += best is not None
    assert found > 3


def test_rows_without_a_meaning_are_written_as_they_are_counted():
    rng = np.random.default_rng(12)
    kept = broken = 0
    for _ in range(30):
        candidates = drawn_candidates(rng)
        met = check_constraint(TinyRows.drawn(rng, candidates.shape), candidates)
        kept, broken = kept + met.kept, broken + met.broken

    assert min(kept, broken) > 100


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_a_constraint_on_more_people_is_looked_at_by_samples(name):
    rng = np.random.default_rng(13)
    candidates = Candidates.from_matrix(rng.integers(0, 100, (6, 5)) / 100)

    assert sum(check_constraint(CONSTRAINTS[name](rng, candidates), candidates, sets=300)) == 300


def raised(model):
    """The same model with all scores above zero."""
    candidates = model.candidates
    n, m = candidates.shape
    scores = np.full((n, m), np.nan)
    scores[candidates.mentee, candidates.mentor] = candidates.score / 10**6 + 1
    return replace(model, candidates=Candidates.from_matrix(scores))


@pytest.mark.parametrize("name", OBJECTIVES)
@pytest.mark.parametrize("rows", [False, True], ids=["degrees", "rows"])
def test_an_objective_reaches_the_best_of_all_sets(name, rows):
    rng = np.random.default_rng(14)
    for model in drawn_models(9000, 8, rows=rows, positive=name == "Nash"):
        objective = OBJECTIVES[name](rng, model.candidates)
        check_objective(objective, model)

    assert type(objective).__name__ == name


@pytest.mark.parametrize("backend", BUILT_IN, ids=lambda each: each.name)
def test_a_backend_keeps_its_contract(backend):
    met = check_backend(backend, forms=150)

    assert {need.name for need in backend.honours} | {"infeasible"} == set(met)
    assert min(met.values()) >= 10
    assert met["infeasible"] <= 100
    assert Need.DEGREES in backend.honours
