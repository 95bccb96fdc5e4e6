"""Optimum of values that no 64 bits hold: solved rounded, then made exact in whole numbers.

1. Values are rounded to parts of a unit, each with a known error of ``slack`` parts at most, and a
   search over every pair finds the best set of these, with its prices.
2. Another set is reached by a way round: pairs added and left out in turn, from person to person,
   through nobody twice. By the prices every step of it loses 0 or more, and all together it differs
   from the truth by ``slack`` a pair at most. So with N + M people, a step that loses more than
   ``slack (N + M)`` is in no way round that truly gains.
3. The few steps that are left, and of them those that lie on a way round at all, are gone through
   with the true values in whole numbers of any size (Bellman and Ford). If a way round gains, it is
   taken, and again; if none does, the set is the optimum of the true values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from cmmatch.assignment.columns import among
from cmmatch.assignment.links import Aim
from cmmatch.assignment.pairwise import Listed
from cmmatch.errors import SolverDisagreement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.form import Form
    from cmmatch.assignment.links import Link
    from cmmatch.assignment.optimum import Search
    from cmmatch.assignment.space import Space

__all__ = ["Unrounded", "Values"]

FINEST = 44
"""Binary digits to which values are rounded: float64 holds sums of them with room to spare."""

ROOM = 60
"""Binary digits that the sum of values along a way through all people may have."""

HUB = -1
"""The pair of a step that adds or leaves out none: a way round begins or ends there."""


class Values(Protocol):
    """True values of pairs, as whole numbers of any size, and the same in parts of a unit."""

    @property
    def unit(self) -> int:
        """What 1 is among the true values; none is above it, nor below minus it."""
        ...

    @property
    def slack(self) -> int:
        """Parts of 1 by which no rounded value is further from the truth."""
        ...

    def rounded(self, parts: int) -> NDArray[np.int64]:
        """Return the value of every pair, in parts of 1; there are 2**44 parts at most."""
        ...

    def exact(self, pairs: NDArray[np.intp]) -> list[int]:
        """Return the true values of some pairs."""
        ...


@dataclass(frozen=True, eq=False)
class Unrounded:
    """Finds the best set of a space by true values.

    Parameters
    ----------
    search : Search
        Over all pairs; its columns hold one set of the space at least.
    space : Space
        About degrees only.
    form : Form
        Of the space, over every pair that may be made.
    pairs : Columns
        Those of the form, in its order.
    """

    search: Search
    space: Space
    form: Form
    pairs: Columns

    @classmethod
    def over(cls, search: Search, space: Space, every: Columns) -> Unrounded:
        """Make ready for a space; ``every`` holds all pairs that may be made."""
        form = space.form(every)
        return cls(search, space, form, every.only(form.column))

    def best(self, values: Values) -> NDArray[np.bool_]:
        """Return the set of greatest true value, as a mask over the pairs."""
        order, rounded = np.argsort(self.pairs.keys), values.rounded(self._parts)
        listed = Listed(self.pairs.keys[order], rounded[order], self.space.width)
        found = self.search.maximise(self.space, Aim(listed), name="true value")
        if found.link is None:
            message = "A search over degrees must prove its answer by prices; it gave none."
            raise SolverDisagreement(message)
        chosen = among(self.pairs.keys, np.sort(found.chosen.keys))
        while True:
            steps = self._steps(chosen, self._people(found.link), rounded, values)
            way = _gaining(steps, sum(self.space.shape) + 1)
            if not way:
                return chosen
            pairs = steps.pair[way]
            chosen = chosen.copy()
            chosen[pairs[pairs != HUB]] ^= True

    def _people(self, link: Link) -> NDArray[np.int64]:
        """Prices of mentees, then mentors, in canonical order."""
        e, o = self.space.order
        return np.concatenate([link.mentee[e], link.mentor[o]])

    @property
    def _parts(self) -> int:
        return int(2 ** min(FINEST, ROOM - sum(self.space.shape).bit_length()))

    def _steps(
        self,
        chosen: NDArray[np.bool_],
        price: NDArray[np.int64],
        rounded: NDArray[np.int64],
        values: Values,
    ) -> _Steps:
        """Return the steps that may be on a way round that gains, with what they truly gain."""
        steps = self._all_steps(chosen, price, rounded)
        lost = -len(price) * values.slack - int(steps.gain[steps.gain > 0].sum())
        some = steps.only(np.flatnonzero(steps.gain >= lost))
        size = len(price) + 1
        graph = csr_matrix((np.ones(len(some.tail)), (some.tail, some.head)), shape=(size, size))
        _, part = connected_components(graph, directed=True, connection="strong")
        some = some.only(np.flatnonzero(part[some.tail] == part[some.head]))
        return some._replace(gain=self._true_gain(some, price, values))

    def _all_steps(
        self, chosen: NDArray[np.bool_], price: NDArray[np.int64], rounded: NDArray[np.int64]
    ) -> _Steps:
        form, n = self.form, self.form.n_mentees
        first, second = form.mentee.astype(np.int64), form.mentor.astype(np.int64) + n
        reduced = rounded - price[first] - price[second]
        added = np.flatnonzero(~form.required & ~chosen)
        left = np.flatnonzero(~form.required & chosen)
        load = np.bincount(first[chosen], minlength=len(price))
        load += np.bincount(second[chosen], minlength=len(price))
        more = np.flatnonzero(load < np.concatenate([form.mentee_upper, form.mentor_upper]))
        fewer = np.flatnonzero(load > np.concatenate([form.mentee_lower, form.mentor_lower]))
        hub = len(price)

        def to_hub(people: NDArray[np.intp], sign: int) -> _Steps:
            # A mentee has one more at the start of a way and one fewer at its end; a mentor has
            # one more at its end and one fewer at its start.
            at, none = np.full(len(people), hub), np.full(len(people), HUB)
            start = (people < n) == (sign > 0)
            tail, head = np.where(start, at, people), np.where(start, people, at)
            return _Steps(tail, head, none, sign * price[people])

        parts = (
            _Steps(first[added], second[added], added, reduced[added]),
            _Steps(second[left], first[left], left, -reduced[left]),
            to_hub(more, 1),
            to_hub(fewer, -1),
        )
        return _Steps(
            np.concatenate([part.tail for part in parts]),
            np.concatenate([part.head for part in parts]),
            np.concatenate([part.pair for part in parts]),
            np.concatenate([part.gain for part in parts]),
        )

    def _true_gain(
        self, steps: _Steps, price: NDArray[np.int64], values: Values
    ) -> NDArray[np.object_]:
        """Gains by the prices, in whole numbers: parts times what a unit is."""
        parts, unit = self._parts, values.unit
        gain = steps.gain.astype(object) * unit
        some = np.flatnonzero(steps.pair != HUB)
        pair = steps.pair[some]
        sign = np.where(steps.tail[some] < self.form.n_mentees, 1, -1)
        charged = price[steps.tail[some]] + price[steps.head[some]]
        for at, s, true, p in zip(some, sign, values.exact(pair), charged, strict=True):
            gain[at] = int(s) * (true * parts - int(p) * unit)
        return gain


class _Steps(NamedTuple):
    """Nodes left and entered, the pair added or left out, and the gain of each step."""

    tail: NDArray[np.intp]
    head: NDArray[np.intp]
    pair: NDArray[np.intp]
    gain: NDArray[np.int64] | NDArray[np.object_]

    def only(self, kept: NDArray[np.intp]) -> _Steps:
        return _Steps(self.tail[kept], self.head[kept], self.pair[kept], self.gain[kept])


def _gaining(steps: _Steps, nodes: int) -> list[int]:
    """Return the steps of a way round that gains; none where no way does."""
    farthest, via = [0] * nodes, [-1] * nodes
    tails, heads = steps.tail.tolist(), steps.head.tolist()
    arcs = list(zip(tails, heads, steps.gain.tolist(), strict=True))
    while True:
        moved = False
        for a, (tail, head, gain) in enumerate(arcs):
            if farthest[tail] + gain > farthest[head]:
                farthest[head], via[head], moved = farthest[tail] + gain, a, True
        if not moved:
            return []
        # Steps by which nodes were reached close a way round only if it gains.
        if way := _closed(via, tails):
            return way


def _closed(via: list[int], tails: list[int]) -> list[int]:
    seen = [-1] * len(via)
    for start in range(len(via)):
        node = start
        while via[node] >= 0 and seen[node] < 0:
            seen[node] = start
            node = tails[via[node]]
        if via[node] >= 0 and seen[node] == start:
            way, at = [via[node]], tails[via[node]]
            while at != node:
                way.append(via[at])
                at = tails[via[at]]
            return way
    return []
