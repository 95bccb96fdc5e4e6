"""Limits that the user sets, and the moment that keeps to them."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from numbers import Real

from cmmatch.errors import ModelError

__all__ = ["Deadline", "Limits", "OutOfTime"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a solve may take.

    Parameters
    ----------
    seconds : float, optional
        Time on the clock for all stages together, finite and > 0; left out, as long as it takes.
        What is decided in the time left depends on the speed of the machine; without a limit the
        answer does not.

    Raises
    ------
    ModelError
        ``seconds`` is no number, or not above zero.

    Examples
    --------
    >>> Limits(seconds=60)
    Limits(seconds=60)
    """

    seconds: float | None = None

    def __post_init__(self) -> None:
        given = self.seconds
        if given is None:
            return
        number = isinstance(given, Real) and not isinstance(given, bool)
        if not (number and math.isfinite(given) and given > 0):
            message = (
                f"A limit needs a finite number of seconds above 0. It was given {given!r}; "
                "leave 'seconds' out for no limit."
            )
            raise ModelError(message)


class OutOfTime(Exception):
    """A deadline has passed before there was an answer; solve() turns it into a result."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock, which no change of the wall clock moves.

    Parameters
    ----------
    moment : float
        Seconds on :func:`time.monotonic`.
    """

    moment: float

    @classmethod
    def of(cls, limits: Limits | None) -> Deadline | None:
        """Start the clock of some limits; ``None`` when they set no time.

        Examples
        --------
        >>> Deadline.of(Limits()) is None
        True
        """
        if limits is None or limits.seconds is None:
            return None
        return cls.after(limits.seconds)

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the moment in some seconds from now."""
        return cls(time.monotonic() + seconds)

    def remaining(self) -> float:
        """Return the seconds left, 0 when it has passed."""
        return max(0.0, self.moment - time.monotonic())

    @property
    def expired(self) -> bool:
        """Whether the moment has passed."""
        return self.remaining() == 0.0

    def keeping_one_of(self, parts: int) -> Deadline:
        """Return an earlier deadline, so that one of so many equal parts of the time is left."""
        return Deadline.after(self.remaining() * (parts - 1) / parts)

    def share(self, parts: int) -> Deadline:
        """Return the deadline of the next of so many parts that are still to be done.

        Each may take an equal share of the time left now, so that what one saves the later ones
        have.

        Parameters
        ----------
        parts : int
            Parts still to be done, the next one counted; >= 1.

        Examples
        --------
        >>> whole = Deadline.after(60)
        >>> first = whole.share(3)
        >>> 19 < first.remaining() <= 20
        True
        """
        return Deadline.after(self.remaining() / parts)
