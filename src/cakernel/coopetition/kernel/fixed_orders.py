"""Payoffs of orders made before breaches, fixed or with a minimum, and their derivatives.

Breaches are independent, so expectations are closed forms in m_j, E_j and S for any number of
chains.
"""

from cakernel.coopetition.kernel.layout import (
    BREACH,
    BREACH_COST,
    COMMITTED,
    CROSS,
    GOAL,
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
from cakernel.jit.compile import compiled


@compiled(folded=True)
def unmet_before(common, chain, j):
    """Return the essential need of a chain that is expected to be unmet."""
    short = max(0.0, chain[j, NEED] - chain[j, ORDER])
    short_when_hit = max(0.0, chain[j, NEED] - common[KEPT] * chain[j, ORDER])
    return short + chain[j, BREACH] * (short_when_hit - short)


@compiled(folded=True)
def surplus_before(common, chain, j):
    """Return a chain's part of the expected consumer surplus."""
    order = chain[j, ORDER]
    delivered = chain[j, MEAN] * order
    own = common[SLOPE] * chain[j, SQUARE] * order * order
    return 0.5 * (own + common[CROSS] * delivered * (common[TOTAL] - delivered))


@compiled(folded=True)
def expected_before(common, chain, j):
    """Return what a chain is expected to add to the goal, but for security costs."""
    order = chain[j, ORDER]
    delivered = chain[j, MEAN] * order
    rivals = common[TOTAL] - delivered
    value = delivered * (common[INTERCEPT] - common[CROSS] * rivals)
    value -= common[SLOPE] * chain[j, SQUARE] * order * order
    produced = max(common[COMMITTED], order)
    if common[GOAL] != PLANNER:
        return value - common[PRICE] * produced
    harm = common[HARM] * unmet_before(common, chain, j)
    return value + surplus_before(common, chain, j) - common[SUPPLIER_COST] * produced - harm


@compiled(folded=True)
def set_order_derivatives(common, chain):
    """Set how o_j shifts with B_j at the same S, and how S follows B_j."""
    loss = common[LOSS]
    lost_square = 1.0 - common[KEPT] * common[KEPT]
    margin = common[INTERCEPT] - common[CROSS] * common[TOTAL]
    for j in range(chain.shape[0]):
        mean = chain[j, MEAN]
        width_change = -2.0 * common[SLOPE] * (lost_square - common[RIVALRY] * mean * loss)
        shift = -loss * margin - chain[j, ORDER] * width_change
        chain[j, SHIFT] = chain[j, MOVES] * shift * chain[j, INVERSE]
        # of the chain's own delivery at the same S, then of S
        own = mean * chain[j, SHIFT] - loss * chain[j, ORDER]
        chain[j, PULL] = own / common[RESPONSE]


@compiled(folded=True)
def own_slope_before(common, chain, j):
    """Return the derivative of a chain's profit by its own investment, security costs included.

    The chain's own order is at its optimum or held, so that only rivals' orders count.
    """
    cross = common[CROSS]
    order = chain[j, ORDER]
    delivered = chain[j, MEAN] * order
    rivals = common[TOTAL] - delivered
    total_change = 0.0
    for k in range(chain.shape[0]):
        reached = 1.0 if k == j else common[REACH]
        total_change += reached * chain[k, STEEPNESS] * chain[k, PULL]
    responds = chain[j, MOVES] * cross * chain[j, MEAN] * chain[j, INVERSE]
    own_change = common[RESPONSE] * chain[j, PULL] * chain[j, STEEPNESS]
    rivals_change = total_change * (1.0 + chain[j, MEAN] * responds) - own_change
    return (
        chain[j, STEEPNESS] * (_breach_worth(common, chain, j, rivals) - chain[j, BREACH_COST])
        - cross * delivered * rivals_change
    )


@compiled(folded=True)
def set_breach_gradient(common, chain):
    """Set the derivatives of a common goal by each chain's breach probability, costs included."""
    n = chain.shape[0]
    cross = common[CROSS]
    # what one more unit of S is worth by the moves of all orders
    by_total = 0.0
    for i in range(n):
        mean = chain[i, MEAN]
        responds = chain[i, MOVES] * cross * mean * chain[i, INVERSE]
        if common[GOAL] == PLANNER:
            by_total -= _order_worth(common, chain, i) * responds
        else:
            by_total -= cross * mean * chain[i, ORDER] * (1.0 + mean * responds)
    for k in range(n):
        order = chain[k, ORDER]
        delivered = chain[k, MEAN] * order
        worth = by_total * chain[k, PULL] - chain[k, BREACH_COST]
        worth += _breach_worth(common, chain, k, common[TOTAL] - delivered)
        if common[GOAL] == PLANNER:
            worth -= 0.5 * _square_worth(common, order)
            worth += _order_worth(common, chain, k) * chain[k, SHIFT]
            short = max(0.0, chain[k, NEED] - order)
            short_when_hit = max(0.0, chain[k, NEED] - common[KEPT] * order)
            worth -= common[HARM] * (short_when_hit - short)
        else:
            worth += cross * delivered * common[RESPONSE] * chain[k, PULL]
        chain[k, GRADIENT] = worth


@compiled(folded=True)
def _square_worth(common, order):
    """Return the derivative of - b E o^2 by B."""
    return common[SLOPE] * (1.0 - common[KEPT] * common[KEPT]) * order * order


@compiled(folded=True)
def _breach_worth(common, chain, j, rivals):
    """Return the derivative of a chain's revenue by its own B at given orders."""
    order = chain[j, ORDER]
    lost = common[LOSS] * order * (common[INTERCEPT] - common[CROSS] * rivals)
    return _square_worth(common, order) - lost


@compiled(folded=True)
def _order_worth(common, chain, j):
    """Return the derivative of welfare by a chain's order."""
    order = chain[j, ORDER]
    mean = chain[j, MEAN]
    worth = mean * (common[INTERCEPT] - common[CROSS] * (common[TOTAL] - mean * order))
    worth -= common[SLOPE] * chain[j, SQUARE] * order
    if order > common[COMMITTED]:
        worth -= common[SUPPLIER_COST]
    if order < chain[j, NEED]:
        worth += common[HARM] * (1.0 - chain[j, BREACH])
    if common[KEPT] * order < chain[j, NEED]:
        worth += common[HARM] * chain[j, BREACH] * common[KEPT]
    return worth
