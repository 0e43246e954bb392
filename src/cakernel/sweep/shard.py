"""A shard: the rows of a part of a block, as a file; and the task that computes it.

A task is a pure function of what it is given, so it may run anywhere and more than once.
"""

import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from pydantic import Field
from typing_extensions import TypedDict

from cakernel.checksums import hash_of
from cakernel.files import write_whole
from cakernel.jit.compile import MOST_THREADS
from cakernel.sweep.study import Study

Count = Annotated[int, Field(strict=True, ge=0)]


class Goal(TypedDict):
    """What the points of a block are replicated for."""

    replications: Count
    precision: dict[str, Any] | None


@dataclass(frozen=True)
class Shard:
    """A part of a block, as a line of the journal: where its results are, and what they cover.

    With the ``last`` one its block has reached the goal; ``at`` is when it was kept.
    """

    block: Count
    part: Count
    sha256: str
    size: Count
    rows: Count
    points: Count
    failed: Count
    replications: Count
    goal: Goal
    last: bool
    seconds: float
    at: float = 0.0

    @property
    def name(self) -> str:
        """The file's name within the folder."""
        return shard_name(self.block, self.part)


def shard_name(block: int, part: int) -> str:
    """Return the name of the file that holds a part of a block."""
    return f"shards/{block:06}-{part:03}.parquet"


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
    is to write it.
    """

    block: int
    part: int
    goal: Goal
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
