"""MatchResult: programme, scores and matching together; tables, explanations, files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch import display
from cmmatch.analysis.explanation import explain
from cmmatch.analysis.groups import MINIMUM
from cmmatch.analysis.matched import MatchedProgramme
from cmmatch.analysis.unmatched import unmatched_views
from cmmatch.analysis.weighing import FACTORS, SIZE, sensitivity
from cmmatch.analysis.weight_ranges import weight_ranges
from cmmatch.api import auditing
from cmmatch.api.limits import hard_limits
from cmmatch.api.output import report, write
from cmmatch.api.prices import ProgrammePrices, priced
from cmmatch.api.summary import headline, summarise
from cmmatch.assignment.alternatives import alternatives, common_pairs
from cmmatch.assignment.pair_costs import pair_cost
from cmmatch.assignment.shadow_prices import place_prices

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from pathlib import Path

    import pandas as pd

    from cmmatch.analysis.explanation import Explanation
    from cmmatch.analysis.fairness import Fairness
    from cmmatch.analysis.stability import Stability
    from cmmatch.analysis.views import PairView, UnmatchedView
    from cmmatch.analysis.weight_moves import Sensitivity
    from cmmatch.analysis.weight_spans import WeightRange, WeightRanges
    from cmmatch.assignment.alternatives import CommonPairs, NextBest
    from cmmatch.assignment.matching import Matching
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.pair_costs import PairCost
    from cmmatch.assignment.result import Result
    from cmmatch.compatibility.candidates import Candidates
    from cmmatch.compatibility.scored_programme import ScoredProgramme
    from cmmatch.programme.programme import Programme

__all__ = ["MatchResult"]


@dataclass(frozen=True, eq=False)
class MatchResult:
    """What :func:`cmmatch.match` found, with everything needed to say why.

    Parameters
    ----------
    scored : ScoredProgramme
        The programme and its scores.
    candidates : Candidates
        The pairs that could be made.
    result : Result
        The solver's verified answer.
    model : Model
        What was solved.
    """

    scored: ScoredProgramme
    candidates: Candidates
    result: Result
    model: Model

    def __post_init__(self) -> None:
        self.candidates.require_all()

    @property
    def programme(self) -> Programme:
        """What was matched."""
        return self.scored.programme

    @property
    def matching(self) -> Matching:
        """The pairs; raises ``NoMatching`` where there is none."""
        return self.result.matching

    @cached_property
    def matched(self) -> MatchedProgramme:
        """The hand in which analysis takes a result."""
        limits, proven = hard_limits(self.programme), self.result.proven
        return MatchedProgramme(self.scored, self.candidates, self.matching, limits, proven)

    @cached_property
    def pair_views(self) -> tuple[PairView, ...]:
        """Every pair with its parts and sentences, sorted by mentee id."""
        return self.matched.pair_views()

    @cached_property
    def unmatched_views(self) -> tuple[UnmatchedView, ...]:
        """Everybody who got fewer partners than wanted, with the reason, sorted by id."""
        return unmatched_views(self.matched)

    @property
    def pairs(self) -> pd.DataFrame:
        """One row a pair: ids, score, confidence, rank, marks, and a column a component.

        Sorted by ``mentee_id``. Scores, confidence and components lie in 0..1; a component is NaN
        where it is unknown. ``provisional`` says what to ask where the confidence is below
        ``min_confidence``; ``rather_not``, who would rather not have the pair.
        """
        import pandas as pd

        return pd.DataFrame(self.pair_columns())

    @property
    def unmatched(self) -> pd.DataFrame:
        """One row for everybody who got fewer partners than wanted, sorted by ``mentee_id``.

        ``reason`` and ``detail`` say why; ``cheapest_change`` what would serve them with nobody
        losing a partner, and ``helps`` how many of all these the same change would serve, if only
        one of them is.
        """
        import pandas as pd

        return pd.DataFrame(self.unmatched_columns())

    def pair_columns(self) -> dict[str, list[Any]]:
        """Return the columns of :attr:`pairs` as lists."""
        views = self.pair_views
        columns: dict[str, list[Any]] = {
            "mentee_id": [view.mentee_id for view in views],
            "mentor_id": [view.mentor_id for view in views],
            "score": [view.score for view in views],
            "confidence": [view.confidence for view in views],
            "rank": [view.rank for view in views],
            "eligible": [view.eligible for view in views],
            "provisional": [view.provisional for view in views],
            "rather_not": [view.rather_not for view in views],
        }
        for k, name in enumerate(self.scored.names):
            values = [view.parts[k].value for view in views]
            columns[name] = [np.nan if value is None else value for value in values]
        return columns

    def unmatched_columns(self) -> dict[str, list[Any]]:
        """Return the columns of :attr:`unmatched` as lists."""
        views = self.unmatched_views
        return {
            "mentee_id": [view.mentee_id for view in views],
            "reason": [view.reason for view in views],
            "detail": [view.detail for view in views],
            "cheapest_change": [view.cheapest_change for view in views],
            "helps": [view.helps for view in views],
        }

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The figures of the result, as plain values in a fixed order."""
        return summarise(self)

    def explain(self, mentee_id: str, *, mentor_id: str | None = None) -> Explanation:
        """Say why a mentee got this partner, or nobody, or why not a certain one.

        Parameters
        ----------
        mentee_id : str
            Whose match.
        mentor_id : str, optional
            Ask about this pair.

        Raises
        ------
        UnknownPerson
            An id that the programme does not hold.
        """
        found = priced(self.model, self.matching, proven=self.result.proven)
        return explain(self.matched, mentee_id, mentor_id=mentor_id, prices=found)

    @cached_property
    def prices(self) -> ProgrammePrices:
        """What one more place with each mentor is worth, and what one fewer costs; ``print`` it.

        Exact where no limits are set and all objectives add up, else an estimate, and it says so.
        Raises ``NoMatching`` where there is none.
        """
        found = place_prices(self.model, self.result)
        return ProgrammePrices(self.programme, self.candidates.resolution, found)

    def pair_cost(self, mentee_id: str, mentor_id: str) -> PairCost:
        """Say exactly what having one pair, or doing without it, costs the whole programme.

        Parameters
        ----------
        mentee_id, mentor_id : str
            The pair.

        Raises
        ------
        UnsupportedModel
            There are limits, or an objective that does not add up.
        NoMatching
            There is none.
        ModelError
            An id that nobody has.
        """
        return pair_cost(self.model, self.result, mentee_id, mentor_id)

    def alternatives(self, count: int = 5) -> tuple[NextBest, ...]:
        """Return the next best matchings, with what each of them loses.

        Parameters
        ----------
        count : int, default 5
            How many, >= 1; there may be fewer.

        Raises
        ------
        UnsupportedModel, NoMatching, ModelError
            As :meth:`pair_cost`.
        """
        return alternatives(self.model, self.result, count=count)

    @cached_property
    def common_pairs(self) -> CommonPairs:
        """Pairs that all best matchings have, and pairs that only some of them have."""
        return common_pairs(self.model, self.result)

    def sensitivity(self, *, factors: Sequence[float] = FACTORS, size: int = SIZE) -> Sensitivity:
        """Say which of everybody's best mentors change when one weight moves.

        The same as :func:`cmmatch.sensitivity`, with the scores at hand.
        """
        return sensitivity(self.scored, factors=factors, size=size)

    @cached_property
    def weight_ranges(self) -> WeightRanges:
        """How far each weight may move alone before anybody's mentor changes, exactly.

        Printed, it is one sentence a weight; ``frame`` is a table. Raises what
        :meth:`weight_range` does.
        """
        return weight_ranges(self.scored, self.candidates, self.result)

    def weight_range(self, component: str) -> WeightRange:
        """Say from where to where one weight may move before anybody's mentor changes.

        The other weights stay as they are, and so do the pairs to choose from and what unknown
        answers count as.

        Parameters
        ----------
        component : str
            By name, in play.

        Raises
        ------
        NoMatching
            There is none.
        UnsupportedModel
            Other objectives than ``most_matched`` and ``total_score`` decide, or rules beyond
            places, loads, demand and single pairs.
        ModelError
            The component is not in play.

        Examples
        --------
        >>> import cmmatch
        >>> programme = cmmatch.Programme.from_frames(
        ...     mentors={"id": ["m1", "m2"], "skills": ["sql", "tax"], "goals": ["lead", "grow"]},
        ...     mentees={"id": ["a"], "skills_wanted": ["sql"], "goals": ["grow"]},
        ...     config={"weights": {"skills": 3, "goals": 2}},
        ... )
        >>> found = cmmatch.match(programme).weight_range("goals")
        >>> found.exact
        (Fraction(0, 1), Fraction(5, 1))
        >>> print(found.above)
        a m1 -> m2
        """
        return self.weight_ranges[component]

    def fairness(self, column: str | None = None, *, minimum: int = MINIMUM) -> Fairness:
        """Say how those matched fare, on both sides, and by the groups of a column.

        Parameters
        ----------
        column : str, optional
            A column of either table with one text a person, by its heading or cmmatch's name;
            protected ones, too, since audits are what they are kept for.
        minimum : int, default 5
            Groups with fewer people who want somebody are not shown, nor is what would let them be
            computed, >= 1.

        Raises
        ------
        NoMatching
            There is none.
        InputFaults
            No table has the column, or it holds answers on personality.
        ModelError
            The minimum is less than 1.
        """
        return auditing.fairness(self, column, minimum=minimum)

    @cached_property
    def stability(self) -> Stability:
        """Who would rather have each other, and how many envy; raises ``NoMatching``."""
        return auditing.stability(self)

    def to_html(self) -> str:
        """Return the report as one page that needs no network."""
        return report(self)

    def write(self, folder: str | PathLike[str]) -> tuple[Path, ...]:
        """Write the tables, the figures, the report and the manifest: all files or none.

        matching.csv, unmatched.csv, summary.json, report.html, manifest.json.

        Raises
        ------
        OutputRefused
            The folder holds the inputs, or cannot be written to.
        """
        return write(self, folder)

    def __repr__(self) -> str:
        name, ended = self.programme.config.programme.name, self.result.termination.value
        pairs = len(self.matching) if self.result.has_matching else "no"
        return f"MatchResult({name!r}, {pairs} pairs, {ended})"

    def __str__(self) -> str:
        if not self.result.has_matching:
            return str(self.result)
        return "\n".join(f"{label}: {value}" for label, value in headline(self))

    def _repr_html_(self) -> str:
        if not self.result.has_matching:
            return f"<pre>{display.escape(str(self.result))}</pre>"
        figures = display.small_table(
            ("", ""), headline(self), caption=self.programme.config.programme.name
        )
        roles = self.programme.config.roles
        rows = [
            (
                view.mentee or view.mentee_id,
                view.mentor or view.mentor_id,
                f"{view.score:.2f}",
                f"{view.confidence:.0%}",
            )
            for view in self.pair_views
        ]
        return figures + display.small_table(
            (roles.mentee, roles.mentor, "score", "confidence"), rows, caption=f"{len(rows)} pairs"
        )
