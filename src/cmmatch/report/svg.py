"""Small pictures as SVG text: a histogram, bars, and the bar of one component.

Text takes the colour of the page around it, fills the page's ``--cm-fill`` (a blue that the
colour-blind tell from the grey tracks by lightness, too), so the same text serves a light page, a
dark one and a notebook. Every picture has a title for those who do not see it; numbers are written
with two decimals at most, so the same data give the same bytes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.display import BLANK, count, decimal, escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["bars", "histogram", "part_bar"]

WIDTH = 400
"""Of every chart with text, in units that are pixels on a phone: letters stay readable there."""

LONGEST = 45
"""Letters of a label that fit on a line of that width."""

LEFT, RIGHT, TOP, BOTTOM = 38, WIDTH - 8, 8, 172
"""Edges of a histogram's columns."""

FILL = "fill:var(--cm-fill,#0072b2)"
TEXT = 'font-family="system-ui,sans-serif" font-size="13" fill="currentColor"'


def histogram(values: Sequence[float], *, label: str, bins: int = 20) -> str:
    """Draw how many values lie in each of some equal parts of 0..1.

    Parameters
    ----------
    values : sequence of float
        In [0, 1], taken to the nearest millionth; each part holds its lower end, the last one also
        1.
    label : str
        What the values are.
    bins : int, default 20
        Parts.

    Returns
    -------
    str
        One ``<svg>``.

    Raises
    ------
    ValueError
        A value is outside 0..1 or not a number, or there is no part.

    Examples
    --------
    >>> "0.50 to 1.00: 2" in histogram([0.1, 0.5, 1.0], label="Scores", bins=2)
    True
    """
    heights = _counts(np.asarray(values, dtype=np.float64), bins)
    ticks = _ticks(int(heights.max(initial=0)))
    lines = [*_grid(ticks), *_columns(heights, ticks[-1]), *_scale()]
    return _svg(lines, label, height=BOTTOM + 24, detail=_spread(values))


def bars(rows: Sequence[tuple[str, float]], *, label: str) -> str:
    """Draw one horizontal bar for each name, the name and the number above it.

    Parameters
    ----------
    rows : sequence of (name, value)
        Values >= 0; NaN shows a dash and no bar.
    label : str
        What the values are.

    Returns
    -------
    str
        One ``<svg>``; a name too long for a line is cut, and whole in its own title.

    Raises
    ------
    ValueError
        A value is negative or infinite.

    Examples
    --------
    >>> bars([("same team", 3)], label="Refused").count("<rect")
    2
    """
    if any(value < 0 or math.isinf(value) for _, value in rows):
        message = f"Every bar must be finite and >= 0. Given: {[value for _, value in rows]}."
        raise ValueError(message)
    largest = max((value for _, value in rows if not math.isnan(value)), default=0.0)
    lines = [line for k, row in enumerate(rows) for line in _bar(k, *row, largest)]
    return _svg(lines, label, height=max(36 * len(rows) - 6, 1))


def part_bar(value: float | None, *, label: str, length: float = 1.0) -> str:
    """Draw one value in 0..1 as the filled share of a track, without text, to be stretched.

    Parameters
    ----------
    value : float or None
        In [0, 1]; ``None`` or NaN where it is not known: an empty, dashed outline.
    label : str
        What it is, with its number.
    length : float, default 1.0
        Of the track, in (0, 1]: in a pair, the weight of the component against the largest. The
        filled areas of a pair then add up as the known part of its score does.

    Returns
    -------
    str
        One ``<svg>``.

    Raises
    ------
    ValueError
        Value or length lies outside 0..1.

    Examples
    --------
    >>> part_bar(None, label="Goals: not known").count("dasharray")
    1
    """
    known = value is not None and not math.isnan(value)
    for number in (length, value if known else 0.0):
        if number is not None and not 0 <= number <= 1:
            message = (
                f"A value and the length of its bar must lie in 0..1. Given: {value}, {length}."
            )
            raise ValueError(message)
    track = 200 * length
    if value is None or not known:
        outline = (
            'fill="none" stroke="currentColor" stroke-opacity=".5" stroke-dasharray="3 3" '
            'vector-effect="non-scaling-stroke"'
        )
        lines = [f"<rect {_rect(0.5, 0.5, max(track - 1, 0.5), 9)} {outline}/>"]
    else:
        lines = [f'<rect {_rect(0, 0, track, 10)} fill="currentColor" fill-opacity=".12"/>']
        if value:
            lines.append(f'<rect {_rect(0, 0, track * value, 10)} style="{FILL}"/>')
    head = (
        '<svg class="part" viewBox="0 0 200 10" width="100%" height="10" '
        'preserveAspectRatio="none" role="img">'
    )
    return f"{head}<title>{escape(label)}</title>{''.join(lines)}</svg>"


