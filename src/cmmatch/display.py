"""What people see: escaping, numbers as text, and small HTML tables. Imports nothing of ours.

Everything that is shown to a person, in the report or in a notebook, passes through here, so that a
name such as ``<b>Ann</b>`` comes out as text and a number looks the same everywhere.
"""

from __future__ import annotations

import html
import math
from numbers import Integral, Real
from typing import TYPE_CHECKING
from unicodedata import category

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "capital",
    "count",
    "decimal",
    "decimals_apart",
    "escape",
    "ordinal",
    "plain",
    "printable",
    "several",
    "share",
    "small_table",
]

FINEST = 6
"""Decimals of a score: it is a whole number of millionths."""

DIRECTIONS = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Signs without a form that turn the direction of writing and so hide what stands there."""

BLANK = "–"
"""Stands for a number that is not known."""


def escape(text: object) -> str:
    """Make a text safe inside HTML and SVG, in elements and in quoted attributes.

    Examples
    --------
    >>> escape('<b title="x">Ann & Bob</b>')
    '&lt;b title=&quot;x&quot;&gt;Ann &amp; Bob&lt;/b&gt;'
    """
    return html.escape(str(text), quote=True)


def printable(text: str) -> str:
    r"""Make control characters visible, so that no name commands a terminal; line breaks stay.

    Examples
    --------
    >>> printable("Ann\x1b[31m\u202e")
    'Ann\\x1b[31m\\u202e'
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(sign: str) -> str:
    command = category(sign) in ("Cc", "Cs") or sign in DIRECTIONS
    return sign.encode("unicode_escape").decode() if command and sign != "\n" else sign


def decimal(value: float | None, places: int = 2) -> str:
    """Write a number with fixed decimals, thousands parted by commas; a dash where it is not known.

    Examples
    --------
    >>> decimal(0.7812), decimal(1234.5, 1), decimal(-0.001), decimal(None)
    ('0.78', '1,234.5', '0.00', '–')
    """
    if value is None or math.isnan(value):
        return BLANK
    text = f"{value:,.{places}f}"
    # A minus in front of zeros says nothing true.
    return text.lstrip("-") if not text.strip("-0.,") else text


def decimals_apart(values: Iterable[float]) -> int:
    """Return how many decimals, 2 to 6, tell numbers apart that differ by a millionth or more.

    Examples
    --------
    >>> decimals_apart([0.71, 0.83]), decimals_apart([0.7112, 0.7148, 0.7112]), decimals_apart([1])
    (2, 3, 2)
    """
    distinct = {f"{value:.{FINEST}f}" for value in values}
    return next(
        (
            places
            for places in range(2, FINEST)
            if len({f"{float(each):.{places}f}" for each in distinct}) == len(distinct)
        ),
        FINEST,
    )


def count(value: float) -> str:
    """Write a whole number, thousands parted by commas.

    Examples
    --------
    >>> count(12345)
    '12,345'
    """
    return f"{int(value):,}"


def several(number: int, one: str, many: str) -> str:
    """Write how many there are of something.

    Examples
    --------
    >>> several(1, "mentor", "mentors"), several(1200, "has", "have")
    ('1 mentor', '1,200 have')
    """
    return f"{count(number)} {one if number == 1 else many}"


def share(value: float | None) -> str:
    """Write a share as a percentage that says 0% and 100% only where that is so.

    Examples
    --------
    >>> share(0.835), share(0.9999), share(0.0001), share(1.0), share(None)
    ('84%', '>99%', '<1%', '100%', '–')
    """
    if value is None or math.isnan(value):
        return BLANK
    text = f"{100 * value:.0f}%"
    if text == "100%" and value < 1:
        return ">99%"
    return "<1%" if text == "0%" and value > 0 else text


def ordinal(position: int) -> str:
    """Write a position in English.

    Examples
    --------
    >>> [ordinal(k) for k in (1, 2, 3, 4, 11, 22, 113)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd', '113th']
    """
    ending = (
        "th"
        if position % 100 in (11, 12, 13)
        else {1: "st", 2: "nd", 3: "rd"}.get(position % 10, "th")
    )
    return f"{count(position)}{ending}"


def capital(text: str) -> str:
    """Begin a text with a capital letter and leave the rest as it is.

    Examples
    --------
    >>> capital("people partner (EMEA)")
    'People partner (EMEA)'
    """
    return text[:1].upper() + text[1:]


def plain(value: object) -> str:
    """Write any cell as text: numbers as above, yes or no, a dash where nothing is known.

    Examples
    --------
    >>> [plain(each) for each in ("m-01", 1200, 0.5, True, None)]
    ['m-01', '1,200', '0.50', 'yes', '–']
    """
    if value is None:
        return BLANK
    # numpy's own bool is neither a bool nor a number to the standard library.
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return count(int(value))
    return decimal(float(value)) if isinstance(value, Real) else str(value)


def small_table(
    headers: Sequence[str], rows: Sequence[Sequence[object]], caption: str = "", *, most: int = 10
) -> str:
    """Draw a small table for ``_repr_html_``: everything escaped, numbers on the right.

    Parameters
    ----------
    headers : sequence of str
        One a column.
    rows : sequence of sequence of object
        As many cells each as there are headers.
    caption : str, default ""
        Stands above the table; none where empty.
    most : int, default 10
        Rows shown; a last line says how many more there are.

    Returns
    -------
    str
        One ``<table>``, with no script and no style sheet.

    Raises
    ------
    ValueError
        A row has more or fewer cells than there are headers.

    Examples
    --------
    >>> "... and 2 more" in small_table(["k"], [[1], [2], [3]], most=1)
    True
    """
    for k, row in enumerate(rows):
        if len(row) != len(headers):
            message = f"Every row must have {len(headers)} cells; row {k} has {len(row)}."
            raise ValueError(message)
    lines = ["<table>"]
    if caption:
        lines.append(f"<caption>{escape(caption)}</caption>")
    heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in headers)
    lines.append(f"<thead><tr>{heads}</tr></thead>")
    lines.append("<tbody>")
    lines += [f"<tr>{''.join(_cell(value) for value in row)}</tr>" for row in rows[:most]]
    if len(rows) > most:
        more = f"... and {count(len(rows) - most)} more"
        lines.append(f'<tr><td colspan="{max(1, len(headers))}">{more}</td></tr>')
    lines += ["</tbody>", "</table>"]
    return "\n".join(lines)


def _cell(value: object) -> str:
    right = isinstance(value, Real) and not isinstance(value, bool)
    style = ' style="text-align:right"' if right else ""
    return f"<td{style}>{escape(plain(value))}</td>"
