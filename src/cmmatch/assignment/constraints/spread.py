"""How alike and how different the members of one circle are, label by label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING

import numpy as np

from cmmatch.assignment.constraints.members import label_faults, labels_of
from cmmatch.assignment.constraints.rows import RowOfBoth
from cmmatch.assignment.families import Extra, Family, RowOfMentor
from cmmatch.assignment.form import UNBOUNDED
from cmmatch.assignment.pairwise import Constant
from cmmatch.display import several

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from cmmatch.assignment.builder import FormBuilder

__all__ = ["Labels", "OpenCircles", "PerLabel", "Spread", "number_faults", "spreads_of"]

Labels = Sequence[str] | Mapping[str, Sequence[str]]
"""A label of each mentee, or several kinds of them by name."""

PerLabel = int | Mapping[str, int]
"""One number for every kind of label, or one for each by name."""


@dataclass(frozen=True, eq=False)
class Spread:
    """Of one kind of label: at most so many members alike, at least so many labels, in a circle.

    Parameters
    ----------
    kind : str
        Of the labels, such as ``department``.
    labels : sequence of str, shape (N,)
        Of the mentees; a blank is not known: it is like no other and counts as no label.
    most_alike : int or None
        Members with the same label, >= 1.
    least_different : int or None
        Different labels, >= 1.
    """

    kind: str
    labels: Sequence[str]
    most_alike: int | None
    least_different: int | None

    def faults(self, mentees: NDArray[np.object_]) -> list[str]:
        """Say what does not fit the mentees."""
        found = label_faults(self.labels, mentees, "mentees")
        if not found and self.least_different and len(self._names) < self.least_different:
            known = several(len(self._names), "different one", "different ones")
            found.append(
                f"A circle needs {self.least_different} different labels; of the kind "
                f"{self.kind!r} the mentees have {known}. Ask for fewer."
            )
        return found

    def broken(self, who: str, members: Iterable[int]) -> list[str]:
        """Say what is wrong in a circle, given the positions of its members."""
        labels = labels_of(self.labels)
        count = Counter(labels[member] for member in members if labels[member])
        found = []
        if self.most_alike is not None:
            found = [
                f"{who}'s circle has {times} of the {self.kind} {label!r}; at most "
                f"{self.most_alike} may be alike."
                for label, times in sorted(count.items())
                if times > self.most_alike
            ]
        if self.least_different is not None and len(count) < self.least_different:
            has = several(len(count), "different label", "different labels")
            least = f"at least {several(self.least_different, 'is', 'are')} needed"
            found.append(f"{who}'s circle has {has} of the kind {self.kind!r}; {least}.")
        return found

    def write(self, form: FormBuilder, name: str, circles: OpenCircles) -> None:
        """Write rows for every circle that may be opened, and every label."""
        if self.most_alike is not None:
            form.add_family(self._alike(name, circles, self.most_alike))
        if self.least_different is not None:
            self._different(form, name, circles, self.least_different)

    @property
    def _names(self) -> list[str]:
        return sorted(set(labels_of(self.labels)) - {""})

    def _codes(self, names: list[str]) -> NDArray[np.int64]:
        number = {label: k for k, label in enumerate(names)}
        return np.array([number.get(each, -1) for each in labels_of(self.labels)], dtype=np.int64)

    def _alike(self, name: str, circles: OpenCircles, most: int) -> Family:
        """Sum of x over a label <= most * y."""
        names, width = self._names, len(circles)
        entries = (
            (k * width + row, extra, -most)
            for k in range(len(names))
            for row, extra in enumerate(circles.opened)
        )
        return Family(
            f"{name}, most alike",
            tuple(f"{label}, {who}" for label in names for who in circles.names),
            RowOfBoth(self._codes(names), circles.row, width),
            Constant(),
            np.full(len(names) * width, -UNBOUNDED, dtype=np.int64),
            np.zeros(len(names) * width, dtype=np.int64),
            tuple(entries),
        )

    def _different(self, form: FormBuilder, name: str, circles: OpenCircles, least: int) -> None:
        """Numbers c <= sum of x over a label, which add up to at least ``least * y``."""
        names, width = self._names, len(circles)
        title = f"{name}, least different"
        labels = [f"{label}, {who}" for label in names for who in circles.names]
        counted = [form.add_extra(Extra(f"{title}: {each}", 0, 1)) for each in labels]
        form.add_family(
            Family(
                f"{title}, counted",
                tuple(labels),
                RowOfBoth(self._codes(names), circles.row, width),
                Constant(),
                np.zeros(len(labels), dtype=np.int64),
                np.full(len(labels), UNBOUNDED, dtype=np.int64),
                tuple((k, extra, -1) for k, extra in enumerate(counted)),
            )
        )
        entries = [(k % width, extra, 1) for k, extra in enumerate(counted)]
        entries += [(row, extra, -least) for row, extra in enumerate(circles.opened)]
        form.add_family(
            circles.without_pairs(title, circles.names, entries, lower=0, upper=UNBOUNDED)
        )


@dataclass(frozen=True, eq=False)
class OpenCircles:
    """The circles that may be opened, in the order of their names.

    Parameters
    ----------
    names : tuple of str
        Of those who lead.
    row : int64, shape (M,)
        Which of them each mentor of the source is; -1 for none.
    opened : tuple of int
        The extra of each that is 1 where it is open, else 0.
    """

    names: tuple[str, ...]
    row: NDArray[np.int64]
    opened: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.names)

    def without_pairs(
        self,
        name: str,
        labels: Sequence[str],
        entries: Iterable[tuple[int, int, int]],
        *,
        lower: int,
        upper: int,
    ) -> Family:
        """Return rows that speak of extras alone."""
        return Family(
            name,
            tuple(labels),
            RowOfMentor(np.full(len(self.row), -1, dtype=np.int64)),
            Constant(),
            np.full(len(labels), lower, dtype=np.int64),
            np.full(len(labels), upper, dtype=np.int64),
            tuple(entries),
        )


def spreads_of(
    labels: Labels | None, most_alike: PerLabel | None, least_different: PerLabel | None
) -> tuple[tuple[Spread, ...], list[str]]:
    """Put the numbers to their kinds of labels; return what is wrong with them as well."""
    asked = {"most_alike": most_alike, "least_different": least_different}
    if labels is None:
        given = [name for name, number in asked.items() if number is not None]
        return (), [f"{name!r} counts labels: give 'labels' of the mentees." for name in given]
    kinds = dict(labels) if isinstance(labels, Mapping) else {"label": labels}
    if all(number is None for number in asked.values()):
        return (), ["Labels are counted by 'most_alike' or 'least_different': give one of them."]
    faults, numbers = [], {}
    for name, number in asked.items():
        by_kind = dict(number) if isinstance(number, Mapping) else dict.fromkeys(kinds, number)
        faults += [
            f"{name!r} speaks of {kind!r}; labels are given of {', '.join(map(repr, kinds))}."
            for kind in by_kind
            if kind not in kinds
        ]
        faults += [fault for each in by_kind.values() for fault in number_faults(name, each)]
        numbers[name] = by_kind
    spreads = tuple(
        Spread(
            kind,
            list(each),
            numbers["most_alike"].get(kind),
            numbers["least_different"].get(kind),
        )
        for kind, each in kinds.items()
    )
    return spreads, list(dict.fromkeys(faults))


def number_faults(name: str, number: object, *, least: int = 1) -> list[str]:
    """Say so where something is given that is no whole number, or too low a one."""
    if number is None:
        return []
    if isinstance(number, Integral) and not isinstance(number, bool) and int(number) >= least:
        return []
    return [f"{name!r} must be whole and {least} or more; given {number!r}."]
