"""Reporting lines, put together from ``manager_id`` and ``appraiser_id`` of all tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmmatch.programme.labels import folded
from cmmatch.programme.relations import ReportingLines, circles
from cmmatch.programme.sheets import listed
from cmmatch.programme.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cmmatch.programme.identity import Register, Roster

__all__ = ["Superiors", "read_superiors"]

COLUMNS = ("manager_id", "appraiser_id")
"""Columns that name somebody's superior."""


@dataclass(frozen=True)
class Superiors:
    """Who manages and who appraises whom, by id.

    Parameters
    ----------
    lines : ReportingLines
        Managers over all tables.
    appraiser : mapping of str to str
        The appraiser's id for each person whose appraiser is named.
    """

    lines: ReportingLines
    appraiser: Mapping[str, str]


@dataclass(frozen=True)
class _Cell:
    """A cell that names somebody's superior."""

    roster: Roster
    row: int
    person: str
    superior: str
    column: str

    def fault(self, code: str, problem: str, remedy: str) -> None:
        self.roster.sheet.fault(code, self.row, self.column, problem=problem, remedy=remedy)


def read_superiors(rosters: Sequence[Roster], register: Register) -> Superiors:
    """Read the reporting lines of mentors, mentees and everyone else, in this order.

    A manager whom no table has is a node of the line whose own manager is unknown. Their ids are
    compared as those in the tables are, and kept in one spelling: the first in order of those that
    are :func:`~cmmatch.programme.labels.folded` alike.
    """
    strangers = _strangers(rosters, register)
    managers = _merged(_cells(rosters, register, "manager_id", strangers), "manager")
    for circle in circles({person: cell.superior for person, cell in managers.items()}):
        _report_circle(circle, managers)
    appraisers = _merged(_cells(rosters, register, "appraiser_id", strangers), "appraiser")
    lines = ReportingLines({p: cell.superior for p, cell in managers.items()}, register.known)
    return Superiors(lines, {person: cell.superior for person, cell in appraisers.items()})


def _strangers(rosters: Sequence[Roster], register: Register) -> dict[str, str]:
    """Spelling of everybody who is named in some cell and has no row, by the folded id."""
    cells = ((roster, roster.sheet.text(name)) for roster in rosters for name in COLUMNS)
    named = {texts[k] for roster, texts in cells for k, _ in roster.people() if texts[k]}
    spelling: dict[str, str] = {}
    for text in sorted(each for each in named if register.find(each) is None):
        spelling.setdefault(folded(text), text.casefold() if "@" in text else text)
    return spelling


def _cells(
    rosters: Sequence[Roster], register: Register, column: str, spelling: Mapping[str, str]
) -> Iterator[_Cell]:
    for roster in rosters:
        strangers: dict[str, str] = {}
        texts = roster.sheet.text(column)
        for k, person in roster.people():
            text = texts[k]
            if not text or register.is_ambiguous(text):
                continue
            superior = register.find(text)
            if superior is None:
                superior = spelling[folded(text)]
                strangers[superior] = min(text, strangers.get(superior, text))
            yield _Cell(roster, k, person, superior, column)
        if strangers:
            _note_strangers(roster, register, column, sorted(strangers.values()))


def _note_strangers(
    roster: Roster, register: Register, column: str, strangers: Sequence[str]
) -> None:
    word = column.removesuffix("_id")
    shown = [_with_hint(name, register) for name in strangers[:5]]
    shown += strangers[5:]
    verb = "is" if len(strangers) == 1 else "are"
    roster.sheet.fault(
        f"{word}-unknown",
        None,
        column,
        problem=f"{len(strangers)} {word}{'s' * (len(strangers) != 1)} {verb} in no table: "
        f"{listed(shown)}.",
        remedy="Correct the ids, or add the people to people.csv to complete the reporting lines.",
        note=True,
    )


def _with_hint(name: str, register: Register) -> str:
    hint = did_you_mean(register.near(name)).rstrip()
    return f"{name!r} ({hint})" if hint else repr(name)


def _merged(cells: Iterator[_Cell], word: str) -> dict[str, _Cell]:
    merged: dict[str, _Cell] = {}
    for cell in cells:
        if word == "manager" and cell.superior == cell.person:
            cell.fault(
                "manager-self",
                "Nobody must be their own manager.",
                "Write the manager's id, or leave the cell blank for the head of the line.",
            )
            continue
        before = merged.setdefault(cell.person, cell)
        if before.superior != cell.superior:
            cell.fault(
                f"{word}-contradicts",
                f"A person must have one {word}; {cell.person!r} has {before.superior!r} in "
                f"{before.roster.where(before.row)}.",
                "Write the same in all tables, or leave the cell blank in all but one.",
            )
    return merged


def _report_circle(circle: tuple[str, ...], managers: dict[str, _Cell]) -> None:
    """Report at the cell of the first person; without that cell the line is no circle."""
    shown = [*circle[:10], *([f"{len(circle) - 10} more"] if len(circle) > 10 else [])]
    way = " to ".join([*shown, circle[0]])
    cell = managers.pop(circle[0])
    cell.fault(
        "manager-circle",
        f"Reporting lines must not run in a circle; this one runs from {way}.",
        "Correct the manager of one of them, or leave it blank for the head of the line.",
    )
