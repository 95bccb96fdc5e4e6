"""The cheapest change that would serve somebody who waits, and how many it would help.

In this order: one more place with a mentor; a lower ``min_score``; one hard rule lifted; one of
these two with a place besides. A mentee who may be with anybody more can be served by one place;
the others need more pairs. Where limits must be kept, only a pair with somebody whom the mentee may
have is tried, and every limit is counted again; who would then have to move is not looked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.assignment.matching import Matching
from cmmatch.assignment.openings import Openings
from cmmatch.compatibility.removals import refused_alone
from cmmatch.compatibility.rule_words import rule_title
from cmmatch.programme.relations import REQUIRING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cmmatch.analysis.matched import MatchedProgramme

__all__ = ["NOT_FOUND", "NOT_LOOKED_FOR", "BestPlace", "Fix", "Fixes"]

NOT_FOUND = "no single change found"
NOT_LOOKED_FOR = "not looked for, since limits must be kept"
MOST_FIRST = 'put "most_matched" first in [objectives] order: a free place is in reach'

TRIED = 5
"""Mentors whom a mentee is tried with where limits must be kept."""

COUNTED = 1_000
"""Matchings whose limits are counted; for those who come after, no change is looked for."""

NEVER_LIFTED = ("not_self", "inactive")
"""Rules that no programme would lift."""


class Fix(NamedTuple):
    """A change that would serve one who waits.

    Parameters
    ----------
    change : str
        In a few words.
    helps : int
        How many of those who wait it would serve, if only one of them is; 0 where none is known.
    """

    change: str
    helps: int


class BestPlace(NamedTuple):
    """The mentor whose extra place most of those who wait could use.

    Parameters
    ----------
    mentor : int
        Position.
    could_use, waiting : int
        How many of those who wait could use it, and how many wait.
    """

    mentor: int
    could_use: int
    waiting: int


@dataclass(frozen=True, eq=False)
class Fixes:
    """Changes for everybody who waits in a matched programme."""

    matched: MatchedProgramme
    _counted: list[int] = field(default_factory=lambda: [0], repr=False)

    @cached_property
    def openings(self) -> Openings:
        """Whose extra place would serve whom, limits aside."""
        matched = self.matched
        kept = matched.programme.requests.pairs(*REQUIRING)
        return Openings.of(
            matched.candidates,
            matched.matching,
            places=matched.programme.places,
            demand=matched.programme.demand,
            fixed=(kept[:, 0].astype(np.int64), kept[:, 1].astype(np.int64)),
        )

    @property
    def best_place(self) -> BestPlace | None:
        """The place that would help most; ``None`` if none helps, or limits must be kept."""
        openings = self.openings
        mentor = None if self.matched.hard_limits else openings.most_useful(self._rank)
        if mentor is None:
            return None
        return BestPlace(mentor, int(openings.uses[mentor]), len(openings.waiting))

    def fix(self, mentee: int) -> Fix:
        """Return the cheapest change for one who waits."""
        waits = int(np.searchsorted(self.openings.waiting, mentee))
        if self.matched.hard_limits:
            return self._within_limits(waits)
        options = self._options(mentee)
        if self.openings.free[options].any():
            return Fix(MOST_FIRST, int(self._free_in_reach.sum()))
        mentor = self.openings.best(waits, self._rank)
        if mentor is not None:
            return Fix(self._place(mentor), int(self.openings.uses[mentor]))
        return self._more_pairs(waits)

    @cached_property
    def _rank(self) -> NDArray[np.int64]:
        """Place of each mentor by id."""
        ids = self.matched.matching.mentor_ids
        return np.argsort(np.array(sorted(range(len(ids)), key=lambda j: ids[j]), dtype=np.int64))

    @cached_property
    def _free_in_reach(self) -> NDArray[np.bool_]:
        free = self.openings.free
        found = [bool(free[self._options(int(i))].any()) for i in self.openings.waiting]
        return np.array(found, dtype=np.bool_)

    def _options(self, mentee: int) -> NDArray[np.int32]:
        """Mentors that a mentee may have beside those made, best first."""
        made = self.matched.matching
        mine = set(made.mentor[made.mentee == mentee].tolist())
        mentors, _ = self.matched.options(mentee)
        return np.array([j for j in mentors.tolist() if j not in mine], dtype=np.int32)

    def _who(self, mentor: int) -> str:
        name, label = self.matched.mentor_name(mentor), self.matched.matching.mentor_ids[mentor]
        return f"{name} ({label})" if name != label else str(label)

    def _place(self, mentor: int) -> str:
        return f"one more place with {self._who(mentor)}"

    @cached_property
    def _below(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]:
        """Eligible pairs of those who wait that are not good enough: who waits, mentor, score."""
        floor, waiting = self.matched.candidates.floor, self.openings.waiting
        nothing = np.empty(0, dtype=np.intp)
        if floor is None or not len(waiting):
            return nothing, nothing, nothing.astype(np.int64)
        scored = self.matched.scored
        row, mentor = np.nonzero(scored.eligibility.block(waiting))
        score = scored.pairs(waiting[row], mentor)
        made = self.matched.candidates.index(waiting[row], mentor) >= 0
        low = (score < floor) & ~made
        return row[low], mentor[low], score[low]

    @cached_property
    def _refused(self) -> dict[str, tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Pairs of those who wait that one rule alone refuses: who waits and mentor, by rule."""
        waiting, scored = self.openings.waiting, self.matched.scored
        floor, found = self.matched.candidates.floor, {}
        for name, (mentee, mentor) in refused_alone(scored.eligibility, waiting).items():
            if name in NEVER_LIFTED or not len(mentee):
                continue
            good = np.ones(len(mentee), dtype=np.bool_)
            if floor is not None:
                good = scored.pairs(mentee, mentor) >= floor
            found[name] = np.searchsorted(waiting, mentee[good]), mentor[good]
        return found

    def _more_pairs(self, waits: int) -> Fix:
        """More pairs that may be made: by a lower least score, or by one rule less."""
        free = self.openings.free
        return next(self._wider(waits, free), None) or next(
            self._wider(waits, None), Fix(NOT_FOUND, 0)
        )

    def _wider(self, waits: int, free: NDArray[np.bool_] | None) -> Iterator[Fix]:
        """Yield changes that lead to a free place, or with ``None`` to one more place."""
        row, mentor, score = self._below
        lower = self._lower_score(waits, row, mentor, score, free)
        if lower is not None:
            yield lower
        found = []
        for name, (who, mentors) in self._refused.items():
            here = who == waits
            if free is not None:
                here &= free[mentors]
            if not here.any():
                continue
            change = f"lift the hard rule '{rule_title(name)}'"
            if free is not None:
                helps = len(np.unique(who[free[mentors]]))
            else:
                own = min(mentors[here].tolist(), key=lambda j: self._rank[j])
                change, helps = self._and_place(change, own, who, mentors)
            found.append(Fix(change, helps))
        yield from sorted(found, key=lambda each: (-each.helps, each.change))

    def _lower_score(
        self,
        waits: int,
        row: NDArray[np.intp],
        mentor: NDArray[np.intp],
        score: NDArray[np.int64],
        free: NDArray[np.bool_] | None,
    ) -> Fix | None:
        here = row == waits
        if free is not None:
            here &= free[mentor]
        if not here.any():
            return None
        some = np.flatnonzero(here)
        best = some[np.lexsort((self._rank[mentor[some]], -score[some]))[0]]
        units = int(score[best])
        least = math.floor(self.matched.candidates.to_score(units) * 100) / 100
        enough = score >= round(least / self.matched.candidates.resolution)
        change = f"min_score at {least:.2f}"
        if free is not None:
            return Fix(change, len(np.unique(row[enough & free[mentor]])))
        return Fix(*self._and_place(change, int(mentor[best]), row[enough], mentor[enough]))

    def _and_place(
        self, change: str, mentor: int, who: NDArray[np.intp], mentors: NDArray[np.intp]
    ) -> tuple[str, int]:
        """Add a place to a change, and count those who could use it."""
        openings = self.openings
        helped = openings.serves[:, mentor].copy()
        leads = openings.reach[openings.group[mentors], openings.group[mentor]]
        helped[who[leads]] = True
        return f"{change} and {self._place(mentor)}", int(helped.sum())

    @cached_property
    def _tries(self) -> list[list[str] | None]:
        """Changes found by counting limits, for everybody who waits; ``None``: not looked for."""
        return [self._tried(int(mentee)) for mentee in self.openings.waiting]

    def _tried(self, mentee: int) -> list[str] | None:
        matched = self.matched
        room = matched.programme.places > matched.matching.mentor_load
        found: list[str] = []
        if not matched.limits:
            return None
        for mentor in self._options(mentee)[:TRIED].tolist():
            if self._counted[0] >= COUNTED:
                return found or None
            self._counted[0] += 1
            missed = self._missed(mentee, mentor)
            names = {name for name, _ in missed}
            if room[mentor] and not missed:
                found.append(MOST_FIRST)
            elif not missed:
                found.append(self._place(mentor))
            elif room[mentor] and len(names) == 1:
                name, amount = next(iter(names)), sum(amount for _, amount in missed)
                found.append(f"relax the limit '{name}' by {amount:g}")
        return found

    def _missed(self, mentee: int, mentor: int) -> list[tuple[str, float]]:
        """Count every limit again with one more pair."""
        made = self.matched.matching
        more = Matching(
            np.append(made.mentee, mentee),
            np.append(made.mentor, mentor),
            made.mentee_ids,
            made.mentor_ids,
        )
        return [
            (each.rule, each.amount)
            for rule in self.matched.limits
            for each in rule.violations(more)
        ]

    def _within_limits(self, waits: int) -> Fix:
        found = self._tries[waits]
        if not found:
            return Fix(NOT_LOOKED_FOR, 0)
        change = min(found, key=lambda each: (each != MOST_FIRST, "place" not in each))
        return Fix(change, sum(change in (each or ()) for each in self._tries))
