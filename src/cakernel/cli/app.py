"""All commands, and how they end: `cakernel.cli.exit_codes`."""

import os
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Timer
from types import FrameType
from typing import Annotated, Any, Final

import typer

import cakernel
from cakernel.called import begin
from cakernel.cli.exit_codes import BAD_INPUT, INTERRUPTED, TERMINATED
from cakernel.cli.groups import CONTEXT, Group
from cakernel.cli.terminal import accept_any_encoding
from cakernel.errors import InvalidInput
from cakernel.models import MODELS, Command

# of a message
MOST_CHARACTERS = 1500
# of arguments: what typer's own errors are kinds of, under whatever name it has them
USAGE_ERROR: Final[type[Any]] = typer.BadParameter.__mro__[1]


GENERIC: Final = {
    "Simulate": {
        "sweep": Command(
            "cakernel.cli.sweep:sweep_command",
            "Run a model at many points, streaming the results to a folder.",
        ),
        "status": Command(
            "cakernel.cli.sweep:status_command",
            "Say how far a sweep is; also while it runs, from another terminal.",
        ),
    },
    "Answer": {
        "report": Command(
            "cakernel.cli.files:report_command",
            "Write a report of a folder of results: tables, pictures with filters, methods, "
            "sources.",
        ),
        "sensitivity": Command(
            "cakernel.cli.sensitivity:sensitivity_command",
            "Say how much each axis of a Saltelli or Morris sweep matters.",
        ),
        "rules": Command(
            "cakernel.cli.sensitivity:rules_command",
            "Say in rules when each choice wins, and what following them loses.",
        ),
        "stability": Command(
            "cakernel.cli.sensitivity:stability_command",
            "Map where the best choice changes, finer and finer along the boundaries.",
        ),
        "plot": Command(
            "cakernel.cli.plot:plot", "Draw a picture of results as .svg, .png, .pdf or .html."
        ),
    },
    "Keep and check": {
        "rerun": Command(
            "cakernel.cli.rerun:rerun_command",
            "Run the command that made a folder of results again, and compare the files byte by "
            "byte.",
        ),
        "crate": Command(
            "cakernel.cli.crate:crate_command",
            "Describe a folder of results as an RO-Crate: its files, and what made them, for "
            "archives.",
        ),
    },
    "Begin and measure": {
        "init": Command(
            "cakernel.cli.files:init_command",
            "Write a commented scenario file, to be edited and given to `cakernel run`.",
        ),
    },
}
"""The commands of no single model, by panel."""


def panels() -> dict[str, dict[str, Command]]:
    """Return all commands by panel: those of each model, then the generic ones."""
    found: dict[str, dict[str, Command]] = {panel: {} for panel in GENERIC}
    for listed in [*(row.commands for row in MODELS), GENERIC]:
        for panel, commands in listed.items():
            found.setdefault(panel, {}).update(commands)
    return found


class Commands(Group):
    """The command line; says of an interrupted command that keeps nothing that this is so."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(panels=panels(), **settings)

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            print("interrupted; nothing was kept", file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from None


def commands() -> typer.Typer:
    """Put the command line together."""
    app = typer.Typer(
        cls=Commands,
        # typer imports pydantic for the values of these options: not where they cannot be
        add_completion=sys.argv[1:2] == [] or sys.argv[1].startswith("-"),
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=CONTEXT,
        help="Simulate how supply-chain firms recover from supply and cyber disruptions.",
    )
    app.callback()(_options)
    return app


def _version(asked: bool) -> None:
    if asked:
        print(cakernel.__version__)
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
    warnings.showwarning = _warn
    with _terminable():
        _run()


def _run() -> None:
    begin(sys.argv[1:])
    try:
        sys.exit(
            typer.main.get_command(commands()).main(prog_name="cakernel", standalone_mode=False)
        )
    except KeyboardInterrupt:
        # before a command began
        sys.exit(INTERRUPTED)
    except InvalidInput as error:
        sys.exit(_complain(str(error)))
    except USAGE_ERROR as error:
        sys.exit(_complain(_usage(error)))
    except MemoryError as error:
        # where it was not foreseen
        sys.exit(_complain(f"there is not enough memory: {error or 'a smaller run may fit'}"))
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        sys.exit(_complain(f"{name}{error.strerror or error}"))
    except Exception as error:
        # polars is there where it raised
        if not type(error).__module__.startswith("polars"):
            raise
        sys.exit(_complain(f"a result could not be written: {error}"))


def _usage(error: Any) -> str:
    """Say what is wrong with the arguments, and where help is."""
    # the kind of error is pydantic's word, not one for readers
    message = error.format_message().strip().removesuffix(".").replace("Value error, ", "")
    path = error.ctx.command_path if error.ctx else "cakernel"
    return f"{message[:1].lower()}{message[1:]}; see {path} --help"


def _warn(message: Warning | str, *_: Any, **__: Any) -> None:
    """Say a warning in one line on standard error, once: two runs of a command may both warn."""
    _say_once(" ".join(str(message).split()))


@cache
def _say_once(line: str) -> None:
    print(f"warning: {line}", file=sys.stderr)


def _complain(message: str) -> int:
    """Say in one line what is wrong; names of files and values may be of any length."""
    line = " ".join(message.split())
    if len(line) > MOST_CHARACTERS:
        line = f"{line[: MOST_CHARACTERS - 3]}..."
    print(f"error: {line}", file=sys.stderr)
    return BAD_INPUT
