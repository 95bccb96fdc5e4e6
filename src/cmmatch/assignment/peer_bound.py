"""What no choice of peer pairs can exceed: prices of people and of odd groups, checked in integers.

1. A linear programme chooses pairs in fractions: each person in at most one, and of an odd group
   of people at most every pair but one person's. Odd groups are added where they are broken, pairs
   where they are worth more than their prices (column and row generation).
2. Its prices are rounded to fractions of a unit and raised until they cover every pair exactly.
3. Then their sum bounds every choice of pairs, whoever found the prices.

Three people of whom each pair is worth 2: half of each pair would give 3. The group of three has
room for one pair; with a price of 2 on the group and none on the people the bound is 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cmmatch.assignment.peer_pairs import PeerPairs

__all__ = ["PeerCertificate", "certify", "certify_count", "closest"]

ROUNDS = 60
"""Rounds of adding groups and pairs, at most: a bound that is not met by then is given as it is."""

CLEAR = 1e-6
"""How far a group or a pair must be beyond its limit to be added."""

THRESHOLDS = (1e-6, 0.2, 0.3, 0.45, 0.6)
"""Groups are looked for where the fractions chosen exceed these."""


@dataclass(frozen=True, eq=False)
class PeerCertificate:
    """Prices that prove a bound; whoever holds the values of all pairs can check it.

    Parameters
    ----------
    ids : object array of str, shape (n,)
        People, in the order of ``price``.
    price : int64, shape (n,)
        Of each person, >= 0, in ``1 / scale`` of a unit.
    groups : tuple of int64 arrays
        Positions of the people of odd groups.
    group_price : int64, shape (groups,)
        Of each group, >= 0, in ``1 / scale`` of a unit.
    pair_price : int
        Of every pair made, of any sign, in ``1 / scale`` of a unit; 0 unless ``count`` is given.
    count : int or None
        Pairs made, where the bound is about choices of so many pairs; ``None`` for any number.
    scale : int
        Fractions in a unit.

    Notes
    -----
    With u the prices of people, z of groups B and m of a pair, every pair (a, b) keeps
    ``u[a] + u[b] + sum of z[B] over the groups with both + m >= value``. Added up over the K pairs
    of any choice, ``total <= sum(u) + sum(z[B] * (|B| - 1) / 2) + m K``, since a person is in one
    pair at most and a group of ``|B|`` holds at most ``(|B| - 1) / 2`` (Edmonds 1965,
    doi:10.6028/jres.069B.013).
    """

    ids: NDArray[np.object_]
    price: NDArray[np.int64]
    groups: tuple[NDArray[np.int64], ...]
    group_price: NDArray[np.int64]
    pair_price: int
    count: int | None
    scale: int

    @property
    def scaled_bound(self) -> int:
        """The bound in ``1 / scale`` of a unit."""
        room = [(len(group) - 1) // 2 for group in self.groups]
        # In Python integers, which do not overflow.
        paid = self.pair_price * (self.count or 0)
        for price, times in zip(self.group_price, room, strict=True):
            paid += int(price) * times
        return paid + sum(int(price) for price in self.price)

    @property
    def bound(self) -> int:
        """No choice of pairs has a higher total, in units."""
        return self.scaled_bound // self.scale

    def excess(
        self, first: NDArray[np.int64], second: NDArray[np.int64], value: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """By how much the value of each pair exceeds its prices, in ``1 / scale`` of a unit.

        Parameters
        ----------
        first, second : int64, shape (P,)
            Positions in ``ids``.
        value : int64, shape (P,)
            In units.
        """
        inside = _inside(self.groups, len(self.ids), first, second)
        paid = self.price[first] + self.price[second] + self.pair_price
        for group, price in zip(inside, self.group_price, strict=True):
            paid[group] += price
        return value * self.scale - paid

    def holds(
        self, first: NDArray[np.int64], second: NDArray[np.int64], value: NDArray[np.int64]
    ) -> bool:
        """Whether the prices prove the bound over these pairs; parameters as in :meth:`excess`."""
        odd = all(len(group) % 2 and len(np.unique(group)) == len(group) for group in self.groups)
        signs = (self.price >= 0).all() and (self.group_price >= 0).all()
        free = self.count is not None or self.pair_price == 0
        return bool(odd and signs and free and (self.excess(first, second, value) <= 0).all())


def certify(pairs: PeerPairs, looked: NDArray[np.bool_], *, count: int | None) -> PeerCertificate:
    """Find prices over all pairs that bound the total as closely as can be.

    Parameters
    ----------
    pairs : PeerPairs
        All pairs; the bound is about every one of them.
    looked : bool, shape (P,)
        Pairs to start from; others join where their value exceeds their prices.
    count : int or None
        How many pairs a choice has; ``looked`` must hold such a choice. ``None`` for any number.

    Returns
    -------
    PeerCertificate
        That holds over all the pairs; how tight it is, :attr:`~PeerCertificate.bound` says.
    """
    found = closest(pairs, looked, count=count)
    if found is not None:
        return found
    nothing = _Prices(np.zeros(len(pairs.ids)), np.zeros(0), 0.0)
    return _in_integers(pairs, [], nothing, count)


def closest(
    pairs: PeerPairs, looked: NDArray[np.bool_], *, count: int | None
) -> PeerCertificate | None:
    """Do as :func:`certify`; ``None`` where the linear programme has no solution or fails."""
    active, prices = looked.copy(), None
    # Of an odd number of people who hang together somebody is left over: known before any share.
    groups = [group for group in _together(pairs) if len(group) % 2]
    for _ in range(ROUNDS if len(pairs) else 0):
        solved = _relaxation(pairs.some(active), groups, count)
        if solved is None:
            break
        share, prices = solved
        over = pairs.value - _paid(prices, groups, pairs)
        missing = _largest(np.where(active, 0.0, over), most=5 * len(pairs.ids))
        broken = list(_broken_groups(pairs.some(active), share, groups))
        if not len(missing) and not broken:
            break
        active[missing] = True
        groups += broken
    if prices is None:
        return None
    return _in_integers(pairs, groups[: len(prices.groups)], prices, count)


def certify_count(pairs: PeerPairs) -> PeerCertificate:
    """Bound how many pairs can be made by the people who hang together: half of each such group.

    Parameters
    ----------
    pairs : PeerPairs
        All pairs; their values are not looked at, each counts 1.
    """
    groups = _together(pairs)
    odd = tuple(group for group in groups if len(group) % 2)
    price = np.zeros(len(pairs.ids), dtype=np.int64)
    for group in groups:
        price[group] = len(group) % 2 == 0
    return PeerCertificate(
        pairs.ids, price, odd, np.full(len(odd), 2), pair_price=0, count=None, scale=2
    )


def _together(pairs: PeerPairs) -> list[NDArray[np.int64]]:
    """Return the groups of two or more who hang together by any pairs."""
    found = pairs.components(np.ones(len(pairs), dtype=np.bool_))
    return [group for group in found if len(group) > 1]


class _Prices(NamedTuple):
    people: NDArray[np.float64]
    groups: NDArray[np.float64]
    pair: float


def _relaxation(
    pairs: PeerPairs, groups: list[NDArray[np.int64]], count: int | None
) -> tuple[NDArray[np.float64], _Prices] | None:
    """Solve the linear programme: the share of each pair, and prices; ``None`` if it fails."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    n, p = len(pairs.ids), len(pairs)
    inside = _inside(groups, n, pairs.first, pairs.second)
    rows = [pairs.first, pairs.second, *(np.full(len(g), n + k) for k, g in enumerate(inside))]
    columns = [np.arange(p), np.arange(p), *inside]
    at = np.concatenate(rows), np.concatenate(columns)
    limits = csr_array((np.ones(len(at[0])), at), shape=(n + len(groups), p))
    room = np.concatenate([np.ones(n), [(len(group) - 1) // 2 for group in groups]])
    fixed = {} if count is None else {"A_eq": csr_array(np.ones((1, p))), "b_eq": [count]}
    found = linprog(-pairs.value.astype(float), limits, room, **fixed, method="highs-ds")
    if found.status != 0:
        return None
    worth = -found.ineqlin.marginals
    pair = 0.0 if count is None else -float(found.eqlin.marginals[0])
    return found.x, _Prices(worth[:n], worth[n:], pair)


def _inside(
    groups: Any, people: int, first: NDArray[np.int64], second: NDArray[np.int64]
) -> list[NDArray[np.intp]]:
    """Return for each group which pairs have both people in it."""
    found = []
    for group in groups:
        member = np.zeros(people, dtype=np.bool_)
        member[group] = True
        found.append(np.flatnonzero(member[first] & member[second]))
    return found


def _paid(
    prices: _Prices, groups: list[NDArray[np.int64]], pairs: PeerPairs
) -> NDArray[np.float64]:
    paid = prices.people[pairs.first] + prices.people[pairs.second] + prices.pair
    inside = _inside(groups, len(pairs.ids), pairs.first, pairs.second)
    for group, price in zip(inside, prices.groups, strict=True):
        paid[group] += price
    return paid


def _largest(over: NDArray[np.float64], *, most: int) -> NDArray[np.intp]:
    """Return where the largest numbers above 0 stand, at most so many."""
    above = np.flatnonzero(over > CLEAR)
    return above[np.argsort(-over[above], kind="stable")[:most]]


def _broken_groups(
    pairs: PeerPairs, share: NDArray[np.float64], known: list[NDArray[np.int64]]
) -> Iterator[NDArray[np.int64]]:
    """Yield odd groups that hold more than their room.

    They are looked for among the people who hang together by shares above a threshold, not in all
    places: a group that is missed makes the bound weaker and never wrong.
    """
    seen = {tuple(group.tolist()) for group in known}
    for threshold in THRESHOLDS:
        for group in pairs.components(share > threshold):
            key = tuple(group.tolist())
            if len(group) < 3 or len(group) % 2 == 0 or key in seen:
                continue
            (inside,) = _inside([group], len(pairs.ids), pairs.first, pairs.second)
            if share[inside].sum() > (len(group) - 1) / 2 + CLEAR:
                seen.add(key)
                yield group


def _in_integers(
    pairs: PeerPairs, groups: list[NDArray[np.int64]], prices: _Prices, count: int | None
) -> PeerCertificate:
    """Round the prices upwards and raise those of people until every pair is covered."""
    largest = int(np.abs(pairs.value).max(initial=1))
    # Fractions of a unit as fine as leave room in 64 bits, so that rounding adds less than a unit.
    scale = 2 ** max(min(20, 58 - largest.bit_length()), 0)
    people, group_price = (
        np.ceil(np.maximum(part, 0.0) * scale).astype(np.int64) for part in prices[:2]
    )
    pair = 0 if count is None else int(np.ceil(prices.pair * scale))
    paying = np.flatnonzero(group_price > 0)
    rough = PeerCertificate(
        pairs.ids,
        people,
        tuple(groups[k] for k in paying),
        group_price[paying],
        pair,
        count,
        scale,
    )
    short = np.maximum(rough.excess(pairs.first, pairs.second, pairs.value), 0)
    half = -(-short // 2)
    raised = np.zeros(len(people), dtype=np.int64)
    for side in (pairs.first, pairs.second):
        np.maximum.at(raised, side, half)
    return PeerCertificate(
        rough.ids, people + raised, rough.groups, rough.group_price, pair, count, scale
    )
