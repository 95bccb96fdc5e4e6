"""Whoever is left over when peers are paired: why, and which pair one of them may join."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cmmatch.assignment.peer_pairs import PeerPairs
    from cmmatch.assignment.peer_rules import PeerRules

__all__ = ["Joined", "best_to_join", "reason_alone"]


class Joined(NamedTuple):
    """Somebody left over who joins a pair: positions, and what the two new pairs are worth."""

    person: int
    pair: int
    value: int


def best_to_join(
    pairs: PeerPairs, made: NDArray[np.int64], alone: NDArray[np.int64], *, grow: bool
) -> Joined | None:
    """Find the person and the pair where a third adds most; ``None`` where nobody can join.

    Every person left over is tried with every pair, so given the pairs the choice is exact.

    Parameters
    ----------
    pairs : PeerPairs
        Pairs that may be made; both new ones must be among them.
    made : int64, shape (Q, 2)
        The pairs chosen, by position.
    alone : int64, shape (A,)
        Who is left over, sorted.
    grow : bool
        Whether somebody joins only where that adds more than 0.
    """
    if not len(made) or not len(alone):
        return None
    person = np.repeat(alone, len(made))
    found = [pairs.find(person, np.tile(made[:, k], len(alone))) for k in (0, 1)]
    possible = np.flatnonzero((found[0] >= 0) & (found[1] >= 0))
    if not len(possible):
        return None
    added = pairs.value[found[0][possible]] + pairs.value[found[1][possible]]
    # Of equals the first in canonical order.
    best = int(np.argmax(added))
    if grow and added[best] <= 0:
        return None
    at = int(possible[best])
    return Joined(int(person[at]), at % len(made), int(added[best]))


def reason_alone(
    rules: PeerRules, free: PeerPairs, alone: NDArray[np.int64], *, most: bool
) -> Callable[[int], str]:
    """Return a function that says of somebody left over why, in one sentence.

    Parameters
    ----------
    rules : PeerRules
        All possible pairs, the required and the forbidden.
    free : PeerPairs
        Pairs that the solver could choose from.
    alone : int64, shape (A,)
        Everybody left over.
    most : bool
        Whether as many pairs as possible came first.
    """
    possible, allowed = rules.pairs.degree, rules.pairs.some(rules.allowed).degree
    unbound = rules.pairs.some(rules.free).degree
    group = {
        person: members
        for members in free.components(np.ones(len(free), dtype=np.bool_))
        for person in members.tolist()
    }
    left = set(alone.tolist())

    def said(person: int) -> str:
        who = rules.pairs.ids[person]
        if not possible[person]:
            return _never(who, int(rules.pairs.one_way[person]))
        if not allowed[person]:
            return f"Nobody can be paired with {who}: every possible pair is forbidden."
        if not unbound[person]:
            return f"Whoever can be paired with {who} is in a required pair."
        if person not in group or len(group[person]) == 1:
            return f"No pair with {who} has a value above 0, so none adds to the total."
        members = group[person]
        if most and len(members) % 2 and left.intersection(members.tolist()) == {person}:
            return (
                f"{len(members)} people can be paired among themselves, an odd number; no choice "
                f"has a higher total than the one without {who}."
            )
        more = "has more pairs, or as many and a higher total" if most else "has a higher total"
        return f"Whoever can be paired with {who} is in another pair; no choice of pairs {more}."

    return said


def _never(who: str, one_way: int) -> str:
    if not one_way:
        return f"No pair with {who} is among the candidates."
    pairs = "1 candidate is" if one_way == 1 else f"{one_way} candidates are"
    return f"No pair with {who} is possible both ways, as is needed: {pairs} in one direction only."
