"""Which backend solves a form: the first that honours everything in ``form.needs``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmmatch.assignment.backends.cpsat import ConstraintProgramming
from cmmatch.assignment.backends.flow import MinCostFlow
from cmmatch.assignment.backends.mip import MixedInteger
from cmmatch.errors import UnsupportedModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.assignment.backends.backend import Backend
    from cmmatch.assignment.form import Form, Target

__all__ = ["BUILT_IN", "choose"]

BUILT_IN: tuple[Backend, ...] = (MinCostFlow(), MixedInteger(), ConstraintProgramming())


def choose(form: Form, target: Target, backends: Sequence[Backend] = BUILT_IN) -> Backend:
    """Return the first available backend that honours all the form needs.

    Raises
    ------
    UnsupportedModel
        There is none; the message names what each lacks.
    """
    needs = form.needs | target.needs
    for backend in backends:
        if needs <= backend.honours and backend.available():
            return backend
    lacks = []
    for backend in backends:
        missing = sorted(need.value for need in needs - backend.honours)
        lacks.append(f"{backend.name} lacks: {'; '.join(missing) or 'an installation'}")
    message = f"No backend solves this model. {' | '.join(lacks) or 'None is given.'}."
    raise UnsupportedModel(message)
