"""What rules of the own state earn when budgets are dropped, in closed form.

Such a rule sends a firm from 0 to a and from 1 to b. With cutoffs it leaves 0 only while at least
h0 periods remain, and 1 only while at least h1 do; in period t = 1..T there remain T - t. Firms
then are independent and alike, so the lowest of n firms is at least m with the n-th power of the
probability that one is.

Probabilities of states are those of 1 and of 2.
"""

from typing import Any, NamedTuple

import numpy as np

from cakernel.jit.compile import compiled

HIGH = 2


class Alone(NamedTuple):
    """One side of all firms of a chain, which are alike.

    ``income``, ``bonus`` and ``terminal`` float64 (3,) are by state, ``cost`` (3,) in the order of
    `UPGRADES`. ``shares`` float64 (3,) are the shares of firms whose income is by the lowest state
    of 1, 2, 3 firms. ``when_hit`` says that only firms that are hit may upgrade.
    """

    income: Any
    bonus: Any
    terminal: Any
    cost: Any
    shares: Any
    severe: float
    mild: float
    initial: int
    when_hit: bool


@compiled
def expected_income(side, at_least_1, at_least_2):
    """Return what a firm acquires on average, by its probabilities to be at 1 and 2 at least."""
    total = side.income[0]
    one, two = 1.0, 1.0
    for n in range(side.shares.size):
        one *= at_least_1
        two *= at_least_2
        total += side.shares[n] * (
            (side.income[1] - side.income[0]) * one + (side.income[2] - side.income[1]) * two
        )
    return total


@compiled
def one_period(side, from_0, from_1, p):
    """Take one period: return what is earned in it, and the probabilities after it.

    ``from_0`` and ``from_1`` are where the rule goes in this period; ``p`` are the probabilities
    before it.
    """
    p1, p2 = p
    p0 = 1.0 - p1 - p2
    earned = expected_income(side, p1 + p2, p2)
    severe, mild = side.severe, side.mild
    hit = severe + mild
    # hit and thrown to 0 or 1, then what was not hit
    at_0, at_1 = hit * (p0 + p1) + severe * p2, mild * p2
    kept_0, kept_1, kept_2 = (1.0 - hit) * p0, (1.0 - hit) * p1, (1.0 - hit) * p2
    if not side.when_hit:
        at_0, at_1 = at_0 + kept_0, at_1 + kept_1
        kept_0, kept_1 = 0.0, 0.0
    q1, q2 = kept_1, kept_2
    if from_0 == 1:
        q1 += at_0
        earned -= side.cost[0] * at_0
    elif from_0 == HIGH:
        q2 += at_0
        earned -= side.cost[2] * at_0
    if from_1 == HIGH:
        q2 += at_1
        earned -= side.cost[1] * at_1
    else:
        q1 += at_1
    earned += side.bonus[0] * (1.0 - q1 - q2) + side.bonus[1] * q1 + side.bonus[2] * q2
    return earned, (q1, q2)


@compiled
def first_probabilities(side):
    """Return the probabilities of states 1 and 2 before period 1."""
    return 1.0 if side.initial == 1 else 0.0, 1.0 if side.initial == HIGH else 0.0


@compiled
def last_value(side, p):
    """Return what the states at the end are worth."""
    p1, p2 = p
    return side.terminal[0] * (1.0 - p1 - p2) + side.terminal[1] * p1 + side.terminal[2] * p2


@compiled(entry=True)
def score(side, periods, rule, cutoffs):
    """Return what a rule (a, b) with cutoffs (h0, h1) earns a firm in so many periods."""
    p = first_probabilities(side)
    total = 0.0
    for left in range(periods - 1, -1, -1):
        from_0 = rule[0] if left >= cutoffs[0] else 0
        from_1 = rule[1] if left >= cutoffs[1] else 1
        earned, p = one_period(side, from_0, from_1, p)
        total += earned
    return total + last_value(side, p)


