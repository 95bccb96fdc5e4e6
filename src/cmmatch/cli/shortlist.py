"""``cmmatch shortlist``: names for every mentee, to be ranked or declined."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmmatch.cli.match import with_seed
from cmmatch.cli.screen import (
    json_option,
    message,
    progress_bar,
    quiet_option,
    show_json,
    show_lines,
    table,
)

if TYPE_CHECKING:
    from cmmatch.api import Shortlist

__all__ = ["shortlist"]

SHOWN = 10


@click.command()
@click.argument("programme", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the lists.",
)
@click.option("--size", type=click.IntRange(1), default=5, show_default=True, help="Names a list.")
@click.option(
    "--spread",
    type=float,
    help="Lists a mentor may stand on, for each free place; from 1. Left out: as --size.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    help="Decides ties; instead of the one in the toml.",
)
@json_option
@quiet_option
def shortlist(
    programme: Path,
    *,
    out: Path,
    size: int,
    spread: float | None,
    seed: int | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Draw up lists from PROGRAMME (a folder or its toml) that mentees rank or decline.

    Writes shortlist.csv and shortlist.html to hand out, and unlisted.csv, which is not: all or
    none. Put the filled sheet into the programme's folder as choices.csv.
    """
    from cmmatch import api
    from cmmatch.errors import ModelError

    read = with_seed(api.read_programme(programme), seed)
    with progress_bar(quiet=quiet) as progress:
        try:
            drawn = api.shortlist(read, size=size, spread=spread, progress=progress)
        except ModelError as error:
            raise click.UsageError(str(error)) from error
    written = drawn.write(out)
    if as_json:
        show_json({**drawn.summary, "unlisted": [asdict(each) for each in drawn.unlisted]})
    elif not quiet:
        _show(drawn)
        message(f"Written to {out}: {', '.join(path.name for path in written)}")


def _show(drawn: Shortlist) -> None:
    figures, roles = drawn.summary, drawn.programme.config.roles
    show_lines(
        [
            ("Lists", f"{figures['lists']}, of {figures['size']} names each if possible"),
            ("Full", str(figures["full"])),
            ("Shorter", str(figures["shorter"])),
            ("Empty", str(figures["empty"])),
            (f"Different {roles.mentors} named", str(figures["mentors_named"])),
            ("Most lists with one name", str(figures["most_lists_of_one_mentor"])),
        ]
    )
    click.echo(f"Nobody stands on more than {figures['spread']:g} lists for each free place.")
    if drawn.advice:
        click.echo(drawn.advice)
    if wished := figures["wished_already"]:
        who = f"{roles.mentee} has" if wished == 1 else f"{roles.mentees} have"
        click.echo(
            f"{wished} {who} wishes already: ranks given earlier are filled in, and whoever ranks "
            "anybody on the sheet speaks anew."
        )
    rows = [(u.mentee or u.mentee_id, str(u.names), u.reason) for u in drawn.unlisted[:SHOWN]]
    if rows:
        table((roles.mentee, "names", "why not more"), rows, right=(1,))
    if len(drawn.unlisted) > SHOWN:
        click.echo(f"... and {len(drawn.unlisted) - SHOWN} more in unlisted.csv.")
