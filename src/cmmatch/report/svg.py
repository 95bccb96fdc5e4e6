"""Charts of the report as SVG text: a histogram and bars, drawn as :mod:`cmmatch.pictures` says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.display import BLANK, count, decimal, escape
from cmmatch.pictures import FILL, TEXT, WIDTH, drawn, pixels, rectangle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["bars", "histogram"]

LONGEST = 45
"""Letters of a label that fit on a line of that width."""

LEFT, RIGHT, TOP, BOTTOM = 38, WIDTH - 8, 8, 172
"""Edges of a histogram's columns."""


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
    return drawn(lines, label, height=BOTTOM + 24, detail=_spread(values))


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
    return drawn(lines, label, height=max(36 * len(rows) - 6, 1))


def _bar(k: int, name: str, value: float, largest: float) -> Iterator[str]:
    y = 36 * k
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    yield f"<g><title>{escape(name)}: {_value(value)}</title>"
    yield f'<text x="0" y="{y + 13}" {TEXT}>{escape(short)}</text>'
    yield f'<text x="{WIDTH}" y="{y + 13}" text-anchor="end" {TEXT}>{_value(value)}</text>'
    if not math.isnan(value):
        track = rectangle(0, y + 18, WIDTH, 9)
        yield f'<rect {track} fill="currentColor" fill-opacity=".12"/>'
    if value > 0:
        yield f'<rect {rectangle(0, y + 18, WIDTH * value / largest, 9)} style="{FILL}"/>'
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
        y = pixels(BOTTOM - tick * (BOTTOM - TOP) / ticks[-1])
        yield f'<path d="M{LEFT} {y}H{RIGHT}" stroke="currentColor" stroke-opacity=".2"/>'
        yield f'<text x="{LEFT - 5}" y="{y}" dy="4" text-anchor="end" {TEXT}>{count(tick)}</text>'


def _columns(heights: NDArray[np.int64], most: int) -> Iterator[str]:
    bins, step = len(heights), (RIGHT - LEFT) / len(heights)
    for k, number in enumerate(heights.tolist()):
        if number:
            tall = (BOTTOM - TOP) * number / most
            box = rectangle(LEFT + (k + 0.04) * step, BOTTOM - tall, 0.92 * step, tall)
            title = f"{decimal(k / bins)} to {decimal((k + 1) / bins)}: {count(number)}"
            yield f'<rect {box} style="{FILL}"><title>{title}</title></rect>'


def _scale() -> Iterator[str]:
    for mark in (0, 0.25, 0.5, 0.75, 1):
        x = pixels(LEFT + mark * (RIGHT - LEFT))
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
