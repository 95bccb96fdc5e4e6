"""What must hold: each constraint writes itself into the form and recounts its own violations."""

from cmmatch.assignment.constraints.capacity import MenteeDemand, MentorCapacity
from cmmatch.assignment.constraints.constraint import Constraint, Violation
from cmmatch.assignment.constraints.requests import Forbidden, Required

__all__ = ["Constraint", "Forbidden", "MenteeDemand", "MentorCapacity", "Required", "Violation"]
