"""Envy: mentees who would rather have somebody else's mentor.

1. Find the candidates that a mentee would rather have: not made, and worth more to the mentee than
   one of theirs, or there is demand left (:func:`cmmatch.assignment.blocking.preferred`).
2. Mentee i envies every mentee who has one of these mentors. A mentee with one mentor is met once
   for each i; one with several may be met twice, so these are counted as distinct pairs.
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
    several = matching.mentee_load > 1
    # Mentees of each mentor who have no other mentor: nobody meets them twice.
    single = ~several[matching.mentee]
    alone = np.bincount(matching.mentor[single], minlength=candidates.shape[1])
    count = int(alone[candidates.mentor[wish]].sum())
    wished = np.flatnonzero(wish)
    for who, whom, _ in _meetings(candidates, matching, wished, several):
        count += len(np.unique(who * len(several) + whom))
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
    n, several = len(demand), matching.mentee_load > 1
    matched = matching.mentee_load > 0
    own = _worth_of_own(candidates, matching, demand)
    everything = np.flatnonzero(matched[candidates.mentee])
    count = 0
    for who, whom, score in _meetings(candidates, matching, everything, several):
        both = who * n + whom
        pair, group = np.unique(both, return_inverse=True)
        # Rows of one pair from the best score down: the best is left out, then as many as wanted.
        order = np.lexsort((-score, group))
        first = np.searchsorted(group[order], np.arange(len(pair)))
        place = np.arange(len(order)) - first[group[order]]
        counted = (place > 0) & (place <= demand[who[order]])
        rest = np.zeros(len(pair), dtype=np.int64)
        np.add.at(rest, group[order][counted], score[order][counted])
        count += int(((rest > own[pair // n]) & (pair // n != pair % n)).sum())
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


def _meetings(
    candidates: Candidates,
    matching: Matching,
    columns: NDArray[np.intp],
    holders: NDArray[np.bool_],
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]]:
    """Yield (mentee of a candidate, another who holds its mentor, score), some holders at a time.

    All rows of one holder come together. Of the holders only the chosen ones.
    """
    by_mentor = columns[np.argsort(candidates.mentor[columns], kind="stable")]
    bounds = np.searchsorted(candidates.mentor[by_mentor], np.arange(candidates.shape[1] + 1))
    held = holders[matching.mentee]
    mentee, mentor = matching.mentee[held], matching.mentor[held]
    sizes = np.diff(bounds)[mentor]
    for part in _parts(mentee, sizes):
        length = sizes[part]
        starts = np.repeat(bounds[mentor[part]] - np.cumsum(length) + length, length)
        rows = by_mentor[starts + np.arange(int(length.sum()))]
        yield (
            candidates.mentee[rows].astype(np.int64),
            np.repeat(mentee[part], length),
            candidates.score[rows],
        )


def _parts(mentee: NDArray[np.int64], sizes: NDArray[np.int64]) -> Iterator[slice]:
    """Yield runs of rows of about ``AT_ONCE`` meetings that never part one mentee."""
    start = 0
    while start < len(mentee):
        total = np.cumsum(sizes[start:])
        stop = start + max(int(np.searchsorted(total, AT_ONCE, side="right")), 1)
        whole = int(np.searchsorted(mentee, mentee[stop], side="left")) if stop < len(mentee) else 0
        if stop < len(mentee):
            stop = whole if whole > start else int(np.searchsorted(mentee, mentee[start], "right"))
        yield slice(start, stop)
        start = stop
