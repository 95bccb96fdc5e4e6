"""OR-Tools MathOpt with HiGHS: mixed-integer programming for whatever can be written in rows.

HiGHS calculates in floating point, and what is decided here is in whole numbers. So

1. the model is handed over in arrays, with no rescaling; a row with large coefficients is widened
   by half a unit on both sides, which no set of whole numbers can use, so that rounding cannot make
   it seem broken;
2. what comes back is rounded, and every row is recounted in whole numbers;
3. the value is recomputed. The bound is ``floor(D + a)``: D is the solver's bound, and

       a = 1e-7 * sum of reach[j] + 2**-46 * sum of |profit[j]| * reach[j]

   allows for its errors: 1e-7 is by how much HiGHS lets a reduced profit have the wrong sign, for
   columns that can move by ``reach``; the rest is rounding in sums. Where a is below 1/2 an optimum
   can be proven, since it is a whole number; else the bound is only as good as that.

Sums above ``2**45`` are :attr:`Need.EXACT` and not for this backend.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cmmatch.assignment.backends.attended import attended
from cmmatch.assignment.backends.backend import Answer, Choice
from cmmatch.assignment.backends.integer import IntegerProgramme
from cmmatch.assignment.form import UNBOUNDED, Need
from cmmatch.assignment.result import Termination
from cmmatch.errors import SolverDisagreement, SolverFailed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.form import Form, Target
    from cmmatch.assignment.limits import Deadline

__all__ = ["MixedInteger"]

SEED = 7
DUAL_TOLERANCE = 1e-7
ROUNDING = 2.0**-46
LARGE = 2**10
"""From this coefficient on a row is widened by half a unit."""


@dataclass(frozen=True)
class MixedInteger:
    """Mixed-integer programming by HiGHS, one thread, a fixed seed, both gaps 0."""

    name: str = "OR-Tools MathOpt (HiGHS)"

    @property
    def honours(self) -> frozenset[Need]:
        """All but sums that floating point mistakes."""
        return frozenset(Need) - {Need.EXACT}

    def available(self) -> bool:
        """Whether ortools is installed."""
        return find_spec("ortools") is not None

    def maximise(self, form: Form, target: Target, *, deadline: Deadline | None = None) -> Answer:
        """Find the best choice, or the best there is time for.

        Raises
        ------
        SolverDisagreement
            What the solver calls a solution breaks a row when it is rounded to whole numbers.
        SolverFailed
            HiGHS broke down, without its presolve as well.
        """
        programme = IntegerProgramme.of(form, target)
        if programme.hopeless:
            return Answer(Termination.INFEASIBLE)
        if deadline is not None and deadline.expired:
            return Answer(Termination.NO_SOLUTION)
        reading = _solve(programme, deadline)
        if reading.values is None:
            return Answer(reading.termination)
        values = np.rint(reading.values).astype(np.int64)
        broken = programme.broken(values)
        if broken is not None:
            message = (
                f"{self.name} returned a choice that breaks a row once it is in whole numbers: "
                f"{broken}. ConstraintProgramming() calculates in whole numbers throughout."
            )
            raise SolverDisagreement(message)
        chosen, extras = programme.split(values)
        value = target.value(form, chosen, extras)
        bound = _whole_bound(programme, reading.bound)
        if bound is not None and bound < value:
            # The choice itself shows that the bound is wrong.
            bound = None
        ended = Termination.OPTIMAL if bound == value else Termination.FEASIBLE
        return Answer(ended, Choice(chosen, extras, value, bound))


class _Reading(NamedTuple):
    """What is read of the solver's result, by the only function that looks at its reason."""

    termination: Termination
    values: NDArray[np.float64] | None
    bound: float


class _BrokenDown(Exception):
    """HiGHS ended with an error of its own."""


def _solve(programme: IntegerProgramme, deadline: Deadline | None) -> _Reading:
    """Have HiGHS solve it; once more without its presolve where that ends in an error.

    The presolve of HiGHS turns some infeasible models into such as it then fails on.
    """
    model = _model(programme)
    try:
        return _attempt(programme, model, _parameters(deadline))
    except _BrokenDown:
        try:
            return _attempt(programme, model, _parameters(deadline, presolve=False))
        except _BrokenDown as error:
            message = f"HiGHS broke down: {error}. ConstraintProgramming() may solve the model."
            raise SolverFailed(message) from error


