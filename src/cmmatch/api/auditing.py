"""Fairness and stability of a result, with the columns of its people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmmatch.analysis.fairness import Fairness
from cmmatch.analysis.groups import MINIMUM
from cmmatch.analysis.stability import Stability
from cmmatch.errors import InputFaults
from cmmatch.programme.faults import Fault
from cmmatch.programme.privacy import TEXT_COLUMNS
from cmmatch.programme.spelling import did_you_mean, near_names
from cmmatch.programme.unprotected import trait_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.api.result import MatchResult
    from cmmatch.programme.people import People
    from cmmatch.programme.programme import Programme

__all__ = ["fairness", "stability"]


def fairness(result: MatchResult, column: str | None = None, *, minimum: int = MINIMUM) -> Fairness:
    """Measure how those matched fare, on both sides, and by the groups of a column.

    Parameters
    ----------
    result : MatchResult
        Has a matching.
    column : str, optional
        A column of either table with one text a person, by its heading or cmmatch's name; protected
        ones, too, since audits are what they are kept for.
    minimum : int, default 5
        Groups with fewer people who want somebody are not shown, >= 1.

    Raises
    ------
    NoMatching
        There is none.
    InputFaults
        No table has the column, or it holds answers on personality, which nobody gave for that.
    ModelError
        The minimum is less than 1.
    """
    programme, roles = result.programme, result.programme.config.roles
    mentees = mentors = None
    if column is not None:
        mentees, mentors = _groups(programme, column)
    return Fairness.of(
        result.candidates,
        result.matching,
        places=programme.places,
        demand=programme.demand,
        column=column or "",
        mentee_groups=mentees,
        mentor_groups=mentors,
        minimum=minimum,
        words=(roles.mentees, roles.mentors),
    )


def stability(result: MatchResult) -> Stability:
    """Find who would rather have each other, and count the envy.

    Raises
    ------
    NoMatching
        There is none.
    """
    programme, roles = result.programme, result.programme.config.roles
    return Stability.of(
        result.candidates,
        result.matching,
        places=programme.places,
        demand=programme.demand,
        words=(roles.mentees, roles.mentors),
    )


def _groups(programme: Programme, column: str) -> tuple[Sequence[str] | None, Sequence[str] | None]:
    if trait_columns(programme).what(column):
        raise InputFaults(
            [
                _fault(
                    column,
                    "personality-column",
                    "Groups must not be made of answers on personality, which were given for "
                    "matching alone.",
                    "Take another column.",
                )
            ]
        )
    both = _cells(programme.mentees, column), _cells(programme.mentors, column)
    if both == (None, None):
        known = {name for each in (programme.mentees, programme.mentors) for name in _names(each)}
        raise InputFaults(
            [
                _fault(
                    column,
                    "column-unknown",
                    "Groups must be those of a column that a table has, one with a single text a "
                    "person.",
                    f"{did_you_mean(near_names(column, known))}Write its heading as in the table.",
                )
            ]
        )
    return both


def _cells(people: People, column: str) -> list[str] | None:
    """Return a column by its name or heading; ``None`` where the side has nothing in it."""
    names = [name for name, heading in people.rows.heading.items() if heading == column]
    cells = people.column(names[0] if names else column)
    return None if cells is None or not any(cells) else [str(each) for each in cells]


def _names(people: People) -> list[str]:
    return [*people.extra, *(TEXT_COLUMNS & set(people.rows.heading))]


def _fault(column: str, code: str, problem: str, remedy: str) -> Fault:
    return Fault("mentors and mentees", None, "", column, code, problem, remedy)
