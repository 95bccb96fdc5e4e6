"""Conformance checks that authors run on their own parts, and cmmatch on its own.

A component, a constraint, an objective and a backend each have a contract; ``check_component``,
``check_constraint``, ``check_objective`` and ``check_backend`` prove it on tiny programmes, against
brute force that has seen neither solver nor rows. What they find they say in words.
"""

from cmmatch.testing.backend import check_backend
from cmmatch.testing.component import check_component, reordered
from cmmatch.testing.constraint import Met, check_constraint
from cmmatch.testing.objective import check_objective
from cmmatch.testing.oracle import best_value, best_values
from cmmatch.testing.tiny import TinyRows, tiny_form, tiny_model

__all__ = [
    "Met",
    "TinyRows",
    "best_value",
    "best_values",
    "check_backend",
    "check_component",
    "check_constraint",
    "check_objective",
    "reordered",
    "tiny_form",
    "tiny_model",
]
