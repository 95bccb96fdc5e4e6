"""Asking: whom to ask what again, and people whom the rules let meet nobody."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cmmatch.compatibility.blanks import Blanks
    from cmmatch.compatibility.eligibility import EligibilityCount, PreparedEligibility
    from cmmatch.compatibility.scored_programme import ScoredProgramme

__all__ = ["Ask", "Lonely", "people_to_ask", "people_without_anyone"]

CHUNK = 256


@dataclass(frozen=True, slots=True)
class Ask:
    """One person and what to ask.

    Parameters
    ----------
    side : {"mentee", "mentor"}
        Which table.
    id : str
        Who.
    columns : tuple of str
        What to ask, the most useful first.
    pairs : int
        The person's eligible pairs.
    gain : float
        What the answers would add to the mean confidence of these pairs, in 0..1.
    """

    side: str
    id: str
    columns: tuple[str, ...]
    pairs: int
    gain: float


@dataclass(frozen=True, slots=True)
class Lonely:
    """A person without any eligible pair, and how many people each rule refuses, most first."""

    side: str
    id: str
    refused_by: Mapping[str, int]


def people_to_ask(scored: ScoredProgramme, blanks: Blanks) -> tuple[Ask, ...]:
    """Return everybody whose answers would make a pair better known, the most useful first.

    Useful is what an answer adds to the confidence, added up over the person's eligible pairs,
    while the other side stays as it is. Equals come by side and id. Nobody is asked for answers
    that need consent.
    """
    found = []
    sides = ("mentee", scored.mentee_ids), ("mentor", scored.mentor_ids)
    for (side, ids), gains, eligible in zip(sides, blanks.gains, blanks.eligible, strict=True):
        for person, each in enumerate(gains):
            if each:
                total = math.fsum(each.values())
                columns = tuple(sorted(each, key=lambda name: (-each[name], name)))
                pairs = int(eligible[person])
                ask = Ask(side, str(ids[person]), columns, pairs, total / pairs)
                found.append((-round(total, 9), side, ask.id, ask))
    return tuple(ask for *_, ask in sorted(found, key=lambda item: item[:3]))


def people_without_anyone(
    eligibility: PreparedEligibility, count: EligibilityCount
) -> tuple[Lonely, ...]:
    """Return active people on both sides whom no pair is left, with what stands in the way.

    Mentees who want nobody and mentors without a place are left out. A person whom several rules
    refuse is counted by each of them.
    """
    programme = eligibility.programme
    mentee = np.flatnonzero((count.eligible_per_mentee == 0) & (programme.demand > 0))
    mentor = np.flatnonzero((count.eligible_per_mentor == 0) & (programme.places > 0))
    names = [rule.name for rule in eligibility.rules]
    least = eligibility.refuses_from
    of_mentee = np.zeros((len(mentee), len(names)), dtype=np.int64)
    of_mentor = np.zeros((len(mentor), len(names)), dtype=np.int64)
    for start in range(0, len(mentee), CHUNK):
        for k, rule in enumerate(eligibility.rules):
            refused = rule.block(mentee[start : start + CHUNK]) >= least
            of_mentee[start : start + CHUNK, k] = refused.sum(axis=1)
    everyone = np.arange(len(programme.mentees) if len(mentor) else 0)
    for start in range(0, len(everyone), CHUNK):
        for k, rule in enumerate(eligibility.rules):
            refused = rule.block(everyone[start : start + CHUNK])[:, mentor] >= least
            of_mentor[:, k] += refused.sum(axis=0)
    sides = (
        ("mentee", programme.mentees.ids, mentee, of_mentee),
        ("mentor", programme.mentors.ids, mentor, of_mentor),
    )
    return tuple(
        Lonely(side, label, _most_first(names, row))
        for side, ids, who, refused in sides
        for label, row in sorted(
            (str(ids[k]), each) for k, each in zip(who.tolist(), refused.tolist(), strict=True)
        )
    )


def _most_first(names: list[str], counts: list[int]) -> dict[str, int]:
    ranked = sorted(zip(names, counts, strict=True), key=lambda item: (-item[1], item[0]))
    return {name: number for name, number in ranked if number}
