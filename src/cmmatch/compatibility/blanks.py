"""Blanks: how many a column has, and how much confidence answering it would bring."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.answers import answers_of
from cmmatch.progress import silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cmmatch.compatibility.answered import Answers, Column
    from cmmatch.compatibility.scored_programme import ScoredProgramme
    from cmmatch.progress import Progress

__all__ = ["Blank", "Blanks", "ComponentLoss", "count_blanks"]

CHUNK = 256
SIDES = ("mentee", "mentor")


@dataclass(frozen=True, slots=True)
class Blank:
    """One column of one side.

    Parameters
    ----------
    side : {"mentee", "mentor"}
        Whose column.
    column, component : str
        The column, and the component that reads it.
    blank, people : int
        People who left it blank, and all people of the side.
    cost : float
        What the mean confidence over eligible pairs would gain, in 0..1, if everybody on this side
        filled it in and nothing else changed.
    asked : bool
        False where a blank may be a refusal of consent, which is nobody's to question.
    counted : str, default "blank"
        What counts as blank, in words.
    """

    side: str
    column: str
    component: str
    blank: int
    people: int
    cost: float
    asked: bool
    counted: str = "blank"

    @property
    def title(self) -> str:
        """The column, with what counts as blank where that is not blank cells alone."""
        return self.column if self.counted == "blank" else f"{self.column} ({self.counted})"

    @property
    def share(self) -> float:
        """Blank cells of all, in 0..1."""
        return self.blank / self.people if self.people else 0.0


@dataclass(frozen=True, slots=True)
class ComponentLoss:
    """Confidence that one component costs: its weight times the share of pairs it is unknown of."""

    component: str
    weight: float
    loss: float


@dataclass(frozen=True, eq=False)
class Blanks:
    """What blanks cost a programme.

    Parameters
    ----------
    pairs : int
        Eligible pairs, over which means are taken.
    columns : tuple of Blank
        The costliest first.
    losses : tuple of ComponentLoss
        In the order of the components.
    gains : two lists of dict
        For each mentee and each mentor: column to the confidence that an answer of this person
        would bring, added up over the person's eligible pairs; of columns that can stand for each
        other the best; shared out among columns that count only together.
    eligible : two int64 arrays, shapes (N,) and (M,)
        Eligible pairs of each person.
    seekers : int64, shape (M,)
        Eligible mentees of each mentor who want somebody.
    scored : bool
        Whether anything is scored at all.
    """

    pairs: int
    columns: tuple[Blank, ...]
    losses: tuple[ComponentLoss, ...]
    gains: tuple[list[dict[str, float]], list[dict[str, float]]]
    eligible: tuple[NDArray[np.int64], NDArray[np.int64]]
    seekers: NDArray[np.int64]
    scored: bool

    @property
    def confidence(self) -> float:
        """Mean confidence over eligible pairs, in 0..1; 0 where nothing is scored."""
        return float(self.scored) - math.fsum(each.loss for each in self.losses)


@dataclass(frozen=True, eq=False)
class _Patterns:
    """The different ways in which people answered one component."""

    component: str
    weight: float
    answers: Answers
    kinds: tuple[NDArray[np.bool_], NDArray[np.bool_]]
    kind_of: tuple[NDArray[np.intp], NDArray[np.intp]]

    @classmethod
    def of(cls, component: str, weight: float, answers: Answers) -> _Patterns:
        (one, of_one), (other, of_other) = (
            np.unique(side.given, axis=0, return_inverse=True) for side in answers.sides
        )
        kind_of = of_one.reshape(-1), of_other.reshape(-1)
        return cls(component, weight, answers, (one, other), kind_of)

    def unknown(self, side: int) -> NDArray[np.bool_]:
        """Whether a pair of kinds is unknown, shape (kinds of this side, of the other)."""
        return np.logical_not(self.answers.meet(self.kinds[side], self.kinds[1 - side]))

    def mended(self, side: int, column: Column) -> NDArray[np.bool_]:
        """Whether it would be known if the column were filled in, and is not now."""
        unknown = self.unknown(side)
        if self.answers.either:
            return unknown
        return unknown & self.kinds[1 - side][:, list(column.fills)].any(axis=1)

    def one_hot(self, side: int) -> NDArray[np.float32]:
        return np.eye(len(self.kinds[side]), dtype=np.float32)[self.kind_of[side]]


def count_blanks(scored: ScoredProgramme, progress: Progress | None = None) -> Blanks:
    """Count blanks and what they cost, over all eligible pairs.

    A component is unknown of a pair where the two gave no answer that can be compared; its weight
    is then missing from the confidence of the pair. Eligible pairs are counted by how the two
    people answered, so that no component is computed for a pair.
    """
    weights = dict(zip(scored.names, scored.weights.tolist(), strict=True))
    patterns = [_Patterns.of(name, weights[name], a) for name, a in answers_of(scored).items()]
    met = _meetings(scored, patterns, progress)
    seekers = met[1].pop()[:, 0]
    eligible = met[0].pop()[:, 0], met[1].pop()[:, 0]
    pairs = int(eligible[0].sum())
    columns: list[Blank] = []
    losses: list[ComponentLoss] = []
    gains: tuple[list[dict[str, float]], list[dict[str, float]]] = (
        [{} for _ in eligible[0]],
        [{} for _ in eligible[1]],
    )
    for k, pattern in enumerate(patterns):
        unknown = (met[0][k] * pattern.unknown(0)[pattern.kind_of[0]]).sum()
        loss = _mean(pattern.weight, unknown, pairs)
        losses.append(ComponentLoss(pattern.component, pattern.weight, loss))
        for side, answers in enumerate(pattern.answers.sides):
            mended = [
                (met[side][k] * pattern.mended(side, each)[pattern.kind_of[side]]).sum(axis=1)
                * each.blank
                for each in answers.columns
            ]
            columns += _blanks(pattern, side, mended, pairs=pairs)
            add = _add_shares if answers.whole else _add_best
            add(gains[side], answers.columns, pattern.weight, mended)
    columns.sort(key=lambda b: (-b.cost, -b.share, b.side, b.component, b.column))
    return Blanks(
        pairs, tuple(columns), tuple(losses), gains, eligible, seekers, bool(scored.names)
    )


def _mean(weight: float, count: int, pairs: int) -> float:
    return weight * int(count) / pairs if pairs else 0.0


def _blanks(
    pattern: _Patterns, side: int, mended: list[NDArray[np.int64]], *, pairs: int
) -> list[Blank]:
    """Price the columns of one side, of a whole answer for those who lack nothing else."""
    answers = pattern.answers.sides[side]
    alone = answers.missing() == 1 if answers.whole else True
    return [
        Blank(
            SIDES[side],
            each.name,
            pattern.component,
            int(each.blank.sum()),
            len(each.blank),
            _mean(pattern.weight, (count * alone).sum(), pairs),
            each.asked,
            each.counted,
        )
        for each, count in zip(answers.columns, mended, strict=True)
    ]


def _add_best(
    gains: list[dict[str, float]],
    columns: Sequence[Column],
    weight: float,
    mended: list[NDArray[np.int64]],
) -> None:
    """Keep the best column of each person; the first named where two are worth the same."""
    named = [(each.name, n) for each, n in zip(columns, mended, strict=True) if each.asked]
    if not named:
        return
    counts = np.stack([count for _, count in named])
    best = counts.argmax(axis=0)
    for person in np.flatnonzero(counts.any(axis=0)).tolist():
        column = int(best[person])
        _add(gains[person], named[column][0], weight * int(counts[column, person]))


def _add_shares(
    gains: list[dict[str, float]],
    columns: Sequence[Column],
    weight: float,
    mended: list[NDArray[np.int64]],
) -> None:
    """Share out what an answer is worth among the columns that it lacks, if all may be asked."""
    for person in np.flatnonzero(np.any(mended, axis=0)).tolist():
        lacking = [k for k, each in enumerate(columns) if each.blank[person]]
        if all(columns[k].asked for k in lacking):
            for k in lacking:
                _add(gains[person], columns[k].name, weight * int(mended[k][person]) / len(lacking))


def _add(gains: dict[str, float], column: str, gain: float) -> None:
    """Two components may read one column."""
    gains[column] = gains.get(column, 0.0) + gain


def _meetings(
    scored: ScoredProgramme, patterns: list[_Patterns], progress: Progress | None
) -> tuple[list[NDArray[np.int64]], list[NDArray[np.int64]]]:
    """Count for each person the eligible people of each kind; then all of them, then seekers."""
    n, m = scored.shape
    say = progress or silent
    wants = (scored.programme.demand > 0).astype(np.float32)[:, None]
    hot = [
        np.concatenate([*(p.one_hot(side) for p in patterns), np.ones((size, 1), np.float32)], 1)
        for side, size in ((0, n), (1, m))
    ]
    hot[0] = np.concatenate([hot[0], wants], axis=1)
    of_mentee = np.empty((n, hot[1].shape[1]), dtype=np.int64)
    of_mentor = np.zeros((m, hot[0].shape[1]), dtype=np.int64)
    for start in range(0, n, CHUNK):
        say("blanks", start, n)
        rows = np.arange(start, min(start + CHUNK, n))
        eligible = scored.eligibility.block(rows).astype(np.float32)
        # Counts below 2**24 are exact in float32.
        of_mentee[rows] = eligible @ hot[1]
        of_mentor += (eligible.T @ hot[0][rows]).astype(np.int64)
    say("blanks", n, n)
    cuts = [np.cumsum([0, *(len(each.kinds[side]) for each in patterns)])[1:] for side in (1, 0)]
    last = hot[0].shape[1] - 1
    met = (
        np.split(of_mentee, cuts[0], axis=1),
        np.split(of_mentor, [*cuts[1], last], axis=1),
    )
    _take_known_out(scored, patterns, met)
    return met


def _take_known_out(
    scored: ScoredProgramme,
    patterns: list[_Patterns],
    met: tuple[list[NDArray[np.int64]], list[NDArray[np.int64]]],
) -> None:
    """Take out single pairs that are known though the two gave no answer that meets."""
    width = max(scored.shape[1], 1)
    for k, pattern in enumerate(patterns):
        if pattern.answers.known_pairs is None:
            continue
        mentee, mentor = pattern.answers.known_pairs
        mentee, mentor = np.divmod(np.unique(mentee * width + mentor), width)
        kinds = pattern.kind_of[0][mentee], pattern.kind_of[1][mentor]
        blank = pattern.unknown(0)[kinds] & scored.eligible(mentee, mentor)
        np.subtract.at(met[0][k], (mentee[blank], kinds[1][blank]), 1)
        np.subtract.at(met[1][k], (mentor[blank], kinds[0][blank]), 1)
