"""What is true of a made-up pair: a formula of its own, which no score of ours knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cmmatch.synthesis.people import Person

__all__ = ["quality"]

CHEMISTRY = 0.5


def quality(mentee: Person, mentors: Sequence[Person], *, partner: int) -> NDArray[np.float64]:
    """Quality of one mentee's pair with every mentor, shape (M,), in 0..1.

    ``0.5 * fit + 0.5 * [planted partner]`` with ``fit = 1 - exp(-(1.5 f + g + 0.8 h + 0.4 t))``: f
    is 1 if the two share a field, g the share of the mentee's goals that the mentor has, h is 1 at
    the same site, t is one minus the Euclidean distance of their five traits (at least 0). The
    planted half is what no questionnaire sees, and makes the partner the best by construction.
    """
    fields = np.array([bool(set(mentee.clusters) & set(m.clusters)) for m in mentors], dtype=float)
    goals = np.array(
        [sum(g in m.goals for g in mentee.goals) / max(len(mentee.goals), 1) for m in mentors]
    )
    site = np.array([m.site == mentee.site for m in mentors], dtype=float)
    traits = np.array([m.traits for m in mentors])
    alike = np.maximum(1 - np.sqrt(((traits - mentee.traits) ** 2).sum(axis=1)), 0.0)
    fit = 1 - np.exp(-(1.5 * fields + goals + 0.8 * site + 0.4 * alike))
    planted = np.arange(len(mentors)) == partner
    return np.asarray(0.5 * fit + CHEMISTRY * planted, dtype=np.float64)