@compiled(entry=True)
def fill_tails(tails, side):
    """Set row L of ``tails`` float64 (rows, 10) to what L periods without upgrades earn.

    They are coefficients of a polynomial of the probabilities of 1 and 2 before these periods, see
    `tail_value`: after k periods a firm is in state 2 with probability p2 a^k, and in 1 or 2 with
    p1 a^k + p2 b_k, where a is the probability not to be hit and b_k = a b_(k-1) + mild a^(k-1).
    """
    stays = 1.0 - side.severe - side.mild
    rise_1, rise_2 = side.income[1] - side.income[0], side.income[2] - side.income[1]
    worth_1, worth_2 = side.terminal[1] - side.terminal[0], side.terminal[2] - side.terminal[1]
    bonus_1, bonus_2 = side.bonus[1] - side.bonus[0], side.bonus[2] - side.bonus[1]
    one, two, three = side.shares[0], side.shares[1], side.shares[2]
    for j in range(tails.shape[1]):
        tails[0, j] = 0.0
    a, b = 1.0, 1.0
    for length in range(tails.shape[0]):
        # row `length` holds what is earned in the periods so far
        now = tails[length]
        if length + 1 < tails.shape[0]:
            after = tails[length + 1]
            next_a, next_b = stays * a, stays * b + side.mild * a
            after[0] = now[0] + side.income[0] + side.bonus[0]
            after[1] = now[1] + one * rise_1 * a + bonus_1 * next_a
            after[2] = now[2] + one * (rise_1 * b + rise_2 * a)
            after[2] += bonus_1 * next_b + bonus_2 * next_a
            after[3] = now[3] + two * rise_1 * a * a
            after[4] = now[4] + two * rise_1 * 2.0 * a * b
            after[5] = now[5] + two * (rise_1 * b * b + rise_2 * a * a)
            after[6] = now[6] + three * rise_1 * a * a * a
            after[7] = now[7] + three * rise_1 * 3.0 * a * a * b
            after[8] = now[8] + three * rise_1 * 3.0 * a * b * b
            after[9] = now[9] + three * (rise_1 * b * b * b + rise_2 * a * a * a)
            a, b = next_a, next_b
    a, b = 1.0, 1.0
    for length in range(tails.shape[0]):
        tails[length, 0] += side.terminal[0]
        tails[length, 1] += worth_1 * a
        tails[length, 2] += worth_1 * b + worth_2 * a
        a, b = stays * a, stays * b + side.mild * a


@compiled
def tail_value(tail, p):
    """Return what is earned in periods without upgrades and at the end, a polynomial of ``p``."""
    p1, p2 = p
    return (
        tail[0]
        + p1 * (tail[1] + p1 * (tail[3] + p1 * tail[6]))
        + p2 * (tail[2] + p2 * (tail[5] + p2 * tail[9]))
        + p1 * p2 * (tail[4] + p1 * tail[7] + p2 * tail[8])
    )


@compiled(entry=True)
def best_cutoffs(side, periods, rule, tails):
    """Return the best value of a rule over its cutoffs, and these; 0 for what it never leaves.

    All cutoffs up to the length of ``tails`` are tried: first the rule runs whole, then it leaves
    one state alone, then none. The first two parts are run once for all that begin alike.
    """
    most = min(tails.shape[0] - 1, periods)
    p = first_probabilities(side)
    total = 0.0
    best, best_0, best_1 = -np.inf, 0, 0
    for higher in range(periods, -1, -1):
        # the rule has run whole for periods - higher periods
        if higher <= most:
            value = total + tail_value(tails[higher], p)
            if value >= best:
                best = value
                best_0 = higher if rule[0] > 0 else 0
                best_1 = higher if rule[1] > 1 else 0
            if rule[0] > 0 and rule[1] > 1:
                for leaves_0 in range(2):
                    of_part, q = total, p
                    from_0, from_1 = (rule[0], 1) if leaves_0 else (0, rule[1])
                    for lower in range(higher - 1, -1, -1):
                        earned, q = one_period(side, from_0, from_1, q)
                        of_part += earned
                        value = of_part + tail_value(tails[lower], q)
                        if value >= best:
                            best = value
                            best_0 = lower if leaves_0 else higher
                            best_1 = higher if leaves_0 else lower
        earned, p = one_period(side, rule[0], rule[1], p)
        total += earned
    return best, best_0, best_1
