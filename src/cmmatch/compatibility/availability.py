"""Availability: common free hours, up to what the meetings need and then flat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.answered import Answers, Column, SideAnswers
from cmmatch.compatibility.component import not_known
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.programme.people import People
    from cmmatch.programme.programme import Programme

__all__ = ["Availability", "PreparedAvailability"]

HOURS_IN_WEEK = 168.0


@dataclass(frozen=True)
class Availability:
    """How easily two people find time together, in the worst week of the programme.

    ``min(1, hours / enough)``: common free hours in the week that has the fewest, clock changes
    included; more than enough is no better. Unknown where either side's free time or zone is.

    Weight 10 of 100 by default: how often a pair meets goes with the support given, rho .25 (Eby
    et al. 2013), and lack of time ends pairs.

    Parameters
    ----------
    enough_hours : float, optional
        Hours a week that count in full, > 0 and at most 168; ``[availability] enough_hours`` of the
        settings. Left out, the hours that a pair needs in a month, or what the rule of least
        overlap asks for if that is more: a pair that can find those within any one week can move a
        meeting that falls through.

    Raises
    ------
    ModelError
        If ``enough_hours`` is not a number above 0 and at most 168.
    """

    enough_hours: float | None = None
    name: str = "availability"

    def __post_init__(self) -> None:
        hours = self.enough_hours
        if hours is not None and not 0 < hours <= HOURS_IN_WEEK:
            message = (
                f"'enough_hours' must be a number above 0 and at most 168; given {hours}. "
                "Leave it out for the hours that a pair needs in a month."
            )
            raise ModelError(message)

    def applies(self, programme: Programme) -> bool:
        """Whether somebody on both sides gives free time that can be placed in a zone."""
        if not (programme.mentees.free_known.any() and programme.mentors.free_known.any()):
            return False
        calendar = programme.calendar
        return bool((calendar.mentee_zone >= 0).any() and (calendar.mentor_zone >= 0).any())

    def prepare(self, programme: Programme) -> PreparedAvailability:
        """Settle how much is enough."""
        settings = programme.config
        least = max(
            settings.programme.hours_per_pair, settings.eligibility.min_overlap_hours_per_week
        )
        return PreparedAvailability(programme, self.enough_hours or least)


@dataclass(frozen=True, eq=False)
class PreparedAvailability:
    """Availability bound to a programme.

    Parameters
    ----------
    programme : Programme
        N mentees, M mentors.
    enough : float
        Hours a week that count in full, > 0.
    """

    programme: Programme
    enough: float

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Share of enough hours, exact, shape (rows, M)."""
        return self._worth(self.programme.calendar.overlap(mentees).astype(np.float64))

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Share of enough hours, shape (rows, M), in float32 throughout."""
        worth = np.divide(self.programme.calendar.overlap(rows), np.float32(self.enough))
        return np.minimum(worth, np.float32(1.0), out=worth)

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Share of enough hours of single pairs, exact, shape (P,)."""
        return self._worth(self.programme.calendar.pairs(mentee, mentor))

    def _worth(self, hours: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.minimum(hours / self.enough, 1.0)

    def answers(self) -> Answers:
        """Tell who gives free time that can be placed in a zone."""
        programme, calendar = self.programme, self.programme.calendar
        return Answers(
            _placed(programme.mentees, calendar.mentee_zone),
            _placed(programme.mentors, calendar.mentor_zone),
        )

    def reason(self, mentee: int, mentor: int) -> str:
        """Say how many hours there are, and in which week."""
        calendar = self.programme.calendar
        if calendar.mentee_zone[mentee] < 0 or calendar.mentor_zone[mentor] < 0:
            return self._missing(mentee, mentor)
        hours, week, most = calendar.worst_week(mentee, mentor)
        when = "every week" if hours == most else f"the worst week (from {week.isoformat()})"
        noun = "hour" if hours == 1 else "hours"
        verb = "is" if self.enough == 1 else "are"
        return f"{hours:g} common free {noun} in {when}; {self.enough:g} {verb} enough."

    def recommendation(self, mentee: int, mentor: int) -> str:
        """Say that there is common time, and how much where it is enough."""
        calendar = self.programme.calendar
        if calendar.mentee_zone[mentee] < 0 or calendar.mentor_zone[mentor] < 0:
            return ""
        hours = float(calendar.worst_week(mentee, mentor)[0])
        if hours < self.enough:
            return "Free at the same times." if hours > 0 else ""
        noun = "hour" if hours == 1 else "hours"
        return f"At least {hours:g} {noun} a week free at the same times."

    def _missing(self, mentee: int, mentor: int) -> str:
        roles, calendar = self.programme.config.roles, self.programme.calendar
        blanks = []
        for role, people, zone, person in (
            (roles.mentee, self.programme.mentees, calendar.mentee_zone, mentee),
            (roles.mentor, self.programme.mentors, calendar.mentor_zone, mentor),
        ):
            if not people.free_known[person]:
                blanks.append((role, "gives no free time"))
            elif zone[person] < 0:
                blanks.append((role, "gives no time zone"))
        return not_known(*blanks)


def _placed(people: People, zone: NDArray[np.int64]) -> SideAnswers:
    """Tell who can be placed; a zone is blank only where there is free time to be placed in it."""
    free, zoned = people.free_known, zone >= 0
    columns = Column("availability", ~free), Column("timezone", free & ~zoned)
    return SideAnswers((free & zoned)[:, None], columns)
