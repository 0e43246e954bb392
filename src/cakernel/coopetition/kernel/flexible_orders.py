"""The flexible contract: orders made once breaches are known, and expectations over breaches.

Price, commitment and loss are common to the chains and orders are unique, so orders depend on a
chain's own breach and on how many rivals are breached, alone: chains + 1 games stand for all 2^n
states, and the number of breached rivals is a sum of independent breaches. That is exact for any
number of chains. None of it depends on investment but the probabilities.
"""

from cakernel.coopetition.kernel.breaches import set_odds, set_tilt
from cakernel.coopetition.kernel.layout import (
    BREACH,
    BREACH_COST,
    COMMITTED,
    CROSS,
    DELIVERY_WHOLE,
    GOAL,
    HARM,
    INTERCEPT,
    KEPT,
    MEAN,
    NEED,
    ODDS,
    ORDER,
    ORDER_WHOLE,
    PLANNER,
    PRICE,
    PROFIT_WHOLE,
    REACH,
    SLOPE,
    SQUARE,
    STEEPNESS,
    SUPPLIER_COST,
    SURPLUS_WHOLE,
    TILT,
    TOTAL,
    WELFARE_WHOLE,
)
from cakernel.coopetition.kernel.orders import solve_orders
from cakernel.jit.compile import compiled


@compiled(folded=True)
def set_tables(common, chain):
    """Set orders, deliveries, profits and welfare of each kind of chain in each kind of state."""
    n = chain.shape[0]
    for hit in range(n + 1):
        for j in range(n):
            kept = common[KEPT] if j < hit else 1.0
            chain[j, MEAN] = kept
            chain[j, SQUARE] = kept * kept
        solve_orders(common, chain)
        # the first chain stands for all that are breached, the last for all that are not
        if hit > 0:
            _set_entry(common, chain, 0, hit - 1, 1)
        if hit < n:
            _set_entry(common, chain, n - 1, hit, 0)


@compiled(folded=True)
def _set_entry(common, chain, j, rivals_hit, own_hit):
    """Write what chain ``j`` gets in the state whose orders are solved."""
    order = chain[j, ORDER]
    delivered = chain[j, MEAN] * order
    total = common[TOTAL]
    produced = max(common[COMMITTED], order)
    own = common[SLOPE] * delivered
    others = common[CROSS] * (total - delivered)
    revenue = delivered * (common[INTERCEPT] - own - others)
    surplus = 0.5 * delivered * (own + others)
    chain[rivals_hit, ORDER_WHOLE + own_hit] = order
    chain[rivals_hit, DELIVERY_WHOLE + own_hit] = delivered
    chain[rivals_hit, SURPLUS_WHOLE + own_hit] = surplus
    chain[rivals_hit, PROFIT_WHOLE + own_hit] = revenue - common[PRICE] * produced
    # all but the harm of unmet need, which differs by chain
    chain[rivals_hit, WELFARE_WHOLE + own_hit] = (
        revenue + surplus - common[SUPPLIER_COST] * produced
    )


@compiled(folded=True)
def entry(common, chain, j, own_hit, rivals_hit):
    """Return what chain ``j`` adds to a goal in a state."""
    if common[GOAL] != PLANNER:
        return chain[rivals_hit, PROFIT_WHOLE + own_hit]
    short = max(0.0, chain[j, NEED] - chain[rivals_hit, DELIVERY_WHOLE + own_hit])
    return chain[rivals_hit, WELFARE_WHOLE + own_hit] - common[HARM] * short


@compiled(folded=True)
def expected_after(common, chain, j):
    """Return what chain ``j`` is expected to add to a goal, but for security costs."""
    set_odds(chain, j)
    breach = chain[j, BREACH]
    value = 0.0
    for r in range(chain.shape[0]):
        whole = entry(common, chain, j, 0, r)
        hit = entry(common, chain, j, 1, r)
        value += chain[r, ODDS] * (whole + breach * (hit - whole))
    return value


@compiled(folded=True)
def change_after(common, chain, j, mover):
    """Return the derivative of `expected_after` by the investment of ``mover``, costs included."""
    set_tilt(common, chain, j, mover)
    breach = chain[j, BREACH]
    steep = chain[j, STEEPNESS] * (1.0 if j == mover else common[REACH])
    value = -steep * chain[j, BREACH_COST]
    for r in range(chain.shape[0]):
        whole = entry(common, chain, j, 0, r)
        gap = entry(common, chain, j, 1, r) - whole
        value += chain[r, TILT] * (whole + breach * gap) + chain[r, ODDS] * steep * gap
    return value
