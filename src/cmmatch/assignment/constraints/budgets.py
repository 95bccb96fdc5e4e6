"""No more hours or money than there are, in all or by department."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.constraints.members import (
    Counted,
    People,
    label_faults,
    labels_of,
    listed_pairs,
)
from cmmatch.assignment.constraints.rows import Breakable, Miss, RowRule, most_pairs, refuse
from cmmatch.assignment.families import Family
from cmmatch.assignment.form import UNBOUNDED

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.constraints.members import CountedPairs, LabelledPairs, Members, PairIds
    from cmmatch.assignment.matching import Matching

__all__ = ["Amount", "Budget"]

Amount = float | Mapping[str, float]
"""One amount, or one for each label."""

DECIMALS = 6
MOST = 1e9
"""No cost and no amount is above this, so that sums of units stay exact."""

EXACT = 9
"""Decimals to which amounts are taken, so that 0.1 + 0.2 is 0.3."""


@dataclass(frozen=True, eq=False)
class Budget(RowRule):
    """What the pairs of a group use up stays within an amount.

    With a[i] what a pair takes from mentee i and b[j] what it takes from mentor j:
    ``minimum <= sum over G of (a[i] + b[j]) * x[i, j] <= maximum``, for each label or once for all.
    For a coordinator: Operations has 40 hours a month for mentoring.

    Parameters
    ----------
    name : str
        Named in every message about the rule.
    maximum : float or mapping of str to float
        What may be used, >= 0; with ``by`` one amount for each label, or one that stands for every
        label. A label without an amount has no limit.
    minimum : float or mapping of str to float, optional
        What must be used.
    mentor_cost : float or array, shape (M,), default 0
        What each pair of the mentor uses, >= 0, in the unit of the amounts.
    mentee_cost : float or array, shape (N,), default 0
        What each pair of the mentee uses; both add up.
    by_mentors, by_mentees : sequence of str, shape (M,) or (N,), optional
        A label of each, such as the department; one of the two. Whose label is blank uses up
        nobody's amount.
    mentees, mentors : bool array of shape (N,) or (M,), or ids, optional
        Only pairs of these are counted; left out, everybody's.
    pairs : (mentee id, mentor id) pairs, or LabelledPairs, optional
        Only these pairs are counted; left out, all.
    unit : str, default ""
        Such as "hours", for messages.
    decimals : int, default 2
        Amounts count in units of 10 to the power of minus this, 0..6: 2 means hundredths. For the
        maximum a cost that is finer is rounded up and the amount down, for the minimum the other
        way round: rounding never breaks a budget.

    Raises
    ------
    ModelError
        Costs or amounts are missing, negative, above 1e9 or crossed; when written: costs, masks
        or labels of the wrong length, ids or labels that nobody has. All is told at once.

    Examples
    --------
    >>> from cmmatch.assignment.matching import Matching
    >>> both = Matching.from_ids(
    ...     [("ann", "max"), ("bob", "max")], mentee_ids=["ann", "bob"], mentor_ids=["max"]
    ... )
    >>> hours = Budget("Operations hours", 3, mentor_cost=2, unit="hours")
    >>> print(*hours.violations(both))
    Operations hours: 4 of at most 3 hours are used.
    """

    name: str
    maximum: Amount
    minimum: Amount | None = None
    mentor_cost: ArrayLike = 0
    mentee_cost: ArrayLike = 0
    by_mentors: Sequence[str] | None = None
    by_mentees: Sequence[str] | None = None
    mentees: Members | None = None
    mentors: Members | None = None
    pairs: PairIds | LabelledPairs | None = None
    unit: str = ""
    decimals: int = 2

    def __post_init__(self) -> None:
        object.__setattr__(self, "pairs", listed_pairs(self.pairs))
        found = []
        if self.decimals not in range(DECIMALS + 1):
            found.append(f"The decimals must be 0 to {DECIMALS}; given {self.decimals!r}.")
        if self.by_mentors is not None and self.by_mentees is not None:
            found.append("Give labels of the mentors or of the mentees, not of both.")
        for side in ("mentor", "mentee"):
            found += _cost_faults(getattr(self, f"{side}_cost"), side)
        costs = (self.mentor_cost, self.mentee_cost)
        if not found and all(np.ndim(cost) == 0 and not cost for cost in costs):
            found.append("Give a cost of the mentors or of the mentees.")
        for bound in ("maximum", "minimum"):
            found += self._amount_faults(bound)
        if not found:
            found += self._crossed()
        refuse(self.name, found)

    @property
    def per(self) -> int:
        """Units in one of what is counted: 100 with two decimals."""
        return int(10**self.decimals)

    def rows(self, form: FormBuilder) -> tuple[Breakable, ...]:
        """One row for each label that has an amount."""
        source = form.candidates.source
        people = People(source.mentee_ids, source.mentor_ids)
        refuse(self.name, self._faults(people))
        counted, found = self._counted.on(people), []
        for bound, up in (("maximum", True), ("minimum", False)):
            amounts = self._amounts(bound)
            if not amounts:
                continue
            cost = _PairCost(
                *(
                    np.array(self._units(given, len(people.of(side)), up=up), dtype=np.int64)
                    for given, side in (
                        (self.mentee_cost, "mentees"),
                        (self.mentor_cost, "mentors"),
                    )
                )
            )
            units = np.array(list(amounts.values()), dtype=np.int64)
            none = np.full(len(units), UNBOUNDED, dtype=np.int64)
            row = self._row_of(people, tuple(amounts), counted)
            labels = tuple(label or self.unit or "used" for label in amounts)
            lower, upper = (-none, units) if up else (units, none)
            family = Family(self.name, labels, row, cost, lower, upper)
            most = cost.most * most_pairs(form, counted.mentees, counted.mentors)
            if most >= UNBOUNDED:
                refuse(self.name, ["The amounts are too large; use fewer decimals."])
            short, over = int(units.max()), max(most - int(units.min()), 0)
            found.append(Breakable(family, short, over))
        return tuple(found)

    def misses(self, matching: Matching) -> tuple[Miss, ...]:
        """Add up what the pairs use."""
        people = People(matching.mentee_ids, matching.mentor_ids)
        refuse(self.name, self._faults(people))
        found = []
        for bound, up in (("maximum", True), ("minimum", False)):
            used = self._used(matching, people, up=up)
            for label, amount in self._amounts(bound).items():
                over = used[label] - amount if up else amount - used[label]
                if over > 0:
                    found.append(Miss(over, self._sentence(label, used[label], amount, up=up)))
        return tuple(found)

    def _used(self, matching: Matching, people: People, *, up: bool) -> dict[str, int]:
        """Add up costs by label, pair by pair."""
        of_mentee = dict(
            zip(
                people.mentees,
                self._units(self.mentee_cost, len(people.mentees), up=up),
                strict=True,
            )
        )
        of_mentor = dict(
            zip(
                people.mentors,
                self._units(self.mentor_cost, len(people.mentors), up=up),
                strict=True,
            )
        )
        label_of: dict[str, str] = {}
        if self._labels is not None:
            ids = people.mentees if self.by_mentees is not None else people.mentors
            label_of = dict(zip(ids, labels_of(self._labels), strict=True))
        used: dict[str, int] = defaultdict(int)
        for mentee, mentor in self._counted.within(matching):
            person = mentee if self.by_mentees is not None else mentor
            used[label_of.get(person, "")] += of_mentee[mentee] + of_mentor[mentor]
        return used

    def _sentence(self, label: str, used: int, amount: int, *, up: bool) -> str:
        where = f"{label}: " if label else ""
        least_or_most = "most" if up else "least"
        unit = f" {self.unit}" if self.unit else ""
        amounts = f"{self._shown(used)} of at {least_or_most} {self._shown(amount)}{unit}"
        return f"{where}{amounts} are used."

    def _shown(self, units: int) -> str:
        text = f"{units / self.per:,.{self.decimals}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    @property
    def _counted(self) -> Counted:
        return Counted.of(self.mentees, self.mentors, self.pairs)

    @property
    def _labels(self) -> Sequence[str] | None:
        return self.by_mentors if self.by_mentors is not None else self.by_mentees

    def _amounts(self, bound: str) -> dict[str, int]:
        """Return the amount of each label in units; "" stands for no labels."""
        given, up = getattr(self, bound), bound == "minimum"
        if given is None:
            return {}
        if isinstance(given, Mapping):
            return {str(label): _rounded(each, self.per, up=up) for label, each in given.items()}
        amount = _rounded(given, self.per, up=up)
        if self._labels is None:
            return {"": amount}
        return dict.fromkeys(sorted(set(labels_of(self._labels)) - {""}), amount)

    def _units(self, cost: ArrayLike, count: int, *, up: bool) -> list[int]:
        each = np.broadcast_to(np.asarray(cost), count).tolist()
        known = {value: _rounded(value, self.per, up=up) for value in set(each)}
        return [known[value] for value in each]

    def _row_of(self, people: People, labels: tuple[str, ...], counted: CountedPairs) -> _BudgetRow:
        given = self._labels
        by_mentee = self.by_mentees is not None
        if given is None:
            return _BudgetRow(np.zeros(len(people.mentors), dtype=np.int64), counted)
        number = {label: k for k, label in enumerate(labels)}
        rows = [number.get(label, -1) for label in labels_of(given)]
        return _BudgetRow(np.array(rows, dtype=np.int64), counted, by_mentee=by_mentee)

    def _faults(self, people: People) -> list[str]:
        found = self._counted.faults(people)
        for side, cost in (("mentees", self.mentee_cost), ("mentors", self.mentor_cost)):
            ids, shape = people.of(side), np.shape(cost)
            if shape not in ((), (len(ids),)):
                found.append(
                    f"One cost for each of the {len(ids)} {side}, or one for all, is needed; "
                    f"given {shape}."
                )
            labels = getattr(self, f"by_{side}")
            if labels is not None:
                found += label_faults(labels, ids, side)
        known = set(labels_of(self._labels or ())) - {""}
        for bound in ("maximum", "minimum"):
            given = getattr(self, bound)
            if isinstance(given, Mapping):
                found += [
                    f"The {bound} is given for {label!r}, a label that nobody has."
                    for label in given
                    if label not in known
                ]
        return found

    def _amount_faults(self, bound: str) -> list[str]:
        given = getattr(self, bound)
        if given is None:
            return [] if bound == "minimum" else ["Give a maximum."]
        if isinstance(given, Mapping) and self._labels is None:
            return [
                f"The {bound} is given by label; give the labels by 'by_mentors' or 'by_mentees'."
            ]
        each = given if isinstance(given, Mapping) else {"": given}
        return [
            f"The {bound}{f' of {label!r}' if label else ''} must be a number from 0 to {MOST:g}; "
            f"given {amount!r}."
            for label, amount in each.items()
            if not _is_amount(amount)
        ]

    def _crossed(self) -> list[str]:
        lower, upper = self._amounts("minimum"), self._amounts("maximum")
        return [
            f"The minimum{f' of {label!r}' if label else ''} must not be above the maximum."
            for label in lower
            if label in upper and lower[label] > upper[label]
        ]


@dataclass(frozen=True, eq=False)
class _PairCost:
    """What a pair uses, in units: of its mentee and of its mentor."""

    of_mentee: NDArray[np.int64]
    of_mentor: NDArray[np.int64]

    @property
    def most(self) -> int:
        return int(self.of_mentee.max(initial=0)) + int(self.of_mentor.max(initial=0))

    def __call__(
        self, mentee: NDArray[np.intp], mentor: NDArray[np.intp], score: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        return self.of_mentee[mentee] + self.of_mentor[mentor]


@dataclass(frozen=True, eq=False)
class _BudgetRow:
    """The label of one side decides the row, among the pairs that count."""

    rows: NDArray[np.int64]
    counted: CountedPairs
    by_mentee: bool = False

    def __call__(self, mentee: NDArray[np.intp], mentor: NDArray[np.intp]) -> NDArray[np.int64]:
        row = self.rows[mentee if self.by_mentee else mentor]
        return np.where(self.counted(mentee, mentor), row, -1)


def _is_amount(amount: object) -> bool:
    number = np.asarray(amount)
    return number.shape == () and number.dtype.kind in "iuf" and 0 <= float(number) <= MOST


def _cost_faults(cost: ArrayLike, side: str) -> list[str]:
    given = np.asarray(cost)
    if given.dtype.kind not in "iuf":
        return [f"The costs of the {side}s must be numbers; given {given.dtype}."]
    bad = np.flatnonzero(~((given >= 0) & (given <= MOST)))
    if not len(bad):
        return []
    where = f" at position {bad[0]}" if given.ndim else ""
    return [
        f"The costs of the {side}s must lie from 0 to {MOST:g}; given "
        f"{np.atleast_1d(given)[bad[0]]}{where}."
    ]


def _rounded(amount: float, per: int, *, up: bool) -> int:
    """Return an amount in units, rounded up or down; its ninth decimal is the last that counts."""
    exact = Fraction(str(round(amount, EXACT))) * per
    return math.ceil(exact) if up else math.floor(exact)
