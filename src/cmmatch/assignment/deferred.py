"""Deferred acceptance: a matching in which no two people would rather have each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from cmmatch.assignment.builder import FormBuilder
from cmmatch.assignment.constraints.capacity import MenteeDemand, MentorCapacity
from cmmatch.assignment.matching import Matching
from cmmatch.errors import ModelError
from cmmatch.programme.order import canonical_order, lots, pair_lots

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from cmmatch.compatibility.candidates import Candidates

__all__ = ["deferred_acceptance"]


def deferred_acceptance(
    candidates: Candidates,
    *,
    places: ArrayLike = 1,
    demand: ArrayLike = 1,
    proposing: Literal["mentees", "mentors"] = "mentees",
    mentee_value: ArrayLike | None = None,
    mentor_value: ArrayLike | None = None,
    seed: int = 0,
) -> Matching:
    """Match by proposals that are held until a better one comes (Gale and Shapley).

    Everybody ranks their candidates by value. Those who propose ask the best of their list, as many
    as they have room for; who is asked holds the best proposals, as many as there is room for, and
    turns the others away, who then ask the next of their list. It ends when nobody has anybody left
    to ask. Candidates are the people one would accept: a low or negative value is still better than
    a free place.

    Parameters
    ----------
    candidates : Candidates
        P pairs that may be made; N mentees, M mentors.
    places : int or array of int, shape (M,), default 1
        Places of each mentor, >= 0; one number stands for all.
    demand : int or array of int, shape (N,), default 1
        Mentors wanted by each mentee, >= 0; one number stands for all.
    proposing : "mentees" or "mentors", default "mentees"
        Whom the matching favours among all stable ones.
    mentee_value, mentor_value : array of numbers, shape (P,), optional
        What a pair is worth to its mentee, and to its mentor; higher is better; aligned with the
        candidates. Left out, the exact score of the pair for both.
    seed : int, default 0
        Equal values are ranked by lot, a seeded hash of both ids; 0 <= seed < 2**63.

    Returns
    -------
    Matching
        The same in any order of rows.

    Raises
    ------
    ModelError
        Places or demand are negative, not whole or not one a person; a value is NaN, or there is
        not one a pair; ``proposing`` names no side.

    Notes
    -----
    A candidate pair (i, j) that is not made *blocks* a matching when i has room or prefers j to
    somebody i has, and j has room or prefers i to somebody j has. A matching is *stable* when it
    keeps places and demand and no pair blocks it [1]_; with several partners this is pairwise
    stability under responsive preferences [2]_. With lists that are strict (no equal values):

    - *proposer-optimal*: with a demand of one, each mentee who proposes gets the best mentor that
      any stable matching gives them [1]_;
    - *rural hospitals*: everybody has the same number of partners in every stable matching, and who
      is left with room has the very same ones [3]_ [4]_;
    - where both sides rank by one score, the stable matching is unique, and taking the best pair
      that is left again and again finds it.

    Equal values are made strict by lots, so that the answer is stable under the values given, where
    a pair blocks only if both gain; it need not be the largest stable matching. The same lot ranks
    a pair for both its people; with one score for both, the answer is then the same from both
    sides.

    All who are free propose in one round, and all mentors choose by one sort. Each pair is proposed
    once at most.

    References
    ----------
    .. [1] D. Gale and L. S. Shapley (1962). College Admissions and the Stability of Marriage.
       American Mathematical Monthly 69(1), 9-15. doi:10.2307/2312726
    .. [2] A. E. Roth (1984). Stability and Polarization of Interests in Job Matching. Econometrica
       52(1), 47-57. doi:10.2307/1911205
    .. [3] A. E. Roth (1986). On the Allocation of Residents to Rural Hospitals: A General Property
       of Two-Sided Matching Markets. Econometrica 54(2), 425-427. doi:10.2307/1913160
    .. [4] M. Baïou and M. Balinski (2000). Many-to-many matching: stable polyandrous polygamy (or
       polygamous polyandry). Discrete Applied Mathematics 101, 1-12.
       doi:10.1016/S0166-218X(99)00203-6

    Examples
    --------
    The mentees would each have one mentor, the mentors each the other mentee: who proposes gains.

    >>> from cmmatch import Candidates
    >>> pairs = Candidates.from_matrix([[0.5, 0.5], [0.5, 0.5]])
    >>> wishes = {"mentee_value": [2, 1, 1, 2], "mentor_value": [1, 2, 2, 1]}
    >>> deferred_acceptance(pairs, **wishes).pairs
    (('0', '0'), ('1', '1'))
    >>> deferred_acceptance(pairs, proposing="mentors", **wishes).pairs
    (('0', '1'), ('1', '0'))
    """
    if proposing not in ("mentees", "mentors"):
        message = f"'proposing' must be 'mentees' or 'mentors'; given {proposing!r}."
        raise ModelError(message)
    bounds = FormBuilder(candidates)
    MentorCapacity(places).write(bounds)
    MenteeDemand(demand).write(bounds)
    lot = _lots(candidates, seed)
    source, values = candidates.source, (mentee_value, mentor_value)
    mentees = _Side.of(
        candidates.mentee,
        bounds.mentee_upper,
        _ranks(candidates, values[0], "mentee_value"),
        (lot, _places_in_line(source.mentor_ids, seed)[candidates.mentor]),
    )
    mentors = _Side.of(
        candidates.mentor,
        bounds.mentor_upper,
        _ranks(candidates, values[1], "mentor_value"),
        (lot, _places_in_line(source.mentee_ids, seed)[candidates.mentee]),
    )
    held = _held(mentees, mentors) if proposing == "mentees" else _held(mentors, mentees)
    return Matching(
        candidates.mentee[held].astype(np.int64),
        candidates.mentor[held].astype(np.int64),
        source.mentee_ids,
        source.mentor_ids,
    )


def _lots(candidates: Candidates, seed: int) -> NDArray[np.uint64]:
    source = candidates.source
    mentee, mentor = lots(source.mentee_ids, seed=seed), lots(source.mentor_ids, seed=seed)
    return pair_lots(mentee[candidates.mentee], mentor[candidates.mentor])


def _places_in_line(ids: NDArray[np.object_], seed: int) -> NDArray[np.intp]:
    """Where each person stands in the canonical order; decides should two lots be the same."""
    line: NDArray[np.intp] = np.argsort(canonical_order(ids, seed=seed))
    return line


def _ranks(candidates: Candidates, value: ArrayLike | None, name: str) -> NDArray[np.intp]:
    """Rank values from the best, 0, on; equal values share a rank."""
    given = candidates.score if value is None else np.asarray(value)
    if given.shape != (len(candidates),) or given.dtype.kind not in "iuf":
        message = (
            f"{name!r} must hold one number for each of the {len(candidates)} candidate pairs; "
            f"given {given.dtype} of shape {given.shape}."
        )
        raise ModelError(message)
    if np.isnan(given).any():
        k = int(np.flatnonzero(np.isnan(given))[0])
        who = candidates.source.mentee_ids[candidates.mentee[k]]
        whom = candidates.source.mentor_ids[candidates.mentor[k]]
        message = (
            f"{name!r} must be known for every candidate; it is NaN for {who} with {whom}. "
            "Give a number, or leave the pair out of the candidates."
        )
        raise ModelError(message)
    rank: NDArray[np.intp] = np.unique(given, return_inverse=True)[1]
    return np.max(rank, initial=0) - rank


@dataclass(frozen=True, eq=False)
class _Side:
    """One side's lists: ``order`` has the pairs of person k, best first, at first[k]:first[k+1]."""

    person: NDArray[np.intp]
    room: NDArray[np.int64]
    order: NDArray[np.intp]
    first: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        person: NDArray[np.int32],
        quota: NDArray[np.int64],
        rank: NDArray[np.intp],
        ties: tuple[NDArray[np.uint64], NDArray[np.intp]],
    ) -> _Side:
        order = np.lexsort((ties[1], ties[0], rank, person))
        listed = np.bincount(person, minlength=len(quota))
        first = np.concatenate([[0], np.cumsum(listed)])
        return cls(person.astype(np.intp), np.minimum(quota, listed), order, first)


