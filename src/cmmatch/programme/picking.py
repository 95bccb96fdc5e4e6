"""Values of single pairs, picked out of whole rows where that is quicker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["picked", "rows_are_quicker"]

DENSE = 4
"""From a quarter of all mentors on, whole rows are quicker than single pairs."""

CHUNK = 256
"""Rows that are worked on together; it changes no bit."""


def rows_are_quicker(mentee: NDArray[np.intp], width: int) -> bool:
    """Whether a quarter or more of the row of each mentee asked for is asked for.

    Parameters
    ----------
    mentee : int array, shape (P,)
        Of each pair.
    width : int
        M.

    Examples
    --------
    >>> rows_are_quicker(np.array([5, 5, 7, 7]), 8), rows_are_quicker(np.array([5, 7]), 8)
    (True, False)
    """
    return len(mentee) * DENSE >= len(np.unique(mentee)) * width


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
    order = np.argsort(mentee, kind="stable")
    people, first = np.unique(mentee[order], return_index=True)
    bounds = np.append(first, len(order))
    for k in range(0, len(people), CHUNK):
        some = people[k : k + CHUNK]
        here = order[bounds[k] : bounds[k + len(some)]]
        values[here] = rows(some)[np.searchsorted(some, mentee[here]), mentor[here]]
    return values
