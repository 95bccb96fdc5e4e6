"""The files of a run: tables, figures, the report and the manifest."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cmmatch import display
from cmmatch.api.summary import headline, line_gaps_sentence, proof
from cmmatch.compatibility.rule_words import rule_title
from cmmatch.compatibility.scored_programme import NOTHING_SCORED
from cmmatch.report.content import ReportContent
from cmmatch.report.files import write_all
from cmmatch.report.html import render
from cmmatch.report.manifest import manifest, to_json
from cmmatch.report.sheets import to_csv

if TYPE_CHECKING:
    from os import PathLike

    from cmmatch.api.result import MatchResult

__all__ = ["MANIFEST", "MATCHING", "report", "report_content", "write"]

MATCHING, MANIFEST = "matching.csv", "manifest.json"


def write(result: MatchResult, folder: str | PathLike[str]) -> tuple[Path, ...]:
    """Write the files of a result, all or none; the manifest last."""
    target = Path(folder)
    contents = {
        MATCHING: _matching_sheet(result),
        "unmatched.csv": _unmatched_sheet(result),
        "summary.json": to_json(result.summary),
        "report.html": report(result).encode(),
    }
    contents[MANIFEST] = to_json(_manifest(result, contents, target))
    inputs = [each.path for each in result.programme.inputs]
    return write_all(target, contents, inputs=inputs)


def _matching_sheet(result: MatchResult) -> bytes:
    columns = result.pair_columns()
    views = result.pair_views
    mentee, mentor = _side_words(result)
    names = {mentee: [v.mentee for v in views], mentor: [v.mentor for v in views]}
    reasons = {
        f"why_{part}": [view.parts[k].sentence for view in views]
        for k, part in enumerate(result.scored.names)
    }
    ids = {key: columns.pop(key) for key in ("mentee_id", "mentor_id")}
    asked = _asked_columns(result)
    sheet = {**ids, **names, **asked, **columns, **reasons}
    return to_csv(sheet, text=[*names, *asked, "provisional", "rather_not", *reasons])


def _side_words(result: MatchResult) -> tuple[str, str]:
    """Return the headings of the two columns of names: the programme's own words for the sides.

    Words that are one, or that head another column, would hide a column: the usual ones then.
    """
    roles = result.programme.config.roles
    taken = {*result.pair_columns(), *result.unmatched_columns()}
    fine = roles.mentee != roles.mentor and not taken & {roles.mentee, roles.mentor}
    return (roles.mentee, roles.mentor) if fine else ("mentee", "mentor")


def _asked_columns(result: MatchResult) -> dict[str, list[str]]:
    """Return the columns of the people that ``[report] columns`` asks for, one entry a pair."""
    mentee, mentor = _side_words(result)
    sides = (
        (mentee, result.programme.mentees, [view.mentee_id for view in result.pair_views]),
        (mentor, result.programme.mentors, [view.mentor_id for view in result.pair_views]),
    )
    found = {}
    for name in result.programme.config.report.columns:
        for side, people, ids in sides:
            column = people.column(name)
            if column is not None:
                found[f"{side}_{name}"] = [column[people.position[label]] for label in ids]
    return found


def _unmatched_sheet(result: MatchResult) -> bytes:
    columns = result.unmatched_columns()
    names = [view.mentee for view in result.unmatched_views]
    ids, word = columns.pop("mentee_id"), _side_words(result)[0]
    sheet = {"mentee_id": ids, word: names, **columns}
    return to_csv(sheet, text=[word, "reason", "detail", "cheapest_change"])


def _manifest(result: MatchResult, contents: dict[str, bytes], target: Path) -> dict[str, object]:
    programme, scored = result.programme, result.scored
    made = manifest(
        programme.config.programme.name,
        seed=programme.config.programme.seed,
        settings=programme.config.model_dump(mode="json"),
        fingerprint=programme.fingerprint,
        inputs=programme.inputs,
        weights=dict(zip(scored.names, scored.weights.tolist(), strict=True)),
        neutral=dict(zip(scored.names, scored.neutral.tolist(), strict=True)),
        stages=result.result.stages,
        outputs=contents,
    )
    if programme.origin is not None:
        # Relative, so that the two folders may move together and no machine's path is told.
        made["origin"] = Path(os.path.relpath(programme.origin, target)).as_posix()
    return made


def report(result: MatchResult) -> str:
    """Return the report as one page."""
    return render(report_content(result))


def report_content(result: MatchResult) -> ReportContent:
    """Gather what the report says."""
    programme = result.programme
    idle = result.scored.idle
    notes = [str(note) for note in programme.notes]
    if not result.scored.names:
        notes.append(NOTHING_SCORED)
    if idle:
        notes.append(
            f"Not scored, since no column answers it or its weight is 0: {', '.join(idle)}."
        )
    notes += [
        f"{display.capital(rule_title(name))}: {why}"
        for name, why in result.scored.eligibility.not_checked
    ]
    if result.result.has_matching:
        notes += [
            line for line in (line_gaps_sentence(programme, result.matched.removals),) if line
        ]
    provenance = [
        ("Seed", str(programme.config.programme.seed)),
        ("Fingerprint of the input", programme.fingerprint),
        *((f"SHA-256 of {each.name}", each.sha256) for each in programme.inputs),
        *((name, number) for name, number in sorted(result.result.versions.items())),
    ]
    return ReportContent(
        title=programme.config.programme.name,
        roles=programme.config.roles,
        headline=headline(result),
        proof=proof(result),
        pairs=result.pair_views,
        unmatched=result.unmatched_views,
        loads=result.matched.load_views(),
        rules=result.matched.rule_views(),
        notes=tuple(notes),
        provenance=tuple(provenance),
    )
