"""`cakernel sweep` and `cakernel status`: many points, kept in a folder, resumable."""

import json
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cakernel.cli.exit_codes import INTERRUPTED, SOME_FAILED
from cakernel.cli.options import DeviceOfWorkers, Json, SweepArgument, Threads
from cakernel.errors import InvalidInput
from cakernel.wording import counted

if TYPE_CHECKING:
    from cakernel.sweep.how_far import SweepStatus
    from cakernel.sweep.results import SweepResults
    from cakernel.sweep.run import SweepProgress


def sweep_command(
    file: Annotated[Path, typer.Argument(help="A sweep file; `cakernel init --sweep` writes one.")],
    out: Annotated[Path, typer.Option(help="Folder for the results, as Parquet shards.")],
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with, or add to, what the folder holds.")
    ] = False,
    threads: Threads = None,
    device: DeviceOfWorkers = None,
    block_seconds: Annotated[
        float,
        typer.Option(
            help="About how long a block of points runs, on two cores; what a kill loses."
        ),
    ] = 3.0,
    cluster: Annotated[
        str | None,
        typer.Option(
            help="Run on Dask: 'local', or a scheduler's tcp://host:port.", show_default="no Dask"
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes of --cluster local.", show_default="half the cores"),
    ] = None,
    shared: Annotated[
        bool, typer.Option("--shared", help="Dask workers write into the folder themselves.")
    ] = False,
    csv: Annotated[
        Path | None,
        typer.Option(
            help="File for all points and rows as one CSV table, when the sweep is done.",
            show_default="none",
        ),
    ] = None,
    json_lines: Annotated[
        bool, typer.Option("--json-lines", help="Print progress as a JSON object a line.")
    ] = False,
) -> None:
    """Run a model at many points, streaming the results to a folder.

    Killed at any moment, it goes on with --resume and ends with the same data. Points that are
    impossible are reported as rows with their reason; then the exit code is 3.
    """
    from cakernel.cli.output import check_out_file, sweep_bar
    from cakernel.files import ending
    from cakernel.sweep.blocks import WORK_A_SECOND
    from cakernel.sweep.dask_pool import DaskPool
    from cakernel.sweep.description import read_sweep_file
    from cakernel.sweep.how_far import how_far
    from cakernel.sweep.run import run_sweep

    if not block_seconds > 0:
        raise InvalidInput(f"--block-seconds: got {block_seconds}; must be above 0")
    if cluster is None and (workers is not None or shared):
        raise InvalidInput("--cluster: missing; must be given with --workers or --shared")
    if csv is not None:
        if ending(csv) != ".csv":
            raise InvalidInput(f"--csv: got {csv}; must end in .csv")
        check_out_file(csv, overwrite=resume)
    watch = nullcontext(_print_line) if json_lines else sweep_bar(file.name)
    try:
        described = read_sweep_file(file)
        pool = None if cluster is None else DaskPool(cluster, workers=workers, shared=shared)
        with watch as progress:
            results = run_sweep(
                described,
                out,
                resume=resume,
                threads=threads,
                device=device,
                block_work=block_seconds * WORK_A_SECOND,
                pool=pool,
                progress=progress,
            )
    except KeyboardInterrupt:
        _say(_interrupted(file, out), json_lines=json_lines)
        raise typer.Exit(INTERRUPTED) from None
    if csv is not None:
        _write_csv(results, csv)
    _conclude(results, how_far(out, verify=False), out, json_lines=json_lines)


def status_command(
    folder: SweepArgument,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read all shards and compare their checksums.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say how far a sweep is; also while it runs, from another terminal."""
    from cakernel.sweep.how_far import how_far

    found = how_far(folder, verify=verify)
    if as_json:
        print(json.dumps({**asdict(found), "finished": found.finished}, indent=2))
        return
    if found.label:
        print(found.label)
    state = "finished" if found.finished else "running" if found.running else "stopped"
    print(f"{folder}: {state}")
    print(f"  points        {found.points_done:,} of {found.points:,}")
    print(f"  blocks        {found.blocks_done:,} of {found.blocks:,}")
    print(f"  replications  {found.replications:,} of points")
    print(f"  rows          {found.rows:,} in {_size(found.bytes)}")
    if found.points_a_second and found.running:
        print(f"  speed         {found.points_a_second:,.1f} points/s")
        print(f"  time left     {_duration(found.seconds_left or 0)}")
    for row in found.ran:
        why = f" ({row['why']})" if row["why"] else ""
        device = "CPU" if row["device"] == "cpu" else row["device"]
        print(f"  on the {device}    {row['firm_periods']:,} firm-periods{why}")
    if found.failed:
        print(f"  impossible    {found.failed:,} points")
    for reason in found.damaged:
        print(f"  damaged       {reason}")


def _write_csv(results: "SweepResults", file: Path) -> None:
    """Write a sweep's points and rows as one table, lists as text."""
    from cakernel.cli.output import flat
    from cakernel.files import write_whole

    write_whole(file, flat(results.joined()).sink_csv, durable=False)


def _interrupted(file: Path, out: Path) -> str:
    """Say how far the sweep came, and how to go on."""
    from cakernel.sweep.how_far import how_far

    try:
        so_far = how_far(out, verify=False)
    except InvalidInput:
        return "interrupted before anything was written"
    return (
        f"interrupted with {so_far.points_done:,} of {so_far.points:,} points done; "
        f"go on with: cakernel sweep {file} --out {out} --resume"
    )


def _conclude(
    results: "SweepResults", found: "SweepStatus", out: Path, *, json_lines: bool
) -> None:
    """Say what was written, and which points were impossible."""
    message = f"{found.label}\n" if found.label else ""
    message += f"wrote {out}: {counted(found.points, 'point')}, {counted(found.rows, 'row')}, "
    message += _size(found.bytes)
    if found.failed:
        failures = results.failures
        point, reason = failures.select("point", "error").row(0)
        message += (
            f"\n{failures.height:,} of {found.points:,} points are impossible; "
            f"the first is point {point}: {reason}"
        )
    _say(message, json_lines=json_lines)
    if found.failed:
        raise typer.Exit(SOME_FAILED)


def _say(message: str, *, json_lines: bool) -> None:
    print(json.dumps({"event": "end", "message": message}) if json_lines else message)


def _print_line(state: "SweepProgress") -> None:
    """Print progress for scripts."""
    seconds = max(state.seconds, 1e-9)
    rate = state.work_done / seconds
    line = {
        "event": "start" if state.shard is None else "shard",
        "points": state.points,
        "points_done": state.points_done,
        "blocks": state.blocks,
        "blocks_done": state.blocks_done,
        "failed": state.failed,
        "replications": state.replications,
        "replications_a_second": state.replications / seconds,
        "seconds": state.seconds,
        "seconds_left": (state.work - state.work_done) / rate if rate else None,
        "shard": state.shard.name if state.shard else None,
        "repaired": state.repaired,
    }
    print(json.dumps(line), flush=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _size(amount: int) -> str:
    return f"{amount / 2**20:,.1f} MiB" if amount >= 2**20 else f"{amount / 2**10:,.1f} KiB"
