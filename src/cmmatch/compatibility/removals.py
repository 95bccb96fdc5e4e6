"""How many pairs each hard rule removes, alone and with others, and whom it leaves without any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.rule import UNVERIFIED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cmmatch.compatibility.eligibility import PreparedEligibility
    from cmmatch.compatibility.line_rules import LineGaps

__all__ = ["EligibilityCount", "RuleCount", "Tally", "refused_alone"]


@dataclass(frozen=True)
class RuleCount:
    """What one rule does to a programme; every number counts pairs unless it says people.

    Parameters
    ----------
    name : str
        The rule.
    removed : int
        Refused by it, whether others refuse them too or not.
    removed_alone : int
        Refused by it and by no other rule: lifting this rule alone would make them eligible.
    unverified : int
        Eligible although this rule could not be checked; always 0 where the unknown is refused.
    unchecked : int
        All that this rule could not be checked for, eligible or not.
    mentees_left_without_anyone : int
        Mentees who have no eligible pair, and would have one if only this rule were lifted.
    """

    name: str
    removed: int
    removed_alone: int
    unverified: int
    unchecked: int
    mentees_left_without_anyone: int


@dataclass(frozen=True, eq=False)
class EligibilityCount:
    """What the hard rules leave of a programme.

    Parameters
    ----------
    rules : tuple of RuleCount
        Rules in play, in their order.
    not_checked : tuple of (str, str)
        Rules that are not in play, each with the reason.
    pairs_total : int
        N times M.
    pairs_eligible : int
        Refused by no rule.
    eligible_per_mentee : int64, shape (N,)
        Mentors whom each may be matched with.
    eligible_per_mentor : int64, shape (M,)
        Mentees whom each may be matched with.
    line_gaps : LineGaps or None
        Why reporting lines could not be checked; ``None`` if that rule is not in play.
    """

    rules: tuple[RuleCount, ...]
    not_checked: tuple[tuple[str, str], ...]
    pairs_total: int
    pairs_eligible: int
    eligible_per_mentee: NDArray[np.int64]
    eligible_per_mentor: NDArray[np.int64]
    line_gaps: LineGaps | None = None

    def __post_init__(self) -> None:
        self.eligible_per_mentee.flags.writeable = False
        self.eligible_per_mentor.flags.writeable = False

    def rule(self, name: str) -> RuleCount:
        """Return the count of one rule in play; ``KeyError`` if it is not."""
        for each in self.rules:
            if each.name == name:
                return each
        message = (
            f"No rule in play is called {name!r}; in play: {', '.join(r.name for r in self.rules)}."
        )
        raise KeyError(message)


class Tally:
    """Adds up verdicts block by block.

    Parameters
    ----------
    names : sequence of str, length K
        Rules in play.
    shape : (int, int)
        (N, M).
    refuses_from : int
        The least verdict that refuses a pair: REFUSED, or UNVERIFIED where the unknown is refused.
    """

    def __init__(self, names: Sequence[str], shape: tuple[int, int], *, refuses_from: int) -> None:
        self._names = names
        self._refuses_from = refuses_from
        self._sums = np.zeros((len(names), 5), dtype=np.int64)
        self.per_mentee = np.zeros(shape[0], dtype=np.int64)
        self.per_mentor = np.zeros(shape[1], dtype=np.int64)

    def add(self, rows: NDArray[np.intp], verdicts: Sequence[NDArray[np.int8]]) -> None:
        """Count the verdicts of each rule on some mentees against every mentor."""
        refused = [each >= self._refuses_from for each in verdicts]
        refusals = np.zeros((len(rows), len(self.per_mentor)), dtype=np.uint16)
        for each in refused:
            refusals += each
        eligible, alone = refusals == 0, refusals == 1
        self.per_mentee[rows] = np.count_nonzero(eligible, axis=1)
        self.per_mentor += np.count_nonzero(eligible, axis=0)
        nobody = self.per_mentee[rows] == 0
        for sums, verdict, no in zip(self._sums, verdicts, refused, strict=True):
            only = no & alone
            unchecked = verdict == UNVERIFIED
            sums += (
                np.count_nonzero(no),
                np.count_nonzero(only),
                np.count_nonzero(unchecked & eligible),
                np.count_nonzero(unchecked),
                np.count_nonzero(only.any(axis=1) & nobody),
            )

    def counts(self) -> tuple[RuleCount, ...]:
        """Return the sums of each rule, once every block has been added."""
        return tuple(
            RuleCount(name, *(int(each) for each in sums))
            for name, sums in zip(self._names, self._sums, strict=True)
        )


def refused_alone(
    eligibility: PreparedEligibility,
    mentees: NDArray[np.intp] | None = None,
    *,
    chunk: int = 256,
) -> dict[str, tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Return the pairs that each rule refuses and no other does, as positions, by rule.

    Parameters
    ----------
    eligibility : PreparedEligibility
        N mentees, M mentors.
    mentees : array of int, optional
        Only pairs of these, sorted; left out, all.
    chunk : int, default 256
        Mentees at a time, >= 1; the answer does not depend on it.
    """
    rows = np.arange(eligibility.shape[0]) if mentees is None else mentees
    found: list[list[NDArray[np.intp]]] = [[] for _ in eligibility.rules]
    for start in range(0, len(rows), chunk):
        some = rows[start : start + chunk]
        refused = [rule.block(some) >= eligibility.refuses_from for rule in eligibility.rules]
        times = np.sum(refused, axis=0, dtype=np.int64) if refused else None
        for k, each in enumerate(refused):
            row, mentor = np.nonzero(each & (times == 1))
            found[k].append(np.stack([some[row], mentor]))
    nothing = np.empty((2, 0), dtype=np.intp)
    joined = [np.concatenate([nothing, *parts], axis=1) for parts in found]
    return {
        rule.name: (pairs[0].astype(np.intp), pairs[1].astype(np.intp))
        for rule, pairs in zip(eligibility.rules, joined, strict=True)
    }
