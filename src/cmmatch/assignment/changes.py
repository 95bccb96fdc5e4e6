"""The best change through every pair at once, exactly, where everybody fits into memory.

The residual graph without mentees: mentors and the ground are left, and an arc from one to another
is the best way in which some mentee moves between them. Longest paths between all of them (Floyd
and Warshall) then give the best cycle through every pair. Time grows with the cube of the number of
mentors, memory with N times M.

1. ``a -> b``: a mentee of a goes to b instead; to the ground: somebody who may have fewer.
2. With ``D[b, a]`` the longest path, having (i, j) gains ``w[i, j] + D[j, t] - w[i, t]`` for the
   best t that i leaves for it, or the ground.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.assignment.columns import Columns
from cmmatch.assignment.cycles import best_cycle
from cmmatch.assignment.lexicographic import greater, greatest
from cmmatch.assignment.residual import FAR, reached
from cmmatch.assignment.universe import concatenated
from cmmatch.errors import SolverDisagreement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.residual import Residual

__all__ = ["Changes", "Table"]


@dataclass(frozen=True, eq=False)
class Table:
    """What every pair is worth, in canonical order.

    Parameters
    ----------
    values : int64, shape (S, N, M)
        By each number, in order.
    eligible : bool, shape (N, M)
        Pairs that may be made.
    residual : Residual
        Where they come from.
    """

    values: NDArray[np.int64]
    eligible: NDArray[np.bool_]
    residual: Residual

    @classmethod
    def of(cls, residual: Residual) -> Table:
        """Ask for every pair that may be made."""
        n, m = residual.problem.space.shape
        pairs = _all_pairs(residual).joined(residual.made)
        e, o = (np.argsort(order) for order in residual.problem.space.order)
        values = np.zeros((len(residual.problem.aims), n, m), dtype=np.int64)
        eligible = np.zeros((n, m), dtype=np.bool_)
        values[:, e[pairs.mentee], o[pairs.mentor]] = residual.values(pairs)
        eligible[e[pairs.mentee], o[pairs.mentor]] = True
        return cls(values, eligible, residual)

    def canonical(self, pairs: Columns) -> NDArray[np.bool_]:
        """Mark pairs, shape (N, M)."""
        e, o = (np.argsort(order) for order in self.residual.problem.space.order)
        found = np.zeros(self.eligible.shape, dtype=np.bool_)
        found[e[pairs.mentee], o[pairs.mentor]] = True
        return found

    def columns(self, made: NDArray[np.bool_]) -> Columns:
        """Return marked pairs in the order of the source, with their scores."""
        space = self.residual.problem.space
        i, j = np.nonzero(made)
        mentee, mentor = space.order[0][i], space.order[1][j]
        score = self.residual.source.pairs(mentee, mentor)
        return Columns.of(mentee, mentor, score, width=space.width)


def _all_pairs(residual: Residual) -> Columns:
    def any_pair(
        mentee: NDArray[np.int64], mentor: NDArray[np.int64], score: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        return residual.problem.space.allows(mentee, mentor, score)

    found = residual.universe.survivors(any_pair)
    return concatenated([residual.columns.only(slice(0)), *found])


class _Side(NamedTuple):
    """What the ground gives and takes: whether loads may change, and what that gains, (S, N)."""

    more: NDArray[np.bool_]
    fewer: NDArray[np.bool_]
    gain: NDArray[np.int64]
    loss: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Changes:
    """Everything that can be changed about one set of pairs.

    Parameters
    ----------
    table : Table
        Of the model.
    made : bool, shape (N, M)
        The set, best among those with the same fixed pairs; canonical order.
    required, forbidden : bool, shape (N, M)
        Pairs that stay as they are.
    """

    table: Table
    made: NDArray[np.bool_]
    required: NDArray[np.bool_]
    forbidden: NDArray[np.bool_]

    @classmethod
    def of(cls, residual: Residual) -> Changes:
        """Begin with the matching of a residual graph, and what its rules fix."""
        table = Table.of(residual)
        made = table.canonical(residual.made)
        fixed = table.canonical(residual.made.only(~residual.open(residual.made)))
        return cls(table, made, fixed, np.zeros_like(made))

    @cached_property
    def may(self) -> NDArray[np.bool_]:
        """Pairs that could be made and are not."""
        return self.table.eligible & ~self.made & ~self.forbidden

    @cached_property
    def must_not(self) -> NDArray[np.bool_]:
        """Pairs that are made and need not be."""
        return self.made & ~self.required

    @cached_property
    def mentees(self) -> _Side:
        """What mentees may have."""
        return self._side("mentee", 1)

    @cached_property
    def mentors(self) -> _Side:
        """What mentors may have."""
        return self._side("mentor", 0)

    def _side(self, side: str, axis: int) -> _Side:
        residual = self.table.residual
        space = residual.problem.space
        order = space.order[side == "mentor"]
        load = self.made.sum(axis=axis)
        lower, upper = (getattr(space.rules, f"{side}_{end}")[order] for end in ("lower", "upper"))
        back = np.empty_like(load)
        back[order] = load
        more, fewer = residual.step(side, back + 1), residual.step(side, back)
        room = np.minimum(upper, self.made.shape[axis])
        return _Side(load < room, load > lower, more[:, order], -fewer[:, order])

    @cached_property
    def moves(self) -> NDArray[np.int64]:
        """The best single move between mentors and the ground, the last; shape (S, M+1, M+1)."""
        values = self.table.values
        size, m = values.shape[0], values.shape[2]
        found = np.full((size, m + 1, m + 1), -FAR)
        for a in range(m):
            mine = np.flatnonzero(self.must_not[:, a])
            if len(mine):
                gains = values[:, mine] - values[:, mine, a][:, :, None]
                found[:, a, :m] = greatest(np.where(self.may[mine], gains, -FAR))
        out, into = self._ground_moves
        found[:, :m, m] = greatest(np.stack(out, axis=1))
        found[:, m, :m] = greatest(np.stack(into, axis=1))
        return found

    @cached_property
    def _ground_moves(self) -> tuple[tuple[NDArray[np.int64], ...], ...]:
        """Moves to the ground, and from it: by some pair, and by the load of a mentor alone."""
        values = self.table.values
        leaving = self.must_not & self.mentees.fewer[:, None]
        joining = self.may & self.mentees.more[:, None]
        own = self.mentors
        return (
            (
                _best_of(self.mentees.loss[:, :, None] - values, leaving),
                np.where(own.more, own.gain, -FAR),
            ),
            (
                _best_of(self.mentees.gain[:, :, None] + values, joining),
                np.where(own.fewer, own.loss, -FAR),
            ),
        )

    @cached_property
    def turns(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The best way of each mentor to the ground and back that changes a pair, (S, M) each."""
        (pair_out, load_out), (pair_in, load_in) = self._ground_moves
        ways = ((pair_out, pair_in), (pair_out, load_in), (load_out, pair_in))
        sums = np.stack([np.where(_both(*way), sum(way), -FAR) for way in ways], axis=1)
        best = greatest(sums)
        chosen = [(sums[:, k] == best).all(axis=0) for k in range(len(ways))]
        out, into = (
            np.select([chosen[0], chosen[1], chosen[2]], [way[k] for way in ways]) for k in (0, 1)
        )
        return out, into

    @cached_property
    def paths(self) -> NDArray[np.int64]:
        """Longest paths between mentors and the ground, shape (S, M+1, M+1).

        Raises
        ------
        SolverDisagreement
            A cycle gains: the set is not best.
        """
        found = self.moves.copy()
        here = np.arange(found.shape[1])
        found[:, here, here] = 0
        for k in range(len(here)):
            _lengthen(found, k)
        if greater(found[:, here, here], np.zeros((len(found), len(here)), np.int64)).any():
            message = "A change would gain: the set of pairs is not best among those it stands for."
            raise SolverDisagreement(message)
        found[:, ~reached(found)] = -FAR
        return found

    @cached_property
    def costs(self) -> NDArray[np.int64]:
        """What each pair costs: to have it, or to do without; ``FAR`` where it cannot change.

        Shape (S, N, M).
        """
        values = self.table.values
        found = np.full(values.shape, FAR)
        for i in range(values.shape[1]):
            ends = self._ends(i)
            may, made = np.flatnonzero(self.may[i]), np.flatnonzero(self.must_not[i])
            if len(ends[0]) and len(may):
                back = self.paths[:, may[:, None], ends[0][None, :]] + ends[1][:, None, :]
                found[:, i, may] = -(values[:, i, may] + greatest(back.transpose(0, 2, 1)))
            starts = self._starts(i)
            if len(starts[0]) and len(made):
                on = starts[1][:, :, None] + self.paths[:, starts[0][:, None], made[None, :]]
                found[:, i, made] = values[:, i, made] - greatest(on)
        found[:, found[0] > FAR // 2] = FAR
        return found

    def _ends(self, mentee: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Where paths to a mentee come from at last, and what that step gains."""
        made = np.flatnonzero(self.must_not[mentee])
        gains = -self.table.values[:, mentee, made]
        if not self.mentees.more[mentee]:
            return made, gains
        ground = self.made.shape[1]
        own = self.mentees.gain[:, [mentee]]
        return np.append(made, ground), np.concatenate([gains, own], axis=1)

    def _starts(self, mentee: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Where paths from a mentee go at first, and what that step gains."""
        may = np.flatnonzero(self.may[mentee])
        gains = self.table.values[:, mentee, may]
        if not self.mentees.fewer[mentee]:
            return may, gains
        own = self.mentees.loss[:, [mentee]]
        return np.append(may, self.made.shape[1]), np.concatenate([gains, own], axis=1)

    def best(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]] | None:
        """Return what the best change loses, shape (S,), and the set after it.

        ``None`` where nothing can change. Among equals the first in canonical order is taken.
        """
        found = best_cycle(self.moves, self.turns)
        if found is None:
            return None
        loss, cycle = found
        changed = self.made.copy()
        for a, b in cycle:
            changed ^= self._move(a, b, real=len(cycle) == 2)
        self._verify(changed, loss)
        return loss, changed

    def fixed(self, mentee: int, mentor: int) -> Changes:
        """Leave one pair as it is."""
        one = np.zeros_like(self.made)
        one[mentee, mentor] = True
        if self.made[mentee, mentor]:
            return replace(self, required=self.required | one)
        return replace(self, forbidden=self.forbidden | one)

    def _move(self, a: int, b: int, *, real: bool) -> NDArray[np.bool_]:
        """Mark the pairs that change in the best single move, of the first mentee among equals.

        A move to the ground or from it may change no pair, but only the load that a mentor has;
        where the cycle is no more than there and back, not both may be such.
        """
        values, ground = self.table.values, self.made.shape[1]
        gain, changed = self.moves[:, a, b], np.zeros_like(self.made)
        if real and ground in (a, b):
            gain = self.turns[a == ground][:, min(a, b)]
        elif self._idle(a, b, gain):
            return changed
        leaves = self.must_not[:, a] if a != ground else self.mentees.more
        enters = self.may[:, b] if b != ground else self.mentees.fewer
        gains = (-values[:, :, a] if a != ground else self.mentees.gain) + (
            values[:, :, b] if b != ground else self.mentees.loss
        )
        who = np.flatnonzero(leaves & enters & (gains == gain[:, None]).all(axis=0))
        for each in {a, b} - {ground} if len(who) else ():
            changed[who[0], each] = True
        return changed

    def _idle(self, a: int, b: int, gain: NDArray[np.int64]) -> bool:
        """Whether a move is that of a mentor whose load alone changes."""
        own, ground = self.mentors, self.made.shape[1]
        if b == ground:
            return bool(own.more[a] and (own.gain[:, a] == gain).all())
        return a == ground and bool(own.fewer[b] and (own.loss[:, b] == gain).all())

    def _verify(self, changed: NDArray[np.bool_], loss: NDArray[np.int64]) -> None:
        """Refuse a set that is not worth what was claimed, or breaks a rule."""
        table, problem = self.table, self.table.residual.problem
        before, after = (problem.total(table.columns(each)) for each in (self.made, changed))
        rules, (e, o) = problem.space.rules, problem.space.order
        fine = np.array_equal(before - after, loss)
        fine &= not (changed & ~table.eligible).any()
        for order, side, axis in ((e, "mentee", 1), (o, "mentor", 0)):
            load = changed.sum(axis=axis)
            fine &= bool((load >= getattr(rules, f"{side}_lower")[order]).all())
            fine &= bool((load <= getattr(rules, f"{side}_upper")[order]).all())
        if not fine:
            message = "A next best matching is not what was claimed of it."
            raise SolverDisagreement(message)


def _lengthen(paths: NDArray[np.int64], through: int) -> None:
    """Let every path lead through one node where that is longer."""
    sums = paths[:, :, through, None] + paths[:, None, through, :]
    better = greater(sums, paths)
    # What leads from nowhere gets no longer.
    better &= sums[0] > -FAR // 2
    for number, longer in zip(paths, sums, strict=True):
        np.copyto(number, longer, where=better)


def _both(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
    return reached(one) & reached(other)


def _best_of(gains: NDArray[np.int64], allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the greatest of each column, shapes (S, N, M) and (N, M); minus ``FAR`` for none."""
    if not allowed.shape[0]:
        return np.full((len(gains), allowed.shape[1]), -FAR)
    return greatest(np.where(allowed, gains, -FAR))
