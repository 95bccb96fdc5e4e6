"""Shortages: who cannot all have their minimum load, where rules are about loads and pairs only.

1. Fix the required pairs. Serve one side's minimum loads along exchanges, the other side's upper
   bounds kept. If both sides can be served alone, both can be together (Mendelsohn and Dulmage).
2. Somebody who still has too few reaches only people who are full, and full with those whom the
   search came to. These must have more pairs than all who may be with them can take: a conflict.
3. Leave out one person after the other, and required pairs, as long as the rest is a conflict.

Three mentors with a minimum of 2 and four mentees: each could be served, any two, never all three.
With one pair missing in all, what a search reaches is the only smallest conflict: two of them would
share one that is smaller.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.assignment.columns import among
from cmmatch.assignment.exchange import Exchange
from cmmatch.assignment.infeasibility import Conflict, Step
from cmmatch.assignment.requirements import Held, irreducible
from cmmatch.assignment.universe import concatenated, every_pair

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.optimum import Search
    from cmmatch.assignment.requirements import Requirements
    from cmmatch.assignment.space import Space

__all__ = ["Shortages", "pairs_of_minimum"]

SIDES = ("mentor", "mentee")
CONFLICTS = 3
"""More conflicts beside each other are not told."""

TRIED, TRIED_PAIRS = 50, 10
"""More people, and more required pairs, are not tried for a change."""


def pairs_of_minimum(space: Space, search: Search) -> Columns:
    """Return every pair open to choice that has somebody with a minimum load in it."""
    mentee, mentor = space.rules.mentee_lower > 0, space.rules.mentor_lower > 0

    parts = [search.columns.only(slice(0))]
    for block in search.universe.survivors(every_pair):
        here = mentee[block.mentee] | mentor[block.mentor]
        here &= space.allows(block.mentee, block.mentor, block.score)
        parts.append(block.only(np.flatnonzero(here)))
    # Required pairs are open to choice once they are not required.
    return concatenated(parts).joined(
        search.columns.only(among(search.columns.keys, space.required))
    )


class _Group(NamedTuple):
    side: str
    people: NDArray[np.intp]
    required: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Shortages:
    """Minimum loads, required pairs and upper bounds of a space, and the pairs between them.

    Parameters
    ----------
    requirements : Requirements
        Names them.
    space : Space
        Degrees only.
    pairs : Columns
        From :func:`pairs_of_minimum`.
    """

    requirements: Requirements
    space: Space
    pairs: Columns

    @property
    def possible(self) -> bool:
        """Whether all minimum loads can be met with all required pairs made."""
        return not (self._overfull() or self._crossed() or self.short.any())

    @property
    def short(self) -> NDArray[np.int64]:
        """How many pairs are missing on each side, the mentors' first, shape (2,)."""
        missing = [self.served[side].missing.sum() for side in SIDES]
        return np.array(missing, dtype=np.int64)

    def conflicts(self) -> list[Conflict]:
        """Return conflicts that share nothing, those with the fewest requirements first."""
        found = [self._too_many(side, person) for side, person in self._overfull()]
        found += [self._beyond_upper(side, person) for side, person in self._crossed()]
        if not found:
            found = [self._told(group) for group in self._groups()]
        apart: list[Conflict] = []
        for each in sorted(found, key=lambda each: len(each.requirements)):
            used = {held for other in apart for held in other.requirements}
            if used.isdisjoint(each.requirements):
                apart.append(each)
        return apart[:CONFLICTS]

    def _groups(self) -> Iterator[_Group]:
        for side in SIDES:
            exchange = self._exchange(side, self.space.required)
            used = np.zeros(len(exchange.needed), dtype=np.bool_)
            count = 0
            for reach in exchange.serve(np.flatnonzero(exchange.needed)):
                if count < CONFLICTS and not (used & reach.first).any():
                    group = self._reduced(side, reach.first)
                    used[group.people] = True
                    count += 1
                    yield group

    def _reduced(self, side: str, people: NDArray[np.bool_]) -> _Group:
        """Leave out required pairs, then people, while the rest is a conflict."""
        touching = self._touching(side, people)

        def impossible(held: Sequence[Held]) -> bool:
            keys = np.array(sorted(each.number for each in held), dtype=np.int64)
            return not self._exchange(side, keys, people).serves(np.flatnonzero(people))

        kept = irreducible([Held("required", int(key)) for key in touching], impossible)
        required = np.array(sorted(each.number for each in kept), dtype=np.int64)
        exchange = self._exchange(side, required, people)
        failed = exchange.first_failed(np.flatnonzero(people))
        assert failed is not None
        people = failed.first
        exchange.release(~people)
        for person in np.flatnonzero(people):
            if not people[person]:
                continue
            trial, alone = exchange.copy(), np.arange(len(people)) == person
            trial.release(alone)
            failed = trial.first_failed(np.flatnonzero(people & ~alone))
            if failed is not None:
                people, exchange = failed.first, trial
                exchange.release(~people)
        return _Group(side, np.flatnonzero(people), required)

    def _touching(self, side: str, people: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return required pairs of some people of a side, and of those who may be with them."""
        some = people[self._place(side)]
        first, second = _sides(side, self.pairs.mentee, self.pairs.mentor)
        others = np.zeros(self._count(side)[1], dtype=np.bool_)
        others[second[some[first]]] = True
        own, other = _sides(side, *np.divmod(self.space.required, self.space.width))
        touching: NDArray[np.int64] = self.space.required[some[own] | others[other]]
        return touching

    def _told(self, group: _Group) -> Conflict:
        people = np.zeros(self._count(group.side)[0], dtype=np.bool_)
        people[group.people] = True
        exchange = self._exchange(group.side, group.required, people)
        degree = np.bincount(exchange.second, minlength=len(exchange.room))
        most = np.minimum(exchange.room, degree)
        other = self._order(_other(group.side))
        ids = self._ids(_other(group.side))
        held = [
            *(Held("required", int(key)) for key in group.required),
            *(Held(group.side, int(self._order(group.side)[k])) for k in group.people),
        ]
        named = sorted((str(ids[other[k]]), int(most[k])) for k in np.flatnonzero(most))
        requirements = tuple(self.requirements.named(each) for each in self._by_name(held))
        alone = not len(self.space.required) and int(self.short.sum()) == 1
        return Conflict(
            requirements,
            tuple(named),
            int(exchange.needed.sum()),
            int(most.sum()),
            smallest=alone or len(requirements) == 1,
        )

    def _by_name(self, held: list[Held]) -> list[Held]:
        source = self.requirements.model.candidates.source

        def name(each: Held) -> tuple[str, ...]:
            if each.kind == "required":
                mentee, mentor = divmod(each.number, self.space.width)
                return "", str(source.mentee_ids[mentee]), str(source.mentor_ids[mentor])
            return (str(getattr(source, f"{each.kind}_ids")[each.number]),)

        return sorted(held, key=name)

    def _overfull(self) -> list[tuple[str, int]]:
        """People with more required pairs than they may have."""
        found = []
        for side in SIDES:
            own, _ = _sides(side, *np.divmod(self.space.required, self.space.width))
            upper = getattr(self.space.rules, f"{side}_upper")
            count = np.bincount(own, minlength=len(upper))
            found += [(side, int(k)) for k in np.flatnonzero(count > upper)]
        return found

    def _too_many(self, side: str, person: int) -> Conflict:
        own, _ = _sides(side, *np.divmod(self.space.required, self.space.width))
        upper = int(getattr(self.space.rules, f"{side}_upper")[person])
        theirs = [Held("required", int(key)) for key in self.space.required[own == person]]
        ordered = self._by_name(theirs)
        some = ordered if upper < 0 else ordered[: upper + 1]
        requirements = tuple(self.requirements.named(each) for each in some)
        return Conflict(requirements, (), len(theirs), upper, smallest=len(some) == 1)

    def _crossed(self) -> list[tuple[str, int]]:
        """People whose minimum is above their own upper bound."""
        found = []
        for side in SIDES:
            lower, upper = (
                getattr(self.space.rules, f"{side}_{end}") for end in ("lower", "upper")
            )
            found += [(side, int(k)) for k in np.flatnonzero((lower > upper) & (lower > 0))]
        return found

    def _beyond_upper(self, side: str, person: int) -> Conflict:
        lower, upper = (getattr(self.space.rules, f"{side}_{end}") for end in ("lower", "upper"))
        requirement = self.requirements.named(Held(side, person))
        return Conflict((requirement,), (), int(lower[person]), int(upper[person]), smallest=True)

    @cached_property
    def served(self) -> dict[str, Exchange]:
        """Each side served as far as can be, with all required pairs."""
        found = {}
        for side in SIDES:
            exchange = self._exchange(side, self.space.required)
            exchange.serve(np.flatnonzero(exchange.needed))
            found[side] = exchange
        return found

    def _exchange(
        self, side: str, required: NDArray[np.int64], people: NDArray[np.bool_] | None = None
    ) -> Exchange:
        """Set up one side's minimum loads against the other's upper bounds, in canonical order."""
        mentee, mentor = np.divmod(required, self.space.width)
        own, other = _sides(side, mentee, mentor)
        count = self._count(side)
        place, places = self._place(side), self._place(_other(side))
        rules = self.space.rules
        lower = getattr(rules, f"{side}_lower") - np.bincount(own, minlength=count[0])
        room = getattr(rules, f"{_other(side)}_upper") - np.bincount(other, minlength=count[1])
        needed = np.empty_like(lower)
        needed[place] = np.maximum(lower, 0)
        if people is not None:
            needed[~people] = 0
        free = np.empty_like(room)
        free[places] = np.maximum(room, 0)
        open_pairs = self.pairs.only(~among(self.pairs.keys, required))
        first, second = _sides(side, open_pairs.mentee, open_pairs.mentor)
        first, second = place[first], places[second]
        concerned = np.flatnonzero(needed[first])
        first, second = first[concerned], second[concerned]
        order = np.lexsort((second, first))
        return Exchange.empty(first[order], second[order], needed=needed, room=free)

    def _count(self, side: str) -> tuple[int, int]:
        n, m = self.space.shape
        return (m, n) if side == "mentor" else (n, m)

    def _order(self, side: str) -> NDArray[np.intp]:
        """Position in the source of each person in canonical order."""
        return self.space.order[0 if side == "mentee" else 1]

    def _place(self, side: str) -> NDArray[np.intp]:
        """Place in canonical order of each person of the source."""
        return np.argsort(self._order(side))

    def _ids(self, side: str) -> NDArray[np.object_]:
        ids: NDArray[np.object_] = getattr(self.requirements.model.candidates.source, f"{side}_ids")
        return ids

    def changes(self) -> list[tuple[Step, ...]]:
        """Return changes with which all minimum loads can be met; the smallest first.

        Single ones are sought among the people and pairs of one conflict, since a change that
        touches nothing of a conflict leaves it as it is.
        """
        found: list[tuple[Step, ...]] = []
        short = self.short
        if self._overfull() or self._crossed():
            return self._several()
        for k, side in enumerate(SIDES):
            if short[k] and not short[1 - k]:
                found += [(step,) for step in self._single(side)]
        together = self._several()
        single = {steps[0].amount for steps in found if steps[0].kind == "minimum"}
        if len(together[0]) > 1 and sum(step.amount for step in together[0]) not in single:
            found += together
        return found

    def _single(self, side: str) -> Iterator[Step]:
        group = next(self._groups())
        served, total = self.served[side], int(self.served[side].missing.sum())
        people = np.flatnonzero(served.needed)
        ids, order = self._ids(side), self._order(side)
        for person in group.people[:TRIED]:
            needed = int(served.needed[person])
            if needed < total:
                continue
            trial = served.copy()
            trial.release(np.arange(len(trial.needed)) == person)
            if trial.serves(people):
                trial.needed[person] = needed
                trial.serves([int(person)])
                before = int(getattr(self.space.rules, f"{side}_lower")[order[person]])
                yield _lower(side, str(ids[order[person]]), int(trial.missing[person]), before)
        yield from self._room(side, group, total)
        inside = np.zeros(len(served.needed), dtype=np.bool_)
        inside[group.people] = True
        for key in self._touching(side, inside)[:TRIED_PAIRS]:
            exchange = self._exchange(side, self.space.required[self.space.required != key])
            if exchange.serves(np.flatnonzero(exchange.needed)):
                mentee, mentor = divmod(int(key), self.space.width)
                yield Step(
                    "required", str(self._ids("mentee")[mentee]), str(self._ids("mentor")[mentor])
                )

    def _room(self, side: str, group: _Group, total: int) -> Iterator[Step]:
        """More pairs for one of those who may be with the group."""
        other = _other(side)
        ids, order = self._ids(other), self._order(other)
        served = self.served[side]
        inside = np.zeros(len(served.needed), dtype=np.bool_)
        inside[group.people] = True
        upper = getattr(self.space.rules, f"{other}_upper")[order]
        degree = np.bincount(served.second[inside[served.first]], minlength=len(served.room))
        for person in np.flatnonzero(degree >= total)[:TRIED]:
            if other == "mentee" and not upper[person]:
                # Who wants nobody is not asked to take somebody.
                continue
            trial = served.copy()
            trial.room[person] += total
            if trial.serves(np.flatnonzero(trial.needed)):
                who = str(ids[order[person]])
                if other == "mentor":
                    yield Step("place", mentor=who, amount=float(total))
                else:
                    yield Step("demand", mentee=who, amount=float(total))

    def _several(self) -> list[tuple[Step, ...]]:
        """Drop what is too much of the required pairs, then lower minimum loads, as few as can."""
        dropped = self._dropped()
        keys = np.array([key for key in self.space.required.tolist() if key not in dropped])
        rest = replace(self, space=replace(self.space, required=keys.astype(np.int64)))
        steps = [
            Step("required", str(self._ids("mentee")[e]), str(self._ids("mentor")[o]))
            for e, o in (divmod(key, self.space.width) for key in sorted(dropped))
        ]
        for side in SIDES:
            missing, order = rest.served[side].missing, self._order(side)
            lower, upper = (
                getattr(self.space.rules, f"{side}_{end}") for end in ("lower", "upper")
            )
            for k in np.flatnonzero(missing | (lower > upper)[order]):
                person = order[k]
                amount = max(int(missing[k]), int(lower[person] - upper[person]))
                who = str(self._ids(side)[person])
                steps.append(_lower(side, who, amount, int(lower[person])))
        return [tuple(sorted(steps, key=lambda each: (each.mentor, each.mentee)))]

    def _dropped(self) -> set[int]:
        """Return required pairs beyond what somebody may have, the last by name."""
        dropped: set[int] = set()
        for side, person in self._overfull():
            own, _ = _sides(side, *np.divmod(self.space.required, self.space.width))
            upper = int(getattr(self.space.rules, f"{side}_upper")[person])
            theirs = self._by_name(
                [Held("required", int(k)) for k in self.space.required[own == person]]
            )
            left = [each.number for each in theirs if each.number not in dropped]
            dropped |= set(left[max(upper, 0) :])
        return dropped


def _lower(side: str, who: str, amount: int, before: int) -> Step:
    mentee, mentor = ("", who) if side == "mentor" else (who, "")
    return Step("minimum", mentee, mentor, amount=float(amount), before=before)


def _other(side: str) -> str:
    return "mentee" if side == "mentor" else "mentor"


def _sides(
    side: str, mentee: NDArray[np.signedinteger], mentor: NDArray[np.signedinteger]
) -> tuple[NDArray[np.signedinteger], NDArray[np.signedinteger]]:
    """Return the people of pairs, those of a side first."""
    return (mentor, mentee) if side == "mentor" else (mentee, mentor)
