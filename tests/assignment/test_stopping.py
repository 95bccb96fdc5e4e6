"""A solve that must end early claims nothing that it does not know, wherever it is stopped."""

import itertools
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from tests.assignment.tiny import UNIT, Tiny

import cmmatch
from cmmatch import Candidates, Limits, Model, Termination, solve
from cmmatch.assignment import limits
from cmmatch.assignment.backends import Answer, Choice, MinCostFlow, MixedInteger
from cmmatch.assignment.constraints import GroupLimit, MenteeDemand, MentorCapacity, Required, Soft
from cmmatch.assignment.form import Target
from cmmatch.assignment.incumbent import QUICK
from cmmatch.assignment.limits import OutOfTime
from cmmatch.assignment.objectives import (
    BottomShare,
    EvenLoad,
    GroupGap,
    Leximin,
    MostMatched,
    TotalScore,
    WorstOff,
)
from cmmatch.assignment.result import in_order
from cmmatch.errors import ModelError, NoMatching
from cmmatch.testing.oracle import every_set, least_left

HOME = str(Path(cmmatch.__file__).parent)
LONG = Limits(seconds=3600)


class Clock:
    """Stands still, and at one of the calls jumps beyond every deadline, or is interrupted."""

    def __init__(self, at=None, *, interrupt=False):
        self.at, self.interrupt, self.calls = at, interrupt, 0

    def monotonic(self):
        self.calls += 1
        if self.interrupt and self.calls - 1 == self.at:
            raise KeyboardInterrupt
        over = self.at is not None and self.calls > self.at and not self.interrupt
        return 1e6 if over else 0.0


class CutFlow:
    """Min-cost flow that looks at the clock before and after, as the child process does."""

    name, honours, available = "flow", MinCostFlow().honours, MinCostFlow().available

    def maximise(self, form, target, *, deadline=None):
        answer = None
        for after in (False, True):
            if deadline is not None and deadline.expired:
                raise OutOfTime
            answer = MinCostFlow().maximise(form, target) if not after else answer
        return answer


class CutMixed:
    """MIP that ends with the worst choice, a bad bound, no bound or nothing when time is up."""

    name, honours, available = "mip", MixedInteger().honours, MixedInteger().available

    def __init__(self):
        self.ways = itertools.cycle(range(3))

    def maximise(self, form, target, *, deadline=None):
        if deadline is not None and deadline.expired:
            return Answer(Termination.NO_SOLUTION)
        answer = MixedInteger().maximise(form, target)
        if deadline is None or not deadline.expired or answer.choice is None:
            return answer
        way = next(self.ways)
        if way == 2:
            return Answer(Termination.NO_SOLUTION)
        worst = MixedInteger().maximise(form, Target(-target.profit, -target.extra)).choice
        value = target.value(form, worst.chosen, worst.extras)
        bound = (answer.choice.value + 1, None)[way]
        return Answer(Termination.FEASIBLE, Choice(worst.chosen, worst.extras, value, bound))


def backends():
    return (CutFlow(), CutMixed())


def solved(model, monkeypatch, clock, **more):
    with monkeypatch.context() as patched:
        patched.setattr(limits, "time", SimpleNamespace(monotonic=clock.monotonic))
        return solve(model, backends=backends(), limits=LONG, **more)


def checked(result, model, best):
    """Hold all that a result claims against every set of pairs; say what kind of result it is."""
    ended = result.termination
    if best is None:
        assert ended in (Termination.INFEASIBLE, Termination.NO_SOLUTION)
        return ended.name
    assert ended is not Termination.INFEASIBLE
    found = result.certificate.check(model.candidates.source)
    if ended is Termination.NO_SOLUTION:
        assert not result.has_matching
        assert () == result.stages
        return ended.name
    assert () == model.check(result.matching)
    before = True
    for outcome, objective, reachable in zip(result.stages, model.objectives, best, strict=True):
        assert outcome.value == model.value(objective, result.matching)
        assert outcome.bound is None or outcome.bound >= outcome.value
        if before:
            # What is best within the stages before is known as long as these are proven.
            assert outcome.bound is None or in_order(outcome.bound) >= reachable
            claimed = found.get(outcome.name)
            assert claimed is None or in_order(claimed) >= reachable
            assert not outcome.proven or in_order(outcome.bound) == reachable
        before &= outcome.proven
    proven = all(outcome.proven for outcome in result.stages)
    assert proven == (ended is Termination.OPTIMAL)
    assert proven != bool(result.stopped)
    if proven:
        assert in_order(result.stages[-1].value) == best[-1]
        return ended.name
    return f"{ended.name} {sum(outcome.proven for outcome in result.stages)}"


