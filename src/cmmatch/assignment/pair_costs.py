"""What forcing or forbidding one pair costs the whole matching.

A pair that is not made is an arc ``i -> j`` of the residual graph; having it means a cycle through
that arc, and the best one is the arc and the longest path from j back to i. A pair that is made is
the arc ``j -> i``, and doing without it the best cycle through that. For all pairs of one mentee
two runs are enough, since all those paths begin or end there.

For every pair at once two runs give bounds. With gains g and distances d from the ground no cycle
through an arc gains more than ``g + d[tail] - d[head]``; so with distances to the ground, and with
prices of mentors after these and the best prices of mentees to them. The cycle through the ground
is one that can be had. Where the bounds meet, they are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.columns import Columns, among
from cmmatch.assignment.lexicographic import greater, greatest
from cmmatch.assignment.naming import positions
from cmmatch.assignment.residual import FAR, Residual, reached
from cmmatch.assignment.universe import Kept, part_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.matching import Matching
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.result import Result, Value

__all__ = ["PairCost", "PairCosts", "cost_bounds", "costs_with", "mentee_costs", "pair_cost"]

NOT_ELIGIBLE = "not eligible"
TOO_LOW = "below the least score of candidates"
NOT_KEPT = "not among the kept candidates"
FORBIDDEN = "a rule forbids this pair"
REQUIRED = "a rule requires this pair"
NO_WAY = "no way to keep the rules"


@dataclass(frozen=True, slots=True)
class PairCost:
    """What having a pair that is not made costs, or doing without one that is.

    Parameters
    ----------
    mentee_id, mentor_id : str
        The pair.
    made : bool
        Whether it is in the matching; then the cost is that of doing without it.
    least, most : tuple of (int or tuple of int), or None
        What each stage loses, in its units: no less than ``least``, no more than ``most``, compared
        in order; never below 0. ``None`` for ``most`` where no bound is known, for both where it
        cannot be.
    obstacle : str or None
        Why it cannot be: not eligible, below the least score, forbidden, required, not among the
        kept candidates where only these were looked at, or no way to keep the rules.
    """

    mentee_id: str
    mentor_id: str
    made: bool
    least: tuple[Value, ...] | None
    most: tuple[Value, ...] | None
    obstacle: str | None = None

    @property
    def exact(self) -> bool:
        """Whether the cost is proven: both bounds meet, or it is proven that it cannot be."""
        return self.least == self.most and (self.least is not None or self.obstacle is not None)

    @property
    def cost(self) -> tuple[Value, ...] | None:
        """What each stage loses; ``None`` where that is not exact, or cannot be."""
        return self.least if self.exact else None


def pair_cost(model: Model, result: Result, mentee_id: str, mentor_id: str) -> PairCost:
    """Say what having one pair, or doing without it, costs: exactly, over all pairs.

    Parameters
    ----------
    model : Model
        What was solved: rules on degrees only, objectives that add up.
    result : Result
        Its answer, proven optimal.
    mentee_id, mentor_id : str
        The pair.

    Raises
    ------
    UnsupportedModel
        The model goes beyond that.
    NoMatching
        There is none.
    ModelError
        An id that nobody has.
    SolverDisagreement
        The matching is not the best of this model.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1]])
    >>> rules = [constraints.MentorCapacity(1), constraints.MenteeDemand(1)]
    >>> model = Model(candidates, rules, [objectives.MostMatched(), objectives.TotalScore()])
    >>> pair_cost(model, solve(model), "0", "0").cost
    (0, 600000)
    """
    _, mentor = positions([(mentee_id, mentor_id)], model.candidates.source, "pair cost")
    return mentee_costs(model, result, mentee_id)[int(mentor[0])]


def mentee_costs(model: Model, result: Result, mentee_id: str) -> tuple[PairCost, ...]:
    """Say so for one mentee with every mentor, in the order of the source; see :func:`pair_cost`.

    It takes as long as for one pair.
    """
    return _costs(model, Residual.of_result(model, result), mentee_id)


def costs_with(model: Model, matching: Matching, mentee_id: str) -> tuple[PairCost, ...]:
    """Do so for a matching that is known to be the best, such as one of an earlier run."""
    return _costs(model, Residual.of(model, matching), mentee_id)


def _costs(model: Model, residual: Residual, mentee_id: str) -> tuple[PairCost, ...]:
    source = model.candidates.source
    n, m = residual.problem.space.shape
    if not m:
        return ()
    mentee, _ = positions([(mentee_id, str(source.mentor_ids[0]))], source, "pair costs")
    pairs, obstacles = _of_one(model, residual, int(mentee[0]))
    to_mentee = residual.distances(int(mentee[0]), backward=True)[:, n : n + m]
    from_mentee = residual.distances(int(mentee[0]))[:, n : n + m]
    made = among(pairs.keys, residual.made.keys)
    gain = residual.values(pairs)
    path = np.where(made, from_mentee, to_mentee)
    loss = np.where(made, gain, -gain) - path
    found, known = [], reached(path)
    for j in range(m):
        pair = (mentee_id, str(source.mentor_ids[j]), bool(made[j]))
        if obstacles[j] or not known[j]:
            found.append(PairCost(*pair, None, None, obstacles[j] or NO_WAY))
            continue
        told = residual.problem.by_stage(loss[:, j])
        found.append(PairCost(*pair, told, told))
    return tuple(found)


def _of_one(model: Model, residual: Residual, mentee: int) -> tuple[Columns, list[str]]:
    """Return all pairs of a mentee, and why each of them cannot change, or nothing."""
    space, source, floor = residual.problem.space, model.candidates.source, model.candidates.floor
    m = space.shape[1]
    mentees, mentors = np.full(m, mentee), np.arange(m)
    pairs = Columns(mentees, mentors, source.pairs(mentees, mentors), space.width)
    kept = np.ones(m, dtype=np.bool_)
    if isinstance(residual.universe, Kept):
        kept = model.candidates.index(mentees, mentors) >= 0
    reasons = (
        (REQUIRED, among(pairs.keys, space.required)),
        (NOT_ELIGIBLE, ~source.eligible(mentees, mentors)),
        (TOO_LOW, np.zeros(m, np.bool_) if floor is None else pairs.score < floor),
        (FORBIDDEN, ~space.allows(mentees, mentors, pairs.score)),
        (NOT_KEPT, ~kept),
    )
    words = np.select([where for _, where in reasons], [word for word, _ in reasons], "")
    return pairs, words.tolist()


@dataclass(frozen=True, eq=False)
class PairCosts:
    """The cost of every kept pair, or bounds of it; see :class:`PairCost`.

    Parameters
    ----------
    residual : Residual
        The matching that they are about.
    pairs : Columns
        The kept pairs.
    made : bool, shape (P,)
        Pairs of the matching, whose cost is that of doing without them.
    least, most : int64, shape (S, P)
        In the numbers that stages count, in order; ``most`` is ``FAR`` where no bound is known.
    impossible : bool, shape (P,)
        Pairs for which it is proven that it cannot be, or a rule says so.
    """

    residual: Residual
    pairs: Columns
    made: NDArray[np.bool_]
    least: NDArray[np.int64]
    most: NDArray[np.int64]
    impossible: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def exact(self) -> NDArray[np.bool_]:
        """Where the bounds meet, shape (P,)."""
        met: NDArray[np.bool_] = (self.least == self.most).all(axis=0) | self.impossible
        return met

    def within(self, stage: str, loss: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Say which pairs could be had, or done without, at a small loss.

        Parameters
        ----------
        stage : str
            Name of an objective; those before it must lose nothing, those after it do not count.
        loss : int
            What it may lose, in its units, >= 0; of a stage with several numbers, its first.

        Returns
        -------
        two bool arrays of shape (P,)
            Those that are proven to, and those that may; the same where all costs are exact.
        """
        k = self.residual.problem.first_of(stage)
        limit = np.zeros((k + 1, 1), dtype=np.int64)
        limit[k] = loss
        sure = ~greater(self.most[: k + 1], limit) & ~self.impossible
        maybe = ~greater(self.least[: k + 1], limit) & ~self.impossible
        return sure, maybe

    def of(self, pair: int) -> PairCost:
        """Return one of them in the units of the objectives."""
        source, told = self.residual.source, self.residual.problem.by_stage
        ids = (
            str(source.mentee_ids[self.pairs.mentee[pair]]),
            str(source.mentor_ids[self.pairs.mentor[pair]]),
        )
        made = bool(self.made[pair])
        if self.impossible[pair]:
            return PairCost(*ids, made, None, None, self._why(pair))
        most = self.most[:, pair]
        return PairCost(
            *ids, made, told(self.least[:, pair]), None if most[0] >= FAR else told(most)
        )

    def _why(self, pair: int) -> str:
        space, one = self.residual.problem.space, self.pairs.only(slice(pair, pair + 1))
        if among(one.keys, space.required).any():
            return REQUIRED
        return NO_WAY if space.allows(one.mentee, one.mentor, one.score).all() else FORBIDDEN


