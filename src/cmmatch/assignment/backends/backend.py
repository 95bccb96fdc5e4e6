"""The contract of a backend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cmmatch.assignment.form import Form, Need
    from cmmatch.assignment.result import Termination
    from cmmatch.progress import Progress

__all__ = ["Answer", "Backend", "Kind", "Shortfall", "Side", "StageAnswer"]

Side = Literal["mentee", "mentor"]
Kind = Literal["minimum", "required"]


@dataclass(frozen=True, slots=True)
class StageAnswer:
    """What a backend claims of one stage, to be recomputed before anyone believes it."""

    value: int
    bound: int | None
    proven: bool


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Somebody whose bounds cannot be met.

    ``kind`` is "minimum" when too few pairs can be given, "required" when the required pairs are
    more than the upper bound; ``position`` is canonical.
    """

    side: Side
    position: int
    kind: Kind
    wanted: int
    possible: int


@dataclass(frozen=True, eq=False)
class Answer:
    """What a backend found for a form.

    Parameters
    ----------
    termination : Termination
        Why it stopped.
    chosen : bool, shape (P,), or None
        The pair columns made; ``None`` when there is no solution.
    stages : tuple of StageAnswer
        One for each stage, in order; empty when there is no solution.
    shortfalls : tuple of Shortfall
        For an infeasible form: whose bounds fail.
    """

    termination: Termination
    chosen: NDArray[np.bool_] | None = None
    stages: tuple[StageAnswer, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()


@runtime_checkable
class Backend(Protocol):
    """Solves forms whose needs it honours; never raises for an infeasible one."""

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

    def maximise(self, form: Form, *, progress: Progress | None = None) -> Answer:
        """Solve the stages in order."""
        ...
