"""``cmmatch explain``: why this one, why not that one, from the results of an earlier run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cmmatch.cli.screen import json_option, say, show_json

__all__ = ["explain"]


@click.command()
@click.argument("results", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("mentee")
@click.option("--mentor", help="Ask about this one: why not?")
@click.option(
    "--programme",
    type=click.Path(exists=True, path_type=Path),
    help="Where the programme lies now, if it was moved.",
)
@json_option
def explain(
    results: Path, mentee: str, mentor: str | None, programme: Path | None, as_json: bool
) -> None:
    """Explain the match of MENTEE (an id) in RESULTS, the folder that `cmmatch match` wrote."""
    from cmmatch import api

    said = api.read_result(results, programme=programme).explain(mentee, mentor_id=mentor)
    if as_json:
        show_json(_as_dict(said))
    else:
        say(str(said))


def _as_dict(said: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(said)
