"""The contract of a stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cmmatch.assignment.certificate import Proof
    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.optimum import Search
    from cmmatch.assignment.space import Space

__all__ = ["Run", "Stage"]


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
    proofs : tuple of Proof
        From which the bound follows.
    """

    chosen: Columns
    value: tuple[int, ...]
    bound: tuple[int, ...] | None
    space: Space
    proofs: tuple[Proof, ...] = ()


class Stage(Protocol):
    """One objective, ready to be solved over a space."""

    @property
    def name(self) -> str:
        """Of the objective."""
        ...

    def run(self, space: Space, search: Search) -> Run:
        """Find the best sets of a space, and narrow it to them."""
        ...

    def hoped(self, space: Space, search: Search) -> Run | None:
        """Return what is reached if rows beyond degrees cost nothing; ``None`` if not known.

        The next stage, run over the space it leaves, finds out whether that can be had.
        """
        ...

    def least(self, value: tuple[int, ...]) -> tuple[int, ...]:
        """Return what the matching must still have after the stages that follow."""
        ...
