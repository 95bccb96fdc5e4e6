"""Settings that this version reads and cannot keep to: each is refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmmatch.programme.spelling import did_you_mean, near_names

if TYPE_CHECKING:
    from cmmatch.programme.config import Config
    from cmmatch.programme.faults import FaultList

__all__ = ["OBJECTIVES", "add_objective_faults"]

OBJECTIVES = ("most_matched", "total_score")
"""What ``[objectives] order`` may hold in this version."""


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
    known = [each for each in config.objectives.order if each in OBJECTIVES]
    if known != sorted(set(known), key=OBJECTIVES.index):
        faults.add(
            "objective-order-not-supported",
            table=name,
            column="objectives.order",
            value=", ".join(config.objectives.order),
            problem="Each objective must stand once, and most_matched before total_score: this "
            "version cannot solve another order.",
            remedy=f"Write them as {list(OBJECTIVES)}, or leave one out.",
        )
