"""The hard rules that cmmatch brings, in the order in which they are counted and shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.compatibility.column_rules import DifferentColumn, SameColumn, SameTeam
from cmmatch.compatibility.grade_rule import GradeBand
from cmmatch.compatibility.line_rules import Appraiser, OwnLine, SameManager
from cmmatch.compatibility.rule import (
    Codes,
    FormulaRule,
    PairTable,
    decide,
    label,
    labels,
    not_given,
    pairs_table,
)
from cmmatch.programme.labels import folded
from cmmatch.programme.picking import by_kinds
from cmmatch.programme.relations import BLOCKING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.compatibility.rule import PreparedRule, Rule
    from cmmatch.programme.config import EligibilitySettings
    from cmmatch.programme.people import Terms
    from cmmatch.programme.programme import Programme

__all__ = [
    "CommonLanguage",
    "Forbidden",
    "Inactive",
    "MinimumOverlap",
    "NotSelf",
    "built_in_rules",
]


def built_in_rules(settings: EligibilitySettings) -> tuple[Rule, ...]:
    """Return every rule, set up from ``[eligibility]``; those that are switched off too."""
    return (
        NotSelf(),
        OwnLine(settings.line_manager_levels),
        SameManager(),
        SameTeam(),
        Appraiser(),
        Inactive(),
        Forbidden(),
        MinimumOverlap(settings.min_overlap_hours_per_week),
        CommonLanguage(),
        *([GradeBand(settings.grade_band, settings.grades)] if settings.grade_band else []),
        *(SameColumn(column) for column in dict.fromkeys(settings.same)),
        *(DifferentColumn(column) for column in dict.fromkeys(settings.different)),
    )


@dataclass(frozen=True)
class NotSelf:
    """Nobody is matched with themselves: the same id, or the same e-mail address."""

    name: str = "not_self"
    columns: tuple[str, ...] = ("id", "email")

    def applies(self, programme: Programme) -> bool:
        """Return true: everybody has an id."""
        return True

    def prepare(self, programme: Programme) -> PreparedRule:
        """Give ids and addresses numbers."""
        mentees, mentors = programme.mentees, programme.mentors
        return _NotSelf(
            self.name,
            programme,
            Codes.of(mentees.ids, mentors.ids),
            Codes.of(map(folded, mentees.email), map(folded, mentors.email)),
        )


@dataclass(frozen=True, eq=False)
class _NotSelf(FormulaRule):
    ids: Codes
    emails: Codes

    def verdicts(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int8]:
        return decide(self.ids.equal(mentee, mentor) | self.emails.equal(mentee, mentor))

    def refusal(self, mentee: int, mentor: int) -> str:
        ids = self.programme.mentees.ids[mentee], self.programme.mentors.ids[mentor]
        if ids[0] == ids[1]:
            return f"{label(self.programme.mentees, mentee)} stands on both sides."
        return f"{ids[0]} and {ids[1]} have the same e-mail address: they are one person."


@dataclass(frozen=True)
class Inactive:
    """Nobody who is paused or has left is matched."""

    name: str = "inactive"
    columns: tuple[str, ...] = ("status",)

    def applies(self, programme: Programme) -> bool:
        """Return true: a status that is not given is active."""
        return True

    def prepare(self, programme: Programme) -> PreparedRule:
        """Look up who is not active."""
        return _Inactive(
            self.name,
            programme,
            *(
                np.array(side.status != "active", dtype=np.bool_)
                for side in (programme.mentees, programme.mentors)
            ),
        )


@dataclass(frozen=True, eq=False)
class _Inactive(FormulaRule):
    mentee_inactive: NDArray[np.bool_]
    mentor_inactive: NDArray[np.bool_]

    def verdicts(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int8]:
        return decide(self.mentee_inactive[mentee] | self.mentor_inactive[mentor])

    def refusal(self, mentee: int, mentor: int) -> str:
        status = self.programme.mentees.status[mentee], self.programme.mentors.status[mentor]
        facts = [
            f"{name} has left" if given == "left" else f"{name} is {given}"
            for name, given in zip(labels(self.programme, mentee, mentor), status, strict=True)
            if given != "active"
        ]
        return f"{' and '.join(facts)}."


@dataclass(frozen=True)
class Forbidden:
    """No pair is made that a request forbids or that one of the two has declined."""

    name: str = "forbidden"
    columns: tuple[str, ...] = ("kind",)

    def applies(self, programme: Programme) -> bool:
        """Return true: a pair without a request is not forbidden."""
        return True

    def prepare(self, programme: Programme) -> PreparedRule:
        """Collect the requests that block a pair."""
        requests = programme.requests
        entries = [
            (int(requests.mentee[k]), int(requests.mentor[k]), 1)
            for k in requests.of_kind(*BLOCKING)
        ]
        return _Forbidden(self.name, programme, PairTable.of(entries, width=len(programme.mentors)))


@dataclass(frozen=True, eq=False)
class _Forbidden(FormulaRule):
    blocked: PairTable

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.int8]:
        return decide(self.blocked.block(rows) != 0)

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int8]:
        return decide(self.blocked.pairs(mentee, mentor) != 0)

    def refusal(self, mentee: int, mentor: int) -> str:
        requests = self.programme.requests
        here = [
            k
            for k in requests.of_kind(*BLOCKING)
            if requests.mentee[k] == mentee and requests.mentor[k] == mentor
        ]
        first = min(here, key=lambda k: (requests.table[k], int(requests.row[k])))
        what = "was declined" if requests.kind[first] == "declined" else "is forbidden"
        # Who asked and why stays in the table: whoever may read it looks there.
        table = requests.table[first] or pairs_table(self.programme)
        return f"The pair {what} in {table}, row {requests.row[first]}."


@dataclass(frozen=True)
class MinimumOverlap:
    """Two people need common free hours in every week; unverified if hours or zone are not known.

    Parameters
    ----------
    hours : float, default 1
        Common free hours that the worst week must have, > 0.
    """

    hours: float = 1.0
    name: str = "minimum_overlap"
    columns: tuple[str, ...] = ("availability",)

    def applies(self, programme: Programme) -> bool:
        """Whether anybody's free hours are given."""
        return bool(programme.mentees.free_known.any() or programme.mentors.free_known.any())

    def prepare(self, programme: Programme) -> PreparedRule:
        """Bind to the programme's calendar."""
        return _MinimumOverlap(self.name, programme, self.hours)


