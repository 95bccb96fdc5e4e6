"""check(): every fault, and the arithmetic of shortage, before anything is solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cmmatch.api.quality import DataQuality, data_quality
from cmmatch.api.reading import gather
from cmmatch.compatibility.scorer import Scorer
from cmmatch.display import small_table
from cmmatch.errors import InputFaults

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from cmmatch.compatibility.component import Component
    from cmmatch.compatibility.eligibility import EligibilityCount
    from cmmatch.compatibility.scored_programme import ScoredProgramme
    from cmmatch.programme.faults import Fault
    from cmmatch.programme.programme import Programme
    from cmmatch.progress import Progress

__all__ = ["CheckReport", "Readiness", "check"]

SHOWN = 5


@dataclass(frozen=True, eq=False)
class Readiness:
    """What can be said of a programme without faults before it is solved.

    Parameters
    ----------
    programme : Programme
        As read.
    scored : ScoredProgramme
        With its components and rules.
    count : EligibilityCount
        What the hard rules leave.
    quality : DataQuality
        Blanks, spellings, supply and demand, and whom to ask again.
    """

    programme: Programme
    scored: ScoredProgramme
    count: EligibilityCount
    quality: DataQuality

    @property
    def figures(self) -> dict[str, Any]:
        """Supply, demand and shortage, as plain values."""
        wanted, places = self.programme.demand, self.programme.places
        reachable = int(places[self.count.eligible_per_mentor > 0].sum())
        nobody = (wanted > 0) & (self.count.eligible_per_mentee == 0)
        return {
            "mentees": len(wanted),
            "mentors": len(places),
            "mentors_wanted": int(wanted.sum()),
            "places": int(places.sum()),
            "shortage": max(int(wanted.sum()) - int(places.sum()), 0),
            "places_nobody_may_take": int(places.sum()) - reachable,
            "mentees_nobody_may_meet": sorted(self.programme.mentees.ids[nobody]),
            "minimum_loads_out_of_reach": list(self.quality.load_gaps),
            "pairs_total": self.count.pairs_total,
            "pairs_eligible": self.count.pairs_eligible,
            "rules": {
                rule.name: {
                    "removed": rule.removed,
                    "removed_alone": rule.removed_alone,
                    "unverified": rule.unverified,
                    "mentees_left_without_anyone": rule.mentees_left_without_anyone,
                }
                for rule in self.count.rules
            },
            "rules_not_checked": dict(self.count.not_checked),
            "components": dict(
                zip(self.scored.names, self.scored.weights.round(6).tolist(), strict=True)
            ),
            "components_without_answers": list(self.scored.idle),
        }


@dataclass(frozen=True, eq=False)
class CheckReport:
    """Everything that :func:`check` found.

    Parameters
    ----------
    faults : tuple of Fault
        What stops a run.
    notes : tuple of Fault
        What does not, but should be looked at.
    readiness : Readiness or None
        ``None`` while there are faults.
    """

    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]
    readiness: Readiness | None

    @property
    def ok(self) -> bool:
        """Whether the programme can be matched: no faults, and no minimum load out of reach."""
        return not self.faults and not (self.quality and self.quality.load_gaps)

    @property
    def quality(self) -> DataQuality | None:
        """Data quality; ``None`` while there are faults."""
        return None if self.readiness is None else self.readiness.quality

    def _repr_html_(self) -> str:
        if self.readiness is None:
            rows = [(str(fault),) for fault in self.faults]
            return small_table(["Faults to mend first"], rows)
        return self.readiness.quality._repr_html_()


def check(
    path: str | PathLike[str],
    *,
    components: Sequence[Component] = (),
    progress: Progress | None = None,
) -> CheckReport:
    """Find every fault of a programme, and say whether places suffice, without solving anything.

    Parameters
    ----------
    path : path
        The folder or the toml.
    components : sequence of Component, default ()
        Of your own, beside the built-in ones and those of installed packages.
    progress : callable, optional
        Told the phase, the steps done and the steps in all.

    Returns
    -------
    CheckReport
        Never raises for what the files hold.

    Raises
    ------
    ModelError
        A component of your own has the name of another or no weight, or a package is broken.
    """
    programme, faults = gather(path, components=components)
    if programme is None or faults.faults:
        return CheckReport(faults.faults, faults.notes, None)
    try:
        scored = Scorer.for_programme(programme, components=components).prepare(programme)
    except InputFaults as found:
        return CheckReport(found.faults, faults.notes, None)
    count = scored.eligibility.count(progress)
    quality = data_quality(scored, count, progress)
    return CheckReport((), faults.notes, Readiness(programme, scored, count, quality))
