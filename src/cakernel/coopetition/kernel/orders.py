"""Nash orders under any of the contracts, by an active set.

A chain that orders o expects to deliver m o, and E o^2 in square. Demand p_j = a - b (q_j + gamma
(rivals' q)) (Singh and Vives 1984, doi 10.2307/2555525) makes its payoff

    m o (a - b gamma (S - m o)) - b E o^2 - c max(C, o),

concave in o, and rivals enter by S, the expected delivery of all, alone: with D = b (2 E - gamma
m^2) its order is (m (a - b gamma S) - c) / D above its commitment C, m (a - b gamma S) / D below
it, C itself, or 0. The sum of m o(S) falls in S, so the S that reproduces itself is unique; it is
piecewise linear, so Newton's method on S, held in a bracket, ends at the exact S.
"""

from cakernel.jit.compile import compiled

MOST_STEPS = 100
CLOSE = 4e-16


@compiled(linked=True)
def solve_orders(market, orders):
    """Set the orders that are best responses to each other, from m_j and E_j."""
    n = market.chains
    intercept = market.demand_intercept
    price = market.price
    committed = market.committed
    cross = market.cross
    for j in range(n):
        share = orders[j].share
        spread = 2.0 * orders[j].squared_share - market.substitutability * share * share
        width = market.demand_slope * spread
        # nothing arrives whatever is ordered: no order
        orders[j].inverse = 1.0 / width if width > 0.0 else 0.0
    total = 0.0
    lower = 0.0
    upper = -1.0
    response = 1.0
    for _ in range(MOST_STEPS):
        margin = intercept - cross * total
        constant = 0.0
        response = 1.0
        for j in range(n):
            share = orders[j].share
            inverse = orders[j].inverse
            free = share * margin * inverse
            bought = free - price * inverse
            orders[j].moves = 1.0
            if bought > committed:
                orders[j].quantity = bought
                constant += share * (share * intercept - price) * inverse
                response += cross * share * share * inverse
            elif free > 0.0 and free < committed:
                orders[j].quantity = free
                constant += share * share * intercept * inverse
                response += cross * share * share * inverse
            else:
                orders[j].quantity = committed if free > 0.0 else 0.0
                orders[j].moves = 0.0
                constant += share * orders[j].quantity
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
    market.total = total
    market.response = response
