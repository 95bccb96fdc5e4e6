"""Counts by level, compared in order: first the first level, where that is even the next.

Best first makes as many pairs of the first level as can be, then of the second; worst first as few.

1. Count the pairs of the first ``l`` levels together: a pair value that never falls with the score.
2. Levels at which nothing changes are passed over. Counts of the first ``l`` levels only grow with
   ``l``, so the furthest level with the same optimum is found by doubling and halving.
3. Take the optimum at that level, or of the very next one if it changes at once; narrow to its best
   sets by its prices, or by a floor; go on from there.

Limits 3, 6 and 9 of scores, the worst first, and two pairs to be made: 2 and 9, 4 and 9, or 4 and
4. The first level takes out 2 and 9. The second has one pair of 4 and 9 and two of 4 and 4, so 4
and 9 are left; at the third nothing changes, and the value is (0, -1, 0).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from cmmatch.assignment.certificate import Proof
from cmmatch.assignment.found import Optimum, Refuted
from cmmatch.assignment.links import Aim, Link
from cmmatch.assignment.pairwise import Constant, ScoreBelow, Within
from cmmatch.assignment.stages.stage import Run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from cmmatch.assignment.certificate import Claim
    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.optimum import Search
    from cmmatch.assignment.pairwise import Listed, PairValue
    from cmmatch.assignment.space import Space

__all__ = ["Levels", "Profile", "ProfileProof", "RankLevels", "ScoreLevels", "by_level"]


class Levels(Protocol):
    """Which level each pair is in, in the order in which levels count."""

    @property
    def count(self) -> int:
        """How many levels are compared; pairs beyond the last of them do not count."""
        ...

    @property
    def worst_first(self) -> bool:
        """Whether few pairs in the levels are better, not many."""
        ...

    def level(self, pairs: Columns) -> NDArray[np.int64]:
        """Return the level of each pair, 0 first; ``count`` or more beyond the last."""
        ...

    def first(self, levels: int) -> PairValue:
        """Return what counts the pairs of the first levels: 1 each, or -1 with worst first."""
        ...


@dataclass(frozen=True, eq=False)
class ScoreLevels:
    """Levels of scores, worst first.

    Parameters
    ----------
    limits : int64, rising
        Level k holds the scores from the limit before up to, and without, ``limits[k]``.
    """

    limits: NDArray[np.int64]
    worst_first: bool = field(init=False, default=True)

    @property
    def count(self) -> int:
        """How many limits there are."""
        return len(self.limits)

    def level(self, pairs: Columns) -> NDArray[np.int64]:
        """Return how many limits each score reaches."""
        return np.searchsorted(self.limits, pairs.score, side="right")

    def first(self, levels: int) -> PairValue:
        """Return -1 for scores below the last limit of these levels."""
        return ScoreBelow(int(self.limits[levels - 1]))


@dataclass(frozen=True, eq=False)
class RankLevels:
    """A level for each rank.

    Parameters
    ----------
    ranks : Listed
        Rank of each pair, from 0.
    last : int
        The last rank.
    count : int
        How many levels are compared.
    worst_first : bool
        Whether the last rank comes first, and few are better.
    """

    ranks: Listed
    last: int
    count: int
    worst_first: bool

    def level(self, pairs: Columns) -> NDArray[np.int64]:
        """Return the rank, or how far it is from the last."""
        rank = self.ranks(pairs.mentee, pairs.mentor, pairs.score)
        return self.last - rank if self.worst_first else rank

    def first(self, levels: int) -> PairValue:
        """Return 1 for the first ranks, or -1 for the last."""
        if self.worst_first:
            return Within(self.ranks, self.last + 1 - levels, self.last, -1)
        return Within(self.ranks, 0, levels - 1)


@dataclass(frozen=True, eq=False)
class Profile:
    """Maximise, or with worst first minimise, the counts of pairs by level, in order.

    The value has one number a level, negative with worst first, after the number of pairs where
    most pairs come first.

    Parameters
    ----------
    name : str
        Of the objective.
    levels : Levels
        Of all pairs.
    most_first : bool, default False
        Whether to make as many pairs as possible before anything else.
    """

    name: str
    levels: Levels
    most_first: bool = False

    def least(self, value: tuple[int, ...]) -> tuple[int, ...]:
        """Return the value itself: nothing may be given back."""
        return value

    def value(self, chosen: Columns) -> tuple[int, ...]:
        """Count the pairs of each level."""
        counts = np.bincount(self.levels.level(chosen), minlength=self.levels.count)
        sign = -1 if self.levels.worst_first else 1
        by_level = [sign * int(each) for each in counts[: self.levels.count]]
        return (*((len(chosen),) if self.most_first else ()), *by_level)

    def run(self, space: Space, search: Search) -> Run:
        """Settle level after level."""
        walk = _Walk(self, search, space)
        if self.most_first:
            walk.settle_number()
        while walk.settled < self.levels.count:
            walk.settle_next()
        assert walk.chosen is not None
        return Run(walk.chosen, self.value(walk.chosen), walk.bound(), walk.space, walk.proofs())


@dataclass(frozen=True, eq=False)
class ProfileProof(Proof):
    """Prices of all levels, the last of which prove them all.

    Parameters
    ----------
    levels : tuple of int
        Of how many levels together each of the last links is the optimum.
    count : int
        How many levels are compared.
    numbered : bool
        Whether the link before them is the number of pairs.
    """

    levels: tuple[int, ...] = ()
    count: int = 0
    numbered: bool = False

    def shown(self, bound: tuple[int, ...]) -> tuple[int, ...]:
        """Return the bound of the number of pairs, where it comes first, and of each level."""
        own = bound[len(bound) - len(self.levels) - self.numbered :]
        totals = zip(self.levels, own[self.numbered :], strict=True)
        return (*own[: self.numbered], *by_level(totals, count=self.count))


def by_level(totals: Iterable[tuple[int, int]], *, count: int) -> tuple[int, ...]:
    """Return the count of each level, from some levels and the counts up to them together.

    Between two of them with the same total no level has any pairs.

    Examples
    --------
    >>> by_level([(2, 0), (3, -4), (5, -4)], count=5)
    (0, 0, -4, 0, 0)
    """
    found, before = [0] * count, 0
    for level, total in totals:
        found[level - 1], before = total - before, total
    return tuple(found)


@dataclass(eq=False)
class _Walk:
    """From level to level.

    Parameters
    ----------
    space : Space
        Narrowed to the best sets so far.
    chosen : Columns or None
        One of them.
    settled, total : int
        Levels done, and their optimum together.
    taken : list of (level, Optimum)
        On the way, one for each narrowing; level 0 is the number of pairs.
    """

    stage: Profile
    search: Search
    space: Space
    chosen: Columns | None = None
    settled: int = 0
    total: int = 0
    taken: list[tuple[int, Optimum]] = field(default_factory=list)

    def settle_number(self) -> None:
        """Make as many pairs as can be."""
        self._take(0, self.search.maximise(self.space, Aim(Constant()), name=self.stage.name))

    def settle_next(self) -> None:
        """Settle the furthest level up to which nothing changes, or else the very next one."""
        level, best = self._furthest()
        self._take(level, best)
        self.settled, self.total = level, best.value

    def _take(self, level: int, best: Optimum) -> None:
        """Narrow to the sets as good as this one."""
        self.taken.append((level, best))
        self.chosen = best.chosen
        if best.link is not None and best.space.degrees_only:
            self.space = best.space.after(best.link)
        else:
            self.space = best.space.with_floor(self.stage.name, best.aim, best.value)

    def _furthest(self) -> tuple[int, Optimum]:
        levels, step = self.stage.levels, 1
        same: tuple[int, Optimum] | None = None
        if levels.worst_first and self.chosen is not None:
            same = self._as_before(self.chosen)
        reach, changed = same[0] if same else self.settled, levels.count + 1
        while changed - reach > 1:
            if changed > levels.count:
                level = min(reach + step, levels.count)
            else:
                level = (reach + changed) // 2
            best = self._first(level)
            if best is not None and best.value == self.total:
                same = self._as_before(best.chosen) if levels.worst_first else (level, best)
                reach, step = same[0], 2 * step
            else:
                changed = level
        if same and reach > self.settled:
            return same
        return changed, self._optimum(changed) if best is None else best

    def _first(self, level: int) -> Optimum | None:
        """Find the optimum of the first levels together; ``None`` if it is known to be less."""
        try:
            return self._optimum(level, self.total if self.stage.levels.worst_first else None)
        except Refuted:
            return None

    def _optimum(self, level: int, enough: int | None = None) -> Optimum:
        aim = Aim(self.stage.levels.first(level))
        return self.search.maximise(self.space, aim, name=self.stage.name, enough=enough)

    def _as_before(self, chosen: Columns) -> tuple[int, Optimum]:
        """Return the level up to which a set has no further pair; worst first, none can be better.

        Prices that prove the levels done prove these as well: no pair has gained.
        """
        level = self.stage.levels.level(chosen)
        reach = int(level.min(initial=self.stage.levels.count, where=level >= self.settled))
        aim = Aim(self.stage.levels.first(reach)) if reach else Aim(Constant(0))
        link = None
        if self.space.degrees_only:
            n, m = self.space.shape
            link = Link(aim, np.zeros(n, dtype=np.int64), np.zeros(m, dtype=np.int64))
            if self.settled:
                link = replace(self.space.links[-1], aim=aim)
        return reach, Optimum(chosen, self.total, self.total, self.space, aim, link)

    def bound(self) -> tuple[int, ...] | None:
        """Return what bounds the counts; ``None`` where that is not known.

        After the first that is not proven, others are bounded by what no count can exceed.
        """
        unproven = [k for k, (_, best) in enumerate(self.taken) if not best.proven]
        exact = self.taken[: unproven[0]] if unproven else self.taken
        number = [best.value for level, best in exact if not level]
        totals = [(level, best.value) for level, best in exact if level]
        reach = max((level for level, _ in totals), default=0)
        found = [*number, *by_level(totals, count=reach)]
        if unproven:
            above = self.taken[unproven[0]][1].bound
            if above is None:
                return None
            found.append(above - (totals[-1][1] if totals else 0))
        n, m = self.space.shape
        most = 0 if self.stage.levels.worst_first else n * m
        rest = self.stage.levels.count + self.stage.most_first - len(found)
        return (*found, *[most] * rest)

    def proofs(self) -> tuple[Claim, ...]:
        """Return what proves the bound, where prices do."""
        last = self.taken[-1][1]
        if last.link is None or not last.space.degrees_only:
            return ()
        levels = tuple(level for level, _ in self.taken if level)
        numbered, count = self.stage.most_first, self.stage.levels.count
        return (ProfileProof(self.stage.name, last.space, last.link, levels, count, numbered),)
