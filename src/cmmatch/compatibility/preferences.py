"""Preferences: whom each side would like to work with, and whom rather not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cmmatch.compatibility.answered import Answers, SideAnswers
from cmmatch.compatibility.component import RowComponent, not_known
from cmmatch.errors import ModelError
from cmmatch.programme.relations import WISHING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.programme.programme import Programme
    from cmmatch.programme.relations import Requests

__all__ = ["Preferences", "PreparedPreferences"]

STEP, LEAST_WANTED = 0.1, 0.5
"""A choice is worth this much less than the one before it, and never less than this."""

UNNAMED, AVOIDED = 0.25, 0.0
"""Worth of somebody whom a person who names others does not name, or would rather not meet."""

COMBINE = ("arithmetic", "geometric", "minimum")


@dataclass(frozen=True)
class Preferences:
    """How much the two want each other, as they said themselves.

    Each side has a worth of its own for the other:

    - choice number r is worth ``max(1 - 0.1 (r - 1), 0.5)``; ``prefer`` without a rank counts as
      the first choice;
    - somebody not named, by a person who names others, is worth 0.25;
    - ``avoid`` is worth 0;
    - a person who names nobody, or only whom to avoid, leaves the rest unknown.

    The value is 0 where either side would rather not; else the arithmetic mean of the two worths,
    their geometric mean or the smaller; where one is unknown, the other; else unknown. A worth
    depends on that person's list alone, so somebody whom everybody wants gains nothing by it, and
    naming one person never raises the value of a pair with another. Where several rows speak for
    one side about one pair, the least counts. Rows ``by`` a mentor speak for the mentor; all
    others, also blank, for the mentee.

    Weight 20 of 100 by default, where anybody has a say: input to matching is among the design
    features most consistently tied to outcomes (Allen, Eby and Lentz 2006), and mentees who chose
    at random got more support (Kendall and Smith-Jentsch 2015, 65 dyads, randomised). The numbers
    of the steps are practice, not evidence.

    Parameters
    ----------
    combine : {"arithmetic", "geometric", "minimum"}
        How the two worths become one where neither would rather not.

    Raises
    ------
    ModelError
        If ``combine`` is none of them.
    """

    combine: Literal["arithmetic", "geometric", "minimum"] = "arithmetic"
    name: str = "preferences"

    def __post_init__(self) -> None:
        if self.combine not in COMBINE:
            message = f"'combine' must be one of {', '.join(COMBINE)}; given {self.combine!r}."
            raise ModelError(message)

    def applies(self, programme: Programme) -> bool:
        """Whether anybody prefers or avoids somebody."""
        return bool(len(programme.requests.of_kind(*WISHING)))

    def prepare(self, programme: Programme) -> PreparedPreferences:
        """Put the wishes of each side in order."""
        requests = programme.requests
        wishes = requests.of_kind(*WISHING)
        by_mentor = requests.by[wishes] == "mentor"
        shape = len(programme.mentees), len(programme.mentors)
        return PreparedPreferences(
            programme,
            self.combine,
            _Side.of(requests, wishes[~by_mentor], requests.mentee, shape),
            _Side.of(requests, wishes[by_mentor], requests.mentor, shape),
        )


@dataclass(frozen=True, eq=False)
class _Side:
    """What one side says.

    Parameters
    ----------
    unnamed : float64, one a person of this side
        Worth of those whom the person does not name; NaN where unknown.
    key : int64
        ``mentee * M + mentor`` of the pairs named, sorted.
    worth : float64
        Of the pairs named.
    rank : float64
        Which choice; NaN for somebody wanted without a rank, 0 for somebody to avoid.
    """

    unnamed: NDArray[np.float64]
    key: NDArray[np.int64]
    worth: NDArray[np.float64]
    rank: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        requests: Requests,
        wishes: NDArray[np.intp],
        asker: NDArray[np.int64],
        shape: tuple[int, int],
    ) -> _Side:
        wanted = requests.kind[wishes] == "prefer"
        unnamed = np.full(shape[0] if asker is requests.mentee else shape[1], np.nan)
        unnamed[asker[wishes[wanted]]] = UNNAMED
        given = np.nan_to_num(requests.rank[wishes], nan=1.0)
        chosen = np.maximum(1 - STEP * (given - 1), LEAST_WANTED).round(12)
        worth = np.where(wanted, chosen, AVOIDED)
        rank = np.where(wanted, requests.rank[wishes], 0.0)
        key = requests.mentee[wishes] * max(shape[1], 1) + requests.mentor[wishes]
        order = np.lexsort((worth, key))
        key, first = np.unique(key[order], return_index=True)
        return cls(unnamed, key, worth[order][first], rank[order][first])

    def find(self, key: NDArray[np.int64]) -> NDArray[np.intp]:
        """Where each pair stands among those named; -1 where it does not."""
        if not len(self.key):
            return np.full(len(key), -1, dtype=np.intp)
        found = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.where(self.key[found] == key, found, -1).astype(np.intp)

    def of_pairs(self, key: NDArray[np.int64], person: NDArray[np.intp]) -> NDArray[np.float64]:
        """Worth of single pairs, shape (P,)."""
        found = self.find(key)
        named = np.append(self.worth, np.nan)[found]
        return np.where(found >= 0, named, self.unnamed[person])


@dataclass(frozen=True, eq=False)
class PreparedPreferences(RowComponent):
    """Preferences bound to a programme."""

    programme: Programme
    combine: str
    mentee: _Side
    mentor: _Side

    @property
    def _width(self) -> int:
        return max(len(self.programme.mentors), 1)

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Value of some mentees against every mentor, shape (rows, M)."""
        values = self._combined(self.mentee.unnamed[mentees][:, None], self.mentor.unnamed[None, :])
        self._name(values, mentees)
        return values

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Value of some mentees against every mentor, shape (rows, M); two rows serve most."""
        names_others = ~np.isnan(self.mentee.unnamed[rows])
        values = self._unnamed.take(names_others.astype(np.intp), axis=0)
        self._name(values, rows)
        return values

    @cached_property
    def _unnamed(self) -> NDArray[np.float32]:
        """Values where nobody names the other, shape (2, M): of who names nobody, and others."""
        mentee = np.array([[np.nan], [UNNAMED]])
        return self._combined(mentee, self.mentor.unnamed[None, :]).astype(np.float32)

    @cached_property
    def _named(self) -> NDArray[np.int64]:
        return np.union1d(self.mentee.key, self.mentor.key)

    def _name(self, values: NDArray[Any], mentees: NDArray[np.intp]) -> None:
        """Put in the values of pairs in which one names the other."""
        key = self._named
        start = np.searchsorted(key, mentees * self._width)
        count = np.searchsorted(key, (mentees + 1) * self._width) - start
        row = np.repeat(np.arange(len(mentees)), count)
        entry = np.arange(len(row)) + np.repeat(start - np.cumsum(count) + count, count)
        mentor = key[entry] % self._width
        values[row, mentor] = self.pairs(mentees[row], mentor)

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Value of single pairs, shape (P,)."""
        directed = self.directed(mentee, mentor)
        return self._combined(directed[:, 0], directed[:, 1])

    def directed(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Worth that each side gives the other, shape (P, 2): the mentee's, the mentor's."""
        key = np.asarray(mentee, dtype=np.int64) * self._width + mentor
        return np.stack(
            [self.mentee.of_pairs(key, mentee), self.mentor.of_pairs(key, mentor)], axis=1
        )

    @property
    def neutral(self) -> float:
        """What an unknown pair counts as: the worth of those whom people who name others do not.

        With less, naming somebody would raise all others; with more, silence would pay. The values
        that are known cannot tell: they may be all of people to avoid.
        """
        return UNNAMED

    def answers(self) -> Answers:
        """Tell who names others; one is enough, and whom somebody avoids is known in any case."""
        mentee, mentor = (
            SideAnswers.one("wishes in pairs", ~np.isnan(side.unnamed))
            for side in (self.mentee, self.mentor)
        )
        named = np.divmod(self._named, self._width)
        return Answers(mentee, mentor, either=True, known_pairs=named)

    def _combined(
        self, one: NDArray[np.float64], other: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        if self.combine == "minimum":
            both = np.minimum(one, other)
        elif self.combine == "geometric":
            both = np.sqrt(one * other)
        else:
            both = (one + other) / 2
        alone = np.where(np.isnan(one), other, one)
        known = np.where(np.isnan(both), alone, both)
        # A mean with an unnamed 0.25 would be worth more than an avoided pair without it.
        return np.where((one == AVOIDED) | (other == AVOIDED), AVOIDED, known)

    def reason(self, mentee: int, mentor: int) -> str:
        """Say what each side said of the other."""
        roles = self.programme.config.roles
        key = np.array([mentee * self._width + mentor])
        sides = [
            (roles.mentee, _said(self.mentee, key, mentee, roles.mentor)),
            (roles.mentor, _said(self.mentor, key, mentor, roles.mentee)),
        ]
        if not any(said for _, said in sides):
            return not_known(*((role, "names nobody") for role, _ in sides))
        return "; the ".join(f"{role} {what or 'names nobody'}" for role, what in sides).join(
            ("The ", ".")
        )


def _said(side: _Side, key: NDArray[np.int64], person: int, other: str) -> str:
    found = int(side.find(key)[0])
    if found < 0:
        return "" if np.isnan(side.unnamed[person]) else "names others"
    rank = float(side.rank[found])
    if np.isnan(rank):
        return f"names this {other} without a rank"
    return (
        f"names this {other} as choice {rank:.0f}"
        if rank
        else f"would rather not have this {other}"
    )
