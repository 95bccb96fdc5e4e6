"""Stages: how each kind of objective is solved by a series of optima, and what proves it."""

from cmmatch.assignment.stages.profile import Profile
from cmmatch.assignment.stages.stage import Run, Stage
from cmmatch.assignment.stages.threshold import Threshold
from cmmatch.assignment.stages.total import Total

__all__ = ["Profile", "Run", "Stage", "Threshold", "Total"]
