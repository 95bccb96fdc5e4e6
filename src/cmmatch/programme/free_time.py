"""Free time from beside the tables: week grids and calendars, joined to the people."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from cmmatch.programme.calendar import check_zone, programme_weeks
from cmmatch.programme.calendar_files import CalendarFiles
from cmmatch.programme.clocks import DAY, offsets
from cmmatch.programme.people import Mentees, Mentors
from cmmatch.programme.spelling import did_you_mean
from cmmatch.programme.week_grids import read_week_grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.folder import Handed
    from cmmatch.programme.identity import Register, Roster
    from cmmatch.programme.tables import Table
    from cmmatch.programme.week_grids import Answer

__all__ = ["FreeTimeReader"]

Side = TypeVar("Side", Mentors, Mentees)

GRID_OF = {"mentors": "mentor_grid", "mentees": "mentee_grid"}
NOON = DAY // 2


class FreeTimeReader:
    """Completes the free time of people from the week grids and calendars that were handed in.

    Parameters
    ----------
    handed : Handed
        The tables and the settings.
    register : Register
        Everybody in any table.
    faults : FaultList
        Takes what is wrong with grids and calendars, and who cannot be joined.
    """

    def __init__(self, handed: Handed, register: Register, faults: FaultList) -> None:
        self.handed = handed
        self.register = register
        self.faults = faults
        self.calendars = CalendarFiles(handed, register, faults)
        self._answers: dict[Table, list[Answer]] = {}

    def complete(self, people: Side, roster: Roster) -> Side:
        """Return people with the free time of their grid, less what their calendar takes."""
        return self._less_calendars(self._with_grid(people, roster), roster.zone_is_bad())

    def _less_calendars(self, people: Side, zone_is_bad: NDArray[np.bool_]) -> Side:
        if not self.calendars.by_person:
            return people
        free, known = people.free.copy(), people.free_known.copy()
        for k, label in enumerate(people.ids):
            if zone_is_bad[k]:
                continue
            given = free[k] if known[k] else None
            left = self.calendars.remaining(label, people.timezone[k], given)
            if left is not None:
                free[k], known[k] = left, True
        return replace(people, free=free, free_known=known)

    def _with_grid(self, people: Side, roster: Roster) -> Side:
        table = self.handed.tables.get(GRID_OF[roster.sheet.kind])
        if table is None:
            return people
        joined = _Joined(self, table, people, roster)
        free, known = people.free.copy(), people.free_known.copy()
        for person, answer in joined.answers().items():
            given = self._local(answer.free, people.timezone[person])
            if known[person] and not np.array_equal(free[person], given):
                joined.report_other_times(person, answer)
            free[person], known[person] = given, True
        return replace(people, free=free, free_known=known)

    def answers(self, table: Table) -> list[Answer]:
        """Read a grid once, even where it is named for both sides."""
        if table not in self._answers:
            self._answers[table] = read_week_grid(table, self.faults)
        return self._answers[table]

    @cached_property
    def zone(self) -> str:
        """Zone of the grids; an unknown one is a fault and counts as blank."""
        zone = self.handed.config.availability.grid_timezone
        try:
            if zone:
                check_zone(zone)
        except ValueError as error:
            self.faults.add(
                "setting-timezone",
                table=self.handed.config_name,
                column="availability.grid_timezone",
                value=zone,
                problem=str(error),
                remedy="Write a zone such as Europe/Berlin, or leave it out for each person's own.",
            )
            return ""
        return zone

    def _local(self, free: NDArray[np.bool_], zone: str) -> NDArray[np.bool_]:
        """Turn from the zone of the grid to a person's, as clocks stand on the first day."""
        if not (self.zone and zone):
            return free
        day, _ = programme_weeks(self.handed.config.programme)
        ahead = [int(offsets(each, day, 1)[NOON]) for each in (zone, self.zone)]
        return np.roll(free, ahead[0] - ahead[1])


class _Joined:
    """The answers of one grid for one side, by position of the person."""

    def __init__(
        self, reader: FreeTimeReader, table: Table, people: Mentors | Mentees, roster: Roster
    ) -> None:
        self.reader = reader
        self.table = table
        self.people = people
        self.roster = roster

    def answers(self) -> dict[int, Answer]:
        found: dict[int, Answer] = {}
        for answer in self.reader.answers(self.table):
            label = self.reader.register.find(answer.person)
            person = self.people.position.get(label or "")
            if label is None:
                self._report_unknown(answer)
            elif person is None:
                self._note_elsewhere(answer, label)
            elif person in found:
                self._report_twice(answer, found[person])
            else:
                found[person] = answer
        return found

    def report_other_times(self, person: int, answer: Answer) -> None:
        """Report a person whose cell says something else than the grid."""
        where = self.roster.where(int(self.roster.kept[person]))
        self._fault(
            "grid-contradicts",
            answer,
            problem="The free time of a person must be the same wherever it is given; "
            f"{self.people.ids[person]!r} has another in 'availability', {where}.",
            remedy="Leave one of the two blank.",
        )

    def _report_unknown(self, answer: Answer) -> None:
        name = answer.person
        if self._shared and not self._first_side:
            return
        if self.reader.register.is_ambiguous(name):
            return
        named = [
            str(self.people.ids[k])
            for k in range(len(self.people))
            if self.people.name[k].casefold() == name.casefold()
        ]
        near = named if len(named) == 1 else self.reader.register.near(name)
        self._fault(
            "grid-person-unknown",
            answer,
            problem="Everybody in a week grid must stand in a table, by id or e-mail.",
            remedy=f"{did_you_mean(near)}Write the person's id or e-mail, or delete the answer.",
        )

    def _report_twice(self, answer: Answer, other: Answer) -> None:
        self._fault(
            "grid-person-twice",
            answer,
            problem=f"A person must answer once; {other.person!r} is the same person.",
            remedy="Delete one of the answers.",
        )

    def _note_elsewhere(self, answer: Answer, label: str) -> None:
        if self._shared and (self._on_a_side(label) or not self._first_side):
            return
        sides = "tables of both sides" if self._shared else f"table of {self.roster.sheet.kind}"
        self._fault(
            "grid-person-elsewhere",
            answer,
            problem=f"The grid is read for the {sides}; this person is not there, so the "
            "answer is not used.",
            remedy="Name the file for the other side too, in [files], if it has answers of both.",
            note=True,
        )

    def _on_a_side(self, label: str) -> bool:
        tables = self.reader.handed.tables
        names = {tables[kind].name for kind in GRID_OF if kind in tables}
        return not names.isdisjoint(self.reader.register.tables[label])

    @property
    def _shared(self) -> bool:
        """Whether one file is the grid of both sides."""
        grids = [self.reader.handed.tables.get(kind) for kind in GRID_OF.values()]
        return grids[0] is grids[1]

    @property
    def _first_side(self) -> bool:
        return self.roster.sheet.kind == next(iter(GRID_OF))

    def _fault(
        self, code: str, answer: Answer, *, problem: str, remedy: str, note: bool = False
    ) -> None:
        self.reader.faults.add(
            code,
            table=self.table.name,
            row=answer.row,
            column=answer.column,
            value=answer.person,
            problem=problem,
            remedy=remedy,
            note=note,
        )
