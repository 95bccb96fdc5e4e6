"""Stages: how each kind of objective is solved by a series of optima, and what proves it."""

from cmmatch.assignment.stages.bottom import Bottom, lowest_sum
from cmmatch.assignment.stages.gap import Gap
from cmmatch.assignment.stages.profile import Profile
from cmmatch.assignment.stages.stage import Part, Run, Stage
from cmmatch.assignment.stages.threshold import Threshold
from cmmatch.assignment.stages.total import Total

__all__ = ["Bottom", "Gap", "Part", "Profile", "Run", "Stage", "Threshold", "Total", "lowest_sum"]
