"""Stability of a matching: who would rather have each other, and who envies whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmmatch import display
from cmmatch.analysis.bars import WIDTH, folded
from cmmatch.analysis.envy import Envy
from cmmatch.assignment.blocking import blocking_pairs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["BlockingPair", "Stability"]

SHOWN = 5
"""Blocking pairs in a text."""


@dataclass(frozen=True, slots=True)
class BlockingPair:
    """Two who would both rather have each other.

    Parameters
    ----------
    mentee_id, mentor_id : str
        Who.
    score : float
        Of the two together.
    """

    mentee_id: str
    mentor_id: str
    score: float


@dataclass(frozen=True)
class Stability:
    """Blocking pairs and envy, both by the score.

    Parameters
    ----------
    blocking : tuple of BlockingPair
        The highest score first, then by ids; none where the matching is stable.
    envy : Envy
        Counts among the mentees.
    words : tuple of two str, default ("mentees", "mentors")
        What the sides are called.
    """

    blocking: tuple[BlockingPair, ...]
    envy: Envy
    words: tuple[str, str] = ("mentees", "mentors")

    @property
    def stable(self) -> bool:
        """Whether no two would rather have each other."""
        return not self.blocking

    @classmethod
    def of(
        cls,
        candidates: Candidates,
        matching: Matching,
        *,
        places: NDArray[np.int64],
        demand: NDArray[np.int64],
        words: tuple[str, str] = ("mentees", "mentors"),
    ) -> Stability:
        """Measure a matching.

        Parameters
        ----------
        candidates : Candidates
            All eligible pairs.
        matching : Matching
            Chosen from them.
        places : int64, shape (M,)
            Places of each mentor, >= 0.
        demand : int64, shape (N,)
            Mentors wanted by each mentee, >= 0.
        words : tuple of two str, default ("mentees", "mentors")
            What the sides are called.

        Raises
        ------
        ModelError
            Only some pairs of each mentee were kept, or a pair of the matching is no candidate.

        Examples
        --------
        >>> import numpy as np
        >>> from cmmatch import Candidates, Matching
        >>> candidates = Candidates.from_matrix([[0.9, 0.5], [0.8, 0.1]])
        >>> made = Matching.from_ids(
        ...     [("0", "1"), ("1", "0")], mentee_ids=["0", "1"], mentor_ids=["0", "1"]
        ... )
        >>> ones = np.ones(2, dtype=np.int64)
        >>> Stability.of(candidates, made, places=ones, demand=ones).blocking
        (BlockingPair(mentee_id='0', mentor_id='0', score=0.9),)
        """
        candidates.require_all()
        found = blocking_pairs(candidates, matching, places=places, demand=demand)
        pairs = [
            BlockingPair(
                str(matching.mentee_ids[candidates.mentee[k]]),
                str(matching.mentor_ids[candidates.mentor[k]]),
                candidates.to_score(int(candidates.score[k])),
            )
            for k in found
        ]
        pairs.sort(key=lambda each: (-each.score, each.mentee_id, each.mentor_id))
        return cls(tuple(pairs), Envy.of(candidates, matching, demand), words)

    def __str__(self) -> str:
        top = self.blocking[:SHOWN]
        lines = [line for told in self._told() for line in folded(told, width=WIDTH)]
        lines += [f"  {each.mentee_id} with {each.mentor_id}: {each.score:.2f}" for each in top]
        if len(self.blocking) > len(top):
            lines.append(f"  ... and {display.count(len(self.blocking) - SHOWN)} more")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [(each.mentee_id, each.mentor_id, each.score) for each in self.blocking]
        told = "".join(f"<p>{display.escape(each)}</p>" for each in self._told())
        if not rows:
            return told
        return told + display.small_table((*self.words, "score"), rows, "Blocking pairs")

    def _told(self) -> list[str]:
        return [*self._envy(), self._blocked()]

    def _envy(self) -> list[str]:
        envy, (mentees, mentors) = self.envy, self.words
        told = [
            f"Envy: {display.count(envy.mentees)} of {display.count(envy.matched)} matched "
            f"{mentees} score higher with somebody else's partner than with their own "
            f"({display.several(envy.pairs, 'case', 'cases')}). "
            f"Counted apart: {display.several(envy.without, 'more has', 'more have')} nobody and "
            f"may meet one of the {mentors} whom another has."
        ]
        if envy.bundles:
            told.append(
                f"In {display.several(envy.bundles, 'case', 'cases')} one of the {mentees} envies "
                f"another's {mentors} even without the best of them (EF1)."
            )
        return told

    def _blocked(self) -> str:
        mentees, mentors = self.words
        if self.stable:
            return "Stable: no two who may meet would both, by their score, rather have each other."
        people = [
            len({getattr(each, side) for each in self.blocking})
            for side in ("mentee_id", "mentor_id")
        ]
        return (
            f"Blocking pairs: {display.count(len(self.blocking))}, of {display.count(people[0])} "
            f"{mentees} and {display.count(people[1])} {mentors}: both would, by their score, "
            "rather have each other than somebody they have. The highest scores:"
        )
