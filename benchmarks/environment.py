"""What figures depend on: the machine, the versions, the library that multiplies matrices."""

from __future__ import annotations

import platform
from importlib.metadata import version

import numpy as np
import scipy.linalg
from threadpoolctl import threadpool_info

from cmmatch.compatibility.workers import cores

__all__ = ["machine"]

PACKAGES = ("cmmatch", "numpy", "scipy", "ortools")
MULTIPLIERS = (np, scipy.linalg)
"""Each brings a library for products of matrices, known only once it is loaded."""


def machine():
    """Name what the figures depend on."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": cores(),
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        "blas": sorted({_named(each) for each in threadpool_info() if each["user_api"] == "blas"}),
    }


def _named(library):
    core = f", {library['architecture']}" if library.get("architecture") else ""
    return f"{library['internal_api']} {library['version']}{core}"
