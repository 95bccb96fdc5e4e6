"""Circles: several mentees with one lead, of a size, with a spread, and so many of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.constraints.constraint import Violation
from cmmatch.assignment.constraints.rows import refuse
from cmmatch.assignment.constraints.spread import OpenCircles, number_faults, spreads_of
from cmmatch.assignment.families import Extra, Family, RowOfMentor
from cmmatch.assignment.form import UNBOUNDED
from cmmatch.assignment.pairwise import Constant
from cmmatch.display import several

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.constraints.spread import Labels, PerLabel, Spread
    from cmmatch.assignment.matching import Matching

__all__ = ["Circles", "Number"]

Number = int | tuple[int | None, int | None]
"""Exactly so many, or at least and at most so many, each of which may be ``None``."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Circles:
    """The mentees of a mentor are one circle, which is held in full or not at all.

    With y[j] = 1 where mentor j has a mentee: ``smallest[j] y[j] <= sum over i of x[i, j] <=
    largest[j] y[j]``; for each label s ``sum over i with s of x[i, j] <= most_alike y[j]``; the
    labels in a circle are ``least_different y[j]`` at least; and ``sum over j of y[j]`` is the
    number of circles. For a coordinator: circles of four to six, at most two of a department.

    Parameters
    ----------
    smallest, largest : int or array of int, shape (M,)
        Members of a circle, smallest >= 1, largest >= 0; one number stands for all. A mentor whose
        largest is below the smallest leads no circle.
    number : int or (int or None, int or None), optional
        Circles: exactly so many, or at least and at most so many, >= 0.
    labels : sequence of str, shape (N,), or mapping of such by kind, optional
        Labels of the mentees, such as the department, or the department and the level. A blank
        label is not known: such a mentee is like nobody and adds no label.
    most_alike : int or mapping by kind, optional
        Members of a circle with the same label at most, >= 1.
    least_different : int or mapping by kind, optional
        Different labels in a circle at least, >= 1.
    lead : sequence of sequences of str, shape (M,), optional
        Who leads each circle, where the mentors of the candidates are circles that several people
        lead, or that one person may lead; left out, nobody leads two.
    each_leads : int, default 1
        Circles that one of ``lead`` leads at most, >= 1.
    name : str, default "circles"
        Named in every message about the rule.

    Raises
    ------
    ModelError
        A number is not whole or too low, bounds are crossed, labels are given and not counted or
        counted and not given; when written: not one number, label or lead for each person, or fewer
        labels than a circle needs. All is told at once.

    Notes
    -----
    ``least_different`` is written with a number c[s, j] for each label: ``c[s, j] <= sum over i
    with s of x[i, j]`` and ``sum over s of c[s, j] >= least_different y[j]``. The rule is hard;
    :class:`Soft` refuses it.

    Examples
    --------
    >>> from cmmatch.assignment.matching import Matching
    >>> pairs = Matching.from_ids([("ann", "max")], mentee_ids=["ann"], mentor_ids=["max", "mia"])
    >>> print(*Circles(smallest=2, largest=4).violations(pairs))
    circles: max's circle has 1 mentee; 2 to 4 are needed.
    """

    smallest: ArrayLike
    largest: ArrayLike
    number: Number | None = None
    labels: Labels | None = None
    most_alike: PerLabel | None = None
    least_different: PerLabel | None = None
    lead: Sequence[Sequence[str]] | None = None
    each_leads: int = 1
    name: str = "circles"

    def __post_init__(self) -> None:
        _, spread = spreads_of(self.labels, self.most_alike, self.least_different)
        each = number_faults("each_leads", self.each_leads)
        refuse(self.name, [*self._size_faults(), *self._number_faults(), *spread, *each])

    def write(self, form: FormBuilder) -> None:
        """Write sizes, the spread, the number of circles and how many each person leads."""
        source = form.candidates.source
        refuse(self.name, self._faults(source.mentee_ids, source.mentor_ids))
        smallest, largest = self._sizes(form.shape[1])
        may = smallest <= largest
        form.bound_mentors(np.zeros_like(largest), np.where(may, largest, 0))
        # By id, so that the order of rows decides nothing.
        held = sorted(np.flatnonzero(may).tolist(), key=source.mentor_ids.__getitem__)
        circles = self._open(form, held)
        for k, size in enumerate((largest, smallest)):
            form.add_family(self._size(circles, size[held], lower=k == 1))
        for each in self._spreads:
            each.write(form, self.name, circles)
        self._write_number(form, circles)
        self._write_leads(form, circles, held)

    def violations(self, matching: Matching) -> tuple[Violation, ...]:
        """Recount circle by circle."""
        mentors = matching.mentor_ids
        refuse(self.name, self._faults(matching.mentee_ids, mentors))
        sizes = zip(*self._sizes(len(mentors)), strict=True)
        members: dict[int, list[int]] = {j: [] for j in range(len(mentors))}
        for mentee, mentor in zip(matching.mentee.tolist(), matching.mentor.tolist(), strict=True):
            members[mentor].append(mentee)
        found: list[str] = []
        for j, (least, most) in enumerate(sizes):
            if members[j]:
                found += _size_broken(mentors[j], len(members[j]), (int(least), int(most)))
                for spread in self._spreads:
                    found += spread.broken(mentors[j], members[j])
        held = [j for j in members if members[j]]
        found += self._number_broken(len(held)) + self._leads_broken(held)
        return tuple(Violation(self.name, sentence) for sentence in found)

    @property
    def _spreads(self) -> tuple[Spread, ...]:
        return spreads_of(self.labels, self.most_alike, self.least_different)[0]

    @property
    def _bounds(self) -> tuple[int | None, int | None]:
        if isinstance(self.number, tuple):
            return self.number
        return self.number, self.number

    def _sizes(self, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        smallest, largest = (
            np.broadcast_to(np.asarray(size, dtype=np.int64), count)
            for size in (self.smallest, self.largest)
        )
        return smallest, largest

    def _open(self, form: FormBuilder, held: list[int]) -> OpenCircles:
        names = tuple(str(form.candidates.source.mentor_ids[j]) for j in held)
        row = np.full(form.shape[1], -1, dtype=np.int64)
        row[held] = np.arange(len(held))
        opened = (form.add_extra(Extra(f"{self.name}: {who} leads", 0, 1)) for who in names)
        return OpenCircles(names, row, tuple(opened))

    def _size(self, circles: OpenCircles, size: NDArray[np.int64], *, lower: bool) -> Family:
        nothing = np.zeros(len(circles), dtype=np.int64)
        return Family(
            f"{self.name}, {'smallest' if lower else 'largest'}",
            circles.names,
            RowOfMentor(circles.row),
            Constant(),
            nothing if lower else nothing - UNBOUNDED,
            nothing + UNBOUNDED if lower else nothing,
            tuple((row, extra, -int(size[row])) for row, extra in enumerate(circles.opened)),
        )

    def _write_number(self, form: FormBuilder, circles: OpenCircles) -> None:
        lower, upper = self._bounds
        if lower is None and upper is None:
            return
        title = f"{self.name}, number"
        entries = ((0, extra, 1) for extra in circles.opened)
        bounds = {
            "lower": -UNBOUNDED if lower is None else lower,
            "upper": UNBOUNDED if upper is None else upper,
        }
        form.add_family(circles.without_pairs(title, ("circles",), entries, **bounds))

    def _write_leads(self, form: FormBuilder, circles: OpenCircles, held: list[int]) -> None:
        if self.lead is None:
            return
        led: dict[str, list[int]] = {}
        for j, extra in zip(held, circles.opened, strict=True):
            for who in {str(each) for each in self.lead[j]}:
                led.setdefault(who, []).append(extra)
        some = sorted(who for who, extras in led.items() if len(extras) > self.each_leads)
        entries = ((row, extra, 1) for row, who in enumerate(some) for extra in led[who])
        title, upper = f"{self.name}, led", self.each_leads
        if some:
            form.add_family(
                circles.without_pairs(title, some, entries, lower=-UNBOUNDED, upper=upper)
            )

    def _number_broken(self, held: int) -> list[str]:
        lower, upper = self._bounds
        has = f"{several(held, 'circle is', 'circles are')} held"
        if lower is not None and held < lower:
            return [f"{has}; at least {lower} must be held."]
        if upper is not None and held > upper:
            return [f"{has}; at most {upper} may be held."]
        return []

    def _leads_broken(self, held: list[int]) -> list[str]:
        if self.lead is None:
            return []
        led = Counter(who for j in held for who in {str(each) for each in self.lead[j]})
        return [
            f"{who} leads {count} circles; at most {self.each_leads} may be led by one person."
            for who, count in sorted(led.items())
            if count > self.each_leads
        ]

    def _size_faults(self) -> list[str]:
        found = []
        for name, least in (("smallest", 1), ("largest", 0)):
            given = np.asarray(getattr(self, name))
            if given.dtype.kind not in "iu":
                found.append(f"{name!r} must be in whole numbers; given {given.dtype}.")
            elif given.size and given.min() < least:
                found.append(f"{name!r} must be {least} or more; given {given.min()}.")
        if not found and np.ndim(self.smallest) == np.ndim(self.largest) == 0:
            smallest, largest = int(np.asarray(self.smallest)), int(np.asarray(self.largest))
            if smallest > largest:
                found.append(
                    f"The smallest circle, {smallest}, must not be above the largest, {largest}."
                )
        return found

    def _number_faults(self) -> list[str]:
        given = self._bounds
        if len(given) != 2:
            return [f"'number' must be one number or two, at least and at most; given {given!r}."]
        found = [fault for each in given for fault in number_faults("number", each, least=0)]
        lower, upper = given
        if not found and lower is not None and upper is not None and lower > upper:
            found = [f"At least {lower} circles must not be above at most {upper}."]
        return list(dict.fromkeys(found))

    def _faults(self, mentees: NDArray[np.object_], mentors: NDArray[np.object_]) -> list[str]:
        found = [
            f"One {name} size for each of the {len(mentors)} mentors is needed; given "
            f"{np.shape(size)}."
            for name, size in (("smallest", self.smallest), ("largest", self.largest))
            if np.ndim(size) and np.shape(size) != (len(mentors),)
        ]
        if self.lead is not None and len(self.lead) != len(mentors):
            found.append(
                f"Those who lead each of the {len(mentors)} circles are needed; given "
                f"{len(self.lead)}."
            )
        return found + [fault for each in self._spreads for fault in each.faults(mentees)]


def _size_broken(who: str, size: int, bounds: tuple[int, int]) -> list[str]:
    least, most = bounds
    has = f"{who}'s circle has {several(size, 'mentee', 'mentees')}"
    if least > most:
        return [f"{has}; it can hold {most}, and {least} are needed."]
    if least <= size <= most:
        return []
    return [f"{has}; {least} to {most} are needed."]
