"""The command line: one module a command; what is slow to import is imported inside the command."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING, Any

import click

from cmmatch import __version__
from cmmatch.cli.check import check
from cmmatch.cli.compare import compare
from cmmatch.cli.demo import demo
from cmmatch.cli.explain import explain
from cmmatch.cli.match import match
from cmmatch.cli.new import new
from cmmatch.cli.schema import schema
from cmmatch.cli.screen import fault_row, message, show_faults, show_json
from cmmatch.cli.shortlist import shortlist
from cmmatch.cli.weights import weights
from cmmatch.errors import CmmatchError, InputFaults, OutputRefused, UnknownPerson

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main", "run"]

INTERNAL, USAGE, FAULTS, INTERRUPTED = 1, 2, 3, 130


class _Unread(Exception):
    """Whoever read our output has had enough, which is no error."""


class _Commands(click.Group):
    """Commands whose output may be closed by its reader: click and rich would end with 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as closed:
            raise _Unread from closed
        except SystemExit as stopped:
            if isinstance(stopped.__context__, BrokenPipeError):
                raise _Unread from stopped
            raise


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cmmatch")
def commands() -> None:
    """Decide who mentors whom, say why, and check every answer.

    Begin with `cmmatch demo`, or `cmmatch new DIR` for a programme of your own.
    """


for each in (demo, new, check, shortlist, match, explain, compare, weights, schema):
    commands.add_command(each)


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Whoever ends us politely gets what Ctrl-C gets: everything half done is undone.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code.

    0 fine, 1 internal, 2 usage, 3 the input has faults, 4 no feasible matching, 5 stopped early
    with a usable result, 130 stopped without one.
    """
    try:
        code = commands.main(list(arguments), prog_name="cmmatch", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except InputFaults as error:
        _show_input_faults(error)
        if "--json" in arguments:
            show_json({"ok": False, "faults": [fault_row(each) for each in error.faults]})
        return FAULTS
    except (OutputRefused, UnknownPerson) as error:
        message(f"Error: {error}")
        return USAGE
    except CmmatchError as error:
        message(f"Error: {error}")
        return INTERNAL
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; nothing was written.", err=True)
        return INTERRUPTED
    except (BrokenPipeError, _Unread):
        # The interpreter must not complain when it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        traceback.print_exc()
        click.echo("Internal error: this is a fault of cmmatch, not of your input.", err=True)
        return INTERNAL
    return code if isinstance(code, int) else 0


def _show_input_faults(error: InputFaults) -> None:
    """Show every fault, and how to have them as a table."""
    count = len(error.faults)
    message("1 fault in the input:" if count == 1 else f"{count} faults in the input:")
    show_faults(error.faults, kind="fault")
    message(
        "Mend them and run again; 'cmmatch check PROGRAMME --faults FILE' lists them in a table."
    )
