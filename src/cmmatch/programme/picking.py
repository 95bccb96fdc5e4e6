"""Values of pairs out of fewer values: whole rows, or kinds of people who answer the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["by_kinds", "picked", "rows_are_quicker"]

DENSE = 4
"""From a quarter of all mentors on, whole rows are quicker than single pairs."""

CHUNK = 256
"""Rows that are worked on together; it changes no bit."""


def rows_are_quicker(mentee: NDArray[np.intp], width: int) -> bool:
    """Whether a quarter or more of the row of each mentee asked for is asked for.

    Parameters
    ----------
    mentee : int array, shape (P,)
        Of each pair; where those of one mentee do not stand together, rows are taken for slower
        than they are.
    width : int
        M.

    Examples
    --------
    >>> rows_are_quicker(np.array([5, 5, 7, 7]), 8), rows_are_quicker(np.array([5, 7]), 8)
    (True, False)
    """
    people = int(np.count_nonzero(mentee[1:] != mentee[:-1])) + 1
    return len(mentee) * DENSE >= people * width


def picked(
    rows: Callable[[NDArray[np.intp]], NDArray[Any]],
    mentee: NDArray[np.intp],
    mentor: NDArray[np.intp],
    dtype: type[np.generic] = np.float64,
) -> NDArray[Any]:
    """Return values of single pairs out of whole rows, each row made once.

    Parameters
    ----------
    rows : callable
        From positions of mentees, ascending, to values of shape (rows, M).
    mentee, mentor : int arrays, shape (P,)
        The pairs, in any order.
    dtype : type, default numpy.float64
        Of the values.

    Returns
    -------
    array, shape (P,)

    Examples
    --------
    >>> table = np.array([[0.0, 0.1], [1.0, 1.1]])
    >>> picked(lambda some: table[some], np.array([1, 0]), np.array([0, 1])).tolist()
    [1.0, 0.1]
    """
    values = np.empty(len(mentee), dtype=dtype)
    if (mentee[1:] < mentee[:-1]).any():
        order = np.argsort(mentee, kind="stable")
        values[order] = picked(rows, mentee[order], mentor[order], dtype)
        return values
    first = np.flatnonzero(np.diff(mentee, prepend=-1))
    bounds = np.append(first, len(mentee))
    for k in range(0, len(first), CHUNK):
        ends = bounds[k : k + CHUNK + 1]
        here = slice(ends[0], ends[-1])
        row = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
        values[here] = rows(mentee[ends[:-1]])[row, mentor[here]]
    return values


def by_kinds(
    values: Callable[[NDArray[np.intp]], NDArray[Any]],
    mentee: NDArray[np.intp],
    mentor: NDArray[np.intp],
) -> NDArray[Any]:
    """Return values by person from values by kind: people who answer the same are looked at once.

    Parameters
    ----------
    values : callable
        From kinds of mentees, ascending, to values of shape (kinds, kinds of mentors), its own.
    mentee, mentor : int arrays, shapes (rows,) and (M,)
        The kind of each person.

    Returns
    -------
    array, shape (rows, M)

    Examples
    --------
    >>> table = np.array([[0.0, 0.1], [1.0, 1.1]])
    >>> by_kinds(lambda some: table[some], np.array([1, 1]), np.array([1, 1, 0])).tolist()
    [[1.1, 1.1, 1.0], [1.1, 1.1, 1.0]]
    """
    kinds, row = np.unique(mentee, return_inverse=True)
    found = values(kinds)
    for axis, kind in ((1, mentor), (0, row)):
        # Where everybody is a kind of their own nothing has to be moved.
        if not np.array_equal(kind, np.arange(found.shape[axis])):
            found = found.take(kind, axis=axis)
    return found
