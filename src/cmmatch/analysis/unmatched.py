"""Why somebody has no partner: no eligible one, none good enough, no place left, or a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.analysis.views import UnmatchedView
from cmmatch.compatibility.rule_words import rule_title
from cmmatch.display import decimals_apart

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.analysis.matched import MatchedProgramme
    from cmmatch.compatibility.scored_programme import ScoredProgramme

__all__ = ["refusals_sentence", "unmatched_views"]

SHOWN = 3


def unmatched_views(matched: MatchedProgramme) -> tuple[UnmatchedView, ...]:
    """Say of every mentee who got fewer partners than wanted why that is so, sorted by id.

    Those who are paused or have left, or who want nobody, are not counted as unmatched.
    """
    missing = matched.programme.demand - matched.matching.mentee_load
    ids = matched.matching.mentee_ids
    order = sorted(np.flatnonzero(missing > 0), key=lambda i: ids[i])
    return tuple(_Case(matched, int(i)).view() for i in order)


def refusals_sentence(scored: ScoredProgramme, mentee: int) -> str:
    """Count the mentors that each rule refuses to one mentee."""
    total, roles = scored.shape[1], scored.programme.config.roles
    if not total:
        return f"The programme has no {roles.mentors}."
    refused = scored.eligibility.refused_by_rule(mentee)
    counts = [f"{rule_title(name)}: {count}" for name, count in refused.items() if count]
    several = " One may be refused for several reasons." if len(counts) > 1 else ""
    return f"Of {total} {roles.mentors} none may be met ({'; '.join(counts)}).{several}"


@dataclass(frozen=True, eq=False)
class _Case:
    matched: MatchedProgramme
    mentee: int

    def view(self) -> UnmatchedView:
        people = self.matched.programme.mentees
        found = int(self.matched.matching.mentee_load[self.mentee])
        wanted = int(self.matched.programme.demand[self.mentee])
        reason, detail = self._why()
        return UnmatchedView(
            people.ids[self.mentee],
            people.name[self.mentee],
            reason,
            detail,
            found,
            wanted,
            *self.matched.fixes.fix(self.mentee),
        )

    def _why(self) -> tuple[str, str]:
        roles = self.matched.programme.config.roles
        everyone = np.arange(len(self.matched.programme.mentors))
        rows = np.full(len(everyone), self.mentee)
        eligible = everyone[self.matched.scored.eligible(rows, everyone)]
        if not len(eligible):
            return f"no eligible {roles.mentor}", refusals_sentence(
                self.matched.scored, self.mentee
            )
        mentors, _ = self.matched.options(self.mentee)
        if not len(mentors):
            return f"no good enough {roles.mentor}", self._best_below(eligible)
        others = len(mentors) - len(self._mine)
        if not others:
            return f"no further {roles.mentor}", self._all_theirs(len(eligible) - len(mentors))
        below = self._below(eligible, mentors)
        free = self._free(mentors)
        if free and not self.matched.proven:
            return "not proven to be left out", " ".join([self._unproven(free), *below])
        if free and self.matched.hard_limits:
            return "a limit leaves no room", " ".join([self._limits(free), *below])
        return "no place left", " ".join([*self._holders(), *below])

    def _free(self, mentors: NDArray[np.int32]) -> int:
        """How many more mentors would do and have a free place."""
        room = self.matched.programme.places > self.matched.matching.mentor_load
        return sum(bool(room[j]) for j in mentors if int(j) not in self._mine)

    def _have_room(self, free: int) -> str:
        roles, which = self.matched.programme.config.roles, self.matched.good_enough
        has = f"{roles.mentor} has" if free == 1 else f"{roles.mentors} have"
        return f"{free} {which} {has} a free place"

    def _unproven(self, free: int) -> str:
        return f"{self._have_room(free)}; the matching is not proven best, and may leave them out."

    def _limits(self, free: int) -> str:
        names = "; ".join(self.matched.hard_limits)
        return f"{self._have_room(free)}, but these limits must be kept: {names}."

    @property
    def _mine(self) -> set[int]:
        made = self.matched.matching
        return {int(j) for j in made.mentor[made.mentee == self.mentee]}

    def _all_theirs(self, below: int) -> str:
        roles, which = self.matched.programme.config.roles, self.matched.good_enough
        found, wanted = len(self._mine), int(self.matched.programme.demand[self.mentee])
        told = [
            f"Found {found} of {wanted} wanted: every {which} {roles.mentor} is already theirs."
        ]
        return " ".join([*told, *self._too_low(below)])

    def _below(self, eligible: NDArray[np.intp], mentors: NDArray[np.int32]) -> list[str]:
        return self._too_low(len(set(eligible.tolist()) - set(mentors.tolist())))

    def _too_low(self, count: int) -> list[str]:
        least = self.matched.programme.config.quality.min_score
        scores = "scores" if count == 1 else "score"
        return (
            [f"{count} more eligible {scores} below {least:.2f}, the least asked."] if count else []
        )

    def _best_below(self, eligible: NDArray[np.intp]) -> str:
        scored = self.matched.scored
        units = scored.pairs(np.full(len(eligible), self.mentee), eligible)
        best = min(range(len(eligible)), key=lambda k: (-units[k], scored.mentor_ids[eligible[k]]))
        name = self.matched.mentor_name(int(eligible[best]))
        score = self.matched.candidates.to_score(units[best])
        least = self.matched.programme.config.quality.min_score
        places = decimals_apart([score, least])
        return (
            f"The best of {len(eligible)} eligible is {name} with a score of {score:.{places}f}; "
            f"at least {least:.{places}f} is asked."
        )

    def _holders(self) -> list[str]:
        mentors, scores = self.matched.options(self.mentee)
        mine = self._mine
        wanted = [k for k in range(len(mentors)) if mentors[k] not in mine][:SHOWN]
        sentences = [
            self._holder(int(mentors[k]), self.matched.candidates.to_score(scores[k]))
            for k in wanted
        ]
        more = len(mentors) - len(mine) - len(wanted)
        if more > 0:
            which = self.matched.good_enough
            sentences.append(
                f"{more} more {which} {'has' if more == 1 else 'have'} no free place either."
            )
        return sentences

    def _holder(self, mentor: int, score: float) -> str:
        name = self.matched.mentor_name(mentor)
        places = int(self.matched.programme.places[mentor])
        if not places:
            return f"{name} (score {score:.2f}) has no places."
        holders = self.matched.held_by(mentor)
        if len(holders) < places:
            return (
                f"{name} (score {score:.2f}) has {places - len(holders)} of {places} places free."
            )
        others = [self.matched.score(int(i), mentor) for i in holders]
        decimals = decimals_apart([score, *others])
        held = ", ".join(
            f"{self.matched.mentee_name(int(i))} ({other:.{decimals}f})"
            for i, other in zip(holders, others, strict=True)
        )
        taken = {1: "the place is", 2: "both places are"}.get(places, f"all {places} places are")
        return f"{name} (score {score:.{decimals}f}): {taken} held by {held}."
