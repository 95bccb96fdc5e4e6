"""Values of pairs out of fewer values: whole rows, or kinds of people who answer the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["picked", "rows_are_quicker", "spread"]

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


def spread(values: NDArray[Any], row: NDArray[np.intp], column: NDArray[np.intp]) -> NDArray[Any]:
    """Turn values by kind of mentee and of mentor into values by person.

    Parameters
    ----------
    values : array, shape (kinds of mentees, kinds of mentors)
        One for any two who answer as these do.
    row, column : int arrays, shapes (rows,) and (M,)
        The kind of each person.

    Returns
    -------
    array, shape (rows, M)
        ``values`` itself where every person is a kind of their own.

    Examples
    --------
    >>> spread(np.array([[0.0, 0.5]]), np.array([0, 0]), np.array([1, 1, 0])).tolist()
    [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0]]
    """
    for axis, kind in ((1, column), (0, row)):
        if not np.array_equal(kind, np.arange(values.shape[axis])):
            values = values.take(kind, axis=axis)
    return values
