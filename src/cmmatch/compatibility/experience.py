"""Experience: a band of years between the two, not the more the better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.component import RowComponent

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
    """

    band: tuple[float, float] = (5.0, 15.0)
    name: str = "experience"

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
        mentee, mentor = (
            self.programme.mentees.years_experience[mentees],
            self.programme.mentors.years_experience,
        )
        ahead = mentor - mentee[:, None]
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
        if np.isnan(ahead):
            roles, years = self.programme.config.roles, self.programme.mentees.years_experience
            whose = roles.mentee if np.isnan(years[mentee]) else roles.mentor
            return f"Not known: the {whose} gives no years of experience."
        least, most = self.band
        band = f"{least:g} to {most:g} count in full"
        if ahead < 0:
            role = self.programme.config.roles.mentee
            return f"{-ahead:g} years less experience than the {role}; {band}."
        return f"{ahead:g} {'year' if ahead == 1 else 'years'} more experience; {band}."
