"""One task of a sweep: a part of a block, from points to the bytes of a shard.

It is a pure function of what it is given, so it may run anywhere and more than once.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cakernel.files import write_whole
from cakernel.jit.compile import MOST_THREADS
from cakernel.sweep.folder import hash_of, parquet_bytes
from cakernel.sweep.study import Study


@dataclass(frozen=True)
class Task:
    """What is to be run; ``points`` have first_replication and replications.

    ``shared`` is the shard's file where the worker writes it itself. ``kernel`` is the version
    that the results must come from.
    """

    block: int
    part: int
    study: Study
    points: pl.DataFrame
    seed: int
    kernel: str
    shared: Path | None = None


@dataclass(frozen=True)
class Done:
    """A shard's bytes, and what it covers; no bytes where the worker wrote them itself."""

    content: bytes | None
    sha256: str
    size: int
    rows: int
    points: int
    failed: int
    replications: int
    seconds: float


class OtherKernel(RuntimeError):
    """A worker that runs another version of the kernels, whose results might differ."""


def run_task(task: Task, threads: int | None = None) -> Done:
    """Run a task on so many threads, by default all.

    Raises
    ------
    OtherKernel
        If this process runs another version of the kernels.
    """
    if task.study.kernel != task.kernel:
        raise OtherKernel(
            f"a worker runs kernel {task.study.kernel}; the sweep needs {task.kernel}: install the "
            "same version of cakernel everywhere"
        )
    start = time.perf_counter()
    rows = task.study.run(task.points, seed=task.seed, threads=threads or MOST_THREADS)
    content = parquet_bytes(rows)
    if task.shared is not None:
        write_whole(task.shared, content)
    return Done(
        content=None if task.shared is not None else content,
        sha256=hash_of(content),
        size=len(content),
        rows=rows.height,
        points=task.points.height,
        failed=rows["error"].count(),
        replications=int(task.points["replications"].sum()),
        seconds=time.perf_counter() - start,
    )
