"""The best cycle of a graph in which no cycle gains: nodes are mentors and the ground, the last.

1. Potentials turn gains into losses of 0 or more, without changing what a cycle loses.
2. The best cycle there and back bounds the loss, so every dearer arc is left out.
3. Shortest paths among the few arcs that are left (Floyd and Warshall, dropping dearer ones on the
   way); the best cycle is an arc between two mentors and the path back.

A cycle through the ground and one mentor may change no pair at all, so those that do are handed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.lexicographic import first_greatest, greater, greatest
from cmmatch.assignment.residual import FAR, reached
from cmmatch.errors import SolverDisagreement

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["best_cycle"]


def best_cycle(
    moves: NDArray[np.int64], turns: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> tuple[NDArray[np.int64], list[tuple[int, int]]] | None:
    """Return what the best cycle loses, shape (S,), and its arcs; ``None`` where there is none.

    Parameters
    ----------
    moves : int64, shape (S, M + 1, M + 1)
        Gains of the arcs, minus ``FAR`` for none.
    turns : two int64 arrays of shape (S, M)
        Gains to the ground and back again, of the best such cycles that count.

    Raises
    ------
    SolverDisagreement
        A cycle gains.
    """
    ground = moves.shape[1] - 1
    losses = _losses(moves)
    limit, best = _there_and_back(losses, turns)
    paths = _shortest(losses, limit)
    among = paths[:, :ground, :ground].transpose(0, 2, 1) + losses[:, :ground, :ground]
    known = (losses[0] < FAR // 2)[:ground, :ground] & (paths[0] < FAR // 2)[:ground, :ground].T
    round_trip = np.where(known, among, FAR).reshape(len(moves), -1)
    if round_trip.shape[1]:
        k = first_greatest(-round_trip)
        if best is None or greater(limit, round_trip[:, [k]])[0]:
            if round_trip[0, k] >= FAR // 2:
                return None
            a, b = divmod(k, ground)
            return round_trip[:, k], [(a, b), *_way(losses, paths, b, a)]
    return None if best is None else (limit[:, 0], best)


def _losses(moves: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what arcs lose by potentials, ``FAR`` for none and from a node to itself."""
    potential = np.zeros(moves.shape[:2], dtype=np.int64)
    for _ in range(moves.shape[1] + 1):
        on = greatest(potential[:, :, None] + moves)
        better = greater(on, potential)
        if not better.any():
            break
        potential = np.where(better, on, potential)
    else:
        message = "A change would gain: the set of pairs is not best among those it stands for."
        raise SolverDisagreement(message)
    found = potential[:, None, :] - potential[:, :, None] - moves
    found[:, ~reached(moves)] = FAR
    here = np.arange(moves.shape[1])
    found[:, here, here] = FAR
    return found


def _there_and_back(
    losses: NDArray[np.int64], turns: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> tuple[NDArray[np.int64], list[tuple[int, int]] | None]:
    """Return the least loss of a cycle of two arcs, shape (S, 1), and a turn that has it.

    There is no turn where two mentors do it for less, or nothing does.
    """
    ground = losses.shape[1] - 1
    limit, best = np.full((len(losses), 1), FAR), None
    pairs = losses[:, :ground, :ground] + losses[:, :ground, :ground].transpose(0, 2, 1)
    if ground:
        flat = pairs.reshape(len(losses), -1)
        k = first_greatest(-flat)
        if flat[0, k] < FAR // 2:
            limit = flat[:, [k]]
        own = -(turns[0] + turns[1])
        own[:, ~(reached(turns[0]) & reached(turns[1]))] = FAR
        k = first_greatest(-own)
        if own[0, k] < FAR // 2 and greater(limit, own[:, [k]])[0]:
            limit, best = own[:, [k]], [(k, ground), (ground, k)]
    return limit, best


def _shortest(losses: NDArray[np.int64], limit: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the shortest paths that lose no more than a limit, ``FAR`` for none."""
    paths = losses.copy()
    paths[:, greater(paths.reshape(len(paths), -1), limit).reshape(paths.shape[1:])] = FAR
    here = np.arange(paths.shape[1])
    paths[:, here, here] = 0
    for k in range(len(here)):
        into, out = (
            np.flatnonzero(paths[0, :, k] < FAR // 2),
            np.flatnonzero(paths[0, k] < FAR // 2),
        )
        place = np.ix_(np.arange(len(paths)), into, out)
        before, sums = paths[place], paths[:, into, k, None] + paths[:, None, k, out]
        better = greater(before, sums) & ~greater(sums, limit[:, :, None])
        paths[place] = np.where(better, sums, before)
    return paths


def _way(
    losses: NDArray[np.int64], paths: NDArray[np.int64], start: int, end: int
) -> list[tuple[int, int]]:
    """Return the arcs of a shortest path, one with the fewest arcs."""
    before = {start: start}
    front = [start]
    while end not in before:
        following = []
        for a in front:
            on = losses[:, a] + paths[:, :, end]
            for b in np.flatnonzero((on == paths[:, [a], end]).all(axis=0)).tolist():
                if b not in before:
                    before[b] = a
                    following.append(b)
        front = following
    arcs = []
    while end != start:
        arcs.append((before[end], end))
        end = before[end]
    return arcs[::-1]