def _held(proposers: _Side, choosers: _Side) -> NDArray[np.intp]:
    """Return the pairs that are held at the end, sorted."""
    place = np.empty(len(choosers.order), dtype=np.intp)
    place[choosers.order] = np.arange(len(place))
    choice = _Choice.empty(choosers)
    ahead, last = proposers.first[:-1].copy(), proposers.first[1:]
    room = proposers.room.copy()
    free = np.flatnonzero(room)
    while len(free):
        count = np.minimum(room[free], last[free] - ahead[free])
        asked = proposers.order[_ranges(ahead[free], count)]
        ahead[free] += count
        room[free] -= count
        away = proposers.person[choosers.order[choice.hear(place[asked])]]
        np.add.at(room, away, 1)
        free = np.unique(away[ahead[away] < last[away]])
    held: NDArray[np.intp] = np.sort(choosers.order[choice.held()])
    return held


@dataclass(frozen=True, eq=False)
class _Choice:
    """What every chooser holds; a proposal is its place in the choosers' lists, one after another.

    So proposals sort by chooser first, and by the chooser's preference within.
    """

    side: _Side
    owner: NDArray[np.intp]
    start: NDArray[np.int64]
    slot: NDArray[np.intp]
    filled: NDArray[np.int64]

    @classmethod
    def empty(cls, side: _Side) -> _Choice:
        start = np.concatenate([[0], np.cumsum(side.room)])
        slot = np.empty(int(start[-1]), dtype=np.intp)
        return cls(side, side.person[side.order], start, slot, np.zeros_like(side.room))

    def hear(self, proposals: NDArray[np.intp]) -> NDArray[np.intp]:
        """Hold the best of old and new proposals, and return those turned away."""
        asked = np.unique(self.owner[proposals])
        old = self.slot[_ranges(self.start[asked], self.filled[asked])]
        everyone: NDArray[np.intp] = np.sort(np.concatenate([old, proposals]))
        owner = self.owner[everyone]
        begin = np.searchsorted(owner, asked)
        count = np.diff(begin, append=len(owner))
        rank = np.arange(len(owner)) - np.repeat(begin, count)
        kept = rank < self.side.room[owner]
        self.slot[self.start[owner[kept]] + rank[kept]] = everyone[kept]
        self.filled[asked] = np.minimum(count, self.side.room[asked])
        return everyone[~kept]

    def held(self) -> NDArray[np.intp]:
        """Return all that is held."""
        return self.slot[_ranges(self.start[:-1], self.filled)]


def _ranges(start: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Join ``start[k], ..., start[k] + count[k] - 1`` over all k."""
    end = np.cumsum(count)
    skipped = np.repeat(start - (end - count), count)
    joined: NDArray[np.int64] = np.arange(len(skipped)) + skipped
    return joined