def _attempt(programme: IntegerProgramme, model: Any, parameters: Any) -> _Reading:
    from ortools.math_opt import callback_pb2, model_parameters_pb2, parameters_pb2
    from ortools.math_opt.core.python import solver
    from pybind11_abseil.status import StatusNotOk

    def call() -> Any:
        return solver.solve(
            model,
            parameters_pb2.SOLVER_TYPE_HIGHS,
            parameters_pb2.SolverInitializerProto(),
            parameters,
            model_parameters_pb2.ModelSolveParametersProto(),
            None,
            callback_pb2.CallbackRegistrationProto(),
            None,
            None,
        )

    try:
        # HiGHS cannot be asked to stop: on Ctrl-C it is left behind.
        result = attended(call)
    except StatusNotOk as error:
        raise _BrokenDown(str(error)) from error
    return _read(result, len(programme.profit))


def _read(result: Any, width: int) -> _Reading:
    """Translate the reason; look at a solution only where there is one."""
    from ortools.math_opt import result_pb2 as names

    reason, bound = result.termination.reason, result.termination.objective_bounds.dual_bound
    if reason in (
        names.TERMINATION_REASON_INFEASIBLE,
        # Every column has bounds, so this can only be the first of the two.
        names.TERMINATION_REASON_INFEASIBLE_OR_UNBOUNDED,
    ):
        return _Reading(Termination.INFEASIBLE, None, math.inf)
    if reason == names.TERMINATION_REASON_NO_SOLUTION_FOUND:
        return _Reading(Termination.NO_SOLUTION, None, math.inf)
    if reason not in (names.TERMINATION_REASON_OPTIMAL, names.TERMINATION_REASON_FEASIBLE):
        label = names.TerminationReasonProto.Name(reason)
        raise _BrokenDown(f"{label} {result.termination.detail}".strip())
    found = result.solutions[0].primal_solution.variable_values
    values = np.zeros(width)
    values[np.array(found.ids, dtype=np.int64)] = np.array(found.values)
    return _Reading(Termination.FEASIBLE, values, bound)


def _whole_bound(programme: IntegerProgramme, bound: float) -> int | None:
    """Return the whole number that surely no choice exceeds; ``None`` if there is none."""
    if not math.isfinite(bound):
        return None
    reach = programme.reach
    allowance = DUAL_TOLERANCE * float(reach.sum())
    allowance += ROUNDING * float((np.abs(programme.profit.astype(np.float64)) * reach).sum())
    return math.floor(bound + allowance)


def _model(programme: IntegerProgramme) -> Any:
    """Build the model from arrays; no call of Python for each pair."""
    from ortools.math_opt import model_pb2, sparse_containers_pb2

    columns = np.arange(len(programme.profit))
    lower, upper = _sides(programme)
    variables = model_pb2.VariablesProto(
        ids=columns,
        lower_bounds=programme.low.astype(np.float64),
        upper_bounds=programme.high.astype(np.float64),
        integers=np.ones(len(columns), dtype=np.bool_),
    )
    profit = sparse_containers_pb2.SparseDoubleVectorProto(
        ids=columns, values=programme.profit.astype(np.float64)
    )
    rows = model_pb2.LinearConstraintsProto(
        ids=np.arange(len(lower)), lower_bounds=lower, upper_bounds=upper
    )
    matrix = sparse_containers_pb2.SparseDoubleMatrixProto(
        row_ids=programme.row,
        column_ids=programme.column,
        coefficients=programme.coefficient.astype(np.float64),
    )
    return model_pb2.ModelProto(
        variables=variables,
        objective=model_pb2.ObjectiveProto(maximize=True, linear_coefficients=profit),
        linear_constraints=rows,
        linear_constraint_matrix=matrix,
    )


def _sides(programme: IntegerProgramme) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the bounds of the rows, infinite where there are none, widened where it helps."""
    largest = np.zeros(len(programme.lower), dtype=np.int64)
    np.maximum.at(largest, programme.row, np.abs(programme.coefficient))
    half = np.where(largest >= LARGE, 0.5, 0.0)
    lower = np.where(programme.lower <= -UNBOUNDED, -np.inf, programme.lower - half)
    upper = np.where(programme.upper >= UNBOUNDED, np.inf, programme.upper + half)
    return lower, upper


def _parameters(deadline: Deadline | None, *, presolve: bool = True) -> Any:
    from datetime import timedelta

    from ortools.math_opt import parameters_pb2
    from ortools.math_opt.solvers import highs_pb2

    parameters = parameters_pb2.SolveParametersProto(
        random_seed=SEED,
        relative_gap_tolerance=0.0,
        absolute_gap_tolerance=0.0,
        # MathOpt refuses its own setting of threads for HiGHS.
        highs=highs_pb2.HighsOptionsProto(
            string_options={"parallel": "off"}, int_options={"threads": 1}
        ),
    )
    if not presolve:
        parameters.presolve = parameters_pb2.EMPHASIS_OFF
    if deadline is not None:
        parameters.time_limit.FromTimedelta(timedelta(seconds=deadline.remaining()))
    return parameters
