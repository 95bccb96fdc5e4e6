"""Requirements of a space, one by one: what is left of it when only some of them must hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cmmatch.assignment.builder import FormBuilder
from cmmatch.assignment.constraints.rows import RowRule
from cmmatch.assignment.constraints.soft import Soft
from cmmatch.assignment.form import UNBOUNDED
from cmmatch.assignment.infeasibility import Requirement
from cmmatch.assignment.space import Bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from cmmatch.assignment.families import Family
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.space import Space

__all__ = ["Held", "Requirements", "RowSense", "irreducible"]


class Held(NamedTuple):
    """One requirement by position.

    Parameters
    ----------
    kind : {"mentee", "mentor", "required", "lower", "upper"}
        A minimum load, a required pair, or one side of a row.
    number : int
        The person, the key of the pair, or the family.
    row : int, default 0
        Of the family.
    """

    kind: str
    number: int
    row: int = 0


class RowSense(NamedTuple):
    """How the rows of a family are told and relaxed.

    Parameters
    ----------
    per : int
        Units in one of what the rule counts.
    step : int
        How much of a row one unit is.
    short, over : int
        No row can be missed by more units.
    """

    per: int
    step: int
    short: int
    over: int


@dataclass(frozen=True, eq=False)
class Requirements:
    """Which parts of a model's rules can be named and dropped.

    Parameters
    ----------
    model : Model
        The whole.
    space : Space
        Compiled from it.
    senses : tuple of RowSense or None
        For each family; ``None`` where its rows only tie numbers to pairs, or may be missed.
    """

    model: Model
    space: Space
    senses: tuple[RowSense | None, ...]

    @classmethod
    def of(cls, model: Model, space: Space) -> Requirements:
        """Compile each constraint on its own, to know which rows it is about."""
        builder = FormBuilder(model.candidates)
        senses: list[RowSense | None] = []
        for constraint in model.constraints:
            before = len(builder.families)
            if isinstance(constraint, Soft):
                constraint.write(builder)
                senses += [None] * (len(builder.families) - before)
            elif isinstance(constraint, RowRule):
                rows = constraint.rows(builder)
                senses += [None] * (len(builder.families) - before)
                for each in rows:
                    builder.add_family(each.family)
                    senses.append(RowSense(constraint.per, each.step, each.short, each.over))
            else:
                constraint.write(builder)
                added = len(builder.families) - before
                senses += [RowSense(1, 1, FAR, FAR)] * added
        return cls(model, space, tuple(senses))

    @property
    def all(self) -> list[Held]:
        """Every requirement: required pairs, minimum loads, rows."""
        rules = self.space.rules
        found = [Held("required", int(key)) for key in self.space.required]
        for side, lower in (("mentor", rules.mentor_lower), ("mentee", rules.mentee_lower)):
            found += [Held(side, int(k)) for k in self._by_id(side, np.flatnonzero(lower > 0))]
        return [*found, *self.rows]

    @property
    def rows(self) -> list[Held]:
        """Both sides of every row that has them."""
        found = []
        for number, (family, sense) in enumerate(self._families()):
            if sense is None:
                continue
            found += [
                Held("lower", number, int(row)) for row in np.flatnonzero(family.lower > -UNBOUNDED)
            ]
            found += [
                Held("upper", number, int(row)) for row in np.flatnonzero(family.upper < UNBOUNDED)
            ]
        return found

    def only(self, kept: Collection[Held]) -> Space:
        """Return the space in which, beside places, demand and eligibility, only some must hold."""
        space, kept = self.space, set(kept)
        e_low, o_low = (np.zeros_like(each) for each in (space.rules[0], space.rules[2]))
        for each in kept:
            if each.kind == "mentee":
                e_low[each.number] = space.rules.mentee_lower[each.number]
            elif each.kind == "mentor":
                o_low[each.number] = space.rules.mentor_lower[each.number]
        required = np.array(
            sorted(each.number for each in kept if each.kind == "required"), dtype=np.int64
        )
        rules = Bounds(e_low, space.rules.mentee_upper, o_low, space.rules.mentor_upper)
        families = [self._only_rows(k, kept) for k in range(len(space.families))]
        plain = not any(self._asks(family) for family in families)
        return replace(
            space,
            rules=rules,
            required=required,
            families=() if plain else tuple(families),
            extras=() if plain else space.extras,
        )

    def without(self, dropped: Held) -> Space:
        """Return the space without one requirement."""
        return self.only([each for each in self.all if each != dropped])

    def named(self, held: Held) -> Requirement:
        """Name a requirement."""
        source = self.model.candidates.source
        if held.kind == "required":
            mentee, mentor = divmod(held.number, self.space.width)
            return Requirement("required", source.mentee_ids[mentee], source.mentor_ids[mentor])
        if held.kind == "mentee":
            least = float(self.space.rules.mentee_lower[held.number])
            who = source.mentee_ids[held.number]
            return Requirement("minimum", mentee=who, bound="least", amount=least)
        if held.kind == "mentor":
            least = float(self.space.rules.mentor_lower[held.number])
            who = source.mentor_ids[held.number]
            return Requirement("minimum", mentor=who, bound="least", amount=least)
        family, sense = self.space.families[held.number], self.senses[held.number]
        assert sense is not None
        bound = (family.lower if held.kind == "lower" else family.upper)[held.row]
        # A share compares sums: its bound of 0 says nothing to anybody.
        amount = float(bound) / sense.per if sense.step == 1 and not family.entries else np.nan
        return Requirement(
            "rule",
            rule=family.name,
            label=family.labels[held.row],
            bound="least" if held.kind == "lower" else "most",
            amount=amount,
        )

    def _by_id(self, side: str, people: NDArray[np.intp]) -> list[int]:
        ids = getattr(self.model.candidates.source, f"{side}_ids")
        return sorted(people.tolist(), key=lambda k: str(ids[k]))

    def _families(self) -> list[tuple[Family, RowSense | None]]:
        # Floors under earlier stages come after those of the model, and are none of its rules.
        return list(zip(self.space.families, self.senses, strict=False))

    def _only_rows(self, number: int, kept: set[Held]) -> Family:
        family = self.space.families[number]
        if number >= len(self.senses) or self.senses[number] is None:
            return family
        count = np.arange(len(family.labels))
        lower, upper = (
            np.array([Held(kind, number, int(row)) in kept for row in count], dtype=np.bool_)
            for kind in ("lower", "upper")
        )
        return replace(
            family,
            lower=np.where(lower, family.lower, -UNBOUNDED),
            upper=np.where(upper, family.upper, UNBOUNDED),
        )

    @staticmethod
    def _asks(family: Family) -> bool:
        return bool((family.lower > -UNBOUNDED).any() or (family.upper < UNBOUNDED).any())


FAR = 10**6
"""A row of a rule of one's own is not looked at further than by so many units."""


def irreducible(items: Sequence[Held], impossible: Callable[[Sequence[Held]], bool]) -> list[Held]:
    """Return some of the items that are impossible together while any fewer of them are not.

    All of them must be impossible, and fewer never be impossible where more are not. Halves are
    looked at first (QuickXplain, Junker 2004), so it asks about k log(n / k) times for k of n.
    """
    if impossible([]):
        return []
    return _explained([], [], list(items), impossible)


def _explained(
    background: list[Held],
    added: list[Held],
    items: list[Held],
    impossible: Callable[[Sequence[Held]], bool],
) -> list[Held]:
    if added and impossible(background):
        return []
    if len(items) == 1:
        return items
    half = len(items) // 2
    first, second = items[:half], items[half:]
    later = _explained([*background, *first], first, second, impossible)
    earlier = _explained([*background, *later], later, first, impossible)
    return [*earlier, *later]
