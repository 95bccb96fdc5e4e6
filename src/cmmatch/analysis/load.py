"""How evenly the mentees of a matching are spread over the mentors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.matching import Matching

__all__ = ["Load"]


@dataclass(frozen=True, slots=True)
class Load:
    """Mentees a mentor, over the mentors who have places.

    Parameters
    ----------
    mentors : int
        Mentors with at least one place, or one mentee.
    used, places : int
        Places taken, and places there are.
    mean : float or None
        Mentees a mentor; ``None`` where there is no mentor.
    lowest, highest : int
        Least and most mentees of one mentor.
    variation : float or None
        Coefficient of variation: standard deviation over all of them (not of a sample) divided by
        the mean; 0 where all have as many, ``None`` where nobody has any.
    gini : float or None
        Gini coefficient, in 0..1: 0 where all have as many, near 1 where one has them all;
        ``None`` where nobody has any.

    Notes
    -----
    With the loads x sorted upwards, n mentors and x[1] the least:
    ``gini = (2 sum of k x[k] - (n + 1) sum of x) / (n sum of x)``, which equals the mean difference
    between two mentors divided by twice the mean.
    """

    mentors: int
    used: int
    places: int
    mean: float | None
    lowest: int
    highest: int
    variation: float | None
    gini: float | None

    @property
    def spread(self) -> int:
        """Mentees by which the fullest mentor is ahead of the emptiest."""
        return self.highest - self.lowest

    @property
    def share(self) -> float | None:
        """Share of the places that is used; ``None`` where there are no places."""
        return self.used / self.places if self.places else None

    @classmethod
    def of(cls, matching: Matching, places: NDArray[np.int64]) -> Load:
        """Measure a matching.

        Parameters
        ----------
        matching : Matching
            The pairs.
        places : int64, shape (M,)
            Places of each mentor, >= 0.

        Examples
        --------
        >>> from cmmatch import Matching
        >>> made = Matching.from_ids(
        ...     [("a", "x"), ("b", "x")], mentee_ids=["a", "b"], mentor_ids=["x", "y"]
        ... )
        >>> load = Load.of(made, np.array([2, 2]))
        >>> load.spread, load.gini, load.share
        (2, 0.5, 0.5)
        """
        load = matching.mentor_load
        load = np.sort(load[(places > 0) | (load > 0)])
        n, used = len(load), int(load.sum())
        if not n:
            return cls(0, 0, int(places.sum()), None, 0, 0, None, None)
        squares = n * int((load * load).sum()) - used * used
        ranked = 2 * int((np.arange(1, n + 1) * load).sum()) - (n + 1) * used
        return cls(
            n,
            used,
            int(places.sum()),
            used / n,
            int(load[0]),
            int(load[-1]),
            math.sqrt(squares) / used if used else None,
            ranked / (n * used) if used else None,
        )
