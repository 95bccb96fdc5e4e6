"""What stands beside us in the same run: scipy on expanded places."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from cmmatch.assignment.constraints import Required

if TYPE_CHECKING:
    from cmmatch.assignment.model import Model

__all__ = ["scipy_can_say", "scipy_on_expanded_places"]


def scipy_can_say(model: Model) -> bool:
    """Whether nobody has a minimum load and nobody wants two: it knows neither.

    Two places of one mentor are two columns, and nothing keeps a mentee out of both.
    """
    capacity, demand = model.constraints[:2]
    most = int(np.max(demand.demand, initial=0))
    return most <= 1 and not (np.any(capacity.minimum) or np.any(demand.minimum))


def scipy_on_expanded_places(model: Model) -> tuple[float, tuple[int, int]]:
    """Solve the same model with ``scipy.optimize.linear_sum_assignment``.

    Every place becomes a column, every unit of demand a row. A pair is worth its score plus a
    bonus that is larger than any total, so that more pairs come first. Required pairs get a bonus
    larger still. Only for models that it can say: see :func:`scipy_can_say`.

    Returns
    -------
    seconds, (pairs, total score in integer units)
    """
    candidates = model.candidates
    places, demand = (
        np.asarray(rule_) for rule_ in (model.constraints[0].places, model.constraints[1].demand)
    )
    start = time.perf_counter()
    rows, columns = (
        np.repeat(np.arange(len(demand)), demand),
        np.repeat(np.arange(len(places)), places),
    )
    worth = np.zeros(candidates.shape)
    bonus = float(candidates.score.max(initial=0) + 1) * min(len(rows), len(columns))
    worth[candidates.mentee, candidates.mentor] = candidates.score + bonus
    position = [
        {label: k for k, label in enumerate(ids)}
        for ids in (candidates.source.mentee_ids, candidates.source.mentor_ids)
    ]
    for rule in model.constraints:
        if isinstance(rule, Required):
            for mentee, mentor in rule.pairs:
                worth[position[0][mentee], position[1][mentor]] += 3 * bonus
    row, column = linear_sum_assignment(worth[np.ix_(rows, columns)], maximize=True)
    mentee, mentor = rows[row], columns[column]
    made = candidates.index(mentee, mentor)
    chosen = np.unique(made[made >= 0])
    seconds = time.perf_counter() - start
    return seconds, (len(chosen), int(candidates.score[chosen].sum()))
