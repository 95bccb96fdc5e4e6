"""Traps of OR-Tools that the backends keep away from, by their number in our notes on it.

1. Reading a flow after a failed solve ends the process.
2. CP-SAT answers with garbage where there is no solution.
3. Floats are cut to integers without a word.
4. Sums beyond the solver's integers.
5. Linear sum assignment wants a square problem.
6. CP-SAT mixes floats and integers.
7. Not the same answer twice.
8. Ctrl-C is swallowed, or waits for the end.
9. Interfaces and behaviour change from version to version.
13. Models built pair by pair in Python are slow.
14. "Infeasible" says nothing.

Not tested here: that min-cost flow holds the interpreter (8), which only a process of its own can
help; CP-SAT models (13), for which OR-Tools offers nothing but a call for each column; the ranges
that the dependencies of OR-Tools allow (10), the platforms with wheels (11) and crashes on loading
beside other packages (12), which are matters of an installation; and altered copies of the official
samples (15), of which nothing was taken.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from tests.assignment import hard

from cmmatch import Candidates, Model, Termination, solve
from cmmatch.assignment.backends import (
    BUILT_IN,
    ConstraintProgramming,
    MinCostFlow,
    MixedInteger,
    child,
    mip,
)
from cmmatch.assignment.backends.integer import IntegerProgramme
from cmmatch.assignment.constraints import MenteeDemand, MentorCapacity
from cmmatch.assignment.families import Family, OneRow
from cmmatch.assignment.form import UNBOUNDED, Form, Need, Rows, Target
from cmmatch.assignment.limits import Deadline
from cmmatch.assignment.objectives import MostMatched, TotalScore
from cmmatch.assignment.pairwise import Constant
from cmmatch.errors import ModelError, SolverDisagreement, SolverFailed
from cmmatch.testing import best_value, tiny_form

ROOT = Path(__file__).resolve().parents[2]
BEYOND_DEGREES = (MixedInteger(), ConstraintProgramming())


def tiny(scores=((0.5,),), *rules, **settings):
    candidates = Candidates.from_matrix(scores, **settings)
    constraints = [MentorCapacity(1), MenteeDemand(1), *rules]
    return Model(candidates, constraints, [MostMatched(), TotalScore()])


def one_each(profit, rows=None):
    """As many mentees as profits, each with a mentor of its own."""
    size = len(profit)
    none, one = np.zeros(size, dtype=np.int64), np.ones(size, dtype=np.int64)
    people = np.arange(size, dtype=np.int32)
    form = Form(
        people,
        people,
        none,
        one,
        none,
        one,
        none > 0,
        Rows.none() if rows is None else rows,
        none[:0],
        none[:0],
        np.arange(size),
    )
    return form, Target(np.array(profit, dtype=np.int64), none[:0])


def all_in_one_row(coefficients, lower, upper):
    size = len(coefficients)
    return Rows(
        ("sum",),
        np.zeros(size, dtype=np.int64),
        np.arange(size),
        np.array(coefficients),
        np.array([lower]),
        np.array([upper]),
    )


class AtLeast:
    """At least so many pairs in all."""

    name = "at least"

    def __init__(self, count):
        self.count = count

    def write(self, form):
        lower, upper = np.array([self.count]), np.array([UNBOUNDED])
        form.add_family(Family(self.name, ("all",), OneRow(), Constant(), lower, upper))

    def violations(self, matching):
        return ()


class FailingFlow:
    """Stands in for a solve without an optimum: reading a flow would end the process."""

    OPTIMAL = "OPTIMAL"
    status = "UNKNOWN"

    def add_arcs_with_capacity_and_unit_cost(self, tails, heads, capacities, costs):
        return np.arange(len(tails))

    def set_nodes_supplies(self, nodes, supplies):
        pass

    def solve(self):
        return self.status

    def flows(self, arcs):
        pytest.fail("a flow was read although the status is not OPTIMAL")


class TestFlowsAreReadOnlyAfterAnOptimum:
    """1"""

    def test_another_status_is_an_error(self, monkeypatch):
        from ortools.graph.python import min_cost_flow

        monkeypatch.setattr(min_cost_flow, "SimpleMinCostFlow", FailingFlow)

        with pytest.raises(RuntimeError, match="min-cost flow answered UNKNOWN"):
            solve(tiny())

    def test_infeasible_is_an_answer(self, monkeypatch):
        from ortools.graph.python import min_cost_flow

        monkeypatch.setattr(min_cost_flow, "SimpleMinCostFlow", FailingFlow)
        monkeypatch.setattr(FailingFlow, "status", "INFEASIBLE")
        answer = MinCostFlow().maximise(*one_each([1]))

        assert (Termination.INFEASIBLE, None) == (answer.termination, answer.choice)


class TestNothingIsReadOfASolveWithoutASolution:
    """2"""

    @pytest.mark.parametrize("name", ["INFEASIBLE", "UNKNOWN"])
    def test_cp_sat(self, monkeypatch, name):
        from ortools.sat.python import cp_model

        class Garbage(cp_model.CpSolver):
            def solve(self, model):
                return getattr(cp_model, name)

            @property
            def response_proto(self):
                pytest.fail("the response was read although there is no solution")

        monkeypatch.setattr(cp_model, "CpSolver", Garbage)
        answer = ConstraintProgramming().maximise(*one_each([1]))
        expected = {"INFEASIBLE": Termination.INFEASIBLE, "UNKNOWN": Termination.NO_SOLUTION}

        assert (expected[name], None) == (answer.termination, answer.choice)

    @pytest.mark.parametrize("backend", BEYOND_DEGREES, ids=lambda each: each.name)
    def test_where_rows_cannot_be_kept_there_is_no_choice(self, backend):
        rows = all_in_one_row([2, 2, 2], 3, 3)
        answer = backend.maximise(*one_each([1, 1, 1], rows))

        assert (Termination.INFEASIBLE, None) == (answer.termination, answer.choice)

    @pytest.mark.parametrize("backend", BEYOND_DEGREES, ids=lambda each: each.name)
    @pytest.mark.parametrize("seconds", [0.0, 1.0])
    def test_when_time_is_up_before_there_is_one_nothing_is_claimed(self, backend, seconds):
        answer = backend.maximise(*hard.market_split(), deadline=Deadline.after(seconds))

        assert (Termination.NO_SOLUTION, None) == (answer.termination, answer.choice)


def test_3_fractions_of_a_score_are_not_cut_to_integers():
    result = solve(tiny([[0.7, 0.2], [0.6, 0.5]]))

    assert 1_200_000 == result.stages[1].value


@pytest.mark.parametrize("bad", [float("inf"), -float("inf")])
def test_3_infinite_scores_are_refused(bad):
    with pytest.raises(ModelError, match="finite"):
        tiny([[bad]])


class TestSumsBeyondASolversIntegers:
    """4"""

    def test_costs_beyond_the_range_of_flow_are_refused_by_us(self, monkeypatch):
        monkeypatch.setattr(child, "COST_RANGE", 10**6)

        with pytest.raises(ModelError, match="too large for"):
            solve(tiny())

    @pytest.mark.parametrize("rules", [(), (AtLeast(2),)], ids=["degrees", "rows"])
    def test_scores_near_the_limit_of_exact_integers_stay_exact(self, rules):
        huge = 2.0**50
        result = solve(tiny([[huge, huge - 1], [huge - 1, huge - 3]], *rules, resolution=1.0))

        assert 2 * (2**50 - 1) == result.stages[1].value
        assert result.proven

    def test_scores_beyond_exact_integers_are_refused(self):
        with pytest.raises(ModelError, match=r"below 2\*\*53"):
            tiny([[2.0**52, 1.0]], resolution=1.0)

    def test_sums_that_cp_sat_would_overflow_on_are_refused_by_us(self):
        with pytest.raises(ModelError, match=r"beyond the integers of CP-SAT"):
            ConstraintProgramming().maximise(*one_each([2**61, 2**61]))
        rows = all_in_one_row([2**60, 2**60, 2**60], 0, UNBOUNDED)
        with pytest.raises(ModelError, match=r"beyond the integers of CP-SAT"):
            ConstraintProgramming().maximise(*one_each([1, 1, 1], rows))

    def test_what_floating_point_cannot_tell_apart_is_not_claimed(self):
        """The true optimum is odd, and no float of its size is."""
        form, target = one_each([2**60, 2**60 + 1])
        answer = MixedInteger().maximise(form, target)

        assert Need.EXACT in target.needs
        assert best_value(form, target) == answer.choice.value == 2**61 + 1
        assert answer.choice.bound > answer.choice.value
        assert Termination.FEASIBLE is answer.termination


def test_5_more_mentors_than_mentees_and_the_other_way_round_are_both_solved():
    assert 1 == len(solve(tiny([[0.1, 0.2, 0.3]])).matching)
    assert 1 == len(solve(tiny([[0.1], [0.2], [0.3]])).matching)


class TestCpSatIsHandedAndReadInIntegers:
    """6"""

    def test_a_value_that_no_float_can_hold_is_exact(self):
        rows = all_in_one_row([1, 1], 0, 1)
        form, target = one_each([2**59, 2**59 + 1], rows)
        choice = ConstraintProgramming().maximise(form, target).choice

        assert [False, True] == choice.chosen.tolist()
        assert 2**59 + 1 == choice.value == choice.bound
        assert (int, int) == (type(choice.value), type(choice.bound))

    def test_extras_come_back_as_whole_numbers(self):
        form, target = tiny_form(20_004, {Need.ROWS})
        choice = ConstraintProgramming().maximise(form, target).choice

        assert len(choice.extras) > 0
        assert np.int64 == choice.extras.dtype


class TestTheSameAnswerTwice:
    """7"""

    @pytest.mark.parametrize("backend", BUILT_IN, ids=lambda each: each.name)
    def test_among_equals(self, backend):
        size = 6
        mentee, mentor = np.divmod(np.arange(size * size, dtype=np.int32), size)
        none, one = np.zeros(size, dtype=np.int64), np.ones(size, dtype=np.int64)
        pairs = np.arange(size * size)
        fixed = (none, one, none, one, pairs < 0, Rows.none(), none[:0], none[:0], pairs)
        form, target = Form(mentee, mentor, *fixed), Target(0 * pairs + 5, none[:0])
        answers = [backend.maximise(form, target).choice.chosen.tobytes() for _ in range(4)]

        assert 1 == len(set(answers))

    def test_cp_sat_has_one_worker_and_a_seed(self, monkeypatch):
        from ortools.sat.python import cp_model

        seen = []

        class Watched(cp_model.CpSolver):
            def solve(self, model):
                seen.append((self.parameters.num_workers, self.parameters.random_seed))
                return super().solve(model)

        monkeypatch.setattr(cp_model, "CpSolver", Watched)
        ConstraintProgramming().maximise(*one_each([1]))

        assert [(1, 7)] == seen

    def test_highs_has_one_thread_a_seed_and_no_gap(self, monkeypatch):
        from ortools.math_opt.core.python import solver

        seen, real = [], solver.solve

        def watched(model, kind, initial, parameters, *rest):
            seen.append(parameters)
            return real(model, kind, initial, parameters, *rest)

        monkeypatch.setattr(solver, "solve", watched)
        MixedInteger().maximise(*one_each([1]))

        assert 1 == len(seen)
        assert ("off", 1) == (
            seen[0].highs.string_options["parallel"],
            seen[0].highs.int_options["threads"],
        )
        assert (7, 0.0, 0.0) == (
            seen[0].random_seed,
            seen[0].relative_gap_tolerance,
            seen[0].absolute_gap_tolerance,
        )


@pytest.mark.parametrize("name", ["MixedInteger", "ConstraintProgramming"])
def test_8_ctrl_c_ends_a_solve_as_keyboard_interrupt(name):
    command = [sys.executable, hard.__file__, name]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert ("stopped\n", "", 130) == (ended.stdout, ended.stderr, ended.returncode)


def result_of_highs(values, *, reason="FEASIBLE", bound=10.0):
    """A result as MathOpt hands it over."""
    from ortools.math_opt import result_pb2

    result = result_pb2.SolveResultProto()
    result.termination.reason = getattr(result_pb2, f"TERMINATION_REASON_{reason}")
    result.termination.objective_bounds.dual_bound = bound
    if values is not None:
        found = result.solutions.add().primal_solution.variable_values
        found.ids.extend(range(len(values)))
        found.values.extend(values)
    return result


class TestAnswersAreOursToCheck:
    """9"""

    @pytest.fixture
    def highs_answers(self, monkeypatch):
        from ortools.math_opt.core.python import solver

        def answer(*results):
            left = list(results)
            monkeypatch.setattr(solver, "solve", lambda *_: left.pop(0))

        return answer

    def test_the_versions_tried_are_the_versions_asked_for(self):
        asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

        assert "ortools>=9.12,<9.16" in asked["project"]["dependencies"]

    def test_a_solution_is_rounded_and_its_value_recounted(self, highs_answers):
        highs_answers(result_of_highs([0.9999999, 1e-9], bound=4.9999))
        answer = MixedInteger().maximise(*one_each([4, 3]))

        assert [True, False] == answer.choice.chosen.tolist()
        assert (4, 4) == (answer.choice.value, answer.choice.bound)
        assert Termination.OPTIMAL is answer.termination

    @pytest.mark.parametrize(
        ("bound", "whole"),
        [(5.2, 5), (5.99, 5), (6.9999999999, 7), (float("inf"), None), (3.5, None)],
    )
    def test_a_bound_is_whole_and_none_where_it_is_disproven(self, highs_answers, bound, whole):
        highs_answers(result_of_highs([1.0, 0.0], bound=bound))
        answer = MixedInteger().maximise(*one_each([4, 3]))

        assert whole == answer.choice.bound
        assert Termination.FEASIBLE is answer.termination

    def test_a_rounded_solution_that_breaks_a_row_is_not_returned(self, highs_answers):
        rows = all_in_one_row([1_000_000, 999_999], 1_000_000, UNBOUNDED)
        highs_answers(result_of_highs([0.000001, 0.9999999]))

        with pytest.raises(SolverDisagreement, match=r"sum adds up to 999999, not 1000000\.\."):
            MixedInteger().maximise(*one_each([4, 3], rows))

    @pytest.mark.parametrize("values", [[2.0, 0.0], [-1.0, 0.0]])
    def test_a_pair_made_twice_or_less_than_not_is_not_returned(self, highs_answers, values):
        highs_answers(result_of_highs(values))

        with pytest.raises(SolverDisagreement, match=r"column 0 is .* and must be in 0\.\.1"):
            MixedInteger().maximise(*one_each([4, 3]))

    def test_a_full_mentor_is_named_by_side_and_place(self, highs_answers):
        highs_answers(result_of_highs([1.0, 1.0]))
        form, target = one_each([4, 3])
        form = Form(form.mentee, 0 * form.mentor, *list(vars(form).values())[2:11])

        with pytest.raises(SolverDisagreement, match=r"mentor 0 adds up to 2, not 0\.\.1"):
            MixedInteger().maximise(form, target)

    def test_an_error_of_highs_is_tried_again_without_presolve(self, highs_answers):
        broken = result_of_highs(None, reason="NUMERICAL_ERROR")
        highs_answers(broken, result_of_highs([1.0, 1.0], bound=7.0))

        assert 7 == MixedInteger().maximise(*one_each([4, 3])).choice.value

    def test_an_infeasible_model_that_presolve_fails_on_is_infeasible(self):
        form, target = tiny_form(1272, {Need.ROWS, Need.STEPS})

        assert best_value(form, target) is None
        assert Termination.INFEASIBLE is MixedInteger().maximise(form, target).termination

    def test_errors_that_stay_are_told(self, highs_answers):
        broken = result_of_highs(None, reason="OTHER_ERROR")
        highs_answers(broken, broken)

        with pytest.raises(SolverFailed, match="HiGHS broke down: TERMINATION_REASON_OTHER_ERROR"):
            MixedInteger().maximise(*one_each([4, 3]))

    @pytest.mark.parametrize("reason", ["INFEASIBLE", "INFEASIBLE_OR_UNBOUNDED"])
    def test_infeasible_has_no_choice(self, highs_answers, reason):
        highs_answers(result_of_highs(None, reason=reason))

        assert Termination.INFEASIBLE is MixedInteger().maximise(*one_each([4])).termination

    @pytest.mark.parametrize("backend", BEYOND_DEGREES, ids=lambda each: each.name)
    def test_what_time_leaves_unproven_is_told_with_a_bound(self, backend):
        form, target = hard.market_split(soft=True)
        answer = backend.maximise(form, target, deadline=Deadline.after(2))
        programme = IntegerProgramme.of(form, target)
        choice = answer.choice

        assert Termination.FEASIBLE is answer.termination
        assert choice.bound > choice.value == target.value(form, choice.chosen, choice.extras)
        assert programme.broken(np.concatenate([choice.chosen, choice.extras])) is None


def test_13_a_model_is_built_without_a_call_for_each_pair():
    form, target = one_each(np.arange(20_000))
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    programme = IntegerProgramme.of(form, target)
    sys.setprofile(count)
    try:
        model = mip._model(programme)
    finally:
        sys.setprofile(None)

    assert 20_000 == len(model.variables.ids)
    assert 0 < calls < 2_000


def test_14_infeasible_is_a_result_in_words():
    short = solve(tiny([[0.5], [0.4]], MentorCapacity(2, 2)))
    beyond = solve(tiny([[0.5], [0.4]], AtLeast(2)))

    for result in (short, beyond):
        assert Termination.INFEASIBLE is result.termination
        assert all(each.endswith(".") for each in result.obstacles)
        assert result.obstacles
