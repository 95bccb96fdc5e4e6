"""Price of stability: what it costs that no two would both rather have each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from cmmatch import display
from cmmatch.assignment.blocking import blocking_pairs, made_columns
from cmmatch.assignment.constraints import Stable
from cmmatch.assignment.deferred import deferred_acceptance
from cmmatch.assignment.objectives import MostMatched, TotalScore
from cmmatch.assignment.result import Termination
from cmmatch.assignment.solving import solve

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from cmmatch.assignment.constraints import Constraint
    from cmmatch.assignment.matching import Matching
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.result import Result

__all__ = ["PriceOfStability", "Reached", "price_of_stability"]

SIDES: tuple[Literal["mentees"], Literal["mentors"]] = ("mentees", "mentors")

LOTS = 5
"""Ways in which ties are broken for proposals, where the best stable matching is not proven."""


@dataclass(frozen=True)
class Reached:
    """What one matching reaches.

    Parameters
    ----------
    pairs : int
        Pairs made.
    total : float
        Sum of their scores.
    blocking_pairs : int
        Pairs that block it, by the values that stability is about.
    broken : int
        Ways in which it breaks rules of the model: proposals know of places and demand alone.
    proven : bool
        Whether no other such matching has more pairs, or as many and a higher total.
    bound : tuple of (int, float or None) or None
        What no other such matching exceeds: pairs, and the total with as many; ``None`` for what is
        not known.
    matching : Matching
        The pairs.
    """

    pairs: int
    total: float
    blocking_pairs: int
    broken: int
    proven: bool
    bound: tuple[int, float | None] | None
    matching: Matching


@dataclass(frozen=True)
class PriceOfStability:
    """The largest matchings and the highest totals, with and without stability.

    Parameters
    ----------
    best : Reached
        Of all matchings that keep the rules: the most pairs, then the highest total.
    stable : Reached or None
        The same among stable ones; ``None`` where none that keeps the rules was found.
    impossible : bool
        Whether it is proven that there is none.
    by_mentees, by_mentors : Reached
        Deferred acceptance, proposed by either side.
    blocking : int
        Blocking pairs that a stable matching may have here.

    Notes
    -----
    A total is that of a matching with its own number of pairs: where a stable matching has fewer,
    part of what it gives up is theirs.
    """

    best: Reached
    stable: Reached | None
    impossible: bool
    by_mentees: Reached
    by_mentors: Reached
    blocking: int = 0

    @property
    def pairs(self) -> int | None:
        """Pairs that stability gives up; ``None`` without a stable matching."""
        return None if self.stable is None else self.best.pairs - self.stable.pairs

    @property
    def total(self) -> float | None:
        """Total score that stability gives up; below 0 where fewer pairs have more in all."""
        return None if self.stable is None else _given_up(self.best, self.stable)

    @property
    def share(self) -> float | None:
        """Share of the total score that stability gives up; ``None`` where it cannot be told."""
        return None if self.stable is None else _share(self.best, self.stable)

    def __str__(self) -> str:
        rows = [
            ("without stability", self.best),
            (self._of_stable, self.stable),
            ("proposals of mentees", self.by_mentees),
            ("proposals of mentors", self.by_mentors),
        ]
        width = max(len(name) for name, _ in rows)
        head = f"{'':{width}}  pairs    total  given up          blocking"
        return "\n".join([head, *(self._line(name.ljust(width), each) for name, each in rows)])

    def _repr_html_(self) -> str:
        return f"<pre>{display.escape(self)}</pre>"

    @property
    def _of_stable(self) -> str:
        return "stable" if not self.blocking else f"at most {self.blocking} blocking"

    def _line(self, name: str, each: Reached | None) -> str:
        if each is None:
            why = "none keeps the rules (proven)" if self.impossible else "none was found"
            return f"{name}  {why}"
        share = _share(self.best, each)
        lost = "" if share is None else f"({share:.2%})"
        given = f"{display.decimal(_given_up(self.best, each))} {lost}"
        line = f"{name}  {each.pairs:5d}  {display.decimal(each.total):>7}  {given:<16}"
        line = f"{line}  {each.blocking_pairs:8d}"
        told = []
        if each is self.best or each is self.stable:
            told.append("proven best" if each.proven else _of_bound(each))
        if each.broken:
            told.append(f"breaks rules {display.several(each.broken, 'time', 'times')}")
        return "  ".join([line, *told])


def price_of_stability(
    model: Model,
    *,
    blocking: int = 0,
    mentee_value: ArrayLike | None = None,
    mentor_value: ArrayLike | None = None,
    solver: Callable[[Model], Result] = solve,
) -> PriceOfStability:
    """Find the best matching, the best stable one, and what proposals lead to.

    Best is: the most pairs, and among those the highest total score.

    Parameters
    ----------
    model : Model
        Its rules; places and demand among them. A :class:`Stable` is left out and put in again.
    blocking : int, default 0
        Blocking pairs that a stable matching may have, >= 0.
    mentee_value, mentor_value : array of numbers, shape (P,), optional
        What a pair is worth to its mentee, and to its mentor; left out, the score for both.
    solver : callable, default :func:`cmmatch.solve`
        Solves a model; to set a limit, for instance. Where the best stable matching is not proven,
        the best of some deferred acceptances stands in if it is better.

    Returns
    -------
    PriceOfStability

    Raises
    ------
    NoMatching
        No matching keeps the rules of the model.
    ModelError
        Values do not fit, or only some pairs of each mentee were kept.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives
    >>> candidates = Candidates.from_matrix([[0.9, 0.8], [0.8, 0.1]])
    >>> rules = [constraints.MentorCapacity(1), constraints.MenteeDemand(1)]
    >>> print(price_of_stability(Model(candidates, rules, [objectives.TotalScore()])))
                          pairs    total  given up          blocking
    without stability         2     1.60  0.00 (0.00%)             1  proven best
    stable                    2     1.00  0.60 (37.50%)            0  proven best
    proposals of mentees      2     1.00  0.60 (37.50%)            0
    proposals of mentors      2     1.00  0.60 (37.50%)            0
    """
    return _Pricing(model, blocking, (mentee_value, mentor_value), solver).result()


@dataclass(frozen=True, eq=False)
class _Pricing:
    """One look at a model."""

    model: Model
    blocking: int
    values: tuple[ArrayLike | None, ArrayLike | None]
    solver: Callable[[Model], Result]

    def result(self) -> PriceOfStability:
        rule = self._rule
        free = replace(self.model, constraints=self._rules, objectives=_wanted())
        best = self._of_result(self.solver(free))
        solved = self.solver(replace(free, constraints=[*self._rules, rule]))
        stable = self._of_result(solved) if solved.has_matching else None
        impossible = solved.termination is Termination.INFEASIBLE
        if not impossible and not (stable is not None and stable.proven):
            stable = self._stand_in(stable, _lower(_bound_of(solved), best))
        by_mentees, by_mentors = (self._proposed(side) for side in SIDES)
        return PriceOfStability(best, stable, impossible, by_mentees, by_mentors, self.blocking)

    @property
    def _rules(self) -> list[Constraint]:
        return [each for each in self.model.constraints if not isinstance(each, Stable)]

    @property
    def _room(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Demand and places, as far as the rules of the model bound them."""
        n, m = self.model.candidates.shape
        rules = replace(self.model, constraints=self._rules).compiled()[0].rules
        return np.clip(rules.mentee_upper, 0, m), np.clip(rules.mentor_upper, 0, n)

    @property
    def _rule(self) -> Stable:
        demand, places = self._room
        return Stable(
            self.model.candidates,
            places,
            demand,
            self.blocking,
            mentee_value=self.values[0],
            mentor_value=self.values[1],
        )

    def _proposed(self, side: Literal["mentees", "mentors"], seed: int | None = None) -> Reached:
        demand, places = self._room
        matching = deferred_acceptance(
            self.model.candidates,
            places=places,
            demand=demand,
            proposing=side,
            mentee_value=self.values[0],
            mentor_value=self.values[1],
            seed=self.model.seed if seed is None else seed,
        )
        return self._reached(matching)

    def _stand_in(
        self, stable: Reached | None, bound: tuple[int, float | None] | None
    ) -> Reached | None:
        """Return the best of what was found and of proposals with ties broken in several ways."""
        found = [] if stable is None else [stable]
        for seed in range(LOTS):
            found += [self._proposed(side, seed) for side in SIDES]
        fine = [each for each in found if not each.broken]
        if not fine:
            return None
        return replace(max(fine, key=lambda each: (each.pairs, each.total)), bound=bound)

    def _of_result(self, result: Result) -> Reached:
        found = self._reached(result.matching)
        total = result.stages[1].bound if len(result.stages) > 1 else None
        bound = _bound_of(result)
        if bound is not None and isinstance(total, int) and result.stages[0].proven:
            bound = (bound[0], self.model.candidates.to_score(total))
        return replace(found, proven=result.proven, bound=bound)

    def _reached(self, matching: Matching) -> Reached:
        candidates = self.model.candidates
        demand, places = self._room
        made = made_columns(candidates, matching)
        values = dict(zip(("mentee_value", "mentor_value"), self.values, strict=True))
        blocked = blocking_pairs(candidates, matching, places=places, demand=demand, **values)
        rules = replace(self.model, constraints=self._rules)
        return Reached(
            len(matching),
            candidates.to_score(int(candidates.score[made].sum())),
            len(blocked),
            len(rules.check(matching)),
            proven=False,
            bound=None,
            matching=matching,
        )


def _wanted() -> tuple[MostMatched, TotalScore]:
    return MostMatched(), TotalScore()


def _bound_of(result: Result) -> tuple[int, float | None] | None:
    """Return what is known of the number of pairs; the total is known only with as many."""
    bound = result.stages[0].bound if result.stages else None
    return (bound, None) if isinstance(bound, int) else None


def _lower(
    bound: tuple[int, float | None] | None, best: Reached
) -> tuple[int, float | None] | None:
    """Return the bound, or that of all matchings where it is lower: stable ones are among them."""
    if best.bound is None or (bound is not None and bound[0] <= best.bound[0]):
        return bound
    return best.bound[0], None


def _given_up(best: Reached, other: Reached) -> float:
    return round(best.total - other.total, 12)


def _share(best: Reached, other: Reached) -> float | None:
    return _given_up(best, other) / best.total if best.total > 0 else None


def _of_bound(each: Reached) -> str:
    if each.bound is None:
        return "no bound is known"
    pairs, total = each.bound
    of_total = "" if total is None else f", with a total of at most {display.decimal(total)}"
    return f"at most {display.several(pairs, 'pair', 'pairs')} can be{of_total}"
