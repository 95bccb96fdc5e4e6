"""Weights tested by their owner: whose best mentors change when one weight moves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.analysis.rankings import NOBODY, Rankings, moved_weights
from cmmatch.analysis.weight_moves import Sensitivity
from cmmatch.errors import ModelError
from cmmatch.progress import silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cmmatch.compatibility.scored_programme import ScoredProgramme
    from cmmatch.progress import Progress

__all__ = ["FACTORS", "SIZE", "sensitivity"]

FACTORS = (0.0, 0.5, 2.0)
"""Off, halved, doubled."""

SIZE = 5

CELLS = 2**18
"""Pairs in a block: some ten megabytes with all components."""


def sensitivity(
    scored: ScoredProgramme,
    *,
    factors: Sequence[float] = FACTORS,
    size: int = SIZE,
    progress: Progress | None = None,
) -> Sensitivity:
    """Say which of every mentee's best mentors change when one weight moves, nothing solved anew.

    Parameters
    ----------
    scored : ScoredProgramme
        N mentees, M mentors, K components in play. A mentee's best are those whom the hard rules
        let meet the mentee, by exact score, equals by id.
    factors : sequence of float, default (0, 0.5, 2)
        What each weight is multiplied by, one weight at a time, finite and >= 0; the others keep
        their proportions. Sorted, repeated ones counted once.
    size : int, default 5
        How many of the best are compared, 1 or more.
    progress : callable, optional
        Told the rows done.

    Returns
    -------
    Sensitivity
        Tables by component and by person, and where each best mentor turns.

    Raises
    ------
    ModelError
        A factor is negative or not finite, there is none, or the size is below 1.

    Notes
    -----
    Time grows with N M K² for each factor; memory is that of one block of pairs and of the answer,
    which holds N K F ``size`` positions.
    """
    asked = _checked(factors, size)
    say = progress or silent
    n, m = scored.shape
    order = np.argsort(scored.mentor_ids.astype(str), kind="stable").astype(np.intp)
    step = max(1, CELLS // max(m, 1))
    blocks = []
    for start in range(0, max(n, 1), step):
        say("weigh", start, n)
        rows = np.arange(start, min(start + step, n))
        blocks.append(_block(_rankings(scored, rows, order), asked, size))
    say("weigh", n, n)
    joined = [np.concatenate(part) for part in zip(*blocks, strict=True)]
    labelled = np.append(order, NOBODY)
    before, after, kendall, turns, turned = joined
    return Sensitivity(
        programme=scored.programme,
        names=scored.names,
        weights=scored.weights,
        idle=scored.idle,
        factors=asked,
        before=labelled[before].astype(np.int32),
        after=labelled[after].astype(np.int32),
        kendall=kendall,
        turns=turns,
        turned=labelled[turned].astype(np.int32),
    )


def _checked(factors: Sequence[float], size: int) -> tuple[float, ...]:
    given = tuple(sorted({float(each) + 0.0 for each in factors}))
    if not given or any(not math.isfinite(each) or each < 0 for each in given):
        message = f"Factors must be finite numbers of 0 or more, one at least; given {[*factors]}."
        raise ModelError(message)
    if size < 1:
        message = f"At least the best one must be compared: size must be 1 or more; given {size}."
        raise ModelError(message)
    return given


def _rankings(scored: ScoredProgramme, rows: NDArray[np.intp], order: NDArray[np.intp]) -> Rankings:
    eligible = scored.eligibility.block(rows)[:, order]
    row, column = np.nonzero(eligible)
    known = scored.values(rows[row], order[column])
    values = np.zeros((*eligible.shape, len(scored.names)))
    values[row, column] = np.where(np.isnan(known), scored.neutral, known)
    return Rankings(values, eligible, scored.weights)


def _block(
    rankings: Rankings, factors: tuple[float, ...], size: int
) -> tuple[NDArray[np.generic], ...]:
    """Best few before (R, S) and after (R, K, F, S), tau (R, K, F), turns and who (R, K, 2)."""
    r, k, f = len(rankings.eligible), len(rankings.weights), len(factors)
    before = rankings.best(rankings.keys(rankings.weights), size)
    after = np.full((r, k, f, size), NOBODY, dtype=np.intp)
    kendall = np.full((r, k, f), np.nan)
    turns, turned = np.full((r, k, 2), np.nan), np.full((r, k, 2), NOBODY, dtype=np.intp)
    for component in range(k):
        down, up, down_to, up_to = rankings.turning(component, before[:, 0])
        turns[:, component] = np.stack([down, up], axis=1)
        turned[:, component] = np.stack([down_to, up_to], axis=1)
        for place, factor in enumerate(factors):
            weights = moved_weights(rankings.weights, component, factor)
            if not np.isnan(weights).any():
                keys = rankings.keys(weights)
                after[:, component, place] = rankings.best(keys, size)
                kendall[:, component, place] = _tau(keys, before)
    return before, after, kendall, turns, turned


def _tau(keys: NDArray[np.int64], before: NDArray[np.intp]) -> NDArray[np.float64]:
    """Kendall's tau of the order before with the order after, over those who were best before."""
    there = before >= 0
    if not keys.shape[1]:
        return np.full(len(before), np.nan)
    now = np.take_along_axis(keys, np.maximum(before, 0), axis=1)
    one, other = np.triu_indices(before.shape[1], k=1)
    both = there[:, one] & there[:, other]
    swapped = (both & (now[:, one] < now[:, other])).sum(axis=1)
    pairs = both.sum(axis=1)
    tau = 1.0 - 2.0 * swapped / np.maximum(pairs, 1)
    return np.where(there[:, 0], tau, np.nan)
