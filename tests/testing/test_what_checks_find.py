"""The conformance checks find a broken promise, whichever it is."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from cmmatch import Candidates, Model, Termination
from cmmatch.assignment.backends import Answer, ConstraintProgramming
from cmmatch.assignment.constraints import MenteeDemand, MentorCapacity, Violation
from cmmatch.assignment.families import Extra
from cmmatch.assignment.form import UNBOUNDED, Form, Rows, Target
from cmmatch.assignment.objectives import MostMatched, TotalScore
from cmmatch.assignment.pairwise import Constant
from cmmatch.assignment.stages import Total
from cmmatch.testing import best_value, check_backend, check_constraint, check_objective
from cmmatch.testing.filling import fillable
from cmmatch.testing.oracle import fillings

CANDIDATES = Candidates.from_matrix([[0.5, 0.2], [0.4, 0.1]])
TARGET = Target(np.array([3, 5]), np.array([2]))
RULES = (MentorCapacity(1), MenteeDemand(1))


def model_of(*objectives, candidates=CANDIDATES):
    return Model(candidates, RULES, objectives or (MostMatched(),))


@dataclass(frozen=True)
class AtMostOnePair:
    """At most one pair in all, but for what a test changes."""

    twist: str = ""
    name: str = "one pair"

    def write(self, form):
        n, _ = form.shape
        if self.twist == "rows that are too tight":
            form.bound_mentors(np.zeros(2, int), np.zeros(2, int))
        else:
            form.bound_mentees(np.zeros(n, int), np.array([1, 0]))
            form.bound_mentors(np.zeros(2, int), np.array([1, 0]))
        if self.twist == "a stage":
            form.add_stage(Total("more", Constant()))
        if self.twist == "extras without end":
            form.add_extra(Extra("anything", 0, 10**9))

    def violations(self, matching):
        allowed = {(0, 0)}
        found = set(zip(matching.mentee.tolist(), matching.mentor.tolist(), strict=True)) - allowed
        if self.twist == "a count that is too lax":
            found -= {(1, 1)}
        rule = "another" if self.twist == "another name" else self.name
        sentence = "Two\nlines." if self.twist == "two lines" else "Too many."
        told = [Violation(rule, sentence) for _ in sorted(found)]
        return told if self.twist == "a list" else tuple(told)


def test_a_constraint_that_keeps_its_contract_passes():
    assert (2, 14) == check_constraint(AtMostOnePair(), CANDIDATES)


@pytest.mark.parametrize(
    ("twist", "found"),
    [
        ("rows that are too tight", r"do not allow \(\('0', '0'\),\), and no violation"),
        ("a count that is too lax", r"do not allow \(\('1', '1'\),\), and no violation"),
        ("a stage", "adds no stage"),
        ("another name", "names the rule, here 'another'"),
        ("two lines", "one sentence in one line"),
        ("a list", "a tuple of Violation"),
    ],
)
def test_a_constraint_that_does_not_is_found(twist, found):
    with pytest.raises(AssertionError, match=found):
        check_constraint(AtMostOnePair(twist), CANDIDATES)


def test_a_violation_that_the_rows_allow_is_found():
    class Unwritten(AtMostOnePair):
        def write(self, form):
            pass

    with pytest.raises(AssertionError, match=r"rows allow \(\('0', '1'\),\), but: one pair: Too"):
        check_constraint(Unwritten(), CANDIDATES)


def test_extras_without_end_are_filled_in():
    met = check_constraint(AtMostOnePair("extras without end"), CANDIDATES)

    assert met == check_constraint(AtMostOnePair(), CANDIDATES)


def test_more_ways_to_fill_in_extras_than_brute_force_takes_are_refused():
    with pytest.raises(ValueError, match="narrower bounds"):
        fillings(np.zeros(2, dtype=np.int64), np.full(2, 10**6))


@dataclass(frozen=True)
class Twisted(TotalScore):
    """The total score, but for what a test changes."""

    twist: str = ""
    name: str = "twisted"

    def write(self, form):
        if self.twist == "a hidden rule":
            form.bound_mentors(np.zeros(2, int), np.zeros(2, int))
        if self.twist == "another name":
            form.add_stage(Total("other", Constant()))
            return
        super().write(form)

    def value(self, matching, source):
        value = super().value(matching, source)
        return {"half a point": value / 2, "twice": 2 * value}.get(self.twist, value)


def test_an_objective_that_keeps_its_contract_passes():
    check_objective(Twisted(), model_of())
    check_objective(Twisted(tolerance=0.3), model_of())


@pytest.mark.parametrize(
    ("twist", "found"),
    [
        ("a hidden rule", "hides no rule, but takes away"),
        ("another name", r"one stage with its name, here \['other'\]"),
        ("half a point", "a whole number or a tuple"),
        ("twice", "the solver claims 600000, the matching has 1200000"),
    ],
)
def test_an_objective_that_does_not_is_found(twist, found):
    with pytest.raises(AssertionError, match=found):
        check_objective(Twisted(twist=twist), model_of())


def test_an_objective_whose_stage_finds_less_than_the_best_is_found():
    class Lazy(Total):
        """Ends with whatever has at least one pair, and calls that proven."""

        def run(self, space, search):
            run = super().run(space, search)
            one = run.chosen.only(slice(0, 1))
            value = (int(one.score.sum()),)
            return replace(run, chosen=one, value=value, bound=value, proofs=())

    class Least(Twisted):
        def write(self, form):
            form.add_stage(Lazy(self.name, Total("", Constant()).value))

        def value(self, matching, source):
            return int(source.pairs(matching.mentee, matching.mentor).sum())

    with pytest.raises(AssertionError, match=r"twisted reaches .* the best is"):
        check_objective(Least(), model_of())


def test_brute_force_refuses_what_it_cannot_enumerate():
    many = Candidates.from_matrix(np.full((4, 4), 0.5))
    some = Candidates.from_source(CANDIDATES.source, keep=1)

    with pytest.raises(ValueError, match="14 pairs at most"):
        check_objective(MostMatched(), model_of(TotalScore(), candidates=many))
    with pytest.raises(ValueError, match="keep only the best"):
        check_objective(MostMatched(), model_of(TotalScore(), candidates=some))


class Bent(ConstraintProgramming):
    """An honest backend whose answers are changed."""

    def __init__(self, twist):
        super().__init__(name="bent")
        object.__setattr__(self, "twist", twist)

    def maximise(self, form, target, *, deadline=None):
        return self.twist(super().maximise(form, target), form, target)


def changed(answer, **changes):
    if answer.choice is None:
        return answer
    return replace(answer, choice=replace(answer.choice, **changes))


def nothing(answer, form, target):
    """Makes no pair, with the value of that."""
    if answer.choice is None:
        return answer
    chosen, extras = np.zeros_like(answer.choice.chosen), answer.choice.extras
    value = target.value(form, chosen, extras)
    return changed(answer, chosen=chosen, value=value, bound=value)


def leaves_out_pairs_that_pay(answer, form, target):
    """Makes no pair where none must be made."""
    free = not (form.required.any() or form.mentee_lower.any() or form.mentor_lower.any())
    return nothing(answer, form, target) if free and not len(form.rows) else answer


def raises(answer, form, target):
    if answer.choice is None:
        message = "infeasible"
        raise RuntimeError(message)
    return answer


def alternates(answer, form, target):
    alternates.calls = getattr(alternates, "calls", 0) + 1
    return answer if alternates.calls % 2 else leaves_out_pairs_that_pay(answer, form, target)


def meddles(answer, form, target):
    target.profit[:] = 0
    return answer


@pytest.mark.parametrize(
    ("twist", "found"),
    [
        (lambda a, f, t: Answer(Termination.INFEASIBLE), "finds a choice where there is one"),
        (lambda a, f, t: a if a.choice else Answer(Termination.NO_SOLUTION), "says INFEASIBLE"),
        (lambda a, f, t: changed(a, value=a.choice.value + 1) if a.choice else a, "it claims"),
        (lambda a, f, t: changed(a, bound=a.choice.value - 1) if a.choice else a, "above its bo"),
        (lambda a, f, t: changed(a, bound=None), "OPTIMAL exactly where"),
        (lambda a, f, t: changed(a, chosen=a.choice.chosen * 1) if a.choice else a, "every bound"),
        (nothing, "keeps every bound and row"),
        (leaves_out_pairs_that_pay, "is the best"),
        (alternates, "answers alike"),
        (meddles, "as it was"),
    ],
)
def test_a_backend_that_breaks_its_contract_is_found(twist, found):
    with pytest.raises(AssertionError, match=found):
        check_backend(Bent(twist), forms=60)


def test_a_backend_that_raises_where_nothing_is_feasible_is_heard():
    with pytest.raises(RuntimeError, match="infeasible"):
        check_backend(Bent(raises), forms=60)


def test_brute_force_knows_the_best_of_a_form_worked_out_by_hand():
    """Two mentees want one mentor with one place; the extra may be as much as there are pairs."""
    none = np.zeros(2, dtype=np.int64)
    rows = Rows(
        ("as much as pairs",),
        np.zeros(3, dtype=np.int64),
        np.arange(3),
        np.array([1, 1, -1]),
        np.array([0]),
        np.array([UNBOUNDED]),
    )
    form = Form(
        np.array([0, 1], dtype=np.int32),
        np.zeros(2, dtype=np.int32),
        none,
        np.ones(2, dtype=np.int64),
        none[:1],
        np.ones(1, dtype=np.int64),
        np.array([False, False]),
        rows,
        np.array([0]),
        np.array([3]),
        np.arange(2),
    )

    assert 7 == best_value(form, TARGET)
    assert 5 == best_value(form, Target(np.array([3, 5]), np.array([-2])))
    assert None is best_value(replace(form, mentee_lower=form.mentee_upper), TARGET)


def test_fillings_are_all_whole_numbers_within_bounds():
    filled = fillings(np.array([-1, 2]), np.array([0, 3]))

    assert [[-1, 2], [-1, 3], [0, 2], [0, 3]] == filled.tolist()
    assert 0 == len(fillings(np.array([1]), np.array([0])))


def test_what_narrowing_and_trying_finds_is_what_all_fillings_show():
    rng = np.random.default_rng(5)
    yes = 0
    for _ in range(400):
        size = int(rng.integers(1, 4)), int(rng.integers(1, 4))
        rows = rng.integers(-3, 4, size)
        lower = rng.integers(-4, 5, size[0])
        upper = lower + rng.integers(0, 5, size[0])
        low = rng.integers(-2, 2, size[1])
        up = low + rng.integers(-1, 4, size[1])
        sums = fillings(low, up) @ rows.T
        some = bool(((sums >= lower) & (sums <= upper)).all(axis=1).any())

        assert some == fillable(rows, (lower, upper), low, up)

        yes += some
    assert 50 < yes < 350
