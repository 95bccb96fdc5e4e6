"""The rule that compares grades: how many levels a mentor must stand above a mentee."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.rule import FormulaRule, decide, labels, not_given
from cmmatch.programme.labels import folded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.compatibility.rule import PreparedRule
    from cmmatch.programme.people import People
    from cmmatch.programme.programme import Programme

__all__ = ["GradeBand"]


@dataclass(frozen=True)
class GradeBand:
    """A mentor's grade must be within a band of levels above the mentee's.

    Unverified where a grade is blank, is not among the grades of the settings or, where they name
    none, is no number. Off unless the settings give a band: how far apart is right depends on the
    organisation.

    Parameters
    ----------
    band : (float, float)
        Least and most levels above, ``[eligibility] grade_band``; negative: below.
    grades : tuple of str, default ()
        From the lowest to the highest, one level apart; upper and lower case alike.
    """

    band: tuple[float, float]
    grades: tuple[str, ...] = ()
    name: str = "grade_band"
    columns: tuple[str, ...] = ("grade",)

    def applies(self, programme: Programme) -> bool:
        """Whether the grade of anybody is given."""
        sides = (programme.mentees, programme.mentors)
        return any(bool(np.any(people.grade != "")) for people in sides)

    def prepare(self, programme: Programme) -> PreparedRule:
        """Give each grade its level."""
        levels = self._level(programme.mentees), self._level(programme.mentors)
        return _GradeBand(self.name, programme, self.band, *levels)

    def _level(self, people: People) -> NDArray[np.float64]:
        if self.grades:
            order = {folded(grade): float(k) for k, grade in enumerate(self.grades)}
            levels = [order.get(folded(each), np.nan) for each in people.grade]
        else:
            levels = [_number(each) for each in people.grade]
        return np.array(levels, dtype=np.float64)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return np.nan
    return number if np.isfinite(number) else np.nan


@dataclass(frozen=True, eq=False)
class _GradeBand(FormulaRule):
    band: tuple[float, float]
    mentee_level: NDArray[np.float64]
    mentor_level: NDArray[np.float64]

    def verdicts(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int8]:
        above = self.mentor_level[mentor] - self.mentee_level[mentee]
        return decide((above < self.band[0]) | (above > self.band[1]), np.isnan(above))

    def refusal(self, mentee: int, mentor: int) -> str:
        down, up = labels(self.programme, mentee, mentor)
        people = self.programme
        least, most = (f"{each:g}" for each in self.band)
        return (
            f"The grade of {up}, {people.mentors.grade[mentor]}, is not {least} to {most} levels "
            f"above that of {down}, {people.mentees.grade[mentee]}."
        )

    def missing(self, mentee: int, mentor: int) -> str:
        unknown = np.isnan(self.mentee_level[mentee]), np.isnan(self.mentor_level[mentor])
        people = labels(self.programme, mentee, mentor)
        return not_given("a known grade", people, (bool(unknown[0]), bool(unknown[1])))
