"""MatchedProgramme: a programme, its scores and its matching in one hand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.analysis.fixes import Fixes
from cmmatch.analysis.views import LoadView, PairView, Part, RuleView
from cmmatch.analysis.wishes import reluctance
from cmmatch.compatibility.component import Directed
from cmmatch.compatibility.identity import PreparedIdentity
from cmmatch.compatibility.rule import label
from cmmatch.compatibility.rule_words import rule_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cmmatch.assignment.constraints import Constraint
    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.candidates import Candidates
    from cmmatch.compatibility.removals import EligibilityCount
    from cmmatch.compatibility.scored_programme import ScoredProgramme
    from cmmatch.programme.programme import Programme

__all__ = ["MatchedProgramme"]


@dataclass(frozen=True, eq=False)
class MatchedProgramme:
    """What every question to a result needs.

    Parameters
    ----------
    scored : ScoredProgramme
        The programme and its scores.
    candidates : Candidates
        The pairs that could be made.
    matching : Matching
        The pairs that are made.
    limits : tuple of Constraint, default ()
        Limits that must be kept, to be counted again where a change is looked for.
    proven : bool, default True
        Whether no other matching that keeps the rules is better.
    """

    scored: ScoredProgramme
    candidates: Candidates
    matching: Matching
    limits: tuple[Constraint, ...] = ()
    proven: bool = True

    def __post_init__(self) -> None:
        self.candidates.require_all()

    @property
    def programme(self) -> Programme:
        """The programme."""
        return self.scored.programme

    @property
    def hard_limits(self) -> tuple[str, ...]:
        """Names of the limits that must be kept."""
        return tuple(limit.name for limit in self.programme.config.limits if limit.price is None)

    @cached_property
    def fixes(self) -> Fixes:
        """What would serve those who wait."""
        return Fixes(self)

    def mentor_name(self, mentor: int) -> str:
        """Name of a mentor, or the id where there is no name."""
        return label(self.programme.mentors, mentor)

    def mentee_name(self, mentee: int) -> str:
        """Name of a mentee, or the id where there is no name."""
        return label(self.programme.mentees, mentee)

    @cached_property
    def _bounds(self) -> NDArray[np.intp]:
        return np.searchsorted(self.candidates.mentee, np.arange(self.candidates.shape[0] + 1))

    def options(self, mentee: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Mentors that this mentee could get and their exact scores, best first, equals by id."""
        mentor, score = self._row(mentee)
        ids = self.matching.mentor_ids
        order = sorted(range(len(mentor)), key=lambda k: (-score[k], ids[mentor[k]]))
        return mentor[order], score[order]

    def _row(self, mentee: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        here = slice(self._bounds[mentee], self._bounds[mentee + 1])
        return self.candidates.mentor[here], self.candidates.score[here]

    def rank(self, mentee: int, mentor: int) -> int:
        """1 where no candidate of this mentee has a higher score than this mentor."""
        mentors, scores = self._row(mentee)
        return int((scores > scores[mentors == mentor][0]).sum()) + 1

    def score(self, mentee: int, mentor: int) -> float:
        """Exact score of one pair, in 0..1, to a millionth."""
        mentors, scores = self._row(mentee)
        k = np.searchsorted(mentors, mentor)
        if k < len(mentors) and mentors[k] == mentor:
            units = scores[k]
        else:
            units = self.scored.pairs(np.array([mentee]), np.array([mentor]))[0]
        return self.candidates.to_score(units)

    def held_by(self, mentor: int) -> NDArray[np.int64]:
        """Mentees of one mentor, best score first, equals by id."""
        mentees = self.matching.mentee[self.matching.mentor == mentor]
        return np.array(
            sorted(mentees, key=lambda i: (-self.score(i, mentor), self.matching.mentee_ids[i])),
            dtype=np.int64,
        )

    def parts(self, mentee: int, mentor: int) -> tuple[Part, ...]:
        """Components of one pair with a sentence each, in the order of the score."""
        values = self.scored.values(np.array([mentee]), np.array([mentor]))[0]
        return self._parts(mentee, mentor, values)

    def _parts(self, mentee: int, mentor: int, values: NDArray[np.float64]) -> tuple[Part, ...]:
        return tuple(
            Part(
                name,
                float(self.scored.weights[k]),
                None if np.isnan(values[k]) else float(values[k]),
                self.scored.reason(mentee, mentor, name),
                float(self.scored.neutral[k]),
                self._directed(mentee, mentor, k),
            )
            for k, name in enumerate(self.scored.names)
        )

    def _directed(
        self, mentee: int, mentor: int, component: int
    ) -> tuple[tuple[str, float | None], ...]:
        prepared, roles = self.scored.prepared[component], self.programme.config.roles
        if not isinstance(prepared, Directed):
            return ()
        both = prepared.directed(np.array([mentee]), np.array([mentor]))[0].tolist()
        return tuple(
            (role, None if math.isnan(value) else value)
            for role, value in zip((roles.mentee, roles.mentor), both, strict=True)
        )

    def pair_views(self) -> tuple[PairView, ...]:
        """Every pair of the matching, sorted by mentee id, then mentor id."""
        values = self.scored.values(self.matching.mentee, self.matching.mentor)
        confidence = self.scored.confidence(values)
        units = self.scored.pairs(self.matching.mentee, self.matching.mentor)
        pairs = self.matching.pairs
        return tuple(
            self._pair_view(k, values[k], self.candidates.to_score(units[k]), confidence[k])
            for k in sorted(range(len(pairs)), key=pairs.__getitem__)
        )

    def _pair_view(
        self, pair: int, values: NDArray[np.float64], score: float, confidence: float
    ) -> PairView:
        mentee, mentor = int(self.matching.mentee[pair]), int(self.matching.mentor[pair])
        parts = self._parts(mentee, mentor, values)
        provisional = confidence < self.programme.config.quality.min_confidence
        return PairView(
            self.matching.mentee_ids[mentee],
            self.programme.mentees.name[mentee],
            self.matching.mentor_ids[mentor],
            self.programme.mentors.name[mentor],
            score,
            float(confidence),
            self._to_ask(parts) if provisional else "",
            self.rank(mentee, mentor),
            len(self._row(mentee)[0]),
            parts,
            self.reluctance.get((mentee, mentor), ""),
        )

    def _to_ask(self, parts: tuple[Part, ...]) -> str:
        """Say what to ask first; never for a request, which is nobody's to ask for."""
        if not parts:
            return "ask about everything: no answer is known"
        unknown = [
            part.name
            for part, prepared in zip(parts, self.scored.prepared, strict=True)
            if part.value is None and not isinstance(prepared, PreparedIdentity)
        ]
        return f"ask about {', '.join(unknown)}" if unknown else ""

    @cached_property
    def reluctance(self) -> Mapping[tuple[int, int], str]:
        """Who would rather not have which pair, by positions of mentee and mentor."""
        return reluctance(self.programme)

    @cached_property
    def removals(self) -> EligibilityCount:
        """How many pairs are eligible, and what each hard rule removed."""
        return self.scored.eligibility.count()

    @property
    def good_enough(self) -> str:
        """What is true of all candidates: eligible, or good enough where a score is asked for."""
        return "good enough" if self.programme.config.quality.min_score > 0 else "eligible"

    def load_views(self) -> tuple[LoadView, ...]:
        """Places of every mentor, sorted by id."""
        people, used = self.programme.mentors, self.matching.mentor_load
        order = sorted(range(len(people)), key=lambda j: people.ids[j])
        return tuple(
            LoadView(people.ids[j], people.name[j], int(used[j]), int(self.programme.places[j]))
            for j in order
        )

    def rule_views(self) -> tuple[RuleView, ...]:
        """Return what each hard rule removed, in the order in which the rules are checked."""
        return tuple(
            RuleView(
                each.name,
                rule_sentence(each.name, self.programme.config.eligibility),
                each.removed,
                each.removed_alone,
                each.unverified,
            )
            for each in self.removals.rules
        )
