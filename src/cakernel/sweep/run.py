"""Runs what is missing of a sweep, and keeps it in a folder."""

import itertools
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import polars as pl
from pydantic import Field

from cakernel.arguments import Threads, checked_arguments
from cakernel.checks import Allowed, Plain, check_process
from cakernel.devices import Device, check_device, chosen_around, note_rows
from cakernel.sweep.blocks import WORK_OF_BLOCK, is_last, next_part, replicated_so_far
from cakernel.sweep.description import Sweep
from cakernel.sweep.folder import SweepFolder, open_folder
from cakernel.sweep.pool import LocalPool, Pool
from cakernel.sweep.results import SweepResults, open_sweep
from cakernel.sweep.resuming import begin_or_resume
from cakernel.sweep.shard import Shard, shard_name
from cakernel.sweep.task import Task


@dataclass
class SweepProgress:
    """How far a sweep is; given to the ``progress`` function after each shard.

    Attributes
    ----------
    points, points_done, blocks, blocks_done, failed : int
        Of the whole sweep, what was there before this run included; ``failed`` are the impossible
        points.
    replications, seconds : int, float
        Of points, run by this run, and its time so far.
    work, work_done : float
        What this run has to do and has done, in the study's units of work; with a precision to
        reach, that of the first round.
    repaired : list of str
        What was damaged, and what is done about it.
    shard : Shard or None
        The latest.
    """

    points: int
    blocks: int
    points_done: int = 0
    blocks_done: int = 0
    replications: int = 0
    seconds: float = 0.0
    failed: int = 0
    work: float = 0.0
    work_done: float = 0.0
    repaired: list[str] = field(default_factory=list)
    shard: Shard | None = None


Progress = Callable[[SweepProgress], None]


@checked_arguments
def run_sweep(
    sweep: Sweep,
    out: str | os.PathLike[str],
    *,
    resume: bool = False,
    threads: Threads | None = None,
    device: Device | None = None,
    block_work: Annotated[float, Field(gt=0), Plain, Allowed("a number above 0")] = WORK_OF_BLOCK,
    pool: Pool | None = None,
    progress: Progress | None = None,
) -> SweepResults:
    """Run a sweep, or what is missing of it, and keep the results in a folder.

    Killed at any moment, it loses the blocks that were running; run again with ``resume`` it
    gives the data that an undisturbed run gives, to the bit.

    Parameters
    ----------
    sweep : Sweep
        What to run.
    out : path
        The folder; made if need be.
    resume : bool, default False
        Whether to go on with the sweep that the folder holds. More replications, a higher
        precision or more points than it has are run on top.
    threads : int, optional
        Threads of the kernel, by default all.
    device : {"cpu", "gpu", "auto"}, optional
        Where the kernel runs; as in `simulate`. Shards are the same bytes, and the journal tells of
        each where it was computed. Workers of a ``pool`` that are not told have their own
        environment variable CAKERNEL_DEVICE.
    block_work : float, optional
        Work of a block (one shard or more), in the study's units; by default some seconds on
        two cores. Smaller blocks lose less when killed.
    pool : Pool, optional
        Where tasks run: by default this process; `DaskPool` for a cluster.
    progress : callable, optional
        Called with a `SweepProgress` at the start and after each shard.

    Returns
    -------
    SweepResults
        The same as of `open_sweep`.

    Raises
    ------
    InvalidInput
        If an argument is outside its range, or the folder holds another sweep, one by other
        kernels, or is in use by another process; or ``device`` is "gpu" and no graphics card can
        be used.
    OSError
        If a file cannot be written; what was finished is kept.

    Examples
    --------
    >>> import tempfile
    >>> import cakernel as ck
    >>> study = ck.Recovery(ck.Model(periods=5), ck.policies()[:1], ck.paper_scenarios()[:1])
    >>> sweep = ck.Sweep(study, axes={"firms": [1, 2, 3]}, replications=4)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first = ck.run_sweep(sweep, folder).results.collect()
    ...     again = ck.run_sweep(sweep, folder, resume=True).results.collect()
    >>> first.shape, first.columns[:5], again.equals(first)
    ((3, 11), ['point', 'supply_rule', 'cyber_rule', 'principle', 'mean_x'], True)
    """
    check_process()
    if pool is None:
        check_device(device)
    # a pool is closed again also where the sweep is refused
    with pool or LocalPool(threads=threads) as chosen:
        asked = sweep.points()
        folder = open_folder(Path(out))
        with folder.locked():
            points = begin_or_resume(folder, sweep, asked, resume=resume, block_work=block_work)
            _Run(folder, sweep, points, device or chosen_around(), progress).go(chosen)
    # what was there was verified at the start
    return open_sweep(folder.path, verify=False)


