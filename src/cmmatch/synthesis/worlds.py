"""Worlds: what makes a partner good in a made-up programme; none of them knows our score.

=================  ============================================================================
``chemistry``      a saturating sum of fit, and half of the quality is that two people click: the
                   mentor around whom the mentee was drawn is the best by construction
``threshold``      a chain is as strong as its weakest link: each criterion passes or fails
``multiplicative`` a product of powers (Cobb-Douglas): what is missing in one cannot be made up
``noisy``          how people work and what they are like decides 0.7, and their answers on it
                   are four times as noisy
``impersonal``     traits and ways of working have no effect, nor any likeness by design
=================  ============================================================================

In all but the first a tenth of the quality is luck, which no answer tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.synthesis.truth import Facts, facts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from cmmatch.synthesis.people import Person

__all__ = ["WORLDS", "World"]

LUCK = 0.1
"""Share of the quality that no answer tells."""


@dataclass(frozen=True)
class World:
    """One world.

    Parameters
    ----------
    formula : callable or None
        Quality in 0..1, shape (N, M), from what is true of people; ``None`` for the mentor around
        whom each mentee was drawn.
    noise : float, default 1
        How many times as noisy as usual people answer on traits and on their way of working.
    unlike : bool, default False
        Draw traits and ways of working anew, so that nobody is like anybody by design.
    """

    formula: Callable[[Facts], NDArray[np.float64]] | None
    noise: float = 1.0
    unlike: bool = False

    def settle(
        self, rng: Generator, mentees: Sequence[Person], mentors: Sequence[Person]
    ) -> NDArray[np.float64] | None:
        """Plant the best partners; return the true quality of all pairs, shape (N, M).

        ``None`` where each mentee's partner stays, and the truth follows from the partner.
        """
        if self.unlike:
            for person in (*mentees, *mentors):
                person.traits = np.clip(rng.normal(0.55, 0.18, len(person.traits)), 0.0, 1.0)
                person.style = rng.uniform(0.0, 1.0, len(person.style))
        if self.formula is None:
            return None
        told = self.formula(facts(mentees, mentors))
        truth = (1 - LUCK) * told + LUCK * rng.random(told.shape)
        for person, row in zip(mentees, truth, strict=True):
            person.partner = int(row.argmax())
        return np.asarray(truth, dtype=np.float64)


def _threshold(true: Facts) -> NDArray[np.float64]:
    """``(3 min(passes) + mean(passes)) / 4`` over five criteria, each passed or not.

    At least half of the wishes covered; a common goal; two common hours; 3 to 18 years ahead;
    ways of working apart by 0.3 at most.
    """
    passes = np.stack(
        [
            true.skills >= 0.5,
            true.goals > 0,
            true.hours >= 2,
            (true.ahead >= 3) & (true.ahead <= 18),
            true.style >= 0.7,
        ]
    ).astype(np.float64)
    return np.asarray((3 * passes.min(axis=0) + passes.mean(axis=0)) / 4)


def _multiplicative(true: Facts) -> NDArray[np.float64]:
    """``s^0.4 g^0.25 h^0.15 w^0.15 t^0.05``, each drawn up to at least 0.05.

    s is the share of the wishes covered, g of the goals shared, h ``1 - exp(-hours / 2)``, w and t
    the likeness in ways of working and in traits.
    """
    hours = 1 - np.exp(-true.hours / 2)
    parts = (
        (true.skills, 0.4),
        (true.goals, 0.25),
        (hours, 0.15),
        (true.style, 0.15),
        (true.traits, 0.05),
    )
    made = np.ones_like(true.skills)
    for part, power in parts:
        made = made * np.maximum(part, 0.05) ** power
    return np.asarray(made)


def _noisy(true: Facts) -> NDArray[np.float64]:
    """``0.15 s + 0.15 g + 0.7 w t``: most of it is seen through noisy answers only."""
    return np.asarray(0.15 * true.skills + 0.15 * true.goals + 0.7 * true.style * true.traits)


def _impersonal(true: Facts) -> NDArray[np.float64]:
    """``log(1 + 3 s + 2 g + hours / 4) / log(1 + 3 + 2 + 4)``: no trait, no way of working."""
    hours = np.minimum(true.hours / 4, 4.0)
    return np.asarray(np.log1p(3 * true.skills + 2 * true.goals + hours) / np.log(10))


WORLDS: Mapping[str, World] = MappingProxyType(
    {
        "chemistry": World(None),
        "threshold": World(_threshold),
        "multiplicative": World(_multiplicative),
        "noisy": World(_noisy, noise=4.0),
        "impersonal": World(_impersonal, unlike=True),
    }
)
"""By name."""
