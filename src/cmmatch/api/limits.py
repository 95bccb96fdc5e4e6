"""``[[limits]]`` as constraints of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.assignment.constraints import (
    Budget,
    GroupLimit,
    LabelledPairs,
    PerMenteeGroup,
    Soft,
)
from cmmatch.programme.labels import folded
from cmmatch.programme.limit_groups import group_labels, in_group
from cmmatch.programme.limit_settings import BOUNDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cmmatch.assignment.constraints import Constraint, RowRule
    from cmmatch.programme.limit_settings import Limit
    from cmmatch.programme.programme import Programme

__all__ = ["hard_limits", "limit_constraints"]

HOURS = "max_hours_per_month"


def limit_constraints(programme: Programme) -> list[Constraint]:
    """Write every limit of the settings as constraints, soft ones with their price."""
    return [
        rule if limit.price is None else Soft(rule, limit.price)
        for limit in programme.config.limits
        for rule in _rules(limit, programme)
    ]


def hard_limits(programme: Programme) -> tuple[Constraint, ...]:
    """Write the limits of the settings that must be kept."""
    return tuple(each for each in limit_constraints(programme) if not isinstance(each, Soft))


def _rules(limit: Limit, programme: Programme) -> Iterator[RowRule]:
    groups = {
        side: in_group(getattr(programme, side), limit.where)
        for side in ("mentees", "mentors")
        if limit.where and limit.side in (side, "both")
    }
    if limit.per_mentee:
        yield _per_mentee(limit, programme, groups)
        return
    if limit.max_hours_per_month is not None:
        yield _hours(limit, programme, groups, limit.max_hours_per_month)
    if any(getattr(limit, bound) is not None for bound in BOUNDS if bound != HOURS):
        for name, one in _each(limit, programme, groups):
            yield GroupLimit(
                name,
                limit.min,
                limit.max,
                limit.exactly,
                **one,
                pairs=_compared(limit, programme),
                minimum_share=limit.min_share,
                maximum_share=limit.max_share,
            )


def _per_mentee(limit: Limit, programme: Programme, groups: dict[str, Any]) -> PerMenteeGroup:
    exactly = limit.exactly
    return PerMenteeGroup(
        limit.name,
        minimum=(limit.min or 0) if exactly is None else exactly,
        maximum=limit.max if exactly is None else exactly,
        by=group_labels(programme.mentors, limit.each) if limit.each else None,
        **groups,
    )


def _hours(limit: Limit, programme: Programme, groups: dict[str, Any], maximum: float) -> Budget:
    labels: dict[str, Any] = {}
    if limit.each:
        labels[f"by_{limit.side}"] = group_labels(getattr(programme, limit.side), limit.each)
    return Budget(
        limit.name,
        maximum,
        mentor_cost=programme.config.programme.hours_per_pair,
        unit="hours",
        pairs=_compared(limit, programme),
        **groups,
        **labels,
    )


def _compared(limit: Limit, programme: Programme) -> LabelledPairs | None:
    column = limit.same or limit.differ
    if not column:
        return None
    mentees, mentors = (
        [folded(each) for each in group_labels(people, column)]
        for people in (programme.mentees, programme.mentors)
    )
    return LabelledPairs(mentees, mentors, same=bool(limit.same))


def _each(
    limit: Limit, programme: Programme, groups: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name and the people of every group that the limit is for."""
    if not limit.each:
        yield limit.name, groups
        return
    labels = np.array(group_labels(getattr(programme, limit.side), limit.each), dtype=object)
    inside = groups.get(limit.side, np.ones(len(labels), dtype=np.bool_))
    for label in sorted(set(labels[inside]) - {""}):
        yield f"{limit.name}, {label}", {limit.side: inside & (labels == label)}
