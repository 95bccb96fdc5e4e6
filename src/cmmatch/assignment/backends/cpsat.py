"""OR-Tools CP-SAT: whatever can be written in rows, in whole numbers throughout.

Slower than mixed-integer programming on most models with many pairs, and exact where that cannot
be: it is chosen where sums are too large for floating point. One worker and a fixed seed, since
several workers with one seed still answer differently from run to run.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.assignment.backends.attended import attended
from cmmatch.assignment.backends.backend import Answer, Choice
from cmmatch.assignment.backends.integer import IntegerProgramme
from cmmatch.assignment.form import UNBOUNDED, Need
from cmmatch.assignment.result import Termination
from cmmatch.errors import ModelError, SolverDisagreement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.form import Form, Target
    from cmmatch.assignment.limits import Deadline

__all__ = ["ConstraintProgramming"]

SEED = 7
SUM_RANGE = 2.0**61
"""Above this the sums of a row, or the value, may overflow in the solver."""


@dataclass(frozen=True)
class ConstraintProgramming:
    """Constraint programming by CP-SAT, integers throughout, one worker, a fixed seed."""

    name: str = "OR-Tools CP-SAT"

    @property
    def honours(self) -> frozenset[Need]:
        """Everything."""
        return frozenset(Need)

    def available(self) -> bool:
        """Whether ortools is installed."""
        return find_spec("ortools") is not None

    def maximise(self, form: Form, target: Target, *, deadline: Deadline | None = None) -> Answer:
        """Find the best choice, or the best there is time for.

        Raises
        ------
        ModelError
            Scores or coefficients are beyond the solver's integers.
        SolverDisagreement
            What the solver calls a solution breaks a row.
        """
        programme = IntegerProgramme.of(form, target)
        if programme.hopeless:
            return Answer(Termination.INFEASIBLE)
        _check_range(programme)
        if deadline is not None and deadline.expired:
            return Answer(Termination.NO_SOLUTION)
        ended, response = _solve(programme, deadline)
        if response is None:
            return Answer(ended)
        values = np.array(response.solution, dtype=np.int64)
        broken = programme.broken(values)
        if broken is not None:
            message = f"{self.name} returned a choice that breaks a row: {broken}."
            raise SolverDisagreement(message)
        chosen, extras = programme.split(values)
        value = target.value(form, chosen, extras)
        # The solver minimises minus the profit; of a model without profit it tells no bound.
        bound = -int(response.inner_objective_lower_bound) if programme.profit.any() else 0
        return Answer(
            Termination.OPTIMAL if ended is Termination.OPTIMAL else Termination.FEASIBLE,
            Choice(chosen, extras, value, bound),
        )


def _check_range(programme: IntegerProgramme) -> None:
    reach = programme.reach
    terms = np.abs(programme.coefficient.astype(np.float64)) * reach[programme.column]
    rows = float(np.bincount(programme.row, terms).max(initial=0.0))
    total = float((np.abs(programme.profit.astype(np.float64)) * reach).sum())
    largest = max(rows, total)
    if largest >= SUM_RANGE:
        message = (
            f"Sums up to {largest:.3g} are beyond the integers of CP-SAT ({SUM_RANGE:.3g}); "
            "coarsen the scores, or keep fewer candidates of each mentee."
        )
        raise ModelError(message)


def _solve(programme: IntegerProgramme, deadline: Deadline | None) -> tuple[Termination, Any]:
    """Have CP-SAT solve it; the only place that looks at its status.

    Returns the response only where it holds a solution: of anything else the getters of the solver
    answer with garbage.
    """
    from ortools.sat.python import cp_model

    model = _model(programme)
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = 1
    parameters.random_seed = SEED
    parameters.relative_gap_limit = 0.0
    parameters.absolute_gap_limit = 0.0
    # Else the solver takes Ctrl-C for itself, and the programme carries on.
    parameters.catch_sigint_signal = False
    if deadline is not None:
        parameters.max_time_in_seconds = deadline.remaining()
    status = attended(lambda: solver.solve(model), stop=solver.stop_search)
    if status == cp_model.OPTIMAL:
        return Termination.OPTIMAL, solver.response_proto
    if status == cp_model.FEASIBLE:
        return Termination.FEASIBLE, solver.response_proto
    if status == cp_model.INFEASIBLE:
        return Termination.INFEASIBLE, None
    if status == cp_model.UNKNOWN:
        return Termination.NO_SOLUTION, None
    message = f"CP-SAT refuses the model: {model.validate() or status}"
    raise RuntimeError(message)


def _model(programme: IntegerProgramme) -> Any:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    columns = [
        model.new_int_var(low, high, "")
        for low, high in zip(programme.low.tolist(), programme.high.tolist(), strict=True)
    ]

    def total(column: NDArray[np.int64], coefficient: NDArray[np.int64]) -> Any:
        terms = [columns[k] for k in column.tolist()]
        return cp_model.LinearExpr.weighted_sum(terms, coefficient.tolist())

    lower = np.where(programme.lower <= -UNBOUNDED, cp_model.INT_MIN, programme.lower)
    upper = np.where(programme.upper >= UNBOUNDED, cp_model.INT_MAX, programme.upper)
    for row, entries in programme.by_row():
        terms = total(programme.column[entries], programme.coefficient[entries])
        model.add_linear_constraint(terms, int(lower[row]), int(upper[row]))
    worth = np.flatnonzero(programme.profit)
    if len(worth):
        model.maximize(total(worth, programme.profit[worth]))
    return model
