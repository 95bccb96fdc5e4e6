"""The residual graph of a final matching: every way to change it a little, and what that gains.

Nodes are the N mentees, the M mentors and the ground, which stands for "nobody". Arcs, with gains:

1. ``i -> j`` makes a pair that may be made: w. ``j -> i`` undoes one that need not be made: -w.
2. ``ground -> i`` gives a mentee with room one more pair, ``i -> ground`` one fewer where the least
   number allows it; ``j -> ground`` and ``ground -> j`` do so for a mentor. The gain is what the
   load adds by steps.

A cycle is a change that keeps all rules. The matching is best exactly where no cycle gains
(Klein 1967), and then the best change through an arc is a longest path from its head to its tail.

Gains are numbers compared in order, one a stage. Longest paths are found for the first number, then
for the next among the arcs that lie on such paths, and so on (Bellman and Ford, all arcs at once):
so every number is exact, and no weight stands for a stage. It is done over few pairs; whichever
other pair could lengthen a path is then sought among all pairs that may be made, and added, until
there is none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.assignment.additive import Additive, step_of
from cmmatch.assignment.columns import among
from cmmatch.assignment.links import Link, sign
from cmmatch.assignment.solving import KEPT
from cmmatch.assignment.universe import Lots, best_of_each, concatenated, part_of, universe_of
from cmmatch.errors import SolverDisagreement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.matching import Matching
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.result import Result
    from cmmatch.assignment.universe import Universe
    from cmmatch.compatibility.source import PairSource

__all__ = ["FAR", "Residual", "reached"]

FAR = np.int64(2**61)
"""Minus this is the distance of a node that no path reaches."""

MANY = 2_000_000
"""Up to so many kept candidates all are taken at once."""

ADDED = 8
"""Pairs a mentee gets in one round."""


def reached(distance: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a path leads there, from distances of shape (S, ...)."""
    found: NDArray[np.bool_] = distance[0] > -FAR // 2
    return found


