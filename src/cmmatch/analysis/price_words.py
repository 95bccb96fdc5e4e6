"""Prices in words: what one more place would bring, what having somebody else would cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmmatch.assignment.pair_costs import NO_WAY
from cmmatch.assignment.result import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmmatch.assignment.pair_costs import PairCost
    from cmmatch.assignment.result import Value

__all__ = ["PairPrices", "amount", "gained", "lost"]

WORDS = {
    "worst_off": "the lowest score",
    "leximin": "the counts of low scores",
    "rank_maximal": "the counts of wishes met",
    "greedy_maximum": "pairs and the counts of wishes met",
    "generous_maximum": "pairs and the counts of wishes met",
    "even_load": "how evenly work is shared out",
    "fewest_changes": "pairs kept from before",
    "nash": "the product of the scores",
}
"""What other objectives are about."""

NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


def amount(score: float) -> str:
    """Write part of a score with as many decimals as it takes to see it, 2 at least.

    Examples
    --------
    >>> amount(0.3), amount(0.00125)
    ('0.30', '0.001')
    """
    for decimals in range(2, 7):
        if round(score, decimals):
            return f"{score:.{decimals}f}"
    return f"{score:.1g}"


def gained(
    stages: Sequence[str],
    gain: Sequence[Value | None],
    *,
    resolution: float,
    person: tuple[str, str] = ("mentee", "mentees"),
) -> str:
    """Say what a gain does, as the end of "One more place would"; nothing where it is 0.

    Parameters
    ----------
    stages : sequence of str
        Names of the objectives.
    gain : sequence of int, tuple of int or None
        Of each.
    resolution : float
        What one unit of a score is.
    person : (singular, plural)
        Who is served by one more pair.

    Examples
    --------
    >>> gained(("most_matched", "total_score"), (1, 310000), resolution=1e-6)
    'serve one more mentee and add 0.31 to the total score'
    """
    said = []
    for stage, value in zip(stages, gain, strict=True):
        numbers = (0,) if value is None else in_order(value)
        if not any(numbers):
            continue
        if stage == "most_matched":
            said.append(f"serve {_number(numbers[0])} more {person[numbers[0] != 1]}")
        elif stage == "total_score":
            size = amount(abs(numbers[0]) * resolution)
            add = f"add {size} to" if numbers[0] > 0 else f"take {size} from"
            said.append(f"{add} the total score")
        elif not said:
            return f"improve {WORDS.get(stage, stage)}"
    return " and ".join(said)


def lost(stages: Sequence[str], loss: Sequence[Value], *, resolution: float) -> str:
    """Say what is lost first, as the end of "it would cost"; nothing where that is 0.

    Examples
    --------
    >>> lost(("most_matched", "total_score"), (0, 40000), resolution=1e-6)
    '0.04 of total score over the whole programme'
    """
    for stage, value in zip(stages, loss, strict=True):
        numbers = in_order(value)
        if not any(numbers):
            continue
        if stage == "most_matched":
            pairs = "pair" if numbers[0] == 1 else "pairs"
            return f"{_number(numbers[0])} {pairs} over the whole programme"
        if stage == "total_score":
            return f"{amount(numbers[0] * resolution)} of total score over the whole programme"
        return f"something in {WORDS.get(stage, stage)} over the whole programme"
    return ""


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


@dataclass(frozen=True)
class PairPrices:
    """What the pairs of one mentee cost.

    Parameters
    ----------
    stages : tuple of str
        Names of the objectives.
    costs : tuple of PairCost, one a mentor
        In the order of the programme.
    resolution : float
        What one unit of a score is.
    """

    stages: tuple[str, ...]
    costs: tuple[PairCost, ...]
    resolution: float

    def phrase(self, mentor: int) -> str:
        """Say the same in a few words, to follow the name of somebody else."""
        cost = self.costs[mentor].cost
        if cost is None:
            return "not possible without breaking a rule (exact)"
        loss = lost(self.stages, cost, resolution=self.resolution)
        return f"at a cost of {loss} (exact)" if loss else "at no cost (exact)"

    def sentence(self, mentor: int, name: str, *, instead: bool) -> str:
        """Say what having a mentor, or doing without, costs; nothing where a rule says it all.

        Parameters
        ----------
        mentor : int
            Position.
        name : str
            Of the mentor.
        instead : bool
            Whether the mentee has somebody.
        """
        cost = self.costs[mentor]
        what = f"Doing without {name}" if cost.made else f"Having {name}"
        what += " instead" if instead and not cost.made else ""
        if cost.cost is None:
            if cost.obstacle != NO_WAY:
                return ""
            return f"{what} is not possible: other rules could not be kept (exact)."
        loss = lost(self.stages, cost.cost, resolution=self.resolution)
        if not loss:
            return f"{what} would cost nothing: another matching is as good (exact)."
        return f"{what} would cost {loss} (exact)."
