"""Rows of numbers compared in order, like words in a dictionary; the first axis is the order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["first_greatest", "greater", "greatest"]

NEVER = np.iinfo(np.int64).min


def greater(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each row of numbers of one is above that of the other, shapes (S, ...).

    Examples
    --------
    >>> greater(np.array([[1, 1], [0, 5]]), np.array([[1, 1], [2, 2]])).tolist()
    [False, True]
    """
    shape = np.broadcast_shapes(one.shape[1:], other.shape[1:])
    above, even = np.zeros(shape, dtype=np.bool_), np.ones(shape, dtype=np.bool_)
    for a, b in zip(one, other, strict=True):
        above |= even & (a > b)
        even &= a == b
    return above


def greatest(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the greatest along the second axis, shape (S, K, ...) with K at least 1.

    Examples
    --------
    >>> greatest(np.array([[1, 2, 2], [9, 3, 4]])).tolist()
    [2, 4]
    """
    left = np.ones(numbers.shape[1:], dtype=np.bool_)
    best = []
    for each in numbers:
        top = np.where(left, each, NEVER).max(axis=0)
        best.append(top)
        left &= each == top
    return np.array(best)


def first_greatest(numbers: NDArray[np.int64]) -> int:
    """Return the position of the greatest row, the first among equals; shape (S, K)."""
    left = np.arange(numbers.shape[1])
    for each in numbers:
        left = left[each[left] == each[left].max()]
    return int(left[0])
