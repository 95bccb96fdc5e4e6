"""Fairness among the pairs made: nobody far below the others.

Every pair counts by itself: for a mentee with one mentor, that is the person. Whoever stays
unmatched has no pair and counts nothing here, so the number of pairs must be settled before.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from cmmatch.assignment.naming import positions
from cmmatch.assignment.pairwise import Listed
from cmmatch.assignment.stages.profile import Profile, ScoreLevels
from cmmatch.assignment.stages.threshold import Threshold, highest_score
from cmmatch.compatibility.source import RESOLUTION
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.source import PairSource

__all__ = ["Leximin", "WorstOff"]

MOST_LEVELS = 10_000
"""So many levels at most: a value holds a number for each."""


@dataclass(frozen=True)
class WorstOff:
    """Make the lowest score among the pairs made as high as possible: ``max min w[i, j]``.

    For a coordinator: lift the pair that fits least. Every pair counts by itself: for a mentee with
    one mentor, that is the person; with several mentors each pair counts, not their mean. With no
    pair that counts nobody is badly off, and the value is the highest score of all eligible pairs.

    It needs the number of pairs settled before, by :class:`MostMatched` or a minimum: else it is
    best to make no pair at all.

    Parameters
    ----------
    tolerance : float, default 0.0
        Share of the lowest score that later stages may give back, 0..1.
    exempt : tuple of (mentee id, mentor id), default ()
        Required pairs that do not count, since nobody chose them.

    Raises
    ------
    ModelError
        When written: an exempt pair is not required, or names nobody.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1]])
    >>> rules = [constraints.MentorCapacity(1), constraints.MenteeDemand(1)]
    >>> wanted = [objectives.MostMatched(), objectives.WorstOff(), objectives.TotalScore()]
    >>> [stage.value for stage in solve(Model(candidates, rules, wanted)).stages]
    [2, 800000, 1600000]
    """

    tolerance: float = 0.0
    exempt: tuple[tuple[str, str], ...] = ()
    name: str = "worst_off"

    needs_count: ClassVar[bool] = True

    def write(self, form: FormBuilder) -> None:
        """Search the highest threshold."""
        source, exempt = form.candidates.source, None
        if self.exempt:
            mentee, mentor = positions(self.exempt, source, self.name)
            exempt = Listed.of(zip(mentee, mentor, strict=True), width=max(form.shape[1], 1))
            self._require(exempt.keys, form)
        form.add_stage(Threshold(self.name, source, exempt, self.tolerance))

    def value(self, matching: Matching, source: PairSource) -> int:
        """Return the lowest exact score of the pairs that count, asked anew from the source."""
        exempt = set(self.exempt)
        counted = np.array([pair not in exempt for pair in matching.pairs], dtype=np.bool_)
        if not counted.any():
            return highest_score(source)
        return int(source.pairs(matching.mentee[counted], matching.mentor[counted]).min())

    def _require(self, exempt: NDArray[np.int64], form: FormBuilder) -> None:
        required = np.concatenate([np.empty(0, dtype=np.int64), *form.required])
        chosen = np.setdiff1d(exempt, required)
        if len(chosen):
            mentee, mentor = divmod(int(chosen[0]), max(form.shape[1], 1))
            source = form.candidates.source
            message = (
                f"{self.name}: a pair that does not count must be required, else it could be "
                f"chosen at no cost; {source.mentee_ids[mentee]} with {source.mentor_ids[mentor]} "
                "is not. Take it out of 'exempt', or require it."
            )
            raise ModelError(message)


@dataclass(frozen=True)
class Leximin:
    """Make as few pairs of the lowest level of scores as can be, then of the next, and so on.

    With n[k] the pairs in level k of scores, from the lowest: minimise ``(n[0], n[1], ...)``,
    compared like words in a dictionary. Scores within one step count as alike. Level 0 holds all
    scores below ``lowest + step``, level k those from ``lowest + k step``; scores of ``highest``
    and above are beyond the last level. With the number of pairs settled and a step of one unit of
    the scores, this is the leximin order: the lowest score as high as can be, then the second
    lowest, and so on.

    For a coordinator: nobody is left far behind for the sake of others, level by level. Every pair
    counts by itself: for a mentee with one mentor, that is the person; with several mentors each
    pair counts, not their mean.

    It needs the number of pairs settled before, by :class:`MostMatched` or a minimum: else it is
    best to make no pair at all. Nothing of it can be given back to later stages.

    Parameters
    ----------
    step : float, default 0.01
        Breadth of a level, in units of the score, > 0; a whole multiple of the resolution.
    lowest, highest : float, default 0.0 and 1.0
        Where the levels begin and end. Scores of one's own outside them are not told apart.

    Raises
    ------
    ModelError
        There are no levels, or more than 10,000; when written: the step is no whole multiple of
        the resolution of the scores.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1]])
    >>> rules = [constraints.MentorCapacity(1), constraints.MenteeDemand(1)]
    >>> wanted = [objectives.MostMatched(), objectives.Leximin(step=0.25)]
    >>> [stage.value for stage in solve(Model(candidates, rules, wanted)).stages]
    [2, (0, 0, 0, -2)]
    """

    step: float = 0.01
    lowest: float = 0.0
    highest: float = 1.0
    name: str = "leximin"

    needs_count: ClassVar[bool] = True
    tolerance: ClassVar[float] = 0.0

    def __post_init__(self) -> None:
        breadth = self.highest - self.lowest
        if not (self.step > 0 and self.step <= breadth * (1 + 1e-9) < self.step * MOST_LEVELS):
            message = (
                f"{self.name}: there must be 1 to {MOST_LEVELS} levels between lowest and highest; "
                f"given step {self.step:g} from {self.lowest:g} to {self.highest:g}."
            )
            raise ModelError(message)

    def write(self, form: FormBuilder) -> None:
        """Count by level, the lowest first."""
        form.add_stage(Profile(self.name, ScoreLevels(self._limits(form.candidates.source))))

    def value(self, matching: Matching, source: PairSource) -> tuple[int, ...]:
        """Return minus the number of pairs in each level, the lowest first."""
        limits = self._limits(source)
        score = source.pairs(matching.mentee, matching.mentor)
        below = [int((score < limit).sum()) for limit in limits]
        return tuple(before - after for before, after in pairwise([0, *below]))

    def _limits(self, source: PairSource) -> NDArray[np.int64]:
        """Where each level ends, in units."""
        resolution = float(getattr(source, "resolution", 1 / RESOLUTION))
        step = round(self.step / resolution)
        if step < 1 or abs(step * resolution - self.step) > 1e-6 * self.step:
            message = (
                f"{self.name}: a step must be a whole multiple of {resolution:g}, the resolution "
                f"of the scores; given {self.step:g}."
            )
            raise ModelError(message)
        first, last = round(self.lowest / resolution), round(self.highest / resolution)
        return np.arange(first + step, last + 1, step, dtype=np.int64)
