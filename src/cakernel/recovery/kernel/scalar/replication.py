"""One whole replication of one policy: the model of Chen and Chang (2021), period by period.

This scalar kernel is the readable reference. Resources are whole numbers of a quantum (int64), or
float64 where no quantum fits; the code is the same. It works on arrays with a border of ghost firms
(see ``grid``), and looks targets up in tables of 3 x 4^4 entries (see ``target``).
"""

from typing import Any, NamedTuple

from cakernel.jit.compile import compiled
from cakernel.recovery.kernel.grid import set_border
from cakernel.recovery.kernel.shocks import MILD, NONE, SEVERE


class Work(NamedTuple):
    """Arrays that a replication writes over; one set for each thread.

    The states are uint8 of (chains + 2, firms + 2): ``x``, ``y`` at the end of the last period,
    ``x_hit``, ``y_hit`` after this period's disruptions. ``resources`` is (chains, firms).
    """

    x: Any
    y: Any
    x_hit: Any
    y_hit: Any
    resources: Any


class History(NamedTuple):
    """What a trace records; with ``on`` False the arrays are empty and stay untouched.

    ``states`` is uint8 of (periods, chains, firms, 2): x and y at the end of the period.
    ``money`` is (periods, chains, firms, 3): resources at the end, acquired, paid.
    """

    on: bool
    states: Any
    money: Any


@compiled
def disrupted(state, shock):
    """Return the state after a shock (section 2, step 2)."""
    if shock == SEVERE:
        return 0
    if shock == MILD and state > 0:
        return state - 1
    return state


@compiled
def target(table, states, k, i):
    """Look a rule's target up by own, upstream, downstream, previous and next chain's state."""
    index = int(states[k, i])
    index = index * 4 + int(states[k, i - 1])
    index = index * 4 + int(states[k, i + 1])
    index = index * 4 + int(states[k - 1, i])
    index = index * 4 + int(states[k + 1, i])
    return table[index]


@compiled
def pay(resources, cost):
    """Return whether an upgrade can be afforded, and the resources left."""
    if resources >= cost:
        return True, resources - cost
    return False, resources


@compiled
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


@compiled
def acquire_and_disrupt(grid, work, supply, cyber, acquisition, on_site, history, period):
    """Take steps 1 and 2: each firm acquires by its last states (eqs 1-4), then is disrupted."""
    for k in range(1, grid.chains + 1):
        cyber_shock = NONE if on_site else cyber[k - 1]
        for i in range(1, grid.firms + 1):
            x = int(work.x[k, i])
            y = int(work.y[k, i])
            lowest = min(x, work.x[k, i - 1], work.x[k, i + 1])
            acquired = acquisition[lowest] + acquisition[3 + y]
            work.resources[k - 1, i - 1] += acquired
            if history.on:
                history.money[period, k - 1, i - 1, 1] = acquired
            work.x_hit[k, i] = disrupted(x, supply[k - 1, i - 1])
            work.y_hit[k, i] = disrupted(y, cyber_shock)


@compiled
def recover(grid, work, supply, cyber, tables, cost, policy, history, period):
    """Take steps 3 and 4: each firm aims at its targets and pays; return the sums of x and y."""
    sum_x, sum_y = 0, 0
    for k in range(1, grid.chains + 1):
        for i in range(1, grid.firms + 1):
            x = int(work.x_hit[k, i])
            y = int(work.y_hit[k, i])
            target_x = int(target(tables[0], work.x_hit, k, i))
            target_y = int(target(tables[1], work.y_hit, k, i))
            if grid.when_hit:
                if supply[k - 1, i - 1] == NONE:
                    target_x = x
                if cyber[k - 1] == NONE:
                    target_y = y
            resources = work.resources[k - 1, i - 1]
            pays_x, pays_y, left = pay_both(
                resources, cost[0, x, target_x], cost[1, y, target_y], policy[1]
            )
            x = target_x if pays_x else x
            y = target_y if pays_y else y
            work.x[k, i] = x
            work.y[k, i] = y
            work.resources[k - 1, i - 1] = left
            sum_x += x
            sum_y += y
            if history.on:
                history.states[period, k - 1, i - 1, 0] = x
                history.states[period, k - 1, i - 1, 1] = y
                history.money[period, k - 1, i - 1, 0] = left
                history.money[period, k - 1, i - 1, 2] = resources - left
    return sum_x, sum_y


@compiled
def total_resources(resources):
    """Sum (chains, firms) in one fixed order, which float64 needs."""
    total = resources[0, 0]
    for k in range(resources.shape[0]):
        for i in range(resources.shape[1]):
            if k + i > 0:
                total += resources[k, i]
    return total


@compiled
def run_replication(grid, work, shocks, tables, policy, scenario, history):
    """Run one replication; return the sums of x and y over firms and periods, and of final R.

    ``shocks`` are supply (periods, chains, firms) and cyber (periods, chains); ``tables`` the
    supply and cyber rules' targets (768,); ``policy`` the flags (on_site, intangibles_first);
    ``scenario`` the tuple of initial resources, acquisition (6,) and cost (2, 3, 3).
    """
    on_site = policy[0]
    supply, cyber = shocks
    initial_resources, acquisition, cost = scenario
    work.x[:] = grid.initial_operational
    work.y[:] = 1 if on_site else grid.initial_intangibles
    work.resources[:] = initial_resources
    sum_x, sum_y = 0, 0
    for period in range(supply.shape[0]):
        set_border(work.x, grid)
        acquire_and_disrupt(
            grid, work, supply[period], cyber[period], acquisition, on_site, history, period
        )
        set_border(work.x_hit, grid)
        set_border(work.y_hit, grid)
        x, y = recover(
            grid, work, supply[period], cyber[period], tables, cost, policy, history, period
        )
        sum_x += x
        sum_y += y
    return sum_x, sum_y, total_resources(work.resources)
