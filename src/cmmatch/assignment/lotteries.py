"""Lotteries: chances of pairs that are best under a cap, and draws that keep them exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.assignment.caps import common_fractions
from cmmatch.assignment.constraints.capacity import MenteeDemand, MentorCapacity
from cmmatch.assignment.draws import SeededToss, decomposed, rounded
from cmmatch.assignment.lottery_rules import LotteryRules
from cmmatch.assignment.matching import Matching
from cmmatch.assignment.result import Termination
from cmmatch.display import several
from cmmatch.errors import NoMatching, SolverDisagreement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from cmmatch.assignment.constraints.constraint import Violation
    from cmmatch.assignment.draws import Toss
    from cmmatch.assignment.laminar import PairLimit
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["Lottery", "Marginals", "lottery"]


@dataclass(frozen=True, eq=False)
class Marginals:
    """The chance of every candidate pair, as whole numbers over one denominator.

    Parameters
    ----------
    mentee, mentor : int32, shape (P,)
        Positions, as in the candidates.
    numerator : int64, shape (P,)
        0 to ``denominator``.
    denominator : int
        1 to 10,000.
    """

    mentee: NDArray[np.int32]
    mentor: NDArray[np.int32]
    numerator: NDArray[np.int64]
    denominator: int

    @property
    def probability(self) -> NDArray[np.float64]:
        """Chances as floats, shape (P,)."""
        return self.numerator / self.denominator


@dataclass(frozen=True, eq=False)
class Lottery:
    """The answer of :func:`cmmatch.lottery`: what is drawn from.

    Parameters
    ----------
    candidates : Candidates
        Pairs that may be made.
    denominator : int
        Of all chances.
    termination : Termination
        ``OPTIMAL``, or ``INFEASIBLE`` when least loads cannot be kept; ``NO_SOLUTION`` when they
        cannot with the best few candidates of each mentee, which says nothing of all.
    obstacles : tuple of str
        Where there is nothing to draw from: whose least numbers fail.
    seed : int
        Of the canonical order.
    """

    candidates: Candidates
    denominator: int
    termination: Termination
    obstacles: tuple[str, ...]
    seed: int
    _rules: LotteryRules = field(repr=False)
    _flow: NDArray[np.int64] | None = field(default=None, repr=False)

    @cached_property
    def marginals(self) -> Marginals:
        """The chance of every candidate pair, exactly.

        Raises
        ------
        NoMatching
            There is nothing to draw from; the message says why.
        """
        numerator = self._by_candidate(self._circulation)
        numerator.flags.writeable = False
        kept = self.candidates
        return Marginals(kept.mentee, kept.mentor, numerator, self.denominator)

    @property
    def pairs(self) -> Any:
        """Pairs that can be drawn, a data frame: mentee_id, mentor_id, score, probability.

        Raises
        ------
        NoMatching
            There is nothing to draw from; the message says why.
        """
        import pandas as pd

        told, source = self.marginals, self.candidates.source
        some = np.flatnonzero(told.numerator)
        columns = {
            "mentee_id": source.mentee_ids[told.mentee[some]],
            "mentor_id": source.mentor_ids[told.mentor[some]],
            "score": [self.candidates.to_score(int(k)) for k in self.candidates.score[some]],
            "probability": told.probability[some],
        }
        return pd.DataFrame(columns)

    @property
    def expected_pairs(self) -> Fraction:
        """Mean number of pairs; every draw has its floor or its ceiling."""
        return Fraction(int(self._circulation[-1]), self.denominator)

    @property
    def expected_units(self) -> Fraction:
        """Mean total score in integer units of the candidates' resolution, exactly."""
        total = int(self.marginals.numerator @ self.candidates.score)
        return Fraction(total, self.denominator)

    @property
    def expected_score(self) -> float:
        """Mean total score."""
        return round(float(self.expected_units) * self.candidates.resolution, 12)

    def draw(self, seed: int) -> Matching:
        """Draw a matching; every pair is drawn with exactly its chance.

        Parameters
        ----------
        seed : int
            Of the draw, >= 0. The same seed draws the same matching, in any order of rows; whoever
            knows the seed and the input can repeat the draw.

        Returns
        -------
        Matching
            Every person, every limit and the whole have as many pairs as they have on average, or
            where that is no whole number one of the two next to it. So all bounds are kept.

        Raises
        ------
        NoMatching
            There is nothing to draw from; the message says why.
        """
        return self._drawn(SeededToss(seed))

    def decomposition(self) -> tuple[tuple[Fraction, Matching], ...]:
        """Write the lottery as a list of matchings and their chances, which add up to 1.

        Returns
        -------
        tuple of (Fraction, Matching)
            At most ``denominator`` of them. They give the same chances of pairs; how often two
            pairs come together may differ from :meth:`draw`.

        Raises
        ------
        NoMatching
            There is nothing to draw from; the message says why.
        """
        net = self._rules.circulation
        parts = decomposed(net.tail, net.head, self._circulation, denominator=self.denominator)
        return tuple(
            (Fraction(weight, self.denominator), self._matching(flow)) for weight, flow in parts
        )

    def violations(self, matching: Matching) -> tuple[Violation, ...]:
        """Recount places, demand and limits on a matching; empty if all are kept."""
        return self._rules.violations(matching, self.candidates)

    def __str__(self) -> str:
        if self._flow is None:
            return "\n".join([self.termination.value, *(f"  {each}" for each in self.obstacles)])
        able = int(np.count_nonzero(self.marginals.numerator))
        return (
            f"{self.termination.value}: {several(able, 'pair', 'pairs')} can be drawn; on "
            f"average {float(self.expected_pairs):g} are, with a total score of "
            f"{self.expected_score:g}"
        )

    @property
    def _circulation(self) -> NDArray[np.int64]:
        if self._flow is None:
            why = " ".join(self.obstacles)
            message = f"There is nothing to draw from: {self.termination.value}. {why}".strip()
            raise NoMatching(message)
        return self._flow

    def _drawn(self, toss: Toss) -> Matching:
        net = self._rules.circulation
        flow = rounded(
            net.tail, net.head, self._circulation, denominator=self.denominator, toss=toss
        )
        return self._matching(flow)

    def _by_candidate(self, flow: NDArray[np.int64]) -> NDArray[np.int64]:
        by_candidate = np.empty(len(self.candidates), dtype=np.int64)
        by_candidate[self._rules.column] = flow[: len(by_candidate)]
        return by_candidate

    def _matching(self, flow: NDArray[np.int64]) -> Matching:
        made, kept = np.flatnonzero(self._by_candidate(flow)), self.candidates
        matching = Matching(
            kept.mentee[made].astype(np.int64),
            kept.mentor[made].astype(np.int64),
            kept.source.mentee_ids,
            kept.source.mentor_ids,
        )
        broken = self.violations(matching)
        if broken:
            message = f"The draw breaks {len(broken)} rules. {broken[0]}"
            raise SolverDisagreement(message)
        return matching