def _bar(k: int, name: str, value: float, largest: float) -> Iterator[str]:
    y = 36 * k
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    yield f"<g><title>{escape(name)}: {_value(value)}</title>"
    yield f'<text x="0" y="{y + 13}" {TEXT}>{escape(short)}</text>'
    yield f'<text x="{WIDTH}" y="{y + 13}" text-anchor="end" {TEXT}>{_value(value)}</text>'
    if not math.isnan(value):
        track = _rect(0, y + 18, WIDTH, 9)
        yield f'<rect {track} fill="currentColor" fill-opacity=".12"/>'
    if value > 0:
        yield f'<rect {_rect(0, y + 18, WIDTH * value / largest, 9)} style="{FILL}"/>'
    yield "</g>"


def _counts(values: NDArray[np.float64], bins: int) -> NDArray[np.int64]:
    if bins < 1 or not ((values >= 0) & (values <= 1)).all():
        message = (
            "A histogram needs values in 0..1 and at least one part. "
            f"Given: {bins} parts, {values}."
        )
        raise ValueError(message)
    # In whole millionths, so that 0.15 lies in the part from 0.15 on, whatever its last bit says.
    place = np.rint(values * 1e6).astype(np.int64) * bins // 1_000_000
    return np.bincount(np.minimum(place, bins - 1), minlength=bins)


def _ticks(most: int) -> list[int]:
    # At most five steps of 1, 2 or 5 times a power of ten, up to the first not below the most.
    step = next(
        k * 10**power for power in range(19) for k in (1, 2, 5) if 5 * k * 10**power >= most
    )
    return list(range(0, max(most + step - 1, step) + 1, step))


def _grid(ticks: Sequence[int]) -> Iterator[str]:
    for tick in ticks:
        y = _n(BOTTOM - tick * (BOTTOM - TOP) / ticks[-1])
        yield f'<path d="M{LEFT} {y}H{RIGHT}" stroke="currentColor" stroke-opacity=".2"/>'
        yield f'<text x="{LEFT - 5}" y="{y}" dy="4" text-anchor="end" {TEXT}>{count(tick)}</text>'


def _columns(heights: NDArray[np.int64], most: int) -> Iterator[str]:
    bins, step = len(heights), (RIGHT - LEFT) / len(heights)
    for k, number in enumerate(heights.tolist()):
        if number:
            tall = (BOTTOM - TOP) * number / most
            box = _rect(LEFT + (k + 0.04) * step, BOTTOM - tall, 0.92 * step, tall)
            title = f"{decimal(k / bins)} to {decimal((k + 1) / bins)}: {count(number)}"
            yield f'<rect {box} style="{FILL}"><title>{title}</title></rect>'


def _scale() -> Iterator[str]:
    for mark in (0, 0.25, 0.5, 0.75, 1):
        x = _n(LEFT + mark * (RIGHT - LEFT))
        # The last number would stick out of the picture.
        anchor = "end" if mark == 1 else "middle"
        yield (
            f'<text x="{x}" y="{BOTTOM + 17}" text-anchor="{anchor}" {TEXT}>{decimal(mark)}</text>'
        )


def _spread(values: Sequence[float]) -> str:
    if not len(values):
        return "No values."
    return f"{count(len(values))} values from {decimal(min(values))} to {decimal(max(values))}."


def _value(value: float) -> str:
    if math.isnan(value):
        return BLANK
    return count(value) if float(value).is_integer() else decimal(value)


def _svg(lines: list[str], label: str, *, height: float, detail: str = "") -> str:
    size = f"display:block;width:100%;max-width:{WIDTH * 1.2:.0f}px"
    box = f'viewBox="0 0 {WIDTH} {_n(height)}" style="{size}"'
    desc = f"<desc>{escape(detail)}</desc>" if detail else ""
    head = f'<svg class="chart" {box} role="img"><title>{escape(label)}</title>{desc}'
    return "\n".join([head, *lines, "</svg>"])


def _rect(x: float, y: float, width: float, height: float) -> str:
    return f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'


def _n(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
