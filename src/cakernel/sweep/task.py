"""A task computes a shard, a pure function of what it is given: it may run anywhere, and again."""

import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polars as pl

from cakernel.checksums import hash_of
from cakernel.devices import Device, on_device
from cakernel.files import write_whole
from cakernel.jit.compile import MOST_THREADS
from cakernel.sweep.shard import Goal, Shard
from cakernel.sweep.study import Study


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    """Return a table as the bytes of a Parquet file; equal tables give equal bytes."""
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


@dataclass(frozen=True)
class Task:
    """What is to be run.

    ``points`` have first_replication and replications, which are to serve the ``goal``. Results
    must come from this version of the ``kernel``. ``file`` is that of the shard where the worker
    is to write it. Without a ``device`` the worker's environment names one.
    """

    block: int
    part: int
    goal: Goal
    study: Study
    points: pl.DataFrame
    seed: int
    kernel: str
    file: Path | None = None
    device: Device | None = None


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
    with on_device(task.device) as chosen:
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
        ran=chosen.rows,
    )
    return shard, content if task.file is None else None
