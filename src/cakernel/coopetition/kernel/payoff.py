"""What is maximised, as a function of all investments: a chain's profit, their sum, or welfare."""

from cakernel.coopetition.kernel.breaches import set_breaches
from cakernel.coopetition.kernel.fixed_orders import (
    expected_before,
    own_slope_before,
    set_breach_gradient,
    set_order_derivatives,
)
from cakernel.coopetition.kernel.flexible_orders import change_after, expected_after
from cakernel.coopetition.kernel.layout import (
    BREACH,
    BREACH_COST,
    CONTRACT,
    DISCLOSURE,
    FLEXIBLE,
    GOAL,
    GRADIENT,
    INVESTMENT,
    NASH,
    PLANNER,
    REACH,
    SHARING,
    STEEPNESS,
    SUBSIDY,
)
from cakernel.coopetition.kernel.orders import set_moments, solve_orders
from cakernel.jit.compile import compiled


@compiled
def set_state(common, chain):
    """Set breach probabilities and, where they are made before breaches, the orders."""
    set_breaches(common, chain)
    if common[CONTRACT] != FLEXIBLE:
        set_moments(common, chain)
        solve_orders(common, chain)


@compiled
def payoff(common, chain, j):
    """Return the profit of chain ``j`` (Nash), all profits (joint) or welfare (planner)."""
    set_state(common, chain)
    return payoff_here(common, chain, j)


@compiled
def payoff_here(common, chain, j):
    """Return `payoff` where the state is set already."""
    alone = common[GOAL] == NASH
    flexible = common[CONTRACT] == FLEXIBLE
    paid = 1.0 if common[GOAL] == PLANNER else 1.0 - common[SUBSIDY]
    sharing = common[SHARING]
    value = 0.0
    for i in range(j if alone else 0, j + 1 if alone else chain.shape[0]):
        value += expected_after(common, chain, i) if flexible else expected_before(common, chain, i)
        value -= paid * chain[i, INVESTMENT] + chain[i, BREACH_COST] * chain[i, BREACH]
        value -= common[DISCLOSURE] * sharing * sharing
    return value


@compiled
def set_gradient(common, chain, first, last):
    """Set the derivatives by the investments ``first`` to ``last`` - 1, each chain's own (Nash).

    Where a payoff has a kink it is that of one side.
    """
    n = chain.shape[0]
    alone = common[GOAL] == NASH
    paid = 1.0 if common[GOAL] == PLANNER else 1.0 - common[SUBSIDY]
    set_state(common, chain)
    if common[CONTRACT] == FLEXIBLE:
        for k in range(first, last):
            value = -paid
            for i in range(k if alone else 0, k + 1 if alone else n):
                value += change_after(common, chain, i, k)
            chain[k, GRADIENT] = value
        return
    set_order_derivatives(common, chain)
    if alone:
        for k in range(first, last):
            chain[k, GRADIENT] = own_slope_before(common, chain, k) - paid
        return
    set_breach_gradient(common, chain)
    shared = 0.0
    for k in range(n):
        chain[k, GRADIENT] *= chain[k, STEEPNESS]
        shared += chain[k, GRADIENT]
    for k in range(n):
        chain[k, GRADIENT] += common[REACH] * (shared - chain[k, GRADIENT]) - paid
