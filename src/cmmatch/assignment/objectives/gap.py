"""Fairness between groups of people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from cmmatch.assignment.stages import Gap
from cmmatch.compatibility.selection import block_rows
from cmmatch.compatibility.source import RESOLUTION
from cmmatch.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.candidates import Candidates
    from cmmatch.compatibility.source import PairSource

__all__ = ["GroupGap"]


class _Groups(NamedTuple):
    number: NDArray[np.int64]
    labels: tuple[str, ...]
    sizes: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class GroupGap:
    """Bring groups of mentees near each other: the best-served and the worst-served group.

    ``min (max over g of mean[g]) - (min over g of mean[g])`` in whole steps, with ``mean[g]`` the
    scores of all pairs of a group by the number of its people who want a mentor. Whoever is left
    without one counts 0, so that a group is not served well by serving few of it.

    For a coordinator: no department is served much better than another. Among as many pairs only,
    so :class:`MostMatched` must stand before it; and since making a group worse off also closes a
    gap, give it a tolerance and put :class:`TotalScore` after it.

    Parameters
    ----------
    groups : sequence of str, shape (N,)
        The group of each mentee; "" for those who are not counted, such as whoever wants nobody.
    minimum : int, default 5
        Groups of fewer people are not counted: by the mean of so few a single pair would decide.
    step : float, default 0.05
        Of the score, > 0. The gap is counted in whole steps, rounded up, and is 1 at least: means
        within one step count as alike. Very small steps can take very long.
    tolerance : float, default 0
        Share of the gap by which later objectives may widen it, 0..1.

    Raises
    ------
    ModelError
        ``step`` is not above 0; when written: not one label a mentee, or fewer than two groups are
        large enough.

    Notes
    -----
    The lowest mean is rounded down to a unit of the scores, and the steps are counted from there.
    The rows go beyond degrees, so it takes an integer programme, with its bound.

    Examples
    --------
    >>> gap = GroupGap(["north", "north", "south", ""], minimum=1)
    >>> gap.sizes
    {'north': 2, 'south': 1}
    """

    groups: Sequence[str]
    minimum: int = 5
    step: float = 0.05
    tolerance: float = 0.0
    name: str = "group_gap"

    needs_count: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not self.step > 0:
            message = f"{self.name}: the step must be above 0; given {self.step!r}."
            raise ModelError(message)

    @property
    def sizes(self) -> dict[str, int]:
        """People in each group that is counted, by label."""
        found = self._counted()
        return dict(zip(found.labels, found.sizes.tolist(), strict=True))

    def write(self, form: FormBuilder) -> None:
        """Keep all means of groups between two numbers, as near to each other as can be."""
        n, m = form.shape
        found = self._counted()
        if len(self.groups) != n or len(found.labels) < 2:
            given = ", ".join(f"{label} ({size})" for label, size in self.sizes.items()) or "none"
            message = (
                f"{self.name}: needs one label for each of the {n} mentees, and two groups of at "
                f"least {self.minimum}; given {len(self.groups)} labels, groups: {given}."
            )
            raise ModelError(message)
        most = int(np.minimum(form.mentee_upper, m).max(initial=0))
        reach = _largest(form.candidates) * most
        step = self._units(form.candidates.source)
        form.add_stage(Gap(self.name, *found, reach, step, self.tolerance))

    def value(self, matching: Matching, source: PairSource) -> int:
        """Recompute the steps from exact scores; negative, since fewer are better."""
        found = self._counted()
        score = source.pairs(matching.mentee, matching.mentor)
        group = found.number[matching.mentee]
        total = np.zeros(len(found.labels), dtype=np.int64)
        np.add.at(total, group[group >= 0], score[group >= 0])
        lowest = int((total // found.sizes).min())
        steps = -(-(total - found.sizes * lowest) // (found.sizes * self._units(source)))
        return -max(int(steps.max()), 1)

    def _units(self, source: PairSource) -> int:
        """Return how many units of the scores a step is."""
        resolution = float(getattr(source, "resolution", 1 / RESOLUTION))
        return max(round(self.step / resolution), 1)

    def _counted(self) -> _Groups:
        sizes = Counter(label for label in self.groups if label)
        labels = sorted(label for label, size in sizes.items() if size >= max(self.minimum, 1))
        number = {label: k for k, label in enumerate(labels)}
        return _Groups(
            np.array([number.get(label, -1) for label in self.groups], dtype=np.int64),
            tuple(labels),
            np.array([sizes[label] for label in labels], dtype=np.int64),
        )


def _largest(candidates: Candidates) -> int:
    """Return a number that no score of an eligible pair exceeds, of either sign."""
    largest = int(np.abs(candidates.score).max(initial=0))
    if candidates.keep is None:
        return largest
    source = candidates.source
    n, m = source.shape
    step = block_rows(m)
    for first in range(0, n, step):
        block = np.abs(source.block(np.arange(first, min(first + step, n))))
        known = block[~np.isnan(block)].astype(np.float64)
        largest = max(largest, int(np.ceil(known.max(initial=0))) + source.block_error)
    return largest
