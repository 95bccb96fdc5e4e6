"""``cmmatch new``: a starter programme to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from cmmatch.cli.screen import message, quiet_option

__all__ = ["new"]


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@quiet_option
def new(folder: Path, quiet: bool) -> None:
    """Make a starter programme in FOLDER: a commented toml, and tables with example rows."""
    from importlib.resources import files

    from cmmatch.errors import OutputRefused
    from cmmatch.report.files import write_all

    if folder.exists() and any(folder.iterdir()):
        refused = f"{folder} is not empty; name a new folder, so that nothing of yours is replaced."
        raise OutputRefused(refused)
    starter = sorted(files("cmmatch.cli").joinpath("starter").iterdir(), key=lambda each: each.name)
    write_all(folder, {each.name: each.read_bytes() for each in starter})
    message(
        f"Made {folder} with {', '.join(each.name for each in starter)}.\n"
        f"Put your people into the tables (delete the examples), then:\n"
        f"  cmmatch check {folder}\n"
        f"  cmmatch match {folder} --out results",
        quiet=quiet,
    )