def best_values(model):
    """What each objective can reach after the others, less what soft rules cost; None if none."""
    left, best = list(every_set(model)), []
    for objective in model.objectives if left else ():
        values = [in_order(model.value(objective, each)) for each in left]
        best.append(max(values))
        least = least_left(model, objective, best[-1])
        left = [each for each, value in zip(left, values, strict=True) if value >= least]
    return best or None


def degrees(seed):
    tiny = Tiny.drawn(seed)
    return Candidates.from_matrix(tiny.scores, resolution=UNIT), tiny.rules


def rows(seed):
    """Limits on groups, one hard and one soft; scores may be below zero."""
    rng = np.random.default_rng(seed)
    n, m = 4, 3
    scores = np.where(rng.random((n, m)) < 0.2, np.nan, rng.integers(-1, 5, (n, m)) * UNIT)
    low = int(rng.integers(0, 2))
    group = GroupLimit("north", low, low + int(rng.integers(0, 2)), mentors=rng.random(m) < 0.6)
    soft = Soft(GroupLimit("south", 1, mentees=rng.random(n) < 0.6), 3 * UNIT)
    rules = [MentorCapacity(rng.integers(1, 3, m)), MenteeDemand(1), group, soft]
    return Candidates.from_matrix(scores, resolution=UNIT), rules


ORDERS = {
    "total": (MostMatched(), TotalScore()),
    "score": (TotalScore(), MostMatched()),
    "tolerance": (MostMatched(tolerance=0.4), TotalScore()),
    "worst off": (MostMatched(), WorstOff(), TotalScore()),
    "leximin": (MostMatched(), Leximin(step=UNIT), TotalScore()),
    "bottom": (MostMatched(), BottomShare(0.5), TotalScore()),
    "gap": (MostMatched(), GroupGap(list("abab"), minimum=1), TotalScore()),
    "loads": (MostMatched(), EvenLoad(), TotalScore()),
}
THOROUGH = ("total", "score", "tolerance")
CASES = [
    *((degrees, (3, 8, 11, 14), order) for order in ORDERS if order != "gap"),
    *((rows, (1,), order) for order in ORDERS),
]


