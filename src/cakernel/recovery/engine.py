"""Calls of the kernels: cuts the work of a run into calls and gathers what they return."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cakernel.devices import note_run
from cakernel.jit.threads import ONE_CALLER
from cakernel.memory import check_memory
from cakernel.recovery.devices import why_on_cpu
from cakernel.recovery.gpu import engine as gpu
from cakernel.recovery.kernel.arguments import Grid, Policies
from cakernel.recovery.kernel.folding import Parts
from cakernel.recovery.kernel.lanes.blocks import Work, run_workers
from cakernel.recovery.kernel.lanes.plan import LanePlan, plan_lanes
from cakernel.recovery.kernel.lanes.prices import PricePlanes
from cakernel.recovery.kernel.lanes.step import Planes
from cakernel.recovery.kernel.scalar import empty_history, run_scalar, scalar_scratch
from cakernel.recovery.kernel.sums import MOST_OUTCOMES, OUTCOMES, Items, Sums, empty_sums
from cakernel.recovery.kernel_arrays import Batch, grid_of, policies_of
from cakernel.recovery.model import Model
from cakernel.recovery.outcomes import Moments
from cakernel.recovery.policy import Policy

# called with the replications done and to do, over all policies and scenarios
Progress = Callable[[int, int], None]

# work of one call of the kernel on one thread, in firm-periods: about a second, so that Ctrl-C and
# the progress bar are served in time and threads wait little for the last block
FIRM_PERIODS_PER_CALL = 8_000_000_000
# work of a round on a graphics card: some tenths of a second, on a small card some seconds
FIRM_PERIODS_PER_GPU_ROUND = 200_000_000_000
# work, in firm-periods, that the scalar kernel runs in the time that lanes take to be loaded
SMALL_WORK = 10_000_000
# calls after which moments are final: what an interruption can lose
CALLS_PER_ROUND = 4


@dataclass(frozen=True)
class Experiment:
    """All that is to be run: the grid, the draws, the policies and scenarios, how often."""

    grid: Grid
    seed: int
    policies: Policies
    batch: Batch
    first_replication: int
    replications: int
    threads: int

    @property
    def items(self) -> int:
        """Pairs of a scenario and a replication."""
        return len(self.batch.position) * self.replications

    def firm_periods(self, replications: int) -> int:
        """Work of so many replications of every policy and scenario."""
        grid, policies = self.grid, len(self.policies.rules)
        each = grid.chains * grid.firms * grid.periods * policies
        return each * len(self.batch.position) * replications

    @property
    def outcomes(self) -> int:
        """How many outcomes there are."""
        return MOST_OUTCOMES if self.batch.valued else OUTCOMES

    def sums(self, place: npt.NDArray[np.int64], *, each: bool) -> Sums:
        """Return sums to add to; ``place`` is where each scenario's outcomes belong."""
        policies = len(self.policies.rules)
        return empty_sums(policies, place, self.replications, each=each, outcomes=self.outcomes)


def rounds(experiment: Experiment, *, keep: bool, progress: Progress | None) -> Iterator[Moments]:
    """Run an experiment, yielding the moments so far after each round of replications.

    A round runs some replications of every policy and scenario; where it is interrupted, the
    moments of the round before stand. ``keep`` asks for every replication's outcomes, too.
    """
    route = route_of(experiment)
    sums = experiment.sums(experiment.batch.position, each=keep)
    if route.plan is None:
        each_round = FIRM_PERIODS_PER_GPU_ROUND // experiment.firm_periods(1)
    else:
        # so many replications fill some calls
        items, _ = _call_size(experiment, route.plan)
        each_round = CALLS_PER_ROUND * items // len(experiment.batch.position)
    for some in _slices(experiment.replications, max(1, each_round)):
        run(experiment, route, sums, some, progress)
        yield Moments.of(sums, experiment.batch, some.stop)


class Route(NamedTuple):
    """Where an experiment runs: on a graphics card, or by a plan of lanes and why not on a card."""

    plan: LanePlan | None
    why: str


def route_of(experiment: Experiment) -> Route:
    """Return where an experiment runs; raise where that takes more memory than there is."""
    why = why_on_cpu(experiment, experiment.firm_periods(experiment.replications))
    return Route(plan_of(experiment) if why else None, why)


def plan_of(experiment: Experiment) -> LanePlan:
    """Return a plan of lanes; raise where it takes more memory than there is."""
    grid = experiment.grid
    plan = plan_lanes(
        grid,
        experiment.policies,
        experiment.batch.scenarios,
        experiment.items,
        threads=experiment.threads,
    )
    check_memory("chains * firms", grid.chains * grid.firms, plan.bytes_a_thread * plan.threads)
    return plan


# planes of the lanes that were compiled or loaded, and the small work that was run without them
_loaded: set[Planes] = set()
_small_work: Counter[Planes] = Counter()


def run(
    experiment: Experiment,
    route: Route,
    sums: Sums,
    replications: slice,
    progress: Progress | None = None,
) -> None:
    """Run some replications of every policy and scenario and add to ``sums``."""
    if route.plan is None:
        with ONE_CALLER:
            gpu.run_on_gpu(experiment, sums, replications, progress)
    else:
        _run_on_cpu(experiment, route.plan, sums, replications, progress)
    work = experiment.firm_periods(replications.stop - replications.start)
    note_run("cpu" if route.plan else "gpu", work, route.why)


