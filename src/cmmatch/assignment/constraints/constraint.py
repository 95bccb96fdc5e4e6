"""The contract of a constraint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.matching import Matching

__all__ = ["Constraint", "Violation"]


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One way in which a matching breaks a rule.

    Parameters
    ----------
    rule : str
        Name of the constraint.
    sentence : str
        Who breaks it and by how much.
    amount : float, default 0
        By how much, in what the rule counts (pairs, hours); 0 where it does not count.
    cost : float, default 0
        What that takes from the total score, where the rule is soft.
    """

    rule: str
    sentence: str
    amount: float = 0.0
    cost: float = 0.0

    def __str__(self) -> str:
        return f"{self.rule}: {self.sentence}"


@runtime_checkable
class Constraint(Protocol):
    """A rule about a whole matching; ``write`` and ``violations`` describe the same set."""

    @property
    def name(self) -> str:
        """Names the rule in every message about it."""
        ...

    def write(self, form: FormBuilder) -> None:
        """Write the rule into the form; touches no solver."""
        ...

    def violations(self, matching: Matching) -> tuple[Violation, ...]:
        """Recount on a matching; empty if the rule holds."""
        ...
