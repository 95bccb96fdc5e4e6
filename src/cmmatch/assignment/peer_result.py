"""PeerResult: who is paired with whom, who is left over and why, and what is proven."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cmmatch.assignment.peer_bound import PeerCertificate
    from cmmatch.assignment.result import StageOutcome

__all__ = ["BY_ALGORITHM", "PROVEN", "PeerResult"]

PROVEN = "proven: the bound is met, and its certificate can be checked without a solver"
BY_ALGORITHM = (
    "exact by algorithm (Edmonds' blossoms, in integers); not proven besides, as the bound found "
    "is not met"
)


@dataclass(frozen=True, eq=False)
class PeerResult:
    """The answer of :func:`cmmatch.peers`.

    Parameters
    ----------
    pairs : tuple of (id, id)
        Everybody who is in a pair, each once; sorted, the lesser id first.
    trios : tuple of (id, id, id)
        At most one group of three: a pair that somebody left over has joined; sorted.
    alone : tuple of str
        Ids of those without a partner, sorted.
    reasons : tuple of str
        Why each of ``alone`` is left over, one sentence each.
    notes : tuple of str
        What else to know: who joined which pair, pairs possible in one direction only.
    stages : tuple of StageOutcome
        One for each objective, in order, required pairs included: the number of pairs, and their
        value in units. A group of three counts as the pair it was before.
    value : int
        Of all pairs together, in units, without what a third person adds.
    joined_value : int
        What the third person of a group adds, in units; 0 without one.
    scope : str
        Among which pairs nothing better exists.
    certificates : tuple of PeerCertificate
        One for each stage, over all possible pairs without a required person.
    seed : int
        Of the canonical order.
    resolution : float
        The score that one unit stands for.
    versions : mapping of str to str
        Of what took part in the answer.
    """

    pairs: tuple[tuple[str, str], ...]
    trios: tuple[tuple[str, str, str], ...]
    alone: tuple[str, ...]
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    stages: tuple[StageOutcome, ...]
    value: int
    joined_value: int
    scope: str
    certificates: tuple[PeerCertificate, ...]
    seed: int
    resolution: float
    versions: Mapping[str, str]

    @property
    def proven(self) -> bool:
        """Whether every stage has met its bound, so that the answer is proven best."""
        return all(stage.proven for stage in self.stages)

    @property
    def proof(self) -> str:
        """What the answer rests on, in words: a bound that is met, or the algorithm."""
        return PROVEN if self.proven else BY_ALGORITHM

    @property
    def total(self) -> float:
        """The value of all pairs as a score, what a third person adds included."""
        return round((self.value + self.joined_value) * self.resolution, 12)

    def partners_of(self, person: str) -> tuple[str, ...]:
        """Ids of those whom somebody is together with; none for somebody left over."""
        groups = (*self.pairs, *self.trios)
        return tuple(
            each for group in groups if person in group for each in group if each != person
        )

    def __str__(self) -> str:
        counted = f"pairs {len(self.pairs)}, groups of three {len(self.trios)}"
        head = f"{counted}, alone {len(self.alone)}, over {self.scope}"
        stages = [
            f"  {s.name} = {s.value}, {'proven' if s.proven else f'bound {s.bound}'}"
            for s in self.stages
        ]
        lines = [head, *stages, f"  {self.proof}"]
        return "\n".join([*lines, *(f"  {said}" for said in (*self.reasons, *self.notes))])
