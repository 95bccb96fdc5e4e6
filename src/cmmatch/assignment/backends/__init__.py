"""Solvers behind one face; the only rooms that import ortools, and only inside a call."""

from cmmatch.assignment.backends.backend import Answer, Backend, Choice
from cmmatch.assignment.backends.cpsat import ConstraintProgramming
from cmmatch.assignment.backends.flow import MinCostFlow
from cmmatch.assignment.backends.mip import MixedInteger
from cmmatch.assignment.backends.registry import BUILT_IN, choose

__all__ = [
    "BUILT_IN",
    "Answer",
    "Backend",
    "Choice",
    "ConstraintProgramming",
    "MinCostFlow",
    "MixedInteger",
    "choose",
]