@dataclass(frozen=True, eq=False)
class _MinimumOverlap(FormulaRule):
    hours: float

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.int8]:
        return self._decide(self.programme.calendar.overlap(rows))

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int8]:
        return self._decide(self.programme.calendar.pairs(mentee, mentor))

    def _decide(self, common: NDArray[np.floating[Any]]) -> NDArray[np.int8]:
        return decide(common < self.hours, np.isnan(common))

    def refusal(self, mentee: int, mentor: int) -> str:
        least, week, most = self.programme.calendar.worst_week(mentee, mentor)
        common = f"Only {least:g} common free hours" if least else "No common free hours"
        if least == most:
            when = "in any week"
        elif self.programme.config.programme.starts is None:
            when = "in the worst week of a year"
        else:
            when = f"in the week of {week.isoformat()}"
        return f"{common} {when}; at least {self.hours:g} {_are(self.hours)} needed."

    def missing(self, mentee: int, mentor: int) -> str:
        mentees, mentors = self.programme.mentees, self.programme.mentors
        calendar, people = self.programme.calendar, labels(self.programme, mentee, mentor)
        hours = not mentees.free_known[mentee], not mentors.free_known[mentor]
        zone = (
            bool(calendar.mentee_zone[mentee] < 0) and not hours[0],
            bool(calendar.mentor_zone[mentor] < 0) and not hours[1],
        )
        facts = (("the availability", hours), ("the timezone", zone))
        return " ".join(not_given(what, people, blank) for what, blank in facts if any(blank))


def _are(count: float) -> str:
    return "is" if count <= 1 else "are"


@dataclass(frozen=True)
class CommonLanguage:
    """Two people need a language in common; unverified if the languages of either are blank."""

    name: str = "common_language"
    columns: tuple[str, ...] = ("languages",)

    def applies(self, programme: Programme) -> bool:
        """Whether anybody's languages are given."""
        return any(side.languages.counts.any() for side in (programme.mentees, programme.mentors))

    def prepare(self, programme: Programme) -> PreparedRule:
        """Give each language a bit."""
        sides = programme.mentees.languages, programme.mentors.languages
        distinct = sorted({folded(each) for side in sides for each in side.labels})
        bit = {each: k for k, each in enumerate(distinct)}
        return _CommonLanguage(self.name, programme, *(_masks(side, bit) for side in sides))


def _masks(terms: Terms, bit: dict[str, int]) -> NDArray[np.uint64]:
    """Return the languages of each person as bits, shape (n, words of 64)."""
    of_label = np.array([bit[folded(each)] for each in terms.labels], dtype=np.int64)
    person = np.repeat(np.arange(len(terms)), terms.counts)
    here = of_label[terms.term] if len(terms.term) else np.empty(0, dtype=np.int64)
    masks = np.zeros((len(terms), len(bit) // 64 + 1), dtype=np.uint64)
    np.bitwise_or.at(masks, (person, here // 64), np.uint64(1) << (here % 64).astype(np.uint64))
    return masks


@dataclass(frozen=True, eq=False)
class _CommonLanguage(FormulaRule):
    mentee_masks: NDArray[np.uint64]
    mentor_masks: NDArray[np.uint64]

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.int8]:
        (first, mentee), (other, mentor) = self._kinds
        return by_kinds(
            lambda kinds: self.verdicts(first[kinds, None], other[None, :]), mentee[rows], mentor
        )

    @cached_property
    def _kinds(self) -> tuple[tuple[NDArray[np.intp], NDArray[np.intp]], ...]:
        """The first person of each side with the same languages, and the kind of each person."""
        masks = self.mentee_masks, self.mentor_masks
        found = [np.unique(m, axis=0, return_index=True, return_inverse=True)[1:] for m in masks]
        return tuple((first, kind.reshape(-1)) for first, kind in found)

    def verdicts(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int8]:
        silent = self._blank(mentee, mentor)
        none_shared = ~silent[0] & ~silent[1]
        for word in range(self.mentee_masks.shape[1]):
            shared = self.mentee_masks[mentee, word] & self.mentor_masks[mentor, word]
            none_shared &= shared == 0
        return decide(none_shared, *silent)

    def _blank(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        return (
            (self.programme.mentees.languages.counts == 0)[mentee],
            (self.programme.mentors.languages.counts == 0)[mentor],
        )

    def refusal(self, mentee: int, mentor: int) -> str:
        down, up = labels(self.programme, mentee, mentor)
        given = self.programme.mentees.languages.of(mentee)
        other = self.programme.mentors.languages.of(mentor)
        return f"No language in common: {down} has {', '.join(given)}; {up} has {', '.join(other)}."

    def missing(self, mentee: int, mentor: int) -> str:
        blank = self._blank(np.array([mentee]), np.array([mentor]))
        return not_given(
            "the languages",
            labels(self.programme, mentee, mentor),
            (bool(blank[0][0]), bool(blank[1][0])),
        )
