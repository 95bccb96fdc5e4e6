"""How much memory a process has taken."""

from __future__ import annotations

import resource
import sys

__all__ = ["peak_mib"]

UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in what the system counts in."""


def peak_mib():
    """Most memory that this process ever held at once, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / 2**20
