"""Rows as they were found, before headings are read, and one cell of any type as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from numbers import Integral, Real
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.programme.faults import FaultList

__all__ = ["CellError", "Grid", "cell_text", "letter", "report_twice", "shown"]

EXACT_BELOW = 1e15
"""Spreadsheets keep 15 digits of a number; from here on the last ones may be gone."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Rows of text, none of them blank.

    Parameters
    ----------
    name : str
        The file's name without the folder, or what the frame is called.
    heading : sequence of str
        The first row.
    rows : sequence of int
        Number of each further row, as a spreadsheet counts; the position from 0 for frames.
    records : sequence of sequences of str
        The further rows; they may differ in length.
    dropped : tuple of str
        Headings that stood more than once and are left out already.
    """

    name: str
    heading: Sequence[str]
    rows: Sequence[int]
    records: Sequence[Sequence[str]]
    dropped: tuple[str, ...] = ()


class CellError(ValueError):
    """A cell that has no text of its own: its code, what must hold, and what to do."""

    def __init__(self, *, code: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.code = code
        self.problem = problem
        self.remedy = remedy


def letter(position: int) -> str:
    """Return the letters that a spreadsheet gives to a column, counted from 0.

    Examples
    --------
    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    position, last = divmod(position, 26)
    return (letter(position - 1) if position else "") + chr(ord("A") + last)


def cell_text(value: object) -> str:
    """Return a cell of a spreadsheet or data frame as people would write it.

    Texts stay as they are; whatever says "missing" is blank; whole numbers have no decimals and no
    number has an exponent; days are ``2026-12-01``, with the time only where it is not midnight;
    true and false are yes and no; durations are hours and minutes.

    Raises
    ------
    CellError
        The number is too long to have been kept exactly (``number-too-long``), the cell is a list
        or another object (``cell-not-plain``), or a text that no file can hold
        (``text-not-unicode``, ``nul-byte``).

    Examples
    --------
    >>> from datetime import date
    >>> [cell_text(value) for value in ("00123", 3.0, 0.5, True, date(2026, 12, 1), None)]
    ['00123', '3', '0.5', 'yes', '2026-12-01', '']
    """
    if isinstance(value, str):
        return _text(value)
    if _is_missing(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, Integral | UUID):
        return str(value)
    if isinstance(value, Real | Decimal):
        return _number(value)
    return _moment(value)


def _text(value: str) -> str:
    """Refuse what no file of text can hold, so that it is told here and not when it is written."""
    if not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            problem = "A text must be Unicode; here half of a sign is missing (a lone surrogate)."
            remedy = "Write the text again; it was taken apart before it came here."
            raise CellError(code="text-not-unicode", problem=problem, remedy=remedy) from None
    if "\0" in value:
        problem = "A text must not hold a NUL byte."
        raise CellError(code="nul-byte", problem=problem, remedy="Take it out of the text.")
    return str(value)


def shown(value: object) -> str:
    """Return a value for a message, what cannot be written escaped."""
    return str(value).encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _is_missing(value: object) -> bool:
    # Compared by name: pandas need not be there, and its NA refuses to be compared with itself.
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(value, np.datetime64 | np.timedelta64):
        return bool(np.isnat(value))
    return isinstance(value, float | np.floating | Decimal) and value != value


def _number(value: Real | Decimal) -> str:
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if not exact.is_finite():
        return str(value)
    if isinstance(value, Real) and abs(exact) >= EXACT_BELOW:
        problem = "A number must have at most 15 digits; further ones are not kept exactly."
        remedy = "Make the column text before the values are typed or imported."
        raise CellError(code="number-too-long", problem=problem, remedy=remedy)
    return str(int(exact)) if exact == exact.to_integral_value() else format(exact, "f")


def _moment(value: object) -> str:
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[us]").item()
    if isinstance(value, datetime):
        plain_day = value.tzinfo is None and value.time() == time.min
        return value.date().isoformat() if plain_day else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("auto" if value.second or value.microsecond else "minutes")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    problem = f"A cell must be a text, a number, a day, yes or no, not a {type(value).__name__}."
    remedy = "Write it as text; the entries of a list are parted by semicolons."
    raise CellError(code="cell-not-plain", problem=problem, remedy=remedy)


def report_twice(name: str, heading: Sequence[str], faults: FaultList) -> tuple[str, ...]:
    """Report headings that stand more than once (``heading-twice``), and return them."""
    doubled = {text: heading.count(text) for text in heading if text and heading.count(text) > 1}
    for text in doubled:
        places = [letter(k) for k, each in enumerate(heading) if each == text]
        faults.add(
            "heading-twice",
            table=name,
            column=text,
            problem=f"Each heading must stand once; this one is over columns {', '.join(places)}.",
            remedy="Rename or delete all but one.",
        )
    return tuple(doubled)
