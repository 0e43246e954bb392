"""What is maximised, as a function of all investments: a chain's profit, their sum, or welfare."""

from cakernel.coopetition.kernel.breaches import set_breaches
from cakernel.coopetition.kernel.fixed_orders import (
    expected_fixed,
    fixed_slope,
    set_breach_gradient,
    set_fixed_orders,
    set_order_derivatives,
)
from cakernel.coopetition.kernel.flexible_orders import expected_flexible, flexible_slope
from cakernel.coopetition.kernel.game import FLEXIBLE, NASH, PLANNER
from cakernel.jit.compile import compiled


@compiled(folded=True)
def paid_share(market):
    """Return the share of an investment that counts: all for a planner, subsidies are transfers."""
    return 1.0 if market.goal == PLANNER else 1.0 - market.subsidy_rate


@compiled(linked=True)
def set_breaches_and_orders(game):
    """Set breach probabilities and, where they are made before breaches, the orders."""
    set_breaches(game.market, game.chains)
    if game.market.contract != FLEXIBLE:
        set_fixed_orders(game.market, game.chains, game.orders)


@compiled(linked=True)
def payoff(game, j):
    """Return the profit of chain ``j`` (Nash), all profits (joint) or welfare (planner).

    Profit is E[p q - payment] - (1 - sigma) z - kappa theta^2 - L B.
    """
    set_breaches_and_orders(game)
    return payoff_from_orders(game, j)


@compiled(linked=True)
def payoff_from_orders(game, j):
    """Return `payoff` where breach probabilities and orders are set already."""
    market = game.market
    alone = market.goal == NASH
    flexible = market.contract == FLEXIBLE
    paid = paid_share(market)
    sharing = market.sharing_level
    value = 0.0
    for i in range(j if alone else 0, j + 1 if alone else market.chains):
        chain = game.chains[i]
        if flexible:
            value += expected_flexible(game, i)
        else:
            value += expected_fixed(market, chain, game.orders[i])
        value -= paid * chain.investment + chain.breach_cost * chain.breach
        value -= market.disclosure_cost * sharing * sharing
    return value


@compiled(linked=True)
def set_gradient(game, first, last):
    """Set the derivatives by the investments ``first`` to ``last`` - 1, each chain's own (Nash).

    Where a payoff has a kink it is that of one side.
    """
    market = game.market
    chains = game.chains
    n = market.chains
    alone = market.goal == NASH
    paid = paid_share(market)
    set_breaches_and_orders(game)
    if market.contract == FLEXIBLE:
        for k in range(first, last):
            value = -paid
            for i in range(k if alone else 0, k + 1 if alone else n):
                value += flexible_slope(game, i, k)
            chains[k].gradient = value
        return
    set_order_derivatives(market, game.orders)
    if alone:
        for k in range(first, last):
            chains[k].gradient = fixed_slope(market, chains, game.orders, k) - paid
        return
    # a chain's B follows its own Z: by z_k it is the own part, by a rival's z theta lambda of it
    set_breach_gradient(market, chains, game.orders)
    shared = 0.0
    for k in range(n):
        chains[k].gradient *= chains[k].breach_slope
        shared += chains[k].gradient
    for k in range(n):
        chains[k].gradient += market.reach * (shared - chains[k].gradient) - paid
