"""The commands, and how they end.

0 done, 2 bad input, 3 done but for impossible points of a sweep, 130 interrupted.
"""

import sys
from collections.abc import Callable
from typing import Annotated

import polars as pl
import typer

import cakernel
from cakernel.cli.bench import bench
from cakernel.cli.best import best
from cakernel.cli.claims import claims
from cakernel.cli.ctip import app as ctip
from cakernel.cli.init import init, rule
from cakernel.cli.plot import plot
from cakernel.cli.report import report
from cakernel.cli.reproduce import reproduce
from cakernel.cli.run import run
from cakernel.cli.sensitivity import rules, sensitivity, stability
from cakernel.cli.sweep import status, sweep
from cakernel.cli.trace import trace
from cakernel.errors import InvalidInput

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Simulate how supply-chain firms recover from supply and cyber disruptions.",
)
COMMANDS: dict[str, tuple[Callable[..., None], ...]] = {
    "Simulate": (reproduce, run, trace, sweep, status),
    "Answer": (best, claims, report, sensitivity, rules, stability),
    "Begin and measure": (init, rule, bench),
}
for panel, commands in COMMANDS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)
app.add_typer(plot, name="plot", rich_help_panel="Answer")
app.add_typer(ctip, name="ctip", rich_help_panel="Coopetition")


def _version(asked: bool) -> None:
    if asked:
        print(cakernel.__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; bad input and failed files end it with one line and exit code 2."""
    try:
        app()
    except InvalidInput as error:
        sys.exit(_complain(str(error)))
    except pl.exceptions.PolarsError as error:
        sys.exit(_complain(f"a result could not be written: {error}"))
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        sys.exit(_complain(f"{name}{error.strerror or error}"))


def _complain(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return 2
