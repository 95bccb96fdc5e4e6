"""What is wanted, in order: each objective writes one stage and recomputes its own value."""

from cmmatch.assignment.objectives.continuity import FewestChanges
from cmmatch.assignment.objectives.fairness import Leximin, WorstOff
from cmmatch.assignment.objectives.gap import GroupGap
from cmmatch.assignment.objectives.load import EvenLoad
from cmmatch.assignment.objectives.objective import Objective
from cmmatch.assignment.objectives.ranks import GenerousMaximum, GreedyMaximum, RankMaximal
from cmmatch.assignment.objectives.shares import BottomShare, Nash
from cmmatch.assignment.objectives.totals import MostMatched, TotalScore

__all__ = [
    "BottomShare",
    "EvenLoad",
    "FewestChanges",
    "GenerousMaximum",
    "GreedyMaximum",
    "GroupGap",
    "Leximin",
    "MostMatched",
    "Nash",
    "Objective",
    "RankMaximal",
    "TotalScore",
    "WorstOff",
]
