"""`cakernel bench`: how fast the engine is on this machine, and how much memory it takes."""

import json
import os
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console

from cakernel.bench import measure
from cakernel.bench.terminal_table import section_table
from cakernel.bench.timed_case import Case
from cakernel.cli.options import Overwrite, Threads
from cakernel.cli.output import Folder
from cakernel.errors import InvalidInput

WIDTH = 100


def bench(
    quick: Annotated[bool, typer.Option("--quick", help="Fewer and shorter cases.")] = False,
    threads: Threads = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for Parquet, CSV and JSON; or one .json file.")
    ] = None,
    overwrite: Overwrite = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Time the engine and measure its memory on this machine.

    Each case has a process of its own and runs once before it is timed; its time is the shortest of
    several calls. Every result is compared with the first, to the bit, and part of it with the
    scalar kernel. Times are per core: seconds times threads.
    """
    cases = measure.cases(quick=quick, threads=threads)
    target = None if out is None else _Target(out, overwrite=overwrite)
    report = _Report(cases, Console(quiet=as_json))
    repeats = measure.QUICK_REPEATS if quick else measure.REPEATS
    try:
        report.run(repeats)
    finally:
        frame = measure.frame_of(report.rows)
        settings = {"quick": quick, "threads": threads, "repeats": repeats}
        found = measure.record(frame, **settings) | {"interrupted": report.interrupted}
        report.console.print(machine_line(found))
        if as_json:
            print(json.dumps(found))
        if target is not None:
            target.write(frame, found)
            report.console.print(f"wrote {out}")
    if report.interrupted:
        raise typer.Exit(130)


def machine_line(found: dict[str, Any]) -> str:
    """Return processor, threads and versions of a `measure.record`."""
    versions = [f"{name} {number}" for name, number in found["versions"].items()]
    threads = f"{found['threads_available']} threads"
    parts = (found["machine"]["processor"], threads, *versions, f"Python {found['python']}")
    return ", ".join(parts)


class _Report:
    """Rows as they are measured; each section is shown when it is whole."""

    def __init__(self, cases: list[Case], console: Console) -> None:
        self.cases = cases
        self.rows: list[dict[str, Any]] = []
        self.interrupted = False
        self.console = console
        self.console.width = max(console.width, WIDTH)

    def run(self, repeats: int) -> None:
        compiling = "loading the kernels; the first time they are compiled"
        with Console(stderr=True).status(compiling) as status:

            def row_done(row: dict[str, Any]) -> None:
                self.rows.append(row)
                status.update(f"{len(self.rows)} of {len(self.cases)} cases done")
                following = self.cases[len(self.rows) :]
                if not following or following[0].section != row["section"]:
                    self._show(row["section"])

            try:
                measure.measure(self.cases, repeats=repeats, row_done=row_done)
            except KeyboardInterrupt:
                self.interrupted = True
        if self.interrupted:
            if self.rows:
                self._show(self.rows[-1]["section"])
            self.console.print(f"interrupted after {len(self.rows)} of {len(self.cases)} cases")

    def _show(self, section: str) -> None:
        self.console.print(section_table([row for row in self.rows if row["section"] == section]))


class _Target:
    """Where results go: into a folder, or into one JSON file, whole or not at all."""

    def __init__(self, path: Path, *, overwrite: bool) -> None:
        self.path = path
        self.folder: Folder | None = None
        self.partial = path.with_name(f".{path.name}.partial")
        if path.suffix != ".json":
            self.folder = Folder(path, overwrite=overwrite)
            return
        if path.is_dir():
            raise InvalidInput(f"--out: {path} is a folder; must be a file, or lose its .json")
        if path.exists() and not overwrite:
            raise InvalidInput(f"--out: {path} exists; name another file, or say --overwrite")
        # a file that cannot be written is better known before a long run than after
        self.partial.touch()
        self.partial.unlink()

    def write(self, frame: pl.DataFrame, found: dict[str, Any]) -> None:
        if self.folder is not None:
            self.folder.table("bench", frame)
            self.folder.record("bench", found)
        else:
            self.partial.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
            os.replace(self.partial, self.path)
