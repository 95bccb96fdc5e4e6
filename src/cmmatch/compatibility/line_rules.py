"""Rules about who manages or appraises whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.rule import (
    Codes,
    FormulaRule,
    PairTable,
    decide,
    label,
    labels,
    not_given,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from cmmatch.compatibility.rule import PreparedRule
    from cmmatch.programme.people import People
    from cmmatch.programme.programme import Programme
    from cmmatch.programme.relations import ReportingLines

__all__ = ["Appraiser", "LineGaps", "OwnLine", "PreparedOwnLine", "SameManager"]

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class OwnLine:
    """Nobody is matched within their own reporting line, upwards or downwards.

    A pair is refused if one is among the managers of the other, up to ``levels`` above. It is
    unverified if it is not refused and either person's line is not known that far.

    Parameters
    ----------
    levels : int, default 2
        Levels up and down, >= 1.
    """

    levels: int = 2
    name: str = "own_line"
    columns: tuple[str, ...] = ("manager_id",)

    def applies(self, programme: Programme) -> bool:
        """Whether anybody's manager is named."""
        return bool(programme.lines.manager)

    def prepare(self, programme: Programme) -> PreparedOwnLine:
        """Find every pair within one line."""
        mentors, mentees, lines = programme.mentors, programme.mentees, programme.lines
        up = [(i, j, step) for i, j, step in _above(mentees, mentors, lines, self.levels)]
        down = [(i, j, -step) for j, i, step in _above(mentors, mentees, lines, self.levels)]
        return PreparedOwnLine(
            self.name,
            programme,
            self.levels,
            PairTable.of(up + down, width=len(mentors)),
            *(
                np.array([lines.complete(each, self.levels) for each in side.ids], dtype=np.bool_)
                for side in (mentees, mentors)
            ),
        )


def _above(
    people: People, others: People, lines: ReportingLines, levels: int
) -> Iterable[tuple[int, int, int]]:
    """Yield (person, other, steps) for each of the others who stands above a person."""
    for person, each in enumerate(people.ids):
        for step, manager in enumerate(lines.above(each, levels), start=1):
            if manager in others.position:
                yield person, others.position[manager], step


@dataclass(frozen=True)
class LineGaps:
    """Why the reporting line could not be checked for some pairs.

    Parameters
    ----------
    pairs : int
        Pairs that could not be checked and are not in a known line.
    without_manager : int
        People at whom a line ends because they have a row but no manager is named.
    manager_in_no_table : int
        People at whom a line ends because their manager has no row in any table.
    """

    pairs: int
    without_manager: int
    manager_in_no_table: int


@dataclass(frozen=True, eq=False)
class PreparedOwnLine(FormulaRule):
    """:class:`OwnLine` bound to a programme.

    Parameters
    ----------
    levels : int
        Levels up and down.
    steps : PairTable
        How many levels the mentor stands above the mentee; negative if below.
    mentee_complete, mentor_complete : bool, shapes (N,) and (M,)
        Whether the person's line is known that far.
    """

    levels: int
    steps: PairTable
    mentee_complete: NDArray[np.bool_]
    mentor_complete: NDArray[np.bool_]

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.int8]:
        """Verdicts of some mentees against every mentor, shape (rows, M)."""
        refused = self.steps.block(rows) != 0
        return decide(refused, ~self.mentee_complete[rows, None], ~self.mentor_complete[None, :])

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int8]:
        """Verdicts of single pairs, shape (P,)."""
        refused = self.steps.pairs(mentee, mentor) != 0
        return decide(refused, ~self.mentee_complete[mentee], ~self.mentor_complete[mentor])

    def refusal(self, mentee: int, mentor: int) -> str:
        """Say who stands above whom, and by how many levels."""
        steps = int(self.steps.pairs(np.array([mentee]), np.array([mentor]))[0])
        people = labels(self.programme, mentee, mentor)
        below, above = people if steps > 0 else people[::-1]
        if abs(steps) == 1:
            return f"{above} is the line manager of {below}, one level up."
        return f"{above} is in the reporting line of {below}, {_number(abs(steps))} levels up."

    def missing(self, mentee: int, mentor: int) -> str:
        """Say whose line is not known far enough."""
        levels = "one level" if self.levels == 1 else f"{_number(self.levels)} levels"
        return not_given(
            f"the reporting line, {levels} up,",
            labels(self.programme, mentee, mentor),
            (not self.mentee_complete[mentee], not self.mentor_complete[mentor]),
        )

    def gaps(self, pairs: int) -> LineGaps:
        """Count the people who keep lines from being known, for ``pairs`` unverified pairs."""
        lines = self.programme.lines
        without, unlisted = set(), set()
        for person in {*self.programme.mentees.ids, *self.programme.mentors.ids}:
            chain = (person, *lines.above(person, self.levels))
            if len(chain) > self.levels:
                continue
            if len(chain) == 1 or chain[-1] in lines.known:
                without.add(chain[-1])
            else:
                unlisted.add(chain[-2])
        return LineGaps(pairs, len(without), len(unlisted))


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


