"""Calm between one matching and the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmmatch.assignment.pairwise import Listed
from cmmatch.assignment.stages import Total

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cmmatch.assignment.builder import FormBuilder
    from cmmatch.assignment.matching import Matching
    from cmmatch.compatibility.source import PairSource

__all__ = ["FewestChanges"]


@dataclass(frozen=True)
class FewestChanges:
    """Keep as many pairs of an earlier matching as possible: ``max sum x[i, j]`` over these.

    For a coordinator: who has met stays together, unless an objective before this one says
    otherwise. It is best as the last objective: among equals, change nothing.

    Parameters
    ----------
    previous : pairs of (mentee id, mentor id)
        Of the earlier matching, e.g. ``matching.pairs``. Pairs of somebody who is gone, and pairs
        that are not eligible any more, are ignored: nothing can keep them. A pair that stands twice
        counts once.
    tolerance : float, default 0
        Share of the pairs kept that later objectives may give back, 0..1.

    Examples
    --------
    >>> from cmmatch import Candidates, Model, constraints, solve
    >>> candidates = Candidates.from_matrix([[0.5, 0.5], [0.5, 0.5]])
    >>> rules = [constraints.MentorCapacity(1), constraints.MenteeDemand(1)]
    >>> again = FewestChanges([("0", "1"), ("left", "0")])
    >>> solve(Model(candidates, rules, [again])).stages[0].value
    1
    """

    previous: Iterable[tuple[str, str]]
    tolerance: float = 0.0
    name: str = "fewest_changes"

    def __post_init__(self) -> None:
        pairs = frozenset((str(mentee), str(mentor)) for mentee, mentor in self.previous)
        object.__setattr__(self, "previous", pairs)

    def write(self, form: FormBuilder) -> None:
        """Every earlier pair counts one."""
        source = form.candidates.source
        rows = {label: k for k, label in enumerate(source.mentee_ids)}
        columns = {label: k for k, label in enumerate(source.mentor_ids)}
        here = [(rows[i], columns[j]) for i, j in self.previous if i in rows and j in columns]
        value = Listed.of(here, width=max(form.shape[1], 1))
        form.add_stage(Total(self.name, value, self.tolerance))

    def value(self, matching: Matching, source: PairSource) -> int:
        """Count the earlier pairs that are made."""
        return len(frozenset(self.previous).intersection(matching.pairs))
