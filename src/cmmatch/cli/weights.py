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
    from cmmatch.analysis.weight_spans import WeightRange, WeightRanges
    from cmmatch.programme.programme import Programme
    from cmmatch.progress import Progress

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
@click.option(
    "--ranges",
    "with_ranges",
    is_flag=True,
    help="Also match, and say how far each weight may go before anybody's mentor changes.",
)
@json_option
@quiet_option
def weights(
    programme: Path,
    mentee: str | None,
    factors: tuple[float, ...],
    out: Path | None,
    with_ranges: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Show what each weight of PROGRAMME (a folder or its toml) decides.

    One weight moves at a time, the others keep their proportions: whose best five change? Nothing
    is solved for that; --ranges solves the matching.
    """
    from cmmatch import api
    from cmmatch.analysis.weighing import FACTORS
    from cmmatch.api.weighing import write_sensitivity

    read = api.read_programme(programme)
    with progress_bar(quiet=quiet) as progress:
        found = api.sensitivity(read, factors=factors or FACTORS, progress=progress)
        ranges = _ranges(read, progress) if with_ranges else None
    if mentee is not None:
        found = found.only(mentee)
    written = write_sensitivity(found, out) if out is not None else ()
    if as_json:
        show_json(_as_dict(found, ranges))
    elif not (quiet and written):
        _show(found, mentee)
        _show_ranges(ranges)
    if written:
        message(f"Written to {out}: {', '.join(path.name for path in written)}", quiet=quiet)


def _ranges(programme: Programme, progress: Progress) -> WeightRanges | str:
    """Match, and return the ranges, or why there are none."""
    from cmmatch import api
    from cmmatch.analysis.weight_ranges import weight_ranges
    from cmmatch.errors import NoMatching, UnsupportedModel

    result = api.match(programme, progress=progress)
    try:
        return weight_ranges(result.scored, result.candidates, result.result, progress=progress)
    except (NoMatching, UnsupportedModel) as refused:
        return str(refused)


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


def _show_ranges(ranges: WeightRanges | str | None) -> None:
    from cmmatch.analysis.bars import WIDTH, folded

    if isinstance(ranges, str):
        click.echo("\n" + "\n".join(folded(f"No ranges. {ranges}", width=WIDTH)))
    elif ranges:
        roles = ranges.programme.config.roles
        said = (
            f"How far one weight may go, the others as they are, before anybody's {roles.mentor} "
            f"changes, and how many {roles.mentees} change just beyond:"
        )
        click.echo("\n" + "\n".join(folded(said, width=WIDTH)))
        rows = [_range_row(each) for each in ranges]
        table(("component", "weight", "from", "to", "below", "above"), rows, right=range(1, 6))
        for line in [each.sentence() for each in ranges if not each.holds] + [ranges.note]:
            if line:
                click.echo("\n".join(folded(line, width=WIDTH)))


def _range_row(each: WeightRange) -> tuple[str, ...]:
    moved = (
        "-" if beyond is None else count(len(beyond.mentees)) for beyond in (each.below, each.above)
    )
    return (each.component, f"{each.weight:g}", *each.ends(), *moved)


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


def _as_dict(found: Sensitivity, ranges: WeightRanges | str | None) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if isinstance(ranges, str):
        told = {"ranges": None, "no_ranges": ranges}
    elif ranges is not None:
        told = {"ranges": _records(ranges.columns())}
    return {
        "programme": found.programme.config.programme.name,
        "size": found.size,
        "factors": list(found.factors),
        "not_in_play": list(found.idle),
        "by_component": _records(found.component_columns()),
        "by_person": _records(found.person_columns()),
        "best_mentors": _records(found.best_columns()),
        **told,
    }


def _records(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
