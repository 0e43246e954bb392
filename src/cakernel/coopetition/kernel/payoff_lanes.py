"""Payoffs of one chain's investments, rivals' given: eight of them at a time, one a lane.

Solver and certificate spend most of their time here. The formulas are those of `payoffs`,
`fixed_orders`, `flexible_orders` and `orders`, written as programs; a test holds the two together.
What is a number of a chain there is a vector in ``lanes`` here.
"""

import math

from cakernel.coopetition.kernel.game import FLEXIBLE, NASH, PLANNER
from cakernel.coopetition.kernel.orders import CLOSE, MOST_STEPS
from cakernel.coopetition.kernel.payoffs import paid_share
from cakernel.jit.compile import compiled
from cakernel.jit.powers import power
from cakernel.jit.program_values import select
from cakernel.jit.programs import case, each, filled, program


@compiled(linked=True)
def set_lane_payoffs(game, lanes, j, memory, at):
    """Put in the place of eight investments of chain ``j``, from ``at`` on, what `payoff` gives."""
    market = game.market
    chains = game.chains
    n = market.chains
    for i in range(n):
        if i == j:
            take_investments(lanes[i], memory, at)
        else:
            set_investment(lanes[i], chains[i])
    set_breaches(market, chains, lanes, j, int(market.security_elasticity != 1.0))
    paid = paid_share(market)
    planned = int(market.goal == PLANNER)
    first, count = (j, 1) if market.goal == NASH else (0, n)
    if market.contract == FLEXIBLE:
        for i in range(first, first + count):
            _set_odds(n, lanes, i)
            add_flexible(market, chains[i], lanes, i, game.states, planned, paid, memory, at)
    else:
        set_shares(market, lanes)
        add_fixed(market, chains, lanes, first, count, planned, paid, memory, at)


@program
def take_investments(lane, memory, at):
    """Set the investments of the chain whose payoffs are sought; these begin at 0."""
    lane.invested[0] = memory[at]
    memory[at] = filled(0.0, memory[at])


@program
def set_investment(lane, chain):
    """Set a rival's investment, the same in all lanes."""
    lane.invested[0] = filled(chain.investment, lane.invested[0])


@program
def set_breaches(market, chains, lanes, j, powered):
    """Set B of all chains; ``powered`` is 1 where beta is not 1."""

    def add(n, total):
        return (total + lanes[n].invested[0],)

    def add_later(n, total):
        return add(n + j + 1, total)

    (total,) = each(j, add, lanes[j].invested[0])
    (total,) = each(market.chains - j - 1, add_later, total)

    def set_breach(n, total):
        own = lanes[n].invested[0]
        effective = market.security_effectiveness * (own + market.reach * (total - own))
        strength = 1.0 + effective
        (strength,) = case(
            powered,
            {0: lambda: (strength,), 1: lambda: (power(strength, market.security_elasticity),)},
        )
        lanes[n].breach[0] = chains[n].exposure / strength
        return (total,)

    each(market.chains, set_breach, total)


def squared_share(market, breach):
    """Return E of breach probabilities."""
    return 1.0 - (1.0 - market.kept * market.kept) * breach


@program
def set_shares(market, lanes):
    """Set m and 1 / D of all chains; nothing arrives whatever is ordered: no order."""

    def set_share(n, rivalry):
        breach = lanes[n].breach[0]
        share = 1.0 - market.delivery_loss * breach
        width = 2.0 * squared_share(market, breach) - rivalry * share * share
        width = market.demand_slope * width
        some_arrives = width > 0.0
        lanes[n].share[0] = share
        lanes[n].inverse[0] = select(some_arrives, 1.0 / select(some_arrives, width, 1.0), 0.0)
        return (rivalry,)

    each(market.chains, set_share, market.substitutability)


def size(value):
    """Return values without their signs."""
    return select(value < 0.0, 0.0 - value, value)


def larger(one, other):
    """Return the larger of two, lane by lane."""
    return select(one < other, other, one)


