"""Weight ranges as they are told: a sentence, a table, a frame, and who changes at the ends."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from cmmatch import display
from cmmatch.errors import ModelError
from cmmatch.programme.spelling import did_you_mean, near_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from cmmatch.programme.programme import Programme

__all__ = ["Moved", "WeightRange", "WeightRanges"]

NAMED = 3
"""People named in a sentence; all are in the frame."""

FINEST = 12
"""Decimals of an end, at most."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What the best matching beyond an end has otherwise.

    Parameters
    ----------
    lost, made : tuple of (mentee id, mentor id)
        Pairs it does not make, and pairs it makes instead, sorted.
    """

    lost: tuple[tuple[str, str], ...]
    made: tuple[tuple[str, str], ...]

    @property
    def mentees(self) -> tuple[str, ...]:
        """Ids of the mentees whose mentors are others then, sorted."""
        return tuple(sorted({mentee for mentee, _ in (*self.lost, *self.made)}))

    def __str__(self) -> str:
        """Name a few: ``ann m1 -> m2, bob m2 -> m1``."""
        mentees = self.mentees
        said = [f"{who} {_partners(self.lost, who)} -> {_partners(self.made, who)}"
                for who in mentees[:NAMED]]  # fmt: skip
        rest = len(mentees) - NAMED
        return ", ".join([*said, f"{rest} more"] if rest > 0 else said)


@dataclass(frozen=True, slots=True)
class WeightRange:
    """From where to where one weight may move before another matching is better.

    Parameters
    ----------
    component : str
        Whose weight moves; the others stay as they are.
    weight : float
        As the settings give it.
    others : float
        Sum of the other weights in play, in the same unit.
    exact : (Fraction, Fraction or None), or None
        Both ends, in the unit of ``weight``; at the ends themselves the matching is still one of
        the best. The upper end is ``None`` where no weight is too high. All of it is ``None`` where
        the matching is best under no weight at all.
    below, above : Moved or None
        The best matching just beyond each end against the one at hand; ``None`` where there is no
        end, the matching being the best down to 0, or up to any weight.
    short : float
        By how much the sum of the scores is less than the best, at the weight as it is; 0 unless
        that lies outside. It may, since scores are rounded to a millionth when pairs are chosen: it
        is a millionth a pair at most.
    """

    component: str
    weight: float
    others: float
    exact: tuple[Fraction, Fraction | None] | None
    below: Moved | None = None
    above: Moved | None = None
    short: float = 0.0

    @property
    def low(self) -> float | None:
        """Lower end in the unit of the settings, 0 or more."""
        return None if self.exact is None else float(self.exact[0])

    @property
    def high(self) -> float | None:
        """Upper end in the unit of the settings; infinite where no weight is too high."""
        if self.exact is None:
            return None
        return float("inf") if self.exact[1] is None else float(self.exact[1])

    @property
    def shares(self) -> tuple[float, float] | None:
        """Both ends as shares of the score, 0..1: the weight divided by the sum of all then."""
        if self.low is None or self.high is None:
            return None
        if not self.others:
            return 1.0, 1.0
        rest = (self.others / (self.others + end) for end in (self.low, self.high))
        low, high = (1.0 - each for each in rest)
        return low, high

    @property
    def holds(self) -> bool:
        """Whether the weight as it is lies within, before any rounding."""
        return self.short == 0.0

    def __contains__(self, weight: float) -> bool:
        """Whether the matching is one of the best under this weight."""
        if self.exact is None:
            return False
        low, high = self.exact
        asked = Fraction(str(weight))
        return low <= asked and (high is None or asked <= high)

    def ends(self) -> tuple[str, str]:
        """Write both ends, rounded inwards, so that nothing is claimed that does not hold.

        An end that is none is written as "any".
        """
        if self.exact is None:
            return display.BLANK, display.BLANK
        now = Fraction(str(self.weight))
        low, high = self.exact
        return (
            "any" if self.below is None else _inwards(low, now, ROUND_CEILING),
            "any" if high is None else _inwards(high, now, ROUND_FLOOR),
        )

    def sentence(
        self, *, mentee: str = "mentee", mentees: str = "mentees", mentor: str = "mentor"
    ) -> str:
        """Say it in words; the roles may have other names."""
        now = f"{self.weight:g}"
        if self.exact is None:
            return (
                f"{self.component} (now {now}): before scores are rounded to a millionth another "
                f"matching is better under every weight; now by {self.short:.2g}."
            )
        low, high = self.ends()
        if low == high == "any":
            return f"{self.component} (now {now}) may weigh anything: nobody's {mentor} changes."
        if high == "any":
            reach = f"{low} or more"
        else:
            reach = f"{high} or less" if low == "any" else f"between {low} and {high}"
        said = f"{self.component} may weigh {reach} (now {now}) before anybody's {mentor} changes."
        if not self.holds:
            said = (
                f"{self.component} must weigh {reach} for this matching to be the best before "
                f"scores are rounded to a millionth; now ({now}) it is {self.short:.2g} short."
            )
        for end, word, moved in ((low, "Below", self.below), (high, "Above", self.above)):
            if moved is not None:
                who = display.several(len(moved.mentees), f"{mentee} changes", f"{mentees} change")
                said += f" {word} {end}, {who}: {moved}."
        return said


@dataclass(frozen=True, eq=False)
class WeightRanges:
    """How far each weight may move alone before anybody's mentor changes.

    Parameters
    ----------
    programme : Programme
        What was matched.
    ranges : tuple of WeightRange
        One a component, in the order of the score.
    idle : tuple of str
        Components not in play: their weights move nothing.
    """

    programme: Programme
    ranges: tuple[WeightRange, ...]
    idle: tuple[str, ...] = ()

    def __getitem__(self, component: str) -> WeightRange:
        """Return the range of one component; ``ModelError`` where it is not in play."""
        for each in self.ranges:
            if each.component == component:
                return each
        names = [each.component for each in self.ranges]
        near = did_you_mean(near_names(component, names))
        message = (
            f"A weight that moves must be one of a component in play; {component!r} is none. "
            f"{near}In play: {', '.join(names) or 'none'}."
        )
        raise ModelError(message)

    def __iter__(self) -> Iterator[WeightRange]:
        return iter(self.ranges)

    def __len__(self) -> int:
        return len(self.ranges)

    def columns(self) -> dict[str, list[Any]]:
        """Return one row a component, as lists.

        ``component``; ``weight``, ``low`` and ``high`` in the unit of the settings; ``share_low``
        and ``share_high``, shares of the score; ``changed_below`` and ``changed_above``, mentees
        whose mentors are others beyond each end; ``below`` and ``above``, a few of them by id;
        ``short``. Blank where there is no end.
        """
        rows = [_row(each) for each in self.ranges]
        return {name: [row[name] for row in rows] for name in COLUMNS}

    @property
    def frame(self) -> pd.DataFrame:
        """One row a component; see :meth:`columns`."""
        import pandas as pd

        return pd.DataFrame(self.columns())

    @property
    def note(self) -> str:
        """What the ranges leave out; empty where they leave out nothing."""
        least = self.programme.config.quality.min_score
        if least <= 0:
            return ""
        return (
            f"The pairs to choose from are those that reach min_score ({least:g}) now; which do "
            "moves with the weights, too."
        )

    def __str__(self) -> str:
        roles = self.programme.config.roles
        said = [
            each.sentence(mentee=roles.mentee, mentees=roles.mentees, mentor=roles.mentor)
            for each in self.ranges
        ]
        return "\n".join([*said, self.note] if self.note else said)

    def __repr__(self) -> str:
        ends = (f"{each.component} {'..'.join(each.ends())}" for each in self.ranges)
        return f"WeightRanges({', '.join(ends)})"

    def _repr_html_(self) -> str:
        roles = self.programme.config.roles
        rows = []
        for each in self.ranges:
            beyond = [
                display.BLANK if moved is None else f"{len(moved.mentees)}: {moved}"
                for moved in (each.below, each.above)
            ]
            rows.append((each.component, f"{each.weight:g}", *each.ends(), *beyond))
        table = display.small_table(
            ("weight of", "now", "from", "to", "below it change", "above it change"),
            rows,
            caption=f"How far one weight may move before anybody's {roles.mentor} changes",
            most=60,
        )
        return f"{table}<p>{display.escape(self.note)}</p>" if self.note else table


COLUMNS = (
    "component", "weight", "low", "high", "share_low", "share_high", "changed_below",
    "changed_above", "below", "above", "short",
)  # fmt: skip


def _row(each: WeightRange) -> dict[str, Any]:
    shares = each.shares or (None, None)
    endless = each.exact is not None and each.exact[1] is None
    return {
        "component": each.component,
        "weight": each.weight,
        "low": each.low,
        "high": None if endless else each.high,
        "share_low": shares[0],
        "share_high": shares[1],
        "changed_below": None if each.below is None else len(each.below.mentees),
        "changed_above": None if each.above is None else len(each.above.mentees),
        "below": "" if each.below is None else str(each.below),
        "above": "" if each.above is None else str(each.above),
        "short": each.short,
    }


def _partners(pairs: tuple[tuple[str, str], ...], mentee: str) -> str:
    return " + ".join(mentor for who, mentor in pairs if who == mentee) or "nobody"


def _inwards(end: Fraction, now: Fraction, way: str) -> str:
    """Write an end rounded one way: to four figures, or to as many as tell it from the weight."""
    digits = Decimal(end.numerator) / Decimal(end.denominator)
    places = max(0, 3 - digits.adjusted()) if end else 0
    while True:
        rounded = digits.quantize(Decimal(1).scaleb(-places), rounding=way)
        beyond = (Fraction(rounded) > now) != (end > now) or Fraction(rounded) == now != end
        if not beyond or places >= FINEST:
            return f"{rounded.normalize():f}"
        places += 1
