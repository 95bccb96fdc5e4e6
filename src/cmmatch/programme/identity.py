"""Who is who: the ids of every table, and from an id or an e-mail to one person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.cells import looks_like_formula
from cmmatch.programme.people import texts
from cmmatch.programme.spelling import Spellings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from cmmatch.programme.sheets import Sheet

__all__ = ["Register", "Roster", "read_roster"]


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
        Rows whose id is given and not taken by a row above: the people.
    id_column : str
        ``id``, or ``email`` where the table has no ids.
    """

    sheet: Sheet
    ids: NDArray[np.object_]
    kept: NDArray[np.intp]
    id_column: str

    def people(self) -> Iterator[tuple[int, str]]:
        """Row and id of each person."""
        for k in self.kept.tolist():
            yield k, self.ids[k]

    @property
    def email(self) -> NDArray[np.object_]:
        """Case-folded e-mail of every row, shape (n,); "" where there is none."""
        return texts(address.casefold() for address in self.sheet.text("email"))

    def where(self, k: int) -> str:
        """Table and row, for a message about another cell."""
        return f"row {self.sheet.table.rows[k]} of {self.sheet.table.name}"


def read_roster(sheet: Sheet) -> Roster | None:
    """Read the ids of a table and report those that are blank, doubled or formulas.

    Without an ``id`` column the case-folded e-mail is the id; without either there is nobody, and
    ``None`` is returned.
    """
    column = next((name for name in ("id", "email") if sheet.has(name)), None)
    if column is None:
        return None
    ids = sheet.text("id") if column == "id" else texts(map(str.casefold, sheet.text("email")))
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
            sheet.fault(
                "id-twice",
                k,
                column,
                problem=f"Each id must stand once; row {sheet.table.rows[kept[label]]} has it too.",
                remedy="Merge the rows if they are one person, or correct one of the ids.",
            )
        else:
            kept[label] = k
    roster = Roster(sheet, ids, np.array(list(kept.values()), dtype=np.intp), column)
    _check_formulas(roster)
    if column == "id":
        _check_emails(roster)
    return roster


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

    An exact id comes first, then an e-mail in any case, then an id in any case if only one fits.
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
                self._folded.setdefault(label.casefold(), set()).add(label)
        for roster in rosters:
            self._add_emails(roster)

    def _add_emails(self, roster: Roster) -> None:
        emails = roster.email
        here: set[str] = set()
        for k, label in roster.people():
            address = emails[k]
            # Twice in one table is a fault already; the first row counts.
            if not address or address in here:
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

    @property
    def known(self) -> frozenset[str]:
        """Every id."""
        return frozenset(self.tables)

    @property
    def differing_in_case(self) -> list[list[str]]:
        """Ids that are the same but for their case, each group sorted."""
        return sorted(sorted(labels) for labels in self._folded.values() if len(labels) > 1)

    def find(self, text: str) -> str | None:
        """Return the id that an id or e-mail stands for; ``None`` if for nobody or for several."""
        if text in self.tables:
            return text
        fold = text.casefold()
        fits = sorted(self._email.get(fold, ())) or sorted(self._folded.get(fold, ()))
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
