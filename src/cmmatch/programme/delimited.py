"""Text files of rows: CSV in its common dialects, found from the file itself."""

from __future__ import annotations

import codecs
import csv
import re
from io import StringIO
from itertools import islice
from typing import TYPE_CHECKING

from cmmatch.programme.grids import Grid
from cmmatch.programme.title_lines import looks_like_headings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cmmatch.programme.faults import FaultList

__all__ = ["DELIMITERS", "read_delimited"]

DELIMITERS = (",", ";", "\t", "|")
UNCLOSED = "unexpected end of data"
TOO_LONG = "field larger than field limit"
LOOKED_AT = 100
TITLES = 10

_SEP = re.compile(r'"?sep=([,;\t|])"?(\r\n|\r|\n)', re.IGNORECASE)


def read_delimited(data: bytes, name: str, faults: FaultList) -> Grid | None:
    """Read a text file whose cells are parted by commas, semicolons, tabs or vertical bars.

    The delimiter is the one that parts the first row into the most cells, quotes respected; where
    two do, the one that fits the rows below. A first line ``sep=;``, which Excel reads and does not
    count as a row, decides too. Rows are counted as a spreadsheet does: a cell may have several
    lines. Blank rows count and are left out.

    Parameters
    ----------
    data : bytes
        The file: UTF-8 with or without byte-order mark, or UTF-16 with one.
    name : str
        What messages call it.
    faults : FaultList
        Takes ``encoding-not-utf8``, ``nul-byte``, ``file-empty``, ``heading-missing``,
        ``delimiter-unclear``, ``quote-unclosed``, ``quote-misplaced`` and ``cell-too-long``.

    Returns
    -------
    Grid or None
        ``None`` after any fault.
    """
    text = _decoded(data, name, faults)
    if text is None:
        return None
    if not text.strip():
        _add(faults, name, "file-empty", "The file must not be empty.", "Export it again.")
        return None
    stated = _SEP.match(text)
    body = text[stated.end() :] if stated else text
    delimiter = stated[1] if stated else _delimiter(body)
    if delimiter is None:
        _add(
            faults,
            name,
            "delimiter-unclear",
            "The first row must tell what parts the cells; several signs part it alike.",
            "Put quotes around every heading, or save the file as 'CSV UTF-8 (comma delimited)'.",
        )
        return None
    return _grid(body, delimiter, name, faults)


def _decoded(data: bytes, name: str, faults: FaultList) -> str | None:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    codec = "utf-16" if wide else "utf-8-sig"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        _add(
            faults,
            name,
            "encoding-not-utf8",
            "The file must be UTF-8 (or UTF-16 with a byte-order mark); here it is not.",
            "In Excel, save it as 'CSV UTF-8 (comma delimited)'; elsewhere choose UTF-8.",
            row=_row_at(data[: error.start].decode(codec, errors="ignore")),
            value="" if wide else _around(data, error.start),
        )
        return None
    if "\0" in text:
        _add(
            faults,
            name,
            "nul-byte",
            "The file must be text; it holds a NUL byte.",
            "Save it again as 'CSV UTF-8'; UTF-16 without a byte-order mark is not read.",
            row=_row_at(text[: text.index("\0")]),
        )
        return None
    return text


def _around(data: bytes, position: int) -> str:
    """Return some signs on either side, in the encoding that it most often is."""
    before = re.split(rb"[\r\n]", data[:position])[-1][-12:]
    after = re.split(rb"[\r\n]", data[position : position + 12])[0]
    return (before + after).decode("cp1252", errors="replace").strip()


def _row_at(before: str) -> int:
    """Return the row that goes on where the text breaks off."""
    stated = _SEP.match(before)
    body = before[stated.end() :] if stated else before
    delimiter = stated[1] if stated else _delimiter(body) or ","
    try:
        return sum(1 for _ in _records(body + "x", delimiter))
    except csv.Error:
        return body.count("\n") + 1


def _records(text: str, delimiter: str, *, strict: bool = False) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=strict)


def _delimiter(text: str) -> str | None:
    """Return the delimiter, a comma where there is one column, ``None`` where it is not clear."""
    heads = {sign: _head(text, sign) for sign in DELIMITERS}
    widths = {sign: len(head[0]) if head else 1 for sign, head in heads.items()}
    most = max(widths.values())
    best = [sign for sign in DELIMITERS if widths[sign] == most]
    if most == 1:
        # A title line tells nothing; headings below it do.
        telling = [s for s in DELIMITERS if any(map(looks_like_headings, heads[s][:TITLES]))]
        return telling[0] if telling else best[0]
    if len(best) == 1:
        return best[0]
    fits = {sign: sum(len(record) == most for record in heads[sign]) for sign in best}
    fitting = [sign for sign in best if fits[sign] == max(fits.values())]
    return fitting[0] if len(fitting) == 1 else None


def _head(text: str, delimiter: str) -> list[list[str]]:
    try:
        filled = (record for record in _records(text, delimiter) if any(map(str.strip, record)))
        return list(islice(filled, LOOKED_AT))
    except csv.Error:
        return []


def _grid(text: str, delimiter: str, name: str, faults: FaultList) -> Grid | None:
    rows: list[int] = []
    records: list[list[str]] = []
    row = 0
    try:
        for row, record in enumerate(_records(text, delimiter, strict=True), start=1):
            if any(map(str.strip, record)):
                rows.append(row)
                records.append(record)
    except csv.Error as error:
        _report_quotes(str(error), name, row + 1, faults)
        return None
    if not records:
        _add(
            faults,
            name,
            "heading-missing",
            "The first row must hold the headings; all rows are blank.",
            "Export the table again, with headings.",
        )
        return None
    return Grid(name, records[0], rows[1:], records[1:])


def _report_quotes(error: str, name: str, row: int, faults: FaultList) -> None:
    if error.startswith(UNCLOSED):
        code, problem = "quote-unclosed", 'A quote (") that is opened must be closed.'
    elif error.startswith(TOO_LONG):
        code = "cell-too-long"
        problem = f"A cell must have at most {csv.field_size_limit():,} characters."
    else:
        code, problem = "quote-misplaced", 'A closing quote (") must end the cell.'
    remedy = (
        'Close the quote, or write "" for a quote within a quoted cell; look at rows above too.'
    )
    _add(faults, name, code, problem, remedy, row=row)


def _add(
    faults: FaultList,
    name: str,
    code: str,
    *sentences: str,
    row: int | None = None,
    value: str = "",
) -> None:
    problem, remedy = sentences
    faults.add(code, table=name, row=row, value=value, problem=problem, remedy=remedy)
