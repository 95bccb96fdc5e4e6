"""A programme as those see it who may see neither protected columns nor answers on personality."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.headings import plain_heading
from cmmatch.programme.people import Mentees, Mentors, Terms
from cmmatch.programme.trait_columns import TraitColumns

if TYPE_CHECKING:
    from cmmatch.programme.people import People
    from cmmatch.programme.programme import Programme

__all__ = ["is_protected", "trait_columns", "unprotected"]


def is_protected(programme: Programme, column: str) -> bool:
    """Whether the settings protect a column, however it is spelt.

    Examples
    --------
    >>> from cmmatch import Programme
    >>> people = {"id": ["a"], "Gender": ["f"]}
    >>> protected = {"privacy": {"protected": ["gender"]}}
    >>> is_protected(Programme.from_frames(people, people, config=protected), "Gender")
    True
    """
    names = {plain_heading(name) for name in programme.config.privacy.protected}
    return plain_heading(column) in names


def trait_columns(programme: Programme) -> TraitColumns:
    """Return which names stand for answers on personality in this programme."""
    sides = programme.mentors, programme.mentees
    return TraitColumns.of(programme.config, (name for side in sides for name in side.extra))


def unprotected(programme: Programme) -> Programme:
    """Return the programme without what needs a consent of its own.

    Without protected columns, without who asked to be compared in them, and without columns that
    hold answers on personality: what [personality] made of these, with consent, stays. The same
    programme where there is nothing of the kind.

    Examples
    --------
    >>> from cmmatch import Programme
    >>> people = {"id": ["a"], "gender": ["f"], "ipip5": ["4"], "campus": ["N"]}
    >>> protected = {"privacy": {"protected": ["gender"]}}
    >>> made = unprotected(Programme.from_frames(people, people, config=protected))
    >>> sorted(made.mentors.extra)
    ['campus']
    """
    sides = {side: _without(programme, getattr(programme, side)) for side in ("mentors", "mentees")}
    if all(people is getattr(programme, side) for side, people in sides.items()):
        return programme
    return programme.replace(**sides)


def _without(programme: Programme, people: People) -> People:
    traits = trait_columns(programme)
    kept = {
        name: each
        for name, each in people.extra.items()
        if not is_protected(programme, name) and not traits.what(name)
    }
    if len(kept) < len(people.extra):
        people = replace(people, extra=kept)
    if isinstance(people, Mentees) and len(people.wants_mentor_like_me.term):
        return replace(people, wants_mentor_like_me=Terms.from_lists([()] * len(people)))
    if isinstance(people, Mentors) and people.consent_identity.any():
        closed = np.zeros(len(people), dtype=np.bool_)
        return replace(people, consent_identity=closed)
    return people
