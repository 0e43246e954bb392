"""Tasks, and where they run: in this process, or anywhere that offers the same three calls.

A task is a pure function of what it is given, so it may run anywhere and more than once.
"""

import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import polars as pl

from cakernel.files import write_whole
from cakernel.jit.compile import MOST_THREADS
from cakernel.sweep.journal import Shard, hash_of, parquet_bytes
from cakernel.sweep.study import Study


@dataclass(frozen=True)
class Task:
    """What is to be run.

    ``points`` have first_replication and replications, which are to serve the ``goal``. Results
    must come from this version of the ``kernel``. ``file`` is that of the shard where the worker
    is to write it.
    """

    block: int
    part: int
    goal: dict[str, Any]
    study: Study
    points: pl.DataFrame
    seed: int
    kernel: str
    file: Path | None = None


# a shard, and its bytes unless the worker wrote them itself
Done = tuple[Shard, bytes | None]


class OtherKernel(RuntimeError):
    """A worker runs another version of the kernels, whose results might differ."""


def run_task(task: Task, threads: int | None = None) -> Done:
    """Compute a shard on so many threads, by default all, and write it if the task names its file.

    Raises OtherKernel if this process runs another version of the kernels.
    """
    if task.study.kernel != task.kernel:
        raise OtherKernel(
            f"a worker runs kernel {task.study.kernel}; the sweep needs {task.kernel}: install the "
            "same version of cakernel everywhere"
        )
    start = time.perf_counter()
    rows = task.study.run(task.points, seed=task.seed, threads=threads or MOST_THREADS)
    content = parquet_bytes(rows)
    if task.file is not None:
        write_whole(task.file, content)
    shard = Shard(
        block=task.block,
        part=task.part,
        sha256=hash_of(content),
        size=len(content),
        rows=rows.height,
        points=task.points.height,
        failed=rows["error"].count(),
        replications=int(task.points["replications"].sum()),
        goal=task.goal,
        last=False,
        seconds=time.perf_counter() - start,
    )
    return shard, content if task.file is None else None


class Pool(Protocol):
    """Something that runs tasks, ``capacity`` of them at a time, in any order.

    ``shared`` says whether they write their shards into the sweep's folder themselves.
    """

    shared: bool

    @property
    def capacity(self) -> int:
        """How many tasks it should hold."""

    def submit(self, number: int, task: Task) -> None:
        """Take a task; ``number`` names it."""

    def next_done(self) -> tuple[int, Done]:
        """Wait for a task, whichever ends next, and return its number and result."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class LocalPool:
    """Runs tasks in this process, the kernel of one at a time, on all threads.

    Two are on their way: while one is in the kernel, the other's points are made ready or its
    rows gathered.
    """

    capacity = 2
    shared = False

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads
        self._running: dict[Future[Done], int] = {}
        self._workers = ThreadPoolExecutor(max_workers=self.capacity)

    def submit(self, number: int, task: Task) -> None:
        """Take a task."""
        self._running[self._workers.submit(run_task, task, self._threads)] = number

    def next_done(self) -> tuple[int, Done]:
        """Wait for a task."""
        finished = next(iter(wait(self._running, return_when=FIRST_COMPLETED).done))
        return self._running.pop(finished), finished.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._workers.shutdown(cancel_futures=True)
