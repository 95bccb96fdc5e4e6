"""From ``choices.csv``, a filled shortlist, to requests: ranks are wishes, a cross declines.

Who ranks anybody speaks anew: the ranks take the place of the same mentee's wishes in the table of
pairs, and a cross that of a wish for the same mentor.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.cells import parse_whole
from cmmatch.programme.pairs_reader import Side, find_person
from cmmatch.programme.relations import BLOCKING, OWN, REQUIRING, Request, Requests

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.programme.identity import Register
    from cmmatch.programme.sheets import Sheet

__all__ = ["CROSSES", "ChoicesReader"]

CROSSES = frozenset({"x", "×", "✕", "✖", "✗", "✘", "☒", "yes", "y", "true", "decline", "declined"})
"""What counts as a cross, in any case. Numbers do not: they may be ranks in the wrong column."""

NO_CROSSES = frozenset({"no", "n", "false", "☐"})


@dataclass(frozen=True, eq=False)
class ChoicesReader:
    """Reads what the mentees chose; rows with a fault are left out, each fault is reported.

    A row with neither a rank nor a cross says nothing, whatever else stands in it.

    Parameters
    ----------
    sheet : Sheet
        The table of choices.
    mentees, mentors : Side
        The two sides.
    register : Register
        Everybody, found by id or e-mail.
    requests : Requests
        What the table of pairs says.
    pairs : str
        The name of that table; "" where there is none.
    """

    sheet: Sheet
    mentees: Side
    mentors: Side
    register: Register
    requests: Requests
    pairs: str
    _first: dict[tuple[int, int], int] = field(default_factory=dict)
    _ranked: dict[tuple[int, float], int] = field(default_factory=dict)

    def read(self) -> Requests:
        """Return the requests in force: those of the table of pairs, and what was chosen since.

        A rank is read as ``prefer``, a cross as ``declined``. One note counts what they replace.
        """
        chosen = self._chosen()
        replaced = self._replaced(chosen)
        if replaced.any():
            self._note_replaced(replaced)
        return self.requests.only(~replaced).and_rows(chosen)

    def _chosen(self) -> list[Request]:
        if not (self.sheet.has("mentee_id") and self.sheet.has("mentor_id")):
            return []
        ranks = self.sheet.read(
            "rank",
            lambda text: float(parse_whole(text, least=1)),
            code="rank-not-whole",
            remedy="Write 1 for the first choice, 2 for the second, or leave it blank.",
            blank=np.nan,
        )
        declined = self.sheet.read(
            "decline",
            _is_cross,
            code="decline-unclear",
            remedy="Put an x, or leave the cell blank.",
            blank=False,
        )
        bad = ranks.bad | declined.bad
        said = ~np.isnan(ranks.values) | np.array(declined.values, dtype=np.bool_) | bad
        chosen = []
        for k in np.flatnonzero(said).tolist():
            one, other = (
                find_person(self.sheet, k, side, self.register)
                for side in (self.mentees, self.mentors)
            )
            if one is None or other is None or bad[k]:
                continue
            request = self._request(k, (one, other), ranks.values[k], declined.values[k])
            if request is not None:
                chosen.append(request)
        return chosen

    def _request(
        self, k: int, pair: tuple[int, int], rank: float, declined: bool
    ) -> Request | None:
        kind = "declined" if declined else "prefer"
        row = self.sheet.table.rows[k]
        request = Request(*pair, kind, rank, "mentee", "", row, self.sheet.table.name)
        sound = [
            self._once(k, pair),
            self._one_answer(k, rank, declined),
            declined or self._rank_once(k, pair[0], rank),
            self._agrees(k, request),
        ]
        return request if all(sound) else None

    def _once(self, k: int, pair: tuple[int, int]) -> bool:
        first = self._first.setdefault(pair, k)
        if first == k:
            return True
        return self._report(
            "choice-twice",
            (k, "mentor_id"),
            f"A pair must stand once; row {self.sheet.table.rows[first]} has it too.",
            "Delete one of the rows.",
        )

    def _one_answer(self, k: int, rank: float, declined: bool) -> bool:
        if np.isnan(rank) or not declined:
            return True
        return self._report(
            "choice-rank-and-decline",
            (k, "decline"),
            f"A row must have a rank or a cross, not both; its rank is {rank:.0f}.",
            "Ask which is meant, and clear the other cell.",
        )

    def _rank_once(self, k: int, mentee: int, rank: float) -> bool:
        first = k if np.isnan(rank) else self._ranked.setdefault((mentee, rank), k)
        if first == k:
            return True
        return self._report(
            "choice-rank-twice",
            (k, "rank"),
            f"A {self.mentees.role} must give each rank once; "
            f"row {self.sheet.table.rows[first]} has it too.",
            "Ask which comes first, and number them 1, 2, 3.",
        )

    def _agrees(self, k: int, request: Request) -> bool:
        said = self.requests
        for other in said.about(request.mentee, request.mentor).tolist():
            if self._contradicts(request, other):
                one = self.mentees.people.ids[request.mentee]
                two = self.mentors.people.ids[request.mentor]
                role = self.mentors.role
                here = (
                    f"declines the {role} {two!r}"
                    if request.kind == "declined"
                    else f"gives the {role} {two!r} rank {request.rank:.0f}"
                )
                by = f" by the {said.by[other]}" if said.by[other] else ""
                return self._report(
                    "choice-contradicts",
                    (k, "decline" if request.kind == "declined" else "rank"),
                    f"A choice must not contradict {self.pairs}; the {self.mentees.role} {one!r} "
                    f"{here} in row {request.row} here, and row {said.row[other]} of {self.pairs} "
                    f"says {said.kind[other]!r} of the same two{by}.",
                    "Clear the cell here, or delete that row.",
                )
        return True

    def _contradicts(self, request: Request, other: int) -> bool:
        """Whether a choice and a row of the pairs about the same two cannot both be meant."""
        kind, own = self.requests.kind[other], self.requests.by[other] in OWN
        if request.kind == "declined":
            return kind in REQUIRING
        return kind in BLOCKING or (kind == "avoid" and own)

    def _replaced(self, chosen: list[Request]) -> NDArray[np.bool_]:
        """Tell which rows of the pairs are wishes that the choices replace, shape (R,)."""
        said = self.requests
        ranking = sorted({each.mentee for each in chosen if each.kind == "prefer"})
        anew = np.isin(said.mentee, ranking)
        for each in chosen:
            if each.kind == "declined":
                anew[said.about(each.mentee, each.mentor)] = True
        return anew & said.own_wishes

    def _note_replaced(self, replaced: NDArray[np.bool_]) -> None:
        people = len(np.unique(self.requests.mentee[replaced]))
        rows = int(replaced.sum())
        who = self.mentees.role if people == 1 else self.mentees.roles
        self.sheet.fault(
            "choices-replace-wishes",
            None,
            "rank",
            problem=f"What a {self.mentees.role} chooses here takes the place of the wishes "
            f"(prefer) that the same {self.mentees.role} has in {self.pairs}; here of {people} "
            f"{who} with {rows} {'row' if rows == 1 else 'rows'}.",
            remedy="Nothing is to be done, unless the sheet is older than those rows.",
            note=True,
        )

    def _report(self, code: str, cell: tuple[int, str], problem: str, remedy: str) -> bool:
        self.sheet.fault(code, *cell, problem=problem, remedy=remedy)
        return False


def _is_cross(text: str) -> bool:
    word = text.casefold()
    if word not in CROSSES | NO_CROSSES:
        message = "The cell must have a cross, or be blank."
        raise ValueError(message)
    return word in CROSSES
