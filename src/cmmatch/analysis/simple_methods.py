"""Ways to match that need no solver: first come, best pair first, by lot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.assignment.matching import Matching
from cmmatch.programme.order import canonical_order, lots, pair_lots

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.compatibility.candidates import Candidates

__all__ = ["by_lot", "first_come", "greedy"]

Room = tuple[Any, Any]
"""Demand, shape (N,), and places, shape (M,)."""


def first_come(candidates: Candidates, room: Room, *, seed: int = 0) -> Matching:
    """Let the mentees choose one after another, in the order of their rows.

    Each takes the best mentors that still have places, as many as wanted (serial dictatorship);
    equals by lot.

    Examples
    --------
    >>> from cmmatch import Candidates
    >>> candidates = Candidates.from_matrix([[0.5, 0.4], [0.9, 0.1]])
    >>> first_come(candidates, (np.ones(2, int), np.ones(2, int))).pairs
    (('0', '0'), ('1', '1'))
    """
    first, second = _ties(candidates, seed)
    order = np.lexsort((second, first, -candidates.score, candidates.mentee))
    return _taken(candidates, order, room)


def greedy(candidates: Candidates, room: Room, *, seed: int = 0) -> Matching:
    """Make the best pair that can still be made, again and again; equals by lot.

    With one score for both sides this is a stable matching, and its total at least half the best.

    Examples
    --------
    >>> from cmmatch import Candidates
    >>> candidates = Candidates.from_matrix([[0.5, 0.4], [0.9, 0.1]])
    >>> greedy(candidates, (np.ones(2, int), np.ones(2, int))).pairs
    (('0', '1'), ('1', '0'))
    """
    first, second = _ties(candidates, seed)
    return _taken(candidates, np.lexsort((second, first, -candidates.score)), room)


def by_lot(candidates: Candidates, room: Room, *, seed: int = 0) -> Matching:
    """Make pairs in an order drawn by lot, whatever their scores."""
    first, second = _ties(candidates, seed)
    return _taken(candidates, np.lexsort((second, first)), room)


def _ties(candidates: Candidates, seed: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the lot of each pair, and what decides should two lots be the same."""
    source = candidates.source
    mentee, mentor = (lots(ids, seed=seed) for ids in (source.mentee_ids, source.mentor_ids))
    line = [
        np.argsort(canonical_order(ids, seed=seed))
        for ids in (source.mentee_ids, source.mentor_ids)
    ]
    place = line[0][candidates.mentee] * max(candidates.shape[1], 1) + line[1][candidates.mentor]
    return pair_lots(mentee[candidates.mentee], mentor[candidates.mentor]), place


def _taken(candidates: Candidates, order: NDArray[np.intp], room: Room) -> Matching:
    """Go through pairs in order and make each that both people have room for."""
    # Who comes later depends on all before, so this is a loop over people and no array.
    demand, places = (np.asarray(each).tolist() for each in room)
    mentee, mentor = candidates.mentee.tolist(), candidates.mentor.tolist()
    made, left = [], min(sum(demand), sum(places))
    for k in order.tolist():
        if not left:
            break
        i, j = mentee[k], mentor[k]
        if demand[i] and places[j]:
            demand[i] -= 1
            places[j] -= 1
            left -= 1
            made.append(k)
    taken = np.sort(np.array(made, dtype=np.intp))
    return Matching(
        candidates.mentee[taken].astype(np.int64),
        candidates.mentor[taken].astype(np.int64),
        candidates.source.mentee_ids,
        candidates.source.mentor_ids,
    )
