"""Calls of the kernels: cuts the work of a run into calls and gathers what they return."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from cakernel.jit.compile import MOST_THREADS
from cakernel.jit.threads import ONE_CALLER
from cakernel.memory import check_memory
from cakernel.recovery.kernel.arguments import DONE, Grid, Policies, Sums, empty_sums
from cakernel.recovery.kernel.lanes.blocks import run_blocks
from cakernel.recovery.kernel.lanes.plan import LanePlan, plan_lanes
from cakernel.recovery.kernel.scalar import empty_history, run_scalar, scalar_scratch
from cakernel.recovery.kernel_arrays import Batch, grid_of, policies_of
from cakernel.recovery.model import Model
from cakernel.recovery.outcomes import Moments
from cakernel.recovery.policy import Policy

# called with the replications done and to do, over all policies and scenarios
Progress = Callable[[int, int], None]

# work of one call of the kernel on one thread, in firm-periods: some tenths of a second, so that
# Ctrl-C and the progress bar are served in time
FIRM_PERIODS_PER_CALL = 1_500_000_000
# outcomes that one call returns, on all threads: 24 bytes each
OUTCOMES_PER_CALL = 2_000_000
# calls after which moments are final: what an interruption can lose
CALLS_PER_ROUND = 8


@dataclass(frozen=True)
class Experiment:
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


def rounds(experiment: Experiment, *, keep: bool, progress: Progress | None) -> Iterator[Moments]:
    """Run an experiment, yielding the moments so far after each round of replications.

    A round runs some replications of every policy and scenario; where it is interrupted, the
    moments of the round before stand. ``keep`` asks for every replication's outcomes, too.
    """
    policies, scenarios = experiment.shape
    replications = experiment.replications
    plans = plans_of(experiment)
    latest = Moments.empty(policies, scenarios, each=replications if keep else None)
    done = 0
    # so many replications fill some calls
    items = min(_call_size(experiment, plan)[0] for plan in plans)
    for some in _slices(replications, max(1, CALLS_PER_ROUND * items // scenarios)):
        latest = latest.extended_to(some.stop)
        for batch, sums, called, chosen in calls(experiment, plans, some):
            latest.add(sums, batch, some, called, chosen)
            done += sums.x.size
            if progress is not None:
                progress(done, replications * policies * scenarios)
        yield latest


def plans_of(experiment: Experiment) -> list[LanePlan]:
    """Return a plan of lanes for each batch; raise where one takes more memory than there is."""
    plans = [
        plan_lanes(
            experiment.grid,
            batch.scenarios,
            len(batch.position) * experiment.replications,
            threads=experiment.threads,
            most=MOST_THREADS,
        )
        for batch in experiment.batches
    ]
    needed = 0
    for batch, plan in zip(experiment.batches, plans, strict=True):
        blocks = -(-len(batch.position) * experiment.replications // plan.shape.lanes)
        needed += plan.bytes_a_thread * min(experiment.threads, blocks)
    check_memory("chains * firms", experiment.grid.chains * experiment.grid.firms, needed)
    return plans


def calls(
    experiment: Experiment, plans: list[LanePlan], replications: slice
) -> Iterator[tuple[Batch, Sums, slice, slice]]:
    """Call the kernel for some replications; yield sums with their batch, items and policies.

    Item n of a batch is replication n % count of its scenario n // count.
    """
    count = replications.stop - replications.start
    every = experiment.policies
    for batch, plan in zip(experiment.batches, plans, strict=True):
        step_items, step_policies = _call_size(experiment, plan)
        items_of_calls = _slices(len(batch.position) * count, step_items)
        policies_of_calls = _slices(experiment.shape[0], step_policies)
        for items, chosen in product(items_of_calls, policies_of_calls):
            policies = every._replace(rules=every.rules[chosen], flags=every.flags[chosen])
            shape = len(policies.rules), items.stop - items.start
            sums = empty_sums(*shape, batch.scenarios.initial.dtype)
            with ONE_CALLER:
                run_blocks(
                    experiment.grid,
                    plan.shape,
                    plan.window,
                    np.uint64(experiment.seed),
                    policies,
                    batch.scenarios,
                    np.uint64(experiment.first_replication + replications.start),
                    count,
                    items.start,
                    plan.scratch,
                    sums,
                )
            if not (sums.status == DONE).all():
                raise RuntimeError("the kernel left replications out; please report this as a bug")
            yield batch, sums, items, chosen


def _call_size(experiment: Experiment, plan: LanePlan) -> tuple[int, int]:
    """Return how many items and policies one call of the kernel runs."""
    grid = experiment.grid
    replication = grid.chains * grid.firms * grid.periods
    lanes = plan.shape.lanes
    chosen = min(experiment.shape[0], max(1, FIRM_PERIODS_PER_CALL // (replication * lanes)))
    blocks = min(
        FIRM_PERIODS_PER_CALL // (replication * lanes * chosen),
        OUTCOMES_PER_CALL // (lanes * chosen * experiment.threads),
    )
    return max(1, blocks) * lanes * experiment.threads, chosen


def _slices(length: int, step: int) -> Iterator[slice]:
    for start in range(0, length, step):
        yield slice(start, min(length, start + step))


def scalar_sums(
    model: Model,
    policies: Sequence[Policy],
    batch: Batch,
    *,
    replications: int,
    seed: int = 1,
    first_replication: int = 0,
) -> Sums:
    """Run a batch by the scalar kernel: the sums that the lane kernel must give, to the bit."""
    dtype = batch.scenarios.initial.dtype
    grid = grid_of(model)
    sums = empty_sums(len(policies), len(batch.position) * replications, dtype)
    run_scalar(
        grid,
        np.uint64(seed),
        policies_of(policies),
        batch.scenarios,
        np.uint64(first_replication),
        replications,
        scalar_scratch(grid, dtype),
        sums,
        empty_history(grid, dtype, on=False),
    )
    return sums
