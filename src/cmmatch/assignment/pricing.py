"""Pricing: the pairs that prices would make, sought among every pair that may be made.

A pair is wanted when its reduced profit is above 0, by the first stage that is not even. People who
are full by what must be made have no pair left to bound their price, and it cancels out of every
proof; so it is raised until none of their pairs is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.links import sign
from cmmatch.assignment.universe import every_pair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.families import Family
    from cmmatch.assignment.links import Link
    from cmmatch.assignment.space import Space
    from cmmatch.assignment.universe import Universe

__all__ = ["Pricing", "in_source_order"]


@dataclass(frozen=True, eq=False)
class Pricing:
    """Goes through a universe with prices in hand.

    Parameters
    ----------
    universe : Universe
        Every pair that may be made.
    space : Space
        Which of them the rules and the stages before leave open.
    columns : Columns
        The pairs at hand; every pair that must be made is among them.
    """

    universe: Universe
    space: Space
    columns: Columns

    @cached_property
    def full(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """People without room beside what must be made, shapes (N,) and (M,)."""
        must = self.columns.only(self.space.decided(self.columns))
        n, m = self.space.shape
        return (
            np.bincount(must.mentee, minlength=n) >= self.space.bounds.mentee_upper,
            np.bincount(must.mentor, minlength=m) >= self.space.bounds.mentor_upper,
        )

    def crowded(self, pairs: Columns) -> NDArray[np.bool_]:
        """Whether somebody in each pair is full."""
        found: NDArray[np.bool_] = self.full[0][pairs.mentee] | self.full[1][pairs.mentor]
        return found

    def families(self, link: Link) -> tuple[Family, ...]:
        """Return the rows that a link has prices for."""
        return self.space.families if link.rows else ()

    def profit(self, link: Link, pairs: Columns) -> NDArray[np.int64]:
        """Return the reduced profits of pairs by the last stage."""
        return link.reduced(self.families(link), pairs.mentee, pairs.mentor, pairs.score)

    def wanted(self, link: Link, *, above: int = 0) -> Iterator[Columns]:
        """Go through all pairs; yield those open to choice with a reduced profit above a number."""
        families = self.families(link)

        def promising(
            mentee: NDArray[np.signedinteger],
            mentor: NDArray[np.signedinteger],
            score: NDArray[np.int64],
        ) -> NDArray[np.bool_]:
            seen = sign((*self.space.links, moved), families, mentee, mentor, score)
            return (seen > 0) & self.space.allows(mentee, mentor, score)

        moved = replace(link, mentee=link.mentee + np.int64(above)) if above else link
        exact = any(family.needs_scores for family in families)
        for block in self.universe.survivors(every_pair if exact else promising):
            some = block
            if exact:
                some = block.only(
                    np.flatnonzero(promising(block.mentee, block.mentor, block.score))
                )
            yield some.only(np.flatnonzero(~self.space.decided(some)))

    def raised(self, link: Link, pairs: Columns) -> Link:
        """Raise the prices of full people until none of these pairs is wanted."""
        mentee, mentor = link.mentee.copy(), link.mentor.copy()
        profit = self.profit(link, pairs)
        full = self.full
        first = full[0][pairs.mentee]
        e = pairs.mentee[first]
        np.maximum.at(mentee, e, link.mentee[e] + profit[first])
        second = full[1][pairs.mentor] & ~first
        o = pairs.mentor[second]
        np.maximum.at(mentor, o, link.mentor[o] + profit[second])
        return replace(link, mentee=mentee, mentor=mentor)


def in_source_order(order: NDArray[np.intp], values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Bring numbers of people from the canonical order into that of the source."""
    back = np.empty_like(values)
    back[order] = values
    return back
