"""Week grids: free time as a table of times and people, as scheduling polls export it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.calendar import DAYS
from cmmatch.programme.clocks import DAY, WEEK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.tables import Table

__all__ = ["Answer", "parse_slot", "read_week_grid"]

FREE = frozenset({"1", "x", "yes", "y", "true", "free"})
BUSY = frozenset({"0", "no", "n", "false", "busy"})
WHO = ("id", "email")
WHEN = ("time", "start")

LONGEST = 4 * 4
"""Quarter-hours that a row may last."""

MOMENT = re.compile(
    r"(?:(?P<day>[a-z]+)[.,]?\s+)?"
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::00)?)?(?:\s*(?P<half>am|pm))?"
)


@dataclass(frozen=True, eq=False)
class Answer:
    """What one person ticked.

    Parameters
    ----------
    person : str
        Id or e-mail as written.
    row : int or None
        First row of the person, where people stand in rows.
    column : str
        Heading over the person, or of the column in which the person is named.
    free : bool, shape (672,)
        Quarter-hours from Monday 00:00, in the zone in which the grid is written.
    """

    person: str
    row: int | None
    column: str
    free: NDArray[np.bool_]


def parse_slot(text: str) -> tuple[int | None, int]:
    """Read the beginning of a row: a day, if there is one, and quarter-hours from midnight.

    Days are English, in full or by three letters; times have 24 hours, or 12 with am or pm.

    Returns
    -------
    day : int or None
        0 is Monday.
    quarter : int
        0 to 95.

    Raises
    ------
    ValueError
        It is not of that form, or not on a quarter-hour.

    Examples
    --------
    >>> parse_slot("Monday 09:00:00 AM"), parse_slot("Mon 21:30"), parse_slot("9:15 pm")
    ((0, 36), (0, 86), (None, 85))
    """
    found = MOMENT.fullmatch(text.strip().casefold())
    if not found or (found["minute"] is None and found["half"] is None):
        message = "A time must be written as 'Mon 09:00' or 'Monday 09:00:00 AM'."
        raise ValueError(message)
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"] is not None:
        if not 1 <= hour <= 12:
            message = "An hour with am or pm must be 1 to 12."
            raise ValueError(message)
        hour = hour % 12 + (12 if found["half"] == "pm" else 0)
    if hour > 23 or minute > 59 or minute % 15:
        message = "A time must be on a quarter-hour, from 00:00 to 23:45."
        raise ValueError(message)
    return _day(found["day"]), hour * 4 + minute // 15


def _day(word: str | None) -> int | None:
    if word is None:
        return None
    day = _find_day(word)
    if day is None:
        message = f"A day must be Mon, Tue, Wed, Thu, Fri, Sat or Sun, not {word!r}."
        raise ValueError(message)
    return day


def _find_day(word: str) -> int | None:
    name = word.strip().casefold()
    return next((k for k, day in enumerate(DAYS) if name in (day, day[:3])), None)


def read_week_grid(table: Table, faults: FaultList) -> list[Answer]:
    """Read a grid; a person with anything that cannot be read is left out, with the faults.

    Two shapes are read. *People over the columns*: the first column holds a day and a time, every
    other column is a person. *Days over the columns*: a column ``id`` or ``email``, a column
    ``time``, and a column for each day.

    A row lasts for the shortest step from row to row within a day, 15 minutes to 4 hours; times
    that no row names are not free. A person whose cells are all blank gave no answer.
    Where somebody marks only the free times, blank is not free; where 0 or no stands too, a blank
    is a fault.

    Parameters
    ----------
    table : Table
        As text.
    faults : FaultList
        Takes ``grid-without-people``, ``grid-time-unreadable``, ``grid-time-twice``,
        ``grid-rows-uneven``, ``grid-cell-unreadable`` and ``grid-never-free``.
    """
    names = {heading.casefold(): heading for heading in table.headings}
    who = next((names[name] for name in WHO if name in names), None)
    when = next((names[name] for name in WHEN if name in names), None)
    days = {heading: day for heading in table.headings if (day := _find_day(heading)) is not None}
    reader = _GridReader(table, faults)
    if who is not None and when is not None and days:
        return reader.by_days(who, when, days)
    return reader.by_people()


@dataclass(frozen=True)
class _Who:
    """A person as the grid has it: the name, the first row if in rows, and the column."""

    person: str
    row: int | None
    column: str


@dataclass(frozen=True)
class _Cell:
    """One cell: its row in the table, its column, and its place in the week."""

    k: int
    column: str
    quarter: int


class _GridReader:
    def __init__(self, table: Table, faults: FaultList) -> None:
        self.table = table
        self.faults = faults

    def by_people(self) -> list[Answer]:
        first, *people = self.table.headings
        moments = self._moments(first, needs_day=True)
        step = self._step(moments.values(), first)
        if not people:
            self._report_nobody()
        if step is None:
            return []
        return self._kept(
            self._answer(
                _Who(person, None, person),
                [_Cell(k, person, quarter) for k, quarter in moments.items()],
                step=step,
            )
            for person in people
        )

    def by_days(self, who: str, when: str, days: Mapping[str, int]) -> list[Answer]:
        moments = self._moments(when, needs_day=False, within=who)
        step = self._step(moments.values(), when)
        if step is None:
            return []
        rows: dict[str, list[int]] = {}
        for k in moments:
            rows.setdefault(self.table.columns[who][k], []).append(k)
        return self._kept(
            self._answer(
                _Who(person, self.table.rows[own[0]], who),
                [_Cell(k, name, day * DAY + moments[k]) for k in own for name, day in days.items()],
                step=step,
            )
            for person, own in rows.items()
        )

    def _kept(self, answers: Iterable[Answer | None]) -> list[Answer]:
        return [answer for answer in answers if answer is not None]

    def _moments(self, column: str, *, needs_day: bool, within: str = "") -> dict[int, int]:
        """Read the times, by row, as quarter-hours; report those unreadable or there twice."""
        read: dict[int, int] = {}
        seen: dict[tuple[str, int], int] = {}
        for k, text in enumerate(self.table.columns[column]):
            try:
                day, quarter = parse_slot(text)
                _check_day(day, needs_day=needs_day)
            except ValueError as error:
                self._fault(
                    "grid-time-unreadable",
                    k,
                    column,
                    problem=str(error),
                    remedy="Write the day and the time at which the row begins."
                    if needs_day
                    else "Write the time at which the row begins; the days stand over the columns.",
                )
                continue
            moment = (day or 0) * DAY + quarter
            key = (self.table.columns[within][k] if within else "", moment)
            if key in seen:
                self._fault(
                    "grid-time-twice",
                    k,
                    column,
                    problem="A time must stand once; it stands in row "
                    f"{self.table.rows[seen[key]]} too.",
                    remedy="Delete or correct one of the rows.",
                )
                continue
            seen[key] = k
            read[k] = moment
        return read

    def _step(self, moments: Iterable[int], column: str) -> int | None:
        """Return how long a row lasts, in quarter-hours: the shortest step within a day."""
        ordered = sorted(set(moments))
        gaps = [
            later - earlier
            for earlier, later in pairwise(ordered)
            if earlier // DAY == later // DAY
        ]
        step = min(gaps, default=0)
        if 0 < step <= LONGEST and all(gap % step == 0 for gap in gaps):
            return step
        self._fault(
            "grid-rows-uneven",
            None,
            column,
            problem="The rows of a week grid must be evenly apart, 4 hours at most, and at least "
            "two on one day, so that the length of a row is known.",
            remedy="Give every row the same length, such as 15 or 30 minutes.",
        )
        return None

    def _answer(self, who: _Who, cells: list[_Cell], *, step: int) -> Answer | None:
        """Read one person's cells; nothing where they are blank or cannot be read."""
        words = [self.table.columns[cell.column][cell.k].casefold() for cell in cells]
        blank_is_busy = not BUSY.intersection(words)
        starts, bad = [], False
        for cell, word in zip(cells, words, strict=True):
            if word in FREE:
                starts.append(cell.quarter)
            elif word not in BUSY and not (word == "" and blank_is_busy):
                bad = True
                self._report_cell(cell, word)
        if bad or not any(words):
            return None
        if not starts:
            self._report_never(who)
            return None
        free = np.zeros(WEEK, dtype=np.bool_)
        free[(np.array(starts)[:, None] + np.arange(step)) % WEEK] = True
        return Answer(who.person, who.row, who.column, free)

    def _report_nobody(self) -> None:
        self._fault(
            "grid-without-people",
            None,
            "",
            problem="A week grid must have a column of times and a column for each person, or the "
            "columns id, time and the days.",
            remedy="Export the grid with its people, or write them in.",
        )

    def _report_cell(self, cell: _Cell, word: str) -> None:
        self._fault(
            "grid-cell-unreadable",
            cell.k,
            cell.column,
            problem="A cell of a week grid must be 1 or 0, yes or no, or x where free."
            if word
            else "A cell must not be blank where the person's other cells say 0 or no.",
            remedy="Write 1 where the person is free and 0 where not.",
        )

    def _report_never(self, who: _Who) -> None:
        self._fault(
            "grid-never-free",
            None,
            who.column,
            row=who.row,
            problem=f"A person who answers must be free at some time; {who.person!r} is not.",
            remedy="Ask the person, or leave all the cells blank for no answer.",
        )

    def _fault(
        self,
        code: str,
        k: int | None,
        column: str,
        *,
        problem: str,
        remedy: str,
        row: int | None = None,
    ) -> None:
        self.faults.add(
            code,
            table=self.table.name,
            row=row if k is None else self.table.rows[k],
            column=column,
            value="" if k is None else self.table.columns[column][k],
            problem=problem,
            remedy=remedy,
        )


def _check_day(day: int | None, *, needs_day: bool) -> None:
    if needs_day and day is None:
        message = "A time must have its day where the columns are people."
        raise ValueError(message)
    if not needs_day and day is not None:
        message = "A time must have no day where the columns are days."
        raise ValueError(message)
