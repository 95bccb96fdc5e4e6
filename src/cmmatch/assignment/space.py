"""Space: which sets of pairs keep all rules, over every pair that may be made at all.

It starts as the rules of the model. Each stage that is proven narrows it to its best sets: where
rules are about degrees only by prices, which leaves degrees only; else by a floor, one more row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.assignment.columns import among
from cmmatch.assignment.families import Extra, Family, OneRow, RowOfMentor
from cmmatch.assignment.form import UNBOUNDED, Form, Rows, Target
from cmmatch.assignment.links import Aim, best_loads, sign
from cmmatch.assignment.pairwise import Constant

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cmmatch.assignment.columns import Columns
    from cmmatch.assignment.links import Link

__all__ = ["Bounds", "Space", "target"]


class Bounds(NamedTuple):
    """How many pairs each person must and may have, shapes (N,) and (M,), in source positions."""

    mentee_lower: NDArray[np.int64]
    mentee_upper: NDArray[np.int64]
    mentor_lower: NDArray[np.int64]
    mentor_upper: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Space:
    """All sets of pairs that keep the rules and are as good as the stages before can be.

    Parameters
    ----------
    order : two int arrays, shapes (N,) and (M,)
        Canonical order of the people.
    rules : Bounds
        Of the model.
    required, forbidden : int64, sorted
        ``mentee * M + mentor``.
    families : tuple of Family
        Rows beyond degrees, floors under earlier stages among them.
    extras : tuple of Extra
        Whole numbers that the rows speak of.
    links : tuple of Link
        Proven stages with prices, in order.
    at_least : int or None
        Least score of a pair that is not required.
    kept : int64, sorted, or None
        Keys of the only pairs that are looked at; ``None`` where all that may be made are.
    """

    order: tuple[NDArray[np.intp], NDArray[np.intp]]
    rules: Bounds
    required: NDArray[np.int64]
    forbidden: NDArray[np.int64]
    families: tuple[Family, ...] = ()
    extras: tuple[Extra, ...] = ()
    links: tuple[Link, ...] = ()
    at_least: int | None = None
    kept: NDArray[np.int64] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """(N, M)."""
        return len(self.rules.mentee_upper), len(self.rules.mentor_upper)

    @property
    def width(self) -> int:
        """M, at least 1: what keys are made with."""
        return max(self.shape[1], 1)

    @property
    def degrees_only(self) -> bool:
        """Whether no rule goes beyond how many pairs a person has, and which."""
        return not self.families

    @cached_property
    def bounds(self) -> Bounds:
        """The rules, narrowed by what the stages before leave open."""
        e_low, e_up, o_low, o_up = self.rules
        for link in self.links:
            e_low, e_up = best_loads(link.mentee, link.aim.mentee_steps, e_low, e_up)
            o_low, o_up = best_loads(link.mentor, link.aim.mentor_steps, o_low, o_up)
        return Bounds(e_low, e_up, o_low, o_up)

    def after(self, link: Link) -> Space:
        """Narrow to the best sets of a stage that prices prove."""
        return replace(self, links=(*self.links, link))

    def above(self, floor: int) -> Space:
        """Narrow to sets in which every pair that is not required has at least this score."""
        least = floor if self.at_least is None else max(floor, self.at_least)
        return replace(self, at_least=least)

    def with_floor(self, name: str, aim: Aim, floor: int) -> Space:
        """Narrow by a row: what an earlier stage reached, or as much of it as it may not give."""
        counted = () if aim.extra is None else tuple(int(each) for each in aim.extra)
        family = Family(
            name,
            ("floor",),
            OneRow(),
            aim.value,
            np.array([floor], dtype=np.int64),
            np.array([UNBOUNDED], dtype=np.int64),
            tuple((0, k, amount) for k, amount in enumerate(counted) if amount),
        )
        return replace(self, families=(*self.families, family))

    def spelled_out(self, name: str, aim: Aim) -> tuple[Space, Aim]:
        """Write what steps of mentors add as extras, one for each pair of a mentor."""
        steps = aim.mentor_steps
        if steps is None:
            return self, aim
        n, m = self.shape
        most = np.minimum(self.bounds.mentor_upper, n)
        mentor, step = np.nonzero(np.arange(steps.shape[1])[None, :] < most[:, None])
        first = len(self.extras)
        added = tuple(Extra(f"{name}, mentor {j}", 0, 1) for j in mentor)
        family = Family(
            name,
            tuple(f"load {j}" for j in range(m)),
            RowOfMentor(np.arange(m)),
            Constant(),
            np.zeros(m, dtype=np.int64),
            np.maximum(most - steps.shape[1], 0),
            tuple((int(j), first + k, -1) for k, j in enumerate(mentor)),
        )
        profit = np.zeros(first + len(added), dtype=np.int64)
        profit[: 0 if aim.extra is None else len(aim.extra)] = 0 if aim.extra is None else aim.extra
        profit[first:] = steps[mentor, step]
        space = replace(self, families=(*self.families, family), extras=(*self.extras, *added))
        return space, Aim(aim.value, profit)

    def extra_profit(self, link: Link) -> NDArray[np.int64]:
        """Return what one unit of each extra is worth less what its rows charge, shape (E,)."""
        profit = np.zeros(len(self.extras), dtype=np.int64)
        if link.aim.extra is not None:
            profit[: len(link.aim.extra)] = link.aim.extra * link.scale
        for family, price in zip(self.families, link.rows, strict=True):
            for row, extra, amount in family.entries:
                profit[extra] -= price[row] * amount
        return profit

    def without_minimum(self) -> Space:
        """Drop every least number of pairs."""
        e_low, e_up, o_low, o_up = self.rules
        return replace(self, rules=Bounds(np.zeros_like(e_low), e_up, np.zeros_like(o_low), o_up))

    def allows(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp], score: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Whether pairs are open to choice: not forbidden, and good enough or required."""
        fine = np.ones(len(mentee), dtype=np.bool_)
        if not len(self.forbidden) and self.at_least is None:
            return fine
        if len(self.forbidden):
            fine = ~among(mentee.astype(np.int64) * self.width + mentor, self.forbidden)
        if self.at_least is not None:
            low = np.flatnonzero(score < self.at_least)
            key = mentee[low].astype(np.int64) * self.width + mentor[low]
            fine[low] &= among(key, self.required)
        return fine

    def decided(self, columns: Columns) -> NDArray[np.bool_]:
        """Pairs that must be made: by a rule, or since an earlier stage is worse without them."""
        return self._verdict(columns) > 0

    def _verdict(self, columns: Columns) -> NDArray[np.int8]:
        """-1 for pairs that must not be made, 1 for those that must, 0 for those open to choice."""
        verdict = sign(self.links, (), columns.mentee, columns.mentor, columns.score)
        verdict[~self.allows(columns.mentee, columns.mentor, columns.score)] = -1
        verdict[among(columns.keys, self.required)] = 1
        return verdict

    def form(self, columns: Columns) -> Form:
        """Compile for a backend, over some pairs, in canonical order."""
        verdict = self._verdict(columns)
        required = verdict > 0
        bounds = self.bounds
        kept = np.flatnonzero(required | ((verdict == 0) & self._room(columns, required)))
        place = [np.argsort(order).astype(np.int32) for order in self.order]
        mentee, mentor = place[0][columns.mentee[kept]], place[1][columns.mentor[kept]]
        order = np.argsort(mentee.astype(np.int64) * self.width + mentor, kind="stable")
        column = kept[order]
        rows, low, up = self._rows(columns.only(column), len(column))
        e, o = self.order
        return Form(
            mentee[order],
            mentor[order],
            bounds.mentee_lower[e],
            bounds.mentee_upper[e],
            bounds.mentor_lower[o],
            bounds.mentor_upper[o],
            required[column],
            rows,
            low,
            up,
            column,
        )

    def _room(self, columns: Columns, required: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether both people of each pair have room beside the pairs that must be made."""
        n, m = self.shape
        mentee = self.bounds.mentee_upper - np.bincount(columns.mentee[required], minlength=n)
        mentor = self.bounds.mentor_upper - np.bincount(columns.mentor[required], minlength=m)
        room: NDArray[np.bool_] = (mentee[columns.mentee] > 0) & (mentor[columns.mentor] > 0)
        return room

    def _rows(
        self, columns: Columns, extras_after: int
    ) -> tuple[Rows, NDArray[np.int64], NDArray[np.int64]]:
        """Rows over the columns, and the bounds of the extras that come after them."""
        low = np.array([extra.lower for extra in self.extras], dtype=np.int64)
        up = np.array([extra.upper for extra in self.extras], dtype=np.int64)
        if not self.families:
            return Rows.none(), low, up
        parts: list[tuple[NDArray[np.int64], ...]] = []
        first = 0
        for family in self.families:
            row = family.row(columns.mentee, columns.mentor)
            counts = family.coefficient(columns.mentee, columns.mentor, columns.score)
            here = np.flatnonzero((row >= 0) & (counts != 0))
            own = np.array(family.entries, dtype=np.int64).reshape(-1, 3)
            parts.append((row[here] + first, here, counts[here]))
            parts.append((own[:, 0] + first, own[:, 1] + extras_after, own[:, 2]))
            first += len(family.labels)
        row, column, coefficient = (np.concatenate(part) for part in zip(*parts, strict=True))
        order = np.lexsort((column, row))
        rows = Rows(
            tuple(f"{f.name}: {label}" for f in self.families for label in f.labels),
            row[order],
            column[order],
            coefficient[order],
            np.concatenate([f.lower for f in self.families]),
            np.concatenate([f.upper for f in self.families]),
        )
        return rows, low, up


def target(aim: Aim, form: Form, columns: Columns, space: Space) -> Target:
    """Compile an aim over the columns of a form."""
    shown = columns.only(form.column)
    extra = np.zeros(len(space.extras), dtype=np.int64)
    if aim.extra is not None:
        extra[: len(aim.extra)] = aim.extra
    e, o = space.order
    return Target(
        aim.value(shown.mentee, shown.mentor, shown.score),
        extra,
        None if aim.mentee_steps is None else aim.mentee_steps[e],
        None if aim.mentor_steps is None else aim.mentor_steps[o],
    )
