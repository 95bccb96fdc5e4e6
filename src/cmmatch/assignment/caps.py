"""Caps as exact fractions over one denominator."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import lcm
from numbers import Rational
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["FINEST", "common_fractions"]

FINEST = 10_000
"""The largest denominator that all caps together may have."""


def common_fractions(
    cap: Fraction | ArrayLike, count: int, *, name: str = "cap"
) -> tuple[NDArray[np.int64], int]:
    """Write shares as whole numbers over the least denominator that they have in common.

    Parameters
    ----------
    cap : number, Fraction or array of them, shape (P,)
        Shares above 0 and at most 1; one stands for all. A float is taken for the fraction with a
        denominator of at most 10,000 that is written so, as 0.1 for 1/10 and ``1 / 3`` for 1/3.
    count : int
        P.
    name : str, default "cap"
        Names the argument in messages.

    Returns
    -------
    numerator : int64, shape (P,)
        At least 1.
    denominator : int
        1 to 10,000.

    Raises
    ------
    ModelError
        A share is out of range, is no such fraction, or all together need a denominator above
        10,000; or there is not one for each pair.

    Examples
    --------
    >>> numerator, denominator = common_fractions([0.5, Fraction(1, 3)], 2)
    >>> numerator.tolist(), denominator
    ([3, 2], 6)
    """
    given = np.asarray(cap, dtype=object)
    if given.ndim and given.shape != (count,):
        message = (
            f"{name!r} must be one share, or one for each of the {count} pairs; "
            f"given shape {given.shape}."
        )
        raise ModelError(message)
    known = {each: _fraction(each, name) for each in set(given.ravel().tolist())}
    denominator = lcm(*(share.denominator for share in known.values()))
    if denominator > FINEST:
        message = (
            f"All of {name!r} must be fractions over one denominator of at most {FINEST}; "
            f"given {len(known)} shares that need {denominator}. Round them, to hundredths say."
        )
        raise ModelError(message)
    whole = {each: int(share * denominator) for each, share in known.items()}
    numerator = [whole[each] for each in given.ravel().tolist()]
    return np.broadcast_to(np.array(numerator, dtype=np.int64), count).copy(), denominator


def _fraction(share: Any, name: str) -> Fraction:
    """Return the simple fraction that is meant by a number."""
    exact = _exact(share)
    if not 0 < exact <= 1:
        message = (
            f"{name!r} must be above 0 and at most 1; given {share!r}. "
            "Leave a pair that must not be made out of the candidates."
        )
        raise ModelError(message)
    simple = exact.limit_denominator(FINEST)
    if simple != exact and float(simple) != float(share):
        message = (
            f"{name!r} must be a fraction with a denominator of at most {FINEST}; given {share!r}. "
            f"Give {simple}, or round it."
        )
        raise ModelError(message)
    return simple


def _exact(share: Any) -> Fraction:
    """Return the value of a number to the last bit; 0 for what is no number."""
    if isinstance(share, str):
        return Fraction(0)
    try:
        # Fraction knows nothing of the floats of NumPy.
        return Fraction(share if isinstance(share, Rational | Decimal) else float(share))
    except (TypeError, ValueError, OverflowError):
        return Fraction(0)
