"""Required and forbidden pairs of one population, and the recount of an answer without a solver."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.errors import ModelError, SolverDisagreement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.peer_pairs import Both, PeerPairs
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["PeerRules", "recount"]

SHOWN = 5


@dataclass(frozen=True, eq=False)
class PeerRules:
    """Which pairs are made beforehand, and which never.

    Parameters
    ----------
    pairs : PeerPairs
        All possible pairs.
    required, forbidden : int64, shapes (R, 2) and (F, 2)
        Positions.

    Raises
    ------
    ModelError
        A required pair is one person twice, shares a person with another, is forbidden, or is not
        eligible in both directions. All such pairs are named.
    """

    pairs: PeerPairs
    required: NDArray[np.int64]
    forbidden: NDArray[np.int64]

    def __post_init__(self) -> None:
        wrong = [*self._alone(), *self._shared(), *self._barred(), *self._impossible()]
        if wrong:
            more = f" And {len(wrong) - SHOWN} more." if len(wrong) > SHOWN else ""
            message = f"Required pairs must be possible together. {' '.join(wrong[:SHOWN])}{more}"
            raise ModelError(message)

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """Which pairs are not forbidden, shape (P,)."""
        kept = np.ones(len(self.pairs), dtype=np.bool_)
        found = self.pairs.find(self.forbidden[:, 0], self.forbidden[:, 1])
        kept[found[found >= 0]] = False
        return kept

    @property
    def free(self) -> NDArray[np.bool_]:
        """Which pairs are not forbidden and have no person of a required pair, shape (P,)."""
        taken = np.zeros(len(self.pairs.ids), dtype=np.bool_)
        taken[self.required.ravel()] = True
        return self.allowed & ~taken[self.pairs.first] & ~taken[self.pairs.second]

    def _named(self, pair: tuple[int, int]) -> str:
        return " with ".join(sorted(self.pairs.ids[list(pair)]))

    def _apart(self) -> list[tuple[int, int]]:
        return [(a, b) for a, b in self.required.tolist() if a != b]

    def _alone(self) -> list[str]:
        same = [self.pairs.ids[a] for a, b in self.required.tolist() if a == b]
        return [f"{who} cannot be paired with {who}: nobody meets themselves." for who in same]

    def _shared(self) -> list[str]:
        times = Counter(person for pair in self._apart() for person in pair)
        said = []
        for person in sorted(
            (p for p, k in times.items() if k > 1), key=self.pairs.ids.__getitem__
        ):
            with_ = "; ".join(self._named(pair) for pair in self._apart() if person in pair)
            said.append(f"{self.pairs.ids[person]} may be in one pair only: {with_}.")
        return said

    def _barred(self) -> list[str]:
        barred = {tuple(pair) for pair in self.forbidden.tolist()}
        both = [pair for pair in self._apart() if pair in barred]
        return [f"{self._named(pair)} is both required and forbidden." for pair in both]

    def _impossible(self) -> list[str]:
        apart = self._apart()
        at = np.array(apart, dtype=np.int64).reshape(-1, 2)
        missing = np.flatnonzero(self.pairs.find(at[:, 0], at[:, 1]) < 0)
        return [f"{self._named(apart[k])} is not eligible in both directions." for k in missing]


def recount(
    candidates: Candidates,
    pairs: list[tuple[str, str]],
    *,
    both: Both,
    required: list[tuple[str, str]],
    forbidden: list[tuple[str, str]],
) -> int:
    """Check an answer and add up its value from the source alone.

    Parameters
    ----------
    candidates : Candidates
        Where eligibility and scores are asked anew.
    pairs, required, forbidden : lists of (id, id)
        Made, and to be made or not.
    both : {"sum", "least"}
        The value of a pair.

    Returns
    -------
    int
        The value of all pairs, in units.

    Raises
    ------
    SolverDisagreement
        Somebody is in two pairs or with themselves, a pair is not eligible in both directions or no
        candidate, or a required or forbidden pair is not kept to.
    """
    source = candidates.source
    row = {label: k for k, label in enumerate(source.mentee_ids)}
    column = {label: k for k, label in enumerate(source.mentor_ids)}
    made, must = {frozenset(pair) for pair in pairs}, {frozenset(pair) for pair in required}
    wrong = [f"{who} is in {k} places." for who, k in Counter(sum(pairs, ())).items() if k > 1]
    wrong += ["A required pair is not made."] * (not must <= made)
    wrong += ["A forbidden pair is made."] * any(frozenset(pair) in made for pair in forbidden)
    mentee = np.array([row[who] for pair in pairs for who in pair], dtype=np.intp)
    mentor = np.array([column[who] for pair in pairs for who in pair[::-1]], dtype=np.intp)
    eligible = source.eligible(mentee, mentor).reshape(-1, 2).all(axis=1)
    kept = (candidates.index(mentee, mentor) >= 0).reshape(-1, 2).any(axis=1)
    kept |= np.array([frozenset(pair) in must for pair in pairs], dtype=np.bool_)
    for k in np.flatnonzero(~(eligible & kept)):
        wrong.append(f"{' with '.join(pairs[k])} is not possible.")
    if wrong:
        message = f"The solver's answer breaks {len(wrong)} rules. {' '.join(wrong[:SHOWN])}"
        raise SolverDisagreement(message)
    scores = source.pairs(mentee, mentor).reshape(-1, 2)
    return int((scores.sum(axis=1) if both == "sum" else scores.min(axis=1)).sum())
