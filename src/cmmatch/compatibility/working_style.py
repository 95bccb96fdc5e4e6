"""Working style: how alike two people describe the way they work."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.answered import Answers, SideAnswers
from cmmatch.compatibility.component import RowComponent, not_known
from cmmatch.programme.picking import by_kinds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.programme.people import People
    from cmmatch.programme.programme import Programme

__all__ = ["PreparedWorkingStyle", "WorkingStyle"]


@dataclass(frozen=True)
class WorkingStyle:
    """Similarity of self-described values and working style.

    ``1 - mean |difference|`` over the declared columns that both sides have rated, each in 0..1;
    unknown where they have none in common. Which columns: ``[working_style] columns`` in the toml.

    Weight 12 of 100 by default, where columns are declared: similarity in attitudes, values and
    beliefs is the strongest antecedent of a good relationship, rho .38 to .59, though much of it
    is similarity as perceived (Eby et al. 2013).

    Parameters
    ----------
    columns : tuple of str
        Rating columns, without signs; they are turned and scaled when the programme is read.
    """

    columns: tuple[str, ...] = ()
    name: str = "working_style"

    def applies(self, programme: Programme) -> bool:
        """Whether some column is rated by somebody on both sides."""
        return any(
            all(
                bool((~np.isnan(side.ratings[column])).any())
                for side in (programme.mentees, programme.mentors)
            )
            for column in self.columns
            if column in programme.mentees.ratings and column in programme.mentors.ratings
        )

    def prepare(self, programme: Programme) -> PreparedWorkingStyle:
        """Pick the columns."""
        return PreparedWorkingStyle(
            programme,
            self.columns,
            _stacked(programme.mentees, self.columns),
            _stacked(programme.mentors, self.columns),
        )


def _stacked(people: People, columns: tuple[str, ...]) -> NDArray[np.float64]:
    """Ratings as one array a person, shape (n, columns); a column that is not there is blank."""
    blank = np.full(len(people), np.nan)
    each = [people.ratings.get(column, blank) for column in columns]
    return np.stack(each, axis=1) if each else np.empty((len(people), 0))


@dataclass(frozen=True, eq=False)
class PreparedWorkingStyle(RowComponent):
    """Working style bound to a programme."""

    programme: Programme
    columns: tuple[str, ...]
    mentee: NDArray[np.float64]
    mentor: NDArray[np.float64]

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Similarity, shape (rows, M)."""
        return self._similarity(self.mentee[mentees][:, None, :], self.mentor[None, :, :])

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Similarity in float32, shape (rows, M); who answers the same is looked at once."""
        (one, mentee), (other, mentor) = self._kinds
        return by_kinds(lambda kinds: self._near(one[kinds], other), mentee[rows], mentor)

    def _near(self, some: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
        """Similarity of everybody with everybody, in float32."""
        total = np.zeros((len(some), len(other)), dtype=np.float32)
        for k in range(len(self.columns)):
            apart = some[:, k, None] - other[None, :, k]
            np.abs(apart, out=apart)
            total += np.fmax(apart, 0, out=apart)
        # Counts are whole numbers, so the product is exact whatever the block.
        count = (~np.isnan(some)).astype(np.float32) @ (~np.isnan(other)).astype(np.float32).T
        mean = np.full_like(total, np.nan)
        np.divide(total, count, out=mean, where=count > 0)
        return np.subtract(1, mean, out=mean)

    @cached_property
    def _kinds(self) -> tuple[tuple[NDArray[np.float32], NDArray[np.intp]], ...]:
        """Distinct answers of each side in float32, and which of them each person gives."""
        found = []
        for ratings in (self.mentee, self.mentor):
            answers, kind = np.unique(np.nan_to_num(ratings, nan=-1.0), axis=0, return_inverse=True)
            answers[answers < 0] = np.nan
            found.append((answers.astype(np.float32), kind.reshape(-1)))
        return tuple(found)

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Similarity of single pairs, shape (P,); the same formula."""
        return self._similarity(self.mentee[mentee], self.mentor[mentor])

    def answers(self) -> Answers:
        """Tell who rated which column; any one that both rated can be compared."""
        mentee, mentor = (
            SideAnswers.any_of(self.columns, ~np.isnan(ratings))
            for ratings in (self.mentee, self.mentor)
        )
        return Answers(mentee, mentor)

    def _similarity(
        self, one: NDArray[np.float64], other: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        shape = np.broadcast_shapes(one.shape, other.shape)[:-1]
        total, count = np.zeros(shape), np.zeros(shape)
        for k in range(len(self.columns)):
            apart = np.abs(one[..., k] - other[..., k])
            known = ~np.isnan(apart)
            np.add(total, apart, out=total, where=known)
            count += known
        mean = np.divide(total, count, out=np.full(shape, np.nan), where=count > 0)
        return np.asarray(1 - mean, dtype=np.float64)

    def reason(self, mentee: int, mentor: int) -> str:
        """Say in how many of the ratings the two are near; never whose rating was what."""
        apart = np.abs(self.mentee[mentee] - self.mentor[mentor])
        known = ~np.isnan(apart)
        if not known.any():
            return self._missing(mentee, mentor)
        near, count = int((apart[known] <= NEAR).sum()), int(known.sum())
        if count == 1:
            how = "Near" if near else "Not near"
            return f"{how} each other in the one way of working compared."
        if not near:
            return f"Not near each other in any of the {count} ways of working compared."
        return f"Near each other in {near} of {count} ways of working compared."

    def _missing(self, mentee: int, mentor: int) -> str:
        roles = self.programme.config.roles
        blanks = [
            (role, "does not rate the way of working")
            for role, ratings in (
                (roles.mentee, self.mentee[mentee]),
                (roles.mentor, self.mentor[mentor]),
            )
            if np.isnan(ratings).all()
        ]
        if not blanks:
            return "Not known: the two have not rated the same ways of working."
        return not_known(*blanks)


NEAR = 0.25
"""Two ratings at most this far apart, of 1, are called near: one step on a scale of five."""
