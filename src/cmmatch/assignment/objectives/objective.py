"""The contract of an objective."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.matching import Matching
    from cmmatch.assignment.result import Value
    from cmmatch.compatibility.source import PairSource

__all__ = ["Objective"]


@runtime_checkable
class Objective(Protocol):
    """Something to maximise; it hides no constraint.

    One in units of the score may have an attribute ``priced`` that is true: then what soft rules
    cost is taken off its value, and its stage takes off the prices of extras.
    """

    @property
    def name(self) -> str:
        """Key in ``[objectives] order``."""
        ...

    @property
    def tolerance(self) -> float:
        """Share of its optimum that later stages may give back, 0..1."""
        ...

    def write(self, form: FormBuilder) -> None:
        """Add one stage to the form."""
        ...

    def value(self, matching: Matching, source: PairSource) -> Value:
        """Recompute the same integer, or integers, from the matching and the source of scores."""
        ...
