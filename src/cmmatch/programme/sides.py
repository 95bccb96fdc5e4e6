"""Tables of everybody: who in them stands on this side, by the column ``mentoring_type``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.labels import folded
from cmmatch.programme.sheets import listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cmmatch.programme.sheets import Sheet

__all__ = ["TYPES", "read_sides"]

TYPES = ("mentor", "mentee", "both", "disabled")
"""What ``mentoring_type`` may hold; the programme's own words for the two sides are read too."""

SIDE_OF = {"mentors": "mentor", "mentees": "mentee"}


def read_sides(sheet: Sheet) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which rows belong to this table, and which are disabled; both shape (n,).

    A row of the other side does not belong here and is counted in a note, so that one export of
    everybody can be handed in for both sides. A blank cell says nothing.
    """
    kinds = sheet.read(
        "mentoring_type",
        _parser(sheet),
        code="mentoring-type-unknown",
        remedy=f"Use one of: {', '.join(TYPES)}; or leave it blank.",
        blank="",
    ).values
    own = SIDE_OF.get(sheet.kind, "")
    other = np.array([bool(own) and kind in TYPES[:2] and kind != own for kind in kinds], np.bool_)
    disabled = np.array([kind == "disabled" for kind in kinds], np.bool_)
    roles = sheet.config.roles
    word = roles.mentors if own == "mentor" else roles.mentees
    _note(
        sheet,
        "mentoring-type-elsewhere",
        other,
        f"belong to the other side and are left out of the {word}",
    )
    _note(sheet, "mentoring-type-disabled", disabled, "are disabled: these people are not matched")
    return ~other, disabled


def _parser(sheet: Sheet) -> Callable[[str], str]:
    roles = sheet.config.roles
    words = {
        **{each: each for each in TYPES},
        folded(roles.mentor): "mentor",
        folded(roles.mentee): "mentee",
    }

    def parse(text: str) -> str:
        kind = words.get(folded(text))
        if kind is None:
            message = f"The type must be {', '.join(TYPES[:-1])} or {TYPES[-1]}."
            raise ValueError(message)
        return kind

    return parse


def _note(sheet: Sheet, code: str, where: NDArray[np.bool_], what: str) -> None:
    if where.any():
        rows = [sheet.table.rows[k] for k in np.flatnonzero(where)]
        sheet.fault(
            code,
            None,
            "mentoring_type",
            problem=f"By this column {len(rows)} of {len(sheet)} rows {what}; row {listed(rows)}.",
            remedy="Correct the cells if that is wrong.",
            note=True,
        )
