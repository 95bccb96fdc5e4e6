"""A programme as those see it who may not see protected columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.headings import plain_heading
from cmmatch.programme.people import Mentees, Mentors, Terms

if TYPE_CHECKING:
    from cmmatch.programme.people import People
    from cmmatch.programme.programme import Programme

__all__ = ["is_protected", "unprotected"]


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


def unprotected(programme: Programme) -> Programme:
    """Return the programme without protected columns and without who asked to be compared in them.

    The same one where there is nothing of the kind.

    Examples
    --------
    >>> from cmmatch import Programme
    >>> people = {"id": ["a"], "gender": ["f"], "campus": ["N"]}
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
    kept = {name: each for name, each in people.extra.items() if not is_protected(programme, name)}
    if len(kept) < len(people.extra):
        people = replace(people, extra=kept)
    if isinstance(people, Mentees) and len(people.wants_mentor_like_me.term):
        return replace(people, wants_mentor_like_me=Terms.from_lists([()] * len(people)))
    if isinstance(people, Mentors) and people.consent_identity.any():
        closed = np.zeros(len(people), dtype=np.bool_)
        return replace(people, consent_identity=closed)
    return people
