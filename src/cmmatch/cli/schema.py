"""``cmmatch schema``: the columns of the tables, and the JSON Schema of the toml."""

from __future__ import annotations

import click

from cmmatch.cli.screen import json_option, show_json

__all__ = ["schema"]


@click.command()
@click.option(
    "--toml", is_flag=True, help="Print the JSON Schema of programme.toml instead, for editors."
)
@json_option
def schema(toml: bool, as_json: bool) -> None:
    """Print every column that the tables may have: meaning, range, default, and who is shown it."""
    from cmmatch.programme import schema as columns

    if toml:
        from cmmatch.programme.config import Config

        show_json(Config.model_json_schema())
    elif as_json:
        show_json(columns.as_json())
    else:
        click.echo(f"{columns.describe()}\n\n{columns.AUDIENCE}")
