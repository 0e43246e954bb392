"""Progress bars with rate and time left, on terminals."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from cakernel.sweep.run import SweepProgress

SHOWN_AFTER_SECONDS = 1.0


class _Rate(ProgressColumn):
    """Replications, or the like, a second."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.unit = unit

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:,.0f} {self.unit}/s")


def _bar(rate: ProgressColumn) -> Progress:
    """Return a bar that is shown where standard error is a terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        rate,
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


@contextmanager
def progress_bar(what: str, *, unit: str = "replications") -> Iterator[Callable[[int, int], None]]:
    """Give a function to be told how much is done, of how much; shows what takes over a second."""
    bar = _bar(_Rate(unit))
    task = bar.add_task(what, total=None)
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
    bar = _bar(TextColumn("{task.fields[counts]}"))
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
        # work grows as it goes where replications are added until results are precise enough
        total = max(state.work, state.work_done)
        bar.update(task, completed=state.work_done, total=total, counts=counts)

    with bar:
        yield report
