"""Watch: until when a search may go on, and what Ctrl-C means to it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cmmatch.assignment.found import Unanswered
from cmmatch.assignment.limits import OutOfTime
from cmmatch.assignment.result import Termination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cmmatch.assignment.limits import Deadline
    from cmmatch.assignment.space import Space

__all__ = ["Watch"]

KEPT_BACK = 4
"""An attempt that may come to nothing leaves one of so many parts of the time to what follows."""


@dataclass(eq=False)
class Watch:
    """Tells a search when to stop.

    Parameters
    ----------
    whole : Deadline, optional
        Of all stages together.
    keeps_best : bool, default False
        Whether Ctrl-C ends the search as a deadline does, instead of going through to the caller.

    Attributes
    ----------
    interrupted : bool
        Whether Ctrl-C was pressed; from then on nothing more is begun.
    late : bool
        Whether something ended for want of time.
    """

    whole: Deadline | None = None
    keeps_best: bool = False
    interrupted: bool = field(default=False, init=False)
    late: bool = field(default=False, init=False)
    _now: Deadline | None = field(default=None, init=False)
    _turn: Deadline | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._now = self._turn = self.whole

    def begin(self, stages: int) -> None:
        """Give the next of so many stages its share of the time."""
        self._turn = None if self._now is None else self._now.share(stages)

    def hurry(self) -> None:
        """Keep some of the time back, until :meth:`release`."""
        self._now = None if self._now is None else self._now.keeping_one_of(KEPT_BACK)

    def release(self) -> None:
        """Let the stages that follow have all the time that is left."""
        self._now = self.whole

    def until(self, space: Space) -> Deadline | None:
        """Return until when an optimum over a space may be sought.

        With degrees only nothing can be made of half an optimum by the stages after, so it may
        take all the time there is; else whatever is found in the stage's share is good enough.
        """
        return self._now if space.degrees_only else self._turn

    def over(self, until: Deadline | None) -> bool:
        """Whether to stop."""
        if self.interrupted:
            return True
        if until is None or not until.expired:
            return False
        self.late = True
        return True

    def heed(self, until: Deadline | None) -> None:
        """Stop here if it is time.

        Raises
        ------
        OutOfTime
            It is.
        """
        if self.over(until):
            raise OutOfTime

    @contextmanager
    def stoppable(self) -> Iterator[None]:
        """Make one of all that ends work early.

        Raises
        ------
        Unanswered
            A deadline passed, or Ctrl-C was pressed and the best so far is wanted.
        """
        try:
            yield
        except OutOfTime:
            self.late = self.late or not self.interrupted
        except KeyboardInterrupt:
            if not self.keeps_best:
                raise
            self.interrupted = True
        else:
            return
        raise Unanswered(Termination.NO_SOLUTION)
