"""Excel workbooks: the first sheet that holds something, as rows of text.

calamine reads the cells, fast, but gives a blank for a cell that holds an error and for a formula
that was never calculated. Both are looked up in the sheet's own XML, so that neither passes for a
blank. It also makes room for every cell up to the last row and column, so how far these lie is
looked up before it is let at them.
"""

from __future__ import annotations

import re
from io import BytesIO
from posixpath import join, normpath
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from cmmatch.programme.grids import CellError, Grid, cell_text, letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from python_calamine import CalamineWorkbook

    from cmmatch.programme.faults import FaultList

__all__ = ["read_workbook"]

DIGITS = 15
"""Significant digits that Excel shows and works with."""

ROOM, SPARSE = 10_000_000, 20
"""Cells for which there is room anyway; beyond, as many as this times those that hold something."""

_FILLED = re.compile(rb"<(?:\w+:)?c(?:\s[^>]*[^/>]|\s*)>")
_PLACED = re.compile(
    rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r=["']([A-Z]{1,3})([0-9]+)["'](?:[^>]*[^/>])?>"""
)
_SUSPECT = re.compile(rb"""\st=["']e["']|<(\w+:)?f[\s/>]""")


class Odd(NamedTuple):
    """A cell that is no plain value: where it is, counted from 0, and the error that it shows."""

    row: int
    column: int
    error: str


def read_workbook(data: bytes, name: str, faults: FaultList) -> Grid | None:
    """Read the first visible sheet that is not empty; the others are named in a note.

    Parameters
    ----------
    data : bytes
        The file, ``.xlsx`` or ``.xlsm``.
    name : str
        What messages call it.
    faults : FaultList
        Takes ``excel-unreadable``, ``excel-password``, ``excel-stray-cell`` and ``file-empty``;
        ``number-too-long`` and
        ``formula-not-calculated`` for cells; and the note ``excel-several-sheets``. Cells that show
        an error come back as that error, such as ``#N/A``.

    Returns
    -------
    Grid or None
        ``None`` if the workbook cannot be read or holds nothing.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as workbook, ZipFile(BytesIO(data)) as z:
            sheets = _filled_sheets(workbook, z)
            for sheet, xml in sheets.items():
                if _report_stray(name, sheet, xml, faults):
                    return None
                values = _values(workbook, sheet)
                if values:
                    break
            else:
                remedy = "Write the headings in row 1 of the first sheet."
                _add(faults, name, "file-empty", "The workbook must hold a table.", remedy)
                return None
        odd = _odd_cells(xml)
    except PasswordError:
        problem, remedy = "The workbook must not need a password.", "Save it without one."
        _add(faults, name, "excel-password", problem, remedy)
        return None
    except (CalamineError, BadZipFile, ElementTree.ParseError, KeyError) as error:
        remedy = f"Save it again as .xlsx or as 'CSV UTF-8'; the reader says: {error}."
        _add(faults, name, "excel-unreadable", "The workbook must be intact.", remedy)
        return None
    _note_sheets(name, sheet, sheets, faults)
    return _grid(name, values, odd, faults)


def _filled_sheets(workbook: CalamineWorkbook, archive: ZipFile) -> dict[str, bytes]:
    """Return the XML of each visible sheet that has a cell with something in it, by name."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    names = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    parts = {name: archive.read(_part_of(archive, name)) for name in names}
    return {name: xml for name, xml in parts.items() if _FILLED.search(xml)}


def _report_stray(name: str, sheet: str, xml: bytes, faults: FaultList) -> bool:
    """Report cells so far from the others that there is no room for all in between."""
    places = _PLACED.findall(xml)
    if not places:
        return False
    last_row = max({row for _, row in places}, key=int)
    last_column = max({column for column, _ in places}, key=lambda column: (len(column), column))
    area = int(last_row) * (_column(last_column.decode()) + 1)
    if area <= max(ROOM, SPARSE * len(places)):
        return False
    lowest = next(place for place in places if place[1] == last_row)
    rightmost = next(place for place in places if place[0] == last_column)
    far = sorted({(column + row).decode() for column, row in (lowest, rightmost)})
    faults.add(
        "excel-stray-cell",
        table=name,
        value=" and ".join(far),
        problem=f"The cells of a table must lie together; in the sheet {sheet!r} one is far from "
        f"the others, so that the sheet has room for {area:,} cells, and {len(places):,} hold "
        "something.",
        remedy="Go to it with Ctrl-G, delete its whole row and column, and save the workbook.",
    )
    return True


def _values(workbook: CalamineWorkbook, sheet: str) -> list[list[object]]:
    """Return the cells from A1 on; none where all are blank."""
    cells = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [[*row] for row in cells] if any(cell != "" for row in cells for cell in row) else []


def _note_sheets(name: str, read: str, sheets: Iterable[str], faults: FaultList) -> None:
    others = ", ".join(repr(sheet) for sheet in sheets if sheet != read)
    if others:
        faults.add(
            "excel-several-sheets",
            table=name,
            value=read,
            problem=f"Only the first sheet is read; left out: {others}.",
            remedy="Move the table to the first sheet if it is another one.",
            note=True,
        )


def _grid(name: str, values: list[list[object]], odd: Sequence[Odd], faults: FaultList) -> Grid:
    for cell in odd:
        if cell.error:
            values[cell.row][cell.column] = cell.error
    rows = [k for k, row in enumerate(values) if any(cell != "" for cell in row)]
    heading = [str(cell).strip() for cell in values[rows[0]]]
    for cell in odd:
        if not cell.error:
            _report_formula(name, cell, heading, faults)
    records = [_record(name, k, values[k], heading, faults) for k in rows]
    return Grid(name, records[0], [k + 1 for k in rows[1:]], records[1:])


def _record(
    name: str, k: int, values: Sequence[object], heading: Sequence[str], faults: FaultList
) -> list[str]:
    """Return a row as text; a cell that has none is a fault and blank."""
    texts = []
    for j, value in enumerate(values):
        try:
            texts.append(value if type(value) is str else cell_text(_rounded(value)))
        except CellError as error:
            texts.append("")
            faults.add(
                error.code,
                table=name,
                row=k + 1,
                column=heading[j] or letter(j),
                value=str(value),
                problem=error.problem,
                remedy=error.remedy,
            )
    return texts


def _rounded(value: object) -> object:
    """Drop the digits that Excel itself does not show: 0.1 + 0.2 is 0.3."""
    if isinstance(value, float) and not value.is_integer():
        return float(f"{value:.{DIGITS}g}")
    return value


def _report_formula(name: str, cell: Odd, heading: Sequence[str], faults: FaultList) -> None:
    faults.add(
        "formula-not-calculated",
        table=name,
        row=cell.row + 1,
        column=heading[cell.column] or letter(cell.column),
        problem="The cell holds a formula whose value was never calculated.",
        remedy="Open the workbook in Excel and save it, or replace formulas by their values.",
    )


def _odd_cells(xml: bytes) -> list[Odd]:
    """Return the cells of a sheet that hold an error or an uncalculated formula."""
    if not _SUSPECT.search(xml):
        return []
    return list(_scan(ElementTree.iterparse(BytesIO(xml), events=("start", "end"))))


def _part_of(archive: ZipFile, sheet: str) -> str:
    """Return the path within the archive of the sheet with this name."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.attrib["Id"]: link.attrib["Target"] for link in links}
    named = {each.get("name"): each for each in book.iter() if _tag(each) == "sheet"}
    links_of = [value for key, value in named[sheet].attrib.items() if key.endswith("}id")]
    return normpath(join("/xl", targets[links_of[0]])).removeprefix("/")


def _scan(events: Iterator[tuple[str, ElementTree.Element]]) -> Iterator[Odd]:
    row = column = -1
    for event, element in events:
        tag = _tag(element)
        if event == "start" and tag == "row":
            row, column = int(element.get("r", row + 2)) - 1, -1
        elif event == "end" and tag == "c":
            reference = element.get("r")
            column = _column(reference) if reference else column + 1
            error = _error(element)
            if error is not None:
                yield Odd(row, column, error)
        elif event == "end" and tag == "row":
            element.clear()


def _error(cell: ElementTree.Element) -> str | None:
    """Return the error that a cell shows, "" for a formula without a value, else ``None``."""
    parts = {_tag(part): part.text or "" for part in cell}
    kind = cell.get("t")
    if kind == "e":
        return parts.get("v", "")
    return "" if "f" in parts and not parts.get("v") and kind != "str" else None


def _column(reference: str) -> int:
    position = 0
    for sign in reference.rstrip("0123456789").upper():
        position = position * 26 + ord(sign) - ord("A") + 1
    return position - 1


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _add(faults: FaultList, name: str, code: str, problem: str, remedy: str) -> None:
    faults.add(code, table=name, problem=problem, remedy=remedy)
