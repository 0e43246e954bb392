"""One chain's best investment, rivals' given: the whole interval on a grid, then the derivative.

Payoffs need not be concave, so every peak of the grid counts. Its steps are even in the position
log(1 + alpha z): dense where breach probabilities move. The interval ends where an investment costs
more than breaches can.
"""

import math

import numpy as np

from cakernel.coopetition.kernel.game import COARSE, FIXED, FLEXIBLE, NASH, PLANNER, WIDTH, ZERO
from cakernel.coopetition.kernel.payoff_lanes import set_lane_payoffs
from cakernel.coopetition.kernel.payoffs import paid_share, payoff_from_orders, set_gradient
from cakernel.jit.compile import compiled

# derivative in units of the scale of payoffs, and width of bracket, at which a search ends
FLAT, NARROW = 1e-15, 1e-13
# payoffs in units of their scale that rounding may make differ
EQUAL = 1e-13
MOST_STEPS = 120
# how a best response is found
INTERPOLATED, CLOSE, POLISHED = map(np.int64, range(3))
# times that a vector of points closes in on a peak, each time 4.5 times closer: for a response that
# will be polished, and for the certificate, where kinks have peaks as sharp as needles
CLOSER, CLOSEST = map(np.int64, (6, 12))


@compiled(folded=True)
def set_limits(game):
    """Set the position of the most that each chain can invest without a sure loss.

    That is what breaches can cost, sales included, over the share that is paid.
    """
    market = game.market
    chains = game.chains
    intercept = market.demand_intercept
    slope = market.demand_slope
    # most that a chain can lose of its sales: what a monopolist earns
    surplus = intercept * intercept / (4.0 * slope)
    if market.contract == FIXED and market.goal == NASH:
        margin = max(0.0, intercept - market.wholesale_price)
        surplus = margin * margin / (4.0 * slope)
    elif market.contract == FLEXIBLE and market.goal != PLANNER:
        states = game.states
        lowest = states[0, 0].profit
        highest = lowest
        for r in range(market.chains):
            lowest = min(lowest, min(states[r, 0].profit, states[r, 1].profit))
            highest = max(highest, max(states[r, 0].profit, states[r, 1].profit))
        surplus = highest - lowest
    if market.delivery_loss == 0.0:
        # breaches then change no delivery
        surplus = 0.0
    together = 0.0
    for j in range(market.chains):
        together += surplus + chains[j].exposure * chains[j].breach_cost
        if market.goal == PLANNER and market.delivery_loss > 0.0:
            # consumers have up to twice a chain's surplus; production may change as well
            highest_order = intercept / (2.0 * slope * max(market.kept, 0.05))
            together += 2.0 * surplus + market.wholesale_price * highest_order
            together += market.harm_per_unit * chains[j].essential_need
    paid = paid_share(market)
    for j in range(market.chains):
        saved = together
        if market.goal == NASH:
            saved = surplus + chains[j].exposure * chains[j].breach_cost
        chains[j].limit = math.log1p(market.security_effectiveness * saved / paid)


@compiled(linked=True)
def investment_at(market, position):
    """Return the investment of a position on the scale log(1 + alpha z)."""
    return math.expm1(position) / market.security_effectiveness


@compiled(linked=True)
def position_of(market, investment):
    """Return the position of an investment on the scale log(1 + alpha z)."""
    return math.log1p(market.security_effectiveness * investment)


@compiled(linked=True)
def scan(game, search, j, points):
    """Set the grid to the payoffs of ``points`` investments of a chain; return the best one."""
    grid = search.grid
    growth = math.exp(game.chains[j].limit / (points - 1))
    base = 1.0
    for k in range(points):
        grid[k] = (base - 1.0) / game.market.security_effectiveness
        base *= growth
    best = 0
    for k in range(0, points, WIDTH):
        set_lane_payoffs(game, search.lanes, j, grid, k)
        for lane in range(k, k + WIDTH):
            if grid[lane] > grid[best]:
                best = lane
    return best


