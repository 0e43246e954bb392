"""Payoffs of one chain's investments, rivals' given: eight of them at a time, one a lane.

Solver and certificate spend most of their time here. The formulas are those of `payoffs`,
`fixed_orders`, `flexible_orders` and `orders`, written for vectors; a test holds the two together.
What is a number of a chain there is a vector in ``lanes`` here.
"""

import math

from cakernel.coopetition.kernel.flexible_orders import state_value
from cakernel.coopetition.kernel.game import FLEXIBLE, NASH, PLANNER
from cakernel.coopetition.kernel.orders import CLOSE, MOST_STEPS
from cakernel.jit.compile import compiled
from cakernel.jit.powers import power
from cakernel.jit.vectors import fill, load, select, some, store


@compiled
def lane_payoff(game, lanes, j, invested):
    """Return what `payoff` does at each of the investments of chain ``j`` in a vector."""
    market = game.market
    chains = game.chains
    alone = market.goal == NASH
    flexible = market.contract == FLEXIBLE
    paid = 1.0 if market.goal == PLANNER else 1.0 - market.subsidy_rate
    _set_breaches(market, chains, lanes, j, invested)
    total = fill(0.0, invested)
    if not flexible:
        total = _set_orders(market, lanes, invested)
    value = fill(0.0, invested)
    for i in range(j if alone else 0, j + 1 if alone else market.chains):
        if flexible:
            value = value + _expected_flexible(game, lanes, i, invested)
        else:
            value = value + _expected_fixed(market, chains[i], lanes[i], total)
        own = invested if i == j else fill(chains[i].investment, invested)
        breach = load(lanes[i].breach, 0)
        spent = fill(paid, own) * own + fill(chains[i].breach_cost, own) * breach
        value = value - spent - fill(market.disclosure_cost * market.sharing_level**2, own)
    return value


@compiled(inlined=True)
def _set_breaches(market, chains, lanes, j, invested):
    n = market.chains
    total = invested
    for i in range(n):
        if i != j:
            total = total + fill(chains[i].investment, invested)
    alpha = fill(market.security_effectiveness, invested)
    reach = fill(market.reach, invested)
    for i in range(n):
        own = invested if i == j else fill(chains[i].investment, invested)
        strength = fill(1.0, own) + alpha * (own + reach * (total - own))
        if market.security_elasticity != 1.0:
            strength = power(strength, market.security_elasticity)
        store(lanes[i].breach, 0, fill(chains[i].exposure, own) / strength)


@compiled(inlined=True)
def _squared_share(market, breach):
    """Return E of breach probabilities."""
    one = fill(1.0, breach)
    return one - fill(1.0 - market.kept * market.kept, breach) * breach


@compiled(inlined=True)
def _size(value):
    """Return values without their signs."""
    none = fill(0.0, value)
    return select(value < none, none - value, value)


@compiled(inlined=True)
def _larger(one, other):
    return select(one < other, other, one)


@compiled(inlined=True)
def _order(market, share, inverse, total):
    """Return a chain's orders at S, the part that does not move with S, and which do move."""
    none = fill(0.0, total)
    committed = fill(market.committed, total)
    margin = fill(market.demand_intercept, total) - fill(market.cross, total) * total
    worth = share * inverse
    saved = fill(market.price, total) * inverse
    free = worth * margin
    bought = free - saved
    above = committed < bought
    orders = none < free
    below = orders & (free < committed)
    held = select(orders, committed, none)
    base = worth * fill(market.demand_intercept, total) - select(above, saved, none)
    moves = above | below
    order = select(above, bought, select(below, free, held))
    return order, select(moves, base, held), moves


@compiled
def _set_orders(market, lanes, like):
    """Store m, 1 / D and orders of all chains; return S."""
    n = market.chains
    none = fill(0.0, like)
    one = fill(1.0, like)
    two = fill(2.0, like)
    cross = fill(market.cross, like)
    rivalry = fill(market.substitutability, like)
    for i in range(n):
        breach = load(lanes[i].breach, 0)
        share = one - fill(market.delivery_loss, like) * breach
        width = two * _squared_share(market, breach) - rivalry * share * share
        width = fill(market.demand_slope, like) * width
        store(lanes[i].share, 0, share)
        # nothing arrives whatever is ordered: no order
        some_arrives = none < width
        inverse = one / select(some_arrives, width, one)
        store(lanes[i].inverse, 0, select(some_arrives, inverse, none))
    total = none
    lower = none
    upper = fill(math.inf, like)
    for _ in range(MOST_STEPS):
        constant = none
        response = one
        for i in range(n):
            share = load(lanes[i].share, 0)
            inverse = load(lanes[i].inverse, 0)
            order, base, moves = _order(market, share, inverse, total)
            store(lanes[i].quantity, 0, order)
            constant = constant + share * base
            response = response + select(moves, cross * share * share * inverse, none)
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
def _expected_fixed(market, chain, lane, total):
    """Return what a chain is expected to add to the goal: as `expected_fixed`."""
    breach = load(lane.breach, 0)
    order = load(lane.quantity, 0)
    delivered = load(lane.share, 0) * order
    others = fill(market.cross, total) * (total - delivered)
    square = fill(market.demand_slope, total) * _squared_share(market, breach) * order * order
    value = delivered * (fill(market.demand_intercept, total) - others) - square
    produced = _larger(fill(market.committed, total), order)
    if market.goal != PLANNER:
        return value - fill(market.price, total) * produced
    none = fill(0.0, total)
    need = fill(chain.essential_need, total)
    short = _larger(need - order, none)
    short_when_hit = _larger(need - fill(market.kept, total) * order, none)
    unmet = short + breach * (short_when_hit - short)
    surplus = fill(0.5, total) * (square + delivered * others)
    harm = fill(market.harm_per_unit, total) * unmet
    return value + surplus - (fill(market.supplier_cost, total) * produced + harm)


@compiled(inlined=True)
def _expected_flexible(game, lanes, i, like):
    """Return what a chain is expected to add to the goal: as `expected_flexible`."""
    n = game.market.chains
    store(lanes[0].odds, 0, fill(1.0, like))
    count = 0
    for k in range(n):
        if k != i:
            breach = load(lanes[k].breach, 0)
            whole = fill(1.0, like) - breach
            count += 1
            store(lanes[count].odds, 0, load(lanes[count - 1].odds, 0) * breach)
            for r in range(count - 1, 0, -1):
                fewer = load(lanes[r - 1].odds, 0) * breach
                store(lanes[r].odds, 0, load(lanes[r].odds, 0) * whole + fewer)
            store(lanes[0].odds, 0, load(lanes[0].odds, 0) * whole)
    own = load(lanes[i].breach, 0)
    value = fill(0.0, like)
    for r in range(n):
        whole = state_value(game.market, game.chains[i], game.states[r, 0])
        hit = state_value(game.market, game.chains[i], game.states[r, 1])
        expected = fill(whole, like) + own * fill(hit - whole, like)
        value = value + load(lanes[r].odds, 0) * expected
    return value
