"""Calendar files: one .ics a person, joined to the people by id or e-mail."""

from __future__ import annotations

from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from cmmatch.programme.calendar import parse_availability
from cmmatch.programme.ics import INSTALL, busy_share, reader_is_installed
from cmmatch.programme.ics_lines import CalendarProblem
from cmmatch.programme.labels import composed
from cmmatch.programme.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.files import InputFile
    from cmmatch.programme.folder import Handed
    from cmmatch.programme.identity import Register

__all__ = ["CalendarFiles"]


class CalendarFiles:
    """The calendars of a programme, with all that is wrong with them.

    Parameters
    ----------
    handed : Handed
        The files and the settings.
    register : Register
        Everybody in any table.
    faults : FaultList
        Takes ``calendar-person-unknown``, ``calendar-person-twice``, ``calendar-without-zone``,
        ``calendars-without-start``, ``calendar-extra-missing``, those of
        :class:`~cmmatch.programme.ics_lines.CalendarProblem` and the note
        ``calendar-never-free``.
    """

    def __init__(self, handed: Handed, register: Register, faults: FaultList) -> None:
        self.handed = handed
        self.register = register
        self.faults = faults
        self._shares: dict[tuple[str, str], NDArray[np.float64] | None] = {}

    @cached_property
    def by_person(self) -> Mapping[str, InputFile]:
        """File of each id; files that belong to nobody, or to somebody who has one, are faults."""
        found: dict[str, InputFile] = {}
        for file in self.handed.calendars:
            label = self.register.find(composed(PurePath(file.name).stem))
            if label is None or not self._on_a_side(label):
                self._report_unknown(file)
            elif label in found:
                self._fault(
                    "calendar-person-twice",
                    file,
                    problem=f"A person must have one calendar; {label!r} has "
                    f"{found[label].name} too.",
                    remedy="Delete one of the two, or merge them into one file.",
                )
            else:
                found[label] = file
        return found if found and self._can_be_read(found) else {}

    def remaining(
        self, label: str, zone: str, free: NDArray[np.bool_] | None
    ) -> NDArray[np.bool_] | None:
        """Return the free time of a person less what the calendar takes; ``None`` without one.

        Parameters
        ----------
        label : str
            Id.
        zone : str
            The person's; "" is a fault.
        free : bool, shape (672,), or None
            As given; ``None`` for the working hours of the settings.
        """
        file = self.by_person.get(label)
        if file is None:
            return None
        share = self._share(label, zone, file)
        if share is None:
            return None
        settings = self.handed.config.availability
        hours = parse_availability(settings.working_hours) if free is None else free
        left: NDArray[np.bool_] = hours & (share < settings.busy_share)
        if not left.any():
            self._note_never(file)
        return left

    def _share(self, label: str, zone: str, file: InputFile) -> NDArray[np.float64] | None:
        if (label, zone) not in self._shares:
            self._shares[label, zone] = self._read(zone, file)
        return self._shares[label, zone]

    def _read(self, zone: str, file: InputFile) -> NDArray[np.float64] | None:
        settings = self.handed.config.programme
        if not zone:
            self._fault(
                "calendar-without-zone",
                file,
                problem="Whoever hands in a calendar must have a time zone.",
                remedy="Fill in 'timezone' for the person, or [programme] timezone.",
            )
            return None
        if settings.starts is None:
            return None
        try:
            return busy_share(
                self.handed.calendars[file],
                zone=zone,
                first_day=settings.starts,
                weeks=settings.weeks,
            )
        except CalendarProblem as problem:
            self._fault(
                problem.code,
                file,
                row=problem.line,
                problem=problem.problem,
                remedy=problem.remedy,
            )
            return None

    def _can_be_read(self, found: Mapping[str, InputFile]) -> bool:
        if self.handed.config.programme.starts is None:
            if not self.faults.setting_is_bad(self.handed.config_name, "programme.starts"):
                self.faults.add(
                    "calendars-without-start",
                    table=self.handed.config_name,
                    column="programme.starts",
                    problem="Calendars hold days, so the programme must have a first day.",
                    remedy="Add starts = 2027-01-11, for example.",
                )
            return False
        if reader_is_installed():
            return True
        self.faults.add(
            "calendar-extra-missing",
            table=self.handed.config_name,
            column="files.calendars",
            value=self.handed.config.files.calendars,
            problem="Reading calendars needs two libraries that are not installed.",
            remedy=f"Run {INSTALL}, or leave the setting out.",
        )
        return False

    def _on_a_side(self, label: str) -> bool:
        tables = self.handed.tables
        names = {tables[kind].name for kind in ("mentors", "mentees") if kind in tables}
        return not names.isdisjoint(self.register.tables[label])

    def _report_unknown(self, file: InputFile) -> None:
        name = PurePath(file.name).stem
        near = [] if self.register.find(name) else self.register.near(name)
        self._fault(
            "calendar-person-unknown",
            file,
            problem="A calendar must be named after somebody in the tables of mentors or mentees, "
            "by id or e-mail.",
            remedy=f"{did_you_mean(near)}Rename the file, or take it out of the folder.",
        )

    def _note_never(self, file: InputFile) -> None:
        self._fault(
            "calendar-never-free",
            file,
            problem="The calendar leaves the person no free time in the week.",
            remedy="Ask the person, or raise [availability] busy_share.",
            note=True,
        )

    def _fault(
        self,
        code: str,
        file: InputFile,
        *,
        problem: str,
        remedy: str,
        row: int | None = None,
        note: bool = False,
    ) -> None:
        self.faults.add(code, table=file.name, row=row, problem=problem, remedy=remedy, note=note)
