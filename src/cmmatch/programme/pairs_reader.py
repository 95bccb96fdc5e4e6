"""From ``pairs.csv`` to requests: who is named, what is asked, and what contradicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.cells import parse_date, parse_whole
from cmmatch.programme.labels import folded
from cmmatch.programme.relations import (
    ASKERS,
    BLOCKING,
    KINDS,
    REQUIRING,
    UNSCORED,
    Request,
    Requests,
)
from cmmatch.programme.sheets import listed
from cmmatch.programme.spelling import did_you_mean, near_names
from cmmatch.programme.wish_notes import note_wishes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from cmmatch.programme.identity import Register
    from cmmatch.programme.people import Mentees, Mentors
    from cmmatch.programme.sheets import Sheet

__all__ = ["Side", "check_required", "find_person", "read_requests"]


NEEDED = ("mentee_id", "mentor_id")
WISHES = ("rank", "by")
"""Columns of wishes; a table that has one does not list pairs that there are."""


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two sides, as far as requests need to know it.

    Parameters
    ----------
    column : str
        ``mentee_id`` or ``mentor_id``.
    people : Mentors or Mentees
        Who is on this side.
    role, roles : str
        What one of them and several of them are called.
    room : int64, shape (n,)
        Places of each mentor, or mentors wanted by each mentee.
    doubtful : bool, shape (n,)
        People whose room rests on a cell that could not be read.
    """

    column: str
    people: Mentors | Mentees
    role: str
    roles: str
    room: NDArray[np.int64]
    doubtful: NDArray[np.bool_]


def read_requests(
    sheet: Sheet, mentees: Side | None, mentors: Side | None, register: Register
) -> Requests:
    """Read the requests in force; rows with a fault are left out, each fault is reported.

    Rows whose ``expires`` lies before the programme's first day are left out, with one note;
    without a first day all rows hold, with a note too. A side whose table is missing is ``None``,
    and the column of a side may be missing: nobody on it can be found then, which is not the rows'
    fault.
    """
    live = _unexpired(sheet)
    kind = _kinds(sheet, live)
    rank = sheet.read(
        "rank",
        lambda text: float(parse_whole(text, least=1)),
        code="rank-not-whole",
        remedy="Write 1 for the first choice, 2 for the second, or leave it blank.",
        blank=np.nan,
        where=live,
    ).values
    by = sheet.read(
        "by",
        _asker(sheet),
        code="by-unknown",
        remedy=f"Use one of: {', '.join(ASKERS)}; or leave it blank.",
        blank="",
        where=live,
    ).values
    reason = sheet.text("reason")
    rows = []
    for k in np.flatnonzero(live).tolist():
        one, other = (find_person(sheet, k, side, register) for side in (mentees, mentors))
        if sheet.has("kind") and not sheet.text("kind")[k]:
            _report_blank(sheet, k, "kind", "Each row must have a kind.")
        if one is not None and other is not None and kind[k]:
            row = sheet.table.rows[k]
            rows.append(Request(one, other, kind[k], rank[k], by[k], reason[k], row))
    requests = Requests.from_rows(rows)
    _note_unscored(sheet, requests)
    note_wishes(sheet, requests)
    return requests


def _kinds(sheet: Sheet, live: NDArray[np.bool_]) -> Sequence[str]:
    """Return the kind of each row; "" where there is none or it cannot be read."""
    if not sheet.has("kind"):
        return [_kind_of_all(sheet)] * len(sheet)
    return sheet.read(
        "kind",
        lambda text: _one_of(text, KINDS, "The kind"),
        code="kind-unknown",
        remedy=f"Use one of: {', '.join(KINDS)}.",
        blank="",
        where=live,
    ).values


def _kind_of_all(sheet: Sheet) -> str:
    """Return what the settings say of a table without kinds, else that its pairs are to be kept."""
    stated = sheet.config.pairs.kind
    told_already = (
        "kind" in sheet.config.columns.pairs
        or not all(map(sheet.has, NEEDED))
        or sheet.setting_is_bad("pairs.kind")
    )
    if stated is not None or told_already:
        return stated or ""
    wishes = any(map(sheet.has, WISHES))
    sheet.fault(
        "column-missing" if wishes else "kind-assumed",
        None,
        "kind",
        problem="A table of wishes must have this column."
        if wishes
        else "Without this column the table lists pairs that there are, so each row is taken as "
        f"'keep'; here {len(sheet)}.",
        remedy=f"Add the column, or set [pairs] kind in {sheet.config_name} to one of: "
        f"{', '.join(KINDS)}.",
        note=not wishes,
    )
    return "" if wishes else "keep"


def _unexpired(sheet: Sheet) -> NDArray[np.bool_]:
    expires = sheet.read(
        "expires",
        parse_date,
        code="expires-not-date",
        remedy="Write it as 2026-12-01, or leave it blank if the row holds for good.",
        blank=None,
    ).values
    starts = sheet.config.programme.starts
    dated = sum(day is not None for day in expires)
    if starts is None and dated and not sheet.setting_is_bad("programme.starts"):
        sheet.fault(
            "expiry-not-judged",
            None,
            "expires",
            problem="Without a first day of the programme no row expires, so all of them hold; "
            f"here {dated} with a day on which they would.",
            remedy="Set [programme] starts, such as 2026-12-01.",
            note=True,
        )
    over = [starts is not None and day is not None and day < starts for day in expires]
    if any(over):
        rows = [sheet.table.rows[k] for k in np.flatnonzero(over)]
        sheet.fault(
            "requests-expired",
            None,
            "expires",
            problem=f"Rows that expire before the first day, {starts}, are left out; "
            f"here {len(rows)}: row {listed(rows)}.",
            remedy="Nothing is to be done, unless a date is wrong.",
            note=True,
        )
    return ~np.array(over, dtype=np.bool_)


