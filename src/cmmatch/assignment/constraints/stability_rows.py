"""Rows of stability: for each pair, it is made, or one of its people is full with as good ones.

With x[i, j] = 1 for a pair made, room d[i] and c[j], and for every pair left by
:func:`possible_pairs` the levels r of j for i and q of i for j:

    s[i, r] = s[i, r - 1] + sum of x[i, j] at level r      pairs of i at level r or above, 0..d[i]
    t[j, q]                                                 the same for mentor j, 0..c[j]

(*cumulative* or dummy variables, Delorme et al. 2019). So a pair is in one row of each side's
levels, and the row that says "made, or i is full at r, or j is full at q" has four entries at
most. Let n be how many pairs are left at a level or above.

1. ``n[i, r] <= d[i]`` and ``n[j, q] <= c[j]``: without the pair neither can be full: ``x >= 1``.
2. ``n[j, q] <= c[j]`` only: i must be full: ``s + (d - 1) x >= d``. Likewise for i: ``t + (c - 1) x
   >= c``.
3. ``d = 1``: ``c s + t - x >= c``. Where x is 1, s is 1 and t at least 1; where x is 0, s is 1 or t
   is c. Likewise for ``c = 1``: ``d t + s - x >= d``.
4. Both above 1: s tells by itself not whether i is full. A number y[i, r], 0 or 1, that can be 1
   only where i is: ``d y <= s``; then ``c y + t + (c - 1) x >= c``. Where x is 1, t is at least 1;
   where x and y are 0, t must be c.

Where b pairs may block, each row has a number of its own, 0 or 1, that lifts it, and these add up
to b at most. Extras: one a level of each side, y a level of a mentee in 4., and one a pair if b is
above 0. Rows: one a level of each side, one a pair, and one a y.

Reference: M. Delorme, S. Garcia, J. Gondzio, J. Kalcsics, D. Manlove, W. Pettersson (2019).
Mathematical models for stable matching problems with ties and incomplete lists. European Journal
of Operational Research 277(2), 426-441. doi:10.1016/j.ejor.2019.03.017
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.families import Extra, Family
from cmmatch.assignment.form import UNBOUNDED
from cmmatch.assignment.pairwise import Constant, Listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.families import RowOf
    from cmmatch.assignment.levels import Levels

__all__ = ["StabilityRows"]

SIDES = ("mentee", "mentor")


@dataclass(frozen=True, eq=False, slots=True)
class RowOfListed:
    """The pair decides the row; pairs that are not listed are in none."""

    rows: Listed

    def __call__(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the row of each pair."""
        return self.rows(mentee, mentor, np.zeros(len(mentee), dtype=np.int64))


