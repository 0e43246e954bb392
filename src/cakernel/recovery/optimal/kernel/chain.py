"""The best that firms of a chain can earn when budgets are dropped, by dynamic programming.

Values are float64 (3^n,) over the joint states of n firms: firm i's state is digit i of the index,
base 3. One period, backwards: each firm may upgrade at a cost (n passes of a maximum over its own
three states), each firm is disrupted (n passes of an expectation), then the firms earn. A maximum
over joint actions is a maximum firm by firm, since costs add up; the same holds of the expectation,
since firms are disrupted independently. But all maxima come before all expectations: firms decide
when all have been hit.
"""

from typing import Any, NamedTuple

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.recovery.kernel.states import LEVELS

# states after disruptions where only a firm that was hit may upgrade: 0, 1, 2 not hit; 0, 1 hit
HIT_LEVELS = 5
# periods between looks at whether to stop early
LOOK_EVERY = 4


class Chain(NamedTuple):
    """A chain of n firms, each firm's amounts times its weight.

    ``income`` float64 (n, 3) by the lowest state of the firm and its neighbours, ``bonus`` (n, 3)
    by a firm's state at the end of a period, ``cost`` (n, 3) in the order of `UPGRADES`. On a
    ``ring`` the first and the last firm are neighbours. ``severe`` and ``mild`` are probabilities;
    ``when_hit`` says that only firms that are hit may upgrade.
    """

    income: Any
    bonus: Any
    cost: Any
    severe: float
    mild: float
    ring: bool
    when_hit: bool


@compiled(entry=True)
def fill_gains(gains, chain):
    """Set ``gains`` (3^n,) to what firms earn at the start of a period, and add the bonuses.

    The bonus of a state belongs to the period at whose end firms are in it, the income to the next.
    """
    firms = chain.income.shape[0]
    for index in range(gains.size):
        rest = index
        first = rest % LEVELS
        last = index // LEVELS ** (firms - 1)
        before = last if chain.ring else LEVELS
        total = 0.0
        for i in range(firms):
            own = rest % LEVELS
            rest //= LEVELS
            after = rest % LEVELS
            if i == firms - 1:
                after = first if chain.ring else LEVELS
            total += chain.income[i, min(before, own, after)] + chain.bonus[i, own]
            before = own
        gains[index] = total


@compiled
def copy(made, source):
    """Copy one row of numbers."""
    for j in range(made.size):
        made[j] = source[j]


@compiled
def upgrade(values, stride, cost):
    """Let one firm upgrade, in place: the maximum over the states that it can pay for."""
    to_one, to_two, two_from_one = cost[0], cost[2], cost[1]
    for start in range(0, values.size, LEVELS * stride):
        zero = values[start : start + stride]
        one = values[start + stride : start + 2 * stride]
        two = values[start + 2 * stride : start + 3 * stride]
        for j in range(stride):
            at_0, at_1, at_2 = zero[j], one[j], two[j]
            best = at_1 - to_one
            other = at_2 - to_two
            best = best if best > other else other
            zero[j] = at_0 if at_0 > best else best
            other = at_2 - two_from_one
            one[j] = at_1 if at_1 > other else other


@compiled
def disrupt(values, stride, severe, mild):
    """Disrupt one firm, in place: the expectation over its shock."""
    hit = severe + mild
    for start in range(0, values.size, LEVELS * stride):
        zero = values[start : start + stride]
        one = values[start + stride : start + 2 * stride]
        two = values[start + 2 * stride : start + 3 * stride]
        for j in range(stride):
            at_0, at_1, at_2 = zero[j], one[j], two[j]
            two[j] = severe * at_0 + mild * at_1 + (1.0 - hit) * at_2
            one[j] = hit * at_0 + (1.0 - hit) * at_1


@compiled
def decide_and_disrupt(values, other, chain):
    """Take one period's decisions and disruptions, backwards, in place."""
    firms = chain.cost.shape[0]
    if chain.when_hit:
        decide_when_hit(values, other, chain)
        return
    for i in range(firms):
        upgrade(values, LEVELS**i, chain.cost[i])
    for i in range(firms):
        disrupt(values, LEVELS**i, chain.severe, chain.mild)


@compiled
def decide_when_hit(values, other, chain):
    """Do the same where only a firm that is hit may upgrade; ``other`` is (2, 5^n).

    Each firm's axis grows from 3 states to 5: what it is in when it was not hit, and what it was
    thrown back to when it was. Then it shrinks again.
    """
    firms = chain.cost.shape[0]
    size = values.size
    copy(other[0, :size], values)
    for i in range(firms):
        source, made = other[i % 2], other[(i + 1) % 2]
        inner = HIT_LEVELS**i
        cost = chain.cost[i]
        for outer in range(size // (LEVELS * inner)):
            start, to = outer * LEVELS * inner, outer * HIT_LEVELS * inner
            for j in range(inner):
                at_0 = source[start + j]
                at_1 = source[start + inner + j]
                at_2 = source[start + 2 * inner + j]
                made[to + j] = at_0
                made[to + inner + j] = at_1
                made[to + 2 * inner + j] = at_2
                made[to + 3 * inner + j] = max(at_0, at_1 - cost[0], at_2 - cost[2])
                made[to + 4 * inner + j] = max(at_1, at_2 - cost[1])
        size = size // LEVELS * HIT_LEVELS
    severe, mild = chain.severe, chain.mild
    hit = severe + mild
    for i in range(firms):
        source, made = other[(firms + i) % 2], other[(firms + i + 1) % 2]
        inner = LEVELS**i
        for outer in range(size // (HIT_LEVELS * inner)):
            start, to = outer * HIT_LEVELS * inner, outer * LEVELS * inner
            for j in range(inner):
                hit_0 = source[start + 3 * inner + j]
                hit_1 = source[start + 4 * inner + j]
                made[to + j] = hit * hit_0 + (1.0 - hit) * source[start + j]
                made[to + inner + j] = hit * hit_0 + (1.0 - hit) * source[start + inner + j]
                kept = (1.0 - hit) * source[start + 2 * inner + j]
                made[to + 2 * inner + j] = severe * hit_0 + mild * hit_1 + kept
        size = size // HIT_LEVELS * LEVELS
    copy(values, other[0])


@compiled(entry=True)
def go_back(values, periods, tolerance, chain, gains, before, other):
    """Take ``values`` (3^n,), what states are worth at a period's end, so many periods back.

    They include the bonus of the states. What is returned is above the exact value by at most
    ``tolerance``: the period's map is monotone, and adds what is added to all values, so k further
    periods raise no value by more than k times the largest rise of the last period. Where that and
    k times the least rise are so near to each other, it is taken for the rest. ``before`` (3^n,)
    and ``other`` are working memory; return the periods that were taken one by one.
    """
    for period in range(periods):
        look = tolerance > 0.0 and period % LOOK_EVERY == LOOK_EVERY - 1
        if look:
            copy(before, values)
        decide_and_disrupt(values, other, chain)
        for j in range(values.size):
            values[j] += gains[j]
        if look:
            least, most = np.inf, -np.inf
            for j in range(values.size):
                rise = values[j] - before[j]
                least = rise if rise < least else least
                most = rise if rise > most else most
            left = periods - 1 - period
            if left * (most - least) <= tolerance:
                for j in range(values.size):
                    values[j] += left * most
                return period + 1
    return periods
