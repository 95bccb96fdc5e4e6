"""Profiles of ranks: how many get their first wish, their second, and so on.

Every pair counts by itself. Pairs without a rank come after all that have one. There is one level
for each number that occurs as a rank, and nothing can be given back to later stages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from cmmatch.assignment.naming import positions
from cmmatch.assignment.pairwise import Listed
from cmmatch.assignment.stages.profile import Profile, RankLevels
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.source import PairSource

__all__ = ["GenerousMaximum", "GreedyMaximum", "RankMaximal"]


@dataclass(frozen=True, eq=False)
class _Ranked:
    ranks: Mapping[tuple[str, str], int]

    tolerance: ClassVar[float] = 0.0

    def __post_init__(self) -> None:
        for (mentee, mentor), rank in self.ranks.items():
            whole = isinstance(rank, int | np.integer) and not isinstance(rank, bool)
            if not whole or rank < 1:
                message = (
                    f"A rank must be a whole number, 1 or more; {mentee} with {mentor} has "
                    f"{rank!r}. Leave out pairs without a rank."
                )
                raise ModelError(message)

    @property
    def distinct(self) -> list[int]:
        """The ranks that occur, the best first."""
        return sorted({int(rank) for rank in self.ranks.values()})

    def listed(self, source: PairSource, name: str) -> Listed:
        """List which of the distinct ranks each pair has; pairs without one come last."""
        level = {rank: k for k, rank in enumerate(self.distinct)}
        mentee, mentor = positions(self.ranks, source, name)
        width = max(source.shape[1], 1)
        keys = mentee.astype(np.int64) * width + mentor
        numbers = np.array([level[int(rank)] for rank in self.ranks.values()], dtype=np.int64)
        order = np.argsort(keys)
        return Listed(keys[order], numbers[order], width, len(level))

    def counts(self, matching: Matching) -> tuple[int, ...]:
        """Count the pairs of each distinct rank, the best first, and those without."""
        given = [self.ranks.get(pair, 0) for pair in matching.pairs]
        return tuple(given.count(rank) for rank in (*self.distinct, 0))


@dataclass(frozen=True, eq=False)
class RankMaximal(_Ranked):
    """Make as many pairs of the first rank as can be, then of the second, and so on.

    With n[r] the pairs of rank r: maximise ``(n[1], n[2], ..., n[none])``, compared like words in a
    dictionary (Irving and others 2006, rank-maximal matchings).

    For a coordinator: as many first wishes as possible, even where somebody then gets nobody; take
    :class:`GreedyMaximum` to have as many served as possible first.

    Parameters
    ----------
    ranks : mapping of (mentee id, mentor id) to int
        Whole numbers, 1 the best; several pairs of a person may have the same.

    Raises
    ------
    ModelError
        A rank is no whole number, or less than 1; when written: a pair names nobody.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, float("nan")]])
    >>> rules = [constraints.MentorCapacity(1), constraints.MenteeDemand(1)]
    >>> ranks = {("0", "0"): 1, ("0", "1"): 2, ("1", "0"): 2}
    >>> solve(Model(candidates, rules, [objectives.RankMaximal(ranks)])).stages[0].value
    (1, 0, 0)
    """

    name: str = "rank_maximal"

    def write(self, form: FormBuilder) -> None:
        """Count by rank, the best first."""
        ranks = self.listed(form.candidates.source, self.name)
        levels = RankLevels(ranks, last=ranks.other, count=ranks.other + 1, worst_first=False)
        form.add_stage(Profile(self.name, levels))

    def value(self, matching: Matching, source: PairSource) -> tuple[int, ...]:
        """Return the number of pairs of each rank that occurs, and of those without."""
        return self.counts(matching)


@dataclass(frozen=True, eq=False)
class GreedyMaximum(_Ranked):
    """Make as many pairs as possible, and among those sets take a rank-maximal one.

    With n[r] the pairs of rank r: maximise ``(sum of n, n[1], n[2], ...)``, compared like words in
    a dictionary (Kwanashie, Irving, Manlove and Sng 2014, greedy maximum matchings).

    For a coordinator: everybody served who can be, then as many first wishes as possible.

    Parameters
    ----------
    ranks : mapping of (mentee id, mentor id) to int
        Whole numbers, 1 the best; several pairs of a person may have the same.

    Raises
    ------
    ModelError
        A rank is no whole number, or less than 1; when written: a pair names nobody.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, float("nan")]])
    >>> rules = [constraints.MentorCapacity(1), constraints.MenteeDemand(1)]
    >>> ranks = {("0", "0"): 1, ("0", "1"): 2, ("1", "0"): 2}
    >>> solve(Model(candidates, rules, [objectives.GreedyMaximum(ranks)])).stages[0].value
    (2, 0, 2)
    """

    name: str = "greedy_maximum"

    settles_count: ClassVar[bool] = True

    def write(self, form: FormBuilder) -> None:
        """Count all pairs, then by rank, the best first."""
        ranks = self.listed(form.candidates.source, self.name)
        levels = RankLevels(ranks, last=ranks.other, count=ranks.other, worst_first=False)
        form.add_stage(Profile(self.name, levels, most_first=True))

    def value(self, matching: Matching, source: PairSource) -> tuple[int, ...]:
        """Return the number of pairs, and of those of each rank that occurs."""
        return (len(matching), *self.counts(matching)[:-1])


@dataclass(frozen=True, eq=False)
class GenerousMaximum(_Ranked):
    """Make as many pairs as possible, and as few as can be of the worst rank, then of the next.

    With n[r] the pairs of rank r and R the worst: maximise ``(sum of n, -n[none], -n[R], ...,
    -n[2])``, compared like words in a dictionary (Kwanashie, Irving, Manlove and Sng 2014, generous
    maximum matchings).

    For a coordinator: everybody served who can be, and as few bad wishes as possible among them.

    Parameters
    ----------
    ranks : mapping of (mentee id, mentor id) to int
        Whole numbers, 1 the best; several pairs of a person may have the same.

    Raises
    ------
    ModelError
        A rank is no whole number, or less than 1; when written: a pair names nobody.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, float("nan")]])
    >>> rules = [constraints.MentorCapacity(1), constraints.MenteeDemand(1)]
    >>> ranks = {("0", "0"): 1, ("0", "1"): 2, ("1", "0"): 2}
    >>> solve(Model(candidates, rules, [objectives.GenerousMaximum(ranks)])).stages[0].value
    (2, 0, -2)
    """

    name: str = "generous_maximum"

    settles_count: ClassVar[bool] = True

    def write(self, form: FormBuilder) -> None:
        """Count all pairs, then by rank, the worst first."""
        ranks = self.listed(form.candidates.source, self.name)
        levels = RankLevels(ranks, last=ranks.other, count=ranks.other, worst_first=True)
        form.add_stage(Profile(self.name, levels, most_first=True))

    def value(self, matching: Matching, source: PairSource) -> tuple[int, ...]:
        """Return the number of pairs, and minus those of each rank, the worst first."""
        return (len(matching), *(-each for each in self.counts(matching)[:0:-1]))
