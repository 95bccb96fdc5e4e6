"""What a report says, before it has a form: frozen, plain values, filled by the api.

Scores, values and confidence lie in 0..1, higher is better. Texts are taken as they are and escaped
where they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmmatch.analysis.views import LoadView, PairView, Part, RuleView, UnmatchedView

if TYPE_CHECKING:
    from cmmatch.programme.config import Roles

__all__ = ["LoadView", "PairView", "Part", "ReportContent", "RuleView", "UnmatchedView"]


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Everything that one report says, and nothing that it does not.

    Parameters
    ----------
    title : str
        The programme's name.
    roles : Roles
        What the two sides are called.
    headline : tuple of (label, value)
        The few numbers at the top, as text.
    proof : str
        What was optimised, in which order, and what is proven; lines are kept.
    pairs, unmatched, loads, rules : tuples of views
        In the order in which they are shown.
    notes : tuple of str
        What should be looked at.
    provenance : tuple of (label, value)
        Seed, versions, checksums: what it takes to get the same report again.
    """

    title: str
    roles: Roles
    headline: tuple[tuple[str, str], ...] = ()
    proof: str = ""
    pairs: tuple[PairView, ...] = ()
    unmatched: tuple[UnmatchedView, ...] = ()
    loads: tuple[LoadView, ...] = ()
    rules: tuple[RuleView, ...] = ()
    notes: tuple[str, ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()
