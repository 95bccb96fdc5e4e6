"""Who is in the group of a limit, and what of ``[[limits]]`` should be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.headings import plain_heading
from cmmatch.programme.labels import folded, tidy
from cmmatch.programme.spelling import did_you_mean, near_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cmmatch.programme.config import Config
    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.limit_settings import Limit
    from cmmatch.programme.people import Mentees, Mentors, People

__all__ = [
    "add_price_faults",
    "columns_of_limit",
    "group_labels",
    "in_group",
    "limit_columns",
    "note_limits",
]


def limit_columns(config: Config) -> list[tuple[str, str, str]]:
    """Return (path of the setting, column, whose) for every column that a limit names.

    Examples
    --------
    >>> from cmmatch.programme.config import Config
    >>> across = {"name": "across", "differ": "location", "min": 2}
    >>> limit_columns(Config.model_validate({"limits": [across]}))
    [('limits.1.differ', 'location', 'both')]
    """
    return [
        (f"limits.{k}.{setting}", column, side)
        for k, limit in enumerate(config.limits, start=1)
        for setting, column, side in columns_of_limit(limit)
    ]


def columns_of_limit(limit: Limit) -> list[tuple[str, str, str]]:
    """Return (setting, column, whose) for every column that one limit names."""
    named = [
        *(("where", column, limit.side) for column in limit.where),
        ("same", limit.same, "both"),
        ("differ", limit.differ, "both"),
        ("each", limit.each, limit.side),
    ]
    return [(setting, column, str(side)) for setting, column, side in named if column]


def group_labels(people: People, column: str) -> list[str]:
    """Return the value of each person, one spelling for all that are alike; "" for a blank.

    Upper and lower case, width and blanks are alike, as in rules; the first spelling in the order
    of the alphabet stands for all.
    """
    values = people.column(column)
    given = [""] * len(people) if values is None else [tidy(each) for each in values]
    spelt: dict[str, str] = {}
    for value in sorted(given):
        spelt.setdefault(folded(value), value)
    return [spelt[folded(value)] for value in given]


def in_group(people: People, where: Mapping[str, str]) -> NDArray[np.bool_]:
    """Say who has every value asked for, shape (n,)."""
    inside = np.ones(len(people), dtype=np.bool_)
    for column, value in where.items():
        asked = folded(value)
        inside &= [folded(label) == asked for label in group_labels(people, column)]
    return inside


def add_price_faults(config: Config, name: str, faults: FaultList) -> None:
    """Report prices of limits that no objective counts (``limit-price-not-counted``)."""
    if "total_score" in config.objectives.order:
        return
    for k, limit in enumerate(config.limits, start=1):
        if limit.price:
            faults.add(
                "limit-price-not-counted",
                table=name,
                column=f"limits.{k}.price",
                value=f"{limit.price:g}",
                problem="A price must be counted by an objective: total_score.",
                remedy="Add total_score to objectives.order, or leave the price out: then the "
                "limit must be kept.",
            )


def note_limits(
    sides: tuple[Mentees, Mentors], config: Config, name: str, faults: FaultList
) -> None:
    """Note values that nobody has in a column that is there (``limit-value-unknown``).

    What others have in a protected column is not told.
    """
    protected = {plain_heading(column) for column in config.privacy.protected}
    for k, limit in enumerate(config.limits, start=1):
        for side, people in zip(("mentees", "mentors"), sides, strict=True):
            asked = limit.where if limit.side in (side, "both") else {}
            for column, value in asked.items():
                labels = group_labels(people, column)
                known = {folded(label): label for label in labels if label}
                if not known or folded(value) in known or plain_heading(column) in protected:
                    continue
                near = did_you_mean(near_names(value, sorted(known.values()), most=1))
                faults.add(
                    "limit-value-unknown",
                    table=name,
                    column=f"limits.{k}.where.{column}",
                    value=value,
                    problem=f"Somebody should have the value; none of the {side} has it.",
                    remedy=f"{near}Until then limit {limit.name!r} counts no pair.",
                    note=True,
                )
