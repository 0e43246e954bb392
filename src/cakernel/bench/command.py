"""`cakernel bench`: how fast the engine is on this machine, and how much memory it takes."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cakernel.bench import measurement
from cakernel.bench.timed_case import TimedCase
from cakernel.cli.options import Json, Overwrite, Threads
from cakernel.cli.output import INTERRUPTED, Results, check_out_file
from cakernel.cli.tables import FittedTable
from cakernel.errors import InvalidInput
from cakernel.files import ending, write_whole

TITLES = {
    "Table 3": "Table 3 of the paper: all its policies and resource scenarios",
    "threads": "Threads: the same work on more of them",
    "processes": "One process of n threads beside n processes of one thread each",
    "grid": "Grid: chains and firms in each",
    "periods": "Periods",
    "replications": "Replications of one resource scenario",
}
# in lines, so that columns are narrow
COLUMNS = (
    "chains x\nfirms x\nperiods",
    "policies x\nscenarios x\nreplications",
    "processes\nx threads",
    "seconds",
    "10^9 firm-\nperiods\nper second",
    "ns per\nfirm-period\nper core",
    "times\nthe\nbest",
    "peak\nMiB",
    "added\nMiB",
)


def bench_command(
    quick: Annotated[bool, typer.Option("--quick", help="Fewer and shorter cases.")] = False,
    threads: Threads = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for Parquet, CSV and JSON; or one .json file.")
    ] = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Time the engine and measure its memory on this machine.

    Each case has a process of its own and runs once before it is timed; its time is the shortest of
    several calls. Every result is compared with the first, to the bit, and part of it with the
    scalar kernel. Times are per core: seconds times threads.
    """
    cases = measurement.cases(quick=quick, threads=threads)
    file = out if out is not None and ending(out) == ".json" else None
    if file is not None:
        if file.is_dir():
            raise InvalidInput(f"--out: {file} is a folder; must be a file, or lose its .json")
        check_out_file(file, overwrite=overwrite)
    results = Results(None if file else out, overwrite=overwrite, as_json=as_json)
    repeats = (measurement.QUICK if quick else measurement.FULL).repeats
    rows: list[dict[str, Any]] = []
    interrupted = False
    try:
        _measure(cases, repeats, rows, results)
    except KeyboardInterrupt:
        interrupted = True
        if rows:
            results.show(section_table(rows, rows[-1]["section"]))
        results.show(f"interrupted after {len(rows)} of {len(cases)} cases")
    finally:
        # also after an error: what was measured before it is kept
        frame = measurement.frame_of(rows)
        found = measurement.record(frame, quick=quick, threads=threads, repeats=repeats)
        found["interrupted"] = interrupted
        results.show(machine_line(found))
        results.print_json(found)
        results.keep({"bench": frame})
        results.keep_record("bench", found)
        results.complete(found)
        if file is not None:
            write_whole(file, (json.dumps(found, indent=2) + "\n").encode())
        if out is not None:
            results.show(f"wrote {out}")
    if interrupted:
        raise typer.Exit(INTERRUPTED)


def _measure(
    cases: list[TimedCase], repeats: int, rows: list[dict[str, Any]], results: Results
) -> None:
    """Measure the cases into ``rows``; show each section when it is whole."""
    compiling = "loading the kernels; the first time they are compiled"
    with Console(stderr=True).status(compiling) as status:

        def row_done(row: dict[str, Any]) -> None:
            rows.append(row)
            status.update(f"{len(rows)} of {len(cases)} cases done")
            following = cases[len(rows) :]
            if not following or following[0].section != row["section"]:
                results.show(section_table(rows, row["section"]))

        measurement.measure(cases, repeats=repeats, row_done=row_done)


def machine_line(found: dict[str, Any]) -> str:
    """Return processor, threads and versions of a `measurement.record`."""
    versions = [f"{name} {number}" for name, number in found["versions"].items()]
    machine = [found["machine"]["processor"], f"{found['threads_available']} threads"]
    return ", ".join([*machine, *versions, f"Python {found['python']}"])


def section_table(rows: list[dict[str, Any]], section: str) -> FittedTable:
    """Lay out the rows of one section, each compared with the best of them."""
    rows = [row for row in rows if row["section"] == section]
    best = min(row["ns_per_firm_period_per_core"] for row in rows)
    table = FittedTable(title=TITLES[section], pad_edge=False, keys=3)
    for n, name in enumerate(COLUMNS):
        table.add_column(name, justify="left" if n < 2 else "right", no_wrap=True)
    for row in rows:
        nanoseconds = row["ns_per_firm_period_per_core"]
        table.add_row(
            " x ".join(f"{row[name]:,}" for name in ("chains", "firms", "periods")),
            " x ".join(f"{row[name]:,}" for name in ("policies", "scenarios", "replications")),
            f"{row['processes']} x {row['threads']}",
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
