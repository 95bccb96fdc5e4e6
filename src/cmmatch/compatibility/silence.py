"""Whether silence pays: how many ranks people gain in the lists of others by answering nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from cmmatch.compatibility.answers import answers_of
from cmmatch.compatibility.component import Directed
from cmmatch.compatibility.source import RESOLUTION
from cmmatch.programme.order import canonical_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cmmatch.compatibility.scored_programme import ScoredProgramme

__all__ = ["SilenceGain", "silence_gain"]

Side = Literal["mentee", "mentor"]

RIVALS = 1000
"""People of one side who are ranked in a list at most."""


@dataclass(frozen=True, slots=True)
class SilenceGain:
    """What people of one side gain by leaving every answer blank; all gains are means over lists.

    Parameters
    ----------
    side : {"mentee", "mentor"}
        Who falls silent; they are ranked by the other side.
    people, lists : int
        How many fell silent, one at a time, and in how many lists of the other side they stood.
    ranks : float
        Ranks gained, negative where silence costs.
    share : float
        The same as a share of the length of the list, in -1..1.
    quartiles : (float, float, float, float, float)
        Least, lower quartile, median, upper quartile and most of the shares, person by person.
        Whoever suits few gains, whoever suits many loses: that is what having no answers means.
    by_component : mapping of str to float
        Share gained by leaving blank what one component reads, and only that.
    listed : (float, float)
        In what share of the lists somebody stands, as answered and when silent. A rule that reads
        what was left blank cannot be checked any more: it lets everybody pass, or nobody where
        ``[eligibility] unknown`` is "refuse".
    """

    side: Side
    people: int
    lists: int
    ranks: float
    share: float
    quartiles: tuple[float, float, float, float, float]
    by_component: Mapping[str, float]
    listed: tuple[float, float] = (0.0, 0.0)


def silence_gain(
    scored: ScoredProgramme, *, people: int = 100, lists: int = 100
) -> tuple[SilenceGain, SilenceGain]:
    """Measure how many ranks a person gains by answering nothing, for mentees and for mentors.

    One person of a fixed sample at a time leaves blank all that the components read. Every value
    of theirs is then unknown and counts as neutral, but for what the other side alone says of them
    (:class:`~cmmatch.compatibility.component.Directed`). Everybody else answers as before, and who
    is eligible stays as it is. The gain in a list is the rank before less the rank after, among
    those eligible; equals share their ranks.

    Near zero is right: blank answers tell nothing, so they should move nobody on average. What
    silence does to the rules is told apart (``SilenceGain.listed``).

    Parameters
    ----------
    scored : ScoredProgramme
        The programme and its scores.
    people, lists : int, default 100
        Size of the samples, drawn by the programme's seed from the ids: at most so many people of
        a side, in the lists of at most so many of the other.

    Returns
    -------
    (SilenceGain, SilenceGain)
        Of mentees in the lists of mentors, and of mentors in the lists of mentees.

    Examples
    --------
    >>> import cmmatch
    >>> programme = cmmatch.Programme.from_frames(
    ...     mentors={"id": ["x", "y"], "skills": ["sql; go", "sql"]},
    ...     mentees={"id": ["a", "b"], "skills_wanted": ["sql", "sql"]},
    ... )
    >>> mentees, mentors = silence_gain(cmmatch.Scorer.for_programme(programme).prepare(programme))
    >>> mentors.side, mentors.people, mentors.ranks
    ('mentor', 2, 0.0)
    """
    return (
        _Lists.of(scored, "mentee", lists).gain(people),
        _Lists.of(scored, "mentor", lists).gain(people),
    )


@dataclass(frozen=True, eq=False)
class _Lists:
    """Lists of one side, in which people of the other side stand.

    Parameters
    ----------
    rivals, owners : int, shape (A,) and (L,)
        Positions of those in the lists, in canonical order, and of those whose lists they are.
    eligible : bool, shape (A, L)
        Who stands in which list.
    values : float64, shape (A, L, K)
        What everybody answered.
    """

    scored: ScoredProgramme
    side: Side
    rivals: NDArray[np.intp]
    owners: NDArray[np.intp]
    eligible: NDArray[np.bool_]
    values: NDArray[np.float64]

    @classmethod
    def of(cls, scored: ScoredProgramme, side: Side, lists: int) -> _Lists:
        seed = scored.programme.config.programme.seed
        order = [canonical_order(ids, seed=seed) for ids in (scored.mentee_ids, scored.mentor_ids)]
        own, other = order if side == "mentee" else order[::-1]
        rivals, owners = own[:RIVALS], other[:lists]
        pairs = _pairs(side, rivals, owners)
        shape = len(rivals), len(owners)
        return cls(
            scored,
            side,
            rivals,
            owners,
            scored.eligible(*pairs).reshape(shape),
            scored.values(*pairs).reshape(*shape, len(scored.names)),
        )

    def gain(self, people: int) -> SilenceGain:
        some = self.values[:people]
        silent = self._silent(len(some))
        gained = self._gained(silent)
        length = np.maximum(self.eligible.sum(axis=0) - 1, 1)
        stands = self.eligible[:people]
        single = {}
        for k, name in enumerate(self.scored.names):
            one = some.copy()
            one[:, :, k] = silent[:, :, k]
            single[name] = _mean(self._gained(one) / length, stands)
        return SilenceGain(
            self.side,
            int(stands.any(axis=1).sum()),
            int(stands.any(axis=0).sum()),
            _mean(gained, stands),
            _mean(gained / length, stands),
            _quartiles(gained / length, stands),
            single,
            (float(stands.mean()), float(self._listed_silent(len(some)).mean()))
            if stands.size
            else (0.0, 0.0),
        )

    def _listed_silent(self, people: int) -> NDArray[np.bool_]:
        """Who may stand in which list when nothing that a component reads is answered."""
        k = 0 if self.side == "mentee" else 1
        read = {
            column.name
            for answers in answers_of(self.scored).values()
            for column in answers.sides[k].columns
        }
        pairs = _pairs(self.side, self.rivals[:people], self.owners)
        allowed = self.scored.eligibility.pairs(*pairs, unanswered=read)
        return allowed.reshape(people, len(self.owners))

    def _silent(self, people: int) -> NDArray[np.float64]:
        """Values of people who answer nothing, shape (people, L, K)."""
        silent = np.full_like(self.values[:people], np.nan)
        pairs = _pairs(self.side, self.rivals[:people], self.owners)
        said_by = 1 if self.side == "mentee" else 0
        for k, component in enumerate(self.scored.prepared):
            if isinstance(component, Directed):
                silent[:, :, k] = component.directed(*pairs)[:, said_by].reshape(silent.shape[:2])
        return silent

    def _gained(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Ranks gained with these values by the first people, one at a time, shape (people, L)."""
        before, after = self._units(self.values), self._units(values)
        gained = np.zeros(after.shape)
        for k in range(len(self.owners)):
            ranked = np.sort(before[self.eligible[:, k], k])
            own = before[: len(after), k]
            # Somebody is no rival of their own, also not in the rank they would have.
            itself = (own > after[:, k]) + 0.5 * (own == after[:, k])
            gained[:, k] = _better(ranked, own) - 0.5 - (_better(ranked, after[:, k]) - itself)
        return gained

    def _units(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        people, lists, parts = values.shape
        flat = self.scored.score(values.reshape(people * lists, parts))
        return np.rint(flat * RESOLUTION).astype(np.int64).reshape(people, lists)


def _pairs(
    side: Side, rivals: NDArray[np.intp], owners: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Everybody with everybody as (mentee, mentor), shape (A * L,) each, rival by rival."""
    one, other = np.repeat(rivals, len(owners)), np.tile(owners, len(rivals))
    return (one, other) if side == "mentee" else (other, one)


def _better(ranked: NDArray[np.int64], score: NDArray[np.int64]) -> NDArray[np.float64]:
    """How many of a sorted list are better; equals count half."""
    above = len(ranked) - np.searchsorted(ranked, score, side="right")
    return np.asarray(above + (len(ranked) - np.searchsorted(ranked, score) - above) / 2)


def _mean(gained: NDArray[np.float64], stands: NDArray[np.bool_]) -> float:
    return float(gained[stands].mean()) if stands.any() else 0.0


def _quartiles(
    gained: NDArray[np.float64], stands: NDArray[np.bool_]
) -> tuple[float, float, float, float, float]:
    means = [_mean(gained[k], stands[k]) for k in range(len(stands)) if stands[k].any()]
    least, lower, middle, upper, most = np.quantile(means or [0.0], (0, 0.25, 0.5, 0.75, 1))
    return float(least), float(lower), float(middle), float(upper), float(most)