@dataclass(frozen=True, eq=False)
class StabilityRows:
    """Writes the rows for some pairs.

    Parameters
    ----------
    form : FormBuilder
        Written into.
    name : str
        Of the rule.
    mentee, mentor : int64, shape (P,)
        The pairs, sorted by (mentee, mentor).
    sides : two Levels
        Of these pairs.
    room : two int64 arrays, shape (P,)
        Room of the mentee and of the mentor of each pair, at least 1.
    blocking : int
        Blocking pairs that are allowed.
    """

    form: FormBuilder
    name: str
    mentee: NDArray[np.int64]
    mentor: NDArray[np.int64]
    sides: tuple[Levels, Levels]
    room: tuple[NDArray[np.int64], NDArray[np.int64]]
    blocking: int

    def write(self) -> None:
        """Add extras and families."""
        up_to = [self._levels(k) for k in (0, 1)]
        everyone = np.ones(len(self.mentee), dtype=np.bool_)
        opened = [
            side.as_good(everyone) <= room for side, room in zip(self.sides, self.room, strict=True)
        ]
        s, t = (numbers[side.level] for numbers, side in zip(up_to, self.sides, strict=True))
        d, c = self.room
        cases = np.select(
            [opened[0] & opened[1], opened[1], opened[0], d == 1, c == 1],
            ["both", "mentee", "mentor", "one mentor", "one mentee"],
            "several",
        )
        full = self._full(up_to[0], cases == "several")
        one, none = np.ones_like(d), np.zeros_like(d)
        # For each case: what s or y, what t and what x counts, and what they must come to.
        table = {
            "both": (none, none, one, one),
            "mentee": (one, none, d - 1, d),
            "mentor": (none, one, c - 1, c),
            "one mentor": (c, one, -one, c),
            "one mentee": (one, d, -one, d),
            "several": (c, one, c - 1, c),
        }
        of_s, of_t, of_x, least = (
            np.select([cases == case for case in table], [row[k] for row in table.values()], 0)
            for k in range(4)
        )
        first = np.where(cases == "several", full[self.sides[0].level], s)
        numbers, counts = [first, t], [of_s, of_t]
        if self.blocking:
            numbers.append(self._lifted())
            counts.append(least)
        self._add(
            "no such blocking pair",
            [f"{i} with {j}" for i, j in self._named()],
            self._row_of(np.arange(len(self.mentee))),
            Listed(self._keys, of_x, self._width),
            (least, np.full(len(least), UNBOUNDED)),
            [
                (np.arange(len(least)), each, count)
                for each, count in zip(numbers, counts, strict=True)
            ],
        )

    @property
    def _width(self) -> int:
        return max(self.form.shape[1], 1)

    @property
    def _keys(self) -> NDArray[np.int64]:
        return self.mentee.astype(np.int64) * self._width + self.mentor

    def _row_of(self, rows: NDArray[np.int64]) -> RowOfListed:
        return RowOfListed(Listed(self._keys, rows, self._width, other=-1))

    def _named(self) -> list[tuple[str, str]]:
        source = self.form.candidates.source
        return list(
            zip(source.mentee_ids[self.mentee], source.mentor_ids[self.mentor], strict=True)
        )

    def _extras(self, names: list[str], most: NDArray[np.int64]) -> NDArray[np.int64]:
        numbers = [
            self.form.add_extra(Extra(f"{self.name}: {name}", 0, int(upper)))
            for name, upper in zip(names, most, strict=True)
        ]
        return np.array(numbers, dtype=np.int64)

    def _levels(self, k: int) -> NDArray[np.int64]:
        """Count the pairs of each person of a side down to each level; return the extras."""
        side, count = self.sides[k], len(self.sides[k])
        ids = getattr(self.form.candidates.source, f"{SIDES[k]}_ids")
        room = np.zeros(count, dtype=np.int64)
        room[side.level] = self.room[k]
        place = np.arange(count) - np.searchsorted(side.person, side.person) + 1
        labels = [
            f"{ids[i]}, level {r}"
            for i, r in zip(side.person.tolist(), place.tolist(), strict=True)
        ]
        numbers = self._extras([f"pairs of {each} or above" for each in labels], room)
        below = np.flatnonzero(place > 1)
        nothing = np.zeros(count, dtype=np.int64)
        self._add(
            f"levels of {SIDES[k]}s",
            labels,
            self._row_of(side.level),
            Constant(),
            (nothing, nothing),
            [
                (np.arange(count), numbers, nothing - 1),
                (below, numbers[below - 1], np.ones(len(below), dtype=np.int64)),
            ],
        )
        return numbers

    def _full(self, up_to: NDArray[np.int64], asked: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Add a number that is 1 only where a mentee is full at a level; -1 where none is asked."""
        side, full = self.sides[0], np.full(len(self.sides[0]), -1, dtype=np.int64)
        levels, pair = np.unique(side.level[asked], return_index=True)
        if not len(levels):
            return full
        ids = self.form.candidates.source.mentee_ids[side.person[levels]]
        labels = [f"{each} is full at level {r}" for each, r in zip(ids, levels, strict=True)]
        full[levels] = self._extras(labels, np.ones_like(levels))
        row, nothing = np.arange(len(levels)), np.zeros(len(levels), dtype=np.int64)
        self._add(
            "full",
            labels,
            self._row_of(np.full(len(self.mentee), -1)),
            Constant(),
            (nothing, nothing + UNBOUNDED),
            [
                (row, up_to[levels], nothing + 1),
                (row, full[levels], -self.room[0][np.flatnonzero(asked)[pair]]),
            ],
        )
        return full

    def _lifted(self) -> NDArray[np.int64]:
        """Add a number for each pair that may block, and hold their sum."""
        names = [f"{i} with {j} blocks" for i, j in self._named()]
        numbers = self._extras(names, np.ones(len(names), dtype=np.int64))
        self._add(
            "blocking pairs",
            ["all"],
            self._row_of(np.full(len(self.mentee), -1)),
            Constant(),
            (np.array([0]), np.array([self.blocking])),
            [(np.zeros_like(numbers), numbers, np.ones_like(numbers))],
        )
        return numbers

    def _add(
        self,
        what: str,
        labels: list[str],
        row: RowOf,
        coefficient: Constant | Listed,
        bounds: tuple[NDArray[np.int64], NDArray[np.int64]],
        entries: list[tuple[NDArray[np.int64], ...]],
    ) -> None:
        rows, extras, counts = (np.concatenate(part) for part in zip(*entries, strict=True))
        some = counts != 0
        self.form.add_family(
            Family(
                f"{self.name}, {what}",
                tuple(labels),
                row,
                coefficient,
                bounds[0],
                bounds[1],
                tuple(
                    zip(
                        rows[some].tolist(),
                        extras[some].tolist(),
                        counts[some].tolist(),
                        strict=True,
                    )
                ),
            )
        )
