"""The contract of a stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cmmatch.assignment.certificate import Claim
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
    proofs : tuple of Claim
        From which the bound follows.
    """

    chosen: Columns
    value: tuple[int, ...]
    bound: tuple[int, ...] | None
    space: Space
    proofs: tuple[Claim, ...] = ()


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
