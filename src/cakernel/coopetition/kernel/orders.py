"""Nash orders under any of the contracts, by an active set.

A chain that orders o expects to deliver m o, and E o^2 in square. Its payoff is concave in o, and
rivals enter by S, the expected delivery of all, alone: with D = b (2 E - gamma m^2) its order is
(m (a - b gamma S) - c) / D above its commitment, m (a - b gamma S) / D below it, the commitment
itself, or 0. The sum of m o(S) falls in S, so the S that reproduces itself is unique; it is
piecewise linear, so Newton's method on S, held in a bracket, ends at the exact S.
"""

from cakernel.coopetition.kernel.layout import (
    BREACH,
    COMMITTED,
    CROSS,
    INTERCEPT,
    INVERSE,
    KEPT,
    LOSS,
    MEAN,
    MOVES,
    ORDER,
    PRICE,
    RESPONSE,
    RIVALRY,
    SLOPE,
    SQUARE,
    TOTAL,
)
from cakernel.jit.compile import compiled

MOST_STEPS = 100
CLOSE = 4e-16


@compiled(folded=True)
def set_moments(common, chain):
    """Set m_j and E_j of orders that are made before breaches."""
    kept = common[KEPT]
    for j in range(chain.shape[0]):
        breach = chain[j, BREACH]
        chain[j, MEAN] = 1.0 - common[LOSS] * breach
        chain[j, SQUARE] = 1.0 - breach * (1.0 - kept * kept)


@compiled
def solve_orders(common, chain):
    """Set the orders that are best responses to each other, from m_j and E_j."""
    n = chain.shape[0]
    intercept = common[INTERCEPT]
    price = common[PRICE]
    committed = common[COMMITTED]
    cross = common[CROSS]
    for j in range(n):
        mean = chain[j, MEAN]
        width = common[SLOPE] * (2.0 * chain[j, SQUARE] - common[RIVALRY] * mean * mean)
        # nothing arrives whatever is ordered: no order
        chain[j, INVERSE] = 1.0 / width if width > 0.0 else 0.0
    total = 0.0
    lower = 0.0
    upper = -1.0
    response = 1.0
    for _ in range(MOST_STEPS):
        margin = intercept - cross * total
        constant = 0.0
        response = 1.0
        for j in range(n):
            mean = chain[j, MEAN]
            inverse = chain[j, INVERSE]
            free = mean * margin * inverse
            bought = free - price * inverse
            chain[j, MOVES] = 1.0
            if bought > committed:
                chain[j, ORDER] = bought
                constant += mean * (mean * intercept - price) * inverse
                response += cross * mean * mean * inverse
            elif free > 0.0 and free < committed:
                chain[j, ORDER] = free
                constant += mean * mean * intercept * inverse
                response += cross * mean * mean * inverse
            else:
                chain[j, ORDER] = committed if free > 0.0 else 0.0
                chain[j, MOVES] = 0.0
                constant += mean * chain[j, ORDER]
        following = constant / response
        if abs(following - total) <= CLOSE * abs(total):
            break
        if following > total:
            lower = total
        else:
            upper = total
        # the ends themselves are known to be no answer
        if following <= lower or (upper >= 0.0 and following >= upper):
            following = 0.5 * (lower + upper)
        total = following
    common[TOTAL] = total
    common[RESPONSE] = response
