"""The linear relaxation of a form, by HiGHS through scipy: its optimum and the prices of its rows.

Pairs and extras may be any numbers within their bounds. Prices are floats; whoever uses them rounds
them first and recomputes what they prove.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.assignment.form import UNBOUNDED

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from cmmatch.assignment.form import Form, Target
    from cmmatch.assignment.limits import Deadline

__all__ = ["Relaxed", "relax"]

FEASIBLE = 1e-7
"""What is missing of the rows below this is rounding."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """An optimum of the relaxation.

    Parameters
    ----------
    missing : float
        By how much rows are missed in all; above ``FEASIBLE`` not all are kept.
    mentee, mentor, row : float64
        Prices, in canonical order.
    share : float64, shape (P,)
        How much of each pair is made.
    value : float
        What is reached, less the fines.
    """

    missing: float
    mentee: NDArray[np.float64]
    mentor: NDArray[np.float64]
    row: NDArray[np.float64]
    share: NDArray[np.float64]
    value: float

    @property
    def feasible(self) -> bool:
        """Whether all rows are kept."""
        return self.missing <= FEASIBLE

    def charges(self, form: Form) -> float:
        """Return what no sum of prices of a choice exceeds: whoever counts it needs the room."""
        people = (np.abs(self.mentee) * form.mentee_upper).sum()
        people += (np.abs(self.mentor) * form.mentor_upper).sum()
        dearest = float(np.abs(self.row).max(initial=0.0))
        most = int(np.minimum(form.mentee_upper, form.n_mentors).sum())
        return float(people) + dearest * most * int(np.abs(form.rows.coefficient).max(initial=0))


class _Matrix(NamedTuple):
    """Every row of a form, degrees first, over pairs and extras."""

    entries: csr_array
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    signed: NDArray[np.bool_]


def relax(
    form: Form, target: Target, *, fine: float, deadline: Deadline | None = None
) -> Relaxed | None:
    """Solve the relaxation; rows may be missed at a fine for each unit.

    Parameters
    ----------
    form, target : Form, Target
        What is chosen from and for what.
    fine : float
        In units of profit, > 0. What is missing at a high fine cannot be had.
    deadline : Deadline, optional
        When to give up.

    Returns
    -------
    Relaxed or None
        ``None`` if the deadline came first.
    """
    profit = np.concatenate([target.profit, target.extra]).astype(np.float64)
    low = np.concatenate([form.required.astype(np.float64), form.extra_lower])
    # Where somebody may have one pair only, that bounds the pair, and the price is theirs alone.
    alone = (form.mentee_upper[form.mentee] == 1) | (form.mentor_upper[form.mentor] == 1)
    most = np.where(alone & ~form.required, np.inf, 1.0)
    high = np.concatenate([most, form.extra_upper])
    found = _solve(profit, _matrix(form), low, high, fine, deadline)
    if found is None:
        return None
    price, values, value = found
    n, m, size = form.n_mentees, form.n_mentors, len(profit)
    missing = float(values[size:].sum())
    sides = price[:n], price[n : n + m], price[n + m :]
    return Relaxed(missing, *sides, values[: len(form)], value)


def _matrix(form: Form) -> _Matrix:
    from scipy.sparse import coo_array

    n, m, pairs = form.n_mentees, form.n_mentors, np.arange(len(form))
    rows = form.rows
    row = np.concatenate([form.mentee, n + form.mentor, n + m + rows.row])
    column = np.concatenate([pairs, pairs, rows.column])
    value = np.concatenate([np.ones(2 * len(form)), rows.coefficient])
    size = (n + m + len(rows), len(form) + len(form.extra_upper))
    lower = np.concatenate([form.mentee_lower, form.mentor_lower, rows.lower]).astype(np.float64)
    upper = np.concatenate([form.mentee_upper, form.mentor_upper, rows.upper]).astype(np.float64)
    lower[lower <= -UNBOUNDED] = -np.inf
    upper[upper >= UNBOUNDED] = np.inf
    signed = np.zeros(size[0], dtype=np.bool_)
    signed[row[value < 0]] = True
    # What must be made may be too much already.
    signed[n + m :] |= bool(form.required.any())
    entries = coo_array((value, (row, column)), shape=size).tocsr()
    return _Matrix(entries, lower, upper, signed)


def _solve(
    profit: NDArray[np.float64],
    matrix: _Matrix,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    fine: float,
    deadline: Deadline | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], float] | None:
    """Return the price of each row, all values and their worth; ``None`` if there was no time."""
    from scipy.optimize import linprog
    from scipy.sparse import eye_array, hstack, vstack

    size, count = len(matrix.lower), len(profit)
    above, below = np.isfinite(matrix.upper), np.isfinite(matrix.lower)
    # Nobody has to have more than nothing, so only other rows can be missed.
    may = np.flatnonzero((matrix.lower > 0) | (matrix.upper < 0) | matrix.signed)
    slack = eye_array(size, format="csc")[:, may]
    entries = hstack([matrix.entries, slack, -slack], format="csr")
    added = 2 * len(may)
    if not count + added:
        return np.zeros(size), np.zeros(0), 0.0
    answer = linprog(
        -np.concatenate([profit, np.full(added, -fine)]),
        A_ub=vstack([entries[above], -entries[below]], format="csr"),
        b_ub=np.concatenate([matrix.upper[above], -matrix.lower[below]]),
        bounds=np.column_stack(
            [
                np.concatenate([low, np.zeros(added)]),
                np.concatenate([high, np.full(added, np.inf)]),
            ]
        ),
        method="highs",
        options={} if deadline is None else {"time_limit": max(deadline.remaining(), 0.01)},
    )
    if answer.status != 0:
        return None
    price = np.zeros(size)
    up = int(above.sum())
    price[above] -= answer.ineqlin.marginals[:up]
    price[below] += answer.ineqlin.marginals[up:]
    return price, answer.x, -float(answer.fun)
