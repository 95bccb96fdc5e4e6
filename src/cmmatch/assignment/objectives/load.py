"""Work shared out among mentors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from cmmatch.assignment.pairwise import Constant
from cmmatch.assignment.stages import Total
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.source import PairSource

__all__ = ["EvenLoad"]

FINEST = 10**6
"""Largest whole number that stands for the load of a mentor with one place."""


@dataclass(frozen=True, eq=False)
class EvenLoad:
    """Share the pairs out evenly among mentors: ``min sum over j of load[j] ** 2 / places[j]``.

    For a coordinator: nobody has three mentees while somebody else has none. Without places each
    mentor counts alike, and the loads end as near to each other as they can; with places the loads
    end as near as they can to the same share of each mentor's places. Among as many pairs only, so
    :class:`MostMatched` must stand before it.

    Parameters
    ----------
    tolerance : float, default 0
        Share of the optimum that later objectives may give back, 0..1.
    places : array of int, shape (M,), optional
        What loads are measured against, >= 0; whoever has none can have no load. Left out, 1 for
        everybody.

    Raises
    ------
    ModelError
        Places are negative, not whole, or not one a mentor.

    Notes
    -----
    The k-th pair of a mentor adds ``2 k - 1`` to the square of the load, more than the pair before:
    a sum of steps, which a flow minimises exactly. ``1 / places`` is counted in whole parts of one:
    as many as the least common multiple of all places; where that is above 10**6, a million, and
    the optimum is that of the rounded numbers.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> candidates = Candidates.from_matrix([[0.9, 0.1], [0.9, 0.1]])
    >>> rules = [constraints.MentorCapacity(2), constraints.MenteeDemand(1)]
    >>> wanted = [objectives.MostMatched(), EvenLoad(), objectives.TotalScore()]
    >>> solve(Model(candidates, rules, wanted)).matching.mentor_load.tolist()
    [1, 1]
    """

    tolerance: float = 0.0
    places: ArrayLike | None = None
    name: str = "even_load"

    needs_count: ClassVar[bool] = True

    def write(self, form: FormBuilder) -> None:
        """Charge every pair of a mentor more than the one before."""
        n, m = form.shape
        most = int(np.minimum(form.mentor_upper, n).max(initial=0))
        steps = -np.outer(self._weights(m), 2 * np.arange(1, most + 1) - 1)
        form.add_stage(Total(self.name, Constant(0), self.tolerance, mentor_steps=steps))

    def value(self, matching: Matching, source: PairSource) -> int:
        """Add up the squares of the loads, each by its weight; negative, since less is better."""
        load = matching.mentor_load.astype(np.int64)
        return -int((self._weights(len(load)) * load**2).sum())

    def _weights(self, m: int) -> NDArray[np.int64]:
        """Parts of ``1 / places`` of each mentor, shape (M,)."""
        if self.places is None:
            return np.ones(m, dtype=np.int64)
        places = np.asarray(self.places)
        whole = places.dtype.kind in "iu" and places.shape == (m,)
        if not whole or (places < 0).any():
            message = (
                f"{self.name}: places must be whole numbers, 0 or more, one for each of the "
                f"{m} mentors; given {places.dtype} of shape {places.shape}."
            )
            raise ModelError(message)
        some = np.maximum(places, 1).astype(np.int64)
        parts = 1
        for each in np.unique(some):
            parts = min(int(np.lcm(parts, each)), FINEST)
        weights: NDArray[np.int64] = np.maximum(np.rint(parts / some), 1).astype(np.int64)
        return weights
