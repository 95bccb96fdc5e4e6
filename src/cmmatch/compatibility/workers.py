"""Workers: threads that share the cores of the machine among blocks of pairs."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

__all__ = ["cores", "workers"]


def cores() -> int:
    """How many cores this process may use, at least one.

    Examples
    --------
    >>> cores() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def workers(count: int | None = None) -> Iterator[Executor]:
    """Lend threads, one a core; what has not begun when the caller leaves is dropped.

    Meanwhile the matrix products of the process use one thread each: threads that share the cores
    twice over wait for each other.

    Parameters
    ----------
    count : int, optional
        Threads, >= 1; left out, as many as there are cores.

    Examples
    --------
    >>> with workers(2) as executor:
    ...     list(executor.map(abs, [-1, 2]))
    [1, 2]
    """
    executor = ThreadPoolExecutor(count or cores(), thread_name_prefix="cmmatch")
    try:
        with threadpool_limits(1, user_api="blas"):
            yield executor
    finally:
        executor.shutdown(cancel_futures=True)
