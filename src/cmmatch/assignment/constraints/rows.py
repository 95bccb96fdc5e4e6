"""What rules that count over pairs have in common: rows to write, and misses to recount."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.assignment.constraints.constraint import Violation
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.families import Family
    from cmmatch.assignment.matching import Matching

__all__ = ["Breakable", "Miss", "RowOfBoth", "RowRule", "most_pairs", "refuse"]


class Breakable(NamedTuple):
    """Rows of a rule, and what it means to miss one.

    Parameters
    ----------
    family : Family
        The rows.
    short, over : int
        No row can be missed by more units, below and above.
    step : int, default 1
        How much of a row one unit is.
    """

    family: Family
    short: int
    over: int
    step: int = 1


class Miss(NamedTuple):
    """One row that a matching misses.

    Parameters
    ----------
    units : int
        By how much, at least 1.
    sentence : str
        Who misses what.
    """

    units: int
    sentence: str


class RowRule(ABC):
    """A constraint made of rows: hard as it stands, soft within :class:`Soft`.

    ``rows`` and ``misses`` say the same: a matching has no miss exactly where it keeps the rows,
    and a miss is of so many units as must be added to the row, or taken away, to keep it.
    """

    name: str

    @property
    def per(self) -> int:
        """Units in one of what is counted: 1 for pairs, 100 for hours told in hundredths."""
        return 1

    @abstractmethod
    def rows(self, form: FormBuilder) -> tuple[Breakable, ...]:
        """Return the rows; write what only ties whole numbers beside the pairs to the pairs."""

    @abstractmethod
    def misses(self, matching: Matching) -> tuple[Miss, ...]:
        """Recount on a matching: every row that is missed."""

    def write(self, form: FormBuilder) -> None:
        """Write the rows."""
        for each in self.rows(form):
            form.add_family(each.family)

    def violations(self, matching: Matching) -> tuple[Violation, ...]:
        """Recount; empty if the rule holds."""
        return tuple(
            Violation(self.name, each.sentence, each.units / self.per)
            for each in self.misses(matching)
        )


@dataclass(frozen=True, slots=True, eq=False)
class RowOfBoth:
    """Mentee and mentor decide the row: ``of_mentee * width + of_mentor``; -1 of either is none.

    Shapes (N,) and (M,).
    """

    of_mentee: NDArray[np.int64]
    of_mentor: NDArray[np.int64]
    width: int = 1

    def __call__(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the rows of pairs."""
        first, second = self.of_mentee[mentee], self.of_mentor[mentor]
        return np.where((first < 0) | (second < 0), -1, first * self.width + second)


def most_pairs(
    form: FormBuilder,
    mentees: NDArray[np.bool_] | None = None,
    mentors: NDArray[np.bool_] | None = None,
) -> int:
    """How many pairs of some people there can be at most, by the bounds written so far.

    Bounds only get tighter. Masks of shapes (N,) and (M,); left out, everybody counts.
    """
    n, m = form.shape
    first, second = np.minimum(form.mentee_upper, m), np.minimum(form.mentor_upper, n)
    first = first if mentees is None else first[mentees]
    second = second if mentors is None else second[mentors]
    return max(min(int(first.sum()), int(second.sum())), 0)


def refuse(name: str, faults: Iterable[str]) -> None:
    """Raise all faults of a rule at once, if there are any."""
    found = list(faults)
    if found:
        message = f"{name}: {' '.join(found)}"
        raise ModelError(message)
