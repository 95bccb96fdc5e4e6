"""Faults of the input: each with a stable code, all collected before anything is raised."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from cmmatch.errors import InputFaults

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["SETTINGS", "Fault", "FaultList", "Severity"]

SETTINGS = "settings"
"""Stands as the table of a fault where settings were given without a file."""


class Severity(Enum):
    """Whether the programme can be used in spite of it."""

    FAULT = "fault"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where it is, and what to do about it.

    Parameters
    ----------
    table : str
        The file's name as the person knows it ("mentors.csv", "programme.toml"); "mentors" for a
        frame.
    row : int or None
        The row as a spreadsheet numbers it: the heading is row 1. ``None`` for the table as a
        whole. For data frames, the position counted from 0; for settings and calendars, the line of
        the file.
    column : str
        The heading as written in the file, or the path of the setting ("eligibility.same").
    value : str
        What was given, as text; empty for a blank.
    code : str
        Stable and searchable, such as ``capacity-not-whole``.
    problem : str
        What must hold, in one sentence.
    remedy : str
        What to do, in one sentence.
    severity : Severity
        ``NOTE`` for what works but is probably not meant: it never stops a run.
    """

    table: str
    row: int | None
    column: str
    value: str
    code: str
    problem: str
    remedy: str
    severity: Severity = Severity.FAULT

    @property
    def where(self) -> str:
        """Table, row and column, or file, line and setting, as a person would point at them."""
        column = "setting" if self.about_settings else "column"
        lines = self.about_settings or self.table.casefold().endswith(".ics")
        row = "line" if lines else "row"
        parts = [self.table]
        if self.row is not None:
            parts.append(f"{row} {self.row}")
        if self.column:
            parts.append(f"{column} {self.column!r}")
        return ", ".join(parts)

    @property
    def about_settings(self) -> bool:
        """Whether it is about a setting and not about a table of people."""
        return self.table == SETTINGS or self.table.endswith(".toml")

    def __str__(self) -> str:
        given = f" Given: {self.value!r}." if self.value else ""
        return f"{self.where}: {self.problem}{given} {self.remedy} [{self.code}]"


class FaultList:
    """Collects faults and notes while tables are read; sorted when read back."""

    def __init__(self) -> None:
        self._all: list[Fault] = []

    def add(
        self,
        code: str,
        *,
        table: str,
        problem: str,
        remedy: str,
        row: int | None = None,
        column: str = "",
        value: str = "",
        note: bool = False,
    ) -> None:
        """Record one fault, or one note where ``note`` is true."""
        severity = Severity.NOTE if note else Severity.FAULT
        self._all.append(Fault(table, row, column, value, code, problem, remedy, severity))

    def extend(self, others: Iterable[Fault]) -> None:
        """Take over faults found elsewhere."""
        self._all.extend(others)

    def rows(self, table: str, column: str) -> frozenset[int]:
        """Return the rows of a table whose cell in a column has a fault."""
        return frozenset(
            each.row
            for each in self._all
            if each.severity is Severity.FAULT
            and (each.table, each.column) == (table, column)
            and each.row is not None
        )

    def told_of(self, table: str) -> frozenset[str]:
        """Return the columns of a table of which something is said, as a whole."""
        return frozenset(
            each.column for each in self._all if each.table == table and each.row is None
        )

    def setting_is_bad(self, table: str, setting: str) -> bool:
        """Whether a setting, what it holds, or what it is in has a fault: it was given then."""
        return any(
            each.severity is Severity.FAULT
            and each.table == table
            and (_within(each.column, setting) or _within(setting, each.column))
            for each in self._all
        )

    def __iter__(self) -> Iterator[Fault]:
        return iter(sorted(self._all, key=_position))

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What stops a run."""
        return tuple(each for each in self if each.severity is Severity.FAULT)

    @property
    def notes(self) -> tuple[Fault, ...]:
        """What does not stop a run but should be looked at."""
        return tuple(each for each in self if each.severity is Severity.NOTE)

    def raise_if_any(self) -> None:
        """Raise :class:`cmmatch.errors.InputFaults` with every fault, if there is one."""
        if self.faults:
            raise InputFaults(self.faults)


def _within(setting: str, other: str) -> bool:
    return f"{setting}.".startswith(f"{other}.")


def _position(fault: Fault) -> tuple[str, int, str, str, str, str]:
    row = -1 if fault.row is None else fault.row
    return fault.table, row, fault.column, fault.code, fault.value, fault.problem