@dataclass(frozen=True, eq=False)
class Residual:
    """The ways to change one matching of a model.

    Parameters
    ----------
    problem : Additive
        The rules, and what is wanted.
    source : PairSource
        Where scores come from.
    universe : Universe
        Every pair that may be made.
    lots : Lots
        Who comes first among equals.
    made : Columns
        The matching.
    columns : Columns
        The pairs at hand, those of the matching among them.
    """

    problem: Additive
    source: PairSource
    universe: Universe
    lots: Lots
    made: Columns
    columns: Columns

    @classmethod
    def of(cls, model: Model, matching: Matching, *, kept_only: bool = False) -> Residual:
        """Begin with a matching that is best by the model.

        Raises
        ------
        UnsupportedModel
            The model is not additive.
        """
        problem, kept = Additive.of(model), model.candidates
        made = problem.made(matching, model)
        universe = universe_of(kept, seed=model.seed, kept_only=kept_only)
        shown = part_of(kept, slice(None)) if len(kept) <= MANY else universe.start()
        lots = Lots.drawn(kept, seed=model.seed)
        return cls(problem, kept.source, universe, lots, made, shown.joined(made))

    @classmethod
    def of_result(cls, model: Model, result: Result) -> Residual:
        """Begin with a result, over the pairs that it was proven over.

        Raises
        ------
        NoMatching
            There is none.
        UnsupportedModel
            The model is not additive.
        """
        return cls.of(model, result.matching, kept_only=result.scope.startswith(KEPT))

    @property
    def ground(self) -> int:
        """The node that stands for nobody."""
        return sum(self.problem.space.shape)

    def loads(self, side: str) -> NDArray[np.int64]:
        """Pairs of each person on a side, shape (N,) or (M,)."""
        people = getattr(self.made, side)
        return np.bincount(people, minlength=self.problem.space.shape[side == "mentor"])

    def step(self, side: str, load: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what the pair of this number adds for each person, shape (S, N) or (S, M)."""
        aims = self.problem.aims
        return np.array([step_of(getattr(aim, f"{side}_steps"), load) for aim in aims])

    def values(self, pairs: Columns) -> NDArray[np.int64]:
        """Return what pairs are worth by each number, shape (S, P)."""
        aims = self.problem.aims
        return np.array([aim.value(pairs.mentee, pairs.mentor, pairs.score) for aim in aims])

    def open(self, pairs: Columns) -> NDArray[np.bool_]:
        """Whether rules leave each pair open, shape (P,)."""
        space = self.problem.space
        allowed = space.allows(pairs.mentee, pairs.mentor, pairs.score)
        return allowed & ~among(pairs.keys, space.required)

    def distances(self, node: int | None, *, backward: bool = False) -> NDArray[np.int64]:
        """Return the greatest gain of a path from a node to every node, proven over all pairs.

        Parameters
        ----------
        node : int or None
            A mentee's position, N plus a mentor's, or the ground; ``None`` to begin with 0 at every
            node, which gives potentials.
        backward : bool, default False
            Whether paths lead to the node instead.

        Returns
        -------
        int64, shape (S, N + M + 1)
            Of each number; minus ``FAR`` where there is no path.

        Raises
        ------
        SolverDisagreement
            A cycle gains: the matching is not best.
        """
        residual = self
        while True:
            found = residual.arcs.longest(node, backward=backward)
            missing = residual.missing(found, backward=backward)
            if not len(missing):
                return found
            residual = replace(residual, columns=residual.columns.joined(missing))

    def missing(self, distance: NDArray[np.int64], *, backward: bool) -> Columns:
        """Return pairs that would lengthen a path, the best of each mentee."""
        found = [self.columns.only(slice(0))]
        last = self._links(distance, backward=backward)[-1]
        for block in self.pairs_by(distance, 1, backward=backward):
            worth = last.reduced((), block.mentee, block.mentor, block.score)
            found.append(best_of_each(block, worth, self.lots, count=ADDED))
        return concatenated(found)

    def pairs_by(
        self, distance: NDArray[np.int64], least: int, *, backward: bool = False
    ) -> Iterator[Columns]:
        """Go through all pairs that are not made but could be; yield some by their reduced gains.

        ``least`` is 1 for pairs that would lengthen a path, 0 for those that at least equal one.
        """
        n, m = self.problem.space.shape
        links, known = self._links(distance, backward=backward), reached(distance)
        tail, head = (known[:n], known[n : n + m])
        made, space = self.made.keys, self.problem.space

        def promising(
            mentee: NDArray[np.int64], mentor: NDArray[np.int64], score: NDArray[np.int64]
        ) -> NDArray[np.bool_]:
            start, end = tail[mentee], head[mentor]
            start, end = (end, start) if backward else (start, end)
            seen = start & (~end | (sign(links, (), mentee, mentor, score) >= least))
            key = mentee.astype(np.int64) * space.width + mentor
            return seen & ~among(key, made) & space.allows(mentee, mentor, score)

        yield from self.universe.survivors(promising)

    def _links(self, distance: NDArray[np.int64], *, backward: bool) -> tuple[Link, ...]:
        """Write distances as prices, by which the reduced profit is what a pair would add."""
        n, m = self.problem.space.shape
        known = np.where(reached(distance), distance, 0) * (-1 if backward else 1)
        return tuple(
            Link(aim, -of[:n], of[n : n + m])
            for aim, of in zip(self.problem.aims, known, strict=True)
        )

    @cached_property
    def arcs(self) -> Arcs:
        """All arcs over the pairs at hand."""
        return Arcs.of(self)

    def tight(self) -> Tight:
        """Return all arcs that are even by potentials: cycles without loss are made of them."""
        potential = self.distances(None)
        even = concatenated([self.columns.only(slice(0)), *self.pairs_by(potential, 0)])
        arcs = replace(self, columns=even.joined(self.made)).arcs
        kept = arcs.even(potential)
        of_pair = kept[kept < len(arcs.pair)]
        pairs = arcs.residual.columns.only(arcs.pair[of_pair])
        return Tight(arcs.tail[kept], arcs.head[kept], pairs)


class Tight(NamedTuple):
    """Arcs that are even by potentials.

    Parameters
    ----------
    tail, head : intp, shape (A,)
        Nodes.
    pairs : Columns
        Of the first of them, which are arcs of pairs; in the order of the arcs.
    """

    tail: NDArray[np.intp]
    head: NDArray[np.intp]
    pairs: Columns


class _Sorted(NamedTuple):
    """Arcs in the order of the node they lead to; the light ones, without new pairs, first."""

    arc: NDArray[np.intp]
    light: int


@dataclass(frozen=True, eq=False)
class Arcs:
    """Arcs of a residual graph.

    Parameters
    ----------
    residual : Residual
        What they are about.
    tail, head : intp, shape (A,)
        Nodes; pairs to be made first, then pairs to be undone, then the arcs of the ground.
    pair : intp, shape (pairs,)
        The column of each arc of a pair.
    makes : int
        How many make a pair.
    ground : int64, shape (S, A - pairs)
        Gains of the arcs of the ground.
    """

    residual: Residual
    tail: NDArray[np.intp]
    head: NDArray[np.intp]
    pair: NDArray[np.intp]
    makes: int
    ground: NDArray[np.int64]

    @classmethod
    def of(cls, residual: Residual) -> Arcs:
        """Write down what may change."""
        columns, space = residual.columns, residual.problem.space
        n, m = space.shape
        made, free = among(columns.keys, residual.made.keys), residual.open(columns)
        make, undo = np.flatnonzero(~made & free), np.flatnonzero(made & free)
        mentee, mentor = columns.mentee.astype(np.intp), columns.mentor.astype(np.intp) + n
        tails, heads = [mentee[make], mentor[undo]], [mentor[make], mentee[undo]]
        gains = []
        for side, first in (("mentee", 0), ("mentor", n)):
            load = residual.loads(side)
            lower, upper = (getattr(space.rules, f"{side}_{end}") for end in ("lower", "upper"))
            # Beyond all people on the other side there is nobody, and no step is known.
            upper = np.minimum(upper, m if side == "mentee" else n)
            up, down = np.flatnonzero(load < upper), np.flatnonzero(load > lower)
            ground = n + m
            # The ground gives to mentees and takes from mentors.
            inward = (up, down) if side == "mentee" else (down, up)
            into, out = inward
            more, fewer = residual.step(side, load + 1), -residual.step(side, load)
            tails += [np.full(len(into), ground), first + out]
            heads += [first + into, np.full(len(out), ground)]
            of_into, of_out = (more, fewer) if side == "mentee" else (fewer, more)
            gains += [of_into[:, into], of_out[:, out]]
        return cls(
            residual,
            np.concatenate(tails),
            np.concatenate(heads),
            np.concatenate([make, undo]),
            len(make),
            np.concatenate(gains, axis=1),
        )

    def gain(self, number: int, arc: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the gains of some arcs by one number."""
        found = np.empty(len(arc), dtype=np.int64)
        of_pair = arc < len(self.pair)
        some = self.residual.columns.only(self.pair[arc[of_pair]])
        value = self.residual.problem.aims[number].value(some.mentee, some.mentor, some.score)
        found[of_pair] = np.where(arc[of_pair] < self.makes, value, -value)
        found[~of_pair] = self.ground[number, arc[~of_pair] - len(self.pair)]
        return found

    def longest(self, node: int | None, *, backward: bool) -> NDArray[np.int64]:
        """Return the longest paths over these arcs, by one number after the other."""
        tail, head = (self.head, self.tail) if backward else (self.tail, self.head)
        kept = self._sorted(head)
        found = []
        for number in range(len(self.residual.problem.aims)):
            gain = self.gain(number, kept.arc)
            begin = np.full(self.residual.ground + 1, -FAR if node is not None else 0)
            begin[slice(None) if node is None else node] = 0
            distance = _settled(begin, tail[kept.arc], head[kept.arc], gain, kept.light)
            found.append(distance)
            start, end = distance[tail[kept.arc]], distance[head[kept.arc]]
            tight = (start > -FAR // 2) & (start + gain == end)
            kept = _Sorted(kept.arc[tight], int(tight[: kept.light].sum()))
        return np.array(found)

    def even(self, potential: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return the arcs that are even by potentials, in every number."""
        arc = np.arange(len(self.tail))
        for number, of in enumerate(potential):
            gain = self.gain(number, arc)
            arc = arc[of[self.tail[arc]] + gain == of[self.head[arc]]]
        return arc

    def _sorted(self, head: NDArray[np.intp]) -> _Sorted:
        light = np.arange(self.makes, len(head))
        light = light[np.argsort(head[light], kind="stable")]
        heavy = np.argsort(head[: self.makes], kind="stable")
        return _Sorted(np.concatenate([light, heavy]), len(light))


def _settled(
    distance: NDArray[np.int64],
    tail: NDArray[np.intp],
    head: NDArray[np.intp],
    gain: NDArray[np.int64],
    light: int,
) -> NDArray[np.int64]:
    """Lengthen paths until nothing asks for more; arcs are sorted by head in two parts."""
    parts = []
    for part in (slice(0, light), slice(light, len(head))):
        start = np.flatnonzero(np.diff(head[part], prepend=-1))
        if len(start):
            parts.append((tail[part], gain[part], start, head[part][start]))
    for _ in range(len(distance) + 1):
        changed = False
        for tails, gains, start, node in parts:
            longest = np.maximum.reduceat(distance[tails] + gains, start)
            better = np.flatnonzero((longest > distance[node]) & (longest > -FAR // 2))
            distance[node[better]] = longest[better]
            changed |= bool(len(better))
        if not changed:
            return distance
    message = (
        "A change of the matching would gain, so it is not best by this model: give the result of "
        "this very model, proven optimal."
    )
    raise SolverDisagreement(message)
