"""Result: why it stopped, what is proven, and the matching if there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from cmmatch.assignment.certificate import Certificate
from cmmatch.errors import NoMatching

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cmmatch.assignment.constraints.constraint import Violation
    from cmmatch.assignment.infeasibility import Infeasibility
    from cmmatch.assignment.matching import Matching

__all__ = ["Result", "StageOutcome", "Termination", "Value", "in_order"]

Value = int | tuple[int, ...]
"""What a stage is worth: a number, or several compared like words in a dictionary."""


def in_order(value: Value) -> tuple[int, ...]:
    """Return a value as the numbers that are compared, the first first."""
    return value if isinstance(value, tuple) else (value,)


class Termination(Enum):
    """Why a solve ended, and what may be relied on."""

    OPTIMAL = "optimal"
    """Every stage is proven: no better matching exists in the scope."""
    FEASIBLE = "feasible"
    """A verified matching, not proven best."""
    INFEASIBLE = "infeasible"
    """Proven: no matching keeps all rules."""
    NO_SOLUTION = "no solution"
    """Stopped before any matching was found; nothing is known."""


@dataclass(frozen=True, slots=True)
class StageOutcome:
    """What one objective reached.

    Parameters
    ----------
    name : str
        The objective.
    value : int or tuple of int
        Reached, in integer units, recomputed by the objective itself.
    bound : int, tuple of int or None
        No matching does better than this within the earlier stages; ``None`` where no bound is
        known.
    proven : bool
        Whether value and bound meet.
    """

    name: str
    value: Value
    bound: Value | None
    proven: bool


@dataclass(frozen=True, eq=False)
class Result:
    """The answer of :func:`cmmatch.solve`.

    Parameters
    ----------
    termination : Termination
        Why it stopped.
    stages : tuple of StageOutcome
        One for each objective, in order; empty when there is no matching.
    scope : str
        What the proof is about, e.g. "all eligible pairs".
    backend : str
        What solved it.
    seed : int
        Of the canonical order.
    versions : mapping of str to str
        Of what took part in the answer.
    obstacles : tuple of str
        For an infeasible model: who and which rule stand in the way.
    certificate : Certificate
        Prices from which anyone can recompute what no matching exceeds.
    broken : tuple of Violation
        What the matching misses of soft rules, by how much, and what that costs.
    stopped : str
        What ended the solve before it was done, "time limit of 10 s" or "interrupted"; empty where
        it was done.
    why_not : Infeasibility or None
        For an infeasible model: what cannot be kept together, and the smallest changes with which
        all rules can be kept; ``None`` where a matching was found, or none was proven to exist.
    """

    termination: Termination
    stages: tuple[StageOutcome, ...]
    scope: str
    backend: str
    seed: int
    versions: Mapping[str, str]
    obstacles: tuple[str, ...] = ()
    certificate: Certificate = field(default_factory=Certificate, repr=False)
    _matching: Matching | None = field(default=None, repr=False)
    broken: tuple[Violation, ...] = ()
    stopped: str = ""
    why_not: Infeasibility | None = None

    @property
    def matching(self) -> Matching:
        """The verified matching.

        Raises
        ------
        NoMatching
            There is none; the message says why.
        """
        if self._matching is None:
            why = " ".join([*self.obstacles, *([f"Stopped: {self.stopped}."] * bool(self.stopped))])
            message = f"There is no matching: {self.termination.value}. {why}".strip()
            raise NoMatching(message)
        return self._matching

    @property
    def has_matching(self) -> bool:
        """Whether :attr:`matching` can be asked."""
        return self._matching is not None

    @property
    def proven(self) -> bool:
        """Whether every stage is proven: the weakest stage's proof is the overall proof."""
        return self.termination is Termination.OPTIMAL

    def __str__(self) -> str:
        head = f"{self.termination.value} over {self.scope} ({self.backend})"
        if self.stopped:
            head += f", stopped: {self.stopped}"
        lines = [f"  {s.name} = {s.value}{' (proven)' if s.proven else ''}" for s in self.stages]
        missed = [f"  missed: {each}" for each in self.broken]
        return "\n".join([head, *lines, *(f"  {each}" for each in self.obstacles), *missed])
