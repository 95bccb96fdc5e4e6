"""Groups of mentees that an objective compares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmmatch.assignment.objectives import GroupGap
from cmmatch.programme.faults import Fault
from cmmatch.programme.limit_groups import group_labels

if TYPE_CHECKING:
    from cmmatch.programme.programme import Programme

__all__ = ["objectives_without_groups", "wanting_groups"]

FEWEST = 2


def wanting_groups(programme: Programme) -> list[str]:
    """Return the group of each mentee; "" for whoever wants nobody, or has left it blank."""
    labels = group_labels(programme.mentees, programme.config.objectives.group)
    return [label if wanted else "" for label, wanted in zip(labels, programme.demand, strict=True)]


def objectives_without_groups(programme: Programme, table: str) -> list[Fault]:
    """Report an objective about groups where there are no two to compare.

    Code: ``objective-without-groups``.
    """
    settings = programme.config.objectives
    gap = GroupGap(wanting_groups(programme))
    if gap.name not in settings.order or len(gap.sizes) >= FEWEST:
        return []
    return [
        Fault(
            table,
            None,
            "objectives.group",
            settings.group,
            "objective-without-groups",
            f"{gap.name} must have two groups of at least {gap.minimum} mentees who want somebody; "
            f"the column gives {len(gap.sizes)}.",
            "Name a column of the mentees with larger groups, or take the objective out.",
        )
    ]
