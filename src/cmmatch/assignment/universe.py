"""Universe: every pair that may be made, kept in memory or only known to the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from cmmatch.assignment.columns import Columns
from cmmatch.compatibility.selection import block_rows
from cmmatch.programme.order import lots, pair_lots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from cmmatch.compatibility.candidates import Candidates

    Promising = Callable[
        [NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]
    ]

__all__ = [
    "Eligible",
    "Kept",
    "Lots",
    "Universe",
    "best_of_each",
    "concatenated",
    "every_pair",
    "universe_of",
]

CHUNK = 2**20
"""Pairs looked at together where they are in memory; no result depends on it."""

FEW = 200_000
"""Up to so many pairs a backend is shown all at once; beyond, the best of each person first."""

BEST = 10
"""How many of each mentee's best pairs it is shown first; few are better than many."""


SPARSE = 4
"""A table of a chunk is made where it is at most so many times as large as its pairs."""


class Universe(Protocol):
    """All pairs that may be made, gone through in blocks."""

    def start(self) -> Columns:
        """Return the pairs to begin with."""
        ...

    def survivors(self, promising: Promising) -> Iterator[Columns]:
        """Go through all pairs; yield those that ``promising`` accepts with their exact scores.

        ``promising`` is handed positions and upper bounds of scores, and must not refuse at a
        bound what it accepts at the score itself.
        """
        ...


@dataclass(frozen=True, eq=False)
class Lots:
    """Who comes first among equals: the lots of both sides."""

    mentee: NDArray[np.uint64]
    mentor: NDArray[np.uint64]

    @classmethod
    def drawn(cls, candidates: Candidates, *, seed: int) -> Lots:
        """Draw them for the people of a source."""
        source = candidates.source
        return cls(lots(source.mentee_ids, seed=seed), lots(source.mentor_ids, seed=seed))

    def of(self, columns: Columns) -> NDArray[np.uint64]:
        """Return the lot of each pair."""
        return pair_lots(self.mentee[columns.mentee], self.mentor[columns.mentor])


@dataclass(frozen=True, eq=False)
class Kept:
    """The kept candidates are all that may be made."""

    candidates: Candidates
    lots: Lots

    def start(self) -> Columns:
        """Return all of them if they are few, else the best of each mentee."""
        kept = self.candidates
        if len(kept) <= FEW:
            return part_of(kept, slice(None))
        near = [_near_best(part, count=BEST) for part in self._by_mentee()]
        return concatenated(
            [best_of_each(part, part.score, self.lots, count=BEST) for part in near]
        )

    def _by_mentee(self) -> Iterator[Columns]:
        """Chunks that hold all pairs of their mentees."""
        kept, start = self.candidates, 0
        while start < len(kept):
            stop = min(start + CHUNK, len(kept))
            if stop < len(kept):
                # Back to where the last mentee begins, or on to where the only one ends.
                last = int(kept.mentee[stop])
                first = int(np.searchsorted(kept.mentee, last))
                stop = first if first > start else int(np.searchsorted(kept.mentee, last + 1))
            yield part_of(kept, slice(start, stop))
            start = stop

    def survivors(self, promising: Promising) -> Iterator[Columns]:
        """Go through the candidates; their scores are exact."""
        for part in self._by_mentee():
            near = np.flatnonzero(promising(part.mentee, part.mentor, part.score))
            yield part.only(near)


@dataclass(frozen=True, eq=False)
class Eligible:
    """Every eligible pair of the source that is good enough, whether kept or not."""

    candidates: Candidates
    lots: Lots

    def start(self) -> Columns:
        """Return the kept candidates."""
        return part_of(self.candidates, slice(None))

    def survivors(self, promising: Promising) -> Iterator[Columns]:
        """Go through the source in blocks; score exactly only what its bound lets through."""
        source, floor = self.candidates.source, self.candidates.floor
        n, m = source.shape
        step = block_rows(m)
        for first in range(0, n, step):
            rows = np.arange(first, min(first + step, n))
            block = source.block(rows)
            row, mentor = np.nonzero(~np.isnan(block))
            above = np.ceil(block[row, mentor].astype(np.float64)).astype(np.int64)
            above += source.block_error
            mentee = rows[row]
            if floor is not None:
                good = above >= floor
                mentee, mentor, above = mentee[good], mentor[good], above[good]
            near = promising(mentee, mentor, above)
            mentee, mentor = mentee[near], mentor[near]
            score = source.pairs(mentee, mentor)
            fine = promising(mentee, mentor, score)
            if floor is not None:
                fine &= score >= floor
            yield Columns(mentee[fine], mentor[fine], score[fine], max(m, 1))


def every_pair(
    mentee: NDArray[np.signedinteger],
    mentor: NDArray[np.signedinteger],
    score: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Find every pair promising."""
    return np.ones(len(mentee), dtype=np.bool_)


def part_of(kept: Candidates, part: slice) -> Columns:
    """Return some of the candidates; no copy is made."""
    width = max(kept.shape[1], 1)
    return Columns(kept.mentee[part], kept.mentor[part], kept.score[part], width)


def universe_of(candidates: Candidates, *, seed: int, kept_only: bool = False) -> Universe:
    """Say which pairs may be made: all of the source where candidates keep only some of them."""
    drawn = Lots.drawn(candidates, seed=seed)
    if kept_only or candidates.keep is None:
        return Kept(candidates, drawn)
    return Eligible(candidates, drawn)


def best_of_each(columns: Columns, worth: NDArray[np.int64], lots: Lots, *, count: int) -> Columns:
    """Return the pairs of greatest worth of each mentee, equals by score and then by lot."""
    order = np.lexsort((lots.of(columns), -columns.score, -worth, columns.mentee))
    first = np.searchsorted(columns.mentee, columns.mentee)
    rank = np.arange(len(order)) - first
    return columns.only(np.sort(order[rank < count]))


def _near_best(columns: Columns, *, count: int) -> Columns:
    """Keep of each mentee the best pairs and their equals, without sorting all."""
    start = np.flatnonzero(np.diff(columns.mentee, prepend=-1))
    sizes = np.diff(start, append=len(columns))
    width = int(sizes.max(initial=0))
    if width <= count or width * len(sizes) > SPARSE * len(columns):
        return columns
    row = np.repeat(np.arange(len(sizes)), sizes)
    table = np.full((len(sizes), width), np.iinfo(np.int64).min)
    table[row, np.arange(len(columns)) - np.repeat(start, sizes)] = columns.score
    cut = np.partition(table, width - count, axis=1)[:, width - count]
    return columns.only(np.flatnonzero(columns.score >= cut[row]))


def concatenated(parts: list[Columns]) -> Columns:
    """Put parts together that follow each other in order."""
    return Columns(
        np.concatenate([part.mentee for part in parts]),
        np.concatenate([part.mentor for part in parts]),
        np.concatenate([part.score for part in parts]),
        parts[0].width,
    )
