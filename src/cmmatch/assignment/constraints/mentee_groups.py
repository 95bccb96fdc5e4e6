"""At least or at most so many of each mentee's mentors are of a group."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.constraints.members import (
    Counted,
    People,
    ids_of,
    label_faults,
    labels_of,
)
from cmmatch.assignment.constraints.rows import Breakable, Miss, RowOfBoth, RowRule, refuse
from cmmatch.assignment.families import Extra, Family, RowOfMentee
from cmmatch.assignment.form import UNBOUNDED
from cmmatch.assignment.pairwise import Constant
from cmmatch.display import several

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.constraints.members import Members
    from cmmatch.assignment.matching import Matching

    Entries = tuple[tuple[int, int, int], ...]

__all__ = ["PerMenteeGroup"]


@dataclass(frozen=True, eq=False)
class PerMenteeGroup(RowRule):
    """Among each mentee's mentors at least and at most so many are of a group.

    With G the mentors of the group, for every mentee i: ``sum over j in G of x[i, j] <= maximum``,
    and ``sum over j in G of x[i, j] >= minimum`` if i has a mentor at all. For a coordinator: at
    least one senior among the mentors of each; at most one of a department.

    Parameters
    ----------
    name : str
        Named in every message about the rule.
    mentors : bool array of shape (M,), or ids, optional
        The group; left out, everybody.
    minimum : int, default 0
        Mentors of the group, >= 0.
    maximum : int, optional
        Mentors of the group, >= the minimum.
    by : sequence of str, shape (M,), optional
        A label of each mentor, such as the department: each label is a group of its own, and the
        rule holds for every one. A mentor whose label is blank is in no group.
    mentees : bool array of shape (N,), or ids, optional
        Whose mentors are counted; left out, everybody's.
    only_if_matched : bool, default True
        Whether the minimum asks nothing of a mentee without any mentor; else everybody must have
        so many, and a mentee who cannot makes the model infeasible.

    Raises
    ------
    ModelError
        Bounds are missing, negative or crossed; when written: a mask or labels of the wrong
        length, or ids that nobody has. All is told at once.

    Notes
    -----
    The minimum is written with a number y[i] that is 1 for a matched mentee: ``sum over j in G of
    x[i, j] >= minimum * y[i]`` and ``sum over all j of x[i, j] <= most[i] * y[i]``.

    Examples
    --------
    >>> from cmmatch.assignment.matching import Matching
    >>> people = {"mentee_ids": ["ann", "bob"], "mentor_ids": ["max", "mia"]}
    >>> rule = PerMenteeGroup("one senior", mentors=["max"], minimum=1)
    >>> print(*rule.violations(Matching.from_ids([("ann", "mia")], **people)))
    one senior: ann has 0 mentors of the group; at least 1 is needed.
    """

    name: str
    mentors: Members | None = None
    minimum: int = 0
    maximum: int | None = None
    by: Sequence[str] | None = None
    mentees: Members | None = None
    only_if_matched: bool = True

    def __post_init__(self) -> None:
        given = {"minimum": self.minimum, "maximum": self.maximum}
        found = [
            f"The {name} must be whole and 0 or more; given {value!r}."
            for name, value in given.items()
            if value is not None
            and (isinstance(value, bool) or not isinstance(value, Integral) or value < 0)
        ]
        if not found and self.maximum is None and not self.minimum:
            found.append("Give a minimum or a maximum.")
        if not found and self.maximum is not None and self.minimum > self.maximum:
            found.append(
                f"The minimum, {self.minimum}, must not be above the maximum, {self.maximum}."
            )
        refuse(self.name, found)

    def rows(self, form: FormBuilder) -> tuple[Breakable, ...]:
        """One row for each mentee and group, where the mentee could break it."""
        source = form.candidates.source
        people = People(source.mentee_ids, source.mentor_ids)
        refuse(self.name, self._faults(people))
        some = ids_of(self.mentees, people.mentees)
        concerned = np.array([label in some for label in people.mentees], dtype=np.bool_)
        found = []
        if self.maximum is not None:
            # Nobody with room for no more can have more of a group.
            table = self._table(people, concerned & (form.mentee_upper > self.maximum))
            found.append(table.family(self.name, -UNBOUNDED, self.maximum))
        if self.minimum and self.only_if_matched:
            table = self._table(people, concerned & (form.mentee_upper > 0))
            found.append(table.family(self.name, 0, UNBOUNDED, self._if_matched(form, table)))
        elif self.minimum:
            table = self._table(people, concerned)
            found.append(table.family(self.name, self.minimum, UNBOUNDED))
        over = max(int(form.mentee_upper.max(initial=0)) - (self.maximum or 0), 0)
        return tuple(Breakable(each, self.minimum, over) for each in found if each.labels)

    def misses(self, matching: Matching) -> tuple[Miss, ...]:
        """Count the mentors of each mentee, group by group."""
        people = People(matching.mentee_ids, matching.mentor_ids)
        refuse(self.name, self._faults(people))
        label_of = dict(zip(people.mentors, self._labels(people), strict=True))
        inside = Counted(self.mentees, self.mentors).within(matching)
        load = Counter((mentee, label_of[mentor]) for mentee, mentor in inside)
        some, matched = ids_of(self.mentees, people.mentees), set(people.mentees[matching.mentee])
        asked = some & matched if self.only_if_matched else some
        groups, found = self._groups(people), []
        for mentee in people.mentees:
            if mentee in some and (mentee in asked or mentee in matched):
                found += [
                    miss
                    for label in groups
                    if (miss := self._miss(mentee, label, load[mentee, label]))
                ]
        return tuple(found)

    def _miss(self, mentee: str, label: str, has: int) -> Miss | None:
        of = f"of {label!r}" if label else "of the group"
        head = f"{mentee} has {several(has, 'mentor', 'mentors')} {of}"
        if has < self.minimum:
            needed = several(self.minimum, "is", "are")
            return Miss(self.minimum - has, f"{head}; at least {needed} needed.")
        if self.maximum is not None and has > self.maximum:
            allowed = several(self.maximum, "is", "are")
            return Miss(has - self.maximum, f"{head}; at most {allowed} allowed.")
        return None

    def _faults(self, people: People) -> list[str]:
        labels = [] if self.by is None else label_faults(self.by, people.mentors, "mentors")
        return [*Counted(self.mentees, self.mentors).faults(people), *labels]

    def _labels(self, people: People) -> list[str]:
        return [""] * len(people.mentors) if self.by is None else labels_of(self.by)

    def _groups(self, people: People) -> list[str]:
        """Labels of the groups, sorted; a single blank one where there are no labels."""
        inside = ids_of(self.mentors, people.mentors)
        if self.by is None:
            return [""]
        labels = zip(people.mentors, self._labels(people), strict=True)
        return sorted({label for mentor, label in labels if mentor in inside} - {""})

    def _table(self, people: People, concerned: NDArray[np.bool_]) -> _Table:
        inside, groups = ids_of(self.mentors, people.mentors), self._groups(people)
        number = {label: k for k, label in enumerate(groups)}
        of_mentor = [
            number.get(label, -1) if mentor in inside else -1
            for mentor, label in zip(people.mentors, self._labels(people), strict=True)
        ]
        rank = np.where(concerned, np.cumsum(concerned) - 1, -1)
        return _Table(people.mentees[concerned], groups, rank, np.array(of_mentor, dtype=np.int64))

    def _if_matched(self, form: FormBuilder, table: _Table) -> Entries:
        """Tie a number to whether each mentee has any mentor; return how it enters the rows."""
        entries, links = [], []
        room = form.mentee_upper[table.of_mentee >= 0]
        for k, mentee in enumerate(table.mentees):
            extra = form.add_extra(Extra(f"{self.name}: {mentee} has a mentor", 0, 1))
            links.append((k, extra, -int(room[k])))
            first = k * len(table.groups)
            entries += [(first + g, extra, -self.minimum) for g in range(len(table.groups))]
        if links:
            form.add_family(
                Family(
                    self.name,
                    tuple(f"{mentee} has a mentor" for mentee in table.mentees),
                    RowOfMentee(table.of_mentee),
                    Constant(),
                    np.full(len(links), -UNBOUNDED, dtype=np.int64),
                    np.zeros(len(links), dtype=np.int64),
                    tuple(links),
                )
            )
        return tuple(entries)


@dataclass(frozen=True, eq=False)
class _Table:
    """Rows of mentees times groups."""

    mentees: NDArray[np.object_]
    groups: list[str]
    of_mentee: NDArray[np.int64]
    of_mentor: NDArray[np.int64]

    def family(self, name: str, lower: int, upper: int, entries: Entries = ()) -> Family:
        labels = tuple(
            f"{mentee}, {group}" if group else str(mentee)
            for mentee in self.mentees
            for group in self.groups
        )
        return Family(
            name,
            labels,
            RowOfBoth(self.of_mentee, self.of_mentor, len(self.groups)),
            Constant(),
            np.full(len(labels), lower, dtype=np.int64),
            np.full(len(labels), upper, dtype=np.int64),
            entries,
        )
