"""Answers: what each component in play says that it reads, so that a blank can be priced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmmatch.compatibility.component import Answering
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from cmmatch.compatibility.answered import Answers
    from cmmatch.compatibility.scored_programme import ScoredProgramme

__all__ = ["answers_of", "not_looked_at"]


def answers_of(scored: ScoredProgramme) -> dict[str, Answers]:
    """Return what the components in play read, by name and in their order.

    Left out are those that do not say it, and those in which nothing is a blank to be filled in.

    Raises
    ------
    ModelError
        A component does not speak of every person.
    """
    found = {}
    for name, prepared in zip(scored.names, scored.prepared, strict=True):
        answers = prepared.answers() if isinstance(prepared, Answering) else None
        if answers is None:
            continue
        people = tuple(len(side.given) for side in answers.sides)
        if people != scored.shape:
            message = (
                f"The answers of the component {name!r} must be those of {scored.shape} mentees "
                f"and mentors; given of {people}."
            )
            raise ModelError(message)
        found[name] = answers
    return found


def not_looked_at(scored: ScoredProgramme) -> tuple[str, ...]:
    """Return the components in play that do not say what they read, so that they count as known."""
    return tuple(
        name
        for name, prepared in zip(scored.names, scored.prepared, strict=True)
        if not isinstance(prepared, Answering)
    )
