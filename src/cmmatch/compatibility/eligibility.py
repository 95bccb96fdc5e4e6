"""Hard rules: may these two meet at all. Never traded against score."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from cmmatch.compatibility.line_rules import LineGaps, OwnLine, PreparedOwnLine
from cmmatch.compatibility.removals import EligibilityCount, RuleCount, Tally
from cmmatch.compatibility.rule import (
    ALLOWED,
    REFUSED,
    UNVERIFIED,
    PreparedRule,
    Rule,
    pairs_table,
)
from cmmatch.compatibility.rule_faults import column_faults, setting_faults, settings_table
from cmmatch.compatibility.rules import MinimumOverlap, built_in_rules
from cmmatch.errors import InputFaults
from cmmatch.programme.faults import Fault
from cmmatch.programme.relations import REQUIRING
from cmmatch.progress import silent

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from numpy.typing import NDArray

    from cmmatch.programme.config import Config
    from cmmatch.programme.programme import Programme
    from cmmatch.progress import Progress

__all__ = [
    "ALLOWED",
    "REFUSED",
    "UNVERIFIED",
    "Eligibility",
    "EligibilityCount",
    "LineGaps",
    "PreparedEligibility",
    "PreparedRule",
    "Rule",
    "RuleCount",
    "column_faults",
    "required_faults",
    "setting_faults",
]


@dataclass(frozen=True)
class Eligibility:
    """The hard rules of a programme: a pair that one of them refuses is never made.

    Parameters
    ----------
    rules : tuple of Rule
        In the order in which they are counted and shown.
    unknown : {"pass", "refuse"}, default "pass"
        What becomes of a pair for which a blank keeps a rule from being checked.
    off : tuple of (str, str)
        Rules that the settings switch off, each with the reason; shown, never silently absent.

    Examples
    --------
    >>> from cmmatch.compatibility.rules import Inactive, NotSelf
    >>> [rule.name for rule in Eligibility((NotSelf(), Inactive())).rules]
    ['not_self', 'inactive']
    """

    rules: tuple[Rule, ...]
    unknown: Literal["pass", "refuse"] = "pass"
    off: tuple[tuple[str, str], ...] = ()

    @classmethod
    def for_programme(cls, programme: Programme) -> Eligibility:
        """Set up the rules that the programme's settings ask for.

        Raises
        ------
        InputFaults
            ``[eligibility]`` names a rule or a column that there is not.
        """
        table = settings_table(programme)
        faults = [*setting_faults(programme.config, table=table), *column_faults(programme)]
        if faults:
            raise InputFaults(faults)
        return cls.from_settings(programme.config)

    @classmethod
    def from_settings(cls, config: Config) -> Eligibility:
        """Set up the rules without asking whether the settings have faults."""
        settings = config.eligibility
        rules = built_in_rules(settings)
        off = {rule.name: why for rule in rules if (why := _off(rule, settings.off))}
        kept = tuple(rule for rule in rules if rule.name not in off)
        return cls(kept, settings.unknown, tuple(off.items()))

    def prepare(self, programme: Programme) -> PreparedEligibility:
        """Bind to a programme; everything slow that is done once is done here."""
        in_play = tuple(rule for rule in self.rules if rule.applies(programme))
        idle = tuple((rule.name, _idle(rule)) for rule in self.rules if rule not in in_play)
        return PreparedEligibility(
            programme,
            tuple(rule.prepare(programme) for rule in in_play),
            self.unknown,
            self.off + idle,
            {rule.name: rule.columns for rule in in_play},
        )


def _off(rule: Rule, off: Sequence[str]) -> str:
    """Say why the settings switch a rule off; empty if they do not."""
    if rule.name in off:
        return "Not checked: switched off in eligibility.off."
    if isinstance(rule, OwnLine) and rule.levels == 0:
        return "Not checked: eligibility.line_manager_levels is 0."
    if isinstance(rule, MinimumOverlap) and rule.hours == 0:
        return "Not checked: eligibility.min_overlap_hours_per_week is 0."
    return ""


def _idle(rule: Rule) -> str:
    names = " and ".join(repr(column) for column in rule.columns)
    return f"Not checked: the column {names} is missing or blank for everybody."


@dataclass(frozen=True, eq=False)
class PreparedEligibility:
    """The hard rules bound to a programme: which of N x M pairs may be made, and why not.

    Parameters
    ----------
    programme : Programme
        N mentees, M mentors.
    rules : tuple of PreparedRule
        Rules in play.
    unknown : {"pass", "refuse"}
        What becomes of a pair for which a rule cannot be checked.
    not_checked : tuple of (str, str)
        Rules that are not in play, each with the reason: switched off, or no column feeds it.
    columns : mapping of str to tuple of str
        What each rule in play reads, by its name.
    """

    programme: Programme
    rules: tuple[PreparedRule, ...] = field(repr=False)
    unknown: Literal["pass", "refuse"] = "pass"
    not_checked: tuple[tuple[str, str], ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """(N, M)."""
        return len(self.programme.mentees), len(self.programme.mentors)

    @property
    def refuses_from(self) -> int:
        """The least verdict that refuses a pair."""
        return REFUSED if self.unknown == "pass" else UNVERIFIED

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether some mentees may be matched with each mentor, shape (rows, M)."""
        allowed = np.ones((len(rows), self.shape[1]), dtype=np.bool_)
        for rule in self.rules:
            allowed &= rule.block(rows) < self.refuses_from
        return allowed

    def pairs(
        self,
        mentee: NDArray[np.intp],
        mentor: NDArray[np.intp],
        *,
        unanswered: Container[str] = (),
    ) -> NDArray[np.bool_]:
        """Whether each pair may be made, shape (P,); the same answer as ``block``.

        ``unanswered`` names columns that are taken as blank: rules that read one are unverified.
        """
        allowed = np.ones(len(mentee), dtype=np.bool_)
        for rule in self.rules:
            if any(column in unanswered for column in self.columns.get(rule.name, ())):
                allowed &= self.refuses_from > UNVERIFIED
            else:
                allowed &= rule.pairs(mentee, mentor) < self.refuses_from
        return allowed

    def refusals(self, mentee: int, mentor: int) -> tuple[tuple[str, str], ...]:
        """Return each rule that refuses the pair, with its sentence; none if it may be made."""
        found = []
        for rule, verdict in self._verdicts(mentee, mentor):
            if verdict >= self.refuses_from:
                sentence = rule.sentence(mentee, mentor)
                if verdict == UNVERIFIED:
                    sentence += " The settings refuse what cannot be checked."
                found.append((rule.name, sentence))
        return tuple(found)

    def unverified(self, mentee: int, mentor: int) -> tuple[str, ...]:
        """Return the rules that a blank keeps from being checked for the pair."""
        verdicts = self._verdicts(mentee, mentor)
        return tuple(rule.name for rule, verdict in verdicts if verdict == UNVERIFIED)

    def _verdicts(self, mentee: int, mentor: int) -> list[tuple[PreparedRule, int]]:
        one, other = np.array([mentee]), np.array([mentor])
        return [(rule, int(rule.pairs(one, other)[0])) for rule in self.rules]

    def refused_by_rule(self, mentee: int) -> dict[str, int]:
        """Count the mentors that each rule refuses to one mentee, most first.

        A mentor whom two rules refuse is counted by both; a rule that refuses none is left out.
        """
        row = np.array([mentee])
        counts = {
            rule.name: int(np.count_nonzero(rule.block(row) >= self.refuses_from))
            for rule in self.rules
        }
        by_count = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return {name: count for name, count in by_count if count}

    def count(self, progress: Progress | None = None, chunk: int = 256) -> EligibilityCount:
        """Count what each rule removes, over all pairs.

        Parameters
        ----------
        progress : callable, optional
            Told the rows done.
        chunk : int, default 256
            Rows at a time, >= 1; the answer does not depend on it.
        """
        say = progress or silent
        n = self.shape[0]
        names = [rule.name for rule in self.rules]
        tally = Tally(names, self.shape, refuses_from=self.refuses_from)
        for start in range(0, n, chunk):
            say("eligibility", start, n)
            rows = np.arange(start, min(start + chunk, n))
            tally.add(rows, [rule.block(rows) for rule in self.rules])
        say("eligibility", n, n)
        rules = tally.counts()
        return EligibilityCount(
            rules,
            self.not_checked,
            n * self.shape[1],
            int(tally.per_mentee.sum()),
            tally.per_mentee,
            tally.per_mentor,
            self._line_gaps(rules),
        )

    def _line_gaps(self, counts: Sequence[RuleCount]) -> LineGaps | None:
        for rule, count in zip(self.rules, counts, strict=True):
            if isinstance(rule, PreparedOwnLine):
                return rule.gaps(count.unchecked)
        return None


