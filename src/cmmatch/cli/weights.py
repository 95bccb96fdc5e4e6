"""``cmmatch weights``: what would change if a weight were halved, doubled or nothing."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cmmatch.cli.screen import (
    json_option,
    message,
    progress_bar,
    quiet_option,
    show_json,
    table,
)
from cmmatch.display import count, decimal, share

if TYPE_CHECKING:
    from cmmatch.analysis.weight_moves import Sensitivity

__all__ = ["weights"]


def _finite(
    _: click.Context, option: click.Parameter, given: tuple[float, ...]
) -> tuple[float, ...]:
    for each in given:
        if not math.isfinite(each) or each < 0:
            message = f"{each} is no finite number of 0 or more."
            raise click.BadParameter(message, param=option)
    return given


@click.command()
@click.argument("programme", type=click.Path(exists=True, path_type=Path))
@click.option("--mentee", help="For this one alone (an id), with names.")
@click.option(
    "--factor",
    "factors",
    type=float,
    multiple=True,
    callback=_finite,
    help="What each weight is multiplied by; may be repeated. Left out: 0, 0.5 and 2.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write weights.csv, weights_people.csv, weights_best.csv and weights.svg here.",
)
@json_option
@quiet_option
def weights(
    programme: Path,
    mentee: str | None,
    factors: tuple[float, ...],
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Show what each weight of PROGRAMME (a folder or its toml) decides; nothing is solved.

    One weight moves at a time, the others keep their proportions: whose best five change?
    """
    from cmmatch import api
    from cmmatch.analysis.weighing import FACTORS
    from cmmatch.api.weighing import write_sensitivity

    read = api.read_programme(programme)
    with progress_bar(quiet=quiet) as progress:
        found = api.sensitivity(read, factors=factors or FACTORS, progress=progress)
    if mentee is not None:
        found = found.only(mentee)
    written = write_sensitivity(found, out) if out is not None else ()
    if as_json:
        show_json(_as_dict(found))
    elif not (quiet and written):
        _show(found, mentee)
    if written:
        message(f"Written to {out}: {', '.join(path.name for path in written)}", quiet=quiet)


def _show(found: Sensitivity, mentee: str | None) -> None:
    roles = found.programme.config.roles
    if not found.names:
        click.echo("Nothing is scored, so no weight decides anything.")
    elif not len(found.ranked):
        who = mentee or f"any of the {roles.mentees}"
        click.echo(f"The hard rules let nobody meet {who}, so no weight decides anything.")
    elif mentee is None:
        _show_all(found)
    else:
        _show_one(found)
    if found.idle:
        click.echo(f"Not in play (weight 0, or no answers): {', '.join(found.idle)}.")


def _show_all(found: Sensitivity) -> None:
    from cmmatch.analysis.weight_moves import move_name

    roles, many = found.programme.config.roles, len(found.ranked)
    columns, wide = found.component_columns(), len(found.factors)
    click.echo(
        f"If one weight moved and the others kept their proportions: share of {count(many)}\n"
        f"{roles.mentees if many != 1 else roles.mentee} whose best {found.size} would be others, "
        "or in another order\n(in brackets: whose best mentor would be another)."
    )
    rows = []
    for k, name in enumerate(found.names):
        moves = range(k * wide, (k + 1) * wide)
        cells = [
            "-"
            if columns["changed"][n] is None
            else f"{share(columns['share_changed'][n])} "
            f"({share(columns['best_changed'][n] / many)})"
            for n in moves
        ]
        rows.append((name, share(float(found.weights[k])), *cells))
    headers = ("component", "weight", *(move_name(factor) for factor in found.factors))
    table(headers, rows, right=range(1, len(headers)))


def _show_one(found: Sensitivity) -> None:
    from cmmatch.analysis.bars import WIDTH, folded
    from cmmatch.analysis.weight_moves import move_name
    from cmmatch.compatibility.rule import label

    i = int(found.ranked[0])
    best = [found.mentor_name(j) for j in found.before[i].tolist() if j >= 0]
    said = f"{label(found.programme.mentees, i)}: best now {', '.join(best)}."
    click.echo("\n".join(folded(said, width=WIDTH)))
    rows = []
    for k, name in enumerate(found.names):
        told = [(move_name(x), _change(found, i, (k, f))) for f, x in enumerate(found.factors)]
        told.append(("moved", f"{best[0]} stays first {_holds(found, i, k)}"))
        heads = [(name, share(float(found.weights[k]))), *[("", "")] * (len(told) - 1)]
        rows += [(*head, *line) for head, line in zip(heads, told, strict=True)]
    table(("component", "weight", "if", "then"), rows, right=(1,))


def _change(found: Sensitivity, i: int, move: tuple[int, int]) -> str:
    after = found.after[i, move[0], move[1]]
    if after[0] < 0:
        return "-"
    entered, left = found.exchanged(i, *move)
    said = [f"+ {found.mentor_name(j)}" for j in entered]
    said += [f"- {found.mentor_name(j)}" for j in left]
    if not said and (after != found.before[i]).any():
        said = ["other order"]
    if after[0] != found.before[i, 0]:
        said.append(f"first: {found.mentor_name(int(after[0]))}")
    return ", ".join(said) or "same"


def _holds(found: Sensitivity, i: int, k: int) -> str:
    down, up = found.turns[i, k].tolist()
    below, above = found.turned[i, k].tolist()
    said = []
    if below >= 0:
        said.append(f"down to x {_factor(down)}, then {found.mentor_name(below)}")
    if above >= 0:
        said.append(f"up to x {_factor(up)}, then {found.mentor_name(above)}")
    return "; ".join(said) or "always"


def _factor(factor: float) -> str:
    return decimal(factor, 2 if factor < 10 else 0)


def _as_dict(found: Sensitivity) -> dict[str, Any]:
    return {
        "programme": found.programme.config.programme.name,
        "size": found.size,
        "factors": list(found.factors),
        "not_in_play": list(found.idle),
        "by_component": _records(found.component_columns()),
        "by_person": _records(found.person_columns()),
        "best_mentors": _records(found.best_columns()),
    }


def _records(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
