"""Who is who: the ids of every table, and from an id or an e-mail to one person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.cells import looks_like_formula
from cmmatch.programme.labels import folded
from cmmatch.programme.people import texts
from cmmatch.programme.sheets import listed
from cmmatch.programme.sides import read_sides
from cmmatch.programme.spelling import Spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from cmmatch.programme.sheets import Sheet

__all__ = ["Register", "Roster", "read_rosters"]


@dataclass(frozen=True, eq=False)
class Roster:
    """A sheet of people with the id of each row.

    Parameters
    ----------
    sheet : Sheet
        Of mentors, mentees or everyone.
    ids : object array of str, shape (n,)
        Of every row; "" where there is none.
    kept : int64, shape (m,)
        Rows whose id is given and not taken by a row above, and whose mentoring type is not that
        of the other side: the people.
    id_column : str
        ``id``, or ``email`` where the table has no ids of its own.
    disabled : bool, shape (n,)
        Rows whose mentoring type is ``disabled``.
    """

    sheet: Sheet
    ids: NDArray[np.object_]
    kept: NDArray[np.intp]
    id_column: str
    disabled: NDArray[np.bool_]

    def people(self) -> Iterator[tuple[int, str]]:
        """Row and id of each person."""
        for k in self.kept.tolist():
            yield k, self.ids[k]

    @property
    def email(self) -> NDArray[np.object_]:
        """Case-folded e-mail of every row, shape (n,); "" where there is none."""
        return _folded(self.sheet.text("email"))

    def zone_is_bad(self) -> NDArray[np.bool_]:
        """Return whose time zone, or the programme's that stands in, has a fault, shape (m,)."""
        bad = self.sheet.bad("timezone")
        if self.sheet.setting_is_bad("programme.timezone"):
            bad |= self.sheet.text("timezone") == ""
        return bad[self.kept]

    def where(self, k: int) -> str:
        """Table and row, for a message about another cell."""
        return f"row {self.sheet.table.rows[k]} of {self.sheet.table.name}"


def read_rosters(sheets: Mapping[str, Sheet]) -> dict[str, Roster]:
    """Read the ids of every table of people, by kind; a table without id and e-mail is left out.

    Whoever is known by e-mail alone has the id that another table gives to that e-mail, and the
    case-folded e-mail where none does. Blank, doubled and formula-like ids are faults.
    """
    shared = _ids_by_email(sheets.values())
    read = {kind: _read_roster(sheet, shared) for kind, sheet in sheets.items()}
    rosters = {kind: roster for kind, roster in read.items() if roster is not None}
    for roster in rosters.values():
        _note_unjoined(roster, shared)
    return rosters


def _ids_by_email(sheets: Iterable[Sheet]) -> dict[str, set[str]]:
    """Ids of each case-folded e-mail, over the tables that have both."""
    ids: dict[str, set[str]] = {}
    for sheet in sheets:
        for label, address in zip(sheet.text("id"), _folded(sheet.text("email")), strict=True):
            # An e-mail that is its own id says nothing more than the e-mail.
            if label and address and label.casefold() != address:
                ids.setdefault(address, set()).add(label)
    return ids


def _folded(emails: Iterable[str]) -> NDArray[np.object_]:
    return texts(address.casefold() for address in emails)


def _read_roster(sheet: Sheet, shared: Mapping[str, set[str]]) -> Roster | None:
    column = next((name for name in ("id", "email") if sheet.has(name)), None)
    if column is None:
        return None
    emails = _folded(sheet.text("email"))
    ids = texts(
        _label(label, address, shared, alone="" if column == "id" else address)
        for label, address in zip(sheet.text("id"), emails, strict=True)
    )
    kept: dict[str, int] = {}
    for k, label in enumerate(ids):
        if not label:
            sheet.fault(
                "id-blank",
                k,
                column,
                problem="Each row must have an id.",
                remedy="Write the person's id, or delete the row.",
            )
        elif label in kept:
            _report_twice(sheet, column, label, kept[label], k)
        else:
            kept[label] = k
    here, disabled = read_sides(sheet)
    rows = np.array([k for k in kept.values() if here[k]], dtype=np.intp)
    roster = Roster(sheet, ids, rows, column, disabled)
    _check_formulas(roster)
    if column == "id":
        _check_emails(roster)
    return roster


def _label(label: str, address: str, shared: Mapping[str, set[str]], *, alone: str) -> str:
    if label and "@" not in label:
        return label
    return _joined(label.casefold() or address, shared, alone=label or alone)


def _joined(address: str, shared: Mapping[str, set[str]], *, alone: str) -> str:
    """Return the one id of an e-mail; ``alone`` if there is none or several (a fault)."""
    ids = shared.get(address, set())
    return next(iter(ids)) if len(ids) == 1 else alone


