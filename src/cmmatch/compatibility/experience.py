"""Experience: a band of years between the two, not the more the better."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.answered import Answers, SideAnswers
from cmmatch.compatibility.component import RowComponent, not_known
from cmmatch.errors import ModelError
from cmmatch.programme.picking import by_kinds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.programme.programme import Programme

__all__ = ["Experience", "PreparedExperience"]

FAR = 0.5
"""Value of a difference far beyond the band: worth less, not worthless."""


@dataclass(frozen=True)
class Experience:
    """Whether the mentor is ahead by a useful number of years.

    With ``d`` = mentor's years - mentee's years and the band ``[least, most]``: 0 for d <= 0;
    rising in a line to 1 at ``least``; 1 within the band; falling in a line to 0.5 at ``most +
    width``, where ``width`` is the band's own, or 10 where it has none; 0.5 beyond. With ``least``
    0, any d >= 0 up to ``most`` counts 1. Unknown where either side's years are.

    A band is practice, not evidence; weight 5 of 100 by default.

    Parameters
    ----------
    band : (float, float), default (5, 15)
        Years of difference that count in full, 0 <= least <= most.

    Raises
    ------
    ModelError
        If the band is not two such numbers.
    """

    band: tuple[float, float] = (5.0, 15.0)
    name: str = "experience"

    def __post_init__(self) -> None:
        least, most = self.band
        if not (0 <= least <= most and math.isfinite(most)):
            message = f"'band' must be two numbers, 0 <= least <= most; given {self.band}."
            raise ModelError(message)

    def applies(self, programme: Programme) -> bool:
        """Whether somebody on both sides gives years."""
        sides = (programme.mentees.years_experience, programme.mentors.years_experience)
        return all(bool((~np.isnan(years)).any()) for years in sides)

    def prepare(self, programme: Programme) -> PreparedExperience:
        """Bind to the years of a programme."""
        return PreparedExperience(programme, self.band)


@dataclass(frozen=True, eq=False)
class PreparedExperience(RowComponent):
    """Experience bound to a programme."""

    programme: Programme
    band: tuple[float, float]

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Worth of the difference in years, shape (rows, M)."""
        mentee = self.programme.mentees.years_experience[mentees]
        return self._worth(self.programme.mentors.years_experience - mentee[:, None])

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Worth of the difference in years, shape (rows, M); each distinct answer once."""
        (one, mentee), (other, mentor) = self._kinds
        return by_kinds(
            lambda kinds: self._worth(other - one[kinds, None]).astype(np.float32),
            mentee[rows],
            mentor,
        )

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Worth of the difference in years of single pairs, shape (P,)."""
        one = self.programme.mentees.years_experience[mentee]
        return self._worth(self.programme.mentors.years_experience[mentor] - one)

    def answers(self) -> Answers:
        """Tell who gives years."""
        mentee, mentor = (
            SideAnswers.one("years_experience", ~np.isnan(side.years_experience))
            for side in (self.programme.mentees, self.programme.mentors)
        )
        return Answers(mentee, mentor)

    @cached_property
    def _kinds(self) -> tuple[tuple[NDArray[np.float64], NDArray[np.intp]], ...]:
        """Distinct years of each side, and which of them each person has."""
        sides = self.programme.mentees, self.programme.mentors
        return tuple(np.unique(side.years_experience, return_inverse=True) for side in sides)

    def _worth(self, ahead: NDArray[np.float64]) -> NDArray[np.float64]:
        least, most = self.band
        rising = np.clip(ahead / least, 0.0, 1.0) if least else (ahead >= 0) * 1.0
        width = most - least or 10.0
        falling = np.clip(1 - (1 - FAR) * (ahead - most) / width, FAR, 1.0)
        return np.where(np.isnan(ahead), np.nan, np.minimum(rising, falling))

    def reason(self, mentee: int, mentor: int) -> str:
        """Say how many years lie between them."""
        ahead = float(
            self.programme.mentors.years_experience[mentor]
            - self.programme.mentees.years_experience[mentee]
        )
        roles = self.programme.config.roles
        if math.isnan(ahead):
            years = (
                (roles.mentee, self.programme.mentees.years_experience[mentee]),
                (roles.mentor, self.programme.mentors.years_experience[mentor]),
            )
            blanks = [(who, "gives no years of experience") for who, n in years if math.isnan(n)]
            return not_known(*blanks)
        least, most = self.band
        band = f"{least:g} to {most:g} count in full"
        if ahead < 0:
            return f"{_years(-ahead)} less experience than the {roles.mentee}; {band}."
        return f"{_years(ahead)} more experience; {band}."

    def recommendation(self, mentee: int, mentor: int) -> str:
        """Say how many years the mentor is ahead."""
        ahead = float(
            self.programme.mentors.years_experience[mentor]
            - self.programme.mentees.years_experience[mentee]
        )
        return f"{_years(ahead)} more experience." if ahead > 0 else ""


def _years(count: float) -> str:
    return f"{count:g} {'year' if count == 1 else 'years'}"
