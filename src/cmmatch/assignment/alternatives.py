"""Next best matchings, and what all best ones have in common.

All sets of pairs are split by pairs that must, or must not, be made; of every part the best set and
the best change of it are known (Hamacher and Queyranne 1985). The best of those changes is the next
best set. It differs from the best of its part in some pair, which splits the part in two: with the
pair and without it, and each keeps one of both sets as its best.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from cmmatch.assignment.changes import Changes
from cmmatch.assignment.columns import among
from cmmatch.assignment.matching import Matching
from cmmatch.assignment.pair_costs import PairCosts
from cmmatch.assignment.residual import FAR, Residual
from cmmatch.assignment.universe import part_of
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.result import Result, Value

__all__ = ["CommonPairs", "NextBest", "alternatives", "common_pairs", "exact_costs"]


@dataclass(frozen=True, eq=False)
class NextBest:
    """A matching that is next to the best.

    Parameters
    ----------
    matching : Matching
        It.
    loss : tuple of int or tuple of int
        What each stage has less than in the best, in its units; compared in order never below 0.
    lost, new : tuple of (mentee id, mentor id)
        Pairs of the best that it does not have, and those it has instead.
    """

    matching: Matching = field(repr=False)
    loss: tuple[Value, ...]
    lost: tuple[tuple[str, str], ...]
    new: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CommonPairs:
    """What the best matchings have in common, as pairs of (mentee id, mentor id).

    Parameters
    ----------
    in_all : tuple of pairs
        In every best matching.
    in_some : tuple of pairs
        In some best matching, but not in all. Every other pair is in none.
    """

    in_all: tuple[tuple[str, str], ...]
    in_some: tuple[tuple[str, str], ...]


def alternatives(model: Model, result: Result, *, count: int = 5) -> tuple[NextBest, ...]:
    """Return the next best matchings: the second best, the third best, and so on.

    Exact over all pairs that may be made; matchings as good as the best come first. Among equals
    the order depends on the seed, and not on the order of rows.

    Parameters
    ----------
    model : Model
        What was solved: rules on degrees only, objectives that add up.
    result : Result
        Its answer, proven optimal.
    count : int, default 5
        How many, >= 1; there may be fewer.

    Raises
    ------
    ModelError
        ``count`` is below 1.
    UnsupportedModel
        The model goes beyond that.
    NoMatching
        There is none.
    SolverDisagreement
        The matching is not the best of this model.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1]])
    >>> rules = [constraints.MentorCapacity(1), constraints.MenteeDemand(1)]
    >>> model = Model(candidates, rules, [objectives.MostMatched(), objectives.TotalScore()])
    >>> (second,) = alternatives(model, solve(model), count=1)
    >>> second.loss, second.new
    ((0, 600000), (('0', '0'), ('1', '1')))
    """
    if count < 1:
        message = f"alternatives: the count must be 1 or more; given {count}."
        raise ModelError(message)
    best = Changes.of(Residual.of_result(model, result))
    table = best.table
    found: list[NextBest] = []
    waiting: list[tuple[tuple[int, ...], int, Changes, NDArray[np.bool_]]] = []
    numbers = 0

    def look(part: Changes, lost: NDArray[np.int64]) -> None:
        nonlocal numbers
        change = part.best()
        if change is not None:
            loss = tuple((lost + change[0]).tolist())
            heapq.heappush(waiting, (loss, numbers, part, change[1]))
            numbers += 1

    none = np.zeros(len(table.values), dtype=np.int64)
    look(best, none)
    while waiting and len(found) < count:
        loss, _, part, made = heapq.heappop(waiting)
        lost = np.array(loss, dtype=np.int64)
        found.append(_told(model, best, made, lost))
        if len(found) < count:
            mentee, mentor = (int(k) for k in np.argwhere(made != part.made)[0])
            own = _loss(best, part.made)
            look(part.fixed(mentee, mentor), own)
            other = Changes(table, made, part.required, part.forbidden)
            look(other.fixed(mentee, mentor), lost)
    return tuple(found)


def _loss(best: Changes, made: NDArray[np.bool_]) -> NDArray[np.int64]:
    problem, table = best.table.residual.problem, best.table
    return problem.total(table.columns(best.made)) - problem.total(table.columns(made))


def _told(
    model: Model, best: Changes, made: NDArray[np.bool_], loss: NDArray[np.int64]
) -> NextBest:
    source, table = model.candidates.source, best.table
    pairs, before = table.columns(made), table.columns(best.made)
    matching = Matching(pairs.mentee, pairs.mentor, source.mentee_ids, source.mentor_ids)
    return NextBest(
        matching,
        table.residual.problem.by_stage(loss),
        _ids(model, before.only(~among(before.keys, pairs.keys))),
        _ids(model, pairs.only(~among(pairs.keys, before.keys))),
    )


def _ids(model: Model, pairs: Columns) -> tuple[tuple[str, str], ...]:
    source = model.candidates.source
    mentees, mentors = source.mentee_ids[pairs.mentee], source.mentor_ids[pairs.mentor]
    return tuple((str(i), str(j)) for i, j in zip(mentees, mentors, strict=True))


def exact_costs(model: Model, result: Result) -> PairCosts:
    """Return the exact cost of every kept pair at once.

    Time grows with the cube of the number of mentors, memory with N times M: for a few hundred
    mentors it is a second or two. See :func:`cmmatch.assignment.pair_costs.cost_bounds` for more.

    Raises
    ------
    UnsupportedModel, NoMatching, SolverDisagreement
        As :func:`alternatives`.
    """
    residual = Residual.of_result(model, result)
    changes, pairs = Changes.of(residual), part_of(model.candidates, slice(None))
    e, o = (np.argsort(order) for order in residual.problem.space.order)
    cost = changes.costs[:, e[pairs.mentee], o[pairs.mentor]]
    made = among(pairs.keys, residual.made.keys)
    impossible = (cost[0] >= FAR) | ~residual.open(pairs)
    cost = np.where(impossible, 0, cost)
    return PairCosts(residual, pairs, made, cost, cost, impossible)


def common_pairs(model: Model, result: Result) -> CommonPairs:
    """Say which pairs all best matchings have, and which only some of them.

    A pair changes between two best matchings exactly where it lies on a cycle that neither gains
    nor loses; such cycles are within the strongly connected parts of the arcs that are even by
    potentials. It is proven over all pairs that may be made.

    Raises
    ------
    UnsupportedModel, NoMatching, SolverDisagreement
        As :func:`alternatives`.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> candidates = Candidates.from_matrix([[0.9, 0.9, 0.1], [0.5, 0.5, 0.1], [0.1, 0.1, 0.9]])
    >>> rules = [constraints.MentorCapacity(1), constraints.MenteeDemand(1)]
    >>> model = Model(candidates, rules, [objectives.MostMatched(), objectives.TotalScore()])
    >>> common_pairs(model, solve(model)).in_all
    (('2', '2'),)
    """
    residual = Residual.of_result(model, result)
    tight, size = residual.tight(), residual.ground + 1
    ones = np.ones(len(tight.tail), dtype=np.int8)
    graph = coo_array((ones, (tight.tail, tight.head)), shape=(size, size))
    _, part = connected_components(graph, connection="strong")
    within = (part[tight.tail] == part[tight.head])[: len(tight.pairs)]
    some = tight.pairs.only(np.flatnonzero(within))
    changing = np.sort(some.keys)
    made = residual.made
    return CommonPairs(
        _ids(model, made.only(~among(made.keys, changing))),
        _ids(model, some.only(np.argsort(some.keys))),
    )
