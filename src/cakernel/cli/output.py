"""What a command shows and keeps: progress bars, results, a folder of files if asked for."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import typer
from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text

from cakernel.called import note_input
from cakernel.cli.exit_codes import INTERRUPTED
from cakernel.cli.tables import NARROWEST
from cakernel.errors import InvalidInput
from cakernel.files import check_writable
from cakernel.sweep.results import SweepResults, open_sweep
from cakernel.sweep.run import SweepProgress
from cakernel.whole_folder import WholeFolder

SHOWN_AFTER_SECONDS = 1.0
# widths of the parts of a line of progress: the name of what is done, the bar in a terminal of
# less than so many columns and in a wide one, and percent, time left and blanks
DESCRIBED, WIDE, BARS, BESIDE = 16, 120, (16, 40), 20


class Results:
    """What a command found: shown as it comes or printed as one JSON object, and kept if wanted.

    A command checks its arguments, makes one of these, computes, shows and keeps, and concludes;
    then, and not before, the folder is there. One that holds files is refused, unless it is to be
    replaced: ``overwrite``.
    """

    def __init__(
        self,
        out: Path | None,
        *,
        overwrite: bool = False,
        as_json: bool = False,
    ) -> None:
        self.out = out
        self._folder = None if out is None else WholeFolder(out, overwrite=overwrite)
        self.as_json = as_json
        self.console = Console(quiet=as_json)
        self.console.width = max(self.console.width, NARROWEST)

    def show(self, *things: RenderableType) -> None:
        """Print tables and sentences one below the other, unless JSON is printed instead."""
        for thing in things:
            if isinstance(thing, str):
                # names of files may have brackets, which are no markup
                self.console.print(thing, highlight=False, markup=False)
            else:
                self.console.print(thing)

    def keep(self, tables: Mapping[str, pl.DataFrame], *, csv: bool = True) -> None:
        """Write tables into the folder, if there is one: as Parquet and, unless large, as CSV."""
        if self._folder is None:
            return
        for name, frame in tables.items():
            self._folder.write(f"{name}.parquet", frame.write_parquet)
            if csv:
                self._folder.write(f"{name}.csv", flat(frame.lazy()).sink_csv)

    def keep_record(self, name: str, content: Any) -> None:
        """Write a record into the folder, if there is one, as JSON."""
        if self._folder is not None:
            text = json.dumps(content, indent=2, default=str) + "\n"
            self._folder.write(f"{name}.json", text.encode())

    def complete(self, record: Mapping[str, Any]) -> None:
        """Write what the results came from, and put the folder, if there is one, in its place."""
        if self._folder is not None:
            self._folder.complete(record)

    def print_json(self, content: Any, *, indent: int | None = None) -> None:
        """Print one JSON object, if it was asked for."""
        if self.as_json:
            print(json.dumps(content, indent=indent))

    def say_where(self) -> None:
        """Say which folder holds the results."""
        if self.out is not None and not self.as_json:
            print(f"wrote {self.out}")

    def conclude(
        self,
        provenance: dict[str, Any],
        *,
        answer: Mapping[str, Any] = {},
        more: Mapping[str, Any] = {},
        interrupted: str = "",
    ) -> None:
        """Keep the provenance, and ``more`` with it; print the answer as JSON; say where all is.

        After an interruption say instead what was kept, and end with its exit code.
        """
        self.complete({**provenance, **more, "interrupted": bool(interrupted)})
        self.print_json({**answer, "provenance": provenance})
        if interrupted:
            self.show(interrupted)
            raise typer.Exit(INTERRUPTED)
        self.say_where()


def flat(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return a table for CSV, lists as text."""
    kinds = frame.collect_schema().items()
    lists = [column for column, kind in kinds if kind == pl.List]
    arrays = [column for column, kind in kinds if kind == pl.Array]
    text = pl.element().cast(pl.String)
    return frame.with_columns(
        pl.col(lists).list.eval(text).list.join(" "),
        pl.col(arrays).arr.to_list().list.eval(text).list.join(" "),
    )


def opened_input(folder: Path) -> SweepResults:
    """Open a sweep that is whole, as what a command reads: its journal has all checksums."""
    found = open_sweep(folder).undamaged()
    journal = folder / "journal.jsonl"
    note_input(journal, journal.read_bytes())
    return found


def refuse_existing(file: Path) -> None:
    """Raise where a file that is to be written is there already."""
    if file.exists():
        raise InvalidInput(f"{file} exists; name another file or move it away")


def check_out_file(path: Path, *, overwrite: bool) -> None:
    """Raise where --out names a file that may not or cannot be written."""
    if path.is_dir():
        raise InvalidInput(f"--out: {path} is a folder; must be a file")
    if path.exists() and not overwrite:
        raise InvalidInput(f"--out: {path} exists; name another file, or say --overwrite")
    check_writable(path)


class _Facts(ProgressColumn):
    """What is done, most important first: as many facts as the terminal has room for."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def render(self, task: Task) -> Text:
        facts: list[str] = []
        for fact in task.fields["facts"](task):
            if len(", ".join([*facts, fact])) > self.room:
                break
            facts.append(fact)
        return Text(", ".join(facts), no_wrap=True)


def _bar() -> Progress:
    """Return a bar that is shown where standard error is a terminal; it fits 80 columns."""
    console = Console(stderr=True)
    bar = BARS[console.width >= WIDE]
    return Progress(
        TextColumn(
            "{task.description}",
            markup=False,
            table_column=Column(max_width=DESCRIBED, no_wrap=True),
        ),
        BarColumn(bar),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
        _Facts(console.width - DESCRIBED - bar - BESIDE),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


@contextmanager
def progress_bar(what: str, *, unit: str = "replications") -> Iterator[Callable[[int, int], None]]:
    """Give a function to be told how much is done, of how much; shows what takes over a second."""
    bar = _bar()
    task = bar.add_task(what, total=None, facts=lambda task: [f"{task.speed or 0:,.0f} {unit}/s"])
    start = time.monotonic()

    def report(done: int, total: int) -> None:
        if not bar.live.is_started and time.monotonic() - start > SHOWN_AFTER_SECONDS:
            bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield report
    finally:
        bar.stop()


@contextmanager
def sweep_bar(what: str) -> Iterator[Callable[[SweepProgress], None]]:
    """Give a function to be told how far a sweep is; what was repaired is said in any case."""
    bar = _bar()
    task = bar.add_task(what, total=None, facts=lambda task: [])

    def report(state: SweepProgress) -> None:
        if state.shard is None:
            for reason in state.repaired:
                print(reason, file=sys.stderr)
        seconds = max(state.seconds, 1e-9)
        facts = [
            f"{state.points_done:,}/{state.points:,} points",
            f"{state.blocks_done:,}/{state.blocks:,} blocks",
            f"{state.replications / seconds:,.0f} replications of points/s",
        ]
        # work grows as it goes where replications are added until results are precise enough
        total = max(state.work, state.work_done)
        bar.update(task, completed=state.work_done, total=total, facts=lambda task: facts)

    with bar:
        yield report
