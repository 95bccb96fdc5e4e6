"""Candidates: the eligible pairs that a solver may choose from, with exact integer scores."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.compatibility.source import RESOLUTION
from cmmatch.compatibility.tabular import MatrixSource, SparseSource
from cmmatch.errors import CmmatchWarning, ModelError
from cmmatch.programme.people import texts
from cmmatch.progress import silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from cmmatch.compatibility.source import PairSource
    from cmmatch.progress import Progress

__all__ = ["Candidates"]

CHUNK = 256


@dataclass(frozen=True, eq=False)
class Candidates:
    """Kept pairs and where their scores come from.

    Parameters
    ----------
    mentee, mentor : int32, shape (P,)
        Positions, sorted by (mentee, mentor), no pair twice.
    score : int64, shape (P,)
        Exact, in units of ``resolution``.
    source : PairSource
        Knows the exact score of any pair, kept or not.
    floor : int
        Least score of a kept pair, in units of ``resolution``; pairs below it were not kept.
    resolution : float
        The score that one integer unit stands for.
    """

    mentee: NDArray[np.int32]
    mentor: NDArray[np.int32]
    score: NDArray[np.int64]
    source: PairSource
    floor: int | None = None
    resolution: float = 1 / RESOLUTION

    def __post_init__(self) -> None:
        for array in (self.mentee, self.mentor, self.score):
            array.flags.writeable = False
        key = self.mentee.astype(np.int64) * max(self.shape[1], 1) + self.mentor
        if len(key) > 1 and not (np.diff(key) > 0).all():
            message = "Candidates must be sorted by (mentee, mentor) and hold no pair twice."
            raise ModelError(message)

    def __len__(self) -> int:
        return len(self.mentee)

    @property
    def shape(self) -> tuple[int, int]:
        """(N, M)."""
        return self.source.shape

    def to_score(self, units: int) -> float:
        """Score that a number of units stands for, without the noise of the last binary digits."""
        return round(float(units * self.resolution), 12)

    def index(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.intp]:
        """Where each pair stands among the candidates, shape (P,); -1 where it was not kept."""
        width = max(self.shape[1], 1)
        key = self.mentee.astype(np.int64) * width + self.mentor
        wanted = np.asarray(mentee, dtype=np.int64) * width + np.asarray(mentor)
        found = np.searchsorted(key, wanted)
        hit = (
            (found < len(key)) & (key[np.minimum(found, len(key) - 1)] == wanted)
            if len(key)
            else wanted < 0
        )
        return np.where(hit, found, -1).astype(np.intp)

    @classmethod
    def from_source(
        cls,
        source: PairSource,
        *,
        min_score: float = 0.0,
        always: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None,
        rows: NDArray[np.intp] | None = None,
        progress: Progress | None = None,
    ) -> Candidates:
        """Keep every eligible pair of a source whose score is not below ``min_score``.

        Parameters
        ----------
        source : PairSource
            A scored programme or scores of one's own.
        min_score : float, default 0
            Pairs below it are not kept; 0 keeps all.
        always : two arrays of positions, optional
            Pairs (required ones) that are kept whatever their score, if eligible.
        rows : array of int, optional
            Only these mentees, sorted; left out, all.
        progress : callable, optional
            Told the rows done.
        """
        say = progress or silent
        m = source.shape[1]
        everyone = np.arange(source.shape[0]) if rows is None else rows
        n = len(everyone)
        resolution = float(getattr(source, "resolution", 1 / RESOLUTION))
        floor = round(min_score / resolution) if min_score > 0 else None
        exempt = (
            np.unique(np.asarray(always[0]) * m + always[1])
            if always
            else np.empty(0, dtype=np.int64)
        )
        kept: list[tuple[NDArray[Any], ...]] = [_nothing()]
        for start in range(0, n, CHUNK):
            some = everyone[start : start + CHUNK]
            say("score", start, n)
            row, mentor = np.nonzero(~np.isnan(source.block(some)))
            mentee = some[row]
            score = source.pairs(mentee, mentor)
            if floor is not None:
                good = (score >= floor) | np.isin(mentee * m + mentor, exempt)
                mentee, mentor, score = mentee[good], mentor[good], score[good]
            kept.append((mentee.astype(np.int32), mentor.astype(np.int32), score))
        say("score", n, n)
        mentee, mentor, score = (np.concatenate(parts) for parts in zip(*kept, strict=True))
        ends = mentee.astype(np.int32), mentor.astype(np.int32)
        return cls(*ends, score, source, floor, resolution)

    @classmethod
    def from_matrix(
        cls,
        scores: ArrayLike,
        *,
        mentee_ids: Sequence[str] | None = None,
        mentor_ids: Sequence[str] | None = None,
        resolution: float = 1 / RESOLUTION,
    ) -> Candidates:
        """Take scores of one's own: rows are mentees, columns mentors, NaN = not eligible.

        Parameters
        ----------
        scores : array-like, shape (N, M)
            Higher is better; negative ones are allowed, infinite ones are not.
        mentee_ids, mentor_ids : sequences of str, optional
            Unique labels; positions as text when left out.
        resolution : float, default 1e-6
            Scores are rounded to multiples of it, since the solver counts in integers.

        Raises
        ------
        ModelError
            A score is infinite; the ids do not fit or repeat; or the largest total,
            ``max |score| * (N + M) / resolution``, is 2**53 or more.

        Warns
        -----
        CmmatchWarning
            Rounding to ``resolution`` changed a score.

        Examples
        --------
        >>> kept = Candidates.from_matrix([[0.5, float("nan")], [0.25, 1.0]])
        >>> kept.score.tolist()
        [500000, 250000, 1000000]
        """
        matrix = np.asarray(scores, dtype=np.float64)
        if matrix.ndim != 2:
            message = (
                f"Scores must be a matrix of mentees by mentors; given {matrix.ndim} dimensions."
            )
            raise ModelError(message)
        source = MatrixSource(
            matrix,
            _labels(mentee_ids, matrix.shape[0]),
            _labels(mentor_ids, matrix.shape[1]),
            resolution,
        )
        mentee, mentor = np.nonzero(~np.isnan(matrix))
        _check_range(matrix[mentee, mentor], sum(matrix.shape), resolution)
        score = source.pairs(mentee, mentor)
        return cls(
            mentee.astype(np.int32), mentor.astype(np.int32), score, source, resolution=resolution
        )

    @classmethod
    def from_pairs(
        cls,
        pairs: Any,
        *,
        mentee_ids: Sequence[str] | None = None,
        mentor_ids: Sequence[str] | None = None,
        resolution: float = 1 / RESOLUTION,
    ) -> Candidates:
        """Take scored pairs from a frame with ``mentee_id``, ``mentor_id`` and ``score``.

        Parameters
        ----------
        pairs : data frame or mapping of columns
            One row for each eligible pair; pairs that are not listed are not eligible.
        mentee_ids, mentor_ids : sequences of str, optional
            Everybody, in the order of the positions; those who occur, sorted, when left out.
        resolution : float, default 1e-6
            As in :meth:`from_matrix`.

        Raises
        ------
        ModelError
            A pair is listed twice, a score is blank or infinite, or a pair names an id that the
            ids lack.
        """
        mentees, mentors = (
            [str(label) for label in pairs[column]] for column in ("mentee_id", "mentor_id")
        )
        given = np.asarray(list(pairs["score"]), dtype=np.float64)
        rows, columns = (
            _labels(sorted(set(mentees)) if mentee_ids is None else mentee_ids),
            _labels(sorted(set(mentors)) if mentor_ids is None else mentor_ids),
        )
        mentee, mentor = (
            _positions(mentees, rows, "mentee_ids"),
            _positions(mentors, columns, "mentor_ids"),
        )
        _check_range(given, len(rows) + len(columns), resolution)
        order = np.lexsort((mentor, mentee))
        source = SparseSource(mentee[order], mentor[order], given[order], rows, columns, resolution)
        return cls(
            source.mentee.astype(np.int32),
            source.mentor.astype(np.int32),
            source.units,
            source,
            resolution=resolution,
        )


def _nothing() -> tuple[NDArray[Any], ...]:
    return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64)


def _labels(ids: Sequence[str] | None, count: int | None = None) -> NDArray[np.object_]:
    given = range(count or 0) if ids is None else ids
    labels = texts(str(label) for label in given)
    if count is not None and len(labels) != count:
        message = f"Scores need one id for each row and column; given {len(labels)} for {count}."
        raise ModelError(message)
    if len(set(labels)) != len(labels):
        twice = sorted(label for label, times in Counter(labels.tolist()).items() if times > 1)
        message = f"Ids must be unique; given more than once: {', '.join(twice[:5])}."
        raise ModelError(message)
    return labels


def _positions(given: list[str], labels: NDArray[np.object_], argument: str) -> NDArray[np.intp]:
    position = {label: k for k, label in enumerate(labels)}
    missing = sorted(set(given) - set(position))
    if missing:
        message = (
            f"Every id of the pairs must be among {argument}; missing: {', '.join(missing[:5])}."
        )
        raise ModelError(message)
    return np.array([position[label] for label in given], dtype=np.intp)


def _check_range(scores: NDArray[np.float64], people: int, resolution: float) -> None:
    if not np.isfinite(scores).all():
        message = (
            "Scores must be finite; a pair that is not eligible is left out, or NaN in a matrix."
        )
        raise ModelError(message)
    scaled = scores / resolution
    largest = float(np.abs(scaled).max(initial=0.0))
    if largest * people >= 2.0**53:
        message = (
            "The largest score times the number of people must stay below 2**53 units of "
            f"{resolution:g}; given {largest * resolution:g} for {people} people. "
            "Coarsen the resolution."
        )
        raise ModelError(message)
    off = np.abs(scaled - np.rint(scaled))
    # A large score on the grid is off it by what a float cannot hold.
    apart = off > 1e-6 + np.abs(scaled) * 2.0**-50
    if apart.any():
        count = int(apart.sum())
        message = (
            f"{count} of {len(scores)} scores were rounded to multiples of {resolution:g} "
            f"(the most by {off.max() * resolution:.2g}). Pass a finer resolution if that matters."
        )
        warnings.warn(message, CmmatchWarning, stacklevel=3)
