"""Five traits from questionnaire items: reverse keys, means, and the keys that ship."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["KEYS", "scale_trait", "score_items"]

KEYS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "mini_ipip": MappingProxyType(
            {
                "openness": ("ipip5", "-ipip10", "-ipip15", "-ipip20"),
                "conscientiousness": ("ipip3", "-ipip8", "ipip13", "-ipip18"),
                "extraversion": ("ipip1", "-ipip6", "ipip11", "-ipip16"),
                "agreeableness": ("ipip2", "-ipip7", "ipip12", "-ipip17"),
                "neuroticism": ("ipip4", "-ipip9", "ipip14", "-ipip19"),
            }
        ),
        "ipip_25": MappingProxyType(
            {
                "openness": ("O1", "-O2", "O3", "O4", "-O5"),
                "conscientiousness": ("C1", "C2", "C3", "-C4", "-C5"),
                "extraversion": ("-E1", "-E2", "E3", "E4", "E5"),
                "agreeableness": ("-A1", "A2", "A3", "A4", "A5"),
                "neuroticism": ("N1", "N2", "N3", "N4", "N5"),
            }
        ),
    }
)
"""Item columns of each trait by instrument; a leading '-' reverses the item.

``mini_ipip``: 20 items, four a trait, usually answered 1 to 5 (Donnellan et al. 2006,
doi 10.1037/1040-3590.18.2.192). ``ipip_25``: the 25 items of the ``bfi`` data set of the R package
psych, answered 1 to 6. IPIP items are in the public domain (Goldberg 1999).
"""


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
    low, high = scale
    keyed = np.where(reverse, low + high - answers, answers)
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
