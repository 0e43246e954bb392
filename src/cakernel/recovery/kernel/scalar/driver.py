"""The scalar kernel on a block of work, replication by replication, and for traces.

Slow and readable: the lane kernel must give the same rows, to the bit.
"""

from typing import Any, NamedTuple

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.recovery.kernel.scalar.replication import Work, run_replication
from cakernel.recovery.kernel.shocks import draw_shocks
from cakernel.recovery.kernel.work import DONE


class Scratch(NamedTuple):
    """Working arrays of one replication.

    ``supply`` uint8 (periods, chains, firms), ``cyber`` uint8 (periods, chains), ``states`` uint8
    (4, chains + 2, firms + 2), ``resources`` (chains, firms) of the scenarios' dtype.
    """

    supply: Any
    cyber: Any
    states: Any
    resources: Any


@compiled
def run_policy(grid, policies, p, scenarios, s, scratch, history):
    """Run policy ``p`` under scenario ``s`` on the shocks in ``scratch``; return the three sums."""
    states = scratch.states
    work = Work(states[0], states[1], states[2], states[3], scratch.resources)
    tables = (policies.tables[policies.rules[p, 0]], policies.tables[policies.rules[p, 1]])
    scenario = (scenarios.initial[s], scenarios.acquisition[s], scenarios.cost[s])
    shocks = (scratch.supply[: scenarios.periods[s]], scratch.cyber[: scenarios.periods[s]])
    return run_replication(grid, work, shocks, tables, policies.flags[p], scenario, history)


@compiled(entry=True)
def run_scalar(
    grid, seed, policies, scenarios, first_replication, replications, scratch, rows, off
):
    """Run every policy on every (scenario, replication) and fill ``rows``; ``off`` is a History."""
    for item in range(rows.status.size):
        s = item // replications
        replication = first_replication + np.uint64(item % replications)
        draw_shocks(
            scratch.supply,
            scratch.cyber,
            seed,
            scenarios.index[s],
            replication,
            scenarios.thresholds[s],
        )
        for p in range(policies.rules.shape[0]):
            sums = run_policy(grid, policies, p, scenarios, s, scratch, off)
            rows.x[p, item] = sums[0]
            rows.y[p, item] = sums[1]
            rows.resources[p, item] = sums[2]
        rows.status[item] = DONE


@compiled(entry=True)
def run_traced(grid, seed, policies, scenarios, replication, scratch, history):
    """Run the first policy on the first scenario and one replication, recording its history.

    Its shocks stay in ``scratch``.
    """
    draw_shocks(
        scratch.supply,
        scratch.cyber,
        seed,
        scenarios.index[0],
        replication,
        scenarios.thresholds[0],
    )
    return run_policy(grid, policies, 0, scenarios, 0, scratch, history)
