"""What is wanted, in order: each objective writes one stage and recomputes its own value."""

from cmmatch.assignment.objectives.fairness import Leximin, WorstOff
from cmmatch.assignment.objectives.objective import Objective
from cmmatch.assignment.objectives.ranks import GenerousMaximum, GreedyMaximum, RankMaximal
from cmmatch.assignment.objectives.totals import MostMatched, TotalScore

__all__ = [
    "GenerousMaximum",
    "GreedyMaximum",
    "Leximin",
    "MostMatched",
    "Objective",
    "RankMaximal",
    "TotalScore",
    "WorstOff",
]
