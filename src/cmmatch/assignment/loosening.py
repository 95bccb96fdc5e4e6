"""What one unit of a rule is worth exactly: the rule is loosened, and all is solved again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.assignment.backends.registry import BUILT_IN
from cmmatch.assignment.constraints import (
    Budget,
    GroupLimit,
    MenteeDemand,
    MentorCapacity,
    PerMenteeGroup,
    Soft,
)
from cmmatch.assignment.constraints.members import labels_of
from cmmatch.assignment.result import in_order
from cmmatch.assignment.solving import solve
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.assignment.backends.backend import Backend
    from cmmatch.assignment.constraints import Constraint
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.result import Result, Value
    from cmmatch.compatibility.source import PairSource

__all__ = ["ExactWorth", "exact_worth", "loosened"]


@dataclass(frozen=True, slots=True)
class ExactWorth:
    """What a looser rule brings.

    Parameters
    ----------
    gain : tuple of int or tuple of int, or None
        What each stage gains, in its units; below 0 is a loss. ``None`` where the other rule leaves
        no matching.
    proven : bool
        Whether both matchings are proven optimal; else the gain is that of the two that were found.
    """

    gain: tuple[Value, ...] | None
    proven: bool


def exact_worth(
    model: Model,
    result: Result,
    rule: Constraint,
    *,
    of: str | None = None,
    by: float = 1,
    backends: Sequence[Backend] = BUILT_IN,
) -> ExactWorth:
    """Solve again with one rule loosened, and say what every stage gains.

    For any rule and objective; it takes as long as the first solve. For places and demands
    :func:`cmmatch.assignment.shadow_prices.place_prices` tells all of them at once where it can.

    Parameters
    ----------
    model : Model
        What was solved.
    result : Result
        Its answer.
    rule : Constraint
        One of the model's.
    of, by
        See :func:`loosened`.
    backends : sequence of Backend, optional
        As for :func:`cmmatch.solve`.

    Raises
    ------
    ModelError
        The rule is none of the model's, or has nothing to loosen.
    NoMatching
        There is none.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives
    >>> candidates = Candidates.from_matrix([[0.9], [0.8]])
    >>> places = constraints.MentorCapacity(1)
    >>> model = Model(candidates, [places], [objectives.TotalScore()])
    >>> exact_worth(model, solve(model), places, of="0")
    ExactWorth(gain=(800000,), proven=True)
    """
    if not any(each is rule for each in model.constraints):
        names = ", ".join(each.name for each in model.constraints)
        message = f"exact_worth: {rule.name!r} must be one of the model's own rules: {names}."
        raise ModelError(message)
    before = [in_order(stage.value) for stage in result.stages if result.matching]
    instead = loosened(rule, model.candidates.source, of=of, by=by)
    rules = [instead if each is rule else each for each in model.constraints]
    again = solve(replace(model, constraints=rules), backends=backends)
    if not again.has_matching:
        return ExactWorth(None, again.termination.value == "infeasible")
    gain: list[Value] = []
    for stage, old in zip(again.stages, before, strict=True):
        more = tuple(a - b for a, b in zip(in_order(stage.value), old, strict=True))
        gain.append(more if isinstance(stage.value, tuple) else more[0])
    return ExactWorth(tuple(gain), result.proven and again.proven)


def loosened(
    rule: Constraint, source: PairSource, *, of: str | None = None, by: float = 1
) -> Constraint:
    """Return a rule that allows more: one more place, pair, hour; or asks for one fewer.

    Parameters
    ----------
    rule : Constraint
        Places, demands, a group limit, a budget, a limit for each mentee; soft ones as well.
    source : PairSource
        Who is there.
    of : str, optional
        Whose place or demand, an id; which label of a budget with labels.
    by : float, default 1
        How much more; below 0 for less. Whole but for budgets.

    Raises
    ------
    ModelError
        It is of another kind, has no such side, or ``of`` is missing or names nobody.
    """
    if isinstance(rule, Soft):
        inner = loosened(rule.constraint, source, of=of, by=by)
        return replace(rule, constraint=inner)  # type: ignore[arg-type]
    if isinstance(rule, MentorCapacity):
        return replace(rule, places=_one_more(rule, rule.places, source.mentor_ids, of, by))
    if isinstance(rule, MenteeDemand):
        return replace(rule, demand=_one_more(rule, rule.demand, source.mentee_ids, of, by))
    if isinstance(rule, Budget):
        return replace(rule, maximum=_more_of(rule, of, by))
    if isinstance(rule, GroupLimit | PerMenteeGroup):
        if of is not None:
            raise _refused(rule, f"has no part of its own for {of!r}; leave it out")
        if rule.maximum is not None:
            return replace(rule, maximum=rule.maximum + int(by))
        if rule.minimum:
            return replace(rule, minimum=rule.minimum - int(by))
    raise _refused(rule, "has no number that one could be added to; hand in a model of your own")


def _refused(rule: Constraint, why: str) -> ModelError:
    return ModelError(f"{rule.name}: it {why}.")


def _one_more(rule: Constraint, bound: Any, ids: Any, of: str | None, by: float) -> Any:
    here = np.flatnonzero(np.asarray(ids) == of)
    if not len(here):
        raise _refused(rule, f"needs the id of one of its people; given {of!r}")
    upper = np.broadcast_to(np.asarray(bound, dtype=np.int64), len(ids)).copy()
    upper[here] += int(by)
    return upper


def _more_of(rule: Budget, of: str | None, by: float) -> Any:
    labels = rule.by_mentors if rule.by_mentors is not None else rule.by_mentees
    if labels is None:
        if of is not None or isinstance(rule.maximum, Mapping):
            raise _refused(rule, f"has no labels; given {of!r}")
        return rule.maximum + by
    amounts = (
        dict(rule.maximum)
        if isinstance(rule.maximum, Mapping)
        else dict.fromkeys(sorted(set(labels_of(labels)) - {""}), rule.maximum)
    )
    if of not in amounts:
        shown = ", ".join(sorted(amounts))
        raise _refused(rule, f"needs one of its labels ({shown}); given {of!r}")
    amounts[of] += by
    return amounts
