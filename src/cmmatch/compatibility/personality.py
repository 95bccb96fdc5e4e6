"""Personality: similarity in the traits that evidence speaks for; no word about either person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.component import RowComponent
from cmmatch.errors import ModelError
from cmmatch.programme.people import TRAITS
from cmmatch.programme.spelling import did_you_mean, near_names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.programme.programme import Programme

__all__ = ["Personality", "PreparedPersonality"]


@dataclass(frozen=True)
class Personality:
    """How alike two people are in openness and conscientiousness.

    ``1 - mean |difference|`` over the traits known on both sides, each trait in 0..1; unknown where
    none is. Only these two traits: similarity in them went with more support in one study of 68
    formal pairs (Menges 2016), while among 1,895 coaching pairs neither personality nor its match
    mattered (de Haan et al. 2016); hence weight 3 of 100. Traits count only with consent.

    Parameters
    ----------
    traits : tuple of str
        Which of the five are compared.

    Raises
    ------
    ModelError
        If there is no such trait.
    """

    traits: tuple[str, ...] = ("openness", "conscientiousness")
    name: str = "personality"

    def __post_init__(self) -> None:
        for trait in self.traits:
            if trait not in TRAITS:
                hint = did_you_mean(near_names(trait, TRAITS)).rstrip()
                known = ", ".join(TRAITS)
                message = f"A trait must be one of {known}; given {trait!r}. {hint}"
                raise ModelError(message.rstrip())

    def applies(self, programme: Programme) -> bool:
        """Whether some trait compared is known of somebody on both sides."""
        which = [TRAITS.index(trait) for trait in self.traits]
        known = [
            (~np.isnan(side.traits[:, which])).any(axis=0)
            for side in (programme.mentees, programme.mentors)
        ]
        return bool((known[0] & known[1]).any())

    def prepare(self, programme: Programme) -> PreparedPersonality:
        """Pick the traits."""
        which = [TRAITS.index(trait) for trait in self.traits]
        return PreparedPersonality(
            programme, programme.mentees.traits[:, which], programme.mentors.traits[:, which]
        )


@dataclass(frozen=True, eq=False)
class PreparedPersonality(RowComponent):
    """Personality bound to a programme."""

    programme: Programme
    mentee: NDArray[np.float64]
    mentor: NDArray[np.float64]

    def rows(self, mentees: NDArray[np.intp]) -> NDArray[np.float64]:
        """Similarity, shape (rows, M)."""
        shape = (len(mentees), len(self.mentor))
        total, count = np.zeros(shape), np.zeros(shape)
        for trait in range(self.mentee.shape[1]):
            apart = np.abs(self.mentee[mentees, trait][:, None] - self.mentor[:, trait])
            known = ~np.isnan(apart)
            total += np.where(known, apart, 0.0)
            count += known
        apart = np.divide(total, count, out=np.full(shape, np.nan), where=count > 0)
        return np.asarray(1 - apart, dtype=np.float64)

    def reason(self, mentee: int, mentor: int) -> str:
        """Say in a coarse word how alike they are; never whose answer was what."""
        value = float(self.rows(np.array([mentee]))[0, mentor])
        if np.isnan(value):
            return "Not known: the answers to compare are missing or may not be used."
        if value >= 0.85:
            return "Very alike in the traits compared."
        if value >= 0.65:
            return "Fairly alike in the traits compared."
        return "Not much alike in the traits compared."