def required_faults(programme: Programme) -> list[Fault]:
    """Find requests that require or keep a pair which a rule refuses; one fault a row.

    Code: ``required-pair-refused``.
    """
    requests = programme.requests
    rows = requests.of_kind(*REQUIRING)
    prepared = Eligibility.from_settings(programme.config).prepare(programme)
    allowed = prepared.pairs(requests.mentee[rows], requests.mentor[rows])
    table = pairs_table(programme)
    refused = sorted(rows[~allowed].tolist(), key=lambda k: int(requests.row[k]))
    return [_required_fault(prepared, k, table) for k in refused]


def _required_fault(prepared: PreparedEligibility, request: int, table: str) -> Fault:
    programme, requests = prepared.programme, prepared.programme.requests
    mentee, mentor = int(requests.mentee[request]), int(requests.mentor[request])
    who = f"{programme.mentees.ids[mentee]} with {programme.mentors.ids[mentor]}"
    refusals = prepared.refusals(mentee, mentor)
    reasons = " ".join(f"The rule {name} refuses it: {sentence}" for name, sentence in refusals)
    wanted = " and ".join(_remedy(name) for name, _ in refusals)
    return Fault(
        table,
        int(requests.row[request]),
        "kind",
        str(requests.kind[request]),
        "required-pair-refused",
        f"A pair that must be made has to be eligible, and {who} is not. {reasons}",
        f"Remove the row; or, if the pair is wanted, {wanted}.",
    )


def _remedy(rule: str) -> str:
    if rule == "forbidden":
        return "remove the row that blocks it"
    return f"correct what {rule} reads or put {rule!r} into eligibility.off"
