"""Draws: a circulation in fractions is made whole at random, so that every mean stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SeededToss", "Toss", "decomposed", "rounded"]

Toss = Callable[[int, int], bool]
"""Called with k and n, 0 < k < n; says yes with probability k / n."""

NOBODY = -1


class SeededToss:
    """Tosses whose chances are exact, the same for a seed everywhere and always.

    Parameters
    ----------
    seed : int
        >= 0.

    Notes
    -----
    64 raw bits of PCG64, whose stream NumPy keeps; bits beyond the last whole multiple of n are
    drawn again, so that no remainder is likelier than another.

    Examples
    --------
    >>> toss = SeededToss(7)
    >>> sum(toss(1, 3) for _ in range(3000))
    1015
    """

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def __call__(self, k: int, n: int) -> bool:
        """Say yes with probability k / n."""
        end = 2**64 - 2**64 % n
        bits = int(self._bits.random_raw())
        while bits >= end:
            bits = int(self._bits.random_raw())
        return bits % n < k


def rounded(
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    flow: NDArray[np.int64],
    *,
    denominator: int,
    toss: Toss,
) -> NDArray[np.int64]:
    """Make a circulation of fractions whole at random; the mean of every arc is its fraction.

    1. As much enters a node as leaves it, so that no node has one arc alone whose flow is not
       whole: a walk over such arcs never gets stuck, and meets itself.
    2. Along the ring that it met, the flow may be shifted forwards by ``a`` before some arc is
       whole, and backwards by ``b``. Forwards has the chance ``b / (a + b)``, backwards
       ``a / (a + b)``: the mean shift is 0. One arc at least has become whole.
    3. Go on until every arc is whole.

    This is done for each prime factor p of the denominator in turn: flows are divided by p, and
    made whole, which leaves a circulation over the denominator divided by p. With a small p many
    arcs of a ring become whole at once, and the mean of means is the mean.

    A triangle with one third on every arc has one ring: shifted forwards by 2/3 with the chance
    1/3, backwards by 1/3 with the chance 2/3. So all three arcs carry one unit, once in three.

    Parameters
    ----------
    tail, head : int64, shape (arcs,)
        Nodes that each arc leaves and enters; never the same.
    flow : int64, shape (arcs,)
        Numerators of a circulation, >= 0.
    denominator : int
        Of all of them, >= 1.
    toss : callable
        Decides each shift.

    Returns
    -------
    int64, shape (arcs,)
        A circulation of whole numbers: each arc the floor or the ceiling of its fraction.

    Notes
    -----
    Dependent rounding [1]_, on a circulation in place of a bipartite graph, in whole numbers.

    References
    ----------
    .. [1] R. Gandhi, S. Khuller, S. Parthasarathy and A. Srinivasan (2006). Dependent rounding and
       its applications to approximation algorithms. Journal of the ACM 53(3), 324-360.
       doi:10.1145/1147954.1147956

    Examples
    --------
    >>> ring = np.array([0, 1, 2]), np.array([1, 2, 0]), np.array([1, 1, 1])
    >>> rounded(*ring, denominator=3, toss=SeededToss(0)).tolist()
    [1, 1, 1]
    """
    for prime in _prime_factors(denominator):
        flow, rest = np.divmod(flow, prime)
        broken = np.flatnonzero(rest)
        part = _Part.of(tail[broken], head[broken], rest[broken], prime)
        for node in list(part.arcs):
            part.clear(node, toss)
        flow[broken] += np.array(part.rest, dtype=np.int64) // prime
    return flow


def _prime_factors(number: int) -> list[int]:
    """Return the prime factors from the smallest on, each as often as it divides."""
    factors, divisor = [], 2
    while number > 1:
        while number % divisor:
            divisor += 1
        factors.append(divisor)
        number //= divisor
    return factors


@dataclass(slots=True, eq=False)
class _Part:
    """The arcs whose flow is not whole. Lists, since one arc at a time is looked at."""

    ends: list[tuple[int, int]]
    rest: list[int]
    denominator: int
    arcs: dict[int, list[int]]

    @classmethod
    def of(
        cls,
        tail: NDArray[np.int64],
        head: NDArray[np.int64],
        rest: NDArray[np.int64],
        denominator: int,
    ) -> _Part:
        ends = list(zip(tail.tolist(), head.tolist(), strict=True))
        arcs: dict[int, list[int]] = {}
        for arc, pair in enumerate(ends):
            for node in pair:
                arcs.setdefault(node, []).append(arc)
        return cls(ends, rest.tolist(), denominator, arcs)

    def clear(self, start: int, toss: Toss) -> None:
        """Shift along rings until nothing at a node is broken."""
        path: list[int] = []  # arcs walked; nodes[k] is where path[k] begins
        nodes = [start]
        step = {start: 0}
        while True:
            arc = self._onward(nodes[-1], path[-1] if path else NOBODY)
            if arc == NOBODY:
                return
            tail, head = self.ends[arc]
            following = head if tail == nodes[-1] else tail
            path.append(arc)
            if following not in step:
                step[following] = len(nodes)
                nodes.append(following)
                continue
            begin = step[following]
            self._shift(path[begin:], nodes[begin:], toss)
            # What is still broken of the walk is walked on.
            keep = next(k for k in range(begin, len(path)) if not self._broken(path[k]))
            for node in nodes[keep + 1 :]:
                del step[node]
            del path[keep:], nodes[keep + 1 :]

    def _broken(self, arc: int) -> bool:
        return 0 < self.rest[arc] < self.denominator

    def _onward(self, node: int, came: int) -> int:
        """Return a broken arc at a node that is not the one it was reached by."""
        here = self.arcs[node]
        self._drop_whole(here)
        if not here or here[-1] != came:
            return here[-1] if here else NOBODY
        here.pop()
        self._drop_whole(here)
        here.insert(len(here) - 1, came)
        return here[-1]

    def _drop_whole(self, here: list[int]) -> None:
        while here and not self._broken(here[-1]):
            here.pop()

    def _shift(self, ring: list[int], nodes: list[int], toss: Toss) -> None:
        """Shift the flow along a ring, forwards or backwards by chance."""
        rest, full = self.rest, self.denominator
        ahead = [self.ends[arc][0] == node for arc, node in zip(ring, nodes, strict=True)]
        directed = list(zip(ring, ahead, strict=True))
        forwards = min(full - rest[arc] if along else rest[arc] for arc, along in directed)
        backwards = min(rest[arc] if along else full - rest[arc] for arc, along in directed)
        by = forwards if toss(backwards, forwards + backwards) else -backwards
        for arc, along in directed:
            rest[arc] += by if along else -by


def decomposed(
    tail: NDArray[np.int64], head: NDArray[np.int64], flow: NDArray[np.int64], *, denominator: int
) -> list[tuple[int, NDArray[np.int64]]]:
    """Write a circulation of fractions as a mean of whole ones (Birkhoff and von Neumann).

    Parameters
    ----------
    tail, head, flow, denominator
        As in :func:`rounded`.

    Returns
    -------
    list of (int, int64 array of shape (arcs,))
        Weights that add up to the denominator, and circulations that :func:`rounded` could return;
        at most one more than there are arcs whose flow is not whole, and no more than the
        denominator.

    Notes
    -----
    A whole circulation y within floor and ceiling is taken out k times over; what is left, over the
    denominator less k, lies within the same floor and ceiling as long as k is at most the
    numerator's rest r where y is the ceiling, and at most the denominator less r where it is the
    floor. The largest such k makes one more arc whole.

    Examples
    --------
    >>> ring = np.array([0, 1, 2]), np.array([1, 2, 0]), np.array([1, 1, 1])
    >>> [(weight, each.tolist()) for weight, each in decomposed(*ring, denominator=3)]
    [(2, [0, 0, 0]), (1, [1, 1, 1])]
    """
    parts = []
    left = flow.copy()
    while denominator:
        whole = rounded(tail, head, left, denominator=denominator, toss=_always)
        floor, rest = np.divmod(left, denominator)
        broken = rest > 0
        most = np.where(whole > floor, rest, denominator - rest)[broken]
        weight = int(most.min(initial=denominator))
        parts.append((weight, whole))
        left = left - weight * whole
        denominator -= weight
    return parts


def _always(k: int, n: int) -> bool:
    return True
