"""Methods of matching side by side: what each reaches, and how near it is to its own best."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmmatch import display
from cmmatch.analysis.measuring import Measures, measures
from cmmatch.analysis.simple_methods import by_lot, first_come, greedy
from cmmatch.assignment.constraints import MenteeDemand, MentorCapacity, Stable
from cmmatch.assignment.deferred import deferred_acceptance
from cmmatch.assignment.model import Model
from cmmatch.assignment.objectives import (
    BottomShare,
    EvenLoad,
    Leximin,
    MostMatched,
    Nash,
    TotalScore,
    WorstOff,
)
from cmmatch.assignment.solving import solve
from cmmatch.errors import ModelError, NoMatching, UnsupportedModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from cmmatch.assignment.constraints import Constraint
    from cmmatch.assignment.matching import Matching
    from cmmatch.assignment.objectives import Objective
    from cmmatch.assignment.result import Result, StageOutcome
    from cmmatch.compatibility.candidates import Candidates

__all__ = ["METHODS", "MethodRow", "MethodTable", "compare_methods"]

SIMPLE = {
    "first_come": "first come, first served",
    "random": "by lot",
    "greedy": "best pair first",
    "deferred_mentees": "proposals of mentees",
    "deferred_mentors": "proposals of mentors",
}
"""Methods without a solver; no bound is theirs."""

EXACT = {
    "stable": "stable, most matched, total",
    "most_matched": "most matched, total",
    "total_score": "total alone",
    "worst_off": "most matched, worst off, total",
    "leximin": "most matched, leximin, total",
    "bottom_share": "most matched, worst 10%, total",
    "nash": "most matched, Nash, total",
    "even_load": "most matched, even load, total",
}
"""Methods with objectives in order, and what they are called."""

METHODS = SIMPLE | EXACT
"""Every method by name, and what it is called."""

HEADS = (
    "pairs",
    "total",
    "worst",
    "worst 10%",
    "rank",
    "first choices",
    "blocking",
    "envy",
    "load spread",
    "gap",
    "seconds",
)
"""Columns of the printed table after the method."""


@dataclass(frozen=True)
class MethodRow:
    """One method.

    Parameters
    ----------
    name : str
        A key of :data:`METHODS`.
    measures : Measures or None
        What it reaches; ``None`` where it could not be used.
    proven : bool
        Whether every objective of the method is proven; never for a method without any.
    gap : float or None
        Of the first objective that is not proven: what it is below its bound, as a share of the
        bound; 0 where all are proven, ``None`` where no bound is known or nothing is maximised.
    seconds : float
        On the clock; the only number that differs from run to run.
    refused : str
        Why it could not be used; empty where it was.
    """

    name: str
    measures: Measures | None
    proven: bool
    gap: float | None
    seconds: float
    refused: str = ""

    @property
    def title(self) -> str:
        """What the method is called."""
        return METHODS[self.name]

    def cells(self) -> tuple[str, ...]:
        """Return the row as texts, in the order of the printed columns."""
        seconds = display.decimal(self.seconds, 1)
        m = self.measures
        if m is None:
            return (*(display.decimal(None) for _ in HEADS[:-1]), seconds)
        return (
            display.count(m.pairs),
            display.decimal(m.total),
            display.decimal(m.worst, 3),
            display.decimal(m.bottom, 3),
            display.decimal(m.rank, 1),
            display.decimal(None) if m.first is None else f"{m.first:.0%}",
            display.count(m.blocking_pairs),
            display.count(m.envy),
            display.count(m.load_spread),
            self._told_gap(),
            seconds,
        )

    def _told_gap(self) -> str:
        if self.name in SIMPLE:
            return display.decimal(None)
        if self.proven:
            return "proven"
        return "not known" if self.gap is None else f"{self.gap:.2%}"


@dataclass(frozen=True)
class MethodTable:
    """Methods side by side.

    Parameters
    ----------
    rows : tuple of MethodRow
        In the order asked for.
    """

    rows: tuple[MethodRow, ...]

    @property
    def frame(self) -> pd.DataFrame:
        """A data frame: a row a method, a column a figure, NaN where there is none."""
        import pandas as pd

        fields = list(Measures.__dataclass_fields__)
        return pd.DataFrame(
            {
                "method": [row.name for row in self.rows],
                **{
                    field: [
                        None if row.measures is None else getattr(row.measures, field)
                        for row in self.rows
                    ]
                    for field in fields
                },
                "proven": [row.proven for row in self.rows],
                "gap": [row.gap for row in self.rows],
                "seconds": [row.seconds for row in self.rows],
                "refused": [row.refused for row in self.rows],
            }
        )

    def __str__(self) -> str:
        lines = [("method", *HEADS), *((row.title, *row.cells()) for row in self.rows)]
        width = [max(map(len, column)) for column in zip(*lines, strict=True)]
        told = [
            "  ".join(
                [line[0].ljust(width[0])]
                + [cell.rjust(size) for cell, size in zip(line[1:], width[1:], strict=True)]
            )
            for line in lines
        ]
        told += [
            f"{row.title} could not be used: {row.refused}" for row in self.rows if row.refused
        ]
        return "\n".join(told)

    def _repr_html_(self) -> str:
        rows = [(row.title, *row.cells()) for row in self.rows]
        return display.small_table(("method", *HEADS), rows, "Methods")


def compare_methods(
    candidates: Candidates,
    *,
    places: ArrayLike = 1,
    demand: ArrayLike = 1,
    methods: Iterable[str] = tuple(METHODS),
    seed: int = 0,
    solver: Callable[[Model], Result] = solve,
) -> MethodTable:
    """Match by several methods and measure each by the same figures.

    Parameters
    ----------
    candidates : Candidates
        All eligible pairs.
    places : int or array of int, shape (M,), default 1
        Places of each mentor, >= 0; one number stands for all.
    demand : int or array of int, shape (N,), default 1
        Mentors wanted by each mentee, >= 0; one number stands for all.
    methods : iterable of str, default all of :data:`METHODS`
        Which, in the order of the rows.
    seed : int, default 0
        Of the lots; 0 <= seed < 2**63.
    solver : callable, default :func:`cmmatch.solve`
        Solves a model; to set a limit, for instance.

    Returns
    -------
    MethodTable

    Raises
    ------
    ModelError
        A method is not known; places or demand do not fit; or only some pairs of each mentee were
        kept. A method that refuses the scores, as Nash does scores of zero, has a row that says so.

    Notes
    -----
    ===================  ==========================================================================
    first_come           mentees choose one after another, in the order of their rows
    random               pairs are made in an order drawn by lot
    greedy               the best pair that can still be made, again and again
    deferred_mentees     deferred acceptance, mentees propose; deferred_mentors: mentors propose
    stable               the most pairs, then the highest total, among stable matchings
    most_matched         the most pairs, then the highest total
    total_score          the highest total, whatever the number of pairs
    worst_off and so on  the most pairs, then what the name says, then the highest total
    ===================  ==========================================================================

    ``even_load`` shares out by places. With one score for both sides, proposals of either side and
    the best pair first end with the same matching.

    Examples
    --------
    >>> from cmmatch import Candidates
    >>> candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1]])
    >>> table = compare_methods(candidates, methods=["greedy", "most_matched"])
    >>> [(row.name, row.measures.total, row.measures.blocking_pairs) for row in table.rows]
    [('greedy', 1.0, 0), ('most_matched', 1.6, 1)]
    """
    candidates.require_all()
    asked = tuple(methods)
    strange = [name for name in asked if name not in METHODS]
    if strange:
        message = f"Unknown methods: {', '.join(strange)}. There are: {', '.join(METHODS)}."
        raise ModelError(message)
    rules = (MenteeDemand(demand), MentorCapacity(places))
    bounds = Model(candidates, rules, (MostMatched(),)).compiled()[0].rules
    room = (bounds.mentee_upper, bounds.mentor_upper)
    comparison = _Comparison(candidates, room, seed, solver)
    return MethodTable(tuple(comparison.row(name) for name in asked))


@dataclass(frozen=True, eq=False)
class _Comparison:
    """What all methods are given: demand and places are ``room``."""

    candidates: Candidates
    room: tuple[NDArray[np.int64], NDArray[np.int64]]
    seed: int
    solver: Callable[[Model], Result]

    def row(self, name: str) -> MethodRow:
        """Match by one method and measure."""
        began = time.perf_counter()
        try:
            matching, stages = self._matched(name)
        except (ModelError, NoMatching, UnsupportedModel) as refusal:
            return MethodRow(name, None, False, None, time.perf_counter() - began, str(refusal))
        seconds = time.perf_counter() - began
        demand, places = self.room
        reached = measures(self.candidates, matching, places=places, demand=demand)
        proven = bool(stages) and all(stage.proven for stage in stages)
        return MethodRow(name, reached, proven, _gap(stages), seconds)

    def _matched(self, name: str) -> tuple[Matching, Sequence[StageOutcome]]:
        if name in EXACT:
            result = self.solver(self._model(name))
            return result.matching, result.stages
        demand, places = self.room
        if name in ("deferred_mentees", "deferred_mentors"):
            made = deferred_acceptance(
                self.candidates,
                places=places,
                demand=demand,
                proposing="mentees" if name == "deferred_mentees" else "mentors",
                seed=self.seed,
            )
            return made, ()
        simple = {"first_come": first_come, "greedy": greedy, "random": by_lot}
        return simple[name](self.candidates, self.room, seed=self.seed), ()

    def _model(self, name: str) -> Model:
        demand, places = self.room
        rules: list[Constraint] = [MenteeDemand(demand), MentorCapacity(places)]
        if name == "stable":
            rules.append(Stable(self.candidates, places, demand))
        return Model(self.candidates, rules, self._wanted(name), seed=self.seed)

    def _wanted(self, name: str) -> tuple[Objective, ...]:
        if name == "total_score":
            return (TotalScore(),)
        between: dict[str, Objective] = {
            "worst_off": WorstOff(),
            "leximin": Leximin(),
            "bottom_share": BottomShare(),
            "nash": Nash(),
            "even_load": EvenLoad(places=self.room[1]),
        }
        some = (between[name],) if name in between else ()
        return (MostMatched(), *some, TotalScore())


def _gap(stages: Sequence[StageOutcome]) -> float | None:
    """Return how far the first objective that is not proven is from its bound."""
    if not stages:
        return None
    for stage in stages:
        if stage.proven:
            continue
        if isinstance(stage.value, int) and isinstance(stage.bound, int) and stage.bound:
            return (stage.bound - stage.value) / abs(stage.bound)
        return None
    return 0.0
