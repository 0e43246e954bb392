"""Payoffs of orders made before breaches, fixed or with a minimum, and their derivatives.

Breaches are independent, so expectations are closed forms in m_j, E_j and S for any number of chains.
"""

from cakernel.kernel.ctip.layout import (
    BREACH,
    BREACH_COST,
    COMMITTED,
    CROSS,
    GRADIENT,
    HARM,
    INTERCEPT,
    INVERSE,
    KEPT,
    LOSS,
    MEAN,
    MOVES,
    NEED,
    ORDER,
    PLANNER,
    PRICE,
    PULL,
    REACH,
    RESPONSE,
    RIVALRY,
    SHIFT,
    SLOPE,
    SQUARE,
    STEEPNESS,
    SUPPLIER_COST,
    TOTAL,
)
from cakernel.kernel.jit import compiled


@compiled
def profit_before(common, chain, j):
    """Return the expected revenue less payment of a chain."""
    order = chain[ORDER, j]
    delivered = chain[MEAN, j] * order
    return (
        delivered * (common[INTERCEPT] - common[CROSS] * (common[TOTAL] - delivered))
        - common[SLOPE] * chain[SQUARE, j] * order * order
        - common[PRICE] * max(common[COMMITTED], order)
    )


@compiled
def unmet_before(common, chain, j):
    """Return the essential need of a chain that is expected to be unmet."""
    short = max(0.0, chain[NEED, j] - chain[ORDER, j])
    short_when_hit = max(0.0, chain[NEED, j] - common[KEPT] * chain[ORDER, j])
    return short + chain[BREACH, j] * (short_when_hit - short)


@compiled
def surplus_before(common, chain):
    """Return the expected consumer surplus."""
    total = common[TOTAL]
    own = 0.0
    for j in range(chain.shape[1]):
        order = chain[ORDER, j]
        delivered = chain[MEAN, j] * order
        own += common[SLOPE] * chain[SQUARE, j] * order * order - common[CROSS] * (
            delivered * delivered
        )
    return 0.5 * (own + common[CROSS] * total * total)


@compiled
def welfare_before(common, chain):
    """Return consumer surplus, revenue, costs of production and harm: welfare but for security."""
    welfare = surplus_before(common, chain)
    for j in range(chain.shape[1]):
        produced = max(common[COMMITTED], chain[ORDER, j])
        welfare += profit_before(common, chain, j) + common[PRICE] * produced
        welfare -= common[SUPPLIER_COST] * produced + common[HARM] * unmet_before(common, chain, j)
    return welfare


@compiled
def set_order_derivatives(common, chain):
    """Set how o_j shifts with B_j at the same S, and how S follows B_j."""
    loss = common[LOSS]
    lost_square = 1.0 - common[KEPT] * common[KEPT]
    margin = common[INTERCEPT] - common[CROSS] * common[TOTAL]
    for j in range(chain.shape[1]):
        mean = chain[MEAN, j]
        width_change = -2.0 * common[SLOPE] * (lost_square - common[RIVALRY] * mean * loss)
        shift = -loss * margin - chain[ORDER, j] * width_change
        chain[SHIFT, j] = chain[MOVES, j] * shift * chain[INVERSE, j]
        # of the chain's own delivery at the same S, then of S
        own = mean * chain[SHIFT, j] - loss * chain[ORDER, j]
        chain[PULL, j] = own / common[RESPONSE]


@compiled
def own_slope_before(common, chain, j):
    """Return the derivative of a chain's profit by its own investment, security costs included.

    The chain's own order is at its optimum or held, so that only rivals' orders count.
    """
    cross = common[CROSS]
    order = chain[ORDER, j]
    delivered = chain[MEAN, j] * order
    rivals = common[TOTAL] - delivered
    total_change = 0.0
    for k in range(chain.shape[1]):
        reached = 1.0 if k == j else common[REACH]
        total_change += reached * chain[STEEPNESS, k] * chain[PULL, k]
    responds = chain[MOVES, j] * cross * chain[MEAN, j] * chain[INVERSE, j]
    own_change = common[RESPONSE] * chain[PULL, j] * chain[STEEPNESS, j]
    rivals_change = total_change * (1.0 + chain[MEAN, j] * responds) - own_change
    return (
        chain[STEEPNESS, j] * (_breach_worth(common, chain, j, rivals) - chain[BREACH_COST, j])
        - cross * delivered * rivals_change
    )


@compiled
def set_breach_gradient(common, chain, goal):
    """Set the derivatives of a common goal by each chain's breach probability, costs included."""
    n = chain.shape[1]
    cross = common[CROSS]
    # what one more unit of S is worth by the moves of all orders
    by_total = 0.0
    for i in range(n):
        mean = chain[MEAN, i]
        responds = chain[MOVES, i] * cross * mean * chain[INVERSE, i]
        if goal == PLANNER:
            by_total -= _order_worth(common, chain, i) * responds
        else:
            by_total -= cross * mean * chain[ORDER, i] * (1.0 + mean * responds)
    for k in range(n):
        order = chain[ORDER, k]
        delivered = chain[MEAN, k] * order
        worth = by_total * chain[PULL, k] - chain[BREACH_COST, k]
        worth += _breach_worth(common, chain, k, common[TOTAL] - delivered)
        if goal == PLANNER:
            worth -= 0.5 * _square_worth(common, order)
            worth += _order_worth(common, chain, k) * chain[SHIFT, k]
            short = max(0.0, chain[NEED, k] - order)
            short_when_hit = max(0.0, chain[NEED, k] - common[KEPT] * order)
            worth -= common[HARM] * (short_when_hit - short)
        else:
            worth += cross * delivered * common[RESPONSE] * chain[PULL, k]
        chain[GRADIENT, k] = worth


@compiled
def _square_worth(common, order):
    """Return the derivative of - b E o^2 by B."""
    return common[SLOPE] * (1.0 - common[KEPT] * common[KEPT]) * order * order


@compiled
def _breach_worth(common, chain, j, rivals):
    """Return the derivative of a chain's revenue by its own B at given orders."""
    order = chain[ORDER, j]
    lost = common[LOSS] * order * (common[INTERCEPT] - common[CROSS] * rivals)
    return _square_worth(common, order) - lost


@compiled
def _order_worth(common, chain, j):
    """Return the derivative of welfare by a chain's order."""
    order = chain[ORDER, j]
    mean = chain[MEAN, j]
    worth = mean * (common[INTERCEPT] - common[CROSS] * (common[TOTAL] - mean * order))
    worth -= common[SLOPE] * chain[SQUARE, j] * order
    if order > common[COMMITTED]:
        worth -= common[SUPPLIER_COST]
    if order < chain[NEED, j]:
        worth += common[HARM] * (1.0 - chain[BREACH, j])
    if common[KEPT] * order < chain[NEED, j]:
        worth += common[HARM] * chain[BREACH, j] * common[KEPT]
    return worth
