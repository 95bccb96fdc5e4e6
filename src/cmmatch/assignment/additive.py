"""Additive models: rules on degrees alone, and stages that are sums of what pairs and loads add.

Each stage is one number, or one for each level where it counts pairs by level; all numbers in order
are compared like words in a dictionary. Levels are counted together, the first ``l`` of them, since
that orders matchings as the counts of each level do, and does not fall as a score rises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.assignment.builder import FormBuilder
from cmmatch.assignment.columns import Columns
from cmmatch.assignment.form import UNBOUNDED
from cmmatch.assignment.links import Aim
from cmmatch.assignment.pairwise import Constant
from cmmatch.assignment.stages import Total
from cmmatch.assignment.stages.profile import Profile
from cmmatch.errors import UnsupportedModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.matching import Matching
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.result import Value
    from cmmatch.assignment.space import Space
    from cmmatch.assignment.stages import Stage

__all__ = ["Additive", "step_of"]


class _Numbers(NamedTuple):
    """What one stage counts."""

    name: str
    aims: tuple[Aim, ...]
    alone: int
    several: bool


@dataclass(frozen=True, eq=False)
class Additive:
    """A model as numbers that add up over pairs and loads, compared in order.

    Parameters
    ----------
    space : Space
        The rules.
    stages : tuple
        What each stage counts.
    """

    space: Space
    stages: tuple[_Numbers, ...]

    @classmethod
    def of(cls, model: Model) -> Additive:
        """Take a model apart.

        Raises
        ------
        UnsupportedModel
            A rule goes beyond degrees, or a stage is no sum, or gives something back to later ones.
        """
        builder = FormBuilder(model.candidates)
        # Of places that nobody could fill one is worth as little as if it were not counted.
        for side, count in zip(("mentee", "mentor"), builder.shape, strict=True):
            setattr(builder, f"{side}_upper", np.full(count, UNBOUNDED, dtype=np.int64))
        for constraint in model.constraints:
            constraint.write(builder)
        space = builder.build(seed=model.seed)
        if not space.degrees_only:
            names = ", ".join(dict.fromkeys(family.name for family in space.families))
            raise UnsupportedModel(_REFUSAL.format(f"a rule goes beyond them: {names}"))
        # What one more pair than there are places would add must be known as well.
        builder.mentor_upper = builder.mentor_upper + 1
        for objective in model.objectives:
            objective.write(builder)
        return cls(space, tuple(_numbers(each, space, builder.stages) for each in builder.stages))

    @property
    def names(self) -> tuple[str, ...]:
        """Of the stages."""
        return tuple(each.name for each in self.stages)

    @property
    def aims(self) -> tuple[Aim, ...]:
        """One for each number."""
        return tuple(aim for each in self.stages for aim in each.aims)

    def by_stage(self, numbers: NDArray[np.int64]) -> tuple[Value, ...]:
        """Return what some numbers, shape (S,), are for each stage, as its objective tells it."""
        found: list[Value] = []
        first = 0
        for stage in self.stages:
            own = numbers[first : first + len(stage.aims)]
            levels = np.diff(own[stage.alone :], prepend=np.int64(0))
            told = tuple(int(each) for each in (*own[: stage.alone], *levels))
            found.append(told if stage.several else told[0])
            first += len(stage.aims)
        return tuple(found)

    def first_of(self, stage: str) -> int:
        """Return the position of the first number of a stage.

        Raises
        ------
        ValueError
            There is no such stage.
        """
        names = self.names
        if stage not in names:
            message = f"There is no stage {stage!r}; there are: {', '.join(names)}."
            raise ValueError(message)
        return sum(len(each.aims) for each in self.stages[: names.index(stage)])

    def total(self, chosen: Columns) -> NDArray[np.int64]:
        """Add up what a set of pairs is worth, shape (S,)."""
        n, m = self.space.shape
        sides = (("mentee", chosen.mentee, n), ("mentor", chosen.mentor, m))
        total = []
        for aim in self.aims:
            value = int(aim.value(chosen.mentee, chosen.mentor, chosen.score).sum())
            for side, people, count in sides:
                steps = getattr(aim, f"{side}_steps")
                load = np.bincount(people, minlength=count)
                for k in range(int(load.max(initial=0))):
                    value += int(step_of(steps, np.full(count, k + 1))[load > k].sum())
            total.append(value)
        return np.array(total, dtype=np.int64)

    def made(self, matching: Matching, model: Model) -> Columns:
        """Return the pairs of a matching with their exact scores."""
        score = model.candidates.source.pairs(matching.mentee, matching.mentor)
        return Columns.of(matching.mentee, matching.mentor, score, width=self.space.width)


_REFUSAL = (
    "Exact prices need rules about how many pairs people have, and which, and objectives that add "
    "up; {}. Ask exact_worth, which solves again."
)


def step_of(steps: NDArray[np.int64] | None, load: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what the pair of this number adds for each person; 0 after the last step."""
    if steps is None or not steps.shape[1]:
        return np.zeros(len(load), dtype=np.int64)
    within = np.clip(load - 1, 0, steps.shape[1] - 1)
    outside = (load > steps.shape[1]) | (load < 1)
    return np.where(outside, 0, steps[np.arange(len(load)), within])


def _numbers(stage: Stage, space: Space, stages: list[Stage]) -> _Numbers:
    if isinstance(stage, Total):
        if stage.tolerance and stage is not stages[-1]:
            reason = f"{stage.name} gives a share back to later ones"
            raise UnsupportedModel(_REFUSAL.format(reason))
        return _Numbers(stage.name, (stage.aim(space),), 1, several=False)
    if isinstance(stage, Profile):
        number = (Aim(Constant()),) if stage.most_first else ()
        levels = tuple(Aim(stage.levels.first(k + 1)) for k in range(stage.levels.count))
        return _Numbers(stage.name, (*number, *levels), len(number), several=True)
    raise UnsupportedModel(_REFUSAL.format(f"{stage.name} does not add up"))
