"""The run of a simulation: cuts the work into calls of the kernel and gathers what they return."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cakernel.batch import Batch
from cakernel.kernel.driver import DONE, Policies, Rows, Scenarios, Scratch, run_block
from cakernel.kernel.grid import Grid
from cakernel.kernel.jit import MOST_THREADS
from cakernel.kernel.moments import add_replications
from cakernel.kernel.replication import History

Progress = Callable[[int, int], None]

# work of one call of the kernel on one thread, in firm-periods: some tenths of a second, so that
# Ctrl-C and the progress bar are served in time
FIRM_PERIODS_PER_CALL = 8_000_000


@dataclass(frozen=True)
class Work:
    """All that is to be run: the grid, the draws, the policies and scenarios, how often."""

    grid: Grid
    seed: int
    policies: Policies
    batches: list[Batch]
    first_replication: int
    replications: int
    threads: int

    @property
    def shape(self) -> tuple[int, int]:
        """Policies, scenarios."""
        return len(self.policies.rules), sum(len(batch.position) for batch in self.batches)


@dataclass(frozen=True)
class Outcome:
    """Outcomes of the finished replications: sums of x and y over firms and periods, of final R.

    ``mean`` and ``squares`` (sums of squared deviations) are float64 of (3, policies, scenarios);
    ``each``, if kept, holds every replication, (3, policies, scenarios, replications).
    """

    finished: int
    mean: npt.NDArray[np.float64]
    squares: npt.NDArray[np.float64]
    each: npt.NDArray[np.float64] | None


@dataclass(frozen=True)
class Block:
    """The part of a batch that one call of the kernel runs."""

    replications: slice
    scenarios: slice
    policies: slice


def rounds(work: Work, *, keep: bool, progress: Progress | None) -> Iterator[Outcome]:
    """Run all of the work, yielding the outcome so far after each round of replications.

    A round runs some replications of every policy and scenario; where it is interrupted, the
    outcome of the round before stands.
    """
    shape = (3, *work.shape)
    latest = Outcome(
        finished=0,
        mean=np.zeros(shape),
        squares=np.zeros(shape),
        each=np.zeros((*shape, work.replications)) if keep else None,
    )
    scratch = {
        batch.scenarios.initial.dtype: scratch_for(
            work.grid, batch.scenarios.initial.dtype, threads=MOST_THREADS
        )
        for batch in work.batches
    }
    total = work.replications * work.shape[0] * work.shape[1]
    done = 0
    step_replications, step_scenarios, step_policies = _steps(work)
    for replications in _slices(work.replications, step_replications):
        mean, squares = latest.mean.copy(), latest.squares.copy()
        for batch in work.batches:
            for scenarios in _slices(len(batch.position), step_scenarios):
                for policies in _slices(work.shape[0], step_policies):
                    block = Block(replications, scenarios, policies)
                    rows = _run(work, batch, block, scratch[batch.scenarios.initial.dtype])
                    _gather(rows, batch, block, mean, squares, latest.each)
                    done += rows.x.size
                    if progress is not None:
                        progress(done, total)
        latest = Outcome(replications.stop, mean, squares, latest.each)
        yield latest


def _steps(work: Work) -> tuple[int, int, int]:
    """Return how many replications, scenarios and policies one call of the kernel runs."""
    grid = work.grid
    policies, scenarios = work.shape
    replication = grid.chains * grid.firms * grid.periods
    step_policies = min(policies, max(1, FIRM_PERIODS_PER_CALL // replication))
    items = max(1, FIRM_PERIODS_PER_CALL // (replication * step_policies)) * work.threads
    return max(1, items // scenarios), min(scenarios, items), step_policies


def _slices(length: int, step: int) -> Iterator[slice]:
    for start in range(0, length, step):
        yield slice(start, min(length, start + step))


def scratch_for(grid: Grid, dtype: np.dtype[np.generic], *, threads: int) -> Scratch:
    """Return working arrays for every thread that the kernel may run on."""
    chains, firms, periods = grid.chains, grid.firms, grid.periods
    return Scratch(
        supply=np.empty((threads, periods, chains, firms), np.uint8),
        cyber=np.empty((threads, periods, chains), np.uint8),
        states=np.zeros((threads, 4, chains + 2, firms + 2), np.uint8),
        resources=np.empty((threads, chains, firms), dtype),
    )


def _run(work: Work, batch: Batch, block: Block, scratch: Scratch) -> Rows:
    """Call the kernel for one block."""
    scenarios = Scenarios(*(field[block.scenarios] for field in batch.scenarios))
    policies = Policies(
        work.policies.tables,
        work.policies.rules[block.policies],
        work.policies.flags[block.policies],
    )
    items = (len(scenarios.index), block.replications.stop - block.replications.start)
    shape = (len(policies.rules), *items)
    rows = Rows(
        x=np.empty(shape, np.int64),
        y=np.empty(shape, np.int64),
        resources=np.empty(shape, scenarios.initial.dtype),
        status=np.zeros(items, np.uint8),
    )
    first = np.uint64(work.first_replication + block.replications.start)
    untraced = History(
        False, np.empty((0, 1, 1, 2), np.uint8), np.empty((0, 1, 1, 3), rows.resources.dtype)
    )
    run_block(work.grid, np.uint64(work.seed), policies, scenarios, first, scratch, rows, untraced)
    if not (rows.status == DONE).all():
        raise RuntimeError("the kernel left replications out; please report this as a bug")
    return rows


def _gather(
    rows: Rows,
    batch: Batch,
    block: Block,
    mean: npt.NDArray[np.float64],
    squares: npt.NDArray[np.float64],
    each: npt.NDArray[np.float64] | None,
) -> None:
    """Add a block's rows to the outcome's arrays, at the policies and scenarios they belong to."""
    scale = batch.scale[block.scenarios]
    policies = np.arange(block.policies.start, block.policies.stop)
    place = np.ix_(policies, batch.position[block.scenarios])
    for n, (values, unit) in enumerate(
        ((rows.x, np.ones_like(scale)), (rows.y, np.ones_like(scale)), (rows.resources, scale))
    ):
        center, spread = mean[n][place], squares[n][place]
        add_replications(center, spread, values, unit, block.replications.start)
        mean[n][place], squares[n][place] = center, spread
        if each is not None:
            each[n, ..., block.replications][place] = values * unit[:, None]
