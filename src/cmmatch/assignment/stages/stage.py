"""The contract of a stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cmmatch.assignment.certificate import Claim
    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.optimum import Search
    from cmmatch.assignment.space import Space

__all__ = ["Part", "Run", "Stage"]


class Part(Protocol):
    """One of several spaces that hold the best sets of a stage together, and perhaps others."""

    @property
    def space(self) -> Space:
        """For the stages after."""
        ...

    def holds(self, chosen: Columns) -> bool:
        """Whether a set of the space is one that the stage allows."""
        ...

    def split(self, chosen: Columns, search: Search) -> tuple[tuple[Part, ...], tuple[Claim, ...]]:
        """Return smaller parts with all that the stage allows of this one, and what proves it.

        ``chosen`` is a set of the space that the stage does not allow; splitting again and again
        leaves it out.
        """
        ...


@dataclass(frozen=True, eq=False)
class Run:
    """What a stage found.

    Parameters
    ----------
    chosen : Columns
        The pairs made.
    value : tuple of int
        What they are worth; compared number by number, the first first.
    bound : tuple of int or None
        What none is worth more than; ``None`` where that is not known.
    space : Space
        Narrowed to what is as good, for the stages after.
    proofs : tuple of Claim
        From which the bound follows.
    parts : tuple of Part
        Where no single space is as narrow: several, which the stages after all go over.
    """

    chosen: Columns
    value: tuple[int, ...]
    bound: tuple[int, ...] | None
    space: Space
    proofs: tuple[Claim, ...] = ()
    parts: tuple[Part, ...] = ()


class Stage(Protocol):
    """One objective, ready to be solved over a space."""

    @property
    def name(self) -> str:
        """Of the objective."""
        ...

    def run(self, space: Space, search: Search) -> Run:
        """Find the best sets of a space, and narrow it to them."""
        ...

    def least(self, value: tuple[int, ...]) -> tuple[int, ...]:
        """Return what the matching must still have after the stages that follow."""
        ...
