"""Exports of survey tools, whose heading has three rows, as plain headings and rows.

The first row names the columns, the second asks the question, the third holds
``{"ImportId": ...}``. Data frames made from such a file have the first as their names and the other
two as their first rows; some exports leave out the third.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cmmatch.programme.faults import FaultList
    from cmmatch.programme.grids import Grid

__all__ = ["METADATA", "Survey", "read_survey"]

METADATA = frozenset(
    {
        "StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)",
        "Finished", "RecordedDate", "ResponseId", "RecipientLastName", "RecipientFirstName",
        "RecipientEmail", "ExternalReference", "ExternalDataReference", "LocationLatitude",
        "LocationLongitude", "DistributionChannel", "UserLanguage", "Q_RecaptchaScore",
        "Q_BallotBoxStuffing", "Q_RelevantIDDuplicate", "Q_RelevantIDDuplicateScore",
        "Q_RelevantIDFraudScore", "Q_RelevantIDLastStartDate", "Q_DuplicateRespondent",
    }
)  # fmt: skip
"""Columns that the tool writes about each response; they are nobody's answers."""

SIGNATURE = frozenset({"Status", "RecordedDate", "ResponseId"})
"""Headings that together only a survey export has."""

TRIAL_CODES = frozenset({"1", "2", "9", "17"})
"""Numbers of Status that mean preview, test, preview marked as spam, offline preview."""

_IMPORT_ID = re.compile(r'\{\s*"ImportId"\s*:')
_TRIAL = re.compile(r"\b(preview|test)\b", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Survey:
    """A grid without the further heading rows, and what they said.

    Parameters
    ----------
    grid : Grid
        Plain headings and responses.
    questions : mapping of str to str
        Heading to the question asked; empty where the file has no such row.
    metadata : frozenset of str
        Headings of columns that the survey tool wrote.
    """

    grid: Grid
    questions: Mapping[str, str] = field(default_factory=dict)
    metadata: frozenset[str] = frozenset()


def read_survey(grid: Grid, faults: FaultList) -> Survey:
    """Take the further heading rows and the trial responses out of a survey export.

    Parameters
    ----------
    grid : Grid
        Any table; what is not a survey export comes back as it is. It is one if its third row holds
        import ids, or if it has the headings Status, RecordedDate and ResponseId.
    faults : FaultList
        Takes a note that counts the previews and tests left out (``survey-trials``) and one that
        counts the unfinished responses kept (``survey-unfinished``).

    Returns
    -------
    Survey
        Rows keep their numbers.

    Examples
    --------
    >>> from cmmatch.programme.faults import FaultList
    >>> from cmmatch.programme.grids import Grid
    >>> records = [["Your skills?"], ['{"ImportId":"QID1"}'], ["python"]]
    >>> survey = read_survey(Grid("answers.csv", ["Q1"], [2, 3, 4], records), FaultList())
    >>> survey.grid.rows, survey.grid.records, survey.questions
    ([4], [['python']], {'Q1': 'Your skills?'})
    """
    heading = [text.strip() for text in grid.heading]
    heads = _further_heads(heading, grid.records)
    if not heads and not set(heading) >= SIGNATURE:
        return Survey(grid)
    asked = grid.records[0] if heads else []
    questions = {name: text.strip() for name, text in zip(heading, asked, strict=False) if name}
    answers = replace(grid, rows=grid.rows[heads:], records=grid.records[heads:])
    columns = {name: k for k, name in enumerate(heading) if name in METADATA}
    kept = _without_trials(answers, columns, faults)
    _note_unfinished(kept, columns, faults)
    return Survey(kept, questions, frozenset(columns))


def _further_heads(heading: Sequence[str], records: Sequence[Sequence[str]]) -> int:
    """Return how many of the first records are heading rows: two, one or none."""
    if len(records) > 1:
        filled = [text for text in records[1] if text.strip()]
        if filled and all(_IMPORT_ID.match(text.strip()) for text in filled):
            return 2
    if records and "ResponseId" in heading:
        asked = _cell(records[0], heading.index("ResponseId"))
        return int(asked.casefold().replace(" ", "") == "responseid")
    return 0


def _cell(record: Sequence[str], position: int | None) -> str:
    short = position is None or position >= len(record)
    return "" if short or position is None else record[position].strip()


def _without_trials(grid: Grid, columns: Mapping[str, int], faults: FaultList) -> Grid:
    trial = [_is_trial(record, columns) for record in grid.records]
    rows = [row for row, left_out in zip(grid.rows, trial, strict=True) if left_out]
    if not rows:
        return grid
    listed = ", ".join(map(str, rows[:5])) + (", ..." if len(rows) > 5 else "")
    faults.add(
        "survey-trials",
        table=grid.name,
        value=str(len(rows)),
        problem=f"Previews and tests of the survey are left out (rows {listed}).",
        remedy="Nothing needs to be done if they are nobody's answers.",
        note=True,
    )
    return replace(
        grid,
        rows=[row for row, left_out in zip(grid.rows, trial, strict=True) if not left_out],
        records=[one for one, left_out in zip(grid.records, trial, strict=True) if not left_out],
    )


def _is_trial(record: Sequence[str], columns: Mapping[str, int]) -> bool:
    status = _cell(record, columns.get("Status"))
    channel = _cell(record, columns.get("DistributionChannel"))
    return status in TRIAL_CODES or bool(_TRIAL.search(status) or _TRIAL.search(channel))


def _note_unfinished(grid: Grid, columns: Mapping[str, int], faults: FaultList) -> None:
    finished = [_cell(record, columns.get("Finished")).casefold() for record in grid.records]
    count = sum(word in ("false", "0", "no") for word in finished)
    if count:
        faults.add(
            "survey-unfinished",
            table=grid.name,
            column="Finished",
            value=str(count),
            problem="Unfinished responses of the survey are kept.",
            remedy="Delete their rows if they are not to count.",
            note=True,
        )
