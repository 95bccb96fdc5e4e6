"""Answers: who gave what each component in play reads, so that a blank can be priced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.availability import PreparedAvailability
from cmmatch.compatibility.experience import PreparedExperience
from cmmatch.compatibility.goals import PreparedGoals
from cmmatch.compatibility.learning_orientation import PreparedLearningOrientation
from cmmatch.compatibility.personality import PreparedPersonality
from cmmatch.compatibility.preferences import PreparedPreferences
from cmmatch.compatibility.skills import PreparedSkills
from cmmatch.compatibility.working_style import PreparedWorkingStyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cmmatch.compatibility.scored_programme import ScoredProgramme

__all__ = ["Answers", "Column", "answers_of"]


@dataclass(frozen=True, eq=False)
class Column:
    """One column that a component reads on one side.

    Parameters
    ----------
    name : str
        As people know it.
    blank : bool, one a person
        Who left it blank.
    fills : tuple of int
        Which of the component's answers it gives once it is filled in.
    asked : bool, default True
        Whether people may be asked for it again; not where the blank may be a refusal of consent.
    """

    name: str
    blank: NDArray[np.bool_]
    fills: tuple[int, ...] = (0,)
    asked: bool = True


@dataclass(frozen=True, eq=False)
class Answers:
    """What a component can read of each person: a pair is known if an answer is on both sides.

    Parameters
    ----------
    component : str
        Its name.
    weight : float
        Its share of the score.
    given : two bool arrays, shapes (N, A) and (M, A)
        Which of A answers each mentee and each mentor gave.
    columns : two tuples of Column
        What the mentees and the mentors fill in.
    either : bool, default False
        Whether one side's answer is enough.
    """

    component: str
    weight: float
    given: tuple[NDArray[np.bool_], NDArray[np.bool_]]
    columns: tuple[tuple[Column, ...], tuple[Column, ...]]
    either: bool = False


def answers_of(scored: ScoredProgramme) -> tuple[Answers, ...]:
    """Return what each component in play reads; components from elsewhere are left out."""
    found = []
    for name, weight, prepared in zip(
        scored.names, scored.weights.tolist(), scored.prepared, strict=True
    ):
        sides = _sides(scored, prepared)
        if sides is not None:
            given = sides[0][0], sides[1][0]
            columns = tuple(sides[0][1]), tuple(sides[1][1])
            either = isinstance(prepared, PreparedPreferences)
            found.append(Answers(name, weight, given, columns, either))
    return tuple(found)


_Side = tuple["NDArray[np.bool_]", "Sequence[Column]"]


def _sides(scored: ScoredProgramme, prepared: object) -> tuple[_Side, _Side] | None:
    programme = scored.programme
    people = programme.mentees, programme.mentors
    if isinstance(prepared, PreparedSkills):
        return (
            _one("skills_wanted", np.array([bool(each) for each in prepared.wishes], dtype=bool)),
            _one("skills", np.array([bool(each) for each in prepared.offers], dtype=bool)),
        )
    if isinstance(prepared, PreparedGoals):
        return _goals(prepared, 0), _goals(prepared, 1)
    if isinstance(prepared, PreparedAvailability):
        zones = programme.calendar.mentee_zone, programme.calendar.mentor_zone
        return _time(people[0].free_known, zones[0] >= 0), _time(
            people[1].free_known, zones[1] >= 0
        )
    if isinstance(prepared, PreparedExperience):
        one, other = (_one("years_experience", ~np.isnan(p.years_experience)) for p in people)
        return one, other
    if isinstance(prepared, PreparedPersonality):
        asked = programme.config.privacy.personality == "given"
        return _traits(prepared.mentee.known, asked), _traits(prepared.mentor.known, asked)
    if isinstance(prepared, PreparedPreferences):
        one, other = (
            _one("wishes in pairs", ~np.isnan(side.unnamed))
            for side in (prepared.mentee, prepared.mentor)
        )
        return one, other
    if isinstance(prepared, PreparedWorkingStyle):
        one, other = (
            _each(prepared.columns, ~np.isnan(r)) for r in (prepared.mentee, prepared.mentor)
        )
        return one, other
    if isinstance(prepared, PreparedLearningOrientation):
        one, other = (
            _one("learning_orientation", ~np.isnan(r)) for r in (prepared.mentee, prepared.mentor)
        )
        return one, other
    return None


def _one(name: str, given: NDArray[np.bool_]) -> _Side:
    return given[:, None], (Column(name, ~given),)


def _each(names: Sequence[str], given: NDArray[np.bool_]) -> _Side:
    return given, [Column(name, ~given[:, k], (k,)) for k, name in enumerate(names)]


def _goals(prepared: PreparedGoals, side: int) -> _Side:
    blank = np.stack([prepared.categories.blank[side], prepared.no_text[side]], axis=1)
    return _each(("goals", "statement"), ~blank)


def _time(known: NDArray[np.bool_], placed: NDArray[np.bool_]) -> _Side:
    columns = Column("availability", ~known), Column("timezone", np.asarray(known & ~placed))
    return (known & placed)[:, None], columns


def _traits(known: NDArray[np.uint8], asked: bool) -> _Side:
    """All traits are one column: which of them somebody withheld is nobody's business."""
    given = ((known[:, None] >> np.arange(8, dtype=np.uint8)) & 1).astype(np.bool_)
    name = "personality" if asked else "personality (no consent or no answers)"
    return given, (Column(name, known == 0, tuple(range(8)), asked),)
