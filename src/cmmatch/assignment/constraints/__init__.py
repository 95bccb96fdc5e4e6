"""What must hold: each constraint writes itself into the form and recounts its own violations."""

from cmmatch.assignment.constraints.budgets import Budget
from cmmatch.assignment.constraints.capacity import MenteeDemand, MentorCapacity
from cmmatch.assignment.constraints.circles import Circles
from cmmatch.assignment.constraints.constraint import Constraint, Violation
from cmmatch.assignment.constraints.groups import GroupLimit
from cmmatch.assignment.constraints.members import LabelledPairs
from cmmatch.assignment.constraints.mentee_groups import PerMenteeGroup
from cmmatch.assignment.constraints.opening import NoneOrAtLeast
from cmmatch.assignment.constraints.requests import Forbidden, Required
from cmmatch.assignment.constraints.rows import RowRule
from cmmatch.assignment.constraints.soft import Soft
from cmmatch.assignment.constraints.stability import Stable

__all__ = [
    "Budget",
    "Circles",
    "Constraint",
    "Forbidden",
    "GroupLimit",
    "LabelledPairs",
    "MenteeDemand",
    "MentorCapacity",
    "NoneOrAtLeast",
    "PerMenteeGroup",
    "Required",
    "RowRule",
    "Soft",
    "Stable",
    "Violation",
]
