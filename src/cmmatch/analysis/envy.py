"""Envy: mentees who would rather have somebody else's mentor.

1. Find the candidates that a mentee would rather have: not made, and worth more to the mentee than
   one of theirs, or there is demand left (:func:`cmmatch.assignment.blocking.preferred`).
2. Mentee i envies every mentee who has one of these mentors. Those with one mentor are counted by
   mentor. Those with several might be met twice, so these are looked at one by one, for some
   mentees i at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.assignment.blocking import made_columns, preferred

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["Envy", "ef1_violations"]

AT_ONCE = 2_000_000
"""Pairs of a mentee and somebody's mentor that are looked at together."""


@dataclass(frozen=True, slots=True)
class Envy:
    """Counts of envy among mentees.

    Parameters
    ----------
    pairs : int
        Ordered pairs (i, i') of mentees who have somebody, of whom i envies i'.
    mentees : int
        Mentees who have somebody and envy at least one other.
    matched : int
        Mentees who have somebody.
    without : int
        Counted apart: mentees who want somebody, have nobody, and may meet a mentor whom another
        mentee has.
    bundles : int or None
        Violations of EF1, see :func:`ef1_violations`; ``None`` where a score is below 0.

    Notes
    -----
    Mentee i envies i' if i' has a mentor j, (i, j) is eligible and not made, and i has fewer
    mentors than wanted, or a mentor with a lower score. Equal scores are no envy. Of mentees with a
    demand of one that is: i would rather have the mentor of i'.
    """

    pairs: int
    mentees: int
    matched: int
    without: int
    bundles: int | None

    @classmethod
    def of(cls, candidates: Candidates, matching: Matching, demand: NDArray[np.int64]) -> Envy:
        """Count the envy of a matching.

        Parameters
        ----------
        candidates : Candidates
            All eligible pairs.
        matching : Matching
            Chosen from them.
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
        >>> made = Matching.from_ids(
        ...     [("0", "1"), ("1", "0")], mentee_ids=["0", "1"], mentor_ids=["0", "1"]
        ... )
        >>> Envy.of(candidates, made, np.array([1, 1])).pairs
        1
        """
        candidates.require_all()
        made = made_columns(candidates, matching)
        wish = preferred(candidates.mentee, candidates.score, made, room=demand)
        wish &= (matching.mentor_load > 0)[candidates.mentor]
        envious = np.zeros(len(demand), dtype=np.bool_)
        envious[candidates.mentee[wish]] = True
        matched = matching.mentee_load > 0
        return cls(
            _envied(candidates, matching, wish & matched[candidates.mentee]),
            int((envious & matched).sum()),
            int(matched.sum()),
            int((envious & ~matched).sum()),
            ef1_violations(candidates, matching, demand),
        )


def _envied(candidates: Candidates, matching: Matching, wish: NDArray[np.bool_]) -> int:
    """Count the distinct pairs of an envious and an envied mentee."""
    single = (matching.mentee_load == 1)[matching.mentee]
    alone = np.bincount(matching.mentor[single], minlength=candidates.shape[1])
    count = int(alone[candidates.mentor[wish]].sum())
    _, bundles = _bundles(matching)
    for _, wished in _rows(candidates, wish, np.unique(candidates.mentee[wish]), bundles.size):
        count += int(wished[:, bundles].any(axis=2).sum())
    return count


