"""Panels: the mentors who may lead a circle together, as the columns that a solver chooses from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.constraints.members import label_faults, labels_of
from cmmatch.errors import ModelError, UnknownPerson

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from cmmatch.compatibility.candidates import Candidates
    from cmmatch.compatibility.source import PairSource

__all__ = ["MOST_PANELS", "PanelSource", "panels_of"]

MOST_PANELS = 2_000
"""With more pairs of mentors than that nothing is proven in reasonable time."""


@dataclass(frozen=True, eq=False)
class PanelSource:
    """Scores of mentees with panels: the sum of the scores with each mentor of the panel.

    A mentee may join a panel who is eligible, and scores enough, with every mentor of it.

    Parameters
    ----------
    source : PairSource
        Of mentees and mentors.
    rows : int, shape (N,)
        Mentees, by position in that source.
    members : int, shape (panels, size)
        Mentors of each panel, by position in that source.
    mentor_ids : object array of str, shape (panels,)
        A name of each panel, unique.
    floor : int or None
        Least score of a mentee with each mentor, in units.
    resolution : float
        The score that one unit stands for.
    """

    source: PairSource
    rows: NDArray[np.intp]
    members: NDArray[np.intp]
    mentor_ids: NDArray[np.object_]
    floor: int | None
    resolution: float

    @property
    def mentee_ids(self) -> NDArray[np.object_]:
        """Labels of the mentees."""
        ids: NDArray[np.object_] = self.source.mentee_ids[self.rows]
        return ids

    @property
    def shape(self) -> tuple[int, int]:
        """(N, panels)."""
        return len(self.rows), len(self.members)

    @property
    def block_error(self) -> int:
        """That of each score; for a sum as much again, since it is rounded to float32 once more."""
        size, error = self.members.shape[1], self.source.block_error
        return error if size == 1 else 2 * size * (error + 1)

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Approximate scores in units, shape (rows, panels); NaN = may not join."""
        single = self.source.block(self.rows[rows])
        total = single[:, self.members].astype(np.float64).sum(axis=2)
        if self.floor is not None:
            mentee, panel = np.nonzero(~np.isnan(total))
            low = ~self.eligible(rows[mentee], panel)
            total[mentee[low], panel[low]] = np.nan
        found: NDArray[np.float32] = total.astype(np.float32)
        return found

    def eligible(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether each mentee may join each panel, shape (P,)."""
        row = self.rows[mentee]
        may = np.ones(len(row), dtype=np.bool_)
        for members in self.members[mentor].T:
            may &= self.source.eligible(row, members)
            if self.floor is not None:
                may &= self.source.pairs(row, members) >= self.floor
        return may

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int64]:
        """Exact scores in units, shape (P,)."""
        row = self.rows[mentee]
        total = np.zeros(len(row), dtype=np.int64)
        for members in self.members[mentor].T:
            total += self.source.pairs(row, members)
        return total


def panels_of(
    candidates: Candidates,
    *,
    size: int,
    pairs: Iterable[tuple[str, str]] | None = None,
    differ: Sequence[str] | None = None,
) -> PanelSource:
    """List the panels that may lead, and put everybody in the order of ids.

    Parameters
    ----------
    candidates : Candidates
        Of mentees and mentors.
    size : {1, 2}
        Mentors of a panel.
    pairs : iterable of (mentor id, mentor id), optional
        The only panels of two; in either order. Left out, any two mentors.
    differ : sequence of str, shape (M,), optional
        A label of each mentor; two may lead together whose labels are known and not the same.

    Raises
    ------
    ModelError
        No panel is left, there are more than 2,000 panels of two, a pair is one mentor twice, or
        the labels do not fit.
    UnknownPerson
        A pair names nobody.
    """
    ids = candidates.source.mentor_ids
    members: list[tuple[int, ...]] = [(j,) for j in range(len(ids))]
    if size > 1:
        if differ is not None and (wrong := label_faults(differ, ids, "mentors")):
            message = f"'differ': {wrong[0]}"
            raise ModelError(message)
        members = _together(ids, pairs, None if differ is None else labels_of(differ))
    members = [tuple(sorted(each, key=ids.__getitem__)) for each in members]
    members.sort(key=lambda panel: [ids[j] for j in panel])
    mentees = candidates.source.mentee_ids
    return PanelSource(
        candidates.source,
        np.array(sorted(range(len(mentees)), key=mentees.__getitem__), dtype=np.intp),
        np.array(members, dtype=np.intp).reshape(-1, size),
        _names([[ids[j] for j in panel] for panel in members]),
        candidates.floor,
        candidates.resolution,
    )


def _together(
    ids: NDArray[np.object_], pairs: Iterable[tuple[str, str]] | None, labels: list[str] | None
) -> list[tuple[int, ...]]:
    """Which two may lead together."""
    given = combinations(range(len(ids)), 2) if pairs is None else _given(ids, pairs)
    found: list[tuple[int, ...]] = [
        (a, b)
        for a, b in given
        if labels is None or (labels[a] and labels[b] and labels[a] != labels[b])
    ]
    if not found:
        message = (
            "Circles with two mentors need two who may lead together; there are none among "
            f"{len(ids)} mentors. Give other 'panel_pairs', or none, or leave out 'differ'."
        )
        raise ModelError(message)
    if len(found) > MOST_PANELS:
        message = (
            f"At most {MOST_PANELS:,} pairs of mentors can be looked at; {len(found):,} may lead "
            f"together, of {len(ids)} mentors. Say which in 'panel_pairs', or whose labels must "
            "'differ'."
        )
        raise ModelError(message)
    return found


def _given(ids: NDArray[np.object_], pairs: Iterable[tuple[str, str]]) -> list[tuple[int, int]]:
    position = {label: k for k, label in enumerate(ids)}
    found = set()
    for one, other in pairs:
        for who in (one, other):
            if who not in position:
                raise UnknownPerson(str(who), role="mentor")
        if one == other:
            message = f"Two mentors lead together; 'panel_pairs' has {one} twice in one pair."
            raise ModelError(message)
        first, second = sorted((position[one], position[other]))
        found.add((first, second))
    return sorted(found)


def _names(panels: list[list[str]]) -> NDArray[np.object_]:
    """Name each panel after its mentors, so that no two names are alike."""
    names = [" and ".join(panel) for panel in panels]
    if len(set(names)) < len(names):
        names = [" and ".join(map(repr, panel)) for panel in panels]
    found = np.empty(len(names), dtype=object)
    found[:] = names
    return found
