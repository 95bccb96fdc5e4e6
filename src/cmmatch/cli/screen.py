"""What the terminal shows: results to standard output, messages and progress to standard error."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from cmmatch.display import printable
from cmmatch.progress import silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cmmatch.assignment.limits import Limits
    from cmmatch.programme.faults import Fault
    from cmmatch.progress import Progress

__all__ = [
    "fault_row",
    "json_option",
    "message",
    "progress_bar",
    "quiet_option",
    "say",
    "show_faults",
    "show_json",
    "show_lines",
    "table",
    "time_limit_option",
]

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
quiet_option = click.option("--quiet", is_flag=True, help="Print nothing but errors.")


def _limits(_: click.Context, __: click.Parameter, seconds: float | None) -> Limits | None:
    """Make limits of a number of seconds; what is no time is a wrong use."""
    if seconds is None:
        return None
    from cmmatch.assignment.limits import Limits
    from cmmatch.errors import ModelError

    try:
        return Limits(seconds=seconds)
    except ModelError as error:
        raise click.BadParameter(str(error)) from error


time_limit_option = click.option(
    "--time-limit",
    "limits",
    type=float,
    metavar="SECONDS",
    callback=_limits,
    help="Solve for so long at most, once pairs are scored; then the best so far is the result.",
)

CONTROLS = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}
"""Control characters that JSON may hold as they are and a terminal obeys."""

PHASES = {
    "eligibility": "Hard rules",
    "score": "Scoring pairs",
    "solve": "Solving",
    "weigh": "Moving weights",
    "weights": "Ranges of weights",
    "blanks": "Blanks",
}


def message(text: str, *, quiet: bool = False) -> None:
    """Say something on standard error."""
    if not quiet:
        click.echo(printable(text), err=True)


def say(text: str) -> None:
    """Print a text on standard output; what would command the terminal is made visible."""
    click.echo(printable(text))


def show_json(data: Any) -> None:
    """Print plain values as JSON on standard output."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False).translate(CONTROLS))


def show_lines(lines: Sequence[tuple[str, str]]) -> None:
    """Print labels and values in two columns on standard output."""
    width = max(len(label) for label, _ in lines)
    for label, value in lines:
        say(f"{label:<{width}}  {value}")


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()
) -> None:
    """Print a table on standard output; the columns ``right`` hold numbers."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for k, header in enumerate(headers):
        drawn.add_column(
            Text(printable(header)), justify="right" if k in right else "left", overflow="fold"
        )
    for row in rows:
        drawn.add_row(*(Text(printable(cell)) for cell in row))
    console = (
        Console(highlight=False) if sys.stdout.isatty() else Console(width=120, highlight=False)
    )
    console.print(drawn)


def show_faults(faults: Sequence[Fault], *, kind: str) -> None:
    """Print faults or notes one by one on standard error."""
    for each in faults:
        message(f"{kind}: {each}")


def fault_row(fault: Fault) -> dict[str, Any]:
    """Return a fault as plain values."""
    return {
        "severity": fault.severity.value,
        "table": fault.table,
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "code": fault.code,
        "problem": fault.problem,
        "remedy": fault.remedy,
    }


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Progress]:
    """Give a callable that draws a bar on standard error while it is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
    )
    with Bar(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bar.add_task(PHASES.get(phase, phase), total=total)
            bar.update(tasks[phase], completed=done, total=total)

        yield show
