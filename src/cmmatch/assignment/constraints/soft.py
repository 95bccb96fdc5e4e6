"""A rule that may be missed at a price."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.builder import FormBuilder
from cmmatch.assignment.constraints.constraint import Violation
from cmmatch.assignment.constraints.rows import RowRule, refuse
from cmmatch.assignment.families import Extra
from cmmatch.assignment.form import UNBOUNDED

if TYPE_CHECKING:
    from cmmatch.assignment.constraints.rows import Breakable
    from cmmatch.assignment.families import Family
    from cmmatch.assignment.matching import Matching

__all__ = ["Soft"]


@dataclass(frozen=True, eq=False)
class Soft:
    """A rule that may be missed: each unit by which one of its rows is missed takes from the score.

    The total score becomes ``sum w[i, j] x[i, j] - price * (units missed)``. A unit is a pair, an
    hour, whatever the rule counts; parts of an hour count in part. For a coordinator: a department
    may exceed its hours where that is worth 0.3 points of score an hour.

    Parameters
    ----------
    constraint : GroupLimit, PerMenteeGroup, Budget or NoneOrAtLeast
        The rule; any :class:`RowRule`.
    price : float
        Points of score for each unit missed, >= 0; taken to the resolution of the candidates. With
        0 the rule is only reported.

    Raises
    ------
    ModelError
        The rule is of another kind, or the price is negative or not finite; when written: the
        price is too small to count at the resolution of the scores, or too large to be exact.

    Notes
    -----
    ``violations`` is always empty; :meth:`report` says what is missed and what it costs. Prices
    count in ``TotalScore`` alone: a model without it is refused.

    Examples
    --------
    >>> import cmmatch
    >>> from cmmatch.assignment.constraints import GroupLimit
    >>> from cmmatch.assignment.matching import Matching
    >>> both = Matching.from_ids(
    ...     [("ann", "max"), ("bob", "max")], mentee_ids=["ann", "bob"], mentor_ids=["max"]
    ... )
    >>> soft = Soft(GroupLimit("with max", maximum=1, mentors=["max"]), price=0.25)
    >>> soft.violations(both), soft.penalty(both, resolution=1e-6)
    ((), 250000)
    """

    constraint: RowRule
    price: float

    def __post_init__(self) -> None:
        found = []
        if not isinstance(self.constraint, RowRule):
            kind = type(self.constraint).__name__
            found.append(
                f"A rule that counts over pairs is needed, such as GroupLimit; given {kind}."
            )
        if not (np.isfinite(self.price) and self.price >= 0):
            found.append(f"The price must be finite and 0 or more; given {self.price!r}.")
        refuse(getattr(self.constraint, "name", "Soft"), found)

    @property
    def name(self) -> str:
        """Of the rule."""
        return self.constraint.name

    def write(self, form: FormBuilder) -> None:
        """Write the rows, each with numbers beside the pairs that say by how much it is missed."""
        price = self._unit_price(form.candidates.resolution)
        if not price:
            # Only reported; a form that nobody solves finds what does not fit the people.
            form = FormBuilder(form.candidates)
        for each in self.constraint.rows(form):
            if len(each.family.labels) * max(each.short, each.over) * price >= UNBOUNDED:
                refuse(self.name, [f"The price {self.price:g} is too high; make the rule hard."])
            form.add_family(_stretched(each, price, form))

    def violations(self, matching: Matching) -> tuple[Violation, ...]:
        """Nothing: a soft rule cannot be broken."""
        return ()

    def report(self, matching: Matching, *, resolution: float) -> tuple[Violation, ...]:
        """Say which rows are missed, by how much, and what that takes from the total score."""
        price = self._unit_price(resolution)
        return tuple(
            Violation(
                self.name,
                miss.sentence,
                miss.units / self.constraint.per,
                round(miss.units * price * resolution, 12),
            )
            for miss in self.constraint.misses(matching)
        )

    def penalty(self, matching: Matching, *, resolution: float) -> int:
        """Add up what a matching misses, in units of the score."""
        price = self._unit_price(resolution)
        return price * sum(miss.units for miss in self.constraint.misses(matching))

    def _unit_price(self, resolution: float) -> int:
        price = round(self.price / resolution / self.constraint.per)
        if self.price and not price:
            least = resolution * self.constraint.per
            refuse(self.name, [f"The price must be 0 or at least {least:g}; given {self.price:g}."])
        return price


def _stretched(each: Breakable, price: int, form: FormBuilder) -> Family:
    """Let the rows of a family be missed: numbers beside the pairs fill up or take away."""
    family, entries = each.family, list(each.family.entries)
    for row, label in enumerate(family.labels):
        if family.lower[row] > -UNBOUNDED:
            short = Extra(f"{family.name}: {label}, short by", 0, each.short, price)
            entries.append((row, form.add_extra(short), each.step))
        if family.upper[row] < UNBOUNDED:
            over = Extra(f"{family.name}: {label}, over by", 0, each.over, price)
            entries.append((row, form.add_extra(over), -each.step))
    return replace(family, entries=tuple(entries))
