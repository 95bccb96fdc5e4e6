"""Lists of names: several mentors for each mentee to choose from, as evenly long as can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.constraints import Forbidden, MenteeDemand, MentorCapacity
from cmmatch.assignment.model import Model
from cmmatch.assignment.objectives import MostMatched, TotalScore
from cmmatch.assignment.solving import solve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.candidates import Candidates
    from cmmatch.progress import Progress

__all__ = ["fairest_lists", "least_spread", "room_on_lists"]


def fairest_lists(
    candidates: Candidates,
    *,
    size: NDArray[np.int64],
    most: NDArray[np.int64],
    without: tuple[tuple[str, str], ...] = (),
    seed: int = 0,
    progress: Progress | None = None,
) -> Matching:
    """Choose mentors for the list of each mentee: evenly long lists first, then the highest score.

    1. Ask for full lists at once. Where everybody's list is full, or holds every candidate of
       theirs, no list can be longer, and that is the answer.
    2. Else by rounds k = 1, 2, ...: at most k names a mentee, at least as many as after the round
       before, as many as possible in all, then the highest total score.

    Two mentees want two names each; mentor x may stand on two lists, y on one, and the second
    mentee may meet x alone. Round 1 gives each a name; round 2 gives the first mentee y as well.

    Parameters
    ----------
    candidates : Candidates
        Pairs to choose from, N mentees, M mentors.
    size : int64, shape (N,)
        Names wanted for each mentee, >= 0.
    most : int64, shape (M,)
        Lists that each mentor may stand on, >= 0.
    without : tuple of (mentee id, mentor id)
        Pairs that stand on no list.
    seed : int, default 0
        Decides between equals.
    progress : callable, optional
        Told the phase, the steps done and the steps in all.

    Returns
    -------
    Matching
        Every name on every list, checked like every matching.

    Notes
    -----
    With d the lengths, the sum of min(d[i], k) over all mentees is the largest possible for every k
    at the same time, so that the sorted lengths are the lexicographically largest: a pair more is
    always reached by an alternating path, along which no mentee's list gets shorter, so the rounds
    before lose nothing. Among all choices with the same lengths the total score is the highest.

    Examples
    --------
    >>> from cmmatch import Candidates
    >>> nan = float("nan")
    >>> candidates = Candidates.from_matrix([[0.9, 0.2], [0.1, nan]])
    >>> lists = fairest_lists(candidates, size=np.array([2, 2]), most=np.array([1, 1]))
    >>> lists.pairs
    (('0', '1'), ('1', '0'))
    """
    barred = Forbidden(without)
    open_ = (most[candidates.mentor] > 0) & ~barred.among(candidates)
    reach = np.minimum(size, np.bincount(candidates.mentee[open_], minlength=len(size)))

    def chosen(least: NDArray[np.int64], largest: NDArray[np.int64]) -> Matching:
        rules = (MentorCapacity(most), MenteeDemand(largest, least), barred)
        model = Model(candidates, rules, (MostMatched(), TotalScore()), seed)
        return solve(model, progress=progress).matching

    lists = chosen(np.zeros_like(reach), reach)
    if np.array_equal(lists.mentee_load, reach):
        return lists
    least = np.zeros_like(reach)
    for k in range(1, int(reach.max()) + 1):
        lists = chosen(least, np.minimum(reach, k))
        if np.array_equal(lists.mentee_load, least):
            break
        least = lists.mentee_load
    return lists


def room_on_lists(most: NDArray[np.int64], lists: int) -> int:
    """Count the names that lists can hold in all, if everybody may meet everybody.

    Parameters
    ----------
    most : int64, shape (M,)
        Lists that each mentor may stand on, >= 0; nobody stands on one list twice.
    lists : int
        How many lists there are, >= 0.
    """
    return int(np.minimum(most, lists).sum())


def least_spread(places: NDArray[np.int64], *, lists: int, size: int) -> int | None:
    """Return the least whole spread that leaves room for full lists, >= 1; ``None`` if none does.

    With c[j] the lists that mentor j may stand on, lists without a mentor twice can all be full if,
    and only if, the sum of min(c[j], k) is at least k * size for every k up to the number of lists
    (Gale and Ryser). The sum is concave in k and 0 at 0, so the last k decides.

    Parameters
    ----------
    places : int64, shape (M,)
        Free places of each mentor, >= 0.
    lists, size : int
        How many lists, and names wanted on each, >= 0.

    Examples
    --------
    >>> least_spread(np.array([1, 1, 2, 0]), lists=4, size=2)
    2
    >>> least_spread(np.array([1, 0]), lists=1, size=2) is None
    True
    """
    if int((places > 0).sum()) < size:
        return None
    spread = 1
    while room_on_lists(spread * places, lists) < lists * size:
        spread += 1
    return spread
