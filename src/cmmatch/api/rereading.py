"""Taking up the results of an earlier run again, on the same input."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cmmatch.analysis.explanation import Explanation, explain
from cmmatch.analysis.matched import MatchedProgramme
from cmmatch.analysis.weighing import FACTORS, SIZE, sensitivity
from cmmatch.api.limits import hard_limits
from cmmatch.api.matching import candidates_for, model_for
from cmmatch.api.output import MATCHING
from cmmatch.api.prices import priced, small
from cmmatch.api.reading import read_programme
from cmmatch.api.results_folder import (
    check_written,
    manifest_fault,
    proven,
    read_manifest,
    settings_of,
)
from cmmatch.assignment.matching import Matching
from cmmatch.compatibility.candidates import Candidates
from cmmatch.compatibility.scorer import Scorer
from cmmatch.errors import InputFaults
from cmmatch.programme.faults import FaultList
from cmmatch.programme.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from cmmatch.analysis.weight_moves import Sensitivity
    from cmmatch.compatibility.component import Component
    from cmmatch.compatibility.scored_programme import ScoredProgramme
    from cmmatch.programme.programme import Programme

__all__ = ["EarlierResult", "read_result"]


@dataclass(frozen=True, eq=False)
class EarlierResult:
    """A matching from a results folder, on the programme that it was made from.

    Parameters
    ----------
    scored : ScoredProgramme
        Scored as then, with the neutral values of the manifest.
    matching : Matching
        As written.
    proven : bool
        Whether it was proven best.
    """

    scored: ScoredProgramme
    matching: Matching
    proven: bool

    def explain(self, mentee_id: str, *, mentor_id: str | None = None) -> Explanation:
        """Say why a mentee got this partner, or nobody, or why not a certain one."""
        programme = self.scored.programme
        position = programme.mentees.position.get(mentee_id)
        waits = (
            position is not None
            and self.matching.mentee_load[position] < programme.demand[position]
        )
        # Whether others could make room takes everybody's pairs.
        rows = None if waits else np.array([] if position is None else [position], dtype=np.intp)
        least = programme.config.quality.min_score
        candidates = Candidates.from_source(
            self.scored,
            min_score=least,
            always=(self.matching.mentee, self.matching.mentor),
            rows=rows,
        )
        limits = hard_limits(self.scored.programme)
        matched = MatchedProgramme(self.scored, candidates, self.matching, limits, self.proven)
        found = None
        if small(self.scored.shape):
            model = model_for(self.scored, candidates_for(self.scored))
            found = priced(model, self.matching, proven=self.proven)
        return explain(matched, mentee_id, mentor_id=mentor_id, prices=found)

    def sensitivity(self, *, factors: Sequence[float] = FACTORS, size: int = SIZE) -> Sensitivity:
        """Say which of everybody's best mentors change when one weight moves.

        The same as that of the result itself: weights and neutral values are those of then.
        """
        return sensitivity(self.scored, factors=factors, size=size)


def read_result(
    folder: str | PathLike[str],
    *,
    programme: str | PathLike[str] | None = None,
    components: Sequence[Component] = (),
) -> EarlierResult:
    """Read what ``MatchResult.write`` wrote, and the programme it was made from.

    Parameters
    ----------
    folder : path
        The results.
    programme : path, optional
        Where the programme lies now; left out, where it lay seen from the results.
    components : sequence of Component, default ()
        Those of your own that were given to ``match``.

    Raises
    ------
    InputFaults
        The folder holds no results, or other pairs than were written; the programme is not there,
        has faults, or has changed since.
    """
    home = Path(folder)
    manifest = read_manifest(home)
    origin = Path(programme) if programme is not None else home / str(manifest.get("origin", ""))
    if (programme is None and "origin" not in manifest) or not origin.exists():
        raise InputFaults(
            [
                manifest_fault(
                    "origin",
                    str(origin),
                    "programme-moved",
                    "The programme must be where it was when it was matched.",
                    "Say where it is now with --programme.",
                )
            ]
        )
    read = read_programme(origin, components=components)
    read = read.replace(config=settings_of(manifest))
    if read.fingerprint != manifest["fingerprint"]:
        raise InputFaults(
            [
                manifest_fault(
                    "fingerprint",
                    read.fingerprint,
                    "programme-changed",
                    "The programme must be the one that was matched; it has changed since.",
                    "Run 'cmmatch match' again.",
                )
            ]
        )
    scorer = Scorer.for_programme(read, components=components, neutral=manifest["neutral"])
    scored = scorer.prepare(read)
    _check_components(scored, manifest)
    check_written(home, manifest, MATCHING)
    return EarlierResult(scored, _matching(home, read), proven(manifest))


def _check_components(scored: ScoredProgramme, manifest: dict[str, Any]) -> None:
    """Refuse to explain scores with other components than they were made of."""
    then, now = sorted(manifest["neutral"]), sorted(scored.names)
    if then != now:
        raise InputFaults(
            [
                manifest_fault(
                    "neutral",
                    ", ".join(now),
                    "components-changed",
                    "The components must be those of the result, which are "
                    f"{', '.join(then) or 'none'}.",
                    "Give those of your own with components=, install the package that brings "
                    "one, or match again.",
                )
            ]
        )


def _matching(home: Path, programme: Programme) -> Matching:
    faults = FaultList()
    table = read_table(home / MATCHING, faults)
    faults.raise_if_any()
    if table is None or not {"mentee_id", "mentor_id"} <= set(table.headings):
        raise InputFaults(
            [
                manifest_fault(
                    "",
                    MATCHING,
                    "matching-unreadable",
                    "The table of pairs must have the columns mentee_id and mentor_id.",
                    "Run 'cmmatch match' again.",
                )
            ]
        )
    pairs = zip(table.columns["mentee_id"], table.columns["mentor_id"], strict=True)
    return Matching.from_ids(
        pairs, mentee_ids=programme.mentees.ids, mentor_ids=programme.mentors.ids
    )
