"""``cmmatch compare``: two results side by side."""

from __future__ import annotations

from pathlib import Path

import click

from cmmatch.cli.screen import json_option, message, quiet_option, say, show_json

__all__ = ["compare"]

RESULTS = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("a", type=RESULTS)
@click.argument("b", type=RESULTS)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a row for every mentee to this CSV file.",
)
@json_option
@quiet_option
def compare(a: Path, b: Path, *, out: Path | None, as_json: bool, quiet: bool) -> None:
    """Compare the results in folders A and B, both written by `cmmatch match`.

    Pairs kept, changed, lost and new; settings that differ; who gains, who loses, who is newly
    matched. Nothing is matched again.
    """
    from cmmatch import api
    from cmmatch.api.comparing import write_comparison

    found = api.compare(a, b)
    written = None if out is None else write_comparison(found, out)
    if as_json:
        show_json(found.as_dict())
    elif not quiet:
        say(str(found))
    if written is not None:
        message(f"Written to {written}.", quiet=quiet)
