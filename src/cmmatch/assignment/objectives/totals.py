"""Sums over pairs: how many, and how good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from cmmatch.assignment.pairwise import Constant, OwnScore
from cmmatch.assignment.stages import Total

if TYPE_CHECKING:
    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.source import PairSource

__all__ = ["MostMatched", "TotalScore"]


@dataclass(frozen=True)
class MostMatched:
    """Make as many pairs as possible: ``max sum x[i, j]``.

    For a coordinator: leave as few people as possible without a partner. With demands above one it
    counts pairs, not people.
    """

    tolerance: float = 0.0
    name: str = "most_matched"

    settles_count: ClassVar[bool] = True

    def write(self, form: FormBuilder) -> None:
        """Every pair counts one."""
        form.add_stage(Total(self.name, Constant(), self.tolerance))

    def value(self, matching: Matching, source: PairSource) -> int:
        """Return the number of pairs."""
        return len(matching)


@dataclass(frozen=True)
class TotalScore:
    """Make the sum of the scores of all pairs as high as possible: ``max sum w[i, j] x[i, j]``.

    In integer units, so that the optimum is exact; less what soft rules cost. A pair with a score
    of zero or less adds nothing; put :class:`MostMatched` before it to have everybody served first.
    """

    tolerance: float = 0.0
    name: str = "total_score"
    priced: ClassVar[bool] = True

    def write(self, form: FormBuilder) -> None:
        """Every pair counts its score."""
        form.add_stage(Total(self.name, OwnScore(), self.tolerance, priced=True))

    def value(self, matching: Matching, source: PairSource) -> int:
        """Add up the exact scores, asked anew from the source."""
        return int(source.pairs(matching.mentee, matching.mentor).sum())
