"""Products of matrices that come out the same to the last bit, however they are added up.

A sum of float64 numbers depends on the order of adding, and libraries choose it by the sizes of the
matrices and the number of threads. Whole numbers below 2⁵³ have no such freedom: every partial sum
is exact. So both factors are first rounded to whole numbers, times a power of two, that leave room
for the sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Whole", "product"]

MANTISSA = 53
"""Bits of a float64: whole numbers up to 2⁵³ are exact."""


@dataclass(frozen=True, eq=False)
class Whole:
    """Whole numbers and the power of two that each line of them is to be multiplied with.

    Parameters
    ----------
    numbers : float64, shape (..., n, k) or (..., k, n)
        Whole numbers of at most 2 ** bits, see :meth:`of`.
    unit : float64, the same shape with k replaced by 1
        A power of two.
    """

    numbers: NDArray[np.float64]
    unit: NDArray[np.float64]

    @classmethod
    def of(cls, values: NDArray[np.float64], *, along: int) -> Whole:
        """Round values to the finest whole numbers that a sum along an axis leaves room for.

        With k values along the axis, ``bits = (53 - ceil(log2 k)) // 2``, so that the sum of k
        products is at most k * 2 ** (2 * bits) <= 2⁵³. The rounding is at most 2 ** -(bits + 1) of
        the power of two next above the line's largest value: for k = 384, 1.2e-7.

        Parameters
        ----------
        values : float64
            Finite.
        along : int
            The axis that the product adds up.
        """
        bits = (MANTISSA - int(np.ceil(np.log2(values.shape[along])))) // 2
        largest = np.abs(values).max(axis=along, keepdims=True)
        unit = np.ldexp(1.0, np.frexp(largest)[1] - bits)
        return cls(np.rint(values / unit), unit)


def product(one: Whole, other: Whole) -> NDArray[np.float64]:
    """Multiply (..., m, k) by (..., k, n).

    Examples
    --------
    >>> import numpy as np
    >>> values = np.array([[0.5, 0.25], [1.0, 3.0]])
    >>> product(Whole.of(values, along=-1), Whole.of(values, along=-2)).tolist()
    [[0.5, 0.875], [3.5, 9.25]]
    """
    total: NDArray[np.float64] = one.numbers @ other.numbers
    total *= one.unit
    total *= other.unit
    return total