@compiled(folded=True)
def is_peak(grid, k, points):
    """Say whether no neighbour of a point is higher; of equal ones the first is a peak."""
    rises = k == 0 or grid[k] > grid[k - 1]
    return rises and (k == points - 1 or grid[k] >= grid[k + 1])


@compiled(linked=True)
def zoom_in(game, search, j, left, right, times):
    """Return a chain's best payoff between two positions and where, by ever closer points."""
    near = search.near
    value = -math.inf
    position = left
    for _ in range(times):
        gap = (right - left) / (WIDTH + 1)
        growth = math.exp(gap)
        base = math.exp(left)
        for lane in range(WIDTH):
            base *= growth
            near[lane] = (base - 1.0) / game.market.security_effectiveness
        set_lane_payoffs(game, search.lanes, j, near, ZERO)
        best = 0
        for lane in range(1, WIDTH):
            if near[lane] > near[best]:
                best = lane
        if near[best] > value:
            value = near[best]
            position = left + gap * (best + 1)
        left += gap * best
        right = left + 2.0 * gap
    return value, position


@compiled(linked=True)
def best_response(game, search, j, accuracy):
    """Return a chain's best investment: of the grid's best peak, or of all peaks, by ``accuracy``.

    INTERPOLATED, for a first approach, takes the best peak; CLOSE looks at all on payoffs alone,
    and POLISHED on the derivative.
    """
    market = game.market
    chain = game.chains[j]
    grid = search.grid
    before = chain.investment
    peak = scan(game, search, j, COARSE)
    step = chain.limit / (COARSE - 1)
    best = investment_at(market, peak * step)
    if accuracy != INTERPOLATED:
        highest = grid[peak]
        for k in range(COARSE):
            left = max(k - 1, 0)
            right = min(k + 1, COARSE - 1)
            if is_peak(grid, k, COARSE):
                if accuracy == CLOSE:
                    value, position = zoom_in(game, search, j, left * step, right * step, CLOSER)
                else:
                    value, position = _stationary(
                        game, j, left * step, k * step, right * step, grid[k]
                    )
                if value > highest:
                    highest = value
                    best = investment_at(market, position)
    elif 0 < peak < COARSE - 1:
        bend = grid[peak - 1] - 2.0 * grid[peak] + grid[peak + 1]
        if bend < 0.0:
            position = peak + 0.5 * (grid[peak - 1] - grid[peak + 1]) / bend
            best = investment_at(market, position * step)
    chain.investment = before
    return best


@compiled(folded=True)
def _stationary(game, j, left, middle, right, value):
    """Return the payoff and position of a peak around ``middle``, no lower than either side.

    Secants on the derivative, every third step a halving. Where the derivative still rises but the
    payoff is lower, another peak lies between: the nearer one is followed.
    """
    market = game.market
    chain = game.chains[j]
    flat = FLAT * market.scale
    equal = EQUAL * market.scale
    slope = 0.0
    left_slope = 0.0
    right_slope = 0.0
    position = middle
    for step in range(MOST_STEPS):
        chain.investment = investment_at(market, position)
        set_gradient(game, j, j + 1)
        here = chain.gradient * (1.0 / market.security_effectiveness + chain.investment)
        reached = payoff_from_orders(game, j)
        if step == 0:
            slope = here
        elif here * slope > 0.0 and reached >= value - equal:
            if position > middle:
                left = middle
                left_slope = slope
            else:
                right = middle
                right_slope = slope
            middle = position
            slope = here
            value = reached
        elif position > middle:
            right = position
            right_slope = here
        else:
            left = position
            left_slope = here
        end = right if slope > 0.0 else left
        end_slope = right_slope if slope > 0.0 else left_slope
        if abs(slope) <= flat or abs(end - middle) <= NARROW:
            break
        share = 0.5
        if step % 3 != 2 and slope * end_slope < 0.0:
            share = slope / (slope - end_slope)
        position = middle + share * (end - middle)
    return value, middle
