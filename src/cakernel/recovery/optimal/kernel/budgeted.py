"""The best that a few neighbouring firms can earn within their own budgets.

Values are float64 (3^n, G^n): joint states as in `chain`, and the firms' resources in steps of a
grid, firm i's digit i base G. The last step of the grid stands for resources without end. What
comes out is a bound as long as resources are rounded up to the grid, and what upgrades take of them
down; what upgrades cost in value is exact.
"""

from typing import Any, NamedTuple

from cakernel.jit.compile import compiled
from cakernel.recovery.kernel.states import LEVELS
from cakernel.recovery.optimal.kernel.chain import copy


class Budget(NamedTuple):
    """Resources of every firm in steps of the grid.

    ``steps`` is G; ``acquired`` int64 (n, 3) by the lowest state of the firm and its neighbours,
    ``cost`` int64 (3,) in the order of `UPGRADES`.
    """

    steps: int
    acquired: Any
    cost: Any


@compiled
def fill(made, value):
    """Set one row of numbers to a value."""
    for j in range(made.size):
        made[j] = value


@compiled
def afford(zero, one, two, inner, budget, cost):
    """Let one firm upgrade within its budget: slabs (G^n,) of its three states, in place."""
    steps = budget.steps
    block = inner * steps
    for start in range(0, zero.size, block):
        at_0 = zero[start : start + block]
        at_1 = one[start : start + block]
        at_2 = two[start : start + block]
        pay(at_0, at_1, inner, budget.cost[0], cost[0])
        pay(at_0, at_2, inner, budget.cost[2], cost[2])
        pay(at_1, at_2, inner, budget.cost[1], cost[1])


@compiled
def pay(stays, upgraded, inner, steps, price):
    """Set ``stays`` to the better of it and of paying for the upgraded state, where one can."""
    endless = stays.size - inner
    shift = steps * inner
    kept = upgraded[: max(0, endless - shift)]
    lower = stays[min(shift, endless) : endless]
    for j in range(kept.size):
        other = kept[j] - price
        lower[j] = lower[j] if lower[j] > other else other
    for j in range(endless, stays.size):
        other = upgraded[j] - price
        stays[j] = stays[j] if stays[j] > other else other


@compiled
def mix(zero, one, two, severe, mild):
    """Disrupt one firm: slabs of its three states, in place."""
    hit = severe + mild
    for j in range(zero.size):
        at_0, at_1, at_2 = zero[j], one[j], two[j]
        two[j] = severe * at_0 + mild * at_1 + (1.0 - hit) * at_2
        one[j] = hit * at_0 + (1.0 - hit) * at_1


@compiled
def lowest(state, i, firms, ring):
    """Return the lowest state of firm i and its neighbours in a joint state."""
    least = state // LEVELS**i % LEVELS
    for step in (-1, 1):
        j = i + step
        if ring:
            j %= firms
        if 0 <= j < firms:
            least = min(least, state // LEVELS**j % LEVELS)
    return least


@compiled
def acquire(made, source, state, share, budget, chain):
    """Add to ``made`` (G^n,) a share of ``source``, at what firms have once they have acquired."""
    firms = chain.income.shape[0]
    steps = budget.steps
    top = steps - 1
    gain = budget.acquired[0, lowest(state, 0, firms, chain.ring)]
    inside = max(0, top - gain)
    for row in range(made.size // steps):
        rest, place, scale = row, 0, steps
        for i in range(1, firms):
            more = budget.acquired[i, lowest(state, i, firms, chain.ring)]
            place += min(rest % steps + more, top) * scale
            rest //= steps
            scale *= steps
        to = made[row * steps : (row + 1) * steps]
        of = source[place : place + steps]
        shifted = of[top - inside : top]
        for j in range(inside):
            to[j] += share * shifted[j]
        last = share * of[top]
        for j in range(inside, steps):
            to[j] += last


@compiled
def one_period(values, work, made, hit_firms, share, budget, chain):
    """Add to ``made`` the share of a period in which the firms of a set may upgrade and are hit."""
    firms = chain.income.shape[0]
    states = values.shape[0]
    severe, mild = chain.severe, chain.mild
    if chain.when_hit and severe + mild > 0.0:
        severe, mild = severe / (severe + mild), mild / (severe + mild)
    for s in range(states):
        copy(work[s], values[s])
    for i in range(firms):
        if hit_firms >> i & 1:
            for s in range(states):
                if s // LEVELS**i % LEVELS == 0:
                    one, two = s + LEVELS**i, s + 2 * LEVELS**i
                    inner = budget.steps**i
                    afford(work[s], work[one], work[two], inner, budget, chain.cost[i])
    for i in range(firms):
        if hit_firms >> i & 1:
            for s in range(states):
                if s // LEVELS**i % LEVELS == 0:
                    mix(work[s], work[s + LEVELS**i], work[s + 2 * LEVELS**i], severe, mild)
    for s in range(states):
        acquire(made[s], work[s], s, share, budget, chain)


@compiled(entry=True)
def go_back_within_budgets(values, work, made, periods, gains, budget, chain):
    """Take ``values`` (3^n, G^n), what states and resources are worth at a period's end, back.

    ``gains`` (3^n,) are those of `chain.fill_gains`; ``work`` and ``made`` are working memory of
    the same shape.
    """
    firms = chain.income.shape[0]
    hit = chain.severe + chain.mild
    everyone = (1 << firms) - 1
    for _ in range(periods):
        for s in range(values.shape[0]):
            fill(made[s], gains[s])
        for hit_firms in range(0 if chain.when_hit else everyone, everyone + 1):
            share = 1.0
            if chain.when_hit:
                for i in range(firms):
                    share *= hit if hit_firms >> i & 1 else 1.0 - hit
            if share > 0.0:
                one_period(values, work, made, hit_firms, share, budget, chain)
        for s in range(values.shape[0]):
            copy(values[s], made[s])
