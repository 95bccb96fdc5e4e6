"""People as data frames: what a component of one's own may read of them, and who left it blank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.compatibility.answered import SideAnswers
from cmmatch.programme.schema import columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from cmmatch.programme.people import People, Terms

__all__ = ["SIDES", "filled_in", "hidden_columns", "people_frame"]

SIDES = ("mentees", "mentors")
TEXTS = (
    "department", "team", "location", "grade", "manager_id", "timezone", "statement",
    "meeting_mode",
)  # fmt: skip
LISTS = ("languages", "goals", "skills", "skills_wanted")


def people_frame(people: People) -> pd.DataFrame:
    """Show people as a data frame: what a component of one's own may read.

    ``id``, ``years_experience`` (NaN where blank), single texts ("" where blank), lists as tuples
    (languages, goals, skills, and of mentees the skills wanted), and every column that cmmatch does
    not know. No names, no places or hours, no answers on personality, no protected column.

    Examples
    --------
    >>> from cmmatch import Programme
    >>> mentors = {"id": ["a"], "skills": ["go; sql"], "campus": ["N"]}
    >>> made = Programme.from_frames(mentors, {"id": ["b"]})
    >>> people_frame(made.mentors)[["id", "skills", "campus"]].values.tolist()
    [['a', ('go', 'sql'), 'N']]
    """
    import pandas as pd

    columns: dict[str, Any] = {"id": people.ids}
    columns |= {name: getattr(people, name) for name in TEXTS}
    columns["years_experience"] = people.years_experience
    for name in LISTS:
        terms: Terms | None = getattr(people, name, None)
        if terms is not None:
            columns[name] = _lists(terms)
    return pd.DataFrame(columns | dict(people.extra))


def _lists(terms: Terms) -> NDArray[np.object_]:
    made = np.empty(len(terms), dtype=object)
    made[:] = [terms.of(person) for person in range(len(terms))]
    return made


def hidden_columns(side: str) -> frozenset[str]:
    """Return the columns that cmmatch knows and no frame of a side of ``SIDES`` shows.

    Examples
    --------
    >>> sorted(hidden_columns("mentors") - hidden_columns("mentees"))
    ['skills_wanted']
    """
    known = {column.name for each in SIDES for column in columns_of(each)}
    lists = LISTS if side == "mentees" else LISTS[:-1]
    return frozenset(known - {"id", "years_experience", *TEXTS, *lists})


def filled_in(frame: pd.DataFrame, columns: Sequence[str]) -> SideAnswers:
    """Tell who has filled in all of some columns; one that is not there is blank for everybody.

    Examples
    --------
    >>> import pandas as pd
    >>> filled_in(pd.DataFrame({"site": ["N", " "]}), ["site"]).given.tolist()
    [[True], [False]]
    """
    everybody = np.ones(len(frame), dtype=np.bool_)
    blank = {
        name: np.array([_is_blank(cell) for cell in frame[name]], dtype=np.bool_)
        if name in frame
        else everybody.copy()
        for name in columns
    }
    return SideAnswers.all_of(blank) if blank else SideAnswers(everybody[:, None])


def _is_blank(cell: str | float | tuple[str, ...]) -> bool:
    return bool(np.isnan(cell)) if isinstance(cell, float) else not "".join(cell).strip()
