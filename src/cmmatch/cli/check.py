"""``cmmatch check``: all faults, and the arithmetic of shortage, before anything is solved."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cmmatch.cli.match import INFEASIBLE
from cmmatch.cli.quality import rule_label, show_quality
from cmmatch.cli.screen import (
    fault_row,
    json_option,
    message,
    progress_bar,
    quiet_option,
    say,
    show_faults,
    show_json,
    show_lines,
    table,
)
from cmmatch.display import capital, several

if TYPE_CHECKING:
    from cmmatch.api import CheckReport
    from cmmatch.api.checking import Readiness

__all__ = ["check"]

FAULTY = 3
SHOWN = 5
SHEET = ("severity", "table", "row", "column", "value", "code", "problem", "remedy")


@click.command()
@click.argument("programme", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--faults",
    "sheet",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write faults and notes to this CSV file.",
)
@click.option(
    "--quality",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write blanks, spellings, supply, hours and whom to ask again as CSV files here.",
)
@json_option
@quiet_option
@click.pass_context
def check(
    ctx: click.Context,
    programme: Path,
    *,
    sheet: Path | None,
    folder: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Check PROGRAMME (a folder or its toml).

    Every fault at once, what is short, what the hard rules remove, and what the answers lack;
    nothing is solved. Ends with 3 where there are faults, with 4 where a minimum load is out of
    reach.
    """
    from cmmatch import api

    with progress_bar(quiet=quiet) as progress:
        report = api.check(programme, progress=progress)
    if sheet is not None:
        _write_sheet(sheet, report)
    if folder is not None:
        if report.quality is not None:
            report.quality.write(folder)
        else:
            message(f"Nothing was written to '{folder}': there are faults to mend first.")
    if as_json:
        show_json(_as_dict(report))
    else:
        show_faults(report.faults, kind="fault")
        if not quiet:
            show_faults(report.notes, kind="note")
            _show(report)
    ctx.exit(FAULTY if report.faults else 0 if report.ok else INFEASIBLE)


def _show(report: CheckReport) -> None:
    if report.readiness is None:
        count = len(report.faults)
        message(
            f"{count} {'fault' if count == 1 else 'faults'}: mend them before anything is matched."
        )
        return
    _show_readiness(report.readiness)


def _show_readiness(readiness: Readiness) -> None:
    roles, figures = readiness.programme.config.roles, readiness.figures
    nobody = figures["mentees_nobody_may_meet"]
    wanted, places = figures["mentors_wanted"], figures["places"]
    enough = "enough" if places >= wanted else f"{wanted - places} too few"
    if figures["minimum_loads_out_of_reach"]:
        enough += "; but a minimum load is out of reach, so nothing can be matched"
    shown = ", ".join(nobody[:SHOWN]) + (" ..." if len(nobody) > SHOWN else "")
    show_lines(
        [
            (
                "People",
                f"{several(figures['mentees'], roles.mentee, roles.mentees)}, "
                f"{several(figures['mentors'], roles.mentor, roles.mentors)}",
            ),
            ("Places", f"{places} for {wanted} wanted: {enough}"),
            ("Pairs that may meet", f"{figures['pairs_eligible']:,} of {figures['pairs_total']:,}"),
            (
                f"{capital(roles.mentees)} whom nobody may meet",
                f"{len(nobody)}{': ' + shown if nobody else ''}",
            ),
            (
                "Scored",
                ", ".join(f"{k} {v:.0%}" for k, v in figures["components"].items()) or "nothing",
            ),
            (
                "Not scored (no answers, or weight 0)",
                ", ".join(figures["components_without_answers"]) or "-",
            ),
        ]
    )
    for gap in figures["minimum_loads_out_of_reach"]:
        say(f"Minimum load out of reach: {gap}")
    _show_rules(readiness)
    show_quality(readiness.quality)


def _show_rules(readiness: Readiness) -> None:
    from cmmatch.api.summary import line_gaps_sentence

    roles, figures = readiness.programme.config.roles, readiness.figures
    hours = readiness.programme.config.eligibility.min_overlap_hours_per_week
    rows = [
        (
            rule_label(name, hours=hours),
            *(
                f"{rule[key]:,}"
                for key in ("removed", "removed_alone", "unverified", "mentees_left_without_anyone")
            ),
        )
        for name, rule in figures["rules"].items()
    ]
    headers = (
        "Hard rule",
        "Pairs removed",
        "By it alone",
        "Eligible, not checked",
        f"{capital(roles.mentees)} it leaves alone",
    )
    table(headers, rows, right=(1, 2, 3, 4))
    for name, why in figures["rules_not_checked"].items():
        say(f"{name}: {why}")
    gaps = line_gaps_sentence(readiness.programme, readiness.count)
    if gaps:
        say(gaps)


def _as_dict(report: CheckReport) -> dict[str, Any]:
    figures = None if report.readiness is None else report.readiness.figures
    return {
        "ok": report.ok,
        "faults": [fault_row(each) for each in report.faults],
        "notes": [fault_row(each) for each in report.notes],
        "figures": figures,
        "quality": None if report.quality is None else report.quality.figures,
    }


def _refuse_other_file(path: Path) -> None:
    """Replace nothing but an earlier sheet of faults: an input may have the name by mistake."""
    from cmmatch.errors import OutputRefused

    if not path.exists():
        return
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        headings = next(csv.reader(file), [])
    if tuple(headings) != SHEET:
        message = f"'{path}' is no sheet of faults and is not replaced. Name another file."
        raise OutputRefused(message)


def _write_sheet(path: Path, report: CheckReport) -> None:
    from cmmatch.report.files import write_all
    from cmmatch.report.sheets import to_csv

    rows = [fault_row(each) for each in (*report.faults, *report.notes)]
    columns = {name: ["" if row[name] is None else row[name] for row in rows] for name in SHEET}
    _refuse_other_file(path)
    write_all(
        path.parent, {path.name: to_csv(columns, text=["column", "value", "problem", "remedy"])}
    )
