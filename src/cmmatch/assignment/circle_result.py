"""CircleResult: who is in which circle, who leads it, who is left over and what is proven."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import shorten
from typing import TYPE_CHECKING

from cmmatch.display import several
from cmmatch.errors import NoMatching

if TYPE_CHECKING:
    from cmmatch.assignment.certificate import Certificate
    from cmmatch.assignment.result import Result, StageOutcome, Termination, Value
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["Circle", "CircleResult"]

SHOWN = 400
"""Letters of an obstacle that are printed."""


@dataclass(frozen=True, order=True, slots=True)
class Circle:
    """One circle.

    Parameters
    ----------
    mentors, mentees : tuple of str
        Ids, sorted.
    value : int
        The scores of all mentees with all mentors of the circle together, in units.
    """

    mentors: tuple[str, ...]
    mentees: tuple[str, ...]
    value: int


@dataclass(frozen=True, eq=False)
class CircleResult:
    """The answer of :func:`cmmatch.circles`.

    Parameters
    ----------
    solved : Result
        What :func:`cmmatch.solve` says, with possible circles in the place of mentors.
    candidates : Candidates
        Which mentee may join which possible circle, and the scores.
    scope : str
        Among which circles nothing better exists.
    unmatched : tuple of str
        Ids of the mentees in no circle, sorted; everybody where there is no answer.
    reasons : tuple of str
        Why each of ``unmatched`` is in none, one sentence each.
    without : tuple of str
        Ids of the mentors who lead no circle, sorted.
    """

    solved: Result
    candidates: Candidates
    scope: str
    unmatched: tuple[str, ...]
    reasons: tuple[str, ...]
    without: tuple[str, ...]
    _groups: tuple[Circle, ...] | None = field(default=None, repr=False)

    @property
    def groups(self) -> tuple[Circle, ...]:
        """The circles, sorted by mentors.

        Raises
        ------
        NoMatching
            There is no answer; the message says why.
        """
        if self._groups is None:
            why = " ".join(self._obstacles)
            message = f"There are no circles: {self.termination.value}. {why}".strip()
            raise NoMatching(message)
        return self._groups

    @property
    def has_groups(self) -> bool:
        """Whether :attr:`groups` can be asked; there may be no circle among them."""
        return self._groups is not None

    @property
    def termination(self) -> Termination:
        """Why the solve ended."""
        return self.solved.termination

    @property
    def stages(self) -> tuple[StageOutcome, ...]:
        """What each objective reached, in order."""
        return self.solved.stages

    @property
    def value(self) -> int:
        """All circles together, in units."""
        return sum(circle.value for circle in self.groups)

    @property
    def total(self) -> float:
        """All circles together, as a score."""
        return self.candidates.to_score(self.value)

    @property
    def bound(self) -> Value | None:
        """What no choice of circles is worth more than, in units; ``None`` where not known."""
        return self.stages[-1].bound if self.stages else None

    @property
    def proven(self) -> bool:
        """Whether every stage meets its bound, so that no better choice exists in the scope."""
        return self.solved.proven

    @property
    def certificate(self) -> Certificate:
        """Prices of mentees, possible circles and rows, from which bounds can be recomputed.

        Beyond degrees such a bound may lie above what the solver proved.
        """
        return self.solved.certificate

    def check(self) -> dict[str, Value]:
        """Recompute the bound that prices prove for each stage, without a solver.

        Raises
        ------
        SolverDisagreement
            The prices do not prove what was claimed.
        """
        return self.certificate.check(self.candidates.source)

    def circle_of(self, person: str) -> Circle | None:
        """Return the circle that a mentee is in; ``None`` for somebody in none."""
        found = (circle for circle in self.groups if person in circle.mentees)
        return next(found, None)

    def __str__(self) -> str:
        head = f"{self.termination.value} over {self.scope}"
        lines = [head]
        for each in self.stages:
            proof = "proven" if each.proven else f"bound {each.bound}"
            lines.append(f"  {each.name} = {each.value}, {proof}")
        for circle in self._groups or ():
            size = several(len(circle.mentees), "mentee", "mentees")
            lines.append(f"  {' and '.join(circle.mentors)}: {size}, {', '.join(circle.mentees)}")
        told = self.reasons if self.has_groups else self._obstacles
        return "\n".join([*lines, *(f"  {each}" for each in told)])

    @property
    def _obstacles(self) -> list[str]:
        """What stands in the way, cut off where it names circle after circle."""
        more = " ... and more in solved.obstacles."
        return [shorten(each, SHOWN, placeholder=more) for each in self.solved.obstacles]
