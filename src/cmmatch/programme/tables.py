"""The only reader of people's files: CSV, Excel, Parquet and data frames become columns of text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cmmatch.programme.delimited import read_delimited
from cmmatch.programme.exports import read_survey
from cmmatch.programme.files import report_unreadable
from cmmatch.programme.frames import read_frame, read_parquet
from cmmatch.programme.grids import letter, report_twice
from cmmatch.programme.labels import composed
from cmmatch.programme.people import texts
from cmmatch.programme.spelling import did_you_mean, near_names
from cmmatch.programme.title_lines import below_title
from cmmatch.programme.workbooks import read_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.files import ReadBytes
    from cmmatch.programme.grids import Grid

__all__ = ["Table", "from_frame", "protect", "read_table", "unprotect"]

ERRORS = frozenset(
    {
        "#N/A", "#NAME?", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
        "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!",
    }
)  # fmt: skip
"""What a spreadsheet writes into a cell whose formula has failed."""

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How workbooks begin; the second is that of older ones and of those with a password."""

_RUNS = re.compile(r"'*[=+\-@\t\r]")
_PROTECTED = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True, eq=False)
class Table:
    """A table as text; nothing is converted yet.

    Parameters
    ----------
    name : str
        The file's name without the folder, or what the frame is called.
    headings : tuple of str
        As written, without blanks at the ends, in the order of the file; no two alike, none blank.
    columns : mapping of str to object array of str, shape (n,)
        By heading; read-only; "" for a blank cell.
    rows : tuple of int, length n
        The number that a spreadsheet gives to each row, the heading being in row 1 of a plain
        table; the position from 0 for data frames and Parquet.
    questions : mapping of str to str
        For survey exports: heading to the question as asked.
    metadata : frozenset of str
        For survey exports: headings of columns that the survey tool itself wrote.
    dropped : tuple of str
        Headings that stood more than once: a fault, and nobody knows which column is meant.
    """

    name: str
    headings: tuple[str, ...]
    columns: Mapping[str, NDArray[np.object_]]
    rows: tuple[int, ...]
    questions: Mapping[str, str] = field(default_factory=dict)
    metadata: frozenset[str] = frozenset()
    dropped: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)


def protect(text: str) -> str:
    """Put an apostrophe in front of a text that a spreadsheet would run as a formula.

    It would if the text begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return. A text
    that begins with apostrophes before one of these gets another, so that :func:`unprotect` gives
    back exactly what was there.

    Examples
    --------
    >>> protect("=1+1"), protect("'=1+1"), protect("Ann"), protect("'Ann'")
    ("'=1+1", "''=1+1", 'Ann', "'Ann'")
    """
    return f"'{text}" if _RUNS.match(text) else text


def unprotect(text: str) -> str:
    """Take away the apostrophe that :func:`protect` has put in front, and nothing else.

    Examples
    --------
    >>> unprotect("'=1+1"), unprotect("''=1+1"), unprotect("=1+1"), unprotect("'Ann'")
    ('=1+1', "'=1+1", '=1+1', "'Ann'")
    """
    return text[1:] if _PROTECTED.match(text) else text


def read_table(path: Path, faults: FaultList, *, read: ReadBytes = Path.read_bytes) -> Table | None:
    r"""Read a file of people's data as text.

    Cells lose the white space around them, then one protecting apostrophe (see :func:`protect`),
    and nothing more: ``00123``, ``NA``, ``None`` and ``1E5`` stay. Texts are kept as
    :func:`~cmmatch.programme.labels.composed` writes them, headings too. Blank rows, and columns
    without heading and cells, are left out. Survey exports with three heading rows become plain
    ones.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.tsv`` or ``.txt`` (commas, semicolons, tabs or bars), ``.xlsx`` or ``.xlsm``,
        ``.parquet`` (needs pyarrow).
    faults : FaultList
        Takes all that is wrong with the file as such.
    read : callable, default Path.read_bytes
        Gives the bytes of the file; called once.

    Returns
    -------
    Table or None
        ``None`` where the file cannot be used. Faults of single rows and cells (``row-too-long``,
        ``cell-error`` and the like) leave a table in which the cell is blank, and those of headings
        (``heading-twice``, ``heading-blank``) one without these columns, so that the rest can be
        checked in the same run.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from cmmatch.programme.faults import FaultList
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "mentors.csv")
    ...     _ = file.write_text("id;capacity\n00123; 2\n", encoding="utf-8")
    ...     table = read_table(file, FaultList())
    >>> table.headings, table.columns["id"].tolist(), table.rows
    (('id', 'capacity'), ['00123'], (2,))
    """
    if not path.exists():
        _report_missing(path, faults)
        return None
    try:
        data = read(path)
    except OSError as error:
        report_unreadable(path, error, faults)
        return None
    grid = _read_grid(path, data, faults)
    return None if grid is None else _table(grid, faults, written=True)


def from_frame(frame: object, name: str, faults: FaultList) -> Table | None:
    """Read a data frame as text, exactly as :func:`read_table` would read it from a file.

    Parameters
    ----------
    frame : object
        A pandas, polars or pyarrow table, anything else with ``.columns``, ``[]`` and columns that
        give lists, or a mapping of lists. It is not changed. A pandas index is not read.
    name : str
        What messages call it.
    faults : FaultList
        Takes all that is wrong with the frame as such.

    Returns
    -------
    Table or None
        As for :func:`read_table`. Missing values are "", whole floats have no decimals, days are
        ISO, booleans are yes and no. Apostrophes stay: a frame is not a protected file.

    Examples
    --------
    >>> from cmmatch.programme.faults import FaultList
    >>> table = from_frame({"id": ["007", "8"], "capacity": [2.0, None]}, "mentors", FaultList())
    >>> table.columns["capacity"].tolist(), table.rows
    (['2', ''], (0, 1))
    """
    grid = read_frame(frame, name, faults)
    return None if grid is None else _table(grid, faults, written=False)


