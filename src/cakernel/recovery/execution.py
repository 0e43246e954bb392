"""The run of a simulation: cuts the work into calls of the kernel and gathers what they return."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt
from numba import get_num_threads, set_num_threads

from cakernel.jit.compile import MOST_THREADS
from cakernel.recovery.batch import Batch, empty_rows
from cakernel.recovery.kernel.grid import Grid
from cakernel.recovery.kernel.lanes.driver import run_block
from cakernel.recovery.kernel.moments import add_items
from cakernel.recovery.kernel.work import DONE, Policies, Rows, Scenarios
from cakernel.recovery.lane_plan import LanePlan, plan_lanes

Progress = Callable[[int, int], None]
Numbers = npt.NDArray[np.float64]

# work of one call of the kernel on one thread, in firm-periods: some tenths of a second, so that
# Ctrl-C and the progress bar are served in time
FIRM_PERIODS_PER_CALL = 1_500_000_000
# outcomes that one call returns, on all threads: 24 bytes each
OUTCOMES_PER_CALL = 2_000_000
# calls after which outcomes are final: what an interruption can lose
CALLS_PER_ROUND = 8

# not all of numba's threading layers can be entered by two threads at once
_ONE_CALLER = Lock()


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

    ``pivot`` is the first replication's outcome; ``total`` and ``squares`` are the sums of
    differences from it and of their squares, float64 of (3, policies, scenarios). ``each``, if
    kept, holds every replication, (3, policies, scenarios, replications).
    """

    finished: int
    pivot: Numbers
    total: Numbers
    squares: Numbers
    each: Numbers | None

    @property
    def mean(self) -> Numbers:
        """Means over replications."""
        return self.pivot + self.total / self.finished

    @property
    def variance(self) -> Numbers:
        """Sample variances over replications; there must be two or more."""
        centered = self.squares - self.total**2 / self.finished
        return np.maximum(centered, 0) / (self.finished - 1)


def rounds(work: Work, *, keep: bool, progress: Progress | None) -> Iterator[Outcome]:
    """Run all of the work, yielding the outcome so far after each round of replications.

    A round runs some replications of every policy and scenario; where it is interrupted, the
    outcome of the round before stands.
    """
    policies, scenarios = work.shape
    shape = (3, policies, scenarios)
    each = np.zeros((*shape, work.replications)) if keep else None
    latest = Outcome(0, np.zeros(shape), np.zeros(shape), np.zeros(shape), each)
    plans = plans_of(work)
    done = 0
    for replications in _slices(work.replications, _replications_per_round(work, plans)):
        latest = Outcome(
            replications.stop,
            latest.pivot.copy(),
            latest.total.copy(),
            latest.squares.copy(),
            each,
        )
        for batch, rows, items, chosen in calls(work, plans, replications):
            _gather(rows, batch, replications, items, chosen, latest)
            done += rows.x.size
            if progress is not None:
                progress(done, work.replications * policies * scenarios)
        yield latest


@contextmanager
def kernel_threads(threads: int) -> Iterator[None]:
    """Let the kernel use so many threads when it is called from this thread of Python."""
    before = get_num_threads()
    set_num_threads(threads)
    try:
        yield
    finally:
        set_num_threads(before)


def plans_of(work: Work) -> list[LanePlan]:
    """Return a layout for each batch."""
    return [
        plan_lanes(
            work.grid,
            batch.scenarios,
            len(batch.position) * work.replications,
            threads=work.threads,
            most=MOST_THREADS,
        )
        for batch in work.batches
    ]


def calls(
    work: Work, plans: list[LanePlan], replications: slice
) -> Iterator[tuple[Batch, Rows, slice, slice]]:
    """Call the kernel for some replications; yield rows with their batch, items and policies.

    Item n of a batch is replication n % count of its case n // count.
    """
    count = replications.stop - replications.start
    for batch, plan in zip(work.batches, plans, strict=True):
        step_items, step_policies = _call_size(work, plan)
        for items in _slices(len(batch.position) * count, step_items):
            for chosen in _slices(work.shape[0], step_policies):
                rows = _run(work, batch.scenarios, plan, replications, items, chosen)
                yield batch, rows, items, chosen


def _call_size(work: Work, plan: LanePlan) -> tuple[int, int]:
    """Return how many items and policies one call of the kernel runs."""
    policies = work.shape[0]
    replication = work.grid.chains * work.grid.firms * work.grid.periods
    lanes = plan.layout.lanes
    chosen = min(policies, max(1, FIRM_PERIODS_PER_CALL // (replication * lanes)))
    blocks = min(
        FIRM_PERIODS_PER_CALL // (replication * lanes * chosen),
        OUTCOMES_PER_CALL // (lanes * chosen * work.threads),
    )
    return max(1, blocks) * lanes * work.threads, chosen


def _replications_per_round(work: Work, plans: list[LanePlan]) -> int:
    """Return how many replications fill some calls."""
    items = min(_call_size(work, plan)[0] for plan in plans)
    return max(1, CALLS_PER_ROUND * items // work.shape[1])


def _slices(length: int, step: int) -> Iterator[slice]:
    for start in range(0, length, step):
        yield slice(start, min(length, start + step))


def _run(
    work: Work,
    scenarios: Scenarios,
    plan: LanePlan,
    replications: slice,
    items: slice,
    chosen: slice,
) -> Rows:
    """Call the kernel once."""
    policies = Policies(
        work.policies.tables,
        work.policies.codes,
        work.policies.rules[chosen],
        work.policies.flags[chosen],
    )
    count = items.stop - items.start
    rows = empty_rows(len(policies.rules), count, scenarios.initial.dtype)
    with _ONE_CALLER:
        run_block(
            work.grid,
            plan.layout,
            plan.window,
            np.uint64(work.seed),
            policies,
            scenarios,
            np.uint64(work.first_replication + replications.start),
            replications.stop - replications.start,
            items.start,
            plan.scratch,
            rows,
        )
    if not (rows.status == DONE).all():
        raise RuntimeError("the kernel left replications out; please report this as a bug")
    return rows


def _gather(
    rows: Rows, batch: Batch, replications: slice, items: slice, chosen: slice, outcome: Outcome
) -> None:
    """Add a call's rows to the outcome, at the policies and scenarios they belong to."""
    count = replications.stop - replications.start
    for n, (values, scale) in enumerate(
        (
            (rows.x, np.ones_like(batch.scale)),
            (rows.y, np.ones_like(batch.scale)),
            (rows.resources, batch.scale),
        )
    ):
        add_items(
            outcome.pivot[n, chosen],
            outcome.total[n, chosen],
            outcome.squares[n, chosen],
            values,
            scale,
            items.start,
            count,
            batch.position,
            replications.start == 0,
        )
        if outcome.each is not None:
            item = np.arange(items.start, items.stop)
            scenario = item // count
            places = (chosen, batch.position[scenario], replications.start + item % count)
            outcome.each[n][places] = values * scale[scenario]
