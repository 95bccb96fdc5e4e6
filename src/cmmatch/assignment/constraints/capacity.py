"""How many pairs a person may and must have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.constraints.constraint import Violation
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.matching import Matching

__all__ = ["MenteeDemand", "MentorCapacity"]


@dataclass(frozen=True, eq=False)
class MentorCapacity:
    """Every mentor j has at least ``minimum[j]`` and at most ``places[j]`` mentees.

    ``minimum[j] <= sum over i of x[i, j] <= places[j]``.

    Parameters
    ----------
    places : int or array of int, shape (M,)
        Places of each mentor, >= 0; one number stands for all.
    minimum : int or array of int, shape (M,), default 0
        Least load, >= 0 and not above the places.

    Raises
    ------
    ModelError
        A number is negative or not whole, or a minimum is above the places.
    """

    places: ArrayLike
    minimum: ArrayLike = 0
    name: str = "mentor capacity"

    def __post_init__(self) -> None:
        _check_bounds(self.minimum, self.places, self.name)

    def write(self, form: FormBuilder) -> None:
        """Bound the pairs of each mentor."""
        m = form.candidates.shape[1]
        form.bound_mentors(_spread(self.minimum, m, self.name), _spread(self.places, m, self.name))

    def violations(self, matching: Matching) -> tuple[Violation, ...]:
        """Mentors with too few or too many mentees."""
        return _outside(
            self, matching.mentor_load, matching.mentor_ids, (self.minimum, self.places)
        )


@dataclass(frozen=True, eq=False)
class MenteeDemand:
    """Every mentee i has at least ``minimum[i]`` and at most ``demand[i]`` mentors.

    ``minimum[i] <= sum over j of x[i, j] <= demand[i]``.

    Parameters
    ----------
    demand : int or array of int, shape (N,), default 1
        Mentors wanted, >= 0; one number stands for all.
    minimum : int or array of int, shape (N,), default 0
        Mentors that the mentee must get, >= 0 and not above the demand.

    Raises
    ------
    ModelError
        A number is negative or not whole, or a minimum is above the demand.
    """

    demand: ArrayLike = 1
    minimum: ArrayLike = 0
    name: str = "mentee demand"

    def __post_init__(self) -> None:
        _check_bounds(self.minimum, self.demand, self.name)

    def write(self, form: FormBuilder) -> None:
        """Bound the pairs of each mentee."""
        n = form.candidates.shape[0]
        form.bound_mentees(_spread(self.minimum, n, self.name), _spread(self.demand, n, self.name))

    def violations(self, matching: Matching) -> tuple[Violation, ...]:
        """Mentees with too few or too many mentors."""
        return _outside(
            self, matching.mentee_load, matching.mentee_ids, (self.minimum, self.demand)
        )


def _check_bounds(lower: ArrayLike, upper: ArrayLike, name: str) -> None:
    for bound in (lower, upper):
        given = np.asarray(bound)
        if given.dtype.kind not in "iu":
            message = f"{name}: bounds must be whole numbers; given {given.dtype}."
            raise ModelError(message)
        if given.size and given.min() < 0:
            message = f"{name}: bounds must not be negative; given {given.min()}."
            raise ModelError(message)
    try:
        crossed = np.flatnonzero(np.asarray(lower) > np.asarray(upper))
    except ValueError:
        shapes = f"{np.shape(lower)} and {np.shape(upper)}"
        message = f"{name}: the bounds must have one length; given {shapes}."
        raise ModelError(message) from None
    if len(crossed):
        message = (
            f"{name}: the minimum must not be above the maximum; it is at position {crossed[0]}."
        )
        raise ModelError(message)


def _spread(bound: ArrayLike, count: int, name: str) -> NDArray[np.int64]:
    given = np.asarray(bound, dtype=np.int64)
    if given.ndim and given.shape != (count,):
        message = (
            f"{name}: one number for each of the {count} people is needed; given {given.shape}."
        )
        raise ModelError(message)
    return np.broadcast_to(given, count).astype(np.int64)


def _outside(
    rule: MentorCapacity | MenteeDemand,
    load: NDArray[np.int64],
    ids: NDArray[np.object_],
    bounds: tuple[ArrayLike, ArrayLike],
) -> tuple[Violation, ...]:
    lower, upper = (_spread(bound, len(ids), rule.name) for bound in bounds)
    return tuple(
        Violation(rule.name, f"{ids[k]} has {load[k]} pairs; {lower[k]} to {upper[k]} are allowed.")
        for k in np.flatnonzero((load < lower) | (load > upper))
    )
