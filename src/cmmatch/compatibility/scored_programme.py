"""A programme bound to its scorer: the score, the parts and the reasons of any pair."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.compatibility.component import Recommending, Settled
from cmmatch.compatibility.neutral import NEUTRAL_UNKNOWN, middling_values
from cmmatch.compatibility.source import RESOLUTION
from cmmatch.programme.order import canonical_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.compatibility.component import Prepared
    from cmmatch.compatibility.eligibility import PreparedEligibility
    from cmmatch.programme.programme import Programme

__all__ = ["NOTHING_SCORED", "ScoredProgramme"]

NOTHING_SCORED = "Nobody answered anything that can be scored: pairs are decided by lot."

SAMPLE_SIDE = 200
"""People of each side whose pairs show what a middling pair is."""


@dataclass(frozen=True, eq=False)
class ScoredProgramme:
    """A programme bound to its scorer: the exact score, parts and reasons of any pair.

    It is a :class:`~cmmatch.compatibility.source.PairSource`.

    Parameters
    ----------
    programme : Programme
        N mentees, M mentors.
    names : tuple of str, length K
        Components in play.
    weights : float64, shape (K,)
        Shares of the score; they add up to 1.
    neutral : float64, shape (K,)
        What an unknown value counts as.
    eligibility : PreparedEligibility
        The hard rules.
    prepared : tuple of Prepared, length K
        The components.
    idle : tuple of str
        Components with weight 0 or without any answer to read.
    given_weights : tuple of float, length K
        The weights as the settings give them, before they were divided by their sum.
    """

    programme: Programme
    names: tuple[str, ...]
    weights: NDArray[np.float64]
    neutral: NDArray[np.float64]
    eligibility: PreparedEligibility
    prepared: tuple[Prepared, ...] = field(repr=False)
    idle: tuple[str, ...] = ()
    given_weights: tuple[float, ...] = ()

    @property
    def mentee_ids(self) -> NDArray[np.object_]:
        """Labels of the N rows."""
        return self.programme.mentees.ids

    @property
    def mentor_ids(self) -> NDArray[np.object_]:
        """Labels of the M columns."""
        return self.programme.mentors.ids

    @property
    def shape(self) -> tuple[int, int]:
        """(N, M)."""
        return len(self.programme.mentees), len(self.programme.mentors)

    @property
    def block_error(self) -> int:
        """Components agree to 1e-5, weights sum to 1; two units more for float32 and rounding."""
        return round(1e-5 * RESOLUTION) + 2

    def block(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Approximate scores in integer units, shape (rows, M); NaN where not eligible."""
        shape = len(rows), self.shape[1]
        total, part = np.zeros(shape, dtype=np.float32), np.empty(shape, dtype=np.float32)
        unknown = np.empty(shape, dtype=np.bool_)
        for weight, neutral, component in zip(
            self.weights.astype(np.float32), self.neutral, self.prepared, strict=True
        ):
            values = component.block(rows)
            np.multiply(values, weight, out=part)
            if np.isnan(values, out=unknown).any():
                np.copyto(part, weight * np.float32(neutral), where=unknown)
            total += part
        if not self.names:
            total[:] = NEUTRAL_UNKNOWN
        total *= np.float32(RESOLUTION)
        _leave_out(total, self.eligibility.block(rows))
        return total

    def eligible(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether each pair may be made at all, shape (P,)."""
        return self.eligibility.pairs(mentee, mentor)

    def pairs(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int64]:
        """Exact scores in millionths, shape (P,): float64 in a fixed order, then rounded."""
        return self._units(self.values(mentee, mentor), self.neutral)

    def values(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.float64]:
        """Value of each component, shape (P, K), in 0..1, NaN where unknown."""
        values = np.empty((len(mentee), len(self.names)), order="F")
        for k, component in enumerate(self.prepared):
            values[:, k] = component.pairs(mentee, mentor)
        return values

    def score(
        self, values: NDArray[np.float64], *, neutral: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Weighted sum of values, shape (P,); unknown ones count as neutral."""
        if not self.names:
            return np.full(len(values), NEUTRAL_UNKNOWN)
        stand_in = self.neutral if neutral is None else neutral
        total = np.zeros(len(values))
        for k, weight in enumerate(self.weights):
            known = values[:, k]
            total += weight * np.where(np.isnan(known), stand_in[k], known)
        return total

    def confidence(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of the weight that was known, shape (P,), in 0..1."""
        total = np.zeros(len(values))
        for k, weight in enumerate(self.weights):
            total += weight * ~np.isnan(values[:, k])
        # Rounded, so that a known half is a half, whichever weights make it up.
        return total.round(12)

    def fit_neutral(self) -> NDArray[np.float64]:
        """Values of a middling pair, from the eligible pairs of a fixed sample, shape (K,).

        Pairs that no rule lets meet are in nobody's list, and are worse as a rule: without common
        hours for one. They are counted only where the sample has no other. A component that is
        :class:`~cmmatch.compatibility.component.Settled` says itself what an unknown value is.
        """
        seed = self.programme.config.programme.seed
        rows = canonical_order(self.mentee_ids, seed=seed)[:SAMPLE_SIDE]
        columns = canonical_order(self.mentor_ids, seed=seed)[:SAMPLE_SIDE]
        mentee, mentor = np.repeat(rows, len(columns)), np.tile(columns, len(rows))
        eligible = self.eligible(mentee, mentor)
        if eligible.any():
            mentee, mentor = mentee[eligible], mentor[eligible]
        settled = [c.neutral if isinstance(c, Settled) else np.nan for c in self.prepared]
        return middling_values(self.values(mentee, mentor), self._units, np.array(settled))

    def _units(
        self, values: NDArray[np.float64], neutral: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        return np.rint(self.score(values, neutral=neutral) * RESOLUTION).astype(np.int64)

    def reason(self, mentee: int, mentor: int, component: str) -> str:
        """One sentence about this pair from one component in play."""
        return self.prepared[self.names.index(component)].reason(mentee, mentor)

    def recommendation(self, mentee: int, mentor: int, component: str) -> str:
        """Say what one component in play has for this pair on a list handed out; may be ""."""
        prepared = self.prepared[self.names.index(component)]
        if isinstance(prepared, Recommending):
            return prepared.recommendation(mentee, mentor)
        return ""


def _leave_out(scores: NDArray[np.float32], eligible: NDArray[np.bool_]) -> None:
    """Make the scores of pairs that are not eligible NaN.

    A number all of whose bits are set is NaN; set so, it takes a tenth of the time of a mask, as
    about every other pair is not eligible and no processor guesses which.
    """
    bits = scores.view(np.int32)
    np.bitwise_or(bits, np.subtract(eligible.view(np.int8), 1, dtype=np.int32), out=bits)
