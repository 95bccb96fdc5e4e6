"""What one more place is worth, and what one fewer costs.

Of a mentor whose places are all taken: one more opens an arc to the ground, and the best change
through it is the longest path from the ground to the mentor; one fewer takes the last pair back,
and what is left of its loss is the longest path from the mentor to the ground. With places to spare
neither changes anything. Demands of mentees are the same on the other side.

The least price of a place that proves a matching is the worth of one more, the greatest the loss of
one fewer: prices are not unique, but these two are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.certificate import Proof
from cmmatch.assignment.form import UNBOUNDED
from cmmatch.assignment.lexicographic import greater
from cmmatch.assignment.residual import Residual, reached
from cmmatch.errors import UnsupportedModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.model import Model
    from cmmatch.assignment.result import Result, Value

__all__ = ["PlacePrices", "Worth", "place_prices"]


@dataclass(frozen=True, slots=True)
class Worth:
    """What one more and one fewer of somebody's places, or of a demand, would change.

    Parameters
    ----------
    person_id : str
        Whose.
    allowed : int or None
        Places or demand; ``None`` where nothing limits them.
    used : int
        The pairs made.
    more : tuple of int, tuple of int or None
        What one more adds to the value of each stage, in its units; compared in order it is never
        below 0. ``None`` where nothing is known.
    fewer : tuple of int, tuple of int or None, or None
        What one fewer takes from each stage; ``None`` where there is none to take, or the rules
        could not be kept without it.
    """

    person_id: str
    allowed: int | None
    used: int
    more: tuple[Value | None, ...]
    fewer: tuple[Value | None, ...] | None


@dataclass(frozen=True)
class PlacePrices:
    """Prices of all places of mentors, and of all demands of mentees.

    Parameters
    ----------
    stages : tuple of str
        Names of the objectives, in order.
    mentors, mentees : tuple of Worth
        In the order of the source.
    exact : bool
        Whether they are proven. Else they are estimates: prices of a linear relaxation, each by
        one stage, with the stages before held where they are.
    """

    stages: tuple[str, ...]
    mentors: tuple[Worth, ...]
    mentees: tuple[Worth, ...]
    exact: bool


def place_prices(model: Model, result: Result, *, kept_only: bool = False) -> PlacePrices:
    """Say for everybody what one more place, or one more wish for a mentor, is worth.

    Where rules are about degrees only and all objectives add up, it is exact and proven over all
    pairs that may be made. Beyond, it is an estimate by the prices of the certificate.

    Parameters
    ----------
    model : Model
        What was solved.
    result : Result
        Its answer, proven optimal.
    kept_only : bool, default False
        As it was solved.

    Raises
    ------
    NoMatching
        There is none.
    SolverDisagreement
        The matching is not the best of this model.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> candidates = Candidates.from_matrix([[0.9], [0.8], [0.7]])
    >>> rules = [constraints.MentorCapacity(2), constraints.MenteeDemand(1)]
    >>> model = Model(candidates, rules, [objectives.MostMatched(), objectives.TotalScore()])
    >>> (place,) = place_prices(model, solve(model)).mentors
    >>> place.more, place.fewer
    ((1, 700000), (1, 800000))
    """
    matching = result.matching
    try:
        residual = Residual.of(model, matching, kept_only=kept_only)
    except UnsupportedModel:
        return _estimated(model, result)
    to_node = residual.distances(residual.ground)
    from_node = residual.distances(residual.ground, backward=True)
    n = residual.problem.space.shape[0]
    source = model.candidates.source
    return PlacePrices(
        residual.problem.names,
        _worths(residual, "mentor", source.mentor_ids, (to_node[:, n:-1], from_node[:, n:-1])),
        _worths(residual, "mentee", source.mentee_ids, (from_node[:, :n], to_node[:, :n])),
        exact=True,
    )


def _worths(
    residual: Residual,
    side: str,
    ids: NDArray[np.object_],
    paths: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[Worth, ...]:
    """Return gains and losses; ``paths`` bring one pair more, and make up for one that is lost."""
    problem = residual.problem
    load = residual.loads(side)
    lower, upper = (getattr(problem.space.rules, f"{side}_{end}") for end in ("lower", "upper"))
    gain = paths[0] + residual.step(side, load + 1)
    # Who has everybody on the other side could fill no further place.
    full = (load >= upper) & (load < problem.space.shape[side == "mentee"])
    useful = full & reached(paths[0]) & greater(gain, np.zeros_like(gain))
    gain = np.where(useful, gain, 0)
    free = load < upper
    loss = np.where(free, 0, residual.step(side, load) - paths[1])
    possible = free | (reached(paths[1]) & (load > lower))
    possible &= upper > 0
    return tuple(
        Worth(
            str(ids[k]),
            _limit(upper[k]),
            int(load[k]),
            problem.by_stage(gain[:, k]),
            problem.by_stage(loss[:, k]) if possible[k] else None,
        )
        for k in range(len(ids))
    )


def _limit(upper: np.int64) -> int | None:
    return None if upper >= UNBOUNDED else int(upper)


def _estimated(model: Model, result: Result) -> PlacePrices:
    """Take the prices of people from the certificate, stage by stage."""
    matching, (space, stages) = result.matching, model.compiled()
    proofs = {proof.name: proof for proof in result.certificate.proofs if isinstance(proof, Proof)}

    def side(name: str, ids: NDArray[np.object_], load: NDArray[np.int64]) -> tuple[Worth, ...]:
        upper = getattr(space.rules, f"{name}_upper")
        prices = [
            np.maximum(getattr(proofs[stage.name].link, name), 0) // proofs[stage.name].link.scale
            if stage.name in proofs
            else None
            for stage in stages
        ]
        found = []
        for k in range(len(ids)):
            each = tuple(None if price is None else int(price[k]) for price in prices)
            fewer = each if upper[k] > 0 else None
            found.append(Worth(str(ids[k]), _limit(upper[k]), int(load[k]), each, fewer))
        return tuple(found)

    return PlacePrices(
        tuple(stage.name for stage in stages),
        side("mentor", matching.mentor_ids, matching.mentor_load),
        side("mentee", matching.mentee_ids, matching.mentee_load),
        exact=False,
    )
