"""Common free time of two sides by kinds of people: the worst week of each pair of kinds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.programme.clocks import WEEK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Kinds", "Overlaps"]

WORDS = 11
"""Words of 64 bits that hold a week of quarter-hours."""

CHUNK = 4096
"""Kinds that are worked on together; it changes no bit."""


@dataclass(frozen=True, eq=False)
class Kinds:
    """One side's people by kind: the same zone and the same free time are looked at once.

    Parameters
    ----------
    kind : int64, shape (n,)
        Of each person; whoever is unknown has a kind without free time.
    zone : int64, shape (kinds,)
        Ascending; -1 for the unknown, who come last.
    words : uint64, shape (regimes, 11, kinds)
        Free time in UTC quarter-hours, 64 to a word.
    """

    kind: NDArray[np.int64]
    zone: NDArray[np.int64]
    words: NDArray[np.uint64]

    @property
    def count(self) -> int:
        """How many kinds there are."""
        return int(self.words.shape[2])

    @property
    def known(self) -> int:
        """How many of them have a zone and free time: the first ones."""
        return int(np.count_nonzero(self.zone >= 0))

    @classmethod
    def of(
        cls, free: NDArray[np.bool_], zone: NDArray[np.int64], lookup: NDArray[np.int16]
    ) -> Kinds:
        """Put people together; ``free`` is (n, 672), ``lookup`` (regimes, zones, 672)."""
        known = zone >= 0
        bits = np.packbits(free & known[:, None], axis=1)
        # The highest byte first, so that sorting by bytes sorts by zone, -1 last.
        key = np.concatenate([zone.astype(">i8").view(np.uint8).reshape(-1, 8), bits], axis=1)
        whole = np.ascontiguousarray(key).view(f"V{key.shape[1]}")[:, 0]
        _, first, kind = np.unique(whole, return_index=True, return_inverse=True)
        words = np.zeros((len(lookup), WORDS, len(first)), dtype=np.uint64)
        made = cls(kind, zone[first], words)
        for start in range(0, made.known, CHUNK):
            some = slice(start, min(start + CHUNK, made.known))
            utc = np.zeros((some.stop - start, WORDS * 64), dtype=np.bool_)
            for regime, zones in enumerate(lookup):
                local = zones[made.zone[some]].astype(np.intp)
                utc[:, :WEEK] = np.take_along_axis(free[first[some]], local, axis=1)
                words[regime][:, some] = np.packbits(utc, axis=1).view(np.uint64).T
        return made

    def marks(self, regime: int, kinds: NDArray[np.intp] | slice) -> NDArray[np.uint8]:
        """Return free time of some kinds as 0 and 1, shape (kinds, 672)."""
        words = self.words[regime][:, kinds]
        return np.unpackbits(np.ascontiguousarray(words.T).view(np.uint8), axis=1)[:, :WEEK]

    def chunks(self) -> Iterator[slice]:
        """Yield all kinds in parts that take little memory."""
        for start in range(0, self.count, CHUNK):
            yield slice(start, min(start + CHUNK, self.count))

    @cached_property
    def used(self) -> dict[int, NDArray[np.bool_]]:
        """By zone, the quarter-hours in which somebody is free, shape (regimes, 672)."""
        found = {}
        for zone in np.unique(self.zone[: self.known]).tolist():
            words = np.bitwise_or.reduce(self.words[:, :, self.part(zone)], axis=2)
            found[zone] = np.unpackbits(words.view(np.uint8), axis=1)[:, :WEEK].astype(np.bool_)
        return found

    def part(self, zone: int) -> slice:
        """Return where the kinds of one zone stand."""
        known = self.zone[: self.known]
        return slice(*(int(np.searchsorted(known, zone, side=s)) for s in ("left", "right")))


@dataclass(frozen=True, eq=False)
class Overlaps:
    """Least common quarter-hours of each kind of mentee with each kind of mentor.

    Two zones see fewer kinds of weeks than all zones together: between two whose clocks change on
    one day it is one, whatever a third does, if nobody is free in the hour that is left out or
    comes twice. So each pair of zones is looked at only in weeks that can be its worst.

    Parameters
    ----------
    mentees, mentors : Kinds
        The two sides.
    lookup : int16, shape (regimes, zones, 672)
        Which local quarter-hour a UTC quarter-hour is.
    """

    mentees: Kinds
    mentors: Kinds
    lookup: NDArray[np.int16]

    def least(self, kinds: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return quarter-hours in the worst week, shape (kinds, kinds of mentors).

        Parameters
        ----------
        kinds : int array
            Kinds of mentees, ascending.

        Returns
        -------
        float32
            Whole numbers up to 672; NaN where one is unknown.
        """
        one, other = self.mentees, self.mentors
        least = np.full((len(kinds), other.count), WEEK, dtype=np.float32)
        known = kinds[: np.searchsorted(kinds, one.known)]
        zones, first = np.unique(one.zone[known], return_index=True)
        bounds = np.append(first, len(known)).tolist()
        for zone, start, end in zip(zones.tolist(), bounds[:-1], bounds[1:], strict=True):
            self._lower(least[start:end], kinds[start:end], zone)
        least[len(known) :] = np.nan
        least[:, other.known :] = np.nan
        return least

    def _lower(self, least: NDArray[np.float32], kinds: NDArray[np.intp], zone: int) -> None:
        """Bring the rows of mentees of one zone down to their worst week."""
        for regime, some, runs in self._plans[zone]:
            spans = self._spans[regime]
            ours = self.mentees.marks(regime, kinds)[:, spans.first[some]] * spans.length[some]
            theirs = spans.mentors[some]
            for run in runs:
                np.minimum(least[:, run], ours @ theirs[:, run], out=least[:, run])

    @cached_property
    def _plans(self) -> dict[int, list[tuple[int, NDArray[np.intp], list[slice]]]]:
        """By mentee's zone: a kind of week, its spans in use, the kinds of mentors it is for."""
        return {
            zone: [
                (regime, np.flatnonzero(used[regime][self._spans[regime].first]), runs)
                for regime, runs in sorted(self._runs(zone).items())
            ]
            for zone, used in self.mentees.used.items()
        }

    def _runs(self, zone: int) -> dict[int, list[slice]]:
        """Say which kinds of mentors a mentee of this zone meets in which kinds of weeks."""
        found: dict[int, list[slice]] = {}
        for other in self.mentors.used:
            part = self.mentors.part(other)
            for regime in self._worst[zone, other]:
                runs = found.setdefault(regime, [])
                if runs and runs[-1].stop == part.start:
                    runs[-1] = slice(runs[-1].start, part.stop)
                else:
                    runs.append(part)
        return found

    @cached_property
    def _worst(self) -> dict[tuple[int, int], tuple[int, ...]]:
        """By mentee's and mentor's zone, the regimes that can be the worst week of somebody."""
        theirs = self.mentors.used
        local = self.lookup.astype(np.int32)
        return {
            (one, other): _worst_weeks(
                np.where(mine & their, local[:, one] * WEEK + local[:, other], -1)
            )
            for one, mine in self.mentees.used.items()
            for other, their in theirs.items()
        }

    @cached_property
    def _spans(self) -> tuple[_Spans, ...]:
        return tuple(_Spans.of(self.mentees, self.mentors, k) for k in range(len(self.lookup)))