def run_folded(
    experiment: Experiment, route: Route, parts: Parts
) -> npt.NDArray[np.float64] | None:
    """Run points where they are folded at once, on a card that holds them; else return nothing.

    Returns means and standard errors, (outcomes, policies, points, 2).
    """
    if route.plan is not None:
        return None
    with ONE_CALLER:
        found = gpu.fold_on_gpu(experiment, parts)
    if found is not None:
        note_run("gpu", experiment.firm_periods(experiment.replications), route.why)
    return found


def _run_on_cpu(
    experiment: Experiment,
    plan: LanePlan,
    sums: Sums,
    replications: slice,
    progress: Progress | None,
) -> None:
    """Run some replications on lanes or, what is little, by the scalar kernel.

    Lanes are compiled for each `Planes`, which takes seconds: small work is left to the scalar
    kernel until there is enough of it.
    """
    if plan.planes not in _loaded:
        _small_work[plan.planes] += experiment.firm_periods(replications.stop - replications.start)
        if _small_work[plan.planes] <= SMALL_WORK:
            items = _items(experiment, replications)
            run_scalar_kernel(experiment, items, sums)
            if progress is not None:
                whole = len(experiment.policies.rules) * experiment.items
                progress(whole * replications.stop // experiment.replications, whole)
            return
    run_on_lanes(experiment, plan, sums, replications, progress)
    _loaded.add(plan.planes)


def lanes_are_loaded(experiment: Experiment) -> bool:
    """Say whether `run` has the lanes that an experiment takes, and need not wait for them."""
    return plan_of(experiment).planes in _loaded


def load_lanes(experiment: Experiment) -> None:
    """Compile or load the lanes that an experiment takes, by a replication of it."""
    plan = plan_of(experiment)
    sums = experiment.sums(experiment.batch.position, each=False)
    run_on_lanes(experiment, plan, sums, slice(0, 1))
    _loaded.add(plan.planes)


def _items(experiment: Experiment, replications: slice) -> Items:
    """Return the items of some replications of every scenario."""
    count = replications.stop - replications.start
    return Items(
        first=0,
        size=len(experiment.batch.position) * count,
        replications=count,
        first_replication=np.uint64(experiment.first_replication + replications.start),
        before=replications.start,
    )


def run_scalar_kernel(experiment: Experiment, items: Items, sums: Sums) -> None:
    """Run every policy on some items by the scalar kernel."""
    grid, scenarios = experiment.grid, experiment.batch.scenarios
    run_scalar(
        grid, np.uint64(experiment.seed), experiment.policies, scenarios, items,
        scalar_scratch(grid), sums, empty_history(grid, on=False),
    )  # fmt: skip


def run_on_lanes(
    experiment: Experiment,
    plan: LanePlan,
    sums: Sums,
    replications: slice,
    progress: Progress | None = None,
) -> None:
    """Call the lane kernel for some replications, in parts, and add to ``sums``."""
    every, items = experiment.policies, _items(experiment, replications)
    step_items, step_policies = _call_size(experiment, plan)
    whole = len(every.rules) * experiment.items
    done = whole * replications.start // experiment.replications
    calls = product(_slices(items.size, step_items), list(_slices(len(every.rules), step_policies)))
    for part, chosen in calls:
        count = part.stop - part.start
        policies = every._replace(
            rules=every.rules[chosen], flags=every.flags[chosen], cutoffs=every.cutoffs[chosen]
        )
        sums.done[0] = 0
        with ONE_CALLER:
            work = Work(
                grid=experiment.grid,
                layout=plan.layout,
                prices=PricePlanes(plan.planes.gain, plan.planes.cost_from),
                window=plan.window,
                ends=plan.ends,
                seed=np.uint64(experiment.seed),
                policies=policies,
                scenarios=experiment.batch.scenarios,
                items=items._replace(first=part.start, size=count),
                sums=sums._replace(policy=chosen.start),
            )
            run_workers(plan.planes, plan.memory, work)
        if sums.done[0] != count:
            raise RuntimeError("the kernel left replications out; please report this as a bug")
        done += count * len(policies.rules)
        if progress is not None:
            progress(done, whole)


def _call_size(experiment: Experiment, plan: LanePlan) -> tuple[int, int]:
    """Return how many items and policies one call of the kernel runs."""
    grid = experiment.grid
    block = grid.chains * grid.firms * grid.periods * plan.layout.lanes
    # more planes take longer
    work = FIRM_PERIODS_PER_CALL * 16 // max(16, plan.planes.resources)
    policies = min(len(experiment.policies.rules), max(1, work // block))
    blocks = max(1, work // (block * policies))
    return blocks * plan.layout.lanes * plan.threads, policies


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
    each: bool = True,
) -> Sums:
    """Run a batch by the scalar kernel: the sums that the lane kernel must give, to the bit."""
    experiment = Experiment(
        grid=grid_of(model),
        seed=seed,
        policies=policies_of(policies),
        batch=batch,
        first_replication=first_replication,
        replications=replications,
        threads=1,
    )
    sums = experiment.sums(batch.position, each=each)
    run_scalar_kernel(experiment, _items(experiment, slice(0, replications)), sums)
    return sums