def _one_of(text: str, words: tuple[str, ...], what: str) -> str:
    word = text.casefold()
    if word not in words:
        near = did_you_mean(near_names(word, words, most=1)).rstrip()
        message = f"{what} must be a word that cmmatch knows.{' ' if near else ''}{near}"
        raise ValueError(message)
    return word


def _asker(sheet: Sheet) -> Callable[[str], str]:
    """Return a reader of ``by`` that knows the programme's own words for the two sides too."""
    roles = sheet.config.roles
    own: Mapping[str, str] = {
        folded(roles.mentee): "mentee",
        folded(roles.mentor): "mentor",
    }
    return lambda text: own.get(folded(text)) or _one_of(text, ASKERS, "The asker")


def _report_blank(sheet: Sheet, k: int, column: str, problem: str) -> None:
    remedy = "Fill the cell, or delete the row."
    sheet.fault("pair-blank", k, column, problem=problem, remedy=remedy)


def find_person(sheet: Sheet, k: int, side: Side | None, register: Register) -> int | None:
    """Return the position of the person whom row ``k`` names on a side; ``None`` after a fault."""
    if side is None or not sheet.has(side.column):
        return None
    text = sheet.text(side.column)[k]
    if not text:
        _report_blank(sheet, k, side.column, f"Each row must name a {side.role}.")
        return None
    person = register.find(text)
    position = None if person is None else side.people.position.get(person)
    if position is None and not register.is_ambiguous(text):
        elsewhere = [] if person is None else register.tables[person]
        near = did_you_mean([] if elsewhere else register.near(text))
        sheet.fault(
            f"pair-unknown-{side.column.removesuffix('_id')}",
            k,
            side.column,
            problem=f"Each row must name one of the {side.roles}.",
            remedy=f"{near}Correct the id, or delete the row."
            if not elsewhere
            else f"The id is in {listed(elsewhere)}; correct it, swap the columns if they are the "
            f"wrong way round, or add a row to the table of {side.roles}.",
        )
    return position


def _note_unscored(sheet: Sheet, requests: Requests) -> None:
    count = len(requests.of_kind(*UNSCORED))
    if count:
        sheet.fault(
            "requests-not-scored",
            None,
            "kind",
            problem=f"Rows of the kind {', '.join(UNSCORED)} are kept and not scored; "
            f"here {count}.",
            remedy="Use 'prefer', 'avoid', 'require' or 'forbid' for what is to count.",
            note=True,
        )


def check_required(sheet: Sheet, requests: Requests, mentees: Side, mentors: Side) -> None:
    """Report pairs both required and ruled out, and people with more required pairs than room."""
    _check_contradictions(sheet, requests, mentees, mentors)
    required = requests.pairs(*REQUIRING)
    row = {
        (int(requests.mentee[k]), int(requests.mentor[k])): int(requests.row[k])
        for k in requests.of_kind(*REQUIRING)[::-1]
    }
    for side, own, other in ((mentees, 0, mentors), (mentors, 1, mentees)):
        count = np.bincount(required[:, own], minlength=len(side.people))
        for person in np.flatnonzero((count > side.room) & ~side.doubtful):
            pairs = required[required[:, own] == person]
            rows = sorted(row[one, two] for one, two in pairs.tolist())
            partners = sorted(other.people.ids[pairs[:, 1 - own]])
            _report_over(sheet, side, int(person), partners, rows[int(side.room[person])])


def _check_contradictions(sheet: Sheet, requests: Requests, mentees: Side, mentors: Side) -> None:
    blocked: dict[tuple[int, int], int] = {}
    for k in requests.of_kind(*BLOCKING):
        blocked.setdefault((int(requests.mentee[k]), int(requests.mentor[k])), int(k))
    reported = set()
    requiring = requests.of_kind(*REQUIRING)
    for k in requiring[np.argsort(requests.row[requiring], kind="stable")]:
        pair = int(requests.mentee[k]), int(requests.mentor[k])
        other = blocked.get(pair)
        if other is not None and pair not in reported:
            reported.add(pair)
            one, two = mentees.people.ids[pair[0]], mentors.people.ids[pair[1]]
            sheet.faults.add(
                "pair-contradicts",
                table=sheet.table.name,
                row=int(requests.row[k]),
                column=sheet.heading["kind"],
                value=requests.kind[k],
                problem=f"A pair must not be both required and ruled out; {one!r} with {two!r} is "
                f"{requests.kind[other]!r} in row {requests.row[other]}.",
                remedy="Delete one of the rows.",
            )


def _report_over(sheet: Sheet, side: Side, person: int, partners: list[str], row: int) -> None:
    label, room = side.people.ids[person], int(side.room[person])
    status = side.people.status[person]
    why = f" (status: {status})" if status != "active" else ""
    if side.column == "mentee_id":
        more, most, raised = "demand", "wanted", "demand"
        has = f"wants {room}"
    else:
        more, most, raised = "places", "places", "capacity or the hours"
        has = f"has places for {room}"
    sheet.faults.add(
        f"required-over-{more}",
        table=sheet.table.name,
        row=row,
        column=sheet.heading[side.column],
        value=label,
        problem=f"A {side.role} must not have more required pairs than {most}; {label!r} "
        f"{has}{why} and is required with {listed(partners)}.",
        remedy=f"Delete rows, or raise the {raised}."
        if status == "active"
        else "Delete rows, or write 'active' as the status.",
    )
