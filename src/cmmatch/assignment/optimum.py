"""Optimum: the best set of pairs by one aim, proven over every pair from few columns.

1. Let a backend choose among the columns at hand.
2. Recover prices from its choice.
3. Go through every pair that may be made: whichever prices would make (reduced profit above 0, by
   the first stage that is not even) and is not at hand yet becomes a column; the best few of each
   mentee are enough.
4. None left: no pair was missed, and the prices prove the choice over all pairs. Else again.

Beyond degrees :mod:`cmmatch.assignment.relaxation` does the same with a linear relaxation.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.backends.registry import choose
from cmmatch.assignment.found import Optimum, Unanswered
from cmmatch.assignment.links import Link
from cmmatch.assignment.pace import Pace
from cmmatch.assignment.prices import least_prices
from cmmatch.assignment.pricing import Pricing, in_source_order
from cmmatch.assignment.relaxation import by_relaxation
from cmmatch.assignment.result import Termination
from cmmatch.assignment.space import target
from cmmatch.assignment.universe import best_of_each, concatenated
from cmmatch.assignment.watch import Watch
from cmmatch.errors import SolverDisagreement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.assignment.backends.backend import Backend, Choice
    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.form import Form, Target
    from cmmatch.assignment.links import Aim
    from cmmatch.assignment.space import Space
    from cmmatch.assignment.universe import Lots, Universe

__all__ = ["Optimum", "Search", "Unanswered"]

ADDED = 8
"""Columns a mentee gets in one round."""

REMEMBERED = 8
"""Choices of backends kept in case that time runs out; the last ones are mostly the best."""


@dataclass(eq=False)
class Search:
    """Looks for optima over one universe; the columns found on the way are kept for the next.

    Parameters
    ----------
    universe : Universe
        Every pair that may be made.
    lots : Lots
        Who comes first among equals.
    backends : sequence of Backend
        Tried in order.
    columns : Columns
        What backends are shown so far.
    watch : Watch
        Tells when to stop.
    pace : Pace
        Is told of every answer.
    used : list of str
        Backends that have answered, in order.
    met : deque of Columns
        The last choices, of whatever space.
    """

    universe: Universe
    lots: Lots
    backends: Sequence[Backend]
    columns: Columns
    watch: Watch = field(default_factory=Watch)
    pace: Pace = field(default_factory=Pace)
    used: list[str] = field(default_factory=list)
    met: deque[Columns] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def maximise(self, space: Space, aim: Aim, *, name: str, enough: int | None = None) -> Optimum:
        """Find the best set of a space by an aim; with ``enough`` a lesser one may do.

        Raises
        ------
        Refuted
            No set is worth enough; only where rows go beyond degrees.
        Unanswered
            There is no such set, or none was found in time.
        UnsupportedModel
            No backend honours what the space needs.
        SolverDisagreement
            A backend's choice is not what it claims.
        """
        with self.watch.stoppable():
            self.watch.heed(self.watch.until(space))
            if not space.degrees_only:
                return by_relaxation(self, *space.spelled_out(name, aim), enough=enough)
            return self._by_prices(space, aim, enough)

    def ask(self, space: Space, aim: Aim, columns: Columns) -> tuple[Form, Target, Choice, Columns]:
        """Have a backend choose among some columns; return the pairs it makes as well.

        Raises
        ------
        Unanswered
            It found none, or none in time.
        SolverDisagreement
            Its choice is not worth what it claims.
        """
        form = space.form(columns)
        goal = target(aim, form, columns, space)
        backend = choose(form, goal, self.backends)
        until = self.watch.until(space)
        with self.watch.stoppable():
            self.watch.heed(until)
            answer = backend.maximise(form, goal, deadline=until)
        self.pace.round()
        if answer.termination in (Termination.FEASIBLE, Termination.NO_SOLUTION):
            self.watch.over(until)
        if answer.termination is not Termination.NO_SOLUTION and backend.name not in self.used:
            self.used.append(backend.name)
        if answer.choice is None:
            raise Unanswered(answer.termination)
        choice = answer.choice
        value = goal.value(form, choice.chosen, choice.extras)
        if value != choice.value:
            message = f"{backend.name} claims a value of {choice.value}; it is {value}."
            raise SolverDisagreement(message)
        chosen = columns.only(np.sort(form.column[choice.chosen]))
        self.met.append(chosen)
        return form, goal, choice, chosen

    def _by_prices(self, space: Space, aim: Aim, enough: int | None) -> Optimum:
        """Choose, price and look for what is missing until nothing is."""
        until = self.watch.until(space)
        while True:
            form, goal, choice, chosen = self.ask(space, aim, self.columns)
            found = Optimum(chosen, choice.value, choice.bound, space, aim)
            if not found.proven and self.watch.over(until):
                # Among the columns at hand it may not be the best, and no prices would prove it.
                return replace(found, bound=None)
            if enough is not None and choice.value >= enough:
                return found
            prices = least_prices(form, goal, choice.chosen)
            sides = [in_source_order(*each) for each in zip(space.order, prices, strict=True)]
            link = Link(aim, sides[0], sides[1], value=choice.value)
            link, missing = self._missing(space, link)
            if not len(missing):
                return replace(found, link=link)
            self.columns = self.columns.joined(missing)

    def _missing(self, space: Space, link: Link) -> tuple[Link, Columns]:
        """Return the prices, and the pairs that they would make beside those at hand."""
        pricing = Pricing(self.universe, space, self.columns)
        found = [self.columns.only(slice(0))]
        for block in pricing.wanted(link):
            self.watch.heed(self.watch.until(space))
            crowded = pricing.crowded(block)
            link = pricing.raised(link, block.only(crowded))
            new = block.only(~(crowded | self.columns.holds(block.mentee, block.mentor)))
            profit = pricing.profit(link, new)
            found.append(best_of_each(new, profit, self.lots, count=ADDED))
        return link, concatenated(found)
