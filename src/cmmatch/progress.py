"""How long work says where it is: a callable that the user gives."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Progress", "silent"]

Progress = Callable[[str, int, int], None]
"""Called with the name of the phase, the steps done and the steps in all."""


def silent(phase: str, done: int, total: int) -> None:
    """Say nothing."""
