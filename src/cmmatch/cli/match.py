"""``cmmatch match``: from a folder of tables to a verified matching."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmmatch.cli.screen import (
    json_option,
    message,
    progress_bar,
    quiet_option,
    say,
    show_faults,
    show_json,
    show_lines,
    table,
    time_limit_option,
)

if TYPE_CHECKING:
    from cmmatch.api import MatchResult
    from cmmatch.assignment.limits import Limits
    from cmmatch.programme.programme import Programme

__all__ = ["INFEASIBLE", "match", "show_result"]

INFEASIBLE, STOPPED, INTERRUPTED = 4, 5, 130
SHOWN = 10

FOR_WHOM = (
    "For those who run the programme: matching.csv, report.html and 'cmmatch explain' tell what "
    "the other side said. Hand out only what 'cmmatch shortlist' writes as shortlist.csv and "
    "shortlist.html."
)


@click.command()
@click.argument("programme", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the results.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    help="Decides ties; instead of the one in the toml.",
)
@time_limit_option
@json_option
@quiet_option
@click.pass_context
def match(
    ctx: click.Context,
    programme: Path,
    *,
    out: Path,
    seed: int | None,
    limits: Limits | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Match PROGRAMME (a folder or its toml) and write the results to DIR, all or none.

    Writes matching.csv, unmatched.csv, summary.json, report.html and manifest.json.

    When the time limit is over, or on Ctrl-C, the best matching so far is written, and the exit
    code is 5.
    """
    from cmmatch import api
    from cmmatch.api.summary import rules_not_checked

    read = with_seed(api.read_programme(programme), seed)
    with progress_bar(quiet=quiet) as progress:
        result = api.match(read, limits=limits, on_interrupt="best", progress=progress)
    if not result.result.has_matching:
        if result.result.stopped:
            message(_stopped_without(result))
        else:
            show_why_not(result)
        if as_json:
            show_json(result.summary)
        ctx.exit(INTERRUPTED if result.result.stopped else INFEASIBLE)
    written = result.write(out)
    if as_json:
        show_json(result.summary)
    elif not quiet:
        show_result(result)
        for line in rules_not_checked(result):
            say(line)
        show_faults(result.programme.notes, kind="note")
        message(f"Written to {out}: {', '.join(path.name for path in written)}")
        message(FOR_WHOM)
    if result.result.stopped:
        ctx.exit(STOPPED)


def _stopped_without(result: MatchResult) -> str:
    return (
        f"Stopped ({result.result.stopped}) before any matching was found; whether there is one is "
        "not known. "
        "Nothing was written. Give it more time."
    )


def with_seed(programme: Programme, seed: int | None) -> Programme:
    """Return the programme with another seed, if one is given."""
    if seed is None:
        return programme
    settings = programme.config.programme.model_copy(update={"seed": seed})
    return programme.replace(config=programme.config.model_copy(update={"programme": settings}))


def show_why_not(result: MatchResult) -> None:
    """Say on standard error what stands in the way, and what would make a matching possible."""
    from cmmatch.analysis.bars import WIDTH, folded

    solved = result.result
    why = solved.why_not
    reasons = () if why is None else why.reasons
    message("No matching keeps all rules.")
    for sentence in dict.fromkeys([*solved.obstacles, *reasons]):
        message("\n".join(folded(sentence, width=WIDTH)))
    if why is not None and why.changes:
        message("What would make one possible, the smallest change first:")
        for sentence in why.remedies:
            message("\n".join(folded(f"- {sentence}", width=WIDTH)))


def show_result(result: MatchResult, *, pairs: int = SHOWN) -> None:
    """Print the figures, the first pairs and who has nobody, so that it fits on a screen."""
    from cmmatch.api.summary import best_place_sentence, headline, proof
    from cmmatch.compatibility.scored_programme import NOTHING_SCORED

    roles = result.programme.config.roles
    show_lines(headline(result))
    say(proof(result))
    if not result.scored.names:
        say(NOTHING_SCORED)
    rows = [
        (
            _named(v.mentee, v.mentee_id),
            _named(v.mentor, v.mentor_id),
            f"{v.score:.2f}",
            f"{v.confidence:.0%}",
            f"{v.rank} of {v.eligible}",
        )
        for v in result.pair_views[:pairs]
    ]
    if rows:
        table((roles.mentee, roles.mentor, "score", "confidence", "rank"), rows, right=(2, 3))
    if rows and len(result.pair_views) > pairs:
        say(f"... and {len(result.pair_views) - pairs} more pairs.")
    for reason, count in result.summary["reasons"].items():
        say(f"{count} {roles.mentee if count == 1 else roles.mentees}: {reason}.")
    if best_place_sentence(result):
        say(best_place_sentence(result))


def _named(name: str, label: str) -> str:
    """Return a name with its id, which other commands ask for."""
    return f"{name} ({label})" if name and name != label else label
