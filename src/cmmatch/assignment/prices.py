"""Prices of people, recovered from an optimal choice: the dual that proves it.

Let deg be the pairs of a person, [l, c] the bounds and g(k) what the k-th pair adds by steps. With
r = w - u - p, prices prove an optimum when

1. r <= 0 for every pair left out and r >= 0 for every pair made, unless it must be made;
2. ``u <= -g(deg + 1)`` where a person could have one more, ``u >= -g(deg)`` where one fewer.

Of mentee i (u) and mentor j (p) each line bounds one by the other, so the least prices of mentors
are found by going over the pairs until nothing changes (Bellman and Ford):
``u = min over pairs made (w - p)``, then ``p = max over pairs left out (w - u)``.

Two mentees score 9 and 8 with the one place of a mentor, and the first has it. The second is left
out, so u = 0 and p is at least 8; with p = 8 the first has u = 1, and 1 + 8 = 9 is the total. Had
the second got it, p >= 9 would leave it u <= -1, though it may do without: no prices prove that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.errors import SolverDisagreement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.form import Form, Target

__all__ = ["Prices", "least_prices"]

FAR = np.int64(2**62)


class Prices(NamedTuple):
    """Of mentees and mentors, in canonical order, int64, shapes (N,) and (M,)."""

    mentee: NDArray[np.int64]
    mentor: NDArray[np.int64]


class _Limits(NamedTuple):
    low: NDArray[np.int64]
    high: NDArray[np.int64]


def least_prices(form: Form, target: Target, chosen: NDArray[np.bool_]) -> Prices:
    """Recover the least prices of mentors that prove a choice optimal.

    Where nothing keeps a price from falling, it stays at 0 or falls no further than it must.

    Parameters
    ----------
    form : Form
        Degrees only.
    target : Target
        What was maximised.
    chosen : bool, shape (P,)
        An optimal choice.

    Raises
    ------
    SolverDisagreement
        No prices prove the choice: it is not optimal.
    """
    pairs = _Pairs.of(form, target, chosen)
    mentees = _limits(form.mentee, chosen, form, "mentee", target.mentee_steps)
    mentors = _limits(form.mentor, chosen, form, "mentor", target.mentor_steps)
    largest = int(np.abs(target.profit).max(initial=0)) + _largest(target)
    farthest = (form.n_mentees + form.n_mentors + 1) * max(largest, 1)
    floor = 0
    while True:
        found = pairs.settle(mentees, mentors, floor)
        fine = (found.mentee >= mentees.low).all() and (found.mentor <= mentors.high).all()
        if fine:
            return found
        if floor <= -farthest:
            message = "No prices prove the solver's choice: it is not optimal."
            raise SolverDisagreement(message)
        floor = max(4 * floor - largest, -farthest)


def _largest(target: Target) -> int:
    steps = (target.mentee_steps, target.mentor_steps)
    return sum(int(np.abs(each).max(initial=0)) for each in steps if each is not None)


def _limits(
    people: NDArray[np.int32],
    chosen: NDArray[np.bool_],
    form: Form,
    side: str,
    steps: NDArray[np.int64] | None,
) -> _Limits:
    """Bound each price by what the bounds and steps of its person say."""
    lower, upper = getattr(form, f"{side}_lower"), getattr(form, f"{side}_upper")
    load = np.bincount(people[chosen], minlength=len(upper))
    fixed = np.bincount(people[form.required], minlength=len(upper))
    more = -_step(steps, load + 1)
    high = np.where(load < upper, more, FAR)
    low = np.where(load > np.maximum(lower, fixed), -_step(steps, load), -FAR)
    # With only what must be made, a price that may be anything below is best as high as it can be.
    low = np.where((load == fixed) & (lower <= fixed) & (load < upper), high, low)
    # Whoever is full by what must be made has no pair left to price: any price is fine that makes
    # the last step worth it.
    full, worth = fixed >= upper, np.maximum(-_step(steps, load), 0)
    return _Limits(np.where(full, worth, low), np.where(full, worth, high))


def _step(steps: NDArray[np.int64] | None, load: NDArray[np.int64]) -> NDArray[np.int64]:
    if steps is None or not steps.shape[1]:
        return np.zeros(len(load), dtype=np.int64)
    within = np.clip(load - 1, 0, steps.shape[1] - 1)
    return np.where(load > steps.shape[1], 0, steps[np.arange(len(load)), within])


class _Groups(NamedTuple):
    """Pairs in runs of one person each."""

    pair: NDArray[np.intp]
    start: NDArray[np.intp]
    person: NDArray[np.int32]

    @classmethod
    def of(cls, pair: NDArray[np.intp], people: NDArray[np.int32]) -> _Groups:
        order = pair[np.argsort(people[pair], kind="stable")]
        person = people[order]
        start = np.flatnonzero(np.diff(person, prepend=-1))
        return cls(order, start, person[start])


class _Pairs(NamedTuple):
    mentee: NDArray[np.int32]
    mentor: NDArray[np.int32]
    profit: NDArray[np.int64]
    made: _Groups
    left_out: _Groups

    @classmethod
    def of(cls, form: Form, target: Target, chosen: NDArray[np.bool_]) -> _Pairs:
        return cls(
            form.mentee,
            form.mentor,
            target.profit,
            _Groups.of(np.flatnonzero(chosen & ~form.required), form.mentee),
            _Groups.of(np.flatnonzero(~chosen), form.mentor),
        )

    def settle(self, mentees: _Limits, mentors: _Limits, floor: int) -> Prices:
        """Raise prices of mentors from below until nothing asks for more."""
        made, out = self.made, self.left_out
        p = np.where(mentors.low == -FAR, np.minimum(floor, mentors.high), mentors.low)
        while True:
            u = mentees.high.copy()
            if len(made.pair):
                room = self.profit[made.pair] - p[self.mentor[made.pair]]
                least = np.minimum.reduceat(room, made.start)
                u[made.person] = np.minimum(u[made.person], least)
            # A mentee whom nothing bounds has only pairs that must be made.
            u = np.where(u == FAR, 0, u)
            if not len(out.pair):
                return Prices(u, p)
            asked = self.profit[out.pair] - u[self.mentee[out.pair]]
            raised = np.maximum(p[out.person], np.maximum.reduceat(asked, out.start))
            if np.array_equal(raised, p[out.person]):
                return Prices(u, p)
            p[out.person] = raised
