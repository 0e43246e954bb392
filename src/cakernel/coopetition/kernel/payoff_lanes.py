"""Payoffs of one chain's investments, rivals' given: eight of them at a time, one a lane.

Solver and certificate spend most of their time here. The steps are those of `payoff`, on vectors:
what it keeps in columns of ``chain`` for each chain are vectors in ``curve`` here.
"""

import math

import numpy as np

from cakernel.coopetition.kernel.layout import (
    BREACH_COST,
    COMMITTED,
    CONTRACT,
    CROSS,
    DELIVERY_WHOLE,
    DISCLOSURE,
    EFFECTIVENESS,
    ELASTICITY,
    FLEXIBLE,
    GOAL,
    HARM,
    INTERCEPT,
    INVESTMENT,
    KEPT,
    LOSS,
    NASH,
    NEED,
    PARTS,
    PLANNER,
    PRICE,
    PROFIT_WHOLE,
    REACH,
    RIVALRY,
    SHARING,
    SLOPE,
    SUBSIDY,
    SUPPLIER_COST,
    VECTORS,
    VULNERABILITY,
    WELFARE_WHOLE,
    WIDTH,
)
from cakernel.coopetition.kernel.orders import CLOSE, MOST_STEPS
from cakernel.jit.compile import compiled
from cakernel.jit.powers import power
from cakernel.jit.vectors import fill, load, select, some, store

# vectors of a chain: B, m, 1 / (b (2 E - gamma m^2)), o, and the odds of so many breached rivals
BREACH, MEAN, INVERSE, ORDER, ODDS = map(np.int64, range(VECTORS))


@compiled(inlined=True)
def _at(i, kind):
    """Return where a vector of chain ``i`` begins."""
    return PARTS + WIDTH * (VECTORS * i + kind)


@compiled
def lane_payoff(common, chain, curve, j, invested):
    """Return what `payoff` does at each of the investments of chain ``j`` in a vector."""
    n = chain.shape[0]
    alone = common[GOAL] == NASH
    flexible = common[CONTRACT] == FLEXIBLE
    paid = 1.0 if common[GOAL] == PLANNER else 1.0 - common[SUBSIDY]
    _set_breaches(common, chain, curve, j, invested)
    total = fill(0.0, invested)
    if not flexible:
        total = _set_orders(common, chain, curve, invested)
    value = fill(0.0, invested)
    for i in range(j if alone else 0, j + 1 if alone else n):
        if flexible:
            value = value + _expected_after(common, chain, curve, i, invested)
        else:
            value = value + _expected_before(common, chain, curve, i, total)
        own = invested if i == j else fill(chain[i, INVESTMENT], invested)
        breach = load(curve, _at(i, BREACH))
        spent = fill(paid, own) * own + fill(chain[i, BREACH_COST], own) * breach
        value = value - spent - fill(common[DISCLOSURE] * common[SHARING] ** 2, own)
    return value


@compiled(inlined=True)
def _set_breaches(common, chain, curve, j, invested):
    n = chain.shape[0]
    total = invested
    for i in range(n):
        if i != j:
            total = total + fill(chain[i, INVESTMENT], invested)
    alpha = fill(common[EFFECTIVENESS], invested)
    reach = fill(common[REACH], invested)
    for i in range(n):
        own = invested if i == j else fill(chain[i, INVESTMENT], invested)
        strength = fill(1.0, own) + alpha * (own + reach * (total - own))
        if common[ELASTICITY] != 1.0:
            strength = power(strength, common[ELASTICITY])
        store(curve, _at(i, BREACH), fill(chain[i, VULNERABILITY], own) / strength)


@compiled(inlined=True)
def _square(common, breach):
    """Return E of breach probabilities."""
    one = fill(1.0, breach)
    return one - fill(1.0 - common[KEPT] * common[KEPT], breach) * breach


@compiled(inlined=True)
def _size(value):
    """Return values without their signs."""
    none = fill(0.0, value)
    return select(value < none, none - value, value)


@compiled(inlined=True)
def _larger(one, other):
    return select(one < other, other, one)


@compiled(inlined=True)
def _order(common, mean, inverse, total):
    """Return a chain's orders at S, the part that does not move with S, and which do move."""
    none = fill(0.0, total)
    committed = fill(common[COMMITTED], total)
    margin = fill(common[INTERCEPT], total) - fill(common[CROSS], total) * total
    worth = mean * inverse
    saved = fill(common[PRICE], total) * inverse
    free = worth * margin
    bought = free - saved
    above = committed < bought
    orders = none < free
    below = orders & (free < committed)
    held = select(orders, committed, none)
    base = worth * fill(common[INTERCEPT], total) - select(above, saved, none)
    moves = above | below
    order = select(above, bought, select(below, free, held))
    return order, select(moves, base, held), moves


