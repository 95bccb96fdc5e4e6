"""The contract of a component: one soft criterion, in 0..1, NaN where it is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from cmmatch.programme.picking import picked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.compatibility.answered import Answers
    from cmmatch.programme.programme import Programme

__all__ = [
    "Answering",
    "Component",
    "Directed",
    "Prepared",
    "Recommending",
    "RowComponent",
    "Settled",
    "not_known",
]


@runtime_checkable
class Prepared(Protocol):
    """A component bound to one programme: pure, blind to capacities, asked by several threads."""

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Values of some mentees against every mentor, shape (rows, M), in [0, 1] or NaN."""
        ...

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Values of single pairs, shape (P,): the same bits whatever other pairs are asked for."""
        ...

    def reason(self, mentee: int, mentor: int) -> str:
        """One true sentence about this pair, for those who run the programme.

        It tells what speaks against the pair as well, and what the other side said.
        """
        ...


@runtime_checkable
class Recommending(Protocol):
    """A :class:`Prepared` that has something to say on lists handed out to mentees.

    Nothing else of a component reaches a list: who answers in confidence leaves this out.
    """

    def recommendation(self, mentee: int, mentor: int) -> str:
        """Say in one line what speaks for this pair; "" where nothing does.

        The mentee reads it. Facts that the mentor offers to everybody, such as skills; no word of
        anybody's free text, nothing that was answered in confidence, nothing that speaks against
        the pair.
        """
        ...


@runtime_checkable
class Directed(Protocol):
    """A :class:`Prepared` in which each side has a worth of its own for the other.

    Where one of the two is unknown, the value of the pair is the other.
    """

    def directed(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Worth for the mentee and for the mentor, shape (P, 2), in [0, 1] or NaN."""
        ...


@runtime_checkable
class Answering(Protocol):
    """A :class:`Prepared` that says which columns it reads and who filled them in.

    Then ``cmmatch check`` counts its blanks and says what they cost; without it a component counts
    as known.
    """

    def answers(self) -> Answers | None:
        """Tell who answered; a pair is known exactly where this says so.

        ``None`` where a blank is a full answer too: nothing is counted, and nobody is asked again.
        """
        ...


@runtime_checkable
class Settled(Protocol):
    """A :class:`Prepared` that says itself what an unknown value of it counts as.

    For others it is what a middling pair has (:mod:`cmmatch.compatibility.neutral`).
    """

    @property
    def neutral(self) -> float:
        """In 0..1; the same for every pair."""
        ...


@runtime_checkable
class Component(Protocol):
    """One soft criterion before it has seen a programme: its settings.

    ``name`` is the key of its weight in the toml.
    """

    @property
    def name(self) -> str:
        """Key of the weight, and of the column in the results."""
        ...

    def applies(self, programme: Programme) -> bool:
        """Whether the programme has any answer that this component reads, on both sides."""
        ...

    def prepare(self, programme: Programme) -> Prepared:
        """Bind to a programme; everything slow happens here, once."""
        ...


class RowComponent:
    """A :class:`Prepared` whose ``block`` and ``pairs`` both come from one float64 formula.

    A subclass gives ``rows(mentees)``: float64, shape (rows, M), each value computed in an order
    of its own that other rows do not change. Then blocks of any size give the same bits.
    """

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Exact values of some mentees against every mentor."""
        raise NotImplementedError

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Values rounded to float32, shape (rows, M)."""
        return self.rows(rows).astype(np.float32)

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Exact values of single pairs, shape (P,)."""
        return picked(self.rows, mentee, mentor)


def not_known(*blanks: tuple[str, str]) -> str:
    """Return the one sentence that says who left what blank.

    Parameters
    ----------
    *blanks : (str, str)
        Who, and what that person does not give, as a verb with its object; one or two.

    Examples
    --------
    >>> not_known(("mentee", "gives no years"))
    'Not known: the mentee gives no years.'
    >>> not_known(("mentee", "gives no years"), ("mentor", "gives no years"))
    'Not known: the mentee gives no years, nor does the mentor.'
    """
    said = [f"the {who} {what}" for who, what in blanks]
    if len(blanks) > 1 and len({what for _, what in blanks}) == 1:
        return f"Not known: {said[0]}, nor does the {blanks[1][0]}."
    return f"Not known: {' and '.join(said)}."
