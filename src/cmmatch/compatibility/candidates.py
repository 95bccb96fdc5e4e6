"""Candidates: the eligible pairs that a solver may choose from, with exact integer scores."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.compatibility.selection import Selection, block_rows
from cmmatch.compatibility.source import RESOLUTION
from cmmatch.compatibility.tabular import MatrixSource, SparseSource
from cmmatch.compatibility.workers import workers
from cmmatch.errors import CmmatchWarning, ModelError
from cmmatch.programme.order import lots
from cmmatch.programme.people import texts
from cmmatch.progress import silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from numpy.typing import ArrayLike, NDArray

    from cmmatch.compatibility.source import PairSource
    from cmmatch.progress import Progress

__all__ = ["Candidates"]

TASKS = 64
"""Blocks are handed to an executor in at most so many parts."""


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
    keep : int or None
        How many of the best pairs of each mentee were kept; ``None`` where all were.
    """

    mentee: NDArray[np.int32]
    mentor: NDArray[np.int32]
    score: NDArray[np.int64]
    source: PairSource
    floor: int | None = None
    resolution: float = 1 / RESOLUTION
    keep: int | None = None

    def __post_init__(self) -> None:
        for array in (self.mentee, self.mentor, self.score):
            array.flags.writeable = False
        later = self.mentor[1:] > self.mentor[:-1]
        later &= self.mentee[1:] == self.mentee[:-1]
        later |= self.mentee[1:] > self.mentee[:-1]
        if not later.all():
            message = "Candidates must be sorted by (mentee, mentor) and hold no pair twice."
            raise ModelError(message)

    def __len__(self) -> int:
        return len(self.mentee)

    @property
    def shape(self) -> tuple[int, int]:
        """(N, M)."""
        return self.source.shape

    def require_all(self) -> None:
        """Refuse where only some pairs of a mentee were kept.

        Raises
        ------
        ModelError
            What asks for this speaks of every eligible pair.
        """
        if self.keep is not None:
            message = (
                "Ranks and explanations speak of every eligible pair; here only the best "
                f"{self.keep} of each mentee were kept. Take candidates without 'keep'."
            )
            raise ModelError(message)

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
        keep: int | None = None,
        seed: int = 0,
        always: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None,
        rows: NDArray[np.intp] | None = None,
        rows_at_once: int | None = None,
        executor: Executor | None = None,
        progress: Progress | None = None,
    ) -> Candidates:
        """Keep every eligible pair of a source that is good enough, or the best few of a mentee.

        Parameters
        ----------
        source : PairSource
            A scored programme or scores of one's own.
        min_score : float, default 0
            Pairs below it are not kept; 0 keeps all.
        keep : int, optional
            How many pairs of each mentee to keep, the best by exact score, equals by lot; >= 1.
            Left out, all. A matching is then best over the kept pairs only, and says so.
        seed : int, default 0
            Of the lots, 0 <= seed < 2**63.
        always : two arrays of positions, optional
            Pairs (required ones) that are kept whatever their score, if eligible, beside ``keep``.
        rows : array of int, optional
            Only these mentees, sorted; left out, all.
        rows_at_once : int, optional
            Mentees that are looked at together; left out, as many as make half a million pairs, so
            that memory does not grow with N. It changes no result.
        executor : concurrent.futures.Executor, optional
            Works on the blocks beside each other; left out, one thread a core where there is more
            than one block. Threads share the source. Processes each get a copy of it with every
            task, up to 64 in all. It changes no result.
        progress : callable, optional
            Told the rows done.

        Raises
        ------
        ModelError
            ``keep`` or ``rows_at_once`` is less than 1.

        Examples
        --------
        >>> scores = Candidates.from_matrix([[0.5, 0.75, 0.25]]).source
        >>> Candidates.from_source(scores, keep=2).mentor.tolist()
        [0, 1]
        """
        _check_counts(keep=keep, rows_at_once=rows_at_once)
        m = source.shape[1]
        keep = None if keep is None or keep >= m else keep
        everyone = np.arange(source.shape[0]) if rows is None else rows
        resolution = float(getattr(source, "resolution", 1 / RESOLUTION))
        floor = round(min_score / resolution) if min_score > 0 else None
        sides = (source.mentee_ids, source.mentor_ids) if keep else ((), ())
        exempt = always or (np.empty(0, np.intp), np.empty(0, np.intp))
        selection = Selection(
            keep,
            floor,
            (lots(sides[0], seed=seed), lots(sides[1], seed=seed)),
            np.unique(np.asarray(exempt[0], dtype=np.int64) * m + exempt[1]),
            width=max(m, 1),
        )
        work = _Work(source, selection, rows_at_once or block_rows(m))
        mentee, mentor, score = work.run(everyone, executor, progress or silent)
        return cls(mentee, mentor, score, source, floor, resolution, keep)

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


@dataclass(frozen=True, eq=False)
class _Work:
    """Choosing pairs block by block; sent to other processes, so it holds no function."""

    source: PairSource
    selection: Selection
    rows_at_once: int

    def run(
        self, rows: NDArray[np.intp], executor: Executor | None, say: Progress
    ) -> tuple[NDArray[Any], ...]:
        """Return mentee, mentor and score of all that is kept of some mentees, in their order."""
        n = len(rows)
        if executor is None and n > self.rows_at_once:
            with workers() as threads:
                return self.run(rows, threads, say)
        at_once = self.rows_at_once * max(-(-n // (self.rows_at_once * TASKS)), 1)
        parts = [rows[start : start + at_once] for start in range(0, n, at_once)]
        kept = [_nothing()]
        results = map(self.some, parts) if executor is None else executor.map(self.some, parts)
        for done, found in enumerate(results):
            say("score", done * at_once, n)
            kept.append(found)
        say("score", n, n)
        return _joined(kept)

    def some(self, rows: NDArray[np.intp]) -> tuple[NDArray[Any], ...]:
        """Return what is kept of some mentees, however many, block by block."""
        step = self.rows_at_once
        starts = range(0, len(rows), step)
        kept = [self.selection.of(self.source, rows[k : k + step]) for k in starts]
        return _joined([_nothing(), *kept])


def _nothing() -> tuple[NDArray[Any], ...]:
    return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64)


def _joined(kept: list[tuple[NDArray[Any], ...]]) -> tuple[NDArray[Any], ...]:
    """Join the parts column by column and give them up on the way, to hold little twice."""
    columns = [list(parts) for parts in zip(*kept, strict=True)]
    kept.clear()
    return tuple(np.concatenate(columns.pop(0)) for _ in range(len(columns)))


def _check_counts(**counts: int | None) -> None:
    for name, count in counts.items():
        if count is not None and count < 1:
            message = f"{name!r} must be 1 or more; given {count}. Leave it out for no limit."
            raise ModelError(message)


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
    if not (isinstance(resolution, Real) and 0 < resolution < np.inf):
        message = f"The resolution must be a finite number above 0; given {resolution!r}."
        raise ModelError(message)
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