def ef1_violations(
    candidates: Candidates, matching: Matching, demand: NDArray[np.int64]
) -> int | None:
    """Count where one mentee envies another's mentors even without the best of them.

    Parameters
    ----------
    candidates : Candidates
        All eligible pairs.
    matching : Matching
        Chosen from them.
    demand : int64, shape (N,)
        Mentors wanted by each mentee, >= 0.

    Returns
    -------
    int or None
        Ordered pairs (i, i') of mentees who have somebody; ``None`` where a score is below 0, since
        EF1 is defined for mentors who are worth something or nothing.

    Notes
    -----
    A set S of mentors is worth to mentee i the sum of the ``demand[i]`` highest scores that i has
    with those in S whom i may meet: more than that i cannot use. Let A(i) be the mentors of i. The
    matching is free of envy up to one mentor (EF1) if for all i and i' there is a mentor g in A(i')
    such that i values A(i') without g no higher than A(i). The best choice is the g whom i values
    most. Whoever has one mentor is envied up to that one at most, so a violation needs an i' with
    two or more: where nobody wants more than one, EF1 always holds and says nothing, and
    :attr:`Envy.pairs` is what to read.

    References
    ----------
    .. [1] E. Budish, "The combinatorial assignment problem", Journal of Political Economy 119
       (2011), doi:10.1086/664613.

    Examples
    --------
    >>> from cmmatch import Candidates, Matching
    >>> candidates = Candidates.from_matrix([[0.9, 0.8, 0.1], [0.9, 0.8, 0.1]])
    >>> made = Matching.from_ids(
    ...     [("0", "0"), ("0", "1"), ("1", "2")],
    ...     mentee_ids=["0", "1"],
    ...     mentor_ids=["0", "1", "2"],
    ... )
    >>> ef1_violations(candidates, made, np.array([2, 2]))
    1
    """
    if (candidates.score < 0).any():
        return None
    own = _worth_of_own(candidates, matching, demand)
    holders, bundles = _bundles(matching)
    everybody = np.flatnonzero(matching.mentee_load)
    count = 0
    for who, score in _rows(candidates, candidates.score, everybody, bundles.size):
        falling = -np.sort(-score[:, bundles], axis=2)
        # Without the best one, as many as are wanted.
        wanted = np.arange(bundles.shape[1] - 1) < demand[who, None]
        rest = (falling[:, :, 1:] * wanted[:, None, :]).sum(axis=2)
        count += int(((rest > own[who, None]) & (holders != who[:, None])).sum())
    return count


def _worth_of_own(
    candidates: Candidates, matching: Matching, demand: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return what the own mentors are worth to each mentee, shape (N,)."""
    made = made_columns(candidates, matching)
    whose, score = candidates.mentee[made], candidates.score[made]
    own = np.zeros(len(demand), dtype=np.int64)
    order = np.lexsort((-score, whose))
    # As many of the best as are wanted, should somebody hold more.
    place = np.arange(len(order)) - np.searchsorted(whose[order], whose[order])
    counted = order[place < demand[whose[order]]]
    np.add.at(own, whose[counted], score[counted])
    return own


def _bundles(matching: Matching) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the mentees with several mentors, shape (H,), and these mentors, shape (H, L).

    Shorter rows end with M, which stands for no mentor.
    """
    load = matching.mentee_load
    holders = np.flatnonzero(load > 1)
    bundles = np.full((len(holders), int(load.max(initial=1))), len(matching.mentor_ids))
    row = np.full(len(load), -1)
    row[holders] = np.arange(len(holders))
    held = row[matching.mentee] >= 0
    place = np.arange(len(matching)) - np.searchsorted(matching.mentee, matching.mentee)
    bundles[row[matching.mentee[held]], place[held]] = matching.mentor[held]
    return holders, bundles


def _rows(
    candidates: Candidates, value: NDArray[Any], mentees: NDArray[Any], wide: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[Any]]]:
    """Yield some mentees at a time and what each mentor is to them, shape (R, M + 1).

    0 stands for a pair that is no candidate, and for no mentor, the last column. As many mentees as
    make about ``AT_ONCE`` entries when each takes ``wide``.
    """
    if not wide:
        return
    step = max(AT_ONCE // max(wide, candidates.shape[1]), 1)
    bounds = np.searchsorted(candidates.mentee, np.arange(candidates.shape[0] + 1))
    for start in range(0, len(mentees), step):
        who = mentees[start : start + step].astype(np.int64)
        size = bounds[who + 1] - bounds[who]
        ends = np.cumsum(size)
        columns = np.arange(int(size.sum())) + np.repeat(bounds[who] - ends + size, size)
        table = np.zeros((len(who), candidates.shape[1] + 1), dtype=value.dtype)
        table[np.repeat(np.arange(len(who)), size), candidates.mentor[columns]] = value[columns]
        yield who, table
