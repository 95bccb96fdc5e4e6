"""Optimum beyond degrees: a proven bound over every pair, and a choice among the few that matter.

1. Solve the linear relaxation over the columns at hand and round its prices to parts of a unit. Go
   through every pair that may be made: those that the prices want become columns. When next to
   nothing is left, the rounded prices prove a bound B over all pairs, in whole numbers.
2. Let a backend choose among these columns: a first set of value V.
3. A set with a pair of reduced profit r is worth B + r at most. So every pair with ``B + r`` below
   V + 1 is left out with proof (reduced-cost fixing), and the backend chooses among the rest: what
   it finds and proves there is the optimum over all pairs.

Where the relaxation misses rows however it chooses, its prices prove that nothing is feasible.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.backends.linear import relax
from cmmatch.assignment.found import Optimum, Unanswered
from cmmatch.assignment.links import Aim, Link
from cmmatch.assignment.pairwise import Constant
from cmmatch.assignment.pricing import Pricing, in_source_order
from cmmatch.assignment.result import Termination
from cmmatch.assignment.space import target
from cmmatch.assignment.universe import best_of_each, concatenated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.backends.linear import Relaxed
    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.form import Target
    from cmmatch.assignment.optimum import Search
    from cmmatch.assignment.space import Space

__all__ = ["by_relaxation"]

FINENESS = 2**30
"""A unit is split until the largest profit is about so many parts."""

LEAST_GAIN = 2.0**-20
"""Share of the largest profit that a pair must promise to become a column."""

ADDED = 8
"""Columns a mentee gets in one round."""

MOST = 400_000
"""With more pairs than that left, no second choice is tried; the gap is told."""


def by_relaxation(search: Search, space: Space, aim: Aim) -> Optimum:
    """Find the best set of a space with rows beyond degrees.

    Raises
    ------
    Unanswered
        No set keeps all rows, or none was found in time.
    """
    link = _Bounding(search, space, aim).link()
    first: Optimum | None = None
    try:
        _, _, choice, chosen = search.ask(space, aim, search.columns)
        first = Optimum(chosen, choice.value, None, space, aim, link)
    except Unanswered as none:
        if link is None or none.termination is not Termination.INFEASIBLE:
            raise
    if link is None and first is not None:
        return first
    assert link is not None
    if first is not None and first.value == link.bound:
        return replace(first, bound=link.bound)
    return _among_the_rest(search, space, aim, link, first)


def _among_the_rest(
    search: Search, space: Space, aim: Aim, link: Link, first: Optimum | None
) -> Optimum:
    """Choose again among the pairs that a better set could hold."""
    pricing = Pricing(search.universe, space, search.columns)
    must = search.columns.only(space.decided(search.columns))
    cut = -(2**62) if first is None else (first.value + 1) * link.scale - link.value
    rest = concatenated([must.only(slice(0)), *pricing.wanted(link, above=cut - 1)]).joined(must)
    if first is not None and len(rest) > MOST:
        return replace(first, bound=link.bound)
    try:
        _, _, choice, chosen = search.ask(space, aim, rest)
    except Unanswered as none:
        if first is None:
            raise
        # No set among the rest: the first is the best, unless the time was too short to know.
        sure = none.termination is Termination.INFEASIBLE
        return replace(first, bound=first.value if sure else link.bound)
    best = Optimum(chosen, choice.value, None, space, aim, link)
    bound = link.bound if choice.bound is None else min(choice.bound, link.bound)
    if first is not None:
        best, bound = max(first, best, key=lambda each: each.value), max(bound, first.value)
    return replace(best, bound=bound)


@dataclass(frozen=True, eq=False)
class _Bounding:
    """The relaxation over all pairs, by columns."""

    search: Search
    space: Space
    aim: Aim

    def link(self) -> Link | None:
        """Return prices that prove a bound over every pair; ``None`` if time ran out.

        Raises
        ------
        Unanswered
            The prices prove that no set keeps all rows.
        """
        search, space = self.search, self.space
        while True:
            form = space.form(search.columns)
            goal = target(self.aim, form, search.columns, space)
            relaxed = relax(form, goal, deadline=search.deadline)
            if relaxed is None:
                return None
            link, missing = self._priced(self._rounded(relaxed, goal))
            if len(missing):
                search.columns = search.columns.joined(missing)
                continue
            if not relaxed.feasible and link.value < 0:
                raise Unanswered(Termination.INFEASIBLE, space=space, link=link)
            return link if relaxed.feasible else None

    def _rounded(self, relaxed: Relaxed, goal: Target) -> Link:
        """Round prices to parts of a unit, and to the side on which their rows have a bound."""
        aim = self.aim if relaxed.feasible else Aim(Constant(0))
        largest = int(np.abs(goal.profit).max(initial=1)) if relaxed.feasible else 1
        scale = 2 ** max(FINENESS.bit_length() - 1 - largest.bit_length(), 0)

        def whole(price: NDArray[np.float64]) -> NDArray[np.int64]:
            rounded: NDArray[np.int64] = np.rint(price * scale).astype(np.int64)
            return rounded

        rows, first = [], 0
        for family in self.space.families:
            price = whole(relaxed.row[first : first + len(family.labels)])
            rows.append(family.charged(price))
            first += len(family.labels)
        e, o = self.space.order
        return Link(
            aim,
            in_source_order(e, whole(relaxed.mentee)),
            in_source_order(o, whole(relaxed.mentor)),
            tuple(rows),
            scale=scale,
        )

    def _priced(self, link: Link) -> tuple[Link, Columns]:
        """Go through every pair: return the bound that prices prove, and the pairs they miss.

        A mentee who may have one pair can have only the best of those wanted, so the price rises
        by that; for others everything wanted is counted.
        """
        search, space = self.search, self.space
        pricing = Pricing(search.universe, space, search.columns)
        bounds = space.bounds
        single = (bounds.mentee_upper == 1) & ~pricing.full[0]
        least = max(int(LEAST_GAIN * FINENESS), 1)
        surplus, rise = 0, np.zeros(len(single), dtype=np.int64)
        found = [search.columns.only(slice(0))]
        for block in pricing.wanted(link):
            crowded = pricing.crowded(block)
            link = pricing.raised(link, block.only(crowded))
            new = block.only(~crowded)
            profit = pricing.profit(link, new)
            alone = single[new.mentee]
            np.maximum.at(rise, new.mentee[alone], profit[alone])
            surplus += int(np.maximum(profit[~alone], 0).sum())
            fresh = (profit > least) & ~search.columns.holds(new.mentee, new.mentor)
            found.append(best_of_each(new.only(fresh), profit[fresh], search.lots, count=ADDED))
        link = replace(link, mentee=link.mentee + rise)
        value = surplus + self._of_people(link) + self._of_rows(link) + self._of_decided(link)
        return replace(link, value=value), concatenated(found)

    def _of_people(self, link: Link) -> int:
        bounds = self.space.bounds
        total = 0
        for price, low, up in (
            (link.mentee, bounds.mentee_lower, bounds.mentee_upper),
            (link.mentor, bounds.mentor_lower, bounds.mentor_upper),
        ):
            total += int((price * np.where(price > 0, up, low)).sum())
        return total

    def _of_rows(self, link: Link) -> int:
        profit = self.space.extra_profit(link)
        low = np.array([extra.lower for extra in self.space.extras], dtype=np.int64)
        up = np.array([extra.upper for extra in self.space.extras], dtype=np.int64)
        total = int((profit * np.where(profit > 0, up, low)).sum())
        for family, price in zip(self.space.families, link.rows, strict=True):
            some = price != 0
            bound = np.where(price > 0, family.upper, family.lower)
            total += int((price * bound)[some].sum())
        return total

    def _of_decided(self, link: Link) -> int:
        """Add up pairs that must be made, whatever their sign."""
        columns = self.search.columns
        must = columns.only(self.space.decided(columns))
        pricing = Pricing(self.search.universe, self.space, columns)
        return int(pricing.profit(link, must).sum())
