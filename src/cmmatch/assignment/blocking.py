"""Blocking pairs: two people who would rather have each other than what a matching gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["blocking_pairs", "made_columns", "preferred"]


def blocking_pairs(
    candidates: Candidates,
    matching: Matching,
    *,
    places: ArrayLike,
    demand: ArrayLike,
    mentee_value: ArrayLike | None = None,
    mentor_value: ArrayLike | None = None,
) -> NDArray[np.intp]:
    """Find the candidates that block a matching: both would rather, and both could.

    Parameters
    ----------
    candidates : Candidates
        The pairs that may be made; P of them. Only these are looked at.
    matching : Matching
        The pairs that are made, all of them candidates.
    places : int or array of int, shape (M,)
        Places of each mentor, >= 0; one number stands for all.
    demand : int or array of int, shape (N,)
        Mentors wanted by each mentee, >= 0; one number stands for all.
    mentee_value, mentor_value : array of numbers, shape (P,), optional
        What each candidate is worth to its mentee and to its mentor, the higher the better; left
        out, the score is worth to both.

    Returns
    -------
    intp array
        Positions of the blocking pairs among the candidates, rising.

    Raises
    ------
    ModelError
        The arrays do not fit, a value is NaN, or a pair of the matching is no candidate.

    Notes
    -----
    The candidate (i, j) blocks if it is not made, and

    * mentee i has fewer than ``demand[i]`` mentors, or values j above one of theirs, and
    * mentor j has fewer than ``places[j]`` mentees, or values i above one of theirs.

    Above is strict: equals do not block (weak stability). A candidate is worth more than a free
    place whatever its value, also below 0. Whoever wants nobody, or has no places, blocks nothing.
    A matching without blocking pairs is stable (Gale and Shapley 1962, with capacities).

    Examples
    --------
    >>> from cmmatch import Candidates, Matching
    >>> candidates = Candidates.from_matrix([[0.9, 0.5], [0.8, 0.1]])
    >>> made = Matching.from_ids(
    ...     [("0", "1"), ("1", "0")], mentee_ids=["0", "1"], mentor_ids=["0", "1"]
    ... )
    >>> blocking_pairs(candidates, made, places=1, demand=1).tolist()
    [0]
    """
    made = made_columns(candidates, matching)
    n, m = candidates.shape
    wish = preferred(
        candidates.mentee, _values(candidates, mentee_value), made, room=_count(demand, n, "demand")
    )
    wish &= preferred(
        candidates.mentor, _values(candidates, mentor_value), made, room=_count(places, m, "places")
    )
    return np.flatnonzero(wish)


def preferred(
    person: NDArray[Any], value: NDArray[Any], made: NDArray[np.intp], *, room: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Say of each candidate whether one side would have it beside, or instead of, what it has.

    Parameters
    ----------
    person : int array, shape (P,)
        The person of this side in each candidate.
    value : array of numbers, shape (P,)
        What the candidate is worth to that person.
    made : intp array
        Positions of the candidates that are made.
    room : int64 array, one entry a person
        Partners that each person may have.

    Returns
    -------
    bool, shape (P,)
        True where the pair is not made, and the person has room left, or a partner of less value.
    """
    load = np.bincount(person[made], minlength=len(room))
    least = np.full(len(room), value[made].max(initial=0), dtype=value.dtype)
    np.minimum.at(least, person[made], value[made])
    wish: NDArray[np.bool_] = value > least[person]
    wish &= (load > 0)[person]
    wish |= (load < room)[person]
    wish[made] = False
    return wish


def made_columns(candidates: Candidates, matching: Matching) -> NDArray[np.intp]:
    """Return where the pairs of a matching stand among the candidates, rising.

    Raises
    ------
    ModelError
        The matching has other people than the candidates, or a pair that is no candidate.
    """
    people = (len(matching.mentee_ids), len(matching.mentor_ids))
    if people != candidates.shape:
        message = (
            f"A matching and its candidates must be of the same people. Given: {people[0]} mentees "
            f"and {people[1]} mentors in the matching, {candidates.shape[0]} and "
            f"{candidates.shape[1]} in the candidates. Take matching.on(programme)."
        )
        raise ModelError(message)
    made = candidates.index(matching.mentee, matching.mentor)
    if (made < 0).any():
        mentee, mentor = matching.pairs[int(np.flatnonzero(made < 0)[0])]
        message = (
            "Every pair of the matching must be a candidate. "
            f"Given: {mentee!r} with {mentor!r}, and {int((made < 0).sum()) - 1} more. "
            "Take the candidates that the matching was chosen from."
        )
        raise ModelError(message)
    return made


def _values(candidates: Candidates, given: ArrayLike | None) -> NDArray[Any]:
    value = candidates.score if given is None else np.asarray(given)
    if value.shape != (len(candidates),):
        message = (
            f"Values must be one number a candidate, {len(candidates)}; "
            f"given an array of shape {value.shape}."
        )
        raise ModelError(message)
    if value.dtype.kind not in "iuf" or bool(np.isnan(value).any()):
        message = "Values of candidates must be numbers, none of them NaN."
        raise ModelError(message)
    return value


def _count(given: ArrayLike, people: int, what: str) -> NDArray[np.int64]:
    count = np.asarray(given)
    if count.dtype.kind not in "iu" or count.shape not in ((), (people,)):
        message = (
            f"The {what} must be one whole number for all or one a person, {people}; "
            f"given an array of {count.dtype} of shape {count.shape}."
        )
        raise ModelError(message)
    return np.broadcast_to(count.astype(np.int64), (people,))
