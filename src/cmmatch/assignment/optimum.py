"""Optimum: the best set of pairs by one aim, proven over every pair from few columns.

1. Let a backend choose among the columns at hand.
2. Recover prices from its choice.
3. Go through every pair that may be made: whichever prices would make (reduced profit above 0, by
   the first stage that is not even) and is not at hand yet becomes a column; the best few of each
   mentee are enough.
4. None left: no pair was missed, and the prices prove the choice over all pairs. Else again.

People who are full by what must be made have no pair left to bound their price, and it cancels out
of the proof; it is raised until none of their pairs would be made.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.backends.registry import choose
from cmmatch.assignment.links import Link, sign
from cmmatch.assignment.prices import least_prices
from cmmatch.assignment.space import target
from cmmatch.assignment.universe import best_of_each, concatenated
from cmmatch.errors import SolverDisagreement
from cmmatch.progress import silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cmmatch.assignment.backends.backend import Backend, Choice
    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.form import Form, Target
    from cmmatch.assignment.limits import Deadline
    from cmmatch.assignment.links import Aim
    from cmmatch.assignment.result import Termination
    from cmmatch.assignment.space import Space
    from cmmatch.assignment.universe import Lots, Universe
    from cmmatch.progress import Progress

__all__ = ["Optimum", "Search", "Unanswered"]

ADDED = 8
"""Columns a mentee gets in one round."""


class Unanswered(Exception):
    """A backend found no choice; solve() turns it into a result."""

    def __init__(self, termination: Termination) -> None:
        self.termination = termination
        super().__init__(termination.value)


@dataclass(frozen=True, eq=False)
class Optimum:
    """What a search found.

    Parameters
    ----------
    chosen : Columns
        The pairs made.
    value : int
        What they are worth.
    bound : int or None
        What none is worth more than; ``None`` where that is not known.
    space : Space
        Over which it was sought.
    aim : Aim
        What was sought.
    link : Link or None
        Prices that prove the bound; ``None`` where a backend's word is all there is.
    """

    chosen: Columns
    value: int
    bound: int | None
    space: Space
    aim: Aim
    link: Link | None = None

    @property
    def proven(self) -> bool:
        """Whether value and bound meet."""
        return self.value == self.bound


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
    deadline : Deadline, optional
        When to stop.
    columns : Columns
        What backends are shown so far.
    """

    universe: Universe
    lots: Lots
    backends: Sequence[Backend]
    columns: Columns
    deadline: Deadline | None = None
    progress: Progress = silent
    used: list[str] = field(default_factory=list)

    def maximise(self, space: Space, aim: Aim, *, name: str, enough: int | None = None) -> Optimum:
        """Find the best set of a space by an aim; with ``enough`` a lesser one may do.

        Raises
        ------
        Unanswered
            There is no such set, or none was found in time.
        UnsupportedModel
            No backend honours what the space needs.
        SolverDisagreement
            A backend's choice is not what it claims.
        """
        if not space.degrees_only:
            return self._beyond_degrees(space, aim, name)
        while True:
            form, goal, answer = self._ask(space, aim)
            chosen = self.columns.only(np.sort(form.column[answer.chosen]))
            found = Optimum(chosen, answer.value, answer.bound, space, aim)
            if enough is not None and answer.value >= enough:
                return found
            link = self._priced(space, aim, form, goal, answer)
            link, missing = self._missing(space, link)
            if not len(missing):
                return replace(found, link=link)
            self.columns = self.columns.joined(missing)

    def _beyond_degrees(self, space: Space, aim: Aim, name: str) -> Optimum:
        """Show a backend every pair that may be made; the bound is the backend's."""
        space, aim = space.spelled_out(name, aim)
        for block in self.universe.survivors(space.allows):
            self.columns = self.columns.joined(block)
        form, _, choice = self._ask(space, aim)
        chosen = self.columns.only(np.sort(form.column[choice.chosen]))
        return Optimum(chosen, choice.value, choice.bound, space, aim)

    def _ask(self, space: Space, aim: Aim) -> tuple[Form, Target, Choice]:
        form = space.form(self.columns)
        goal = target(aim, form, self.columns, space)
        backend = choose(form, goal, self.backends)
        if backend.name not in self.used:
            self.used.append(backend.name)
        answer = backend.maximise(form, goal, deadline=self.deadline)
        if answer.choice is None:
            raise Unanswered(answer.termination)
        choice = answer.choice
        value = goal.value(form, choice.chosen, choice.extras)
        if value != choice.value:
            message = f"{backend.name} claims a value of {choice.value}; it is {value}."
            raise SolverDisagreement(message)
        return form, goal, choice

    def _priced(self, space: Space, aim: Aim, form: Form, goal: Target, answer: Choice) -> Link:
        canonical = least_prices(form, goal, answer.chosen)
        prices = []
        for order, price in zip(space.order, canonical, strict=True):
            back = np.empty_like(price)
            back[order] = price
            prices.append(back)
        return Link(aim, prices[0], prices[1], value=answer.value)

    def _missing(self, space: Space, link: Link) -> tuple[Link, Columns]:
        """Return the pairs that prices would make beside those at hand, and the prices.

        The price of whoever is full is raised on the way; that can only make pairs less wanted.
        """
        links, full = (*space.links, link), self._full(space)

        def wanted(
            mentee: NDArray[np.int64], mentor: NDArray[np.int64], score: NDArray[np.int64]
        ) -> NDArray[np.bool_]:
            return (sign(links, (), mentee, mentor, score) > 0) & space.allows(
                mentee, mentor, score
            )

        found = [_none(self.columns)]
        for block in self.universe.survivors(wanted):
            crowded = full[0][block.mentee] | full[1][block.mentor]
            settled = self.columns.holds(block.mentee, block.mentor) & ~crowded
            new = block.only(~(settled | space.decided(block)))
            if not len(new):
                continue
            link = _raised(link, full, new)
            rest = new.only(~(full[0][new.mentee] | full[1][new.mentor]))
            profit = link.reduced((), rest.mentee, rest.mentor, rest.score)
            found.append(best_of_each(rest, profit, self.lots, count=ADDED))
        return link, concatenated(found)

    def _full(self, space: Space) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """People without room beside what must be made."""
        must = self.columns.only(space.decided(self.columns))
        n, m = space.shape
        return (
            np.bincount(must.mentee, minlength=n) >= space.bounds.mentee_upper,
            np.bincount(must.mentor, minlength=m) >= space.bounds.mentor_upper,
        )


def _none(columns: Columns) -> Columns:
    return columns.only(np.empty(0, dtype=np.intp))


def _raised(link: Link, full: tuple[NDArray[np.bool_], NDArray[np.bool_]], pairs: Columns) -> Link:
    """Raise the prices of full people until none of these pairs would be made with them."""
    mentee, mentor = link.mentee.copy(), link.mentor.copy()
    profit = link.reduced((), pairs.mentee, pairs.mentor, pairs.score)
    first = full[0][pairs.mentee]
    np.maximum.at(mentee, pairs.mentee[first], link.mentee[pairs.mentee[first]] + profit[first])
    second = full[1][pairs.mentor] & ~first
    np.maximum.at(mentor, pairs.mentor[second], link.mentor[pairs.mentor[second]] + profit[second])
    return replace(link, mentee=mentee, mentor=mentor)
