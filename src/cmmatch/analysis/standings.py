"""How every person fares in a matching, on either side, and how that is spread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.assignment.blocking import made_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["WORST", "Distribution", "Standing", "ranks", "standings", "worst_mean"]

WORST = 10
"""Per cent of those matched who count as the worst off."""


def ranks(
    person: NDArray[Any], score: NDArray[np.int64], made: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Rank pairs among the candidates of a person by score: 1 where none of theirs is higher.

    Parameters
    ----------
    person : int array, shape (P,)
        Whose candidate it is.
    score : int64, shape (P,)
        The higher the better; equals share a rank, and the ranks after them are left out.
    made : intp array, shape (pairs,)
        Positions of the candidates to rank.

    Returns
    -------
    int64, shape (pairs,)

    Examples
    --------
    >>> person, score = np.array([0, 0, 0, 1]), np.array([5, 9, 9, 1])
    >>> ranks(person, score, np.array([0, 2, 3])).tolist()
    [3, 1, 1]
    """
    rank = np.ones(len(made), dtype=np.int64)
    order = np.argsort(person[made], kind="stable")
    whose = person[made][order]
    turn = np.arange(len(order)) - np.searchsorted(whose, whose)
    # Everybody's first pair at once, then everybody's second: no sorting of all candidates.
    for k in range(int(turn.max(initial=-1)) + 1):
        here = order[turn == k]
        bar = np.full(int(person.max()) + 1, np.iinfo(np.int64).max)
        bar[person[made[here]]] = score[made[here]]
        higher = np.bincount(person[score > bar[person]], minlength=len(bar))
        rank[here] += higher[person[made[here]]]
    return rank


def worst_mean(values: NDArray[np.float64], *, percent: int = WORST) -> float | None:
    """Mean of the worst per cent of some values, rounded up to whole people; ``None`` of none.

    Examples
    --------
    >>> worst_mean(np.arange(11.0))
    0.5
    """
    count = -(-len(values) * percent // 100)
    return math.fsum(np.sort(values)[:count]) / count if count else None


@dataclass(frozen=True, slots=True)
class Distribution:
    """Scores and ranks of those matched on one side; every figure ``None`` where nobody is.

    Parameters
    ----------
    mean, lowest : float or None
        Of the scores of the people, each counted once.
    worst : float or None
        Mean of the worst 10 % of those matched, rounded up to whole people.
    quartiles : tuple of three floats, or None
        A quarter, half and three quarters of those matched score at most so much; between two
        people the line between them is taken.
    mean_rank : float or None
        Mean of the ranks of the people; 1 is the best.
    first : float or None
        Share of those matched who have a partner than whom none that they may meet scores higher.
    """

    mean: float | None
    lowest: float | None
    worst: float | None
    quartiles: tuple[float, float, float] | None
    mean_rank: float | None
    first: float | None


NOBODY = Distribution(None, None, None, None, None, None)


@dataclass(frozen=True, eq=False)
class Standing:
    """What every person of one side has of a matching, in order of position.

    Parameters
    ----------
    ids : object array of str, shape (n,)
        Everybody, matched or not.
    wanting : bool, shape (n,)
        Who wants somebody: mentees with demand, mentors with places.
    load : int64, shape (n,)
        Partners of each.
    score : float64, shape (n,)
        Mean score of each person's pairs; NaN of those without.
    rank : float64, shape (n,)
        Mean rank, by score, of each person's partners among all that they may meet; NaN of those
        without.
    first : bool, shape (n,)
        Whether a partner has rank 1.
    """

    ids: NDArray[np.object_]
    wanting: NDArray[np.bool_]
    load: NDArray[np.int64]
    score: NDArray[np.float64]
    rank: NDArray[np.float64]
    first: NDArray[np.bool_]

    @property
    def matched(self) -> NDArray[np.bool_]:
        """Who has a partner, shape (n,)."""
        return self.load > 0

    @cached_property
    def distribution(self) -> Distribution:
        """Figures of those matched."""
        score, rank = self.score[self.matched], self.rank[self.matched]
        n = len(score)
        if not n:
            return NOBODY
        low, middle, high = np.quantile(score, (0.25, 0.5, 0.75)).tolist()
        return Distribution(
            math.fsum(score) / n,
            float(score.min()),
            worst_mean(score),
            (low, middle, high),
            math.fsum(rank) / n,
            int(self.first.sum()) / n,
        )


def standings(
    candidates: Candidates,
    matching: Matching,
    *,
    places: NDArray[np.int64],
    demand: NDArray[np.int64],
) -> tuple[Standing, Standing]:
    """Return how the mentees fare and how the mentors fare.

    Parameters
    ----------
    candidates : Candidates
        All eligible pairs, P of them.
    matching : Matching
        Chosen from them.
    places : int64, shape (M,)
        Places of each mentor, >= 0.
    demand : int64, shape (N,)
        Mentors wanted by each mentee, >= 0.

    Raises
    ------
    ModelError
        Only some pairs of each mentee were kept, or a pair of the matching is no candidate.

    Examples
    --------
    >>> from cmmatch import Candidates, Matching
    >>> candidates = Candidates.from_matrix([[0.9, 0.5], [0.8, 0.1]])
    >>> made = Matching.from_ids([("0", "1")], mentee_ids=["0", "1"], mentor_ids=["0", "1"])
    >>> ones = np.ones(2, dtype=np.int64)
    >>> mentees, mentors = standings(candidates, made, places=ones, demand=ones)
    >>> mentees.rank.tolist(), mentors.rank.tolist()
    ([2.0, nan], [nan, 1.0])
    """
    candidates.require_all()
    made = made_columns(candidates, matching)
    return (
        _standing(candidates, candidates.mentee, made, (matching.mentee_ids, demand)),
        _standing(candidates, candidates.mentor, made, (matching.mentor_ids, places)),
    )


def _standing(
    candidates: Candidates,
    person: NDArray[np.int32],
    made: NDArray[np.intp],
    people: tuple[NDArray[np.object_], NDArray[np.int64]],
) -> Standing:
    ids, room = people
    n, whose = len(ids), person[made]
    rank = ranks(person, candidates.score, made)
    load = np.bincount(whose, minlength=n)
    units, total = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    # In integers, so that the order of the pairs changes no digit.
    np.add.at(units, whose, candidates.score[made])
    np.add.at(total, whose, rank)
    each = np.where(load > 0, load, np.nan)
    first = np.zeros(n, dtype=np.bool_)
    first[whose[rank == 1]] = True
    score = np.round(units / each * candidates.resolution, 12)
    return Standing(ids, (room > 0) | (load > 0), load, score, total / each, first)
