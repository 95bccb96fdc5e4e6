"""Settings that this version reads and cannot keep to: each is refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmmatch.programme.spelling import did_you_mean, near_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.programme.config import Config
    from cmmatch.programme.faults import FaultList

__all__ = ["OBJECTIVES", "add_objective_faults"]

OBJECTIVES = (
    "most_matched",
    "total_score",
    "worst_off",
    "leximin",
    "rank_maximal",
    "greedy_maximum",
    "generous_maximum",
    "bottom_share",
    "nash",
    "even_load",
    "group_gap",
    "fewest_changes",
)
"""What ``[objectives] order`` may hold in this version."""

COUNTING = ("most_matched", "greedy_maximum", "generous_maximum")
"""Those that settle how many pairs are made."""

COUNTED = ("worst_off", "leximin", "bottom_share", "nash", "even_load", "group_gap")
"""Those that compare matchings of as many pairs, and so must come after one that counts."""


def add_objective_faults(config: Config, name: str, faults: FaultList) -> None:
    """Report objectives or an order that there are not.

    Codes: ``objective-not-supported``, ``objective-order-not-supported``.
    """
    for objective in config.objectives.order:
        if objective not in OBJECTIVES:
            near = near_names(objective, OBJECTIVES, most=1)
            faults.add(
                "objective-not-supported",
                table=name,
                column="objectives.order",
                value=objective,
                problem="Each objective must be one that this version supports.",
                remedy=f"{did_you_mean(near)}Use only: {', '.join(OBJECTIVES)}.",
            )
    given = config.objectives.order
    if len(set(given)) < len(given) or _uncounted(given):
        faults.add(
            "objective-order-not-supported",
            table=name,
            column="objectives.order",
            value=", ".join(given),
            problem="Each objective must stand once, and "
            f"{', '.join(COUNTED)} after one that settles how many pairs are made: else no pair at "
            "all would be best.",
            remedy=f"Put {COUNTING[0]} before them, and name each once.",
        )


def _uncounted(order: Sequence[str]) -> bool:
    """Whether an objective about the pairs made stands before all that say how many."""
    first = min((order.index(each) for each in COUNTING if each in order), default=len(order))
    return any(each in order[:first] for each in COUNTED)