def lottery(
    candidates: Candidates,
    *,
    cap: Fraction | ArrayLike,
    places: ArrayLike = 1,
    minimum: ArrayLike = 0,
    demand: ArrayLike = 1,
    limits: Sequence[PairLimit] = (),
    seed: int = 0,
) -> Lottery:
    """Find the best chances of pairs when no pair may be likelier than a cap.

    Parameters
    ----------
    candidates : Candidates
        P pairs that may be made; N mentees, M mentors.
    cap : number, Fraction or array of them, shape (P,)
        The largest chance of a pair, above 0 and at most 1; one stands for all. All together must
        be fractions over one denominator of at most 10,000: 0.35 is 7/20, ``1 / 3`` is 1/3.
    places, minimum : int or array of int, shape (M,), default 1 and 0
        The most and the fewest mentees that each mentor has in every draw.
    demand : int or array of int, shape (N,), default 1
        The most mentors that each mentee has in every draw.
    limits : sequence of PairLimit
        Bounds on sets of pairs, kept in every draw. Together with everybody's own pairs they must
        part into two families of nested or separate sets: limits on groups of mentors and on groups
        of mentees that nest do, and limits on some of the mentors of one mentee.
    seed : int, default 0
        Of the canonical order, which decides among chances that are equally good.

    Returns
    -------
    Lottery
        ``INFEASIBLE`` where least numbers cannot be kept under the caps, with their names.

    Raises
    ------
    ModelError
        A number contradicts itself or the candidates, a cap is no such fraction, two limits share a
        name, or the limits do not part into two families: the message names those that cross.

    Notes
    -----
    With x[i, j] the chance of a pair, first the mean number of pairs, ``sum x[i, j]``, is made as
    large as can be, then the mean total score, ``sum w[i, j] x[i, j]``, subject to

    - ``0 <= x[i, j] <= cap[i, j]``,
    - ``minimum[j] <= sum over i of x[i, j] <= places[j]``, ``sum over j of x[i, j] <= demand[i]``,
    - ``at_least <= sum over S of x <= at_most`` for the set S of each limit.

    Since the sets are a bihierarchy [1]_, this is a circulation. In units of one over the caps'
    denominator all bounds are whole, so that min-cost flow finds an optimum in whole units: the
    chances are exact fractions, not rounded ones. Capped chances of pairs: [2]_; the draw:
    :func:`cmmatch.assignment.draws.rounded`.

    References
    ----------
    .. [1] E. Budish, Y.-K. Che, F. Kojima and P. Milgrom (2013). Designing Random Allocation
       Mechanisms: Theory and Applications. American Economic Review 103(2), 585-623.
       doi:10.1257/aer.103.2.585
    .. [2] S. Jecmen, H. Zhang, R. Liu, N. B. Shah, V. Conitzer and F. Fang (2020). Mitigating
       Manipulation in Peer Review via Randomized Reviewer Assignments. NeurIPS 33.
       doi:10.48550/arXiv.2006.16437

    Examples
    --------
    >>> from cmmatch import Candidates
    >>> candidates = Candidates.from_matrix([[0.9, 0.4], [0.8, 0.7]])
    >>> drawn_from = lottery(candidates, cap=0.75)
    >>> drawn_from.marginals.probability.tolist()
    [0.75, 0.25, 0.25, 0.75]
    >>> drawn_from.draw(seed=1).pairs
    (('0', '0'), ('1', '1'))
    """
    numerator, denominator = common_fractions(cap, len(candidates))
    rules = LotteryRules.of(
        candidates,
        (MentorCapacity(places, minimum), MenteeDemand(demand)),
        tuple(sorted(limits, key=lambda limit: limit.name)),
        caps=(numerator, denominator),
        seed=seed,
    )
    common = (candidates, denominator)
    missing = rules.circulation.missing()
    if missing.any():
        ended = Termination.INFEASIBLE if candidates.keep is None else Termination.NO_SOLUTION
        return Lottery(*common, ended, rules.obstacles(missing, candidates.keep), seed, rules)
    flow = rules.circulation.best(candidates.score[rules.column])
    rules.verify(flow)
    return Lottery(*common, Termination.OPTIMAL, (), seed, rules, flow)
