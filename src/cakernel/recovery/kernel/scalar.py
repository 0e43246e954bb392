"""The readable step: one replication at a time of the model of Chen and Chang (2021).

The lane kernel must give the same sums, to the bit. Resources are whole numbers of a quantum.

States are held in arrays of (chains + 2, firms + 2), with a border of one firm all round. On an
open boundary the border is ABSENT; on a periodic one it repeats the opposite side.
"""

from typing import Any, NamedTuple

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.recovery.kernel.arguments import Grid
from cakernel.recovery.kernel.shocks import MILD, NONE, SEVERE, draw_shocks
from cakernel.recovery.kernel.states import (
    ABSENT,
    INTANGIBLES,
    LEVELS,
    LOW,
    NEIGHBOUR_LEVELS,
    ON_SITE_STATE,
    OPERATIONAL,
)
from cakernel.recovery.kernel.sums import MOST_OUTCOMES, RESOURCES, VALUE, X, Y, add_outcomes


class ScalarScratch(NamedTuple):
    """Arrays that a replication writes over.

    Shocks are uint8: ``supply`` (periods, chains, firms) and ``cyber`` (periods, chains). States
    are uint8 (chains + 2, firms + 2): ``x``, ``y`` at the end of the last period, ``x_hit``,
    ``y_hit`` after this period's disruptions. ``resources`` int64 is (chains, firms),
    ``values`` int64 (4, 1).
    """

    supply: Any
    cyber: Any
    x: Any
    y: Any
    x_hit: Any
    y_hit: Any
    resources: Any
    values: Any


class History(NamedTuple):
    """What a trace records; with ``on`` False the arrays are empty and stay untouched.

    ``states`` is uint8 (periods, chains, firms, 2): x and y at the end of the period. ``money`` is
    (periods, chains, firms, 3): resources at the end, acquired, paid.
    """

    on: bool
    states: Any
    money: Any


def scalar_scratch(grid: Grid) -> ScalarScratch:
    """Return working memory for one replication."""
    x, y, x_hit, y_hit = np.zeros((4, grid.chains + 2, grid.firms + 2), np.uint8)
    return ScalarScratch(
        supply=np.empty((grid.periods, grid.chains, grid.firms), np.uint8),
        cyber=np.empty((grid.periods, grid.chains), np.uint8),
        x=x,
        y=y,
        x_hit=x_hit,
        y_hit=y_hit,
        resources=np.empty((grid.chains, grid.firms), np.int64),
        values=np.empty((MOST_OUTCOMES, 1), np.int64),
    )


def empty_history(grid: Grid, *, on: bool) -> History:
    """Return a history to record, or one that records nothing."""
    size = (grid.periods if on else 0, grid.chains, grid.firms)
    return History(on, np.empty((*size, 2), np.uint8), np.empty((*size, 3), np.int64))


@compiled(linked=True)
def set_border(states, grid):
    """Fill the border of ``states`` from its inside."""
    chains, firms = grid.chains, grid.firms
    for k in range(1, chains + 1):
        states[k, 0] = states[k, firms] if grid.ends_wrap else ABSENT
        states[k, firms + 1] = states[k, 1] if grid.ends_wrap else ABSENT
    for i in range(1, firms + 1):
        states[0, i] = states[chains, i] if grid.across_wrap else ABSENT
        states[chains + 1, i] = states[1, i] if grid.across_wrap else ABSENT


@compiled(linked=True)
def disrupted(state, shock):
    """Return the state after a shock (step 2)."""
    if shock == SEVERE:
        return LOW
    if shock == MILD and state > LOW:
        return state - 1
    return state


@compiled(linked=True)
def target(table, states, k, i):
    """Look a rule's target up, by the own state and those of the `Neighbours`."""
    index = int(states[k, i])
    index = index * NEIGHBOUR_LEVELS + int(states[k, i - 1])
    index = index * NEIGHBOUR_LEVELS + int(states[k, i + 1])
    index = index * NEIGHBOUR_LEVELS + int(states[k - 1, i])
    index = index * NEIGHBOUR_LEVELS + int(states[k + 1, i])
    return table[index]


@compiled(linked=True)
def pay(resources, cost):
    """Return whether an upgrade can be afforded, and the resources left."""
    if resources >= cost:
        return True, resources - cost
    return False, resources


@compiled(linked=True)
def pay_both(resources, cost_x, cost_y, intangibles_first):
    """Return which upgrades are paid, operational and intangible, and the resources left.

    The principle is the order of payment: what it favours is paid if that can be afforded, then the
    other out of what is left. These are eqs 5-6 and cases 1-5: both where the sum can be afforded,
    the favoured one where either but not both can be, the only one that can be, or none.
    """
    if intangibles_first:
        pays_y, left = pay(resources, cost_y)
        pays_x, left = pay(left, cost_x)
    else:
        pays_x, left = pay(resources, cost_x)
        pays_y, left = pay(left, cost_y)
    return pays_x, pays_y, left


@compiled(linked=True)
def acquire_and_disrupt(grid, scratch, period, acquisition, on_site, history):
    """Take steps 1 and 2: each firm acquires by its last states (eqs 1-4), then is disrupted."""
    for k in range(1, grid.chains + 1):
        cyber_shock = NONE if on_site else scratch.cyber[period, k - 1]
        for i in range(1, grid.firms + 1):
            x = int(scratch.x[k, i])
            y = int(scratch.y[k, i])
            lowest = min(x, scratch.x[k, i - 1], scratch.x[k, i + 1])
            acquired = acquisition[lowest] + acquisition[LEVELS + y]
            scratch.resources[k - 1, i - 1] += acquired
            if history.on:
                history.money[period, k - 1, i - 1, 1] = acquired
            scratch.x_hit[k, i] = disrupted(x, scratch.supply[period, k - 1, i - 1])
            scratch.y_hit[k, i] = disrupted(y, cyber_shock)


