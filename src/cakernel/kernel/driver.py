"""The parallel driver: the only function that owns prange.

A block of work is a set of scenarios by a range of replications by all policies. Work item
(scenario, replication) draws its shocks once, runs every policy on them and writes only its own
rows, so the rows do not depend on the number of threads or on how the work is cut into blocks.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import get_thread_id, prange

from cakernel.kernel.jit import compiled
from cakernel.kernel.replication import Work, run_replication
from cakernel.kernel.shocks import draw_shocks

# an exception inside prange is lost, so rows say themselves whether they were written
NOT_RUN, DONE = 0, 1


class Policies(NamedTuple):
    """Policies as arrays: targets by rule, and which rules and flags each policy has.

    ``tables`` uint8 (rules, 768); ``rules`` int64 (policies, 2) supply and cyber rule;
    ``flags`` bool (policies, 2) on_site and intangibles_first.
    """

    tables: Any
    rules: Any
    flags: Any


class Scenarios(NamedTuple):
    """Scenarios as arrays, resources in quanta (int64) or as they are (float64).

    ``index`` uint64 (scenarios,) names the draws; ``thresholds`` uint64 (scenarios, 4);
    ``initial`` (scenarios,); ``acquisition`` (scenarios, 6); ``cost`` (scenarios, 2, 3, 3) from
    state to state, 0 where nothing is upgraded.
    """

    index: Any
    thresholds: Any
    initial: Any
    acquisition: Any
    cost: Any


class Rows(NamedTuple):
    """Results: sums of x and y over firms and periods, of final R over firms, and whether run.

    ``x``, ``y`` int64 and ``resources`` of the scenarios' dtype, all (policies, scenarios,
    replications); ``status`` uint8 (scenarios, replications).
    """

    x: Any
    y: Any
    resources: Any
    status: Any


class Scratch(NamedTuple):
    """One set of working arrays for each thread, along the first axis of each."""

    supply: Any
    cyber: Any
    states: Any
    resources: Any


@compiled
def work_of(scratch, worker):
    """Return one thread's working arrays."""
    states = scratch.states[worker]
    return Work(states[0], states[1], states[2], states[3], scratch.resources[worker])


@compiled
def run_item(
    grid, seed, policies, scenarios, s, r, first_replication, scratch, worker, rows, untraced
):
    """Run every policy on the shocks of scenario ``s`` and replication ``r`` of the block."""
    supply = scratch.supply[worker]
    cyber = scratch.cyber[worker]
    replication = first_replication + np.uint64(r)
    draw_shocks(supply, cyber, seed, scenarios.index[s], replication, scenarios.thresholds[s])
    work = work_of(scratch, worker)
    scenario = (scenarios.initial[s], scenarios.acquisition[s], scenarios.cost[s])
    for p in range(policies.rules.shape[0]):
        tables = (policies.tables[policies.rules[p, 0]], policies.tables[policies.rules[p, 1]])
        sums = run_replication(
            grid, work, supply, cyber, tables, policies.flags[p], scenario, untraced
        )
        rows.x[p, s, r] = sums[0]
        rows.y[p, s, r] = sums[1]
        rows.resources[p, s, r] = sums[2]
    rows.status[s, r] = DONE


@compiled(parallel=True)
def run_block(grid, seed, policies, scenarios, first_replication, scratch, rows, untraced):
    """Run every policy on every (scenario, replication) of the block and fill ``rows``.

    ``untraced`` is a History that is off. The body only calls ``run_item``: numba drops what a
    prange body itself writes to an array held in a named tuple.
    """
    replications = rows.status.shape[1]
    for item in prange(rows.status.size):
        s = item // replications
        r = item % replications
        worker = get_thread_id()
        run_item(
            grid,
            seed,
            policies,
            scenarios,
            s,
            r,
            first_replication,
            scratch,
            worker,
            rows,
            untraced,
        )


@compiled
def run_traced(grid, seed, policies, scenarios, replication, scratch, history):
    """Run the first policy on the first scenario and one replication, recording its history.

    Its shocks stay in ``scratch.supply[0]`` and ``scratch.cyber[0]``.
    """
    supply = scratch.supply[0]
    cyber = scratch.cyber[0]
    draw_shocks(supply, cyber, seed, scenarios.index[0], replication, scenarios.thresholds[0])
    tables = (policies.tables[policies.rules[0, 0]], policies.tables[policies.rules[0, 1]])
    scenario = (scenarios.initial[0], scenarios.acquisition[0], scenarios.cost[0])
    return run_replication(
        grid, work_of(scratch, 0), supply, cyber, tables, policies.flags[0], scenario, history
    )
