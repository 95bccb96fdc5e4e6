"""The contract of a backend: it honours what it says, and claims nothing that does not hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.backends.backend import Backend, Choice
from cmmatch.assignment.form import Need
from cmmatch.assignment.result import Termination
from cmmatch.testing.oracle import best_value
from cmmatch.testing.tiny import tiny_form

if TYPE_CHECKING:
    from cmmatch.assignment.backends.backend import Answer
    from cmmatch.assignment.form import Form, Target

__all__ = ["check_answer", "check_backend"]


def check_backend(backend: Backend, *, forms: int = 300, seed: int = 0) -> dict[str, int]:
    """Prove a backend against its contract on tiny forms, by brute force.

    The forms ask for what the backend honours and for nothing else: empty ones, feasible and
    infeasible ones, with required pairs, least numbers of pairs, steps, rows and extras, and sums
    too large for floating point. For each: it does not raise; INFEASIBLE is said exactly where no
    choice keeps the rules; a choice keeps every bound and row and is worth the best that any is;
    its value is what :meth:`Target.value` recomputes; no bound is below the best, and OPTIMAL is
    said exactly where value and bound meet; asked twice, it answers with the same bytes; and it
    leaves what it is handed as it was.

    Parameters
    ----------
    backend : Backend
        To be proven; it must be available.
    forms : int, default 300
        How many are drawn.
    seed : int, default 0
        Of the drawing.

    Returns
    -------
    dict of str to int
        How many forms had each need, by its name, and how many were ``infeasible``.

    Raises
    ------
    AssertionError
        Says which promise is not kept, and on which form (``tiny_form(seed, needs)``).

    Examples
    --------
    >>> from cmmatch.assignment.backends import MinCostFlow
    >>> check_backend(MinCostFlow(), forms=30)["REQUIRED"] > 0
    True
    """
    _hold(isinstance(backend, Backend), "a backend has name, honours, available and maximise")
    _hold(bool(backend.name.strip()), "it has a name")
    _hold(backend.available(), "it is available where it is proven")
    honoured = sorted(backend.honours - {Need.DEGREES}, key=lambda need: need.name)
    met: Counter[str] = Counter()
    rng = np.random.default_rng(seed)
    for number in range(seed, seed + forms):
        asked = [need for need in honoured if rng.random() < 0.5]
        form, target = tiny_form(number, asked)
        needs = form.needs | target.needs
        where = f"tiny_form({number}, {{{', '.join(need.name for need in asked)}}})"
        before = _bytes(form, target)
        answer, again = backend.maximise(form, target), backend.maximise(form, target)
        _hold(_bytes(form, target) == before, f"it leaves {where} as it was")
        feasible = check_answer(answer, form, target, where=where)
        if answer.choice is not None:
            _hold(
                _same(answer.choice, again.choice), f"asked twice it answers alike, as in {where}"
            )
        met.update([need.name for need in needs] + ["infeasible"] * (not feasible))
    return dict(met)


def check_answer(answer: Answer, form: Form, target: Target, *, where: str) -> bool:
    """Hold an answer against brute force; return whether the form is feasible at all.

    Raises
    ------
    AssertionError
        Says what is wrong with it.
    """
    best = best_value(form, target)
    choice = answer.choice
    if best is None:
        none = choice is None and answer.termination is Termination.INFEASIBLE
        _hold(none, f"it says INFEASIBLE where no choice keeps the rules, as in {where}")
        return False
    if choice is None:
        _hold(False, f"it finds a choice where there is one, as in {where}")
        return True
    _hold(_keeps_all(form, choice), f"its choice keeps every bound and row, as in {where}")
    value = target.value(form, choice.chosen, choice.extras)
    _hold(choice.value == value, f"it claims {choice.value}, worth {value}, in {where}")
    _hold(value == best, f"its choice is the best ({best}), not {value}, in {where}")
    sound = choice.bound is None or choice.bound >= best
    _hold(sound, f"no choice is above its bound {choice.bound}, but {best} is, in {where}")
    proven = (answer.termination is Termination.OPTIMAL) == (choice.bound == value)
    _hold(proven, f"it says OPTIMAL exactly where value and bound meet, as in {where}")
    return True


def _hold(condition: bool, what: str) -> None:
    if not condition:
        message = f"A backend must keep its contract: {what}."
        raise AssertionError(message)


def _keeps_all(form: Form, choice: Choice) -> bool:
    chosen, extras = choice.chosen, choice.extras
    if chosen.dtype != np.bool_ or extras.dtype.kind != "i":
        return False
    if (chosen.shape, extras.shape) != (form.required.shape, form.extra_upper.shape):
        return False
    sums = np.zeros(len(form.rows), dtype=np.int64)
    values = np.concatenate([chosen.astype(np.int64), extras])
    np.add.at(sums, form.rows.row, form.rows.coefficient * values[form.rows.column])
    mentee = np.bincount(form.mentee[chosen], minlength=form.n_mentees)
    mentor = np.bincount(form.mentor[chosen], minlength=form.n_mentors)
    inside = (
        (mentee, form.mentee_lower, form.mentee_upper),
        (mentor, form.mentor_lower, form.mentor_upper),
        (sums, form.rows.lower, form.rows.upper),
        (extras, form.extra_lower, form.extra_upper),
    )
    bounds = all(((low <= each) & (each <= up)).all() for each, low, up in inside)
    return bounds and bool(chosen[form.required].all())


def _same(one: Choice, other: Choice | None) -> bool:
    return (
        other is not None
        and np.array_equal(one.chosen, other.chosen)
        and np.array_equal(one.extras, other.extras)
    )


def _bytes(form: Form, target: Target) -> list[bytes]:
    """Return all that a backend is handed, so that a change shows."""
    parts = [getattr(form, each.name) for each in fields(form)]
    parts += [getattr(form.rows, each.name) for each in fields(form.rows)]
    parts += [getattr(target, each.name) for each in fields(target)]
    return [each.tobytes() for each in parts if isinstance(each, np.ndarray)]
