"""Five traits from questionnaire items: reverse keys, means, and how far they can be trusted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "against_the_rest",
    "cronbach_alpha",
    "keyed_answers",
    "scale_trait",
    "score_items",
    "spearman_brown",
    "standard_error",
]


def keyed_answers(
    answers: NDArray[np.float64], reverse: NDArray[np.bool_], *, scale: tuple[float, float]
) -> NDArray[np.float64]:
    """Turn reversed items round: ``lowest + highest - answer``.

    Examples
    --------
    >>> keyed_answers(np.array([[5.0, 1.0]]), np.array([False, True]), scale=(1, 5))
    array([[5., 5.]])
    """
    low, high = scale
    return np.where(reverse, low + high - answers, answers)


def score_items(
    answers: NDArray[np.float64],
    reverse: NDArray[np.bool_],
    *,
    scale: tuple[float, float],
    minimum_answered: float,
) -> NDArray[np.float64]:
    """Score one trait from its items.

    The mean over the items answered, a reversed item counting as ``lowest + highest - answer``,
    then ``(mean - lowest) / (highest - lowest)``.

    Parameters
    ----------
    answers : float64, shape (n, items)
        On the scale; NaN for a blank.
    reverse : bool, shape (items,)
        Which items are reversed.
    scale : (lowest, highest)
        Of an answer.
    minimum_answered : float
        Share of the items, 0..1, that a person must have answered.

    Returns
    -------
    float64, shape (n,)
        In 0..1; NaN where too few items were answered, or none.

    Examples
    --------
    >>> two = np.array([[5.0, 1.0], [3.0, np.nan]])
    >>> score_items(two, np.array([False, True]), scale=(1, 5), minimum_answered=0.5)
    array([1. , 0.5])
    """
    keyed = keyed_answers(answers, reverse, scale=scale)
    answered = ~np.isnan(keyed)
    count = answered.sum(axis=1)
    total = np.zeros(len(keyed))
    for item in range(keyed.shape[1]):
        total += np.where(answered[:, item], keyed[:, item], 0.0)
    enough = (count > 0) & (count >= minimum_answered * keyed.shape[1])
    mean = np.divide(total, count, out=np.full(len(keyed), np.nan), where=enough)
    return scale_trait(mean, scale=scale)


def scale_trait(values: NDArray[np.float64], *, scale: tuple[float, float]) -> NDArray[np.float64]:
    """Bring answers on a scale to 0..1: ``(value - lowest) / (highest - lowest)``.

    Examples
    --------
    >>> scale_trait(np.array([1.0, 4.0]), scale=(1, 5))
    array([0.  , 0.75])
    """
    low, high = scale
    return (values - low) / (high - low)


def cronbach_alpha(keyed: NDArray[np.float64]) -> tuple[float, int]:
    """Return Cronbach's alpha of one trait's items, and over how many people.

    ``k / (k - 1) * (1 - sum of the items' variances / variance of their sum)`` over the people who
    answered all k items (Cronbach 1951). Items that measure one thing go together and give 0.6 to
    0.9; an item keyed the wrong way round pulls it down, often below 0.

    Parameters
    ----------
    keyed : float64, shape (n, k)
        Answers with reversed items turned; NaN for a blank.

    Returns
    -------
    float
        At most 1; NaN for a single item, fewer than two people, or no differences at all; ``-inf``
        where items differ and their sum does not.
    int
        People who answered all items.

    Examples
    --------
    >>> alpha, n = cronbach_alpha(np.array([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0], [4.0, np.nan]]))
    >>> round(alpha, 2), n
    (0.67, 3)
    """
    complete = keyed[~np.isnan(keyed).any(axis=1)]
    n, k = complete.shape
    if k < 2 or n < 2:
        return math.nan, n
    items = math.fsum(_variance(complete[:, item]) for item in range(k))
    total = _variance(complete.sum(axis=1))
    if total == 0.0:
        return (-math.inf if items > 0.0 else math.nan), n
    return k / (k - 1) * (1 - items / total), n


def against_the_rest(keyed: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which items run against the others of their trait, shape (k,).

    Those whose covariance with the sum of the other items is below 0, over the people who answered
    all: where one item is keyed wrongly, it is the one.

    Examples
    --------
    >>> against_the_rest(np.array([[1.0, 1.0, 5.0], [2.0, 3.0, 3.0], [5.0, 4.0, 2.0]]))
    array([False, False,  True])
    """
    complete = keyed[~np.isnan(keyed).any(axis=1)]
    total = complete.sum(axis=1)
    found = [
        _covariance(complete[:, item], total - complete[:, item]) < 0.0
        for item in range(complete.shape[1])
    ]
    return np.array(found, dtype=np.bool_)


def spearman_brown(reliability: float, length: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the reliability of a trait of another length.

    ``f * r / (1 + (f - 1) * r)``, where r is the reliability and f the length, as a multiple of the
    length that r belongs to (Spearman 1910; Brown 1910).

    Parameters
    ----------
    reliability : float
        Of the trait with all its items, in 0..1.
    length : float64, shape (n,)
        Share of the items that were answered, or another multiple of the length.

    Examples
    --------
    >>> spearman_brown(0.7, np.array([1.0, 0.5])).round(2)
    array([0.7 , 0.54])
    """
    return np.asarray(length * reliability / (1 + (length - 1) * reliability), dtype=np.float64)


def standard_error(spread: float, reliability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the standard error of a measured trait: ``spread * sqrt(1 - reliability)``.

    The classical formula (Lord & Novick 1968): by how much one's answer differs from one's own mean
    if asked again and again, in the unit of ``spread``.

    Parameters
    ----------
    spread : float
        Standard deviation of the trait, as measured, among the people.
    reliability : float64, shape (n,)
        In 0..1.

    Examples
    --------
    >>> standard_error(0.2, np.array([0.75, 0.36])).round(3)
    array([0.1 , 0.16])
    """
    return np.asarray(spread * np.sqrt(1 - reliability), dtype=np.float64)


def _variance(values: NDArray[np.float64]) -> float:
    return _covariance(values, values)


def _covariance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Covariance with exact sums, so that the order of the rows changes no bit."""
    n = len(one)
    apart = one - math.fsum(one) / n
    return math.fsum(apart * (other - math.fsum(other) / n)) / (n - 1)
