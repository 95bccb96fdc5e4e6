"""Every exported constraint, objective and backend against its contract, none left out."""

import inspect

import numpy as np
import pytest
from tests.assignment.examples import CONSTRAINTS, OBJECTIVES

from cmmatch import Candidates
from cmmatch.assignment import constraints, objectives
from cmmatch.assignment.backends import BUILT_IN
from cmmatch.assignment.form import Need
from cmmatch.testing import check_backend, check_constraint, check_objective, tiny_model
from cmmatch.testing.tiny import TinyRows, tiny_candidates


def written(room):
    """Names of the classes of a room that write themselves into a form."""
    classes = {name: getattr(room, name) for name in room.__all__}
    return {
        name
        for name, each in classes.items()
        if inspect.isclass(each) and hasattr(each, "write") and not getattr(each, "_is_protocol", 0)
    }


def drawn_candidates(rng):
    """Candidates with two pairs at least."""
    while True:
        candidates = tiny_candidates(rng)
        if len(candidates) > 1:
            return candidates


def test_every_exported_constraint_and_objective_has_an_example():
    assert set(CONSTRAINTS) == written(constraints)
    assert set(OBJECTIVES) == written(objectives)


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_a_constraint_writes_what_it_counts(name):
    rng = np.random.default_rng(11)
    kept = broken = 0
    for _ in range(8):
        candidates = drawn_candidates(rng)
        constraint = CONSTRAINTS[name](rng, candidates)
        met = check_constraint(constraint, candidates)
        kept, broken = kept + met.kept, broken + met.broken

    assert type(constraint).__name__ == name
    assert min(kept, broken) > 0


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


@pytest.mark.parametrize("name", OBJECTIVES)
@pytest.mark.parametrize("rows", [False, True], ids=["degrees", "rows"])
def test_an_objective_reaches_the_best_of_all_sets(name, rows):
    rng = np.random.default_rng(14)
    for seed in range(9000, 9012):
        model = tiny_model(seed, rows=rows)
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
