"""Categories of goals: what the mentee names, what the mentor offers, and what he has reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.products import KnownProduct, SparseProduct
from cmmatch.programme.labels import folded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.programme.people import Terms
    from cmmatch.programme.programme import Programme

    Labels = tuple[dict[str, str], ...]

__all__ = ["Categories"]

UNTOLD = 0.5
"""Share of offered goals that are taken as reached where nobody's answers tell."""


@dataclass(frozen=True, eq=False)
class Categories:
    """Shares of the mentee's goals, by how the mentor stands to them.

    Parameters
    ----------
    programme : Programme
        Whose people these are.
    worth : KnownProduct
        Mean worth of the mentee's goals to the mentor; NaN where one of them names none.
    wanted, offered, achieved : tuples of dict
        By person: each goal as folded and as written.
    """

    programme: Programme
    worth: KnownProduct
    wanted: Labels
    offered: Labels
    achieved: Labels

    @classmethod
    def of(cls, programme: Programme, worth: float) -> Categories:
        """Bind to a programme; ``worth`` is that of a goal that is offered and not reached."""
        mentors = programme.mentors
        wanted = _labels(programme.mentees.goals)
        offered, achieved = _labels(mentors.goals), _labels(mentors.goals_achieved)
        unsaid = worth + (1 - worth) * _reached_share(wanted, offered, achieved)
        if not any(achieved):
            unsaid = 1.0
        given = [
            dict.fromkeys(offer, worth if done else unsaid) | dict.fromkeys(done, 1.0)
            for offer, done in zip(offered, achieved, strict=True)
        ]
        asked = [dict.fromkeys(each, 1 / max(len(each), 1)) for each in wanted]
        blank = (
            np.array([not each for each in wanted], dtype=np.bool_),
            np.array([not each for each in given], dtype=np.bool_),
        )
        known = KnownProduct(_product(asked, given), blank)
        return cls(programme, known, wanted, offered, achieved)

    @property
    def blank(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Who names no goal at all, shapes (N,) and (M,)."""
        return self.worth.blank

    def reason(self, mentee: int, mentor: int) -> str:
        """Say which goals they share and which the mentor has reached; "" where one names none."""
        if self.blank[0][mentee] or self.blank[1][mentor]:
            return ""
        wanted, done = self.wanted[mentee], self.achieved[mentor]
        shared = self._shared(mentee, mentor)
        if not shared:
            return f"Shares none of the goals {', '.join(wanted[key] for key in sorted(wanted))}."
        said = self._shares(mentee, shared)
        if not done:
            return said
        return f"{said} {self._reached(mentee, mentor) or self._says_reached('none of them')}"

    def recommendation(self, mentee: int, mentor: int) -> str:
        """Say which goals they share and which the mentor has reached; "" where there is none."""
        shared = self._shared(mentee, mentor)
        if not shared:
            return ""
        return f"{self._shares(mentee, shared)} {self._reached(mentee, mentor)}".rstrip()

    def _shared(self, mentee: int, mentor: int) -> list[str]:
        named = self.offered[mentor] | self.achieved[mentor]
        return [key for key in sorted(self.wanted[mentee]) if key in named]

    def _shares(self, mentee: int, shared: list[str]) -> str:
        wanted = self.wanted[mentee]
        amount = f"{len(shared)} of {len(wanted)} goals"
        if len(shared) == len(wanted):
            amount = {1: "the goal", 2: "both goals"}.get(len(wanted), f"all {len(wanted)} goals")
        return f"Shares {amount}: {', '.join(wanted[key] for key in shared)}."

    def _reached(self, mentee: int, mentor: int) -> str:
        wanted, done = self.wanted[mentee], self.achieved[mentor]
        reached = [wanted[key] for key in self._shared(mentee, mentor) if key in done]
        return self._says_reached(", ".join(reached)) if reached else ""

    def _says_reached(self, goals: str) -> str:
        return f"The {self.programme.config.roles.mentor} says they have reached {goals}."


def _labels(terms: Terms) -> Labels:
    return tuple({folded(label): label for label in terms.of(k)} for k in range(len(terms)))


def _reached_share(wanted: Labels, offered: Labels, achieved: Labels) -> float:
    """Share of what mentors name that they have reached, goals weighted by the mentees' demand."""
    demand: dict[str, int] = {}
    for each in wanted:
        for key in each:
            demand[key] = demand.get(key, 0) + 1
    reached = named = 0
    for offer, done in zip(offered, achieved, strict=True):
        if done:
            reached += sum(demand.get(key, 0) for key in done)
            named += sum(demand.get(key, 0) for key in offer | done)
    return round(reached / named, 3) if named else UNTOLD


def _product(asked: list[dict[str, float]], given: list[dict[str, float]]) -> SparseProduct:
    from scipy.sparse import csr_matrix

    column = {key: k for k, key in enumerate(sorted({key for each in asked for key in each}))}

    def matrix(side: list[dict[str, float]]) -> csr_matrix:
        rows = [
            sorted((column[key], value) for key, value in r.items() if key in column) for r in side
        ]
        starts = np.cumsum([0, *(len(row) for row in rows)])
        places = np.array([k for row in rows for k, _ in row], dtype=np.int64)
        worth = np.array([value for row in rows for _, value in row], dtype=np.float64)
        return csr_matrix((worth, places, starts), shape=(len(side), max(len(column), 1)))

    return SparseProduct.of(matrix(asked), matrix(given))
