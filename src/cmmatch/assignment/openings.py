"""Openings: whose extra place would serve whom of those who wait, and where a place is free.

Somebody who waits takes a pair with a mentor they may have; where that one is full, one of theirs
moves on to another mentor, and so on. Whoever is reached so could take the last of them with one
more place, and everybody who is matched stays so. One graph of mentors answers it for all who wait:
j leads to k where a mentee of j may be with k. Mentors who lead to each other are looked at as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.columns import among
from cmmatch.assignment.exchange import ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["Openings"]

NONE = -(2**60)
"""Stands for no way; no sum of scores comes near."""

MOST = 600
"""With more mentors than that only pairs of those who wait are weighed, not who moves for them."""


@dataclass(frozen=True, eq=False)
class Openings:
    """What one more place with each mentor would do for those who wait.

    Parameters
    ----------
    waiting : int64, shape (U,)
        Mentees with fewer mentors than they want.
    serves : bool, shape (U, M)
        Whether one more place with the mentor would serve the mentee, nobody losing a pair.
    free : bool, shape (M,)
        Whether a mentee more of this mentor leads to a free place, the mentor's own or another's.
    reach : bool, shape (C, C)
        Which groups of mentors lead to which.
    group : int64, shape (M,)
        Group of each mentor.
    totals : int64, shape (U, M)
        What the mentee's way to the mentor adds to the total score at most; with many mentors, and
        where the pairs made are not best by total score, only what the pair itself adds.
    """

    waiting: NDArray[np.int64]
    serves: NDArray[np.bool_]
    free: NDArray[np.bool_]
    reach: NDArray[np.bool_]
    group: NDArray[np.int64]
    totals: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        candidates: Candidates,
        matching: Matching,
        *,
        places: NDArray[np.int64],
        demand: NDArray[np.int64],
        fixed: tuple[NDArray[np.int64], NDArray[np.int64]],
    ) -> Openings:
        """Search once, for all who wait.

        Parameters
        ----------
        candidates : Candidates
            Every pair that may be made.
        matching : Matching
            With only such pairs.
        places, demand : int64, shapes (M,) and (N,)
            Mentees that a mentor may have, mentors that a mentee wants.
        fixed : two int64 arrays
            Pairs that must stay as they are.
        """
        m = candidates.shape[1]
        width = max(m, 1)
        keys = candidates.mentee.astype(np.int64) * width + candidates.mentor
        made = among(keys, matching.mentee * width + matching.mentor)
        stays = among(keys, np.unique(fixed[0] * width + fixed[1]))
        begin, end, gain = _moves(candidates, made, made & ~stays)
        group, reach = _groups(begin, end, m)
        room = places > matching.mentor_load
        count = len(reach)
        some = np.zeros(count, dtype=np.bool_)
        some[group[room]] = True
        leads = np.flatnonzero((reach & some[None, :]).any(axis=1))
        free = np.isin(group, leads)
        waiting = np.flatnonzero(demand > matching.mentee_load)
        row = np.full(candidates.shape[0], -1, dtype=np.int64)
        row[waiting] = np.arange(len(waiting))
        own = np.flatnonzero((row[candidates.mentee] >= 0) & ~made)
        first = np.zeros((len(waiting), count), dtype=np.float32)
        first[row[candidates.mentee[own]], group[candidates.mentor[own]]] = 1
        serves = (first @ reach.astype(np.float32) > 0)[:, group]
        totals = np.full((len(waiting), m), NONE, dtype=np.int64)
        totals[row[candidates.mentee[own]], candidates.mentor[own]] = candidates.score[own]
        weighed = _greatest(totals, begin, end, gain) if m <= MOST else None
        return cls(waiting, serves, free, reach, group, totals if weighed is None else weighed)

    @property
    def uses(self) -> NDArray[np.int64]:
        """How many of those who wait could use one more place with each mentor, shape (M,)."""
        count: NDArray[np.int64] = self.serves.sum(axis=0, dtype=np.int64)
        return count

    def best(self, waits: int, rank: NDArray[np.int64]) -> int | None:
        """Return the mentor whose extra place serves one who waits with the highest total score.

        Equals by ``rank``. ``None`` if no single place serves.
        """
        some = np.flatnonzero(self.serves[waits])
        if not len(some):
            return None
        total = self.totals[waits, some]
        return int(some[np.lexsort((rank[some], -total))[0]])

    def most_useful(self, rank: NDArray[np.int64]) -> int | None:
        """Return the mentor whose extra place most of those who wait could use.

        Equals by the highest total score to be had with it, then by ``rank``. ``None`` if no
        single place serves anybody.
        """
        uses = self.uses
        if not uses.any():
            return None
        return int(np.lexsort((rank, -self.totals.max(axis=0), -uses))[0])


def _moves(
    candidates: Candidates, made: NDArray[np.bool_], loose: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return from which mentor to which a mentee may move, and the most that adds to the score."""
    m = max(candidates.shape[1], 1)
    bounds = np.searchsorted(candidates.mentee, np.arange(candidates.shape[0] + 1))
    held = np.flatnonzero(loose)
    people = candidates.mentee[held].astype(np.int64)
    count = bounds[people + 1] - bounds[people]
    pairs = ranges(bounds, people)
    source = np.repeat(held, count)
    other = ~made[pairs]
    pairs, source = pairs[other], source[other]
    code = candidates.mentor[source].astype(np.int64) * m + candidates.mentor[pairs]
    gain = candidates.score[pairs] - candidates.score[source]
    order = np.lexsort((-gain, code))
    code, first = np.unique(code[order], return_index=True)
    return code // m, code % m, gain[order][first]


def _groups(
    begin: NDArray[np.int64], end: NDArray[np.int64], count: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the group of each mentor, and which groups lead to which, themselves among them."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    if not count:
        return np.empty(0, dtype=np.int64), np.zeros((0, 0), dtype=np.bool_)
    ones = np.ones(len(begin), dtype=np.int8)
    graph = coo_array((ones, (begin, end)), shape=(count, count)).tocsr()
    groups, label = connected_components(graph, directed=True, connection="strong")
    label = label.astype(np.int64)
    code = np.unique(label[begin] * groups + label[end])
    ones = np.ones(len(code), dtype=np.int8)
    shape = (groups, groups)
    between = coo_array((ones, (code // groups, code % groups)), shape=shape).tocsr()
    reach = np.eye(groups, dtype=np.bool_)
    for each in range(groups):
        reach[each, breadth_first_order(between, each, return_predecessors=False)] = True
    return label, reach


def _greatest(
    start: NDArray[np.int64],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    gain: NDArray[np.int64],
) -> NDArray[np.int64] | None:
    """Return the most that ways to each mentor add to the total score; ``None`` if without end.

    Ways go round where a change of the pairs made alone would add to the total: that is so where
    something else is wanted before it.
    """
    m = start.shape[1]
    ways = np.full((m, m), NONE, dtype=np.int64)
    ways[np.arange(m), np.arange(m)] = 0
    ways[begin, end] = np.where(begin == end, np.maximum(gain, 0), gain)
    for mentor in np.intersect1d(begin, end):
        np.maximum(ways, ways[:, mentor, None] + ways[mentor], out=ways)
        if (np.diagonal(ways) > 0).any():
            return None
    total = start.copy()
    for mentor in np.flatnonzero((start > NONE).any(axis=0)):
        np.maximum(total, start[:, mentor, None] + ways[mentor], out=total)
    return total
