"""At least, at most or exactly so many pairs of a group, as a number or as a share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from numbers import Integral
from typing import TYPE_CHECKING, Self

import numpy as np

from cmmatch.assignment.constraints.members import (
    Counted,
    LabelledPairs,
    People,
    listed_pairs,
)
from cmmatch.assignment.constraints.rows import Breakable, Miss, RowRule, most_pairs, refuse
from cmmatch.assignment.families import Family, OneRow
from cmmatch.assignment.form import UNBOUNDED
from cmmatch.display import several

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.constraints.members import CountedPairs, Members, PairIds
    from cmmatch.assignment.matching import Matching

__all__ = ["GroupLimit"]

DENOMINATOR = 10_000
"""A share given as a float is the nearest fraction with a denominator up to this."""


@dataclass(frozen=True, eq=False)
class GroupLimit(RowRule):
    """At least, at most or exactly so many pairs are of a group.

    With G the pairs that count: ``minimum <= sum over G of x[i, j] <= maximum``, and as shares of
    all pairs made ``minimum_share * sum x <= sum over G of x <= maximum_share * sum x``, in whole
    numbers. For a coordinator: two of ten from another site; no more than six with Operations.

    Parameters
    ----------
    name : str
        Named in every message about the rule.
    minimum, maximum : int, optional
        Pairs, >= 0.
    exactly : int, optional
        Instead of both.
    minimum_share, maximum_share : float or Fraction, optional
        Of all pairs made, 0..1; 0 of 0 pairs is fine. A float counts as the nearest fraction with
        a denominator up to 10,000.
    mentees, mentors : bool array of shape (N,) or (M,), or ids, optional
        A pair counts if its mentee, and its mentor, is one of these; left out, everybody is.
    pairs : (mentee id, mentor id) pairs, or LabelledPairs, optional
        A pair counts if it is one of these; left out, every pair is.

    Raises
    ------
    ModelError
        Bounds are missing, negative or crossed, or both ways of giving them are mixed; when
        written: a mask or labels of the wrong length, or ids that nobody has. All is told at once.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, objectives, solve
    >>> rule = GroupLimit("with max", maximum=1, mentors=["max"])
    >>> from cmmatch.assignment.matching import Matching
    >>> both = Matching.from_ids(
    ...     [("ann", "max"), ("bob", "max")], mentee_ids=["ann", "bob"], mentor_ids=["max"]
    ... )
    >>> print(*rule.violations(both))
    with max: 2 pairs of 2 count; at most 1 may.
    """

    name: str
    minimum: int | None = None
    maximum: int | None = None
    exactly: int | None = None
    mentees: Members | None = None
    mentors: Members | None = None
    pairs: PairIds | LabelledPairs | None = None
    minimum_share: float | Fraction | None = None
    maximum_share: float | Fraction | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "pairs", listed_pairs(self.pairs))
        refuse(self.name, [*self._number_faults(), *self._share_faults()])

    @classmethod
    def of_pairs(
        cls,
        name: str,
        mentee_labels: Sequence[str],
        mentor_labels: Sequence[str],
        *,
        same: bool = False,
        minimum: int | None = None,
        maximum: int | None = None,
        exactly: int | None = None,
        minimum_share: float | Fraction | None = None,
        maximum_share: float | Fraction | None = None,
    ) -> Self:
        """Count the pairs whose two people have different labels, or the same one.

        Parameters
        ----------
        name : str
            Of the rule.
        mentee_labels, mentor_labels : sequence of str, shapes (N,) and (M,)
            Such as the site of each; a pair with a blank one does not count.
        same : bool, default False
            Whether pairs of one label count; else those of two.
        minimum, maximum, exactly : int, optional
            Pairs.
        minimum_share, maximum_share : float or Fraction, optional
            Of all pairs made, 0..1.
        """
        return cls(
            name,
            minimum,
            maximum,
            exactly,
            pairs=LabelledPairs(mentee_labels, mentor_labels, same=same),
            minimum_share=minimum_share,
            maximum_share=maximum_share,
        )

    def rows(self, form: FormBuilder) -> tuple[Breakable, ...]:
        """One row for the number, and one for each share."""
        source = form.candidates.source
        people = People(source.mentee_ids, source.mentor_ids)
        refuse(self.name, self._counted.faults(people))
        counted, made = self._counted.on(people), most_pairs(form)
        most = most_pairs(form, counted.mentees, counted.mentors)
        lower, upper = self._number
        found = []
        if lower is not None or upper is not None:
            family = _one_row(self.name, "pairs", _Weight(counted), lower=lower, upper=upper)
            over = 0 if upper is None else max(most - upper, 0)
            found.append(Breakable(family, lower or 0, over))
        for what, share in (
            ("least share", self.minimum_share),
            ("most share", self.maximum_share),
        ):
            if share is not None:
                q, least = _fraction(share), what == "least share"
                weight = _Weight(counted, q.denominator - q.numerator, -q.numerator)
                bounds: dict[str, int] = {"lower": 0} if least else {"upper": 0}
                family = _one_row(self.name, what, weight, **bounds)
                short, over = (math.ceil(q * made), 0) if least else (0, most)
                found.append(Breakable(family, short, over, q.denominator))
        return tuple(found)

    def misses(self, matching: Matching) -> tuple[Miss, ...]:
        """Count the pairs of the group."""
        people = People(matching.mentee_ids, matching.mentor_ids)
        refuse(self.name, self._counted.faults(people))
        counted, made = len(self._counted.within(matching)), len(matching)
        verb = "counts" if counted == 1 else "count"
        head = f"{several(counted, 'pair', 'pairs')} of {made:,} {verb}"
        lower, upper = self._number
        found = []
        if lower is not None and counted < lower:
            found.append(Miss(lower - counted, f"{head}; at least {lower:,} must."))
        if upper is not None and counted > upper:
            found.append(Miss(counted - upper, f"{head}; at most {upper:,} may."))
        if self.minimum_share is not None:
            least = math.ceil(_fraction(self.minimum_share) * made)
            if counted < least:
                share = _percent(self.minimum_share)
                found.append(Miss(least - counted, f"{head}; at least {share}, {least:,}, must."))
        if self.maximum_share is not None:
            most = math.floor(_fraction(self.maximum_share) * made)
            if counted > most:
                share = _percent(self.maximum_share)
                found.append(Miss(counted - most, f"{head}; at most {share}, {most:,}, may."))
        return tuple(found)

    @property
    def _counted(self) -> Counted:
        return Counted.of(self.mentees, self.mentors, self.pairs)

    @property
    def _number(self) -> tuple[int | None, int | None]:
        if self.exactly is not None:
            return int(self.exactly), int(self.exactly)
        lower, upper = (None if b is None else int(b) for b in (self.minimum, self.maximum))
        return lower, upper

    def _number_faults(self) -> list[str]:
        given = {
            name: getattr(self, name)
            for name in ("minimum", "maximum", "exactly")
            if getattr(self, name) is not None
        }
        shares = (self.minimum_share, self.maximum_share)
        if not given and shares == (None, None):
            return ["Give a minimum, a maximum, an exact number or a share."]
        found = [
            f"The number {name!r} must be whole and 0 or more; given {value!r}."
            for name, value in given.items()
            if isinstance(value, bool) or not isinstance(value, Integral) or value < 0
        ]
        if "exactly" in given and len(given) > 1:
            found.append("Give 'exactly' alone, without 'minimum' and 'maximum'.")
        if not found and {"minimum", "maximum"} <= given.keys():
            lower, upper = given["minimum"], given["maximum"]
            if lower > upper:
                found.append(f"The minimum, {lower}, must not be above the maximum, {upper}.")
        return found

    def _share_faults(self) -> list[str]:
        given = {
            name: getattr(self, name)
            for name in ("minimum_share", "maximum_share")
            if getattr(self, name) is not None
        }
        found = [
            f"The share {name!r} must lie in 0..1; given {value!r}."
            for name, value in given.items()
            if not 0 <= value <= 1
        ]
        found += [
            f"The share {name!r} must be a fraction with a denominator up to {DENOMINATOR:,}; "
            f"given {value!r}."
            for name, value in given.items()
            if isinstance(value, Fraction) and value.denominator > DENOMINATOR
        ]
        if not found and len(given) == 2:
            least, most = given["minimum_share"], given["maximum_share"]
            if least > most:
                found.append(f"The least share, {least}, must not be above the most, {most}.")
        return found


@dataclass(frozen=True, eq=False)
class _Weight:
    """What a pair that counts adds to a row, and what another adds."""

    counted: CountedPairs
    inside: int = 1
    outside: int = 0

    def __call__(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp], score: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        return np.where(self.counted(mentee, mentor), self.inside, self.outside).astype(np.int64)


def _one_row(
    name: str, label: str, weight: _Weight, *, lower: int | None = None, upper: int | None = None
) -> Family:
    return Family(
        name,
        (label,),
        OneRow(),
        weight,
        np.array([-UNBOUNDED if lower is None else lower], dtype=np.int64),
        np.array([UNBOUNDED if upper is None else upper], dtype=np.int64),
    )


def _fraction(share: float | Fraction) -> Fraction:
    if isinstance(share, Fraction):
        return share
    return Fraction(share).limit_denominator(DENOMINATOR)


def _percent(share: float | Fraction) -> str:
    return f"{float(share) * 100:.4g} %"
