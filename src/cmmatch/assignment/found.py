"""What a search for an optimum ends with: a set of pairs with its bound, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cmmatch.assignment.certificate import Claim
    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.links import Aim, Link
    from cmmatch.assignment.result import Termination
    from cmmatch.assignment.space import Space

__all__ = ["Optimum", "Refuted", "Unanswered"]


class Unanswered(Exception):
    """No set of pairs was found; solve() turns it into a result.

    Parameters
    ----------
    termination : Termination
        Whether there is none, or there was no time to find one.
    space : Space, optional
        Over which none was found.
    link : Link, optional
        Where there is none, prices that prove it: by them no set is worth more than something below
        0, and every set would be worth 0. Where there was no time, prices that bound the aim.
    bound : tuple of int, optional
        What no set is worth more than, by the stage that ended so.
    proofs : tuple of Claim
        From which that bound follows.
    then : Unanswered, optional
        How the next stage ended, among sets that are worth that bound.
    """

    def __init__(
        self,
        termination: Termination,
        *,
        space: Space | None = None,
        link: Link | None = None,
        bound: tuple[int, ...] | None = None,
        proofs: tuple[Claim, ...] = (),
        then: Unanswered | None = None,
    ) -> None:
        self.termination, self.space, self.link = termination, space, link
        self.bound, self.proofs, self.then = bound, proofs, then
        super().__init__(termination.value)


class Refuted(Exception):
    """No set of pairs is worth what would have been enough.

    Parameters
    ----------
    space : Space
        Over which there is none.
    bound : int
        What no set is worth more than.
    link : Link, optional
        Prices that prove it; left out where a backend's word is all there is.
    """

    def __init__(self, space: Space, bound: int, link: Link | None = None) -> None:
        self.space, self.bound, self.link = space, bound, link
        super().__init__(f"no set is worth more than {bound}")


@dataclass(frozen=True, eq=False)
class Optimum:
    """What a search found.

    Parameters
    ----------
    chosen : Columns
        The pairs made.
    value : int
        What they are worth.
    bound : int or None
        What none is worth more than; ``None`` where that is not known.
    space : Space
        Over which it was sought.
    aim : Aim
        What was sought.
    link : Link or None
        Prices that prove a bound over every pair; ``None`` where there are none.
    """

    chosen: Columns
    value: int
    bound: int | None
    space: Space
    aim: Aim
    link: Link | None = None

    @property
    def proven(self) -> bool:
        """Whether value and bound meet."""
        return self.value == self.bound
