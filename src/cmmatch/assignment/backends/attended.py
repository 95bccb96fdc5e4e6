"""A long call into a solver that Ctrl-C need not wait for.

Python runs its signal handlers in the main thread, between two of its own steps. So the call runs
in a thread beside, and the main thread waits where it can be woken.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["attended"]

T = TypeVar("T")

PIECE = 0.2
"""Seconds of one wait; on Windows a wait hears Ctrl-C only when it ends."""


def attended(call: Callable[[], T], *, stop: Callable[[], None] | None = None) -> T:
    """Return what a call returns, or raise what it raises; Ctrl-C ends the wait at once.

    Parameters
    ----------
    call : callable
        Must leave the interpreter to others while it works.
    stop : callable, optional
        Has the call end soon, and is then waited for. Without it the call is left behind: it goes
        on unheard until it is done or the process ends.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C, whatever the solver makes of it.
    """
    if threading.current_thread() is not threading.main_thread():
        # Signals are not for this thread; whoever started it sees to them.
        return call()
    work = _Work(call)
    work.start()
    try:
        while not work.done.wait(PIECE):
            pass
    except BaseException:
        if stop is not None:
            while not work.done.wait(PIECE):
                stop()
        raise
    return work.outcome()


class _Work(threading.Thread, Generic[T]):
    """One call in a thread of its own that does not keep the process alive."""

    def __init__(self, call: Callable[[], T]) -> None:
        super().__init__(name="solver", daemon=True)
        self.done = threading.Event()
        self._call = call
        self._returned: list[T] = []
        self._raised: BaseException | None = None

    def run(self) -> None:
        try:
            self._returned.append(self._call())
        except BaseException as error:
            self._raised = error
        finally:
            self.done.set()

    def outcome(self) -> T:
        if self._raised is not None:
            raise self._raised
        return self._returned[0]
