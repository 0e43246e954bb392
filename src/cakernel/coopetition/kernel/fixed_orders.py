"""Orders made before breaches, fixed or with a minimum: what is expected of them, and derivatives.

Breaches are independent, so expectations are closed forms in m_j, E_j and S for any number of
chains. ``rivals`` is R = S - m o, what a chain's rivals are expected to deliver.
"""

from cakernel.coopetition.kernel.game import PLANNER
from cakernel.coopetition.kernel.orders import solve_orders
from cakernel.jit.compile import compiled


@compiled(folded=True)
def set_fixed_orders(market, chains, orders):
    """Set m_j = 1 - loss B_j, E_j = 1 - B_j (1 - (1 - loss)^2), and the Nash orders."""
    for j in range(market.chains):
        breach = chains[j].breach
        orders[j].share = 1.0 - market.delivery_loss * breach
        orders[j].squared_share = 1.0 - breach * (1.0 - market.kept * market.kept)
    solve_orders(market, orders)


@compiled(folded=True)
def expected_unmet(market, chain, order):
    """Return E max(0, d - q), a chain's essential need that is expected to be unmet."""
    short = max(0.0, chain.essential_need - order.quantity)
    short_when_hit = max(0.0, chain.essential_need - market.kept * order.quantity)
    return short + chain.breach * (short_when_hit - short)


@compiled(folded=True)
def expected_surplus(market, order):
    """Return b (E o^2 + gamma m o R) / 2, a chain's part of the expected consumer surplus."""
    delivered = order.share * order.quantity
    own = market.demand_slope * order.squared_share * order.quantity * order.quantity
    return 0.5 * (own + market.cross * delivered * (market.total - delivered))


@compiled(folded=True)
def expected_fixed(market, chain, order):
    """Return what a chain is expected to add to the goal, but for security costs.

    That is E[p q] = m o (a - b gamma R) - b E o^2 less the payment c max(C, o); for a planner, the
    consumer surplus and the harm of unmet need count too, and production costs c_s a unit.
    """
    quantity = order.quantity
    delivered = order.share * quantity
    rivals = market.total - delivered
    value = delivered * (market.demand_intercept - market.cross * rivals)
    value -= market.demand_slope * order.squared_share * quantity * quantity
    produced = max(market.committed, quantity)
    if market.goal != PLANNER:
        return value - market.price * produced
    harm = market.harm_per_unit * expected_unmet(market, chain, order)
    return value + expected_surplus(market, order) - market.supplier_cost * produced - harm


@compiled(folded=True)
def set_order_derivatives(market, orders):
    """Set how o_j shifts with B_j at the same S, and how S follows B_j.

    An order that moves with S is (m (a - b gamma S) - c or 0) / D; dm/dB = -loss.
    """
    loss = market.delivery_loss
    lost_square = 1.0 - market.kept * market.kept
    margin = market.demand_intercept - market.cross * market.total
    for j in range(market.chains):
        share = orders[j].share
        lost = lost_square - market.substitutability * share * loss
        width_change = -2.0 * market.demand_slope * lost
        shift = -loss * margin - orders[j].quantity * width_change
        orders[j].shift = orders[j].moves * shift * orders[j].inverse
        # of the chain's own delivery at the same S, then of S
        own = share * orders[j].shift - loss * orders[j].quantity
        orders[j].pull = own / market.response


@compiled(folded=True)
def fixed_slope(market, chains, orders, j):
    """Return the derivative of a chain's profit by its own investment, before what that costs.

    The chain's own order is at its optimum or held, so that only B_j itself and rivals' deliveries
    count: dB_j/dz_j (what B_j does at given orders) - b gamma m o dR/dz_j.
    """
    order = orders[j]
    delivered = order.share * order.quantity
    rivals = market.total - delivered
    total_change = 0.0
    for k in range(market.chains):
        reached = 1.0 if k == j else market.reach
        total_change += reached * chains[k].breach_slope * orders[k].pull
    responds = order.moves * market.cross * order.share * order.inverse
    own_change = market.response * order.pull * chains[j].breach_slope
    rivals_change = total_change * (1.0 + order.share * responds) - own_change
    breach_worth = _breach_worth(market, order, rivals) - chains[j].breach_cost
    return chains[j].breach_slope * breach_worth - market.cross * delivered * rivals_change


@compiled(folded=True)
def set_breach_gradient(market, chains, orders):
    """Set the derivatives of a common goal by each chain's breach probability, costs included."""
    # what one more unit of S is worth by the moves of all orders
    by_total = 0.0
    for i in range(market.chains):
        share = orders[i].share
        responds = orders[i].moves * market.cross * share * orders[i].inverse
        if market.goal == PLANNER:
            by_total -= _order_worth(market, chains[i], orders[i]) * responds
        else:
            by_total -= market.cross * share * orders[i].quantity * (1.0 + share * responds)
    for k in range(market.chains):
        order = orders[k]
        delivered = order.share * order.quantity
        worth = by_total * order.pull - chains[k].breach_cost
        worth += _breach_worth(market, order, market.total - delivered)
        if market.goal == PLANNER:
            worth -= 0.5 * _square_worth(market, order)
            worth += _order_worth(market, chains[k], order) * order.shift
            need = chains[k].essential_need
            short = max(0.0, need - order.quantity)
            short_when_hit = max(0.0, need - market.kept * order.quantity)
            worth -= market.harm_per_unit * (short_when_hit - short)
        else:
            worth += market.cross * delivered * market.response * order.pull
        chains[k].gradient = worth


@compiled(folded=True)
def _square_worth(market, order):
    """Return the derivative of - b E o^2 by B."""
    lost_square = 1.0 - market.kept * market.kept
    return market.demand_slope * lost_square * order.quantity * order.quantity


@compiled(folded=True)
def _breach_worth(market, order, rivals):
    """Return the derivative of a chain's revenue by its own B at given orders."""
    price = market.demand_intercept - market.cross * rivals
    lost = market.delivery_loss * order.quantity * price
    return _square_worth(market, order) - lost


@compiled(folded=True)
def _order_worth(market, chain, order):
    """Return the derivative of welfare by a chain's order."""
    quantity = order.quantity
    share = order.share
    rivals = market.total - share * quantity
    worth = share * (market.demand_intercept - market.cross * rivals)
    worth -= market.demand_slope * order.squared_share * quantity
    if quantity > market.committed:
        worth -= market.supplier_cost
    if quantity < chain.essential_need:
        worth += market.harm_per_unit * (1.0 - chain.breach)
    if market.kept * quantity < chain.essential_need:
        worth += market.harm_per_unit * chain.breach * market.kept
    return worth
