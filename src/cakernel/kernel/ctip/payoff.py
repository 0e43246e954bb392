"""What is maximised, as a function of all investments: a chain's profit, their sum, or welfare."""

from cakernel.kernel.ctip.after import change_after, expected_after
from cakernel.kernel.ctip.before import (
    own_slope_before,
    profit_before,
    set_breach_gradient,
    set_order_derivatives,
    welfare_before,
)
from cakernel.kernel.ctip.breaches import set_breaches
from cakernel.kernel.ctip.layout import (
    BREACH,
    BREACH_COST,
    CONTRACT,
    DISCLOSURE,
    FLEXIBLE,
    GRADIENT,
    INVESTMENT,
    NASH,
    PLANNER,
    REACH,
    SHARING,
    STEEPNESS,
    SUBSIDY,
)
from cakernel.kernel.ctip.orders import set_moments, solve_orders
from cakernel.kernel.jit import compiled


@compiled
def set_state(common, chain):
    """Set breach probabilities and, where they are made before breaches, the orders."""
    set_breaches(common, chain)
    if common[CONTRACT] != FLEXIBLE:
        set_moments(common, chain)
        solve_orders(common, chain)


@compiled
def security_cost(common, chain, goal, j):
    """Return investment, disclosure and expected breach costs of a chain."""
    paid = 1.0 if goal == PLANNER else 1.0 - common[SUBSIDY]
    sharing = common[SHARING]
    return (
        paid * chain[INVESTMENT, j]
        + common[DISCLOSURE] * sharing * sharing
        + chain[BREACH_COST, j] * chain[BREACH, j]
    )


@compiled
def payoff(common, chain, goal, j):
    """Return the profit of chain ``j`` (Nash), all profits (joint) or welfare (planner)."""
    set_state(common, chain)
    flexible = common[CONTRACT] == FLEXIBLE
    first = j if goal == NASH else 0
    last = j + 1 if goal == NASH else chain.shape[1]
    value = 0.0
    if goal == PLANNER and not flexible:
        value = welfare_before(common, chain)
    for i in range(first, last):
        if flexible:
            value += expected_after(common, chain, goal, i)
        elif goal != PLANNER:
            value += profit_before(common, chain, i)
        value -= security_cost(common, chain, goal, i)
    return value


@compiled
def set_gradient(common, chain, goal, first, last):
    """Set the derivatives by the investments ``first`` to ``last`` - 1, each chain's own (Nash).

    Where a payoff has a kink it is that of one side.
    """
    n = chain.shape[1]
    reach = common[REACH]
    paid = 1.0 if goal == PLANNER else 1.0 - common[SUBSIDY]
    set_state(common, chain)
    if common[CONTRACT] == FLEXIBLE:
        for k in range(first, last):
            value = -paid
            for i in range(n):
                if goal != NASH or i == k:
                    value += change_after(common, chain, goal, i, k)
            chain[GRADIENT, k] = value
        return
    set_order_derivatives(common, chain)
    if goal == NASH:
        for k in range(first, last):
            chain[GRADIENT, k] = own_slope_before(common, chain, k) - paid
        return
    set_breach_gradient(common, chain, goal)
    shared = 0.0
    for k in range(n):
        chain[GRADIENT, k] *= chain[STEEPNESS, k]
        shared += chain[GRADIENT, k]
    for k in range(n):
        chain[GRADIENT, k] += reach * (shared - chain[GRADIENT, k]) - paid
