"""Every exception that cmmatch raises on purpose, in one tree.

::

    CmmatchError
    ├── InputFaults (ValueError)                the tables or settings have faults: all of them
    ├── ModelError (ValueError)                 a model that contradicts itself
    ├── UnsupportedModel (NotImplementedError)  no installed backend honours all that it needs
    ├── NoMatching (RuntimeError)               a matching was asked of a result that has none
    ├── UnknownPerson (KeyError)                an id that nobody has
    ├── OutputRefused (OSError)                 a folder that must not be written to
    ├── SolverFailed (RuntimeError)             a solver, or its process, broke down unanswered
    └── SolverDisagreement (AssertionError)     an answer that our own check refuses: report it

``Infeasible`` and ``out of time`` are results, not exceptions: ask :class:`cmmatch.Result` why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cmmatch.programme.faults import Fault

__all__ = [
    "CmmatchError",
    "CmmatchWarning",
    "InputFaults",
    "ModelError",
    "NoMatching",
    "OutputRefused",
    "SolverDisagreement",
    "SolverFailed",
    "UnknownPerson",
    "UnsupportedModel",
]

SHOWN = 10


class CmmatchError(Exception):
    """The root of all errors raised on purpose."""


class CmmatchWarning(UserWarning):
    """Something that works but is probably not what was meant."""


class InputFaults(CmmatchError, ValueError):
    """All faults found in the tables and settings that were handed in.

    Attributes
    ----------
    faults : tuple of Fault
        Every fault, sorted by table, row and column; the message shows the first ten.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self._message())

    def _message(self) -> str:
        count = len(self.faults)
        head = "1 fault in the input:" if count == 1 else f"{count} faults in the input:"
        lines = [head, *(f"  {fault}" for fault in self.faults[:SHOWN])]
        if count > SHOWN:
            lines.append(f"  ... and {count - SHOWN} more (see the attribute 'faults').")
        return "\n".join(lines)


class ModelError(CmmatchError, ValueError):
    """A model that contradicts itself or the candidates, found before anything is solved."""


class UnsupportedModel(CmmatchError, NotImplementedError):
    """No installed backend honours everything that the model needs."""


class NoMatching(CmmatchError, RuntimeError):
    """A matching was asked of a result that has none; the message says why it has none."""


class UnknownPerson(CmmatchError, KeyError):
    """An id that is not in the programme, with the ids of that name, or near spellings if any."""

    def __init__(
        self, given: str, *, role: str, near: Sequence[str] = (), named: Sequence[str] = ()
    ) -> None:
        self.given = given
        hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        if named:
            each = " or ".join(map(repr, named))
            hint = f" It is a name; give the id instead: {each}."
        self.message = f"No {role} has the id {given!r}.{hint}"
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


class OutputRefused(CmmatchError, OSError):
    """An output folder that would put results among the inputs or over foreign files."""


class SolverFailed(CmmatchError, RuntimeError):
    """A solver that broke down, or whose process did not start or ended without an answer."""


class SolverDisagreement(CmmatchError, AssertionError):
    """A solver's answer that the independent check refuses; nothing is returned."""
