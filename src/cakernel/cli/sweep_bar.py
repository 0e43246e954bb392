"""The progress of a sweep on a terminal; what was repaired is said in any case."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cakernel.sweep.run import Progress as Report
from cakernel.sweep.run import SweepProgress


@contextmanager
def sweep_bar(what: str) -> Iterator[Report]:
    """Give a function to report progress to; it shows a bar where there is someone to see it."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[counts]}"),
        TextColumn("left"),
        TimeRemainingColumn(elapsed_when_finished=False),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    task = bar.add_task(what, total=None, counts="")

    def report(state: SweepProgress) -> None:
        if state.shard is None:
            for reason in state.repaired:
                print(f"{reason}; computed again", file=sys.stderr)
        seconds = max(state.seconds, 1e-9)
        counts = (
            f"{state.points_done:,}/{state.points:,} points, "
            f"{state.blocks_done:,}/{state.blocks:,} blocks, "
            f"{state.replications / seconds:,.0f} replications of points/s"
        )
        # with a target of standard error the work grows as it goes
        bar.update(
            task,
            completed=state.work_done,
            total=max(state.work, state.work_done),
            counts=counts,
        )

    with bar:
        yield report
