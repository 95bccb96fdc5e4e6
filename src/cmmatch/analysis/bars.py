"""The score of one pair as bars: as long as the weights, filled as far as each value counts."""

from __future__ import annotations

import textwrap
from fractions import Fraction
from typing import TYPE_CHECKING

from cmmatch import display
from cmmatch.pictures import part_bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.analysis.views import Part

__all__ = ["WIDTH", "folded", "html_bars", "shares_of", "text_bars"]

WIDTH = 80
"""Letters in a line of a terminal."""

BLOCKS, LETTERS = ("█", "░", "·"), ("#", "?", ".")
"""Filled, filled by a neutral value, and the rest: in blocks, and where there are none."""

LONGEST, SHORTEST = 30, 8
"""Cells of the longest bar, where there is room, and where there is none."""

UNITS = 1000
"""A score of 1 is shown in thousandths."""


def text_bars(parts: Sequence[Part], score: float, *, width: int, encoding: str) -> list[str]:
    r"""Draw a bar for each part, its numbers and its sentence, then what they come to.

    A bar is as long as the weight of its component, its filled share is the value: filled lengths
    add up as the score does. The numbers on the right add up to the score exactly.

    Parameters
    ----------
    parts : sequence of Part
        All components in play; weights on any common scale.
    score : float
        Of the pair, in 0..1.
    width : int
        Letters in a line, 60 or more.
    encoding : str
        Of the terminal; blocks are drawn where it has them.

    Returns
    -------
    list of str
        Lines, none longer than ``width`` but for names longer than half of it; none without parts.

    Examples
    --------
    >>> from cmmatch.analysis.views import Part
    >>> parts = [Part("goals", 3.0, 0.5, "Half."), Part("skills", 1.0, None, "Not known.")]
    >>> print(*text_bars(parts, 0.5, width=80, encoding="ascii"), sep="\n")
      goals   ###############...............  0.50 x  75% = 0.375
        Half.
      skills  ?????.....                         ? x  25% = 0.125
        Not known. Counts as 0.50.
      together                                      score = 0.500
      # known, ? not known, . missing; as long as the weight
    """
    if not parts:
        return []
    filled, unknown, rest = BLOCKS if _can_show("".join(BLOCKS), encoding) else LETTERS
    names = max(len(part.name) for part in parts)
    longest = min(LONGEST, max(SHORTEST, width - names - 6 - NUMBERS))
    total, heaviest = sum(part.weight for part in parts), max(part.weight for part in parts)
    lines = []
    for part, gain in zip(parts, shares_of(parts, score), strict=True):
        cells = max(1, round(longest * part.weight / heaviest))
        full = round(cells * part.counted)
        bar = (unknown if part.value is None else filled) * full + rest * (cells - full)
        value = "?" if part.value is None else f"{part.value:.2f}"
        numbers = f"{value:>4} x {_percent(part.weight / total):>4} = {gain / UNITS:.3f}"
        lines.append(f"  {part.name:<{names}}  {bar:<{longest}}  {numbers}")
        lines += folded(_why(part), width=width, indent=4)
    told = f"score = {score:.3f}"
    lines.append(f"  {'together':<{names + longest + 4 + NUMBERS - len(told)}}{told}")
    key = f"{filled} known, {unknown} not known, {rest} missing; as long as the weight"
    return [*lines, *folded(key, width=width, indent=2)]


NUMBERS = len("0.75 x 100% = 0.188")
"""Letters right of a bar."""


def html_bars(parts: Sequence[Part], score: float) -> str:
    """Draw the same for a notebook: a table with a small picture a component, light or dark.

    Parameters
    ----------
    parts : sequence of Part
        All components in play.
    score : float
        Of the pair, in 0..1.

    Returns
    -------
    str
        One ``<table>``, everything escaped; empty without parts.
    """
    if not parts:
        return ""
    total, heaviest = sum(part.weight for part in parts), max(part.weight for part in parts)
    heads = "".join(
        f'<th scope="col" style="text-align:left">{head}</th>'
        for head in ("component", "weight × value", "adds", "why")
    )
    rows = [
        _html_row(part, gain / UNITS, share=part.weight / total, length=part.weight / heaviest)
        for part, gain in zip(parts, shares_of(parts, score), strict=True)
    ]
    whole = (
        f'<tr><th scope="row" style="{LEFT}">together</th><td></td>'
        f'<td style="text-align:right">{score:.3f}</td><td></td></tr>'
    )
    body = "".join([*rows, whole])
    return (
        f'<table style="color:inherit"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'
    )


LEFT = "text-align:left"


def _html_row(part: Part, gain: float, *, share: float, length: float) -> str:
    weight = f"{_percent(share)} of the weight"
    picture = part_bar(
        part.value,
        label=f"{part.name}: {part.said}, {weight}",
        length=length,
        neutral=part.neutral,
    )
    value = "not known" if part.value is None else f"{part.value:.2f}"
    why = display.escape(_why(part))
    return (
        f'<tr><th scope="row" style="{LEFT}">{display.escape(part.name)}</th>'
        f'<td style="{LEFT};width:14em">{picture}{_percent(share)} × {value}</td>'
        f'<td style="text-align:right">{gain:.3f}</td>'
        f'<td style="{LEFT};white-space:normal">{why}</td></tr>'
    )


def _why(part: Part) -> str:
    said = part.sentence
    if part.value is None:
        said = f"{said} Counts as {part.neutral:.2f}.".lstrip()
    if any(value is not None for _, value in part.directed):
        both = ", ".join(
            f"the {role}'s {'not known' if value is None else f'{value:.2f}'}"
            for role, value in part.directed
        )
        said = f"{said} Each way: {both}.".lstrip()
    return said


def shares_of(parts: Sequence[Part], score: float) -> list[int]:
    """Split a score, in whole thousandths, among its parts, by weight times value.

    Each part is rounded down or up so that together they make the score as it is rounded; those
    with the largest remainders are rounded up, the first among equals first.

    Parameters
    ----------
    parts : sequence of Part
        Their weights times values come to the score.
    score : float
        In 0..1.

    Examples
    --------
    >>> from cmmatch.analysis.views import Part
    >>> parts = [Part(name, 1.0, 1.0, "") for name in ("a", "b", "c")]
    >>> shares_of(parts, 1.0)
    [334, 333, 333]
    """
    total = sum(Fraction(part.weight) for part in parts)
    exact = [UNITS * Fraction(part.weight) * Fraction(part.counted) / total for part in parts]
    whole = [int(each) for each in exact]
    missing = round(UNITS * float(f"{score:.3f}")) - sum(whole)
    order = sorted(range(len(parts)), key=lambda k: whole[k] - exact[k])
    for k in order[: max(missing, 0)]:
        whole[k] += 1
    return whole


def folded(text: str, *, width: int, indent: int = 0) -> list[str]:
    """Break a text into lines; a word longer than a line stays whole."""
    lead = " " * indent
    return textwrap.wrap(
        text, width, initial_indent=lead, subsequent_indent=lead, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _can_show(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
