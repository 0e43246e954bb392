"""One chain's best investment, rivals' given: the whole interval on a grid, then the derivative.

Payoffs need not be concave, so every peak of the grid counts. Steps are even in log(1 + alpha z):
dense where breach probabilities move. No investment can pay for more than it can save, hence the
limit of the interval.
"""

import math

from cakernel.kernel.ctip.layout import (
    BREACH_COST,
    COARSE,
    CONTRACT,
    EFFECTIVENESS,
    FIXED,
    FLEXIBLE,
    GRADIENT,
    HARM,
    INTERCEPT,
    INVESTMENT,
    KEPT,
    LIMIT,
    LOSS,
    NASH,
    NEED,
    PLANNER,
    PROFIT_HIT,
    PROFIT_WHOLE,
    SCALE,
    SLOPE,
    SUBSIDY,
    VULNERABILITY,
    WHOLESALE,
)
from cakernel.kernel.ctip.payoff import payoff, set_gradient
from cakernel.kernel.jit import compiled

# derivative in units of the scale of payoffs, and width of bracket, at which a search ends
FLAT, SETTLED = 1e-15, 1e-13
MOST_STEPS = 120


@compiled
def set_limits(common, chain, goal):
    """Set log(1 + alpha z) of the most that each chain can invest without a sure loss."""
    n = chain.shape[1]
    surplus = common[INTERCEPT] * common[INTERCEPT] / (4.0 * common[SLOPE])
    if common[CONTRACT] == FIXED and goal == NASH:
        margin = max(0.0, common[INTERCEPT] - common[WHOLESALE])
        surplus = margin * margin / (4.0 * common[SLOPE])
    elif common[CONTRACT] == FLEXIBLE and goal != PLANNER:
        lowest = chain[PROFIT_WHOLE, 0]
        highest = lowest
        for r in range(n):
            for row in range(PROFIT_WHOLE, PROFIT_HIT + 1):
                lowest = min(lowest, chain[row, r])
                highest = max(highest, chain[row, r])
        surplus = highest - lowest
    if common[LOSS] == 0.0:
        # breaches then change no delivery
        surplus = 0.0
    together = 0.0
    for j in range(n):
        together += surplus + chain[VULNERABILITY, j] * chain[BREACH_COST, j]
        if goal == PLANNER and common[LOSS] > 0.0:
            # consumers have up to twice a chain's surplus; production may change as well
            highest_order = common[INTERCEPT] / (2.0 * common[SLOPE] * max(common[KEPT], 0.05))
            together += 2.0 * surplus + common[WHOLESALE] * highest_order
            together += common[HARM] * chain[NEED, j]
    paid = 1.0 if goal == PLANNER else 1.0 - common[SUBSIDY]
    for j in range(n):
        saved = together
        if goal == NASH:
            saved = surplus + chain[VULNERABILITY, j] * chain[BREACH_COST, j]
        chain[LIMIT, j] = math.log1p(common[EFFECTIVENESS] * saved / paid)


@compiled
def investment_at(common, position):
    """Return the investment of a position on the scale log(1 + alpha z)."""
    return math.expm1(position) / common[EFFECTIVENESS]


@compiled
def position_of(common, investment):
    """Return the position of an investment on the scale log(1 + alpha z)."""
    return math.log1p(common[EFFECTIVENESS] * investment)


@compiled
def scan(common, chain, curve, goal, j, points):
    """Set ``curve`` to the payoffs of ``points`` investments of a chain; return the best one."""
    growth = math.exp(chain[LIMIT, j] / (points - 1))
    base = 1.0
    best = 0
    for k in range(points):
        chain[INVESTMENT, j] = (base - 1.0) / common[EFFECTIVENESS]
        curve[k] = payoff(common, chain, goal, j)
        if curve[k] > curve[best]:
            best = k
        base *= growth
    return best


@compiled
def near_best(common, chain, curve, goal, j):
    """Return a chain's best investment but for the grid's coarseness, for a first approach."""
    before = chain[INVESTMENT, j]
    best = scan(common, chain, curve, goal, j, COARSE)
    chain[INVESTMENT, j] = before
    place = float(best)
    if 0 < best < COARSE - 1:
        bend = curve[best - 1] - 2.0 * curve[best] + curve[best + 1]
        if bend < 0.0:
            place += 0.5 * (curve[best - 1] - curve[best + 1]) / bend
    return investment_at(common, place * chain[LIMIT, j] / (COARSE - 1))


@compiled
def best_response(common, chain, curve, goal, j):
    """Return a chain's best investment, each peak of the grid polished on the derivative."""
    before = chain[INVESTMENT, j]
    scan(common, chain, curve, goal, j, COARSE)
    step = chain[LIMIT, j] / (COARSE - 1)
    best = 0.0
    highest = curve[0]
    for k in range(COARSE):
        left = max(k - 1, 0)
        right = min(k + 1, COARSE - 1)
        if curve[k] >= curve[left] and curve[k] >= curve[right]:
            if curve[k] > highest:
                highest = curve[k]
                best = investment_at(common, k * step)
            place = _stationary(common, chain, goal, j, left * step, right * step)
            chain[INVESTMENT, j] = investment_at(common, place)
            value = payoff(common, chain, goal, j)
            if value > highest:
                highest = value
                best = chain[INVESTMENT, j]
    chain[INVESTMENT, j] = before
    return best


@compiled
def _slope_at(common, chain, goal, j, position):
    """Return the derivative of the payoff on the scale log(1 + alpha z)."""
    chain[INVESTMENT, j] = investment_at(common, position)
    set_gradient(common, chain, goal, j, j + 1)
    return chain[GRADIENT, j] * (1.0 / common[EFFECTIVENESS] + chain[INVESTMENT, j])


@compiled
def _stationary(common, chain, goal, j, left, right):
    """Return where the derivative turns from positive to negative: secants, guarded by halving."""
    left_slope = _slope_at(common, chain, goal, j, left)
    if left_slope <= 0.0:
        return left
    right_slope = _slope_at(common, chain, goal, j, right)
    if right_slope >= 0.0:
        return right
    flat = FLAT * common[SCALE]
    side = 0
    for step in range(MOST_STEPS):
        place = left + (right - left) * left_slope / (left_slope - right_slope)
        # a kink, or a very uneven curve: secants alone may creep
        if step % 3 == 2:
            place = 0.5 * (left + right)
        if place <= left or place >= right:
            break
        slope = _slope_at(common, chain, goal, j, place)
        if abs(slope) <= flat or right - left <= SETTLED:
            return place
        if slope > 0.0:
            left = place
            left_slope = slope
            if side > 0:
                right_slope *= 0.5
            side = 1
        else:
            right = place
            right_slope = slope
            if side < 0:
                left_slope *= 0.5
            side = -1
    return 0.5 * (left + right)
