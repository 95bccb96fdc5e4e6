"""A mentor who takes anybody takes enough of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.constraints.rows import Breakable, Miss, RowRule, refuse
from cmmatch.assignment.families import Extra, Family, RowOfMentor
from cmmatch.assignment.form import UNBOUNDED
from cmmatch.assignment.pairwise import Constant
from cmmatch.display import several

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.matching import Matching

__all__ = ["NoneOrAtLeast"]


@dataclass(frozen=True, eq=False)
class NoneOrAtLeast(RowRule):
    """Every mentor j has no mentee, or at least ``minimum[j]`` of them.

    ``sum over i of x[i, j]`` is 0 or ``>= minimum[j]``. For a coordinator: a group session is held
    for three or not at all. Other than ``MentorCapacity(minimum=)`` it forces nobody to take part.

    Parameters
    ----------
    minimum : int or array of int, shape (M,)
        Least load of a mentor who has one, >= 0; 0 and 1 ask nothing; one number stands for all.
    name : str
        Named in every message about the rule.

    Raises
    ------
    ModelError
        A number is negative or not whole; when written: not one number for each mentor.

    Notes
    -----
    Written with a number y[j] that is 1 for a mentor who takes part: ``minimum[j] * y[j] <= sum
    over i of x[i, j] <= places[j] * y[j]``; where the minimum is below 2, nothing is written.

    Examples
    --------
    >>> from cmmatch.assignment.matching import Matching
    >>> pairs = Matching.from_ids([("ann", "max")], mentee_ids=["ann"], mentor_ids=["max", "mia"])
    >>> print(*NoneOrAtLeast(3).violations(pairs))
    none or at least: max has 1 mentee; none or at least 3 are needed.
    """

    minimum: ArrayLike
    name: str = "none or at least"

    def __post_init__(self) -> None:
        given = np.asarray(self.minimum)
        if given.dtype.kind not in "iu":
            refuse(self.name, [f"The minimum must be a whole number; given {given.dtype}."])
        negative = np.flatnonzero(np.atleast_1d(given < 0))
        refuse(
            self.name,
            [
                f"The minimum must be 0 or more; it is {np.atleast_1d(given)[k]} at position {k}."
                for k in negative
            ],
        )

    def rows(self, form: FormBuilder) -> tuple[Breakable, ...]:
        """One row for each mentor with a minimum of 2 or more."""
        least = self._for_each(form.shape[1])
        asked = np.flatnonzero(least > 1)
        if not len(asked):
            return ()
        ids = form.candidates.source.mentor_ids[asked]
        rows = np.full(len(least), -1, dtype=np.int64)
        rows[asked] = np.arange(len(asked))
        opened = [form.add_extra(Extra(f"{self.name}: {each} takes part", 0, 1)) for each in ids]
        nothing = np.zeros(len(asked), dtype=np.int64)
        most = np.maximum(form.mentor_upper[asked], 0)
        form.add_family(
            Family(
                self.name,
                tuple(f"{each} takes part" for each in ids),
                RowOfMentor(rows),
                Constant(),
                nothing - UNBOUNDED,
                nothing,
                tuple((k, extra, -int(most[k])) for k, extra in enumerate(opened)),
            )
        )
        family = Family(
            self.name,
            tuple(str(each) for each in ids),
            RowOfMentor(rows),
            Constant(),
            nothing,
            nothing + UNBOUNDED,
            tuple((k, extra, -int(least[asked[k]])) for k, extra in enumerate(opened)),
        )
        return (Breakable(family, int(least.max()) - 1, 0),)

    def misses(self, matching: Matching) -> tuple[Miss, ...]:
        """Count the mentees of every mentor who has some."""
        least = self._for_each(len(matching.mentor_ids))
        found = []
        for mentor, load, needed in zip(
            matching.mentor_ids, matching.mentor_load, least, strict=True
        ):
            if 0 < load < needed:
                has = f"{mentor} has {several(int(load), 'mentee', 'mentees')}"
                sentence = f"{has}; none or at least {needed} are needed."
                found.append(Miss(int(needed - load), sentence))
        return tuple(found)

    def _for_each(self, count: int) -> np.ndarray:
        given = np.asarray(self.minimum, dtype=np.int64)
        if given.ndim and given.shape != (count,):
            refuse(
                self.name,
                [f"One number for each of the {count} mentors is needed; given {given.shape}."],
            )
        return np.broadcast_to(given, count)