def _report_twice(sheet: Sheet, column: str, label: str, first: int, k: int) -> None:
    own = sheet.text(column)[k]
    joined = "" if own.casefold() == label.casefold() else f" {label!r}, which its e-mail has,"
    sheet.fault(
        "id-twice",
        k,
        column if own else "email",
        problem=f"Each id must stand once;{joined} row {sheet.table.rows[first]} has it too.",
        remedy="Merge the rows if they are one person, or correct one of the ids.",
    )


def _note_unjoined(roster: Roster, shared: Mapping[str, set[str]]) -> None:
    """Note who is known by e-mail alone while other tables know people by ids."""
    if roster.id_column != "email" or not shared:
        return
    emails = roster.email
    alone = sorted(emails[k] for k, _ in roster.people() if emails[k] not in shared)
    if alone:
        roster.sheet.fault(
            "email-without-id",
            None,
            "email",
            problem=f"{len(alone)} of {len(roster.kept)} people are known by e-mail alone, since "
            f"no other table gives the e-mail an id: {listed(alone)}.",
            remedy="Correct the e-mail, or add the person to the table that has the ids; otherwise "
            "the e-mail is the id.",
            note=True,
        )


def _check_formulas(roster: Roster) -> None:
    for k, label in roster.people():
        if looks_like_formula(label):
            roster.sheet.fault(
                "id-formula",
                k,
                roster.id_column,
                problem="An id must not begin with =, @, + or -: a spreadsheet would run it.",
                remedy="Write the id without the sign.",
            )


def _check_emails(roster: Roster) -> None:
    first: dict[str, int] = {}
    emails = roster.email
    for k, label in roster.people():
        address = emails[k]
        before = first.setdefault(address, k) if address else k
        if before != k:
            roster.sheet.fault(
                "email-twice",
                k,
                "email",
                problem=f"Each e-mail must stand once; {roster.ids[before]!r} in row "
                f"{roster.sheet.table.rows[before]} has the same as {label!r}.",
                remedy="Merge the rows if they are one person, or correct one of the e-mails.",
            )


class Register:
    """Everybody in any table, found by id or e-mail.

    An exact id comes first, then an e-mail in any case, then an id that is
    :func:`~cmmatch.programme.labels.folded` alike if only one fits.
    Where one e-mail stands beside different ids in different tables, that is a fault, and the
    e-mail finds nobody.
    """

    def __init__(self, rosters: Sequence[Roster]) -> None:
        self.tables: dict[str, list[str]] = {}
        self._folded: dict[str, set[str]] = {}
        self._email: dict[str, dict[str, str]] = {}
        for roster in rosters:
            for _, label in roster.people():
                self.tables.setdefault(label, []).append(roster.sheet.table.name)
                self._folded.setdefault(folded(label), set()).add(label)
        # Whoever is known by e-mail alone comes last, when all other owners of it are there.
        for roster in sorted(rosters, key=lambda each: each.id_column == "email"):
            self._add_emails(roster)

    def _add_emails(self, roster: Roster) -> None:
        emails = roster.email
        here: set[str] = set()
        for k, label in roster.people():
            address = emails[k]
            # Twice in one table is a fault already; the first row counts.
            if not address or address in here or self._known_by(address, label):
                continue
            here.add(address)
            owners = self._email.setdefault(address, {})
            others = [other for other in owners if other != label]
            if others and label not in owners:
                roster.sheet.fault(
                    "email-two-ids",
                    k,
                    "email",
                    problem=f"One e-mail must belong to one id; here it is {label!r}, "
                    f"in {owners[others[0]]} it is {others[0]!r}.",
                    remedy="Give the person the same id in every table, or correct the e-mail.",
                )
            owners.setdefault(label, roster.where(k))

    def _known_by(self, address: str, label: str) -> bool:
        """Whether an e-mail is only its own id, and other tables give it several: said already."""
        return label == address and len(self._email.get(address, ())) > 1

    @property
    def known(self) -> frozenset[str]:
        """Every id."""
        return frozenset(self.tables)

    @property
    def alike(self) -> list[list[str]]:
        """Ids that are :func:`~cmmatch.programme.labels.folded` alike, each group sorted."""
        return sorted(sorted(labels) for labels in self._folded.values() if len(labels) > 1)

    def find(self, text: str) -> str | None:
        """Return the id that an id or e-mail stands for; ``None`` if for nobody or for several."""
        if text in self.tables:
            return text
        owners = self._email.get(text.casefold(), ())
        fits = sorted(owners) or sorted(self._folded.get(folded(text), ()))
        return fits[0] if len(fits) == 1 else None

    def is_ambiguous(self, text: str) -> bool:
        """Whether it is an e-mail that stands beside different ids, which is a fault already."""
        return text not in self.tables and len(self._email.get(text.casefold(), ())) > 1

    def near(self, text: str) -> list[str]:
        """Return known ids or e-mails that look like one that was not found."""
        return self._spellings.near(text)

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings([*self.tables, *self._email])
