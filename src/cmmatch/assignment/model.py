"""Model: candidates, constraints and ordered objectives; compiled, and checked without a solver."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.builder import FormBuilder
from cmmatch.assignment.constraints.constraint import Violation
from cmmatch.assignment.constraints.soft import Soft
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cmmatch.assignment.constraints.constraint import Constraint
    from cmmatch.assignment.matching import Matching
    from cmmatch.assignment.objectives.objective import Objective
    from cmmatch.assignment.result import Value
    from cmmatch.assignment.space import Space
    from cmmatch.assignment.stages import Stage
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["Model"]


@dataclass(frozen=True, eq=False)
class Model:
    """What may be, what must be, and what is wanted.

    Parameters
    ----------
    candidates : Candidates
        Pairs to choose from.
    constraints : sequence of Constraint
        What must hold. Without a :class:`MentorCapacity` a mentor may have everybody.
    objectives : sequence of Objective
        What is wanted; the first matters most, the next decides among its optima.
    seed : int, default 0
        Puts people into the canonical order, so that ties do not depend on the order of rows.

    Raises
    ------
    ModelError
        There is no objective, or one stands twice; a soft rule has a price and no objective counts
        it; or an objective that is best with no pair at all, or that compares matchings of as many
        pairs, comes before anything says how many pairs there must be.
    """

    candidates: Candidates
    constraints: Sequence[Constraint]
    objectives: Sequence[Objective]
    seed: int = 0

    def __post_init__(self) -> None:
        names = [objective.name for objective in self.objectives]
        if not names or len(set(names)) != len(names):
            given = ", ".join(names) or "none"
            message = f"A model needs at least one objective, each once; given: {given}."
            raise ModelError(message)
        self._check_numbers()
        self._check_prices(names)
        self._check_counts()

    def _check_numbers(self) -> None:
        """Refuse a tolerance outside 0..1, and a seed that is no whole number from 0."""
        for objective in self.objectives:
            given = objective.tolerance
            if not (isinstance(given, Real) and 0 <= given <= 1):
                message = f"{objective.name}: a tolerance must be a share, 0..1; given {given!r}."
                raise ModelError(message)
        if not (isinstance(self.seed, Integral) and 0 <= self.seed < 2**63):
            message = f"A seed must be a whole number from 0 to 2**63 - 1; given {self.seed!r}."
            raise ModelError(message)

    def _check_prices(self, names: list[str]) -> None:
        """Refuse prices of soft rules that no objective counts."""
        priced = [soft.name for soft in self.soft if soft.price]
        if priced and not any(map(_is_priced, self.objectives)):
            message = (
                f"The price of a soft rule ({', '.join(priced)}) counts in total_score alone; "
                f"given: {', '.join(names)}. Add it, make the rule hard, or set its price to 0."
            )
            raise ModelError(message)

    def _check_counts(self) -> None:
        """Refuse what is best with no pair at all where nothing says how many there must be."""
        settled = fixed = False
        for objective in self.objectives:
            settled = settled or getattr(objective, "settles_count", False)
            fixed |= getattr(objective, "settles_count", False) and not objective.tolerance
            if getattr(objective, "needs_fixed_count", False) and not fixed:
                message = (
                    f"{objective.name} compares matchings of as many pairs each: most_matched must "
                    "stand before it, without a tolerance."
                )
                raise ModelError(message)
            if settled or not getattr(objective, "needs_count", False):
                continue
            if self._forces_pairs():
                settled = True
                continue
            message = (
                f"{objective.name} must follow an objective that settles how many pairs are made, "
                "or a minimum that forces some: else it is best to make none. Put most_matched "
                "before it."
            )
            raise ModelError(message)

    def _forces_pairs(self) -> bool:
        """Whether a minimum load, or a row beyond degrees, asks for pairs."""
        builder = FormBuilder(self.candidates)
        for constraint in self.constraints:
            constraint.write(builder)
        degrees = builder.mentee_lower.any() or builder.mentor_lower.any()
        rows = (family.lower > 0 for family in builder.families if not family.entries)
        return bool(degrees or any(each.any() for each in rows))

    def compiled(self) -> tuple[Space, tuple[Stage, ...]]:
        """Have every constraint and objective write what it says."""
        builder = FormBuilder(self.candidates)
        for constraint in self.constraints:
            constraint.write(builder)
        for objective in self.objectives:
            objective.write(builder)
        return builder.build(seed=self.seed), tuple(builder.stages)

    def value(self, objective: Objective, matching: Matching) -> Value:
        """Recompute what a matching is worth by one objective, less what soft rules cost."""
        value = objective.value(matching, self.candidates.source)
        if isinstance(value, int) and _is_priced(objective):
            resolution = self.candidates.resolution
            value -= sum(soft.penalty(matching, resolution=resolution) for soft in self.soft)
        return value

    @property
    def soft(self) -> tuple[Soft, ...]:
        """The rules that may be missed."""
        return tuple(each for each in self.constraints if isinstance(each, Soft))

    def missed(self, matching: Matching) -> tuple[Violation, ...]:
        """Say which soft rules a matching misses, by how much, and what that costs."""
        resolution = self.candidates.resolution
        return tuple(
            violation
            for soft in self.soft
            for violation in soft.report(matching, resolution=resolution)
        )

    def check(self, matching: Matching, *, kept_only: bool = False) -> tuple[Violation, ...]:
        """Recount every rule on a matching, by code that has seen no solver.

        Parameters
        ----------
        matching : Matching
            On the people of the candidates.
        kept_only : bool, default False
            Whether every pair must be a kept candidate; else one may be left out of them only
            because others of the mentee are better.

        Returns
        -------
        tuple of Violation
            Empty when every pair is eligible and good enough, and every constraint holds.
        """
        source = self.candidates.source
        if not (
            np.array_equal(matching.mentee_ids, source.mentee_ids)
            and np.array_equal(matching.mentor_ids, source.mentor_ids)
        ):
            return (Violation("people", "the matching is about other people, or in another order"),)
        unkept = self.candidates.index(matching.mentee, matching.mentor) < 0
        if self.candidates.keep is not None and not kept_only:
            unkept &= self._too_low(matching)
        found = [
            *self._bad_pairs(
                matching, ~source.eligible(matching.mentee, matching.mentor), "is not eligible"
            ),
            *self._bad_pairs(matching, unkept, "is not among the candidates"),
        ]
        for constraint in self.constraints:
            found.extend(constraint.violations(matching))
        return tuple(found)

    def _too_low(self, matching: Matching) -> NDArray[np.bool_]:
        score = self.candidates.source.pairs(matching.mentee, matching.mentor)
        floor = self.candidates.floor
        return np.zeros(len(score), dtype=np.bool_) if floor is None else score < floor

    @staticmethod
    def _bad_pairs(matching: Matching, bad: NDArray[np.bool_], what: str) -> list[Violation]:
        pairs = matching.pairs
        return [
            Violation("eligible pairs", f"{pairs[k][0]} with {pairs[k][1]} {what}")
            for k in np.flatnonzero(bad)
        ]

    def describe(self) -> str:
        """Say in a few lines what is solved."""
        n, m = self.candidates.shape
        return "\n".join(
            [
                f"{n} mentees, {m} mentors, {len(self.candidates)} candidate pairs",
                f"rules: {', '.join(c.name for c in self.constraints) or 'none'}",
                f"wanted, in order: {', '.join(o.name for o in self.objectives)}",
            ]
        )


def _is_priced(objective: Objective) -> bool:
    return bool(getattr(objective, "priced", False))