class _Run:
    """One run: what is missing, part by part."""

    def __init__(
        self,
        folder: SweepFolder,
        sweep: Sweep,
        points: pl.DataFrame,
        device: Device | None,
        progress: Progress | None,
    ) -> None:
        self._folder, self._device = folder, device
        self._study, self._seed, self._goal = sweep.study, sweep.seed, sweep.goal
        described = sweep.study.description()
        self._keys, self._measures = described["keys"], described.get("measures", [])
        self._report = progress
        self._start = time.monotonic()
        blocks = points.partition_by("block", as_dict=True, maintain_order=True)
        self._points = {key[0]: frame.drop("block") for key, frame in blocks.items()}
        told = folder.mend()
        self._shards, self._complete = told.shards, told.complete(self._goal)
        self._state = SweepProgress(
            points=points.height, blocks=len(self._points), repaired=folder.mended
        )
        # the block and part of shards whose files are not as the journal says
        self._damaged: set[tuple[int, int]] = set()
        state = self._state
        for block, points in self._points.items():
            shards = self._shards.get(block, [])
            for shard in shards:
                reason = self._folder.damage(shard, thorough=True)
                if reason is not None:
                    self._damaged.add((block, shard.part))
                    state.repaired.append(f"{reason}; computed again")
            state.failed += sum(shard.failed for shard in shards)
            if block in self._complete:
                state.blocks_done += 1
                state.points_done += points.height
                continue
            a_replication = float(self._study.cost(points)["work"].sum())
            there = sum(shard.replications for shard in shards) / points.height
            # with measures all replications are run again
            there = 0 if self._measures else there
            state.work += a_replication * max(0, self._goal["replications"] - there)

    def go(self, pool: Pool) -> None:
        """Run all that is missing."""
        self._tell()
        waiting = self._waiting()
        following: list[Task] = []
        running: dict[int, Task] = {}
        numbers = itertools.count()
        while True:
            while len(running) < pool.capacity:
                task = following.pop() if following else next(waiting, None)
                if task is None:
                    break
                number = next(numbers)
                running[number] = task
                if pool.shared:
                    file = self._folder.path.resolve() / shard_name(task.block, task.part)
                    task = replace(task, file=file)
                pool.submit(number, task)
            if not running:
                return
            number, (shard, content) = pool.next_done()
            task = running.pop(number)
            self._keep(task, shard, content)
            if not self._shards[task.block][-1].last:
                following += self._next_or_end(task.block)
            else:
                self._end(task.block)
            self._tell()

    def _waiting(self) -> Iterator[Task]:
        """Yield what each block needs next, leaving out those that need nothing."""
        hurt = {block for block, _ in self._damaged}
        for block in self._points:
            if block not in self._complete or block in hurt:
                yield from self._next_or_end(block)

    def _next_or_end(self, block: int) -> list[Task]:
        """Return the next task of a block, its first damaged part or one more; or end it."""
        shards = self._shards.get(block, [])
        hurt = [n for n, shard in enumerate(shards) if (block, shard.part) in self._damaged]
        before = shards[: hurt[0]] if hurt else shards
        goal = shards[hurt[0]].goal if hurt else self._goal
        done = None
        if before:
            rows = self._folder.scan(before)
            done = replicated_so_far(rows, self._keys, goal["precision"], measures=self._measures)
        part = next_part(self._points[block], done, self._study, goal)
        if part is None:
            self._end(block)
            return []
        study = self._study
        task = Task(
            block, len(before), goal, study, part, self._seed, study.kernel, device=self._device
        )
        return [task]

    def _keep(self, task: Task, shard: Shard, content: bytes | None) -> None:
        """Keep a task's result in the folder."""
        shards = self._shards.setdefault(task.block, [])
        newest = task.part >= len(shards) - 1
        last = newest and task.goal == self._goal and is_last(task.points, task.goal)
        shard = replace(shard, last=last, at=time.time())
        self._folder.keep(shard, content)
        note_rows(shard.ran)
        if (task.block, task.part) in self._damaged:
            shards[task.part] = shard
            self._damaged.remove((task.block, task.part))
        else:
            shards.append(shard)
            self._state.failed += shard.failed
            work = self._study.cost(task.points)["work"] * task.points["replications"]
            self._state.work_done += float(work.sum())
        self._state.replications += shard.replications
        self._state.shard = shard

    def _end(self, block: int) -> None:
        """Note that a block has reached the goal."""
        if block in self._complete:
            return
        shards = self._shards.get(block)
        if not (shards and shards[-1].last and shards[-1].goal == self._goal):
            self._folder.note_complete(block, len(shards or ()), self._goal)
        self._complete.add(block)
        self._state.blocks_done += 1
        self._state.points_done += self._points[block].height

    def _tell(self) -> None:
        if self._report is not None:
            self._state.seconds = time.monotonic() - self._start
            self._report(self._state)
