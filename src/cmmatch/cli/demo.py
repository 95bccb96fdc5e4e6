"""``cmmatch demo``: the whole road on a made-up programme, and a folder to look at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmmatch.cli.match import show_result
from cmmatch.cli.screen import message, progress_bar, quiet_option, say

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """Match a made-up programme of 200 mentees and 80 mentors, and explain one pair.

    Leaves a folder with the tables that went in and the results that came out.
    """
    from cmmatch import api
    from cmmatch.report.files import write_all
    from cmmatch.synthesis import make_programme

    folder, results = out / "programme", out / "results"
    files = make_programme(mentees=MENTEES, mentors=MENTORS, seed=SEED).files()
    _refuse_other_files(folder, files)
    write_all(folder, files)
    with progress_bar(quiet=quiet) as progress:
        result = api.match(api.read_programme(folder), progress=progress)
    result.write(results)
    if quiet:
        return
    show_result(result, pairs=0)
    # Somebody of whom much is known and whose best choice went to others shows the most.
    told = max(result.pair_views, key=lambda view: (view.confidence == 1.0, view.rank > 1))
    say(f"\nWhy this one?\n{result.explain(told.mentee_id)}")
    message(
        f"Open {results / 'report.html'} in a browser; the tables that went in are in {folder}."
    )


def _refuse_other_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace nothing but what an earlier demo left."""
    from cmmatch.errors import OutputRefused

    for name, content in files.items():
        path = folder / name
        if path.exists() and not (path.is_file() and path.read_bytes() == content):
            message = (
                f"'{path}' is not from this demo; name another folder with --out, so that nothing "
                "of yours is replaced."
            )
            raise OutputRefused(message)
