"""Notes on wishes in ``pairs.csv`` that say two things at once; each is used all the same."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.programme.relations import WISHING
from cmmatch.programme.sheets import listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cmmatch.programme.relations import Requests
    from cmmatch.programme.sheets import Sheet

__all__ = ["note_wishes"]


class _Wish(NamedTuple):
    asker: tuple[str, int]
    pair: tuple[int, int]
    kind: str
    rank: float
    row: int


def note_wishes(sheet: Sheet, requests: Requests) -> None:
    """Note pairs that one asker prefers and avoids, or ranks twice, and ranks given twice.

    An asker is a mentee or a mentor in person, or whoever else asks for one mentee. In the sheet
    that mentees fill in, ``choices.csv``, the same are faults.
    """
    wishes = _wishes(requests)
    preferred = [each for each in wishes if each.kind == "prefer"]
    ranked = [each for each in preferred if not np.isnan(each.rank)]
    _note(
        sheet,
        "wish-contradicts",
        "kind",
        "Nobody should both prefer and avoid the same person; 'avoid' counts.",
        _rows((each.asker, each.pair, each.kind, each.row) for each in wishes),
    )
    _note(
        sheet,
        "wish-twice",
        "rank",
        "Nobody should rank the same person twice; the later choice counts.",
        _rows((each.asker, each.pair, str(each.rank), each.row) for each in preferred),
    )
    _note(
        sheet,
        "wish-rank-twice",
        "rank",
        "Nobody should give the same rank to two people; both count as that choice.",
        _rows((each.asker, each.rank, each.pair, each.row) for each in ranked),
    )


def _wishes(requests: Requests) -> list[_Wish]:
    found = []
    for k in requests.of_kind(*WISHING).tolist():
        pair = int(requests.mentee[k]), int(requests.mentor[k])
        by = requests.by[k] or "mentee"
        asker = by, pair[1] if by == "mentor" else pair[0]
        found.append(
            _Wish(asker, pair, requests.kind[k], float(requests.rank[k]), int(requests.row[k]))
        )
    return found


def _rows(told: Iterable[tuple[object, object, object, int]]) -> list[list[int]]:
    """Return the rows of each asker and subject of whom different things are said, sorted."""
    said: dict[object, dict[object, list[int]]] = defaultdict(lambda: defaultdict(list))
    for asker, subject, what, row in told:
        said[asker, subject][what].append(row)
    several = [each for each in said.values() if len(each) > 1]
    return sorted(sorted(row for rows in each.values() for row in rows) for each in several)


def _note(sheet: Sheet, code: str, column: str, problem: str, groups: list[list[int]]) -> None:
    if not groups:
        return
    rows = listed(f"rows {', '.join(map(str, each[:-1]))} and {each[-1]}" for each in groups)
    sheet.fault(
        code,
        None,
        column,
        problem=f"{problem} Here {rows}.",
        remedy="Ask which is meant, and delete or correct the others.",
        note=True,
    )
