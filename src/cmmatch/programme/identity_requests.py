"""Requests for a mentor like oneself: which columns are offered, who asks, and who agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.cells import parse_list, parse_yes_no
from cmmatch.programme.headings import plain_heading
from cmmatch.programme.sheets import listed
from cmmatch.programme.spelling import did_you_mean, near_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from cmmatch.programme.config import Config
    from cmmatch.programme.sheets import Sheet

__all__ = ["offered_columns", "read_consent", "read_requests"]


def offered_columns(config: Config) -> dict[str, str]:
    """Return the columns that ``[identity]`` offers, by the form in which headings are compared.

    Examples
    --------
    >>> from cmmatch.programme.config import Config
    >>> offered_columns(Config.model_validate({"identity": {"columns": ["First_language"]}}))
    {'first language': 'First_language'}
    """
    return {plain_heading(name): name for name in config.identity.columns}


def read_requests(sheet: Sheet) -> Sequence[tuple[str, ...]]:
    """Read what each mentee asks a mentor to share; a column that is not offered is a fault.

    Nothing is asked for by a blank, and nothing is guessed from what the mentee says elsewhere.
    """
    _check_offered(sheet)
    offered = offered_columns(sheet.config)
    nothing: tuple[str, ...] = ()
    cells = sheet.read(
        "wants_mentor_like_me",
        lambda text: _parse(text, offered),
        code="identity-request-unknown",
        remedy="Write names that stand in [identity] columns, parted by ; or leave the cell blank "
        "if nothing is asked for.",
        blank=nothing,
    )
    return cells.values


def read_consent(sheet: Sheet) -> NDArray[np.bool_]:
    """Read which mentors agree to be compared at a mentee's request; a blank is no."""
    _check_offered(sheet)
    cells = sheet.read(
        "consent_identity",
        parse_yes_no,
        code="identity-consent-not-yes-or-no",
        remedy="Write yes or no; blank is no.",
        blank=False,
    )
    return np.array(cells.values, dtype=np.bool_)


def _parse(text: str, offered: Mapping[str, str]) -> tuple[str, ...]:
    asked = parse_list(text)
    unknown = [name for name in asked if plain_heading(name) not in offered]
    if unknown:
        near = did_you_mean(near_names(unknown[0], offered.values()))
        message = f"A request must name columns that [identity] offers; see {unknown[0]!r}. {near}"
        raise ValueError(message.strip())
    return tuple(dict.fromkeys(offered[plain_heading(name)] for name in asked))


def _check_offered(sheet: Sheet) -> None:
    """Report columns that are offered and not in the table, or not once."""
    here = [plain_heading(heading) for heading in sheet.extra]
    missing = [
        name for plain, name in offered_columns(sheet.config).items() if here.count(plain) != 1
    ]
    if missing:
        sheet.faults.add(
            "identity-column-missing",
            table=sheet.table.name,
            problem="Every column of [identity] must be in both tables, once, and be none that "
            f"cmmatch reads itself; not so: {listed(missing)}.",
            remedy="Add the columns, or take them out of [identity].",
        )
