"""Why somebody's list has fewer names than asked for; for those who run the programme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.analysis.unmatched import refusals_sentence
from cmmatch.programme.relations import REQUIRING

if TYPE_CHECKING:
    from cmmatch.api.shortlisting import Shortlist

__all__ = ["Unlisted", "unlisted"]


@dataclass(frozen=True)
class Unlisted:
    """A mentee with fewer names than asked for, and why; for those who run the programme."""

    mentee_id: str
    mentee: str
    names: int
    reason: str
    detail: str


def unlisted(drawn: Shortlist) -> tuple[Unlisted, ...]:
    """Say of every mentee with fewer names than asked for why that is so, sorted by id."""
    mentees, load = drawn.programme.mentees, drawn.lists.mentee_load
    short = sorted(np.flatnonzero(load < drawn.size).tolist(), key=lambda i: mentees.ids[i])
    return tuple(
        Unlisted(mentees.ids[i], mentees.name[i], int(load[i]), *_why(drawn, i)) for i in short
    )


def _why(drawn: Shortlist, mentee: int) -> tuple[str, str]:
    programme, roles = drawn.programme, drawn.programme.config.roles
    status = str(programme.mentees.status[mentee])
    if status != "active":
        return status, ""
    if not programme.demand[mentee]:
        return f"wants no {roles.mentor}", ""
    if not drawn.choosing[mentee]:
        decided = programme.requests.pairs(*REQUIRING)
        partners = programme.mentors.ids[decided[decided[:, 0] == mentee, 1]]
        return "decided already", f"Required: {', '.join(sorted(partners))}."
    first, last = np.searchsorted(drawn.candidates.mentee, [mentee, mentee + 1])
    mentors = drawn.candidates.mentor[first:last]
    free = int((drawn.most[mentors] > 0).sum())
    names = int(drawn.lists.mentee_load[mentee])
    if free > names:
        return _all_taken_up(drawn, free - names)
    reason = f"no {'more ' if names else ''}eligible {roles.mentor}"
    if len(mentors) > free:
        return f"{reason} with a free place", (
            f"{len(mentors) - free} more would be eligible and have no free place."
        )
    return reason, _refused(drawn, mentee)


def _all_taken_up(drawn: Shortlist, further: int) -> tuple[str, str]:
    """Say that no eligible mentor may stand on one list more; else this list would be longer."""
    role = drawn.programme.config.roles.mentor
    reason = f"every further eligible {role} stands on as many lists as the spread allows"
    which = f"It is 1 {role}" if further == 1 else f"They are {further}"
    return reason, f"{which}; the spread is {drawn.spread:g} lists for each free place."


def _refused(drawn: Shortlist, mentee: int) -> str:
    everyone = np.arange(drawn.scored.shape[1])
    allowed = drawn.scored.eligible(np.full(len(everyone), mentee), everyone)
    if len(everyone) and allowed.all():
        return f"All {len(everyone)} are named, decided, or below the least score asked for."
    return refusals_sentence(drawn.scored, mentee)
