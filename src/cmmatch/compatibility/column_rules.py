"""Rules that compare a text column of the two sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from cmmatch.compatibility.rule import Codes, FormulaRule, decide, labels, not_given
from cmmatch.programme.labels import folded, tidy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cmmatch.compatibility.rule import PreparedRule
    from cmmatch.programme.programme import Programme

__all__ = ["DifferentColumn", "SameColumn", "SameTeam"]


@dataclass(frozen=True)
class SameTeam:
    """Nobody is matched within their own team; unverified if the team of either is blank.

    Teams of one name count as one team whatever the departments, since a team may be drawn from
    several.
    """

    name: str = "same_team"
    columns: tuple[str, ...] = ("team",)

    def applies(self, programme: Programme) -> bool:
        """Whether anybody's team is given."""
        return _any_given(programme, "team")

    def prepare(self, programme: Programme) -> PreparedRule:
        """Give each team a number."""
        return _Different.of(self.name, programme, "team")


@dataclass(frozen=True)
class DifferentColumn:
    """Both must differ in a column, upper and lower case alike; unverified if either is blank."""

    column: str

    @property
    def name(self) -> str:
        """``different:`` and the column."""
        return f"different:{self.column}"

    @property
    def columns(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    def applies(self, programme: Programme) -> bool:
        """Whether anybody has a value in the column."""
        return _any_given(programme, self.column)

    def prepare(self, programme: Programme) -> PreparedRule:
        """Give each value a number."""
        return _Different.of(self.name, programme, self.column)


@dataclass(frozen=True)
class SameColumn:
    """Both must agree in a column, upper and lower case alike; unverified if either is blank."""

    column: str

    @property
    def name(self) -> str:
        """``same:`` and the column."""
        return f"same:{self.column}"

    @property
    def columns(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    def applies(self, programme: Programme) -> bool:
        """Whether anybody has a value in the column."""
        return _any_given(programme, self.column)

    def prepare(self, programme: Programme) -> PreparedRule:
        """Give each value a number."""
        return _Same.of(self.name, programme, self.column)


def _texts(programme: Programme, column: str) -> tuple[list[str], list[str]]:
    """Return the values of a text column; a side without the column has blanks."""
    mentees, mentors = (
        [""] * len(people) if values is None else [tidy(each) for each in values]
        for people in (programme.mentees, programme.mentors)
        for values in [people.column(column)]
    )
    return mentees, mentors


def _any_given(programme: Programme, column: str) -> bool:
    return any(any(side) for side in _texts(programme, column))


@dataclass(frozen=True, eq=False)
class _ColumnRule(FormulaRule):
    column: str
    texts: tuple[list[str], list[str]]
    codes: Codes

    @classmethod
    def of(cls, name: str, programme: Programme, column: str) -> Self:
        texts = _texts(programme, column)
        codes = Codes.of(*([folded(each) for each in side] for side in texts))
        return cls(name, programme, column, texts, codes)

    def missing(self, mentee: int, mentor: int) -> str:
        return not_given(
            f"the {self.column}",
            labels(self.programme, mentee, mentor),
            (not self.texts[0][mentee], not self.texts[1][mentor]),
        )


@dataclass(frozen=True, eq=False)
class _Different(_ColumnRule):
    def verdicts(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int8]:
        return decide(self.codes.equal(mentee, mentor), *self.codes.blank(mentee, mentor))

    def refusal(self, mentee: int, mentor: int) -> str:
        value = self.texts[0][mentee]
        if self.column == "team":
            return f"Both are in the team {value}."
        return f"Both have the {self.column} {value}; it must differ."


@dataclass(frozen=True, eq=False)
class _Same(_ColumnRule):
    def verdicts(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int8]:
        blank = self.codes.blank(mentee, mentor)
        unequal = ~self.codes.equal(mentee, mentor) & ~blank[0] & ~blank[1]
        return decide(unequal, *blank)

    def refusal(self, mentee: int, mentor: int) -> str:
        down, up = labels(self.programme, mentee, mentor)
        values = f"{down} has {self.texts[0][mentee]}, {up} has {self.texts[1][mentor]}"
        return f"The {self.column} must be the same: {values}."
