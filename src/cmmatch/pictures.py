"""Drawing as SVG text: what every picture is made of, the bar of one component, a heat map.

Text takes the colour of the page around it, fills the page's ``--cm-fill`` (a blue that the
colour-blind tell from the grey tracks by lightness, too), so the same text serves a light page, a
dark one and a notebook. Every picture has a title for those who do not see it; numbers are written
with two decimals at most, so the same data give the same bytes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cmmatch.display import BLANK, escape, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["FILL", "TEXT", "WIDTH", "drawn", "heat_map", "part_bar", "pixels", "rectangle",
           "standalone"]  # fmt: skip

WIDTH = 400
"""Of every chart with text, in units that are pixels on a phone: letters stay readable there."""

FILL = "fill:var(--cm-fill,#0072b2)"
TEXT = 'font-family="system-ui,sans-serif" font-size="13" fill="currentColor"'

NAMES, ROW, HEAD = 158, 30, 48
"""Of a heat map: width of the names, height of a row and of what stands above the rows."""

LONGEST, LONGEST_LABEL = 22, 58
"""Letters of a name that fit beside a heat map, and of what it shows above it."""

PALEST, STRONGEST = 0.04, 0.55
"""Shade of the shares 0 and 1: a letter on the strongest is still read, on light and on dark."""


def part_bar(
    value: float | None, *, label: str, length: float = 1.0, neutral: float | None = None
) -> str:
    """Draw one value in 0..1 as the filled share of a track, without text, to be stretched.

    Parameters
    ----------
    value : float or None
        In [0, 1]; ``None`` or NaN where it is not known: a dashed outline.
    label : str
        What it is, with its number.
    length : float, default 1.0
        Of the track, in (0, 1]: in a pair, the weight of the component against the largest. The
        filled areas of a pair then add up as its score does.
    neutral : float, optional
        In [0, 1]: what a value that is not known counts as, drawn as a pale fill in the outline.

    Returns
    -------
    str
        One ``<svg>``.

    Raises
    ------
    ValueError
        Value, length or neutral lies outside 0..1.

    Examples
    --------
    >>> part_bar(None, label="Goals: not known").count("dasharray")
    1
    >>> part_bar(None, label="Goals: not known", neutral=0.5).count("<rect")
    2
    """
    known = value is not None and not math.isnan(value)
    for number in (length, value if known else neutral):
        if number is not None and not 0 <= number <= 1:
            message = (
                "A value, what it counts as and the length of its bar must lie in 0..1. "
                f"Given: {value}, {neutral}, {length}."
            )
            raise ValueError(message)
    track = 200 * length
    lines = _known(value, track) if value is not None and known else _unknown(neutral, track)
    head = (
        '<svg class="part" viewBox="0 0 200 10" width="100%" height="10" '
        'preserveAspectRatio="none" role="img">'
    )
    return f"{head}<title>{escape(label)}</title>{''.join(lines)}</svg>"


def _known(value: float, track: float) -> list[str]:
    lines = [f'<rect {rectangle(0, 0, track, 10)} fill="currentColor" fill-opacity=".12"/>']
    if value:
        lines.append(f'<rect {rectangle(0, 0, track * value, 10)} style="{FILL}"/>')
    return lines


def _unknown(neutral: float | None, track: float) -> list[str]:
    outline = (
        'fill="none" stroke="currentColor" stroke-opacity=".5" stroke-dasharray="3 3" '
        'vector-effect="non-scaling-stroke"'
    )
    lines = [f"<rect {rectangle(0.5, 0.5, max(track - 1, 0.5), 9)} {outline}/>"]
    if neutral:
        pale = f'style="{FILL}" fill-opacity=".6"'
        lines.insert(0, f"<rect {rectangle(0, 2, track * neutral, 6)} {pale}/>")
    return lines


def heat_map(
    rows: Sequence[tuple[str, Sequence[float]]], columns: Sequence[str], *, label: str
) -> str:
    """Draw shares as a table of cells, the darker the larger, each with its number.

    Parameters
    ----------
    rows : sequence of (name, shares)
        As many shares each as there are columns, in 0..1; NaN shows a dash in an empty cell.
    columns : sequence of str
        Headings, at least one.
    label : str
        What the shares are.

    Returns
    -------
    str
        One ``<svg>``; a name too long for its place is cut, and whole in the title of its cells.

    Raises
    ------
    ValueError
        A row is of another length, or a share lies outside 0..1.

    Examples
    --------
    >>> "goals, halved: 25%" in heat_map([("goals", [0.25])], ["halved"], label="Changed")
    True
    """
    for name, shares in rows:
        if len(shares) != len(columns) or any(not 0 <= x <= 1 for x in shares if not math.isnan(x)):
            message = (
                f"Each row must have {len(columns)} shares in 0..1. Given: {name!r}, {shares}."
            )
            raise ValueError(message)
    step = (WIDTH - NAMES) / max(len(columns), 1)
    lines = [f'<text x="0" y="14" {TEXT}>{escape(_cut(label, LONGEST_LABEL))}</text>']
    lines += [
        f'<text x="{pixels(NAMES + (c + 0.5) * step)}" y="{HEAD - 8}" text-anchor="middle" {TEXT}>'
        f"{escape(heading)}</text>"
        for c, heading in enumerate(columns)
    ]
    for r, (name, shares) in enumerate(rows):
        lines += _heat_row(name, list(zip(columns, shares, strict=True)), HEAD + ROW * r)
    return drawn(lines, label, height=HEAD + ROW * len(rows))


def _heat_row(name: str, cells: list[tuple[str, float]], y: float) -> Iterator[str]:
    step, middle = (WIDTH - NAMES) / len(cells), pixels(y + ROW / 2 + 4)
    yield f'<text x="0" y="{middle}" {TEXT}>{escape(_cut(name, LONGEST))}</text>'
    for c, (heading, value) in enumerate(cells):
        x, known = NAMES + c * step, not math.isnan(value)
        box = rectangle(x + 1, y + 1, step - 2, ROW - 2)
        shade = PALEST + (STRONGEST - PALEST) * value if known else 0.0
        said = share(value) if known else BLANK
        yield f"<g><title>{escape(name)}, {escape(heading)}: {said}</title>"
        yield f'<rect {box} style="{FILL}" fill-opacity="{pixels(shade)}"/>'
        yield (
            f'<text x="{pixels(x + step / 2)}" y="{middle}" text-anchor="middle" {TEXT}>'
            f"{escape(said)}</text></g>"
        )


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def drawn(lines: Sequence[str], label: str, *, height: float, detail: str = "") -> str:
    """Put lines of SVG into one picture as wide as its page allows, with a title.

    Parameters
    ----------
    lines : sequence of str
        Escaped already.
    label, detail : str
        The title and, if not empty, the description, for those who do not see the picture.
    height : float
        In the units in which it is 400 wide.
    """
    size = f"display:block;width:100%;max-width:{WIDTH * 1.2:.0f}px"
    box = f'viewBox="0 0 {WIDTH} {pixels(height)}" style="{size}"'
    desc = f"<desc>{escape(detail)}</desc>" if detail else ""
    head = f'<svg class="chart" {box} role="img"><title>{escape(label)}</title>{desc}'
    return "\n".join([head, *lines, "</svg>"])


def standalone(picture: str) -> bytes:
    """Make a picture a file of its own, on a light or dark ground as its reader prefers.

    Examples
    --------
    >>> standalone("<svg></svg>").startswith(b'<svg xmlns="http://www.w3.org/2000/svg">')
    True
    """
    style = (
        "<style>svg{color:#1c2127;background:#fff;padding:8px}"
        "@media(prefers-color-scheme:dark){svg{color:#e4e8ec;background:#14171a;"
        "--cm-fill:#56b4e9}}</style>"
    )
    opened = picture.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    head, sign, rest = opened.partition(">")
    return f"{head}{sign}{style}{rest}\n".encode()


def rectangle(x: float, y: float, width: float, height: float) -> str:
    """Write the place and size of a rectangle as attributes.

    Examples
    --------
    >>> rectangle(0, 1.5, 10, 2)
    'x="0" y="1.5" width="10" height="2"'
    """
    return f'x="{pixels(x)}" y="{pixels(y)}" width="{pixels(width)}" height="{pixels(height)}"'


def pixels(value: float) -> str:
    """Write a length with two decimals at most.

    Examples
    --------
    >>> pixels(2.0), pixels(1 / 3), pixels(-0.001)
    ('2', '0.33', '0')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
