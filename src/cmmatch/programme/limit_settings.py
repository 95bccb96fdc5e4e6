"""``[[limits]]``: how many pairs, or hours, a group of people may and must have."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from cmmatch.programme.section import Section, Share

__all__ = ["BOUNDS", "Limit"]

Count = Annotated[int, Field(ge=0, le=10**9)]

BOUNDS = ("min", "max", "exactly", "min_share", "max_share", "max_hours_per_month")


class Limit(Section):
    """A limit on the pairs of a group."""

    name: str = Field(min_length=1, description="Named in every message about it.")
    side: Literal["mentors", "mentees", "both"] = Field(
        "mentors", description="Whose columns 'where' and 'each' look at; both: of either."
    )
    where: dict[str, str] = Field(
        default_factory=dict, description="Column and value that make the group; all must hold."
    )
    same: str = Field("", description="Column in which both must agree for the pair to count.")
    differ: str = Field("", description="Column in which both must differ for the pair to count.")
    each: str = Field("", description="Column each of whose values is a group of its own.")
    min: Count | None = Field(None, description="Least pairs of the group.")
    max: Count | None = Field(None, description="Most pairs of the group.")
    exactly: Count | None = Field(None, description="Pairs of the group, no more and no fewer.")
    min_share: Share | None = Field(None, description="Least share of all pairs.")
    max_share: Share | None = Field(None, description="Most share of all pairs.")
    max_hours_per_month: float | None = Field(
        None, ge=0.0, le=1e6, description="Hours the pairs of the group may take in a month."
    )
    per_mentee: bool = Field(
        False, description="Whether the numbers are for the mentors of each mentee who has any."
    )
    price: float | None = Field(
        None,
        ge=0.0,
        le=1e6,
        description="Score that each pair or hour beyond the limit takes; left out, none may be.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Limit:
        for problem in (*self._crossed(), *self._mixed()):
            raise ValueError(problem)
        return self

    def _crossed(self) -> list[str]:
        given = [bound for bound in BOUNDS if getattr(self, bound) is not None]
        found = []
        if not given:
            found.append(f"limit {self.name!r} must have one of {', '.join(BOUNDS)}")
        if self.exactly is not None and (self.min is not None or self.max is not None):
            found.append(f"limit {self.name!r} must have 'exactly' without 'min' and 'max'")
        for lower, upper in (("min", "max"), ("min_share", "max_share")):
            least, most = getattr(self, lower), getattr(self, upper)
            if least is not None and most is not None and least > most:
                found.append(
                    f"limit {self.name!r} must have {lower!r} not above {upper!r}; "
                    f"given {least} and {most}"
                )
        return found

    def _mixed(self) -> list[str]:
        found = []
        if self.same and self.differ:
            found.append(f"limit {self.name!r} must have 'same' or 'differ', not both")
        if self.each and self.side == "both":
            found.append(f"limit {self.name!r} must say whose column 'each' is; set 'side'")
        if self.per_mentee:
            wrong = [name for name in ("same", "differ") if getattr(self, name)]
            wrong += [name for name in BOUNDS[3:] if getattr(self, name) is not None]
            if wrong:
                found.append(f"limit {self.name!r} with 'per_mentee' must not have {wrong[0]!r}")
            if self.side != "mentors":
                found.append(f"limit {self.name!r} with 'per_mentee' must have side 'mentors'")
            if self.min == 0 and self.max is None:
                found.append(
                    f"limit {self.name!r} with 'per_mentee' must have a 'min' above 0 or a 'max'"
                )
        return found