def total_delivery(market, lanes):
    """Set orders that are best responses to each other; return S. As `orders.solve_orders`."""
    # read once: what a loop stores might otherwise be thought to change them
    intercept, cross, price = market.demand_intercept, market.cross, market.price
    committed = market.committed

    def respond(lane, total):
        """Set a chain's orders; return the part that does not move with S, and which do move."""
        share, inverse = lane.share[0], lane.inverse[0]
        worth, saved = share * inverse, price * inverse
        free = worth * (intercept - cross * total)
        bought = free - saved
        above, ordered = bought > committed, free > 0.0
        below = ordered & (free < committed)
        held = select(ordered, committed, 0.0)
        lane.quantity[0] = select(above, bought, select(below, free, held))
        base = worth * intercept - select(above, saved, 0.0)
        moves = above | below
        responds = select(moves, cross * share * share * inverse, 0.0)
        return share * select(moves, base, held), responds

    def move(_, total, lower, upper):
        def add(n, constant, response):
            fixed, responds = respond(lanes[n], total)
            return constant + fixed, response + responds

        constant, response = each(market.chains, add, filled(0.0, total), filled(1.0, total))
        following = constant / response
        moved = CLOSE * size(total) < size(following - total)
        rises = total < following
        lower = select(moved & rises, total, lower)
        upper = select(moved & ~rises, total, upper)
        inside = (lower < following) & (following < upper)
        following = select(inside, following, 0.5 * (lower + upper))
        return moved, select(moved, following, total), lower, upper

    none = filled(0.0, lanes[0].share[0])
    total, _, _ = each(MOST_STEPS, move, none, none, filled(math.inf, none), while_any=True)
    return total


def spent(market, paid, chain, lane):
    """Return what a chain pays for its investment and for breaches."""
    return paid * lane.invested[0] + chain.breach_cost * lane.breach[0]


def disclosed(market):
    """Return what a chain pays for sharing information."""
    return market.disclosure_cost * (market.sharing_level * market.sharing_level)


def expected_fixed(market, chain, lane, total, planned):
    """Return what a chain is expected to add to the goal: as `fixed_orders.expected_fixed`."""
    breach, quantity = lane.breach[0], lane.quantity[0]
    delivered = lane.share[0] * quantity
    others = market.cross * (total - delivered)
    square = market.demand_slope * squared_share(market, breach) * quantity * quantity
    value = delivered * (market.demand_intercept - others) - square
    produced = larger(market.committed, quantity)

    def profit():
        return (value - market.price * produced,)

    def welfare():
        need = chain.essential_need
        short = larger(need - quantity, 0.0)
        short_when_hit = larger(need - market.kept * quantity, 0.0)
        harm = market.harm_per_unit * (short + breach * (short_when_hit - short))
        surplus = 0.5 * (square + delivered * others)
        return (value + surplus - (market.supplier_cost * produced + harm),)

    return case(planned, {0: profit, 1: welfare})[0]


@program
def add_fixed(market, chains, lanes, first, count, planned, paid, memory, at):
    """Add the payoffs of ``count`` chains where orders are made before breaches."""
    total = total_delivery(market, lanes)

    def add(n, value):
        chain, lane = chains[n + first], lanes[n + first]
        value = value + expected_fixed(market, chain, lane, total, planned)
        return (value - spent(market, paid, chain, lane) - disclosed(market),)

    (memory[at],) = each(count, add, memory[at])


@compiled(folded=True)
def _set_odds(n, lanes, i):
    """Set the odds that 0, 1, ... of a chain's rivals are breached: as `breaches.set_odds`."""
    begin_odds(lanes[0])
    count = 0
    for k in range(n):
        if k != i:
            count += 1
            add_odds(lanes[count], lanes[count - 1], lanes[k])
            for r in range(count - 1, 0, -1):
                shift_odds(lanes[r], lanes[r - 1], lanes[k])
            reduce_odds(lanes[0], lanes[k])


@program
def begin_odds(odds):
    """Begin with no rival: none is breached."""
    odds.odds[0] = filled(1.0, odds.breach[0])


@program
def add_odds(most, fewer, rival):
    """Set the odds that one rival more, and with it all, are breached."""
    most.odds[0] = fewer.odds[0] * rival.breach[0]


@program
def shift_odds(some, fewer, rival):
    """Let a number of breached rivals be reached with one rival more or without it."""
    breach = rival.breach[0]
    some.odds[0] = some.odds[0] * (1.0 - breach) + fewer.odds[0] * breach


@program
def reduce_odds(none, rival):
    """Let one rival more be whole."""
    none.odds[0] = none.odds[0] * (1.0 - rival.breach[0])


def state_value(market, chain, state, planned):
    """Return what a chain adds to a goal in a state: as `flexible_orders.state_value`."""

    def welfare():
        short = larger(chain.essential_need - state.delivery, 0.0)
        return (state.welfare - market.harm_per_unit * short,)

    return case(planned, {0: lambda: (state.profit,), 1: welfare})[0]


@program
def add_flexible(market, chain, lanes, i, states, planned, paid, memory, at):
    """Add a chain's payoff where orders are made once breaches are known."""
    own = lanes[i].breach[0]

    def add(n, expected):
        whole = state_value(market, chain, states[n, 0], planned)
        hit = state_value(market, chain, states[n, 1], planned)
        return (expected + lanes[n].odds[0] * (whole + own * (hit - whole)),)

    (expected,) = each(market.chains, add, filled(0.0, own))
    value = memory[at] + expected - spent(market, paid, chain, lanes[i])
    memory[at] = value - disclosed(market)