def _worst_weeks(meeting: NDArray[np.int32]) -> tuple[int, ...]:
    """Return the weeks that can be somebody's worst.

    A week in which every pair of local quarter-hours meets at least as often as in another leaves
    nobody fewer common hours than that one does.

    Parameters
    ----------
    meeting : int32, shape (regimes, 672)
        The pair of local quarter-hours that meets, as a number; -1 where one side is never free.
    """
    pairs, place = np.unique(meeting, return_inverse=True)
    week = np.arange(len(meeting))[:, None]
    often = np.zeros((len(meeting), len(pairs)), dtype=np.int16)
    np.add.at(often, (week, place.reshape(meeting.shape)), 1)
    often[:, pairs < 0] = 0
    _, first = np.unique(often, axis=0, return_index=True)
    different = often[first]
    no_more = (different[:, None] <= different[None, :]).all(axis=2).sum(axis=0)
    # Each is no more than itself.
    return tuple(sorted(first[no_more == 1].tolist()))


@dataclass(frozen=True, eq=False)
class _Spans:
    """Runs of quarter-hours in which nobody's answer changes, counted as one with its length.

    Parameters
    ----------
    first : int64, shape (s,)
        First quarter-hour of each run; runs in which a whole side is never free are left out.
    length : float32, shape (s,)
        Quarter-hours in the run.
    mentors : float32, shape (s, kinds)
        1 where mentors of a kind are free.
    """

    first: NDArray[np.intp]
    length: NDArray[np.float32]
    mentors: NDArray[np.float32]

    @classmethod
    def of(cls, mentees: Kinds, mentors: Kinds, regime: int) -> _Spans:
        changes = np.ones(WEEK, dtype=np.bool_)
        useful = np.ones(WEEK, dtype=np.bool_)
        changes[1:] = False
        for side in (mentees, mentors):
            used = np.zeros(WEEK, dtype=np.bool_)
            for some in side.chunks():
                marks = side.marks(regime, some)
                changes[1:] |= (marks[:, 1:] != marks[:, :-1]).any(axis=0)
                used |= marks.any(axis=0)
            useful &= used
        first = np.flatnonzero(changes)
        length = np.diff(np.append(first, WEEK)).astype(np.float32)
        first, length = first[useful[first]], length[useful[first]]
        free = np.empty((len(first), mentors.count), dtype=np.float32)
        for some in mentors.chunks():
            free[:, some] = mentors.marks(regime, some)[:, first].T
        return cls(first, length, free)
