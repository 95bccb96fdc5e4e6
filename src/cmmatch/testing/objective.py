"""The contract of an objective: its optimum is the best of all sets, by its own value."""

from __future__ import annotations

from dataclasses import replace
from numbers import Real
from typing import TYPE_CHECKING

from cmmatch.assignment.backends.registry import BUILT_IN
from cmmatch.assignment.builder import FormBuilder
from cmmatch.assignment.objectives import MostMatched, Objective
from cmmatch.assignment.result import Termination, in_order
from cmmatch.assignment.solving import solve
from cmmatch.testing.oracle import best_values, keeps, least_left, matching_of, subsets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.assignment.backends.backend import Backend
    from cmmatch.assignment.model import Model

__all__ = ["check_objective"]


def check_objective(
    objective: Objective, model: Model, *, backends: Sequence[Backend] = BUILT_IN
) -> None:
    """Prove an objective against its contract on one tiny model.

    The model is solved with the objective alone, before and after the model's own objectives (and
    always after ``MostMatched`` if it needs the number of pairs settled), and each time every set
    of pairs is looked at: the solver reaches the best value that any set has by ``value``, among
    those that are as good by what stands before; its proof holds; and where no set keeps all rules
    it says so.
    ``write`` adds one stage with the objective's name, and no rule: it takes no set of pairs away.
    Values are whole numbers or tuples of them, and two calls are equal.

    Parameters
    ----------
    objective : Objective
        To be proven.
    model : Model
        With other objectives, and 14 candidate pairs at most, all of those eligible.
    backends : sequence of Backend, optional
        With which it is solved.

    Raises
    ------
    AssertionError
        Says which promise is not kept.
    UnsupportedModel
        No backend solves the model with this objective; a refusal by name is no fault.
    ValueError
        There are too many pairs for brute force, or candidates that keep only some pairs.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives
    >>> candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1]])
    >>> rules = [constraints.MentorCapacity(1), constraints.MenteeDemand(1)]
    >>> model = Model(candidates, rules, [objectives.MostMatched()])
    >>> check_objective(objectives.TotalScore(), model)
    """
    if model.candidates.keep is not None:
        message = "Brute force needs all pairs; the candidates keep only the best of each mentee."
        raise ValueError(message)
    _hold(isinstance(objective, Objective), "an objective has name, tolerance, write and value")
    tolerance = objective.tolerance
    _hold(isinstance(tolerance, Real) and 0 <= tolerance <= 1, "its tolerance is in 0..1")
    _check_writing(objective, model)
    for order in _orders(objective, model):
        _check_optimum(replace(model, objectives=tuple(order)), backends)


def _orders(objective: Objective, model: Model) -> list[list[Objective]]:
    """Alone, before and after the others; behind a count of the pairs if it needs one."""
    counted = ("needs_count", "needs_fixed_count")
    first = [MostMatched()] if any(getattr(objective, each, False) for each in counted) else []
    taken = {objective.name, *(each.name for each in first)}
    others = [each for each in model.objectives if each.name not in taken]
    orders = [[*first, objective]]
    if others:
        orders += [[*first, *others, objective], [*first, objective, *others]]
    return orders


def _hold(condition: bool, what: str) -> None:
    if not condition:
        message = f"An objective must keep its contract: {what}."
        raise AssertionError(message)


def _check_writing(objective: Objective, model: Model) -> None:
    candidates = model.candidates
    builder = FormBuilder(candidates)
    objective.write(builder)
    names = [stage.name for stage in builder.stages]
    _hold(names == [objective.name], f"it adds one stage with its name, here {names}")
    space = builder.build(seed=model.seed)
    for chosen in subsets(len(candidates)):
        matching = matching_of(candidates, chosen)
        _hold(
            keeps(space, matching, candidates.score[chosen]),
            f"it hides no rule, but takes away {matching.pairs}",
        )
        value = objective.value(matching, candidates.source)
        whole = all(type(each) is int for each in in_order(value))
        _hold(whole, f"a value is a whole number or a tuple of them, here {value!r}")
        again = objective.value(matching, candidates.source)
        _hold(value == again, "two calls of value are equal")


def _check_optimum(model: Model, backends: Sequence[Backend]) -> None:
    result = solve(model, backends=backends)
    result.certificate.check(model.candidates.source)
    order = " then ".join(objective.name for objective in model.objectives)
    best = best_values(model)
    if best is None:
        ended = result.termination
        infeasible = ended is Termination.INFEASIBLE
        _hold(infeasible, f"no set keeps all rules, but {order} ended as {ended.value}")
        return
    _hold(result.has_matching, f"some set keeps all rules, but {order} found none")
    for k, objective in enumerate(model.objectives):
        outcome, last = result.stages[k], k == len(best) - 1
        reached = in_order(outcome.value)
        least = best[k] if last else least_left(model, objective, best[k])
        fine = least <= reached <= best[k]
        _hold(fine, f"{order}: {outcome.name} reaches {reached}, the best is {best[k]}")
        bound = None if outcome.bound is None else in_order(outcome.bound)
        proven = outcome.proven and bound == best[k]
        _hold(proven, f"{order}: {outcome.name} proves {bound}, the best is {best[k]}")
