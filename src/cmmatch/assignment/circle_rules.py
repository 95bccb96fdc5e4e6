"""What was asked of circles, and the recount of an answer without a solver."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.errors import SolverDisagreement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cmmatch.assignment.circle_result import Circle
    from cmmatch.assignment.panels import PanelSource
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["Asked", "recount"]

SHOWN = 5


@dataclass(frozen=True, eq=False)
class Asked:
    """The rules of a call, by id and number.

    Parameters
    ----------
    sizes : mapping of str to (int, int)
        The smallest and the largest circle that each mentor leads.
    number : (int or None, int or None)
        Circles, at least and at most.
    labels : mapping of str to mapping of str to str
        By kind, the label of each mentee; "" for none.
    most_alike, least_different : mapping of str to int
        By kind, where asked.
    each_leads : int
        Circles a mentor leads at most.
    """

    sizes: Mapping[str, tuple[int, int]]
    number: tuple[int | None, int | None]
    labels: Mapping[str, Mapping[str, str]]
    most_alike: Mapping[str, int]
    least_different: Mapping[str, int]
    each_leads: int


def recount(
    candidates: Candidates, panels: PanelSource, groups: Sequence[Circle], asked: Asked
) -> int:
    """Check circles by ids and the source alone, and add up their value.

    Returns
    -------
    int
        The scores of all mentees with all mentors of their circles, in units.

    Raises
    ------
    SolverDisagreement
        A circle breaks a rule, or is not worth what it claims.
    """
    wrong = [*_people(groups, asked), *_sizes(groups, asked), *_number(groups, asked)]
    ids = candidates.source.mentor_ids
    may = {frozenset(ids[panel]) for panel in panels.members}
    for circle in groups:
        wrong += _spread(circle, asked)
        if frozenset(circle.mentors) not in may:
            wrong.append(f"{' and '.join(circle.mentors)} may not lead a circle together.")
    value, more = _worth(candidates, groups)
    wrong += more
    if wrong:
        shown = " ".join(wrong[:SHOWN])
        message = f"The solver's circles break {len(wrong)} rules. {shown}"
        raise SolverDisagreement(message)
    return value


def _people(groups: Sequence[Circle], asked: Asked) -> list[str]:
    mentees = Counter(who for circle in groups for who in circle.mentees)
    mentors = Counter(who for circle in groups for who in circle.mentors)
    found = [f"{who} is in {times} circles." for who, times in mentees.items() if times > 1]
    found += [
        f"{who} leads {times} circles; at most {asked.each_leads} may be."
        for who, times in mentors.items()
        if times > asked.each_leads
    ]
    return found


def _sizes(groups: Sequence[Circle], asked: Asked) -> list[str]:
    return [
        f"The circle of {who} has {len(circle.mentees)} mentees; {least} to {most} may be."
        for circle in groups
        for who in circle.mentors
        for least, most in (asked.sizes[who],)
        if not least <= len(circle.mentees) <= most
    ]


def _number(groups: Sequence[Circle], asked: Asked) -> list[str]:
    least, most = asked.number
    too_few = least is not None and len(groups) < least
    too_many = most is not None and len(groups) > most
    return [f"There are {len(groups)} circles."] if too_few or too_many else []


def _spread(circle: Circle, asked: Asked) -> list[str]:
    found = []
    for kind, label_of in asked.labels.items():
        count = Counter(label_of[who] for who in circle.mentees if label_of[who])
        alike, different = max(count.values(), default=0), len(count)
        if alike > asked.most_alike.get(kind, alike):
            found.append(f"{alike} of {' and '.join(circle.mentors)} have the same {kind}.")
        if different < asked.least_different.get(kind, 0):
            found.append(f"The circle of {' and '.join(circle.mentors)} has {different} {kind}.")
    return found


def _worth(candidates: Candidates, groups: Sequence[Circle]) -> tuple[int, list[str]]:
    """Ask the source anew for every mentee with every mentor of the circle."""
    source = candidates.source
    row = {label: k for k, label in enumerate(source.mentee_ids)}
    column = {label: k for k, label in enumerate(source.mentor_ids)}
    total, wrong = 0, []
    for circle in groups:
        pairs = [(e, o) for e in circle.mentees for o in circle.mentors]
        mentee = np.array([row[e] for e, _ in pairs], dtype=np.intp)
        mentor = np.array([column[o] for _, o in pairs], dtype=np.intp)
        score = source.pairs(mentee, mentor)
        may = source.eligible(mentee, mentor)
        if candidates.floor is not None:
            may &= score >= candidates.floor
        wrong += [f"{' with '.join(pairs[k])} is not possible." for k in np.flatnonzero(~may)]
        if int(score.sum()) != circle.value:
            who = " and ".join(circle.mentors)
            wrong.append(f"The circle of {who} is worth {score.sum()}, not {circle.value}.")
        total += int(score.sum())
    return total, wrong