@compiled
def _set_orders(common, chain, curve, like):
    """Store m, widths and orders of all chains; return S."""
    n = chain.shape[0]
    none = fill(0.0, like)
    one = fill(1.0, like)
    two = fill(2.0, like)
    cross = fill(common[CROSS], like)
    for i in range(n):
        breach = load(curve, _at(i, BREACH))
        mean = one - fill(common[LOSS], like) * breach
        width = two * _square(common, breach) - fill(common[RIVALRY], like) * mean * mean
        width = fill(common[SLOPE], like) * width
        store(curve, _at(i, MEAN), mean)
        # nothing arrives whatever is ordered: no order
        some_arrives = none < width
        inverse = one / select(some_arrives, width, one)
        store(curve, _at(i, INVERSE), select(some_arrives, inverse, none))
    total = none
    lower = none
    upper = fill(math.inf, like)
    for _ in range(MOST_STEPS):
        constant = none
        response = one
        for i in range(n):
            mean = load(curve, _at(i, MEAN))
            inverse = load(curve, _at(i, INVERSE))
            order, base, moves = _order(common, mean, inverse, total)
            store(curve, _at(i, ORDER), order)
            constant = constant + mean * base
            response = response + select(moves, cross * mean * mean * inverse, none)
        following = constant / response
        moved = fill(CLOSE, like) * _size(total) < _size(following - total)
        if not some(moved):
            break
        rises = total < following
        lower = select(moved & rises, total, lower)
        upper = select(moved & ~rises, total, upper)
        inside = (lower < following) & (following < upper)
        following = select(inside, following, fill(0.5, like) * (lower + upper))
        total = select(moved, following, total)
    return total


@compiled(inlined=True)
def _expected_before(common, chain, curve, i, total):
    """Return what a chain is expected to add to the goal: as `expected_before`."""
    breach = load(curve, _at(i, BREACH))
    order = load(curve, _at(i, ORDER))
    delivered = load(curve, _at(i, MEAN)) * order
    others = fill(common[CROSS], total) * (total - delivered)
    square = fill(common[SLOPE], total) * _square(common, breach) * order * order
    value = delivered * (fill(common[INTERCEPT], total) - others) - square
    produced = _larger(fill(common[COMMITTED], total), order)
    if common[GOAL] != PLANNER:
        return value - fill(common[PRICE], total) * produced
    none = fill(0.0, total)
    need = fill(chain[i, NEED], total)
    short = _larger(need - order, none)
    short_when_hit = _larger(need - fill(common[KEPT], total) * order, none)
    unmet = short + breach * (short_when_hit - short)
    surplus = fill(0.5, total) * (square + delivered * others)
    spent = fill(common[SUPPLIER_COST], total) * produced + fill(common[HARM], total) * unmet
    return value + surplus - spent


@compiled(inlined=True)
def _expected_after(common, chain, curve, i, like):
    """Return what a chain is expected to add to the goal: as `expected_after`."""
    n = chain.shape[0]
    store(curve, _at(0, ODDS), fill(1.0, like))
    count = 0
    for k in range(n):
        if k != i:
            breach = load(curve, _at(k, BREACH))
            whole = fill(1.0, like) - breach
            count += 1
            store(curve, _at(count, ODDS), load(curve, _at(count - 1, ODDS)) * breach)
            for r in range(count - 1, 0, -1):
                fewer = load(curve, _at(r - 1, ODDS)) * breach
                store(curve, _at(r, ODDS), load(curve, _at(r, ODDS)) * whole + fewer)
            store(curve, _at(0, ODDS), load(curve, _at(0, ODDS)) * whole)
    planner = common[GOAL] == PLANNER
    gets = WELFARE_WHOLE if planner else PROFIT_WHOLE
    own = load(curve, _at(i, BREACH))
    value = fill(0.0, like)
    for r in range(n):
        whole = chain[r, gets]
        hit = chain[r, gets + 1]
        if planner:
            whole -= common[HARM] * max(0.0, chain[i, NEED] - chain[r, DELIVERY_WHOLE])
            hit -= common[HARM] * max(0.0, chain[i, NEED] - chain[r, DELIVERY_WHOLE + 1])
        expected = fill(whole, like) + own * fill(hit - whole, like)
        value = value + load(curve, _at(r, ODDS)) * expected
    return value
