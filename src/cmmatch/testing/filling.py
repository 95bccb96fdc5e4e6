"""Whether whole numbers within bounds can keep some rows: by narrowing bounds, then by trying."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["fillable"]


def fillable(
    rows: NDArray[np.int64],
    bounds: tuple[NDArray[np.int64], NDArray[np.int64]],
    low: NDArray[np.int64],
    up: NDArray[np.int64],
) -> bool:
    """Whether some whole numbers x in [low, up] have ``bounds[0] <= rows @ x <= bounds[1]``.

    Parameters
    ----------
    rows : int64, shape (R, E)
        Coefficients.
    bounds : two int64 arrays, shape (R,)
        Of the sums.
    low, up : int64, shape (E,)
        Of the numbers.

    Notes
    -----
    Bounds of each number are narrowed to what every row leaves it, the others at their best, until
    nothing changes. Where all that is left keeps all rows, or none does, that is the answer; else
    the first number that is still open is tried in its lower and in its upper half.

    Examples
    --------
    >>> rows = np.array([[2, 4], [1, -1]])
    >>> fillable(rows, (np.array([6, 0]), np.array([6, 9])), np.zeros(2, int), np.ones(2, int))
    True
    >>> fillable(rows, (np.array([5, 0]), np.array([5, 9])), np.zeros(2, int), np.full(2, 9))
    False
    """
    size = np.maximum(np.abs(rows), 1)
    rising, falling = rows > 0, rows < 0
    while True:
        least = np.where(rising, rows * low, rows * up).sum(axis=1)
        most = np.where(rising, rows * up, rows * low).sum(axis=1)
        if (low > up).any() or (least > bounds[1]).any() or (most < bounds[0]).any():
            return False
        if ((least >= bounds[0]) & (most <= bounds[1])).all():
            return True
        # By how much a number may be away from where its row is least, and from where it is most.
        over, under = ((bounds[1] - least)[:, None] // size, (most - bounds[0])[:, None] // size)
        highest = np.minimum(
            np.where(rising, low + over, up), np.where(falling, low + under, up)
        ).min(axis=0)
        lowest = np.maximum(
            np.where(falling, up - over, low), np.where(rising, up - under, low)
        ).max(axis=0)
        if (highest >= up).all() and (lowest <= low).all():
            break
        low, up = np.maximum(low, lowest), np.minimum(up, highest)
    k = int(np.argmax(up > low))
    middle, lower_half, upper_half = (low[k] + up[k]) // 2, up.copy(), low.copy()
    lower_half[k], upper_half[k] = middle, middle + 1
    return fillable(rows, bounds, low, lower_half) or fillable(rows, bounds, upper_half, up)