def step_of(calls, *, thorough):
    return 1 if thorough else max(1, calls // 8)


@pytest.mark.parametrize(("kind", "seeds", "order"), CASES)
def test_time_may_run_out_at_any_point(kind, seeds, order, monkeypatch):
    met = Counter()
    for seed in seeds:
        model = Model(*kind(seed), ORDERS[order], seed=seed)
        best, whole, clock = best_values(model), solve(model, backends=backends()), Clock()
        unhurried = solved(model, monkeypatch, clock)

        assert "" == unhurried.stopped
        assert (unhurried.termination, unhurried.stages) == (whole.termination, whole.stages)
        assert unhurried.has_matching == whole.has_matching
        if whole.has_matching:
            assert unhurried.matching.pairs == whole.matching.pairs

        for k in range(0, clock.calls + 1, step_of(clock.calls, thorough=order in THOROUGH)):
            met[checked(solved(model, monkeypatch, Clock(k)), model, best)] += 1

    assert {"FEASIBLE 1", "OPTIMAL", "FEASIBLE 0" if kind is rows else "NO_SOLUTION"} <= set(met)


@pytest.mark.parametrize("kind", [degrees, rows])
def test_ctrl_c_may_come_at_any_look_at_the_clock(kind, monkeypatch):
    model, met = Model(*kind(3), ORDERS["leximin"], seed=3), Counter()
    best, clock = best_values(model), Clock()
    solved(model, monkeypatch, clock)
    for k in range(0, clock.calls, step_of(clock.calls, thorough=kind is degrees)):
        with pytest.raises(KeyboardInterrupt):
            solved(model, monkeypatch, Clock(k, interrupt=True))
        try:
            result = solved(model, monkeypatch, Clock(k, interrupt=True), on_interrupt="best")
        except KeyboardInterrupt:
            met["none"] += 1
            continue
        met[checked(result, model, best)] += 1

        assert result.stopped in ("", "interrupted")

    assert {"FEASIBLE 1", "FEASIBLE 2"} <= set(met)


class Pressed:
    """Ctrl-C when Python calls its k-th function from now on, whichever that is."""

    def __init__(self, at=-1):
        self.at, self.calls = at, 0

    def __call__(self, frame, event, argument):
        # In others' code it may meet a generator being closed, which swallows it.
        if event == "call" and HOME in frame.f_code.co_filename:
            self.calls += 1
            if self.calls == self.at:
                raise KeyboardInterrupt

    def during(self, model):
        sys.setprofile(self)
        try:
            return solve(model, backends=backends(), on_interrupt="best")
        finally:
            sys.setprofile(None)


@pytest.mark.parametrize(("kind", "times"), [(degrees, 120), (rows, 60)])
def test_ctrl_c_may_come_anywhere(kind, times):
    model, met = Model(*kind(3), ORDERS["total"], seed=3), Counter()
    best, all_of_it = best_values(model), Pressed()
    all_of_it.during(model)
    for k in np.linspace(1, all_of_it.calls, times).astype(int).tolist():
        try:
            met[checked(Pressed(k).during(model), model, best)] += 1
        except KeyboardInterrupt:
            met["none"] += 1

    assert {"none", "FEASIBLE 0" if kind is rows else "FEASIBLE 1"} <= set(met)


def test_what_else_ctrl_c_could_do_is_refused():
    model = Model(*degrees(3), ORDERS["total"])

    with pytest.raises(ModelError, match="must be raise or best; given 'ignore'"):
        solve(model, on_interrupt="ignore")


class Never:
    """A backend that has not answered when time is up."""

    name, honours, available = "never", MixedInteger().honours, MixedInteger().available

    def maximise(self, form, target, *, deadline=None):
        raise OutOfTime


def candidates_of(scores):
    return Candidates.from_matrix(np.array(scores) * UNIT, resolution=UNIT)


def quick(scores, *rules):
    model = Model(candidates_of(scores), rules, ORDERS["total"])
    return solve(model, backends=[Never()], limits=LONG)


def test_when_no_backend_answers_the_best_scores_are_taken_first():
    """Three mentees cannot have more than the two places: that much is known without a solver."""
    scores = [[5, 4], [4, 1], [3, 0]]
    result = quick(scores, MentorCapacity(1), MenteeDemand(1))

    assert (("0", "0"), ("1", "1")) == result.matching.pairs
    assert [(2, 2, True), (6, None, False)] == [
        (each.value, each.bound, each.proven) for each in result.stages
    ]
    assert {"most_matched": 2} == result.certificate.check(candidates_of(scores).source)
    assert QUICK == result.backend
    assert "time limit of 3600 s" == result.stopped


def test_the_quick_choice_fills_minimum_loads_and_keeps_rows_and_required_pairs():
    result = quick(
        [[5, 4, 1], [4, 1, 2], [3, 0, 3]],
        MentorCapacity(3, np.array([0, 0, 1])),
        MenteeDemand(1),
        Required((("1", "0"),)),
        GroupLimit("first", maximum=2, mentors=["0"]),
    )

    assert (("0", "0"), ("1", "0"), ("2", "2")) == result.matching.pairs


def test_a_quick_choice_that_breaks_a_rule_is_no_result():
    at_least = GroupLimit("second", 1, mentors=["1"])
    result = quick([[5, 4]], MentorCapacity(1), MenteeDemand(1), at_least)

    assert Termination.NO_SOLUTION is result.termination
    with pytest.raises(NoMatching, match=r"no solution\. Stopped: time limit of 3600 s\."):
        result.matching  # noqa: B018


def test_what_the_relaxation_proves_stands_though_no_backend_answered_in_time():
    """A flow finds the optimum without the limit, two pairs; prices prove one with it."""
    candidates = candidates_of([[5, 4], [4, 1], [3, 0]])
    rules = [MentorCapacity(1), MenteeDemand(1), GroupLimit("few", maximum=1)]
    model = Model(candidates, rules, ORDERS["total"])
    result = solve(model, backends=[MinCostFlow(), Never()], limits=LONG)

    assert [(1, 1, True), (5, None, False)] == [
        (each.value, each.bound, each.proven) for each in result.stages
    ]
    assert {"most_matched": 1} == result.certificate.check(candidates.source)


def test_a_bound_within_the_best_of_the_stage_before_holds_once_that_is_reached():
    """Two pairs are all that places allow, and the quick choice has two."""
    candidates = candidates_of([[5, 4], [4, 1], [3, 0]])
    rules = [MentorCapacity(1), MenteeDemand(1), GroupLimit("three", maximum=3)]
    model = Model(candidates, rules, ORDERS["total"])
    result = solve(model, backends=[MinCostFlow(), Never()], limits=LONG)

    assert [(2, 2, True), (6, 8, False)] == [
        (each.value, each.bound, each.proven) for each in result.stages
    ]
    assert {"most_matched": 2, "total_score": 8} == result.certificate.check(candidates.source)
