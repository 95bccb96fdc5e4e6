"""Columns of ratings that the settings name: working style, learning goal orientation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.cells import parse_number
from cmmatch.programme.sheets import listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.programme.config import Config, RatingSettings
    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.sheets import Sheet

__all__ = ["RATED", "check_ratings", "rating_columns", "read_ratings"]

RATED = ("working_style", "learning_orientation")
"""Sections of the settings that name columns of ratings."""


def rating_columns(config: Config) -> tuple[str, ...]:
    """Return the columns that the settings declare as ratings, without signs, each once, sorted.

    Examples
    --------
    >>> from cmmatch.programme.config import Config
    >>> rating_columns(Config.model_validate({"working_style": {"columns": ["pace", "-order"]}}))
    ('order', 'pace')
    """
    named = (column for section in RATED for column in getattr(config, section).columns)
    return tuple(sorted({column.removeprefix("-") for column in named}))


def check_ratings(config: Config, table: str, faults: FaultList) -> None:
    """Report columns that the settings name in two places, or twice in one."""
    named = [
        (section, column.removeprefix("-"))
        for section in RATED
        for column in getattr(config, section).columns
    ]
    first: dict[str, str] = {}
    for section, column in named:
        if column in first:
            faults.add(
                "rating-column-twice",
                table=table,
                column=f"{section}.columns",
                value=column,
                problem="A column of ratings must be named once; this one stands in "
                f"[{first[column]}] already.",
                remedy="Take it out in one place.",
            )
        first.setdefault(column, section)


def read_ratings(sheet: Sheet) -> dict[str, NDArray[np.float64]]:
    """Read the declared ratings of every row, by column, scaled to 0..1; NaN for a blank.

    A cell off the scale is a fault, and so is a declared column that the table does not have.
    """
    found: dict[str, NDArray[np.float64]] = {}
    for section in RATED:
        for column in _present(sheet, section):
            name = column.removeprefix("-")
            if name not in found:
                found[name] = _read(sheet, column, getattr(sheet.config, section))
    return found


def _present(sheet: Sheet, section: str) -> list[str]:
    columns = getattr(sheet.config, section).columns
    missing = [each for each in columns if not sheet.has(each.removeprefix("-"))]
    if missing and sheet.kind in ("mentors", "mentees"):
        sheet.faults.add(
            "rating-column-missing",
            table=sheet.table.name,
            problem=f"Every column of [{section}] must be in both tables; missing: "
            f"{listed(each.removeprefix('-') for each in missing)}.",
            remedy=f"Add the columns, name their headings in [columns.{sheet.kind}], or take them "
            f"out of [{section}].",
        )
    return [each for each in columns if each not in missing]


def _read(sheet: Sheet, column: str, settings: RatingSettings) -> NDArray[np.float64]:
    low, high = settings.scale
    cells = sheet.read(
        column.removeprefix("-"),
        lambda text: parse_number(text, low, high),
        code="rating-off-scale",
        remedy="Correct the rating or leave it blank; the scale stands in the settings.",
        blank=np.nan,
    )
    share = (np.array(cells.values, dtype=np.float64) - low) / (high - low)
    return 1 - share if column.startswith("-") else share
