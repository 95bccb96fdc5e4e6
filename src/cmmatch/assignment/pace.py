"""Pace: how far a solve is, told so that it never goes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cmmatch.progress import silent

if TYPE_CHECKING:
    from cmmatch.progress import Progress

__all__ = ["Pace"]

SPAN = 100
"""Steps of a stage, and of what comes before the first."""


@dataclass(eq=False)
class Pace:
    """Counts steps of the phase "solve": a span for what comes before, and one for each stage.

    How many rounds a stage takes nobody knows; each goes an eighth of the way that is left.

    Parameters
    ----------
    say : callable, optional
        Told the phase, the steps done and the steps in all.
    stages : int, default 0
        How many there are.
    """

    say: Progress = silent
    stages: int = 0
    done: int = field(default=-1, init=False)

    def stage(self, number: int) -> None:
        """Begin a stage, the first 1; 0 is what comes before."""
        self._reach(number * SPAN)

    def round(self) -> None:
        """Say that one more backend has answered."""
        left = SPAN - max(self.done, 0) % SPAN
        self._reach(self.done + left // 8)

    def end(self) -> None:
        """Be done."""
        self._reach((self.stages + 1) * SPAN)

    def _reach(self, step: int) -> None:
        if step > self.done:
            self.done = step
            self.say("solve", step, (self.stages + 1) * SPAN)
