"""Brute force: every set of pairs is looked at, and nothing else is known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.matching import Matching
from cmmatch.assignment.result import in_order
from cmmatch.testing.filling import fillable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cmmatch.assignment.form import Form, Target
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.objectives import Objective
    from cmmatch.assignment.space import Space
    from cmmatch.compatibility.candidates import Candidates

__all__ = [
    "best_value",
    "best_values",
    "every_set",
    "keeps",
    "least_left",
    "matching_of",
    "subsets",
]

MOST_PAIRS = 14
"""Sixteen thousand sets; each pair more doubles them."""

MOST_EXTRAS = 100_000
"""Ways to fill in the extras that are tried for one set."""


def subsets(count: int) -> NDArray[np.bool_]:
    """Return every subset of so many things, shape (2**count, count).

    Raises
    ------
    ValueError
        There are too many.

    Examples
    --------
    >>> subsets(2).tolist()
    [[False, False], [True, False], [False, True], [True, True]]
    """
    if count > MOST_PAIRS:
        message = f"Brute force takes {MOST_PAIRS} pairs at most. It was given {count}."
        raise ValueError(message)
    numbers = np.arange(2**count)[:, None]
    found: NDArray[np.bool_] = (numbers >> np.arange(count)[None, :]) % 2 == 1
    return found


def fillings(lower: NDArray[np.int64], upper: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return every way to fill in whole numbers within bounds, shape (ways, E).

    Raises
    ------
    ValueError
        There are too many.
    """
    sizes = [max(int(size), 0) for size in upper - lower + 1]
    if np.prod([float(size) for size in sizes]) > MOST_EXTRAS:
        message = (
            f"Brute force fills in extras in {MOST_EXTRAS} ways at most; theirs are "
            f"{' x '.join(map(str, sizes))}. Give them narrower bounds."
        )
        raise ValueError(message)
    if not sizes:
        return np.empty((1, 0), dtype=np.int64)
    grid = np.indices(sizes).reshape(len(sizes), -1).T
    return grid + lower


def best_value(form: Form, target: Target) -> int | None:
    """Return what the best choice of a form is worth; ``None`` where no choice keeps its rules.

    Parameters
    ----------
    form : Form
        With 14 pairs at most, and extras with narrow bounds.
    target : Target
        What is maximised.

    Raises
    ------
    ValueError
        There is too much to try.
    """
    extras = fillings(form.extra_lower, form.extra_upper)
    size = (len(form.rows), len(form) + len(form.extra_upper))
    dense = np.zeros(size, dtype=np.int64)
    np.add.at(dense, (form.rows.row, form.rows.column), form.rows.coefficient)
    with_extras = extras @ dense[:, len(form) :].T
    best: int | None = None
    for chosen in subsets(len(form)):
        if not _keeps_degrees(form, chosen):
            continue
        sums = dense[:, : len(form)][:, chosen].sum(axis=1) + with_extras
        fine = ((sums >= form.rows.lower) & (sums <= form.rows.upper)).all(axis=1)
        for filled in extras[fine]:
            value = target.value(form, chosen, filled)
            best = value if best is None else max(best, value)
    return best


def _keeps_degrees(form: Form, chosen: NDArray[np.bool_]) -> bool:
    mentee = np.bincount(form.mentee[chosen], minlength=form.n_mentees)
    mentor = np.bincount(form.mentor[chosen], minlength=form.n_mentors)
    return bool(
        chosen[form.required].all()
        and (mentee >= form.mentee_lower).all()
        and (mentee <= form.mentee_upper).all()
        and (mentor >= form.mentor_lower).all()
        and (mentor <= form.mentor_upper).all()
    )


def matching_of(candidates: Candidates, chosen: NDArray[np.bool_]) -> Matching:
    """Return the matching of some of the candidates."""
    source = candidates.source
    mentee = candidates.mentee[chosen].astype(np.int64)
    mentor = candidates.mentor[chosen].astype(np.int64)
    return Matching(mentee, mentor, source.mentee_ids, source.mentor_ids)


def every_set(model: Model) -> Iterator[Matching]:
    """Go through every set of candidates that keeps all rules, as the rules themselves say."""
    for chosen in subsets(len(model.candidates)):
        matching = matching_of(model.candidates, chosen)
        if not any(rule.violations(matching) for rule in model.constraints):
            yield matching


def best_values(model: Model) -> list[tuple[int, ...]] | None:
    """Return the lexicographic optimum of a model: what each objective can reach after the others.

    Parameters
    ----------
    model : Model
        With 14 candidates at most. An objective with a tolerance gives its share back to those
        after it.

    Returns
    -------
    list of tuple of int, or None
        ``None`` where no set keeps all rules.

    Examples
    --------
    >>> from cmmatch.testing import tiny_model
    >>> best_values(tiny_model(11))
    [(1,), (500000,)]
    """
    left = list(every_set(model))
    if not left:
        return None
    best: list[tuple[int, ...]] = []
    for objective in model.objectives:
        values = [in_order(model.value(objective, matching)) for matching in left]
        best.append(max(values))
        enough = least_left(model, objective, best[-1])
        left = [each for each, value in zip(left, values, strict=True) if value >= enough]
    return best


def least_left(model: Model, objective: Objective, best: tuple[int, ...]) -> tuple[int, ...]:
    """Return what an objective must still have after the later ones: its best less its share."""
    if not objective.tolerance:
        return best
    if len(best) == 1:
        return (best[0] - math.floor(objective.tolerance * abs(best[0])),)
    # What a share of several numbers is, only the stage can say.
    stages = {stage.name: stage for stage in model.compiled()[1]}
    return stages[objective.name].least(best)


def keeps(space: Space, matching: Matching, score: NDArray[np.int64]) -> bool:
    """Whether a set of pairs, with some values of the extras, is in a space as it was written."""
    rules, key = space.rules, matching.mentee * space.width + matching.mentor
    degrees = (
        (matching.mentee_load >= rules.mentee_lower).all()
        and (matching.mentee_load <= rules.mentee_upper).all()
        and (matching.mentor_load >= rules.mentor_lower).all()
        and (matching.mentor_load <= rules.mentor_upper).all()
    )
    listed = np.isin(space.required, key).all() and not np.isin(space.forbidden, key).any()
    return bool(degrees and listed) and _keeps_rows(space, matching, score)


def _keeps_rows(space: Space, matching: Matching, score: NDArray[np.int64]) -> bool:
    lower, upper, counts = [], [], []
    for family in space.families:
        used = np.zeros(len(family.labels), dtype=np.int64)
        row = family.row(matching.mentee, matching.mentor)
        count = family.coefficient(matching.mentee, matching.mentor, score)
        np.add.at(used, row[row >= 0], count[row >= 0])
        dense = np.zeros((len(used), len(space.extras)), dtype=np.int64)
        entries = np.array(family.entries, dtype=np.int64).reshape(-1, 3)
        np.add.at(dense, (entries[:, 0], entries[:, 1]), entries[:, 2])
        counts.append(dense)
        lower.append(family.lower - used)
        upper.append(family.upper - used)
    if not counts:
        return True
    low = np.array([extra.lower for extra in space.extras], dtype=np.int64)
    up = np.array([extra.upper for extra in space.extras], dtype=np.int64)
    bounds = np.concatenate(lower), np.concatenate(upper)
    return fillable(np.concatenate(counts), bounds, low, up)
