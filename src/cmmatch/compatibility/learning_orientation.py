"""Learning goal orientation: whether both seek to learn; the lower of the two decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.answered import Answers, SideAnswers
from cmmatch.compatibility.component import RowComponent, not_known

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.programme.people import People
    from cmmatch.programme.programme import Programme

__all__ = ["LearningOrientation", "PreparedLearningOrientation"]


@dataclass(frozen=True)
class LearningOrientation:
    """How much both sides see a task as something to learn from.

    ``min(mentee, mentor)``, where each side is the mean of the declared columns that the person
    has rated, in 0..1; unknown where one side rated fewer than ``minimum_answered`` of them. Which
    columns: ``[learning_orientation] columns`` in the toml.

    Pairs in which both are high do best, low and mixed pairs worse (Godshalk and Sosik 2003, 217
    dyads; Egan 2005, 143 pairs): so the smaller of the two, not the likeness. Weight 5 of 100 by
    default, where columns are declared.

    Parameters
    ----------
    columns : tuple of str
        Rating columns, without signs; they are turned and scaled when the programme is read.
    minimum_answered : float, default 0.5
        Share of the columns, 0..1.
    """

    columns: tuple[str, ...] = ()
    minimum_answered: float = 0.5
    name: str = "learning_orientation"

    def applies(self, programme: Programme) -> bool:
        """Whether it is known of somebody on both sides."""
        sides = (programme.mentees, programme.mentors)
        return all(bool((~np.isnan(self._of(side))).any()) for side in sides)

    def prepare(self, programme: Programme) -> PreparedLearningOrientation:
        """Take each person's mean."""
        return PreparedLearningOrientation(
            programme, self._of(programme.mentees), self._of(programme.mentors)
        )

    def _of(self, people: People) -> NDArray[np.float64]:
        total, count = np.zeros(len(people)), np.zeros(len(people))
        for column in self.columns:
            ratings = people.ratings.get(column, np.full(len(people), np.nan))
            known = ~np.isnan(ratings)
            np.add(total, ratings, out=total, where=known)
            count += known
        enough = (count > 0) & (count >= self.minimum_answered * len(self.columns))
        mean = np.full(len(people), np.nan)
        np.divide(total, count, out=mean, where=enough)
        return mean


@dataclass(frozen=True, eq=False)
class PreparedLearningOrientation(RowComponent):
    """Learning goal orientation bound to a programme."""

    programme: Programme
    mentee: NDArray[np.float64]
    mentor: NDArray[np.float64]

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the lower of the two, shape (rows, M)."""
        return np.minimum(self.mentee[mentees][:, None], self.mentor)

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the lower of the two for single pairs, shape (P,)."""
        return np.minimum(self.mentee[mentee], self.mentor[mentor])

    def answers(self) -> Answers:
        """Tell who rated enough of the columns."""
        mentee, mentor = (
            SideAnswers.one("learning_orientation", ~np.isnan(ratings))
            for ratings in (self.mentee, self.mentor)
        )
        return Answers(mentee, mentor)

    def reason(self, mentee: int, mentor: int) -> str:
        """Say whether both are high, in a coarse word; never which of them is not."""
        one, other = float(self.mentee[mentee]), float(self.mentor[mentor])
        roles = self.programme.config.roles
        blanks = [
            (role, "does not rate how much learning matters")
            for role, value in ((roles.mentee, one), (roles.mentor, other))
            if np.isnan(value)
        ]
        if blanks:
            return not_known(*blanks)
        if min(one, other) >= HIGH:
            return "Both say that they seek to learn."
        return "At least one of the two does not say clearly that they seek to learn."


HIGH = 0.75
"""From here on, of 1, somebody is said to seek to learn: 4 on a scale from 1 to 5."""