@dataclass(frozen=True)
class SameManager:
    """Nobody is matched with somebody who reports to the same manager.

    Unverified if the manager of either is not named.
    """

    name: str = "same_manager"
    columns: tuple[str, ...] = ("manager_id",)

    def applies(self, programme: Programme) -> bool:
        """Whether anybody's manager is named."""
        return bool(programme.lines.manager)

    def prepare(self, programme: Programme) -> PreparedRule:
        """Give each manager a number."""
        manager = programme.lines.manager
        codes = Codes.of(
            (manager.get(each, "") for each in programme.mentees.ids),
            (manager.get(each, "") for each in programme.mentors.ids),
        )
        return _SameManager(self.name, programme, codes)


@dataclass(frozen=True, eq=False)
class _SameManager(FormulaRule):
    codes: Codes

    def verdicts(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int8]:
        return decide(self.codes.equal(mentee, mentor), *self.codes.blank(mentee, mentor))

    def refusal(self, mentee: int, mentor: int) -> str:
        manager = self.programme.lines.manager[self.programme.mentees.ids[mentee]]
        return f"Both report to {_named(self.programme, manager)}."

    def missing(self, mentee: int, mentor: int) -> str:
        return not_given(
            "the manager",
            labels(self.programme, mentee, mentor),
            (bool(self.codes.mentee[mentee] < 0), bool(self.codes.mentor[mentor] < 0)),
        )


def _named(programme: Programme, person: str) -> str:
    """Name of anybody by id, also of those who take no part."""
    for side in (programme.mentors, programme.mentees):
        if person in side.position:
            return label(side, side.position[person])
    return person


@dataclass(frozen=True)
class Appraiser:
    """Nobody is matched with somebody who appraises them, or whom they appraise.

    Unverified if it is not refused and the appraiser of either is not named.
    """

    name: str = "appraiser"
    columns: tuple[str, ...] = ("appraiser_id",)

    def applies(self, programme: Programme) -> bool:
        """Whether anybody's appraiser is named."""
        return any((p.appraiser_id != "").any() for p in (programme.mentees, programme.mentors))

    def prepare(self, programme: Programme) -> PreparedRule:
        """Give appraisers the numbers of the people on the other side."""
        mentees, mentors = programme.mentees, programme.mentors
        return _Appraiser(
            self.name,
            programme,
            Codes.of(mentees.appraiser_id, mentors.ids),
            Codes.of(mentees.ids, mentors.appraiser_id),
        )


@dataclass(frozen=True, eq=False)
class _Appraiser(FormulaRule):
    by_mentor: Codes
    by_mentee: Codes

    def verdicts(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int8]:
        refused = self.by_mentor.equal(mentee, mentor) | self.by_mentee.equal(mentee, mentor)
        return decide(refused, self.by_mentor.mentee[mentee] < 0, self.by_mentee.mentor[mentor] < 0)

    def refusal(self, mentee: int, mentor: int) -> str:
        down, up = labels(self.programme, mentee, mentor)
        if self.by_mentor.mentee[mentee] == self.by_mentor.mentor[mentor]:
            return f"{up} appraises {down}."
        return f"{down} appraises {up}."

    def missing(self, mentee: int, mentor: int) -> str:
        return not_given(
            "the appraiser",
            labels(self.programme, mentee, mentor),
            (bool(self.by_mentor.mentee[mentee] < 0), bool(self.by_mentee.mentor[mentor] < 0)),
        )