def cost_bounds(model: Model, result: Result) -> PairCosts:
    """Bound the cost of every kept pair at once, by two runs over the residual graph.

    Raises
    ------
    UnsupportedModel, NoMatching, SolverDisagreement
        As :func:`pair_cost`.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> candidates = Candidates.from_matrix([[0.9], [0.8], [0.7]])
    >>> rules = [constraints.MentorCapacity(2), constraints.MenteeDemand(1)]
    >>> model = Model(candidates, rules, [objectives.MostMatched(), objectives.TotalScore()])
    >>> bounds = cost_bounds(model, solve(model))
    >>> bounds.of(2).least, bounds.of(2).most, bounds.of(2).exact
    ((0, 100000), (0, 100000), True)
    """
    residual = Residual.of_result(model, result)
    pairs = part_of(model.candidates, slice(None))
    n, _ = residual.problem.space.shape
    made = among(pairs.keys, residual.made.keys)
    mentee, mentor = pairs.mentee.astype(np.intp), pairs.mentor.astype(np.intp) + n
    tail, head = np.where(made, mentor, mentee), np.where(made, mentee, mentor)
    gain = residual.values(pairs) * np.where(made, -1, 1)
    ahead = residual.distances(residual.ground)
    back = residual.distances(residual.ground, backward=True)
    least = np.zeros_like(gain)
    impossible = ~residual.open(pairs)
    known, leads = reached(ahead), reached(back)
    low = -back.copy()
    low[:, :n] = _lowest(residual, -back)
    for potential, sure in ((ahead, known), (-back, leads), (low, leads)):
        bound = potential[:, head] - potential[:, tail] - gain
        bound = np.where(sure[head] & sure[tail], bound, 0)
        least = greatest(np.stack([least, bound], axis=1))
    # A path from the head to the tail would go on from the ground, or on to it.
    impossible |= (known[head] & ~known[tail]) | (leads[tail] & ~leads[head])
    most = -(gain + back[:, head] + ahead[:, tail])
    most = np.where(leads[head] & known[tail], most, FAR)
    return PairCosts(residual, pairs, made, least, most, impossible)


def _lowest(residual: Residual, potential: NDArray[np.int64]) -> NDArray[np.int64]:
    """Lower the potentials of mentees as far as the arcs to them allow, shape (S, N)."""
    made, space = residual.made, residual.problem.space
    n, m = space.shape
    load = residual.loads("mentee")
    room = load < np.minimum(space.rules.mentee_upper, m)
    least = np.where(room, residual.step("mentee", load + 1), -FAR)
    free = made.only(residual.open(made))
    asked = potential[:, free.mentor.astype(np.intp) + n] - residual.values(free)
    rank = np.arange(len(free)) - np.searchsorted(free.mentee, free.mentee)
    for k in range(int(rank.max(initial=-1)) + 1):
        some = np.flatnonzero(rank == k)
        who = free.mentee[some]
        least[:, who] = greatest(np.stack([least[:, who], asked[:, some]], axis=1))
    return np.where(reached(least), least, potential[:, :n])
