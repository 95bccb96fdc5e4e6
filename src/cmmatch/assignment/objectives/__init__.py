"""What is wanted, in order: each objective writes one stage and recomputes its own value."""

from cmmatch.assignment.objectives.objective import Objective
from cmmatch.assignment.objectives.totals import MostMatched, TotalScore

__all__ = ["MostMatched", "Objective", "TotalScore"]
