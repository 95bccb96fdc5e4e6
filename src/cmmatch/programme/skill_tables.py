"""Tables about skills that the settings name: their columns, found by name, and their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmmatch.programme.headings import plain_heading
from cmmatch.programme.spelling import did_you_mean, near_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.tables import Table

__all__ = ["filled", "find_columns", "has_columns"]


def has_columns(table: Table, names: Sequence[str]) -> bool:
    """Whether the table has a column of each name; capitals, blanks and signs do not matter."""
    there = {plain_heading(heading) for heading in table.headings}
    return {plain_heading(name) for name in names} <= there


def find_columns(table: Table, names: Sequence[str], faults: FaultList) -> list[list[str]] | None:
    """Return the cells of some columns, in the order of the names.

    Parameters
    ----------
    table : Table
        As read.
    names : sequence of str
        Headings; capitals, blanks and signs do not matter, nor does the order in the table.
    faults : FaultList
        Takes ``column-missing`` and ``column-twice``.

    Returns
    -------
    list or None
        ``None`` after any fault.
    """
    there: dict[str, list[str]] = {}
    for heading in table.headings:
        there.setdefault(plain_heading(heading), []).append(heading)
    found = [there.get(plain_heading(name), []) for name in names]
    for name, headings in zip(names, found, strict=True):
        if not headings:
            near = near_names(name, table.headings, most=1)
            faults.add(
                "column-missing",
                table=table.name,
                column=name,
                problem=f"The table must have the columns {', '.join(map(repr, names))}.",
                remedy=f"{did_you_mean(near)}Add the column, or correct its heading.",
            )
        elif len(headings) > 1:
            faults.add(
                "column-twice",
                table=table.name,
                column=headings[1],
                problem=f"There must be one column {name!r}; {headings[0]!r} is another.",
                remedy="Remove or rename one of them.",
            )
    if any(len(headings) != 1 for headings in found):
        return None
    return [table.columns[headings[0]].tolist() for headings in found]


def filled(
    table: Table, columns: Mapping[str, Sequence[str]], faults: FaultList
) -> list[tuple[int, tuple[str, ...]]]:
    """Return (row, cells) of the rows without a blank; every blank is a fault (``skill-blank``)."""
    rows = []
    for row, cells in zip(table.rows, zip(*columns.values(), strict=True), strict=True):
        blank = [name for name, cell in zip(columns, cells, strict=True) if not cell]
        for name in blank:
            faults.add(
                "skill-blank",
                table=table.name,
                row=row,
                column=name,
                problem=f"Every row must fill the columns {', '.join(map(repr, columns))}.",
                remedy="Fill the cell, or remove the row.",
            )
        if not blank:
            rows.append((row, cells))
    return rows
