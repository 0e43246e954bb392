"""`cakernel bench`: how fast the engine is on this machine, and how much memory it takes."""

import json
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich import box
from rich.console import Console
from rich.table import Table

from cakernel.bench import measurement
from cakernel.bench.timed_case import TimedCase
from cakernel.cli.options import Overwrite, Threads
from cakernel.cli.output import Folder
from cakernel.errors import InvalidInput
from cakernel.files import write_whole

WIDTH = 100
TITLES = {
    "Table 3": "Table 3 of the paper: all its policies and resource scenarios",
    "threads": "Threads: the same work on more of them",
    "grid": "Grid: chains and firms in each",
    "periods": "Periods",
    "replications": "Replications of one resource scenario",
}
# broken into lines, so that the table fits WIDTH
HEADINGS = (
    "chains x\nfirms x\nperiods",
    "policies x\nscenarios x\nreplications",
    "threads",
    "seconds",
    "10^9 firm-\nperiods\nper second",
    "ns per\nfirm-period\nper core",
    "times\nthe\nbest",
    "peak\nMiB",
    "added\nMiB",
)


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
    cases = measurement.cases(quick=quick, threads=threads)
    results = None if out is None else _Results(out, overwrite=overwrite)
    report = _Report(cases, Console(quiet=as_json))
    repeats = (measurement.QUICK if quick else measurement.FULL).repeats
    try:
        report.run(repeats)
    finally:
        frame = measurement.frame_of(report.rows)
        settings = {"quick": quick, "threads": threads, "repeats": repeats}
        found = measurement.record(frame, **settings) | {"interrupted": report.interrupted}
        report.console.print(machine_line(found))
        if as_json:
            print(json.dumps(found))
        if results is not None:
            results.write(frame, found)
            report.console.print(f"wrote {out}")
    if report.interrupted:
        raise typer.Exit(130)


def machine_line(found: dict[str, Any]) -> str:
    """Return processor, threads and versions of a `measurement.record`."""
    versions = [f"{name} {number}" for name, number in found["versions"].items()]
    threads = f"{found['threads_available']} threads"
    parts = (found["machine"]["processor"], threads, *versions, f"Python {found['python']}")
    return ", ".join(parts)


def section_table(rows: list[dict[str, Any]]) -> Table:
    """Return the rows of one section, each compared with the best of them."""
    best = min(row["ns_per_firm_period_per_core"] for row in rows)
    table = Table(
        title=TITLES[rows[0]["section"]],
        box=box.SIMPLE_HEAD,
        title_justify="left",
        collapse_padding=True,
        pad_edge=False,
    )
    for n, name in enumerate(HEADINGS):
        table.add_column(name, justify="left" if n < 2 else "right", no_wrap=True)
    for row in rows:
        nanoseconds = row["ns_per_firm_period_per_core"]
        table.add_row(
            " x ".join(f"{row[name]:,}" for name in ("chains", "firms", "periods")),
            " x ".join(f"{row[name]:,}" for name in ("policies", "scenarios", "replications")),
            str(row["threads"]),
            _short(row["seconds"]),
            _short(row["firm_periods_per_second"] / 1e9),
            _short(nanoseconds),
            f"{nanoseconds / best:.2f}",
            _mebibytes(row["peak_mib"]),
            _mebibytes(row["added_mib"]),
        )
    return table


def _short(value: float) -> str:
    """Return a number with three digits, or more before the point."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _mebibytes(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.0f}"


class _Report:
    """Rows as they are measured; each section is shown when it is whole."""

    def __init__(self, cases: list[TimedCase], console: Console) -> None:
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
                measurement.measure(self.cases, repeats=repeats, row_done=row_done)
            except KeyboardInterrupt:
                self.interrupted = True
        if self.interrupted:
            if self.rows:
                self._show(self.rows[-1]["section"])
            self.console.print(f"interrupted after {len(self.rows)} of {len(self.cases)} cases")

    def _show(self, section: str) -> None:
        self.console.print(section_table([row for row in self.rows if row["section"] == section]))


class _Results:
    """Where results go: into a folder, or into one JSON file."""

    def __init__(self, path: Path, *, overwrite: bool) -> None:
        self.path = path
        self.folder: Folder | None = None
        if path.suffix != ".json":
            self.folder = Folder(path, overwrite=overwrite)
            return
        if path.is_dir():
            raise InvalidInput(f"--out: {path} is a folder; must be a file, or lose its .json")
        if path.exists() and not overwrite:
            raise InvalidInput(f"--out: {path} exists; name another file, or say --overwrite")
        # check now that the file can be written: a long run should not fail at its end
        probe = path.with_name(f".{path.name}.writable")
        write_whole(probe, b"")
        probe.unlink()

    def write(self, frame: pl.DataFrame, found: dict[str, Any]) -> None:
        if self.folder is not None:
            self.folder.table("bench", frame)
            self.folder.record("bench", found)
        else:
            write_whole(self.path, (json.dumps(found, indent=2) + "\n").encode())
