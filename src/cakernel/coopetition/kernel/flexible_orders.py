"""The flexible contract: orders made once breaches are known, and expectations over breaches.

Price, commitment and loss are common to the chains and orders are unique, so orders depend on a
chain's own breach and on how many rivals are breached, alone: n + 1 games stand for all 2^n
states, and the number of breached rivals is a sum of independent breaches. That is exact for any
number of chains. None of it depends on investment but the probabilities.
"""

from cakernel.coopetition.kernel.breaches import set_odds, set_odds_slopes
from cakernel.coopetition.kernel.game import PLANNER
from cakernel.coopetition.kernel.orders import solve_orders
from cakernel.jit.compile import compiled


@compiled(folded=True)
def set_states(market, orders, states):
    """Set what a chain orders and gets in each state; a known share arrives: E = m^2."""
    n = market.chains
    for hit in range(n + 1):
        for j in range(n):
            kept = market.kept if j < hit else 1.0
            orders[j].share = kept
            orders[j].squared_share = kept * kept
        solve_orders(market, orders)
        # the first chain stands for all that are breached, the last for all that are not
        if hit > 0:
            _set_state(market, orders[0], states[hit - 1, 1])
        if hit < n:
            _set_state(market, orders[n - 1], states[hit, 0])


@compiled(folded=True)
def _set_state(market, order, state):
    """Write what a chain gets whose order is solved; welfare without the harm of unmet need.

    That differs by chain: `state_value` takes it off.
    """
    quantity = order.quantity
    delivered = order.share * quantity
    produced = max(market.committed, quantity)
    own = market.demand_slope * delivered
    others = market.cross * (market.total - delivered)
    revenue = delivered * (market.demand_intercept - own - others)
    surplus = 0.5 * delivered * (own + others)
    state.order = quantity
    state.delivery = delivered
    state.surplus = surplus
    state.profit = revenue - market.price * produced
    state.welfare = revenue + surplus - market.supplier_cost * produced


@compiled(folded=True)
def state_value(market, chain, state):
    """Return what a chain adds to a goal in a state."""
    if market.goal != PLANNER:
        return state.profit
    short = max(0.0, chain.essential_need - state.delivery)
    return state.welfare - market.harm_per_unit * short


@compiled(folded=True)
def expected_flexible(game, j):
    """Return what chain ``j`` is expected to add to a goal, but for security costs."""
    market = game.market
    chain = game.chains[j]
    set_odds(market, game.chains, game.odds, j)
    value = 0.0
    for r in range(market.chains):
        whole = state_value(market, chain, game.states[r, 0])
        hit = state_value(market, chain, game.states[r, 1])
        value += game.odds[r].probability * (whole + chain.breach * (hit - whole))
    return value


@compiled(folded=True)
def flexible_slope(game, j, mover):
    """Return the derivative of `expected_flexible` by ``mover``'s z, the costs of breaches too."""
    market = game.market
    chain = game.chains[j]
    set_odds_slopes(market, game.chains, game.odds, j, mover)
    slope = chain.breach_slope * (1.0 if j == mover else market.reach)
    value = -slope * chain.breach_cost
    for r in range(market.chains):
        whole = state_value(market, chain, game.states[r, 0])
        gap = state_value(market, chain, game.states[r, 1]) - whole
        odds = game.odds[r]
        value += odds.slope * (whole + chain.breach * gap) + odds.probability * slope * gap
    return value
