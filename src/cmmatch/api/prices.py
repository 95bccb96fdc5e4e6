"""Prices of a programme: what one more place is worth, as a table and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cmmatch import display
from cmmatch.analysis.bars import WIDTH, folded
from cmmatch.analysis.price_words import PairPrices, gained
from cmmatch.assignment.pair_costs import costs_with
from cmmatch.assignment.result import in_order
from cmmatch.compatibility.rule import label
from cmmatch.errors import UnsupportedModel

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from cmmatch.assignment.matching import Matching
    from cmmatch.assignment.model import Model
    from cmmatch.assignment.result import Value
    from cmmatch.assignment.worth import PlacePrices, Worth
    from cmmatch.programme.programme import Programme

__all__ = ["ProgrammePrices", "priced", "small"]

MANY = 1_000_000
"""With more pairs of people than that ``explain`` leaves costs out, since all must be scored."""

SHOWN = 3
"""So many of the most valuable places are told in words."""


@dataclass(frozen=True, eq=False)
class ProgrammePrices:
    """What one more place with each mentor is worth, and what one fewer costs; ``print`` it.

    Parameters
    ----------
    programme : Programme
        Whose places.
    resolution : float
        What one unit of a score is.
    prices : PlacePrices
        In units of the objectives.
    """

    programme: Programme
    resolution: float
    prices: PlacePrices

    @property
    def exact(self) -> bool:
        """Whether they are proven; else they are estimates."""
        return self.prices.exact

    @property
    def frame(self) -> pd.DataFrame:
        """One row a mentor, sorted by id: places, used, and for each objective two columns.

        ``more_...`` is what one more place adds to the objective, ``fewer_...`` what one fewer
        takes, None where that cannot be; scores in their own unit, all else as counted.
        """
        import pandas as pd

        return pd.DataFrame(self.columns())

    def columns(self) -> dict[str, list[Any]]:
        """Return the columns of :attr:`frame` as lists."""
        rows = sorted(self.prices.mentors, key=lambda each: each.person_id)
        columns: dict[str, list[Any]] = {
            "mentor_id": [each.person_id for each in rows],
            "places": [each.allowed for each in rows],
            "used": [each.used for each in rows],
        }
        for k, stage in enumerate(self.prices.stages):
            columns[f"more_{stage}"] = [self._shown(stage, each.more[k]) for each in rows]
            columns[f"fewer_{stage}"] = [
                None if each.fewer is None else self._shown(stage, each.fewer[k]) for each in rows
            ]
        columns["exact"] = [self.exact] * len(rows)
        return columns

    def _shown(self, stage: str, value: Value | None) -> Any:
        if stage != "total_score" or not isinstance(value, int):
            return value
        return round(value * self.resolution, 9)

    def most_valuable(self) -> tuple[Worth, ...]:
        """Return the mentors with whom one more place is worth most, up to three, best first."""
        some = [each for each in self.prices.mentors if any(map(any, _numbers(each)))]
        some.sort(key=lambda each: each.person_id)
        some.sort(key=_numbers, reverse=True)
        return tuple(some[:SHOWN])

    def sentences(self) -> tuple[str, ...]:
        """Say what the most valuable places would bring."""
        roles, demand = self.programme.config.roles, self.programme.demand
        person = (roles.mentee, roles.mentees) if demand.max(initial=1) <= 1 else ("pair", "pairs")
        said = []
        for each in self.most_valuable():
            gain = gained(self.prices.stages, each.more, resolution=self.resolution, person=person)
            position = self.programme.mentors.position[each.person_id]
            name = label(self.programme.mentors, position)
            who = name if name == each.person_id else f"{name} ({each.person_id})"
            gain = gain.replace("serve ", "make ", 1) if person[0] == "pair" else gain
            said.append(f"One more place with {who} would {gain}.")
        if not said:
            said.append(f"One more place would change nothing, with whatever {roles.mentor}.")
        if not self.exact:
            said.append(
                "Estimates: limits, or objectives that do not add up, leave no exact prices; "
                "cmmatch.assignment.loosening.exact_worth solves again for one."
            )
        return tuple(said)

    def __str__(self) -> str:
        return "\n".join(line for each in self.sentences() for line in folded(each, width=WIDTH))

    def _repr_html_(self) -> str:
        columns = self.columns()
        told = "".join(f"<p>{display.escape(each)}</p>" for each in self.sentences())
        rows = [
            ["" if cell is None else str(cell) for cell in row]
            for row in zip(*columns.values(), strict=True)
        ]
        return told + display.small_table(tuple(columns), rows)


def _numbers(worth: Worth) -> tuple[tuple[int, ...], ...]:
    return tuple((0,) if value is None else in_order(value) for value in worth.more)


def small(shape: tuple[int, int]) -> bool:
    """Whether a programme is small enough for ``explain`` to find costs by the way."""
    return shape[0] * shape[1] <= MANY


def priced(
    model: Model, matching: Matching, *, proven: bool
) -> Callable[[int], PairPrices | None] | None:
    """Return what finds the costs of one mentee's pairs; ``None`` where there are none to find.

    Parameters
    ----------
    model : Model
        What was solved.
    matching : Matching
        Its best matching.
    proven : bool
        Whether it is proven to be.
    """
    if not (proven and small(model.candidates.shape)):
        return None

    def found(mentee: int) -> PairPrices | None:
        try:
            costs = costs_with(model, matching, str(matching.mentee_ids[mentee]))
        except UnsupportedModel:
            return None
        names = tuple(objective.name for objective in model.objectives)
        return PairPrices(names, costs, model.candidates.resolution)

    return found
