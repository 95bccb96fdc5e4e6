"""The verbs that are measured, in the order of the road from tables to files."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cmmatch import api
from cmmatch.api.matching import candidates_for
from cmmatch.api.result import MatchResult
from cmmatch.assignment.solving import solve
from cmmatch.compatibility.scorer import Scorer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cmmatch.assignment.model import Model
    from cmmatch.assignment.result import Result

__all__ = ["PHASES", "Clock", "run_phases"]

PHASES = ("read", "score", "solve", "write")


@dataclass
class Clock:
    """Seconds by phase."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, phase: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[phase] = time.perf_counter() - start


def run_phases(folder: Path, out: Path) -> tuple[Clock, Model, Result]:
    """Walk the road once, phase by phase, through the same code as ``cmmatch.match``."""
    clock = Clock()
    with clock("read"):
        programme = api.read_programme(folder)
    with clock("score"):
        scored = Scorer.for_programme(programme).prepare(programme)
        candidates = candidates_for(scored)
    model = api.model_for(scored, candidates)
    with clock("solve"):
        result = solve(model)
    with clock("write"):
        MatchResult(scored, candidates, result, model).write(out)
    return clock, model, result


def places_of(model: Model) -> np.ndarray:
    """Places of each mentor in a model whose first rule is the capacity."""
    return np.asarray(model.constraints[0].places)
