"""Tables with a title above the headings: told as a fault, and read from the headings on."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from cmmatch.programme.headings import plain_heading
from cmmatch.programme.schema import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.grids import Grid

__all__ = ["below_title", "looks_like_headings"]

LOOKED_AT = 10
"""Rows in which headings are looked for."""


@cache
def _known() -> frozenset[str]:
    return frozenset(word for each in COLUMNS for word in (plain_heading(each.name), *each.aliases))


def looks_like_headings(cells: Sequence[str]) -> bool:
    """Whether at least two cells are headings that cmmatch knows.

    Examples
    --------
    >>> looks_like_headings(["Employee ID", "Skills", "Canteen"]), looks_like_headings(["Skills"])
    (True, False)
    """
    return len(_known().intersection(plain_heading(text) for text in cells if text.strip())) > 1


def below_title(grid: Grid, faults: FaultList) -> Grid:
    """Report a first row of one cell above a row of headings (``heading-not-first``).

    Returns
    -------
    Grid
        From the headings on, so that the rest can be checked in the same run; any other grid as it
        is.
    """
    # A data frame calls the columns beside a title "Unnamed: 1" and so on.
    filled = [text for text in grid.heading if text.strip() and not text.startswith("Unnamed:")]
    if len(filled) != 1:
        return grid
    for k, record in enumerate(grid.records[:LOOKED_AT]):
        if looks_like_headings(record):
            faults.add(
                "heading-not-first",
                table=grid.name,
                row=grid.rows[k],
                value=filled[0].strip(),
                problem="The headings must be in the first row; they seem to be in this one.",
                remedy="Delete the rows above the headings.",
            )
            return replace(
                grid, heading=record, rows=grid.rows[k + 1 :], records=grid.records[k + 1 :]
            )
    return grid
