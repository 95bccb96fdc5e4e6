"""Optimum beyond degrees: a proven bound over every pair, and a choice among the few that matter.

1. Solve the linear relaxation over few columns and round its prices to parts of a unit. Go through
   every pair that may be made: those that the prices want become columns. When next to nothing is
   left, the rounded prices prove a bound B over all pairs, in whole numbers.
2. A set with a pair of reduced profit r is worth B + r at most. So leave out every pair with r
   below -g, for some g, and let a backend choose among the rest: a set of value V.
3. If V >= B - g, no pair left out could have made it better (reduced-cost fixing), and what the
   backend proves among the rest holds over all pairs. Else take g = B - V, or more, and again.

Where the relaxation misses rows however it chooses, its prices prove that nothing is feasible.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.backends.linear import relax
from cmmatch.assignment.found import Optimum, Refuted, Unanswered
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
    from cmmatch.assignment.form import Form, Target
    from cmmatch.assignment.limits import Deadline
    from cmmatch.assignment.optimum import Search
    from cmmatch.assignment.space import Space

__all__ = ["by_relaxation"]

FINENESS = 2**30
"""A unit is split until the largest profit is about so many parts."""

LEAST_GAIN = 2.0**-20
"""Share of the largest profit that a pair must promise to become a column."""

FIRST, ADDED, USEFUL = 10, 8, 10
"""Columns a mentee has to begin with, gets in one round, and keeps of those before."""

MANY = 20
"""Columns a mentee from which on some are dropped."""

FEW = 4
"""Pairs a mentee among which the first choice is made."""

ENOUGH = 1e-6
"""Share of the bound below which what pairs could add is left."""

DEAREST = 1000
"""The highest fine, in largest profits, at which rows may be missed."""

NOTHING = Aim(Constant(0))

FAR = 2**61
"""A gap within which every pair is."""

MOST = 400_000
"""With more pairs than that left, no further choice is tried; the gap is told."""


def by_relaxation(search: Search, space: Space, aim: Aim, *, enough: int | None = None) -> Optimum:
    """Find the best set of a space with rows beyond degrees; with ``enough`` a lesser one may do.

    Raises
    ------
    Refuted
        No set is worth what would be enough.
    Unanswered
        No set keeps all rows, or none was found in time; then with the prices, if there are any.
    """
    bounding = _Bounding.begun(search, space, aim)
    link = bounding.link(enough)
    if link is not None and enough is not None and link.bound < enough:
        raise Refuted(space, link.bound, link)
    if link is None:
        _, _, choice, chosen = search.ask(space, aim, search.columns)
        return Optimum(chosen, choice.value, None, space, aim)
    gap = bounding.gap_of_few(link)
    if enough is not None:
        # A set that is worth enough holds no pair that costs more than what is between.
        gap = min(gap, link.value - enough * link.scale)
    best: Optimum | None = None
    while True:
        try:
            rest = bounding.within(link, gap)
            if best is not None and len(rest) > MOST:
                return best
            _, _, choice, chosen = search.ask(space, aim, rest)
        except Unanswered as none:
            if none.termination is not Termination.INFEASIBLE:
                if best is not None:
                    return best
                raise Unanswered(none.termination, space=space, link=link) from None
            if enough is not None and gap >= link.value - enough * link.scale:
                raise Refuted(space, enough - 1) from None
            # No set among these pairs: there may be one with others, if there are any.
            wider = bounding.wider(link, gap, len(rest))
            if wider is None:
                raise
            gap = wider
            continue
        if best is None or choice.value > best.value:
            best = Optimum(chosen, choice.value, link.bound, space, aim, link)
        if enough is not None and best.value >= enough:
            return best
        lost = link.value - best.value * link.scale
        if lost < gap + link.scale:
            bound = link.bound if choice.bound is None else min(choice.bound, link.bound)
            if enough is not None and bound < enough:
                raise Refuted(space, bound)
            return replace(best, bound=bound)
        gap = lost


@dataclass(eq=False)
class _Bounding:
    """The relaxation over all pairs, by columns of its own: few, since it is slow with many."""

    search: Search
    space: Space
    aim: Aim
    columns: Columns
    until: Deadline | None = None
    risen: float = -np.inf

    @classmethod
    def begun(cls, search: Search, space: Space, aim: Aim) -> _Bounding:
        """Begin with the best pairs of each mentee and those that must be made."""
        shown = search.columns
        must = shown.only(space.decided(shown))
        best = best_of_each(shown, shown.score, search.lots, count=FIRST)
        return cls(search, space, aim, best.joined(must))

    def gap_of_few(self, link: Link) -> int:
        """Return a gap within which there are a few pairs for each mentee."""
        profit = self._pricing.profit(link, self.columns)
        few = min(FEW * self.space.shape[0], len(profit))
        return int(max(-np.partition(profit, -few)[-few], 0)) if few else 0

    def within(self, link: Link, gap: int) -> Columns:
        """Return the pairs whose reduced profit is at least minus the gap, and those decided."""
        must = self.columns.only(self.space.decided(self.columns))
        found = [must.only(slice(0))]
        watch = self.search.watch
        with watch.stoppable():
            for block in self._pricing.wanted(link, above=-gap - 1):
                watch.heed(watch.until(self.space))
                found.append(block)
        return concatenated(found).joined(must)

    def wider(self, link: Link, gap: int, pairs: int) -> int | None:
        """Return a gap within which there are more pairs than these; ``None`` if there is none."""
        while gap < FAR:
            gap = FAR if pairs > MOST else min(8 * gap + link.scale, FAR)
            if len(self.within(link, gap)) > pairs:
                return gap
        return None

    @property
    def _pricing(self) -> Pricing:
        return Pricing(self.search.universe, self.space, self.columns)

    def link(self, enough: int | None = None) -> Link | None:
        """Return prices that prove a bound over every pair; ``None`` if there are none.

        The bound is as low as prices make it, or lower than what would be enough.

        Half the time is left to choose in; when the other half is over the last prices must do,
        since any prove some bound.

        Raises
        ------
        Unanswered
            The prices prove that no set keeps all rows.
        """
        until = self.search.watch.until(self.space)
        self.until = None if until is None else until.share(2)
        fine, feasible = 2, True
        best: Link | None = None
        while True:
            form = self.space.form(self.columns)
            goal = target(self.aim if feasible else NOTHING, form, self.columns, self.space)
            largest = int(
                max(np.abs(goal.profit).max(initial=1), np.abs(goal.extra).max(initial=1))
            )
            # A pair may move an extra by what it counts in a row, and that is no profit of its own.
            moved = int(np.abs(form.rows.coefficient).max(initial=1)) if goal.extra.any() else 1
            try:
                with self.search.watch.stoppable():
                    relaxed = self._relaxed(form, goal, fine * largest)
                    if relaxed is None:
                        return best
                    link, missing, gain = self._priced(
                        self._rounded(relaxed, form, largest, feasible)
                    )
            except Unanswered:
                return best
            if feasible:
                best = link
            if not feasible and link.value < 0:
                raise Unanswered(Termination.INFEASIBLE, space=self.space, link=link)
            if feasible and enough is not None and link.bound < enough:
                return link
            # The true bound of the relaxation lies within the gain.
            settled = (link.value - gain) // link.scale == link.bound
            settled |= gain <= ENOUGH * abs(link.value)
            if len(missing) and not (relaxed.feasible and settled):
                self.columns = self._useful(link, form, relaxed).joined(missing)
            elif relaxed.feasible:
                return link if feasible else None
            elif not feasible:
                return None
            elif fine < DEAREST * moved:
                fine *= 8
            else:
                # What no fine can bring about may be impossible; prices alone will tell.
                feasible, fine = False, 1

    def _relaxed(self, form: Form, goal: Target, fine: float) -> Relaxed | None:
        """Solve the relaxation over the columns; ``None`` if that failed."""
        watch = self.search.watch
        watch.heed(self.until)
        found = relax(form, goal, fine=fine, deadline=self.until)
        if found is None:
            watch.heed(self.until)
        self.search.pace.round()
        return found

    def _useful(self, link: Link, form: Form, relaxed: Relaxed) -> Columns:
        """Drop columns that prices want least, once the optimum has risen without them.

        The relaxation is slow with many. What it uses stays, so that the optimum never falls, and
        none is dropped while it stands still, so that no round comes back.
        """
        if len(self.columns) <= MANY * self.space.shape[0] or relaxed.value <= self.risen:
            return self.columns
        self.risen = relaxed.value
        used = form.column[relaxed.share > 0]
        must = np.union1d(np.flatnonzero(self.space.decided(self.columns)), used)
        profit = self._pricing.profit(link, self.columns)
        best = best_of_each(self.columns, profit, self.search.lots, count=USEFUL)
        return best.joined(self.columns.only(must))

    def _rounded(self, relaxed: Relaxed, form: Form, largest: int, feasible: bool) -> Link:
        """Round prices to parts of a unit, and to the side on which their rows have a bound."""
        scale = 2 ** max(FINENESS.bit_length() - 1 - largest.bit_length(), 0)
        while scale > 1 and relaxed.charges(form) * scale >= FAR:
            scale //= 2

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
            self.aim if feasible else NOTHING,
            in_source_order(e, whole(relaxed.mentee)),
            in_source_order(o, whole(relaxed.mentor)),
            tuple(rows),
            scale=scale,
        )

    def _priced(self, link: Link) -> tuple[Link, Columns, int]:
        """Go through every pair: return the bound that prices prove, and the pairs they miss.

        The last number is by how much those could lower the bound.

        A mentee who may have one pair can have only the best of those wanted, so the price rises
        by that; for others everything wanted is counted.
        """
        pricing = self._pricing
        single = (self.space.bounds.mentee_upper == 1) & ~pricing.full[0]
        least = max(int(LEAST_GAIN * FINENESS), 1)
        surplus, rise = 0, np.zeros(len(single), dtype=np.int64)
        found = [self.columns.only(slice(0))]
        for block in pricing.wanted(link):
            self.search.watch.heed(self.until)
            crowded = pricing.crowded(block)
            link = pricing.raised(link, block.only(crowded))
            new = block.only(~crowded)
            profit = pricing.profit(link, new)
            alone = single[new.mentee]
            np.maximum.at(rise, new.mentee[alone], profit[alone])
            surplus += int(np.maximum(profit[~alone], 0).sum())
            fresh = (profit > least) & ~self.columns.holds(new.mentee, new.mentor)
            some = best_of_each(new.only(fresh), profit[fresh], self.search.lots, count=ADDED)
            found.append(some)
        link = replace(link, mentee=link.mentee + rise)
        value = surplus + self._of_people(link) + self._of_rows(link) + self._of_decided(link)
        return replace(link, value=value), concatenated(found), surplus + int(rise.sum())

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
        must = self.columns.only(self.space.decided(self.columns))
        return int(self._pricing.profit(link, must).sum())
