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
        By how much rows are missed in all; above ``FEASIBLE`` nothing keeps them all, and prices
        are those of missing the least.
    mentee, mentor, row : float64
        Prices, in canonical order.
    share : float64, shape (P,)
        How much of each pair is made.
    """

    missing: float
    mentee: NDArray[np.float64]
    mentor: NDArray[np.float64]
    row: NDArray[np.float64]
    share: NDArray[np.float64]

    @property
    def feasible(self) -> bool:
        """Whether all rows can be kept."""
        return self.missing <= FEASIBLE


class _Matrix(NamedTuple):
    """Every row of a form, degrees first, over pairs and extras."""

    entries: csr_array
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


def relax(form: Form, target: Target, *, deadline: Deadline | None = None) -> Relaxed | None:
    """Solve the relaxation; where no choice keeps all rows, miss them by as little as can be.

    Returns
    -------
    Relaxed or None
        ``None`` if the deadline came first.
    """
    profit = np.concatenate([target.profit, target.extra]).astype(np.float64)
    low = np.concatenate([form.required.astype(np.float64), form.extra_lower])
    high = np.concatenate([np.ones(len(form)), form.extra_upper])
    matrix = _matrix(form)
    found = _solve(profit, matrix, low, high, deadline, elastic=False)
    if found is None:
        found = _solve(np.zeros_like(profit), matrix, low, high, deadline, elastic=True)
    if found is None:
        return None
    missing, price, value = found
    n, m = form.n_mentees, form.n_mentors
    return Relaxed(missing, price[:n], price[n : n + m], price[n + m :], value[: len(form)])


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
    return _Matrix(coo_array((value, (row, column)), shape=size).tocsr(), lower, upper)


def _solve(
    profit: NDArray[np.float64],
    matrix: _Matrix,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    deadline: Deadline | None,
    *,
    elastic: bool,
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]] | None:
    """Return what is missing, the price of each row and the values; ``None`` if there is none."""
    from scipy.optimize import linprog
    from scipy.sparse import eye_array, hstack, vstack

    entries, size = matrix.entries, len(matrix.lower)
    if elastic:
        one = eye_array(size, format="csr")
        entries = hstack([entries, one, -one], format="csr")
        profit = np.concatenate([profit, -np.ones(2 * size)])
        low = np.concatenate([low, np.zeros(2 * size)])
        high = np.concatenate([high, np.full(2 * size, np.inf)])
    if not len(profit):
        fine = ((matrix.lower <= 0) & (matrix.upper >= 0)).all()
        return (0.0, np.zeros(size), profit) if fine else None
    above, below = np.isfinite(matrix.upper), np.isfinite(matrix.lower)
    answer = linprog(
        -profit,
        A_ub=vstack([entries[above], -entries[below]], format="csr"),
        b_ub=np.concatenate([matrix.upper[above], -matrix.lower[below]]),
        bounds=np.column_stack([low, high]),
        method="highs",
        options={} if deadline is None else {"time_limit": max(deadline.remaining(), 0.01)},
    )
    if answer.status != 0:
        return None
    price = np.zeros(size)
    up = int(above.sum())
    price[above] -= answer.ineqlin.marginals[:up]
    price[below] += answer.ineqlin.marginals[up:]
    missing = float(answer.fun) if elastic else 0.0
    return missing, price, answer.x
