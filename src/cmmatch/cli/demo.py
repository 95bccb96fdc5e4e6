"""``cmmatch demo``: the whole road on a made-up programme, and a folder to look at."""

from __future__ import annotations

from pathlib import Path

import click

from cmmatch.cli.match import show_result
from cmmatch.cli.screen import message, progress_bar, quiet_option

__all__ = ["demo"]

MENTEES, MENTORS, SEED = 200, 80, 7


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("cmmatch-demo"),
    show_default=True,
    help="Folder for the programme and its results.",
)
@quiet_option
def demo(out: Path, quiet: bool) -> None:
    """Match a made-up programme of 200 people, and explain one pair.

    Leaves a folder with the tables that went in and the results that came out.
    """
    from cmmatch import api
    from cmmatch.report.files import write_all
    from cmmatch.synthesis import make_programme

    folder, results = out / "programme", out / "results"
    made = make_programme(mentees=MENTEES, mentors=MENTORS, seed=SEED)
    write_all(folder, made.files())
    with progress_bar(quiet=quiet) as progress:
        result = api.match(api.read_programme(folder), progress=progress)
    result.write(results)
    show_result(result, pairs=3)
    # Somebody of whom much is known and whose best choice went to others shows the most.
    told = max(result.pair_views, key=lambda view: (view.confidence == 1.0, view.rank > 1))
    click.echo(f"\nWhy this one?\n{result.explain(told.mentee_id)}")
    message(
        f"\nOpen {results / 'report.html'} in a browser; the tables that went in are in {folder}.",
        quiet=quiet,
    )