def _report_missing(path: Path, faults: FaultList) -> None:
    folder = path.parent
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    faults.add(
        "file-missing",
        table=path.name,
        problem="The file must exist.",
        remedy=f"{did_you_mean(near_names(path.name, names))}Check the name and the folder.",
    )


def _read_grid(path: Path, data: bytes, faults: FaultList) -> Grid | None:
    suffix = path.suffix.casefold()
    zipped = data.startswith(ZIP)
    if suffix in (".csv", ".tsv", ".txt"):
        if zipped:
            _report_workbook(path.name, faults)
            return None
        return read_delimited(data, path.name, faults)
    if suffix in (".xlsx", ".xlsm"):
        if data and not data.startswith((ZIP, OLE)):
            _report_no_workbook(path.name, faults)
            return None
        return read_workbook(data, path.name, faults)
    if suffix == ".parquet":
        return read_parquet(data, path.name, faults)
    faults.add(
        "file-kind-unknown",
        table=path.name,
        problem="The file must be .csv, .tsv, .txt, .xlsx, .xlsm or .parquet.",
        remedy="Save it as .xlsx or as 'CSV UTF-8 (comma delimited)'.",
    )
    return None


def _report_workbook(name: str, faults: FaultList) -> None:
    faults.add(
        "workbook-named-text",
        table=name,
        problem="A file of this kind must be text; it is an Excel workbook under another name.",
        remedy="Rename it to end in .xlsx, or open it and save it as 'CSV UTF-8'.",
    )


def _report_no_workbook(name: str, faults: FaultList) -> None:
    faults.add(
        "text-named-workbook",
        table=name,
        problem="A file of this kind must be an Excel workbook; it is none, whatever its name.",
        remedy="Rename it to end in .csv if it is text, or open it and save it as .xlsx.",
    )


def _table(grid: Grid, faults: FaultList, *, written: bool) -> Table | None:
    """Check the headings and turn rows into columns; only ``written`` files are protected."""
    survey = read_survey(below_title(_composed(grid), faults), faults)
    grid = survey.grid
    heading = [unprotect(text.strip()) if written else text.strip() for text in grid.heading]
    columns = _columns(grid, len(heading), faults)
    if not any(heading):
        _report_no_heading(grid.name, faults)
        return None
    _report_blank(grid, heading, columns, faults)
    dropped = report_twice(grid.name, heading, faults)
    cells = {
        name: _cells(column, name, grid, faults, written=written)
        for name, column in zip(heading, columns, strict=True)
        if name and name not in dropped
    }
    return Table(
        grid.name,
        tuple(cells),
        cells,
        tuple(grid.rows),
        survey.questions,
        survey.metadata,
        grid.dropped + dropped,
    )


def _composed(grid: Grid) -> Grid:
    """Return the same rows with every text :func:`~cmmatch.programme.labels.composed`."""
    heading, *records = ([*map(composed, texts)] for texts in (grid.heading, *grid.records))
    return replace(
        grid, heading=heading, records=records, dropped=tuple(map(composed, grid.dropped))
    )


def _columns(grid: Grid, width: int, faults: FaultList) -> list[Sequence[str]]:
    """Return the columns under the headings; shorter rows are filled up with blanks."""
    records: list[Sequence[str]] = []
    for row, record in zip(grid.rows, grid.records, strict=True):
        surplus = next((text.strip() for text in record[width:] if text.strip()), "")
        if surplus:
            faults.add(
                "row-too-long",
                table=grid.name,
                row=row,
                value=surplus,
                problem=f"A row must have no more cells than there are headings ({width}).",
                remedy="Put quotes around a cell that holds the delimiter, or give the column a "
                "heading.",
            )
        short = width - len(record)
        records.append([*record, *[""] * short] if short > 0 else record[:width])
    return list(zip(*records, strict=True)) if records else [[]] * width


def _report_no_heading(name: str, faults: FaultList) -> None:
    faults.add(
        "heading-missing",
        table=name,
        problem="The table must have headings.",
        remedy="Write the name of each column into the first row.",
    )


def _report_blank(
    grid: Grid, heading: Sequence[str], columns: Sequence[Sequence[str]], faults: FaultList
) -> None:
    """Report columns without a heading that hold something; they are left out."""
    for k, name in enumerate(heading):
        filled = [] if name else [j for j, text in enumerate(columns[k]) if text.strip()]
        if filled:
            faults.add(
                "heading-blank",
                table=grid.name,
                row=grid.rows[filled[0]],
                column=letter(k),
                value=columns[k][filled[0]].strip(),
                problem="A column that holds something must have a heading.",
                remedy="Write a heading over the column, or delete the column.",
            )


def _cells(
    column: Sequence[str], name: str, grid: Grid, faults: FaultList, *, written: bool
) -> NDArray[np.object_]:
    """Return a column as clean text; a cell that shows an error is a fault and blank."""
    cells = [text.strip() for text in column]
    marks = {text[:1] for text in cells}
    if written and "'" in marks:
        cells = [unprotect(text) for text in cells]
    if "#" in marks:
        for k, text in enumerate(cells):
            if text in ERRORS:
                cells[k] = ""
                _report_error(text, name, grid.name, grid.rows[k], faults)
    return texts(cells)


def _report_error(text: str, heading: str, name: str, row: int, faults: FaultList) -> None:
    faults.add(
        "cell-error",
        table=name,
        row=row,
        column=heading,
        value=text,
        problem="A cell must hold a value, not the error of a formula.",
        remedy="Correct the formula, or write the value or nothing.",
    )
