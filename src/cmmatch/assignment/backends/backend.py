"""The contract of a backend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cmmatch.assignment.form import Form, Need, Target
    from cmmatch.assignment.limits import Deadline
    from cmmatch.assignment.result import Termination

__all__ = ["Answer", "Backend", "Choice"]


@dataclass(frozen=True, eq=False)
class Choice:
    """What a backend chose and claims of it, to be recomputed before anyone believes it.

    Parameters
    ----------
    chosen : bool, shape (P,)
        The pair columns made.
    extras : int64, shape (E,)
        The values of the extras.
    value : int
        What the choice is worth.
    bound : int or None
        No choice is worth more; ``None`` where that is not known.
    """

    chosen: NDArray[np.bool_]
    extras: NDArray[np.int64]
    value: int
    bound: int | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """How a backend ended.

    Parameters
    ----------
    termination : Termination
        Why it stopped.
    choice : Choice or None
        What it chose; ``None`` when there is no solution.
    """

    termination: Termination
    choice: Choice | None = None


@runtime_checkable
class Backend(Protocol):
    """Maximises over forms whose needs it honours; never raises for an infeasible one."""

    @property
    def name(self) -> str:
        """Shown in results."""
        ...

    @property
    def honours(self) -> frozenset[Need]:
        """The needs that it can meet."""
        ...

    def available(self) -> bool:
        """Whether what it runs on is installed; cheap."""
        ...

    def maximise(self, form: Form, target: Target, *, deadline: Deadline | None = None) -> Answer:
        """Find the best choice, or the best there is time for."""
        ...
