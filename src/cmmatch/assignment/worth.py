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

from cmmatch.assignment.form import UNBOUNDED
from cmmatch.assignment.lexicographic import greater
from cmmatch.assignment.residual import reached

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.residual import Residual
    from cmmatch.assignment.result import Value

__all__ = ["PlacePrices", "RowWorth", "Worth", "exact_prices", "limit_of"]


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


@dataclass(frozen=True, slots=True)
class RowWorth:
    """An estimate of what one more unit of a limit is worth: one more pair, one more hour.

    Parameters
    ----------
    rule, label : str
        The limit, and which of its rows: a department, a person.
    stage : str
        The objective that would gain, with those before it held where they are.
    worth : float
        In its units, above 0.
    lower : bool
        Whether the limit asks for a least number, and the unit is one fewer that must be.
    """

    rule: str
    label: str
    stage: str
    worth: float
    lower: bool


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
    limits : tuple of RowWorth
        Estimates for limits beyond degrees, in the order of the stages.
    """

    stages: tuple[str, ...]
    mentors: tuple[Worth, ...]
    mentees: tuple[Worth, ...]
    exact: bool
    limits: tuple[RowWorth, ...] = ()


def exact_prices(residual: Residual) -> PlacePrices:
    """Find the worth of one more and the loss of one fewer for everybody, proven over all pairs."""
    to_node = residual.distances(residual.ground)
    from_node = residual.distances(residual.ground, backward=True)
    n, ids = residual.problem.space.shape[0], residual.source
    return PlacePrices(
        residual.problem.names,
        _worths(residual, "mentor", ids.mentor_ids, (to_node[:, n:-1], from_node[:, n:-1])),
        _worths(residual, "mentee", ids.mentee_ids, (from_node[:, :n], to_node[:, :n])),
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
            limit_of(upper[k]),
            int(load[k]),
            problem.by_stage(gain[:, k]),
            problem.by_stage(loss[:, k]) if possible[k] else None,
        )
        for k in range(len(ids))
    )


def limit_of(upper: np.int64) -> int | None:
    """Return a bound as people know it: none where nothing limits them."""
    return None if upper >= UNBOUNDED else int(upper)
