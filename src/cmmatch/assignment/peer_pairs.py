"""Pairs within one population: who may be paired with whom, and what each pair is worth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from cmmatch.errors import ModelError, UnknownPerson
from cmmatch.programme.order import canonical_order, lots, pair_lots

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from cmmatch.compatibility.candidates import Candidates
    from cmmatch.compatibility.source import PairSource

__all__ = ["Both", "PeerPairs", "peer_pairs", "population", "positions"]

Both = Literal["sum", "least"]

SHOWN = 5


@dataclass(frozen=True, eq=False)
class PeerPairs:
    """Every pair that may be made within one population of n people.

    Parameters
    ----------
    ids : object array of str, shape (n,)
        Everybody, in the canonical order; positions below are positions here.
    first, second : int64, shape (P,)
        Positions, ``first < second``, sorted, no pair twice.
    value : int64, shape (P,)
        Of both directions together, exact, in integer units.
    one_way : int64, shape (n,)
        Pairs of each person that are candidates in one direction and not possible in the other.
    """

    ids: NDArray[np.object_]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    value: NDArray[np.int64]
    one_way: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first)

    @property
    def degree(self) -> NDArray[np.int64]:
        """With how many people each can be paired, shape (n,)."""
        n = len(self.ids)
        return np.bincount(self.first, minlength=n) + np.bincount(self.second, minlength=n)

    def some(self, kept: NDArray[np.bool_]) -> PeerPairs:
        """Return these pairs only, among the same people."""
        return PeerPairs(
            self.ids, self.first[kept], self.second[kept], self.value[kept], self.one_way
        )

    def find(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where each pair, in either order, stands here, shape (Q,); -1 where it does not.

        Parameters
        ----------
        first, second : int64, shape (Q,)
            Positions of people.
        """
        n = max(len(self.ids), 1)
        if not len(self):
            return np.full(len(first), -1, dtype=np.int64)
        keys = self.first * n + self.second
        wanted = np.minimum(first, second) * n + np.maximum(first, second)
        found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[found] == wanted, found, -1)

    def components(self, joined: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
        """Return the people who hang together by some of the pairs, each group sorted.

        Parameters
        ----------
        joined : bool, shape (P,)
            Which pairs; whoever is in none is a group of one.
        """
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        n = len(self.ids)
        if not n:
            return []
        links = (np.ones(int(joined.sum())), (self.first[joined], self.second[joined]))
        label = connected_components(coo_array(links, shape=(n, n)), directed=False)[1]
        order = np.argsort(label, kind="stable")
        return np.split(order, np.flatnonzero(np.diff(label[order])) + 1)

    def best(self, keep: int | None, *, seed: int) -> NDArray[np.bool_]:
        """Mark the pairs that are among the best of one of their two, shape (P,).

        Parameters
        ----------
        keep : int or None
            Pairs of each person, >= 1; equals are drawn by lot. ``None`` marks all.
        seed : int
            Of the lots.
        """
        if keep is None:
            return np.ones(len(self), dtype=np.bool_)
        person = np.concatenate([self.first, self.second])
        lot = lots(self.ids, seed=seed)
        drawn = pair_lots(lot[person], lot[np.concatenate([self.second, self.first])])
        order = np.lexsort((drawn, -np.tile(self.value, 2), person))
        start = np.searchsorted(person[order], person[order])
        good = np.zeros(len(person), dtype=np.bool_)
        good[order[np.arange(len(person)) - start < keep]] = True
        return good[: len(self)] | good[len(self) :]


def population(source: PairSource, *, seed: int) -> NDArray[np.object_]:
    """Return the ids of one population in the canonical order, shape (n,).

    Raises
    ------
    ModelError
        The two sides are not the same people, or an id stands twice on a side.
    """
    _check_people(source)
    return source.mentee_ids[canonical_order(source.mentee_ids, seed=seed)]


def peer_pairs(
    candidates: Candidates,
    ids: NDArray[np.object_],
    *,
    both: Both,
    always: NDArray[np.int64],
) -> PeerPairs:
    """Join the two directions of every pair of candidates.

    A pair is possible when each of the two is eligible for the other, at least one direction is a
    candidate, and neither is below the least score that the candidates were kept for.

    Parameters
    ----------
    candidates : Candidates
        Both sides hold the same ids, in any order.
    ids : object array of str, shape (n,)
        From :func:`population`.
    both : {"sum", "least"}
        The value of a pair: the sum of its two scores, or the lesser one.
    always : int64, shape (R, 2)
        Positions of pairs that need only be eligible, whatever was kept.

    Raises
    ------
    ModelError
        The largest score times twice the number of people is 2**53 units or more.
    """
    width = max(len(ids), 1)
    row, column = (_ranks(side, ids) for side in _sides(candidates.source))
    one, other = row[candidates.mentee], column[candidates.mentor]
    one, other = (np.concatenate([kept, always[:, k]]) for k, kept in enumerate((one, other)))
    keys = np.minimum(one, other) * width + np.maximum(one, other)
    # Nobody meets themselves.
    first, second = np.divmod(np.unique(keys[one != other]), width)
    exempt = np.isin(first * width + second, always[:, 0] * width + always[:, 1])
    mentee, mentor = np.argsort(row), np.argsort(column)
    there, here = (
        _direction(candidates, mentee[a], mentor[b], exempt)
        for a, b in ((first, second), (second, first))
    )
    possible = there[0] & here[0]
    for _, score in (there, here):
        _check_range(score[possible], len(ids))
    value = there[1] + here[1] if both == "sum" else np.minimum(there[1], here[1])
    lost = np.concatenate([first[~possible], second[~possible]])
    one_way = np.bincount(lost, minlength=len(ids))
    return PeerPairs(ids, first[possible], second[possible], value[possible], one_way)


def positions(pairs: Iterable[tuple[str, str]], ids: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return the positions of pairs of ids, the lesser first, each pair once, shape (Q, 2).

    Raises
    ------
    UnknownPerson
        A pair names an id that nobody has.
    """
    place = {label: k for k, label in enumerate(ids)}
    given = [(str(a), str(b)) for a, b in pairs]
    for label in (label for pair in given for label in pair):
        if label not in place:
            raise UnknownPerson(label, role="person")
    found = [sorted((place[a], place[b])) for a, b in given]
    return np.unique(np.array(found, dtype=np.int64).reshape(-1, 2), axis=0)


def _ranks(labels: NDArray[np.object_], ids: NDArray[np.object_]) -> NDArray[np.int64]:
    place = {label: k for k, label in enumerate(ids)}
    return np.array([place[label] for label in labels], dtype=np.int64)


def _sides(source: PairSource) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    return source.mentee_ids, source.mentor_ids


def _direction(
    candidates: Candidates,
    mentee: NDArray[np.intp],
    mentor: NDArray[np.intp],
    exempt: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Say of pairs in one direction whether they are possible, and their exact scores."""
    source = candidates.source
    possible = source.eligible(mentee, mentor)
    score = source.pairs(mentee, mentor)
    if candidates.floor is not None:
        good = (score >= candidates.floor) | (candidates.index(mentee, mentor) >= 0)
        possible = possible & (good | exempt)
    return possible, score


def _check_range(score: NDArray[np.int64], people: int) -> None:
    largest = max(int(score.max(initial=0)), -int(score.min(initial=0)))
    if largest * 2 * people >= 2**53:
        message = (
            "The largest score times twice the number of people must stay below 2**53 units; "
            f"given {largest} units for {people} people. Coarsen the resolution."
        )
        raise ModelError(message)


def _check_people(source: PairSource) -> None:
    """Refuse two sides that are not the same people, and name who stands on one side only."""
    sides = {
        side: ids.tolist() for side, ids in zip(("mentees", "mentors"), _sides(source), strict=True)
    }
    for side, ids in sides.items():
        twice = sorted(label for label, times in Counter(ids).items() if times > 1)
        if twice:
            message = f"Ids must be unique; more than once among the {side}: {_listed(twice)}."
            raise ModelError(message)
    mentees, mentors = map(set, sides.values())
    if mentees != mentors:
        message = (
            "Peers are one population: mentees and mentors must be the same people. "
            f"Among the mentees only: {_listed(sorted(mentees - mentors))}; "
            f"among the mentors only: {_listed(sorted(mentors - mentees))}. "
            "Give both sides the same ids, in any order."
        )
        raise ModelError(message)


def _listed(ids: list[str]) -> str:
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return (", ".join(ids[:SHOWN]) or "nobody") + more
