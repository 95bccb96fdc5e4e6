"""Two folders of results, read back, checked and set side by side."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmmatch.analysis.comparison import Comparison
from cmmatch.analysis.runs import Made, Run
from cmmatch.api.output import MANIFEST, MATCHING
from cmmatch.api.results_folder import check_written, read_manifest, settings_of
from cmmatch.errors import InputFaults
from cmmatch.programme.faults import Fault, FaultList
from cmmatch.programme.tables import read_table
from cmmatch.report.files import write_all
from cmmatch.report.sheets import to_csv

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

    from cmmatch.programme.tables import Table

__all__ = ["compare", "write_comparison"]

UNMATCHED, SUMMARY = "unmatched.csv", "summary.json"

FIGURES = ("mentees", "mentors", "mentors_wanted", "places", "not_taking_part")

PAIR_COLUMNS = ("mentee_id", "mentor_id", "score", "rank")


def compare(dir_a: str | PathLike[str], dir_b: str | PathLike[str]) -> Comparison:
    """Set two results side by side: what ``MatchResult.write`` wrote into two folders.

    Nothing is matched or scored again, and the programmes need not be there any more.

    Parameters
    ----------
    dir_a, dir_b : paths
        The folders; A is as a rule the earlier one.

    Returns
    -------
    Comparison
        Pairs kept, changed, lost and new; who gains and who loses, each score in its own run;
        settings that differ. ``print`` and a notebook show it; ``as_dict()`` holds everything.

    Raises
    ------
    InputFaults
        A folder holds no results, or files other than were written; those of both together.

    Examples
    --------
    >>> import tempfile, cmmatch
    >>> home = Path(tempfile.mkdtemp())
    >>> mentors = {"id": ["a", "b"], "skills": ["sql", "tax"]}
    >>> mentees = {"id": ["c"], "skills_wanted": ["tax"]}
    >>> for seed in (1, 2):
    ...     config = {"programme": {"seed": seed}}
    ...     programme = cmmatch.Programme.from_frames(mentors, mentees, config=config)
    ...     written = cmmatch.match(programme).write(home / str(seed))
    >>> found = compare(home / "1", home / "2")
    >>> found.pairs.kept, [each.what for each in found.differences]
    (1, ['programme.seed'])
    """
    runs, faults = [], []
    for folder in dict.fromkeys((Path(dir_a), Path(dir_b))):
        try:
            runs.append(_read(folder))
        except InputFaults as error:
            faults += [replace(each, table=str(folder / each.table)) for each in error.faults]
    if faults:
        raise InputFaults(faults)
    return Comparison(runs[0], runs[-1])


def write_comparison(found: Comparison, path: str | PathLike[str]) -> Path:
    """Write a row for every mentee as CSV.

    Raises
    ------
    OutputRefused
        The file would lie among the results, or cannot be written.
    """
    target, columns = Path(path), found.columns()
    contents = {target.name: to_csv(columns, text=["mentee", "note"])}
    return write_all(target.parent, contents, inputs=[Path(found.a.folder), Path(found.b.folder)])[
        0
    ]


def _read(home: Path) -> Run:
    manifest = read_manifest(home)
    config = settings_of(manifest)
    check_written(home, manifest, MATCHING, UNMATCHED, SUMMARY)
    made, missing = _table(home, MATCHING, PAIR_COLUMNS), _table(home, UNMATCHED, ("mentee_id",))
    reasons = missing.columns.get("reason", [""] * len(missing))
    return Run(
        folder=str(home),
        config=config,
        pairs=_pairs(made),
        unserved=dict(zip(missing.columns["mentee_id"], reasons, strict=True)),
        figures=_figures(home),
        weights=_numbers(manifest, "weights"),
        neutral=_numbers(manifest, "neutral"),
        tables=_tables(manifest),
        version=str(_mapping(manifest, "versions").get("cmmatch", "")),
        proven=_proven(manifest),
        names=_names(made, missing),
    )


def _table(home: Path, name: str, needed: Sequence[str]) -> Table:
    faults = FaultList()
    table = read_table(home / name, faults)
    faults.raise_if_any()
    if table is None or not set(needed) <= set(table.headings):
        columns = ", ".join(needed)
        raise InputFaults([_unreadable(name, f"The table must have the columns {columns}.")])
    return table


def _pairs(table: Table) -> dict[tuple[str, str], Made]:
    made: dict[tuple[str, str], Made] = {}
    cells = zip(*(table.columns[name] for name in PAIR_COLUMNS), strict=True)
    for row, (mentee, mentor, score, rank) in zip(table.rows, cells, strict=True):
        try:
            pair = Made(float(score), int(rank))
        except ValueError:
            pair = Made(math.nan, 0)
        if not math.isfinite(pair.score) or (mentee, mentor) in made:
            problem = "Every pair must stand once, with a score and a rank that are numbers."
            raise InputFaults([replace(_unreadable(MATCHING, problem), row=row)])
        made[mentee, mentor] = pair
    return made


def _names(made: Table, missing: Table) -> dict[tuple[str, str], str]:
    """Return the names that stand beside the ids, under whatever word the roles have."""
    found: dict[tuple[str, str], str] = {}
    for table, sides in ((made, ("mentee", "mentor")), (missing, ("mentee",))):
        # The ids come first, then the names in the same order.
        heads = table.headings[len(sides) : 2 * len(sides)]
        for side, heading in zip(sides, heads, strict=False):
            people = zip(table.columns[f"{side}_id"], table.columns[heading], strict=True)
            found |= {(side, label): name for label, name in people if name}
    return found


def _figures(home: Path) -> dict[str, int]:
    try:
        summary = json.loads((home / SUMMARY).read_text(encoding="utf-8"))
        return {name: int(summary[name]) for name in FIGURES}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        problem = "The figures must be there as they were written."
        raise InputFaults([_unreadable(SUMMARY, problem)]) from None


def _tables(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the checksum of every table; the settings are compared one by one."""
    try:
        rows = {str(each["name"]): str(each["sha256"]) for each in manifest["inputs"]}
    except (TypeError, KeyError):
        raise InputFaults([_unreadable(MANIFEST, _AS_WRITTEN)]) from None
    return {name: checksum for name, checksum in rows.items() if not name.endswith(".toml")}


def _proven(manifest: Mapping[str, Any]) -> bool:
    try:
        return all(bool(stage["proven"]) for stage in manifest["objectives"])
    except (TypeError, KeyError):
        raise InputFaults([_unreadable(MANIFEST, _AS_WRITTEN)]) from None


def _numbers(manifest: Mapping[str, Any], name: str) -> dict[str, float]:
    try:
        return {str(key): float(value) for key, value in _mapping(manifest, name).items()}
    except (TypeError, ValueError):
        raise InputFaults([_unreadable(MANIFEST, _AS_WRITTEN)]) from None


def _mapping(manifest: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = manifest.get(name)
    if not isinstance(value, dict):
        raise InputFaults([_unreadable(MANIFEST, _AS_WRITTEN)])
    return value


_AS_WRITTEN = "The manifest must be as it was written."


def _unreadable(name: str, problem: str) -> Fault:
    return Fault(name, None, "", "", "results-unreadable", problem, "Run 'cmmatch match' again.")
