"""Tables as CSV, one way: UTF-8 with a byte-order mark, commas, CRLF, every text quoted.

Excel takes a CSV for UTF-8 only with the mark; RFC 4180 ends rows with CRLF. Quotes around every
text keep semicolons, commas and line breaks in it from being taken for the next cell, whatever
reads the file.
"""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.tables import protect

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["to_csv"]

DECIMALS = 6
"""Of every number that is not whole: scores are whole millionths."""


def to_csv(columns: Mapping[str, Sequence[object]], *, text: Collection[str]) -> bytes:
    """Write columns as CSV, to be opened in a spreadsheet and read back by cmmatch unchanged.

    Parameters
    ----------
    columns : mapping of str to sequence of object
        Headings and cells, all of one length. A cell is a text, a whole number, another number (six
        decimals), true or false ("yes", "no"), or ``None`` or NaN (blank).
    text : collection of str
        Headings of free text (names, reasons). Only these columns and all headings are protected: a
        text that a spreadsheet would take for a formula gets an apostrophe in front, which cmmatch
        takes away when it reads the file. Ids and numbers stand as they are.

    Returns
    -------
    bytes
        The file: UTF-8 with a byte-order mark, commas, CRLF at the end of every row, the heading
        first.

    Raises
    ------
    ValueError
        Columns differ in length, ``text`` names none of them, or a number is infinite.
    TypeError
        A cell is of another kind.

    Examples
    --------
    >>> sheet = to_csv({"id": ["m1"], "name": ["=Ann"], "score": [0.5]}, text=["name"])
    >>> print(sheet.decode("utf-8-sig"))  # doctest: +NORMALIZE_WHITESPACE
    "id","name","score"
    "m1","'=Ann",0.500000
    """
    _check(columns, text)
    cells = [[_cell(value, name in text) for value in column] for name, column in columns.items()]
    rows = [[_quote(protect(name)) for name in columns], *zip(*cells, strict=True)]
    return "".join(",".join(row) + "\r\n" for row in rows).encode("utf-8-sig")


def _check(columns: Mapping[str, Sequence[object]], text: Collection[str]) -> None:
    unknown = [name for name in text if name not in columns]
    if unknown:
        message = (
            "Every text column must be in the sheet. "
            f"Not there: {sorted(unknown)}; there: {list(columns)}."
        )
        raise ValueError(message)
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        message = f"All columns of a sheet must be of one length. Given: {lengths}."
        raise ValueError(message)


def _cell(value: object, free: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _quote(protect(value) if free else value) if value else ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        return _number(float(value))
    message = f"A cell must be a text, a number, true, false or None. Given: {value!r}."
    raise TypeError(message)


def _number(value: float) -> str:
    if math.isnan(value):
        return ""
    if math.isinf(value):
        message = (
            "A number in a sheet must be finite; leave the cell blank (None) where there is none."
        )
        raise ValueError(message)
    # Adding zero turns -0.0 into 0.0.
    return f"{round(value, DECIMALS) + 0.0:.{DECIMALS}f}"


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
