"""The flexible contract: orders made once breaches are known, and expectations over breaches.

Price, commitment and loss are common to the chains and orders are unique, so orders depend on a
chain's own breach and on how many rivals are breached, alone: chains + 1 games stand for all 2^n
states, and the number of breached rivals has the distribution of a sum of independent breaches. That
is exact for any number of chains. None of it depends on investment but the probabilities.
"""

from cakernel.kernel.ctip.breaches import set_odds, set_tilt
from cakernel.kernel.ctip.layout import (
    BREACH,
    BREACH_COST,
    COMMITTED,
    CROSS,
    DELIVERY_HIT,
    DELIVERY_WHOLE,
    HARM,
    INTERCEPT,
    KEPT,
    MEAN,
    NEED,
    ODDS,
    ORDER,
    ORDER_HIT,
    ORDER_WHOLE,
    PLANNER,
    PRICE,
    PROFIT_HIT,
    PROFIT_WHOLE,
    REACH,
    SLOPE,
    SQUARE,
    STEEPNESS,
    SUPPLIER_COST,
    TILT,
    TOTAL,
    WELFARE_HIT,
    WELFARE_WHOLE,
)
from cakernel.kernel.ctip.orders import solve_orders
from cakernel.kernel.jit import compiled


@compiled
def set_tables(common, chain):
    """Set orders, deliveries, profits and welfare of each kind of chain in each kind of state."""
    n = chain.shape[1]
    for hit in range(n + 1):
        for j in range(n):
            kept = common[KEPT] if j < hit else 1.0
            chain[MEAN, j] = kept
            chain[SQUARE, j] = kept * kept
        solve_orders(common, chain)
        # the first chain stands for all that are breached, the last for all that are not
        if hit > 0:
            _set_entry(common, chain, 0, hit - 1, 1)
        if hit < n:
            _set_entry(common, chain, n - 1, hit, 0)


@compiled
def _set_entry(common, chain, j, rivals_hit, own_hit):
    """Write what chain ``j`` gets in the state whose orders are solved."""
    order = chain[ORDER, j]
    delivered = chain[MEAN, j] * order
    total = common[TOTAL]
    produced = max(common[COMMITTED], order)
    own = common[SLOPE] * delivered
    others = common[CROSS] * (total - delivered)
    revenue = delivered * (common[INTERCEPT] - own - others)
    surplus = 0.5 * delivered * (own + others)
    chain[ORDER_WHOLE + own_hit, rivals_hit] = order
    chain[DELIVERY_WHOLE + own_hit, rivals_hit] = delivered
    chain[PROFIT_WHOLE + own_hit, rivals_hit] = revenue - common[PRICE] * produced
    # all but the harm of unmet need, which differs by chain
    chain[WELFARE_WHOLE + own_hit, rivals_hit] = (
        revenue + surplus - common[SUPPLIER_COST] * produced
    )


@compiled
def entry(common, chain, goal, j, own_hit, rivals_hit):
    """Return what chain ``j`` adds to a goal in a state."""
    if goal != PLANNER:
        return chain[PROFIT_WHOLE + own_hit, rivals_hit]
    short = max(0.0, chain[NEED, j] - chain[DELIVERY_WHOLE + own_hit, rivals_hit])
    return chain[WELFARE_WHOLE + own_hit, rivals_hit] - common[HARM] * short


@compiled
def expected_after(common, chain, goal, j):
    """Return what chain ``j`` is expected to add to a goal, but for security costs."""
    set_odds(chain, j)
    breach = chain[BREACH, j]
    value = 0.0
    for r in range(chain.shape[1]):
        whole = entry(common, chain, goal, j, 0, r)
        hit = entry(common, chain, goal, j, 1, r)
        value += chain[ODDS, r] * (whole + breach * (hit - whole))
    return value


@compiled
def change_after(common, chain, goal, j, mover):
    """Return the derivative of `expected_after` by the investment of ``mover``, costs included."""
    set_tilt(common, chain, j, mover)
    breach = chain[BREACH, j]
    steep = chain[STEEPNESS, j] * (1.0 if j == mover else common[REACH])
    value = -steep * chain[BREACH_COST, j]
    for r in range(chain.shape[1]):
        whole = entry(common, chain, goal, j, 0, r)
        gap = entry(common, chain, goal, j, 1, r) - whole
        value += chain[TILT, r] * (whole + breach * gap) + chain[ODDS, r] * steep * gap
    return value