@compiled(linked=True)
def recover(
    grid, scratch, period, remaining, tables, cutoffs, cost, intangibles_first, history
):  # fmt: skip
    """Take steps 3 and 4: each firm aims at its targets and pays; return the sums of x and y.

    A state whose cutoff is above the periods ``remaining`` after this one is kept.
    """
    sum_x, sum_y = 0, 0
    for k in range(1, grid.chains + 1):
        for i in range(1, grid.firms + 1):
            x = int(scratch.x_hit[k, i])
            y = int(scratch.y_hit[k, i])
            target_x = int(target(tables[OPERATIONAL], scratch.x_hit, k, i))
            target_y = int(target(tables[INTANGIBLES], scratch.y_hit, k, i))
            if remaining < cutoffs[OPERATIONAL, x]:
                target_x = x
            if remaining < cutoffs[INTANGIBLES, y]:
                target_y = y
            if grid.when_hit:
                if scratch.supply[period, k - 1, i - 1] == NONE:
                    target_x = x
                if scratch.cyber[period, k - 1] == NONE:
                    target_y = y
            resources = scratch.resources[k - 1, i - 1]
            cost_x, cost_y = cost[OPERATIONAL, x, target_x], cost[INTANGIBLES, y, target_y]
            pays_x, pays_y, left = pay_both(resources, cost_x, cost_y, intangibles_first)
            x = target_x if pays_x else x
            y = target_y if pays_y else y
            scratch.x[k, i] = x
            scratch.y[k, i] = y
            scratch.resources[k - 1, i - 1] = left
            sum_x += x
            sum_y += y
            if history.on:
                history.states[period, k - 1, i - 1, 0] = x
                history.states[period, k - 1, i - 1, 1] = y
                history.money[period, k - 1, i - 1, 0] = left
                history.money[period, k - 1, i - 1, 2] = resources - left
    return sum_x, sum_y


@compiled(linked=True)
def total_resources(resources):
    """Return the sum of (chains, firms)."""
    total = 0
    for k in range(resources.shape[0]):
        for i in range(resources.shape[1]):
            total += resources[k, i]
    return total


@compiled(linked=True)
def worth(grid, scratch, value):
    """Return what the firms' states are worth, all together."""
    total = 0
    for k in range(1, grid.chains + 1):
        for i in range(1, grid.firms + 1):
            total += value[int(scratch.x[k, i])] + value[LEVELS + int(scratch.y[k, i])]
    return total


@compiled(linked=True)
def run_replication(grid, policies, p, scenarios, s, scratch, history):
    """Run policy ``p`` under scenario ``s`` on the shocks in ``scratch``.

    Return the sums of x and y over firms and periods, and over firms of final R and of R with what
    the final states are worth, in quanta of value.
    """
    rules = policies.rules[p]
    tables = (policies.tables[rules[OPERATIONAL]], policies.tables[rules[INTANGIBLES]])
    on_site, intangibles_first = policies.flags[p, 0], policies.flags[p, 1]
    cutoffs = policies.cutoffs[p]
    acquisition, cost = scenarios.acquisition[s], scenarios.cost[s]
    scratch.x[:] = grid.initial_operational
    scratch.y[:] = ON_SITE_STATE if on_site else grid.initial_intangibles
    scratch.resources[:] = scenarios.initial[s]
    sum_x, sum_y = 0, 0
    periods = scenarios.periods[s]
    for period in range(periods):
        set_border(scratch.x, grid)
        acquire_and_disrupt(grid, scratch, period, acquisition, on_site, history)
        set_border(scratch.x_hit, grid)
        set_border(scratch.y_hit, grid)
        x, y = recover(
            grid, scratch, period, periods - period - 1, tables, cutoffs, cost, intangibles_first,
            history,
        )  # fmt: skip
        sum_x += x
        sum_y += y
    resources = total_resources(scratch.resources)
    value = resources // scenarios.times[s] * scenarios.value_quanta[s]
    return sum_x, sum_y, resources, value + worth(grid, scratch, scenarios.value[s])


@compiled(linked=True)
def draw(seed, scenarios, s, replication, scratch):
    """Draw the shocks of one replication."""
    index, thresholds = scenarios.index[s], scenarios.thresholds[s]
    draw_shocks(scratch.supply, scratch.cyber, seed, index, replication, thresholds)


@compiled(entry=True, seconds=3)
def run_scalar(grid, seed, policies, scenarios, items, scratch, sums, history):
    """Run every policy on every item and add to ``sums``; ``history`` is off."""
    values = scratch.values
    for n in range(items.first, items.first + items.size):
        s = n // items.replications
        replication = items.first_replication + np.uint64(n % items.replications)
        draw(seed, scenarios, s, replication, scratch)
        for p in range(policies.rules.shape[0]):
            x, y, resources, value = run_replication(
                grid, policies, p, scenarios, s, scratch, history
            )
            values[X, 0], values[Y, 0] = x, y
            values[RESOURCES, 0], values[VALUE, 0] = resources, value
            for outcome in range(sums.outcomes):
                add_outcomes(sums, outcome, p, values[outcome], 0, 1, n, items)
    sums.done[0] += items.size


@compiled(entry=True, seconds=3)
def run_traced(grid, seed, policies, scenarios, replication, scratch, history):
    """Run the first policy under the first scenario, one replication, and record its history.

    Its shocks stay in ``scratch``.
    """
    draw(seed, scenarios, 0, replication, scratch)
    return run_replication(grid, policies, 0, scenarios, 0, scratch, history)
