"""solve(): compile, choose a backend, run the stages, decode, verify."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.backends.registry import BUILT_IN, choose
from cmmatch.assignment.matching import Matching
from cmmatch.assignment.result import Result, StageOutcome, Termination
from cmmatch.errors import SolverDisagreement
from cmmatch.programme.order import canonical_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cmmatch.assignment.backends.backend import Answer, Backend, Shortfall
    from cmmatch.assignment.form import Form
    from cmmatch.assignment.model import Model
    from cmmatch.progress import Progress

__all__ = ["conclude", "solve"]

SCOPE = "all eligible pairs"
KEPT = "kept candidates"


def solve(
    model: Model, *, backends: Sequence[Backend] = BUILT_IN, progress: Progress | None = None
) -> Result:
    """Solve a model exactly, and verify the answer by code that has not seen the solver.

    Parameters
    ----------
    model : Model
        What may be, must be and is wanted.
    backends : sequence of Backend, optional
        Tried in order; the first that honours all the model needs is used.
    progress : callable, optional
        Told the phase, the steps done and the steps in all.

    Returns
    -------
    Result
        Infeasible is a result; asking it for a matching raises.

    Raises
    ------
    UnsupportedModel
        No backend honours all that the model needs.
    SolverDisagreement
        The answer breaks a rule, or a value is not what the backend claimed. Nothing is returned.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives
    >>> candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1]])
    >>> rules = [constraints.MentorCapacity(1), constraints.MenteeDemand(1)]
    >>> wanted = [objectives.MostMatched(), objectives.TotalScore()]
    >>> result = solve(Model(candidates, rules, wanted))
    >>> result.matching.pairs
    (('0', '1'), ('1', '0'))
    """
    form = model.form()
    backend = choose(form, backends)
    return conclude(model, form, backend.maximise(form, progress=progress), backend=backend.name)


def conclude(model: Model, form: Form, answer: Answer, *, backend: str) -> Result:
    """Turn a backend's answer into a verified result.

    Raises
    ------
    SolverDisagreement
        The answer breaks a rule, or a value is not what the backend claimed.
    """
    versions = {name: version(name) for name in ("cmmatch", "numpy", "ortools")}
    common = (_scope(model), backend, model.seed, versions)
    if answer.chosen is None:
        return Result(_ended(model, answer), (), *common, obstacles=_obstacles(model, answer))
    matching = _decode(model, form, answer.chosen)
    stages = _verify(model, matching, answer)
    # The weakest stage's proof is the overall proof, whatever the backend says of the whole.
    whole = all(stage.proven for stage in stages)
    ended = answer.termination if whole else Termination.FEASIBLE
    return Result(ended, stages, *common, _matching=matching)


def _scope(model: Model) -> str:
    candidates = model.candidates
    scope = SCOPE
    if candidates.keep is not None:
        scope = f"{KEPT}, the best {candidates.keep} of each mentee"
    if candidates.floor is None:
        return scope
    return f"{scope} with a score of at least {candidates.floor * candidates.resolution:g}"


def _ended(model: Model, answer: Answer) -> Termination:
    """Say how it ended; what cannot be done with kept candidates may be possible with others."""
    infeasible = answer.termination is Termination.INFEASIBLE
    if infeasible and model.candidates.keep is not None:
        return Termination.NO_SOLUTION
    return answer.termination


def _decode(model: Model, form: Form, chosen: NDArray[np.bool_]) -> Matching:
    candidates = model.candidates
    kept = form.column[chosen]
    return Matching(
        candidates.mentee[kept].astype(np.int64),
        candidates.mentor[kept].astype(np.int64),
        candidates.source.mentee_ids,
        candidates.source.mentor_ids,
    )


def _verify(model: Model, matching: Matching, answer: Answer) -> tuple[StageOutcome, ...]:
    broken = model.check(matching)
    if broken:
        shown = " ".join(str(each) for each in broken[:5])
        message = f"The solver's answer breaks {len(broken)} rules. {shown}"
        raise SolverDisagreement(message)
    outcomes = []
    for objective, stage in zip(model.objectives, answer.stages, strict=True):
        value = objective.value(matching, model.candidates.source)
        # The last stage is the one the matching optimises; an earlier one may only have given back
        # its tolerance.
        if value < stage.value - int(objective.tolerance * abs(stage.value)) or (
            objective is model.objectives[-1] and value != stage.value
        ):
            message = (
                f"{objective.name}: the solver claims {stage.value}, the matching has {value}."
            )
            raise SolverDisagreement(message)
        if stage.bound is not None and value > stage.bound:
            message = f"{objective.name}: {value} is above the claimed bound {stage.bound}."
            raise SolverDisagreement(message)
        proven = stage.proven and value == stage.bound
        outcomes.append(StageOutcome(objective.name, value, stage.bound, proven))
    return tuple(outcomes)


def _obstacles(model: Model, answer: Answer) -> tuple[str, ...]:
    if answer.termination is not Termination.INFEASIBLE:
        return ()
    if not answer.shortfalls:
        message = "The solver says that nothing is feasible, and not whose bounds fail."
        raise SolverDisagreement(message)
    source = model.candidates.source
    ids = {
        "mentee": source.mentee_ids[canonical_order(source.mentee_ids, seed=model.seed)],
        "mentor": source.mentor_ids[canonical_order(source.mentor_ids, seed=model.seed)],
    }
    said = sorted(_sentence(each, ids[each.side][each.position]) for each in answer.shortfalls)
    if model.candidates.keep is not None:
        said.append(
            f"Only the best {model.candidates.keep} pairs of each mentee were looked at; "
            "keep more of them, or all."
        )
    return tuple(said)


def _sentence(short: Shortfall, who: str) -> str:
    if short.kind == "required":
        return f"{who} has {short.wanted} required pairs but may have at most {short.possible}."
    return (
        f"{who} must have at least {short.wanted} besides any required, but the minimum loads "
        f"stand in each other's way: with as few missed as can be, this one gets {short.possible}."
    )
