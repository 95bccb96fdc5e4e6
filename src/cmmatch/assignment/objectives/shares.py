"""Fairness among the pairs made: those who are served worst, and the product of all scores."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from cmmatch.assignment.columns import among
from cmmatch.assignment.pairwise import LogScore
from cmmatch.assignment.stages import Bottom, Total, lowest_sum
from cmmatch.assignment.universe import part_of, universe_of
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.source import PairSource

__all__ = ["BottomShare", "Nash"]


@dataclass(frozen=True)
class BottomShare:
    """Make the lowest scores as high as possible: the sum of the lowest ``share`` of all pairs.

    For a coordinator: lift the tenth that is served worst. With K pairs made, the
    ``k = ceil(share K)`` lowest scores are added up; the sum by k is their mean. It counts who is
    matched, required pairs among them; the unmatched are reported apart. Among as many pairs only,
    so :class:`MostMatched` must stand before it.

    Parameters
    ----------
    share : float, default 0.1
        Of the pairs made, above 0 and up to 1. With 1 it is :class:`TotalScore`; small enough, it
        is the lowest score alone.
    tolerance : float, default 0
        Share of the optimum that later objectives may give back, 0..1.

    Raises
    ------
    ModelError
        ``share`` is 0 or less, or above 1.

    Notes
    -----
    The sum of the k lowest of K numbers is ``max over t of (k - K) t + sum of min(w, t)``, and for
    one threshold t that is an ordinary assignment. As a function of t the optimum has many peaks,
    so every threshold is looked at that bounds of whole intervals do not exclude; the certificate
    holds the prices of each interval.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> candidates = Candidates.from_matrix([[0.9, 0.5], [0.4, 0.1]])
    >>> rules = [constraints.MentorCapacity(1), constraints.MenteeDemand(1)]
    >>> wanted = [objectives.MostMatched(), BottomShare(0.5), objectives.TotalScore()]
    >>> result = solve(Model(candidates, rules, wanted))
    >>> [stage.value for stage in result.stages]
    [2, 400000, 900000]
    """

    share: float = 0.1
    tolerance: float = 0.0
    name: str = "bottom_share"

    needs_count: ClassVar[bool] = True
    needs_fixed_count: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            message = f"{self.name}: the share must be above 0 and up to 1; given {self.share!r}."
            raise ModelError(message)

    def write(self, form: FormBuilder) -> None:
        """Count the lowest scores."""
        form.add_stage(Bottom(self.name, self._exact, self.tolerance))

    def value(self, matching: Matching, source: PairSource) -> int:
        """Add up the lowest exact scores, asked anew from the source."""
        score = source.pairs(matching.mentee, matching.mentor)
        return lowest_sum(score, ceil(self._exact * len(score)))

    @property
    def _exact(self) -> Fraction:
        """The share as it is written: a tenth of 70 is 7, which binary digits make a bit more."""
        return Fraction(str(self.share))


@dataclass(frozen=True)
class Nash:
    """Make the product of all scores as high as possible: ``max sum log(w[i, j]) x[i, j]``.

    For a coordinator: a compromise between the highest total and the lowest score; doubling a low
    score is worth as much as doubling a high one. Among as many pairs only, so
    :class:`MostMatched` must stand before it. Every score must be above zero.

    Parameters
    ----------
    parts : int, default 10**6
        Logarithms are rounded to so many parts of one, 1..10**9.
    tolerance : float, default 0
        Share of the optimum that later objectives may give back, 0..1.

    Raises
    ------
    ModelError
        ``parts`` is out of range; when written: an eligible pair has a score of zero or less.

    Notes
    -----
    Natural logarithms of the scores in integer units; with the number of pairs settled the unit
    changes nothing. Each of K logarithms is off by half a part at most, in either of two matchings
    compared: so the logarithm of the true optimum is at most ``K / parts`` above that of the
    matching found, and the product of 1,000 scores within a thousandth of the best.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> candidates = Candidates.from_matrix([[0.9, 0.4], [0.5, 0.1]])
    >>> rules = [constraints.MentorCapacity(1), constraints.MenteeDemand(1)]
    >>> solve(Model(candidates, rules, [objectives.MostMatched(), Nash()])).matching.pairs
    (('0', '1'), ('1', '0'))
    """

    parts: int = 10**6
    tolerance: float = 0.0
    name: str = "nash"

    needs_count: ClassVar[bool] = True
    needs_fixed_count: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not 1 <= self.parts <= 10**9:
            message = f"{self.name}: logarithms have 1 to 10**9 parts; given {self.parts!r}."
            raise ModelError(message)

    def write(self, form: FormBuilder) -> None:
        """Every pair counts the logarithm of its score."""
        bad = _not_positive(form)
        if len(bad):
            ids = form.candidates.source.mentee_ids, form.candidates.source.mentor_ids
            shown = "; ".join(
                f"{ids[0][bad.mentee[k]]} with {ids[1][bad.mentor[k]]} "
                f"{form.candidates.to_score(int(bad.score[k])):g}"
                for k in range(min(len(bad), 5))
            )
            message = (
                f"{self.name}: a product needs scores above 0, and {len(bad)} eligible pairs have "
                f"none: {shown}. Ask for a least score, forbid these pairs, or leave it out."
            )
            raise ModelError(message)
        form.add_stage(Total(self.name, LogScore(self.parts), self.tolerance))

    def value(self, matching: Matching, source: PairSource) -> int:
        """Add up the rounded logarithms of the exact scores."""
        score = source.pairs(matching.mentee, matching.mentor)
        return int(LogScore(self.parts)(matching.mentee, matching.mentor, score).sum())


def _not_positive(form: FormBuilder) -> Columns:
    """Return every pair that may be made with a score of zero or less, kept or not."""
    candidates = form.candidates
    # An upper bound of a score is above it by twice the error of a block at most, and rounding.
    near = 2 * candidates.source.block_error + 1

    def low(
        mentee: NDArray[np.int64], mentor: NDArray[np.int64], score: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        return score <= near

    kept = part_of(candidates, slice(None))
    found = kept.only(kept.score <= 0)
    for block in universe_of(candidates, seed=0).survivors(low):
        found = found.joined(block.only(block.score <= 0))
    forbidden = np.unique(np.concatenate([*form.forbidden, np.empty(0, np.int64)]))
    return found.only(~among(found.keys, forbidden))
