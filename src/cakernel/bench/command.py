"""`cakernel bench`: how fast the engine is on this machine, and how much memory it takes."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cakernel.cli.exit_codes import INTERRUPTED
from cakernel.cli.options import Json, Overwrite, Threads
from cakernel.errors import InvalidInput

if TYPE_CHECKING:
    from cakernel.bench.timed_case import TimedCase
    from cakernel.cli.output import Results


def bench_command(
    quick: Annotated[bool, typer.Option("--quick", help="Fewer and shorter cases.")] = False,
    threads: Threads = None,
    device: Annotated[
        Literal["cpu", "gpu"],
        typer.Option(help="gpu: time a graphics card, and beside it the threads."),
    ] = "cpu",
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for Parquet, CSV and JSON; or one .json file.", show_default="none"
        ),
    ] = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Time the engine and measure its memory on this machine.

    Each case has a process of its own and runs once before it is timed; its time is the shortest of
    several calls. Every result is compared with the first, to the bit, and part of it with the
    scalar kernel. Times are per core: seconds times threads; of a graphics card, of the card.
    """
    from cakernel.bench import measurement
    from cakernel.bench.tables import machine_line, section_table
    from cakernel.cli.output import Results, check_out_file
    from cakernel.devices import check_device
    from cakernel.files import ending, write_whole

    check_device(device)
    cases_of = measurement.cases_of_card if device == "gpu" else measurement.cases
    cases = cases_of(quick=quick, threads=threads)
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
        settings = {"quick": quick, "threads": threads, "device": device, "repeats": repeats}
        found = measurement.record(frame, **settings)
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
    cases: "list[TimedCase]", repeats: int, rows: list[dict[str, Any]], results: "Results"
) -> None:
    """Measure the cases into ``rows``; show each section when it is whole."""
    from rich.console import Console

    from cakernel.bench import measurement
    from cakernel.bench.tables import section_table

    compiling = "loading the kernels; the first time they are compiled"
    with Console(stderr=True).status(compiling) as status:

        def row_done(row: dict[str, Any]) -> None:
            rows.append(row)
            status.update(f"{len(rows)} of {len(cases)} cases done")
            following = cases[len(rows) :]
            if not following or following[0].section != row["section"]:
                results.show(section_table(rows, row["section"]))

        measurement.measure(cases, repeats=repeats, row_done=row_done)
