"""Diagnosis of an infeasible model: which requirements are in conflict, and what would settle it.

1. Without rules beyond loads and pairs, are the minimum loads in conflict? Then
   :mod:`cmmatch.assignment.shortages` finds among whom.
2. Else take the requirements that have a price in the proof of the relaxation, and drop what the
   conflict does not need, half of the rest at a time.
3. Change one requirement of the conflict, or places, by as little as possible; whatever does not
   touch it leaves the conflict as it is. Solve again with each change before it is named.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.assignment.families import Extra, Family, RowOfMentor
from cmmatch.assignment.feasibility import contradictions, minimum_loads
from cmmatch.assignment.form import UNBOUNDED
from cmmatch.assignment.found import Unanswered
from cmmatch.assignment.infeasibility import Change, Conflict, Infeasibility, Step
from cmmatch.assignment.links import Aim
from cmmatch.assignment.matching import Matching
from cmmatch.assignment.pairwise import Constant
from cmmatch.assignment.requirements import Held, Requirements, irreducible
from cmmatch.assignment.result import Termination
from cmmatch.assignment.shortages import Shortages, pairs_of_minimum
from cmmatch.assignment.space import Bounds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.found import Optimum
    from cmmatch.assignment.links import Link
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.optimum import Search
    from cmmatch.assignment.space import Space

__all__ = ["diagnosed"]

NAME = "what stands in the way"
PAIRS = Aim(Constant(1))

ASKED = 200
"""Solves until a conflict is told as it is, perhaps with more in it than need be."""

LIKE, CHANGES = 2, 5
"""Changes of one kind, and changes in all, that are told."""

LEVELS = 1023
"""Parts into which scores are told apart where any matching will do."""

KINDS = ("place", "minimum", "required", "rule", "demand")
"""Of changes of one size, which comes first."""


class _Enough(Exception):
    """Too many solves, or no time for them."""


def diagnosed(model: Model, space: Space, search: Search, link: Link | None) -> Infeasibility:
    """Say why a space is empty; it must be. No conflict is told that cannot be named in time.

    Parameters
    ----------
    model : Model
        What was compiled.
    space : Space
        Its rules, with no stage before.
    search : Search
        For solving again.
    link : Link or None
        Prices that prove it, where a relaxation found them.
    """
    return _Diagnosis(model, space, search, link).told()


@dataclass(eq=False)
class _Diagnosis:
    model: Model
    space: Space
    search: Search
    link: Link | None
    asked: int = 0

    def told(self) -> Infeasibility:
        loads = self._shortages([each for each in self.requirements.all if not _is_row(each)])
        if not loads.possible:
            return Infeasibility(tuple(loads.conflicts()), self._ranked(self._solved(loads)))
        if self.space.degrees_only:
            return Infeasibility()
        held, sure = self._beyond_loads()
        if not held:
            return Infeasibility()
        told = tuple(map(self.requirements.named, held))
        conflict = Conflict(told, smallest=len(told) == 1, irreducible=sure)
        return Infeasibility((conflict,), self._ranked(self._touching(held)))

    @cached_property
    def requirements(self) -> Requirements:
        return Requirements.of(self.model, self.space)

    @cached_property
    def _pairs(self) -> Columns:
        return pairs_of_minimum(self.space, self.search)

    def _shortages(self, held: Collection[Held]) -> Shortages:
        return Shortages(self.requirements, self.requirements.only(held), self._pairs)

    def _beyond_loads(self) -> tuple[list[Held], bool]:
        """Return requirements in conflict, and whether none of them can be left out."""
        everything, priced = self.requirements.all, self._priced()
        try:
            start = priced if priced and self._impossible(priced) else everything
        except _Enough:
            return [], False
        try:
            return irreducible(start, self._impossible), True
        except _Enough:
            return start, False

    def _priced(self) -> list[Held]:
        """Return the requirements that the proof of the relaxation needs."""
        if self.link is None:
            return []
        link, space = self.link, self.space
        mentee, mentor = np.divmod(space.required, space.width)
        score = self.model.candidates.source.pairs(mentee, mentor)
        worth = link.reduced(space.families, mentee, mentor, score)
        found = {Held("required", int(key)) for key in space.required[worth < 0]}
        for side, price in (("mentee", link.mentee), ("mentor", link.mentor)):
            found |= {Held(side, int(k)) for k in np.flatnonzero(price < 0)}
        for number, price in enumerate(link.rows):
            found |= {Held("upper", number, int(row)) for row in np.flatnonzero(price > 0)}
            found |= {Held("lower", number, int(row)) for row in np.flatnonzero(price < 0)}
        return [each for each in self.requirements.all if each in found]

    def _impossible(self, held: Sequence[Held]) -> bool:
        part = self.requirements.only(held)
        if part.degrees_only:
            return not Shortages(self.requirements, part, self._pairs).possible
        return not self._feasible(part)

    def _feasible(self, space: Space) -> bool:
        return self._solution(space, Aim(self._liking)) is not None

    @cached_property
    def _liking(self) -> _Liking:
        """What pairs are worth where any matching will do.

        With nothing to be had solvers are lost among matchings that are all alike.
        """
        highest = int(self.search.columns.score.max(initial=1))
        return _Liking(max(highest // LEVELS, 1))

    def _least_missed(self, space: Space, first: int) -> _Missed | None:
        """Return a matching for which the extras from a number on are the least in all."""
        rules = space.rules
        most = int(min(rules.mentee_upper.sum(), rules.mentor_upper.sum()))
        unit = LEVELS * max(most, 1) + 1
        extra = np.zeros(len(space.extras), dtype=np.int64)
        extra[first:] = -unit
        best = self._solution(space, Aim(self._liking, extra))
        if best is None:
            return None
        missed = -(best.value // unit)
        least = best.bound is not None and -(best.bound // unit) == missed
        return _Missed(best.chosen, missed, least)

    def _solution(self, space: Space, aim: Aim) -> Optimum | None:
        """Solve; ``None`` if nothing is feasible."""
        self.asked += 1
        deadline = self.search.watch.whole
        if self.asked > ASKED or (deadline is not None and deadline.expired):
            raise _Enough
        try:
            return self.search.maximise(space, aim, name=NAME)
        except Unanswered as none:
            if none.termination is Termination.INFEASIBLE:
                return None
            raise _Enough from none

    def _ranked(self, changes: Iterator[Change]) -> tuple[Change, ...]:
        """Return the smallest changes, few of a kind."""
        found: list[Change] = []
        # What was solved before time ran out stays true.
        with suppress(_Enough):
            found.extend(changes)
        found.sort(key=_size)
        told: list[Change] = []
        for change in found:
            kind = change.steps[0].kind
            if sum(each.steps[0].kind == kind for each in told) < LIKE:
                told.append(change)
        return tuple(told[:CHANGES])

    def _solved(self, loads: Shortages) -> Iterator[Change]:
        """Yield changes of loads and pairs, the smallest first, each solved again."""
        found = [Change(steps, sum(step.amount for step in steps)) for steps in loads.changes()]
        kinds: dict[str, int] = {}
        for change in sorted(found, key=_size):
            kind = change.steps[0].kind
            if kinds.get(kind, 0) == LIKE:
                continue
            space = self._changed(change.steps)
            if not space.degrees_only:
                if self._feasible(space):
                    kinds[kind] = kinds.get(kind, 0) + 1
                    # Rules beyond loads may ask for more than loads alone do.
                    yield change
                continue
            short = contradictions(space, self.model).sentences
            if short or minimum_loads(space, self.search, self.model).sentences:
                continue
            best = self._solution(space, PAIRS)
            if best is not None:
                kinds[kind] = kinds.get(kind, 0) + 1
                yield replace(change, pairs=best.value)

    def _changed(self, steps: Sequence[Step]) -> Space:
        """Return the space after some steps that are about loads and pairs."""
        source = self.model.candidates.source
        position = {
            side: {label: k for k, label in enumerate(getattr(source, f"{side}_ids"))}
            for side in ("mentee", "mentor")
        }
        e_low, e_up, o_low, o_up = (each.copy() for each in self.space.rules)
        keys = set(self.space.required.tolist())
        for step in steps:
            e, o = position["mentee"].get(step.mentee, 0), position["mentor"].get(step.mentor, 0)
            amount = int(step.amount)
            if step.kind == "required":
                keys.discard(e * self.space.width + o)
            elif step.kind == "place":
                o_up[o] += amount
            elif step.kind == "demand":
                e_up[e] += amount
            elif step.mentor:
                o_low[o] -= amount
            else:
                e_low[e] -= amount
        required = np.array(sorted(keys), dtype=np.int64)
        return replace(self.space, rules=Bounds(e_low, e_up, o_low, o_up), required=required)

    def _touching(self, held: Sequence[Held]) -> Iterator[Change]:
        """Yield changes of one requirement in conflict, or of places, by as little as can be."""
        some = False
        for each in held:
            change = self._relaxed(each) if _is_row(each) else self._lowered(each)
            if change is not None:
                some = True
                yield change
        places = self._more_places()
        if places is not None:
            yield places
        elif not some:
            several = self._all_rows()
            if several is not None:
                yield several

    def _relaxed(self, held: Held) -> Change | None:
        """Let one row be missed, by as little as can be."""
        sense = self.requirements.senses[held.number]
        assert sense is not None
        best = self._least_missed(self._elastic([held]), len(self.space.extras))
        if best is None:
            return None
        rule = self.space.families[held.number].name
        units = best.units / sense.per
        moved = Step(
            "rule", rule=rule, amount=units, bound="least" if held.kind == "lower" else "most"
        )
        return Change((moved,), units, least=best.least)

    def _lowered(self, held: Held) -> Change | None:
        """Drop a required pair, or lower a minimum load by as little as can be."""
        named = self.requirements.named(held)
        if held.kind == "required":
            if not self._feasible(self.requirements.without(held)):
                return None
            return Change((Step("required", named.mentee, named.mentor),), 1.0)
        before = int(named.amount)

        def step(amount: int) -> Step:
            return Step("minimum", named.mentee, named.mentor, amount=float(amount), before=before)

        if not self._feasible(self._changed([step(before)])):
            return None
        lowest, enough = 0, before
        while enough - lowest > 1:
            middle = (lowest + enough) // 2
            if self._feasible(self._changed([step(middle)])):
                enough = middle
            else:
                lowest = middle
        return Change((step(enough),), float(enough))

    def _more_places(self) -> Change | None:
        """Add places, as few in all as can be."""
        n, m = self.space.shape
        upper, first = self.space.rules.mentor_upper, len(self.space.extras)
        rows = Family(
            NAME,
            tuple(f"places {j}" for j in range(m)),
            RowOfMentor(np.arange(m)),
            Constant(),
            np.full(m, -UNBOUNDED, dtype=np.int64),
            upper,
            tuple((j, first + j, -1) for j in range(m)),
        )
        e_low, e_up, o_low, o_up = self.space.rules
        space = replace(
            self.space,
            rules=Bounds(e_low, e_up, o_low, np.full_like(o_up, n)),
            families=(*self.space.families, rows),
            extras=(
                *self.space.extras,
                *(Extra(f"places {j}", 0, max(n - int(upper[j]), 0)) for j in range(m)),
            ),
        )
        best = self._least_missed(space, first)
        if best is None:
            return None
        load = np.bincount(best.chosen.mentor, minlength=m)
        ids = self.model.candidates.source.mentor_ids
        steps = tuple(
            Step("place", mentor=str(ids[j]), amount=float(load[j] - upper[j]))
            for j in sorted(np.flatnonzero(load > upper), key=lambda j: str(ids[j]))
        )
        return Change(steps, float(best.units), least=best.least)

    def _all_rows(self) -> Change | None:
        """Let all rows be missed, by as few units in all as can be."""
        best = self._least_missed(self._elastic(self.requirements.rows), len(self.space.extras))
        if best is None:
            return None
        source = self.model.candidates.source
        matching = Matching(
            best.chosen.mentee, best.chosen.mentor, source.mentee_ids, source.mentor_ids
        )
        missed = self.model.check(matching)
        if not missed or any(not each.amount for each in missed):
            return None
        steps = tuple(Step("rule", rule=each.rule, amount=each.amount) for each in missed)
        return Change(steps, sum(each.amount for each in missed), least=best.least)

    def _elastic(self, held: Sequence[Held]) -> Space:
        """Let some rows be missed."""
        families, extras = list(self.space.families), list(self.space.extras)
        for each in held:
            sense = self.requirements.senses[each.number]
            assert sense is not None
            below = each.kind == "lower"
            entry = (each.row, len(extras), sense.step if below else -sense.step)
            extras.append(Extra("missed", 0, max(sense.short if below else sense.over, 1)))
            family = families[each.number]
            families[each.number] = replace(family, entries=(*family.entries, entry))
        return replace(self.space, families=tuple(families), extras=tuple(extras))


class _Missed(NamedTuple):
    """A matching that misses rules by the fewest units, and whether that is proven."""

    chosen: Columns
    units: int
    least: bool


@dataclass(frozen=True, slots=True)
class _Liking:
    """The score in few levels, 0 for scores below 0."""

    step: int

    def __call__(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp], score: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        return np.clip(score // self.step, 0, LEVELS)


def _is_row(held: Held) -> bool:
    return held.kind in ("lower", "upper")


def _size(change: Change) -> tuple[object, ...]:
    first = change.steps[0]
    return (
        change.size,
        KINDS.index(first.kind),
        len(change.steps),
        first.mentor,
        first.mentee,
        first.rule,
    )
