"""All commands, with `init` and `report`, and how they end.

0 done, 2 bad input, 3 done but for impossible points of a sweep, 130 interrupted by Ctrl-C, 143 by
SIGTERM, which batch systems send before they kill.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from threading import Timer
from types import FrameType
from typing import Annotated, Any

import polars as pl
import typer
from typer.core import TyperGroup

from cakernel.cli.options import Overwrite
from cakernel.cli.output import INTERRUPTED, refuse_existing
from cakernel.cli.plot import plots
from cakernel.cli.sensitivity import rules_command, sensitivity_command, stability_command
from cakernel.cli.sweep import status_command, sweep_command
from cakernel.cli.terminal import accept_any_encoding
from cakernel.errors import InvalidInput
from cakernel.files import write_whole
from cakernel.models import MODELS, load, swept, template, template_folder

# of a message
MOST_CHARACTERS = 1500
TERMINATED = 128 + signal.SIGTERM


class Commands(TyperGroup):
    """The command line; says of an interrupted command that keeps nothing that this is so."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            print("interrupted; nothing was kept", file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from None


def init_command(
    file: Annotated[
        Path | None,
        typer.Argument(help="The file to write.", show_default="scenario.toml or sweep.toml"),
    ] = None,
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Write a sweep file, for `cakernel sweep`.")
    ] = False,
    model: Annotated[
        str, typer.Option(help=f"With --sweep, of which model: {' or '.join(swept())}.")
    ] = next(iter(swept())),
    network: Annotated[
        Path | None,
        typer.Option(help="Write a folder that describes a network of firms, instead."),
    ] = None,
) -> None:
    """Write a commented scenario file, to be edited and given to `cakernel run`."""
    if network is not None:
        if file is not None or sweep:
            other = "--sweep" if sweep else str(file)
            raise InvalidInput(f"--network: got {other}, too; must be one of them")
        write_network(network)
        return
    kind, command = ("sweep", "sweep") if sweep else ("scenario", "run")
    try:
        text = template(kind, model)
    except InvalidInput as error:
        hint = "" if sweep else ", or given with --sweep"
        raise InvalidInput(f"--{error}{hint}") from None
    file = file or Path(f"{kind}.toml")
    refuse_existing(file)
    write_whole(file, text.encode())
    print(f"wrote {file}; next: cakernel {command} {file} --out results")


def write_network(folder: Path) -> None:
    """Write the commented folder of a network; refuse one that holds a file of such a name."""
    files = template_folder("network")
    for name in files:
        refuse_existing(folder / name)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        write_whole(folder / name, content)
    print(f"wrote {folder}; {folder / 'README.md'} says what is in it")


def report_command(
    folder: Annotated[
        Path,
        typer.Argument(
            help="What reproduce, best, claims, conventions, run, sweep or ctip wrote to --out."
        ),
    ],
    out: Annotated[Path, typer.Option(help="The page to write: FILE.html.")],
    title: Annotated[
        str | None, typer.Option(help="Title of the page.", show_default="one that fits")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Write a report of a folder of results: tables, pictures with filters, methods, sources.

    One file, which works offline. Nothing is simulated, and every number names its source.
    """
    # imported here: other commands start without these libraries
    from cakernel.report import write_report

    path = write_report(folder, out, title=title, overwrite=overwrite)
    print(f"wrote {path}, {path.stat().st_size / 2**20:.1f} MiB")


def commands() -> typer.Typer:
    """Put the command line together: the generic commands, and those of each model."""
    app = typer.Typer(
        cls=Commands,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Simulate how supply-chain firms recover from supply and cyber disruptions.",
    )
    generic: dict[str, tuple[Callable[..., None] | typer.Typer, ...]] = {
        "Simulate": (sweep_command, status_command),
        "Answer": (report_command, sensitivity_command, rules_command, stability_command, plots()),
        "Begin and measure": (init_command,),
    }
    panels: dict[str, list[Callable[..., None] | typer.Typer]] = {panel: [] for panel in generic}
    for row in MODELS:
        for panel, places in row.commands.items():
            panels.setdefault(panel, []).extend(map(load, places))
    for panel, listed in panels.items():
        for command in (*listed, *generic.get(panel, ())):
            if isinstance(command, typer.Typer):
                app.add_typer(command, rich_help_panel=panel)
            else:
                name = command.__name__.removesuffix("_command")
                app.command(name, rich_help_panel=panel)(command)
    app.callback()(_options)
    return app


def _version(asked: bool) -> None:
    if asked:
        print(version("cakernel"))
        raise typer.Exit


def _options(
    asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


@contextmanager
def _terminable() -> Iterator[None]:
    """Take SIGTERM as Ctrl-C, once, but for the exit code."""
    terminated = False

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal terminated
        if _is_called_back(frame):
            # an exception would be lost: come again
            Timer(0.05, os.kill, (os.getpid(), number)).start()
            return
        if number == signal.SIGTERM:
            terminated = True
            # another one disturbs neither the keeping of what was finished nor the end
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    # what whoever started this one chose to ignore stays ignored
    kept = [n for n in (signal.SIGTERM, signal.SIGINT) if signal.getsignal(n) != signal.SIG_IGN]
    before = {n: signal.signal(n, interrupt) for n in kept}
    try:
        yield
    except SystemExit as ended:
        raise SystemExit(
            TERMINATED if terminated and ended.code == INTERRUPTED else ended.code
        ) from None
    finally:
        for number, handler in before.items():
            if number != signal.SIGTERM or not terminated:
                signal.signal(number, handler)


def _is_called_back(frame: FrameType | None) -> bool:
    """Say whether the compiler called what runs: Python can raise nothing through it."""
    while frame is not None and frame.f_code.co_name != "_raw_object_cache_notify":
        frame = frame.f_back
    return frame is not None


def main() -> None:
    """Run the command line; bad input and failed files end it with one line and exit code 2."""
    accept_any_encoding()
    with _terminable():
        _run()


def _run() -> None:
    try:
        commands()()
    except KeyboardInterrupt:
        # before a command began
        sys.exit(INTERRUPTED)
    except InvalidInput as error:
        sys.exit(_complain(str(error)))
    except MemoryError as error:
        # where it was not foreseen
        sys.exit(_complain(f"there is not enough memory: {error or 'a smaller run may fit'}"))
    except pl.exceptions.PolarsError as error:
        sys.exit(_complain(f"a result could not be written: {error}"))
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        sys.exit(_complain(f"{name}{error.strerror or error}"))


def _complain(message: str) -> int:
    """Say in one line what is wrong; names of files and values may be of any length."""
    line = " ".join(message.split())
    if len(line) > MOST_CHARACTERS:
        line = f"{line[: MOST_CHARACTERS - 3]}..."
    print(f"error: {line}", file=sys.stderr)
    return 2
