"""One chain's best investment, rivals' given: the whole interval on a grid, then the derivative.

Payoffs need not be concave, so every peak of the grid counts. Steps are even in log(1 + alpha z):
dense where breach probabilities move. No investment can pay for more than it can save, hence the
limit of the interval.
"""

import math

import numpy as np

from cakernel.coopetition.kernel.layout import (
    BREACH_COST,
    COARSE,
    CONTRACT,
    EFFECTIVENESS,
    FIXED,
    FLEXIBLE,
    GOAL,
    GRADIENT,
    HARM,
    INTERCEPT,
    INVESTMENT,
    KEPT,
    LIMIT,
    LOSS,
    NASH,
    NEAR,
    NEED,
    PLANNER,
    PROFIT_HIT,
    PROFIT_WHOLE,
    SCALE,
    SLOPE,
    SUBSIDY,
    VULNERABILITY,
    WHOLESALE,
    WIDTH,
)
from cakernel.coopetition.kernel.payoff import payoff_here, set_gradient
from cakernel.coopetition.kernel.payoff_lanes import lane_payoff
from cakernel.jit.compile import compiled
from cakernel.jit.vectors import load, store

# derivative in units of the scale of payoffs, and width of bracket, at which a search ends
FLAT, SETTLED = 1e-15, 1e-13
# payoffs in units of their scale that rounding may make differ
EQUAL = 1e-13
MOST_STEPS = 120
# how a best response is found
INTERPOLATED, CLOSE, POLISHED = map(np.int64, range(3))
# times that a vector of points closes in on a peak, each time 4.5 times closer: for a response that
# will be polished, and for the certificate, where kinks have peaks as sharp as needles
CLOSER, CLOSEST = map(np.int64, (6, 12))


@compiled(folded=True)
def set_limits(common, chain):
    """Set log(1 + alpha z) of the most that each chain can invest without a sure loss."""
    n = chain.shape[0]
    surplus = common[INTERCEPT] * common[INTERCEPT] / (4.0 * common[SLOPE])
    if common[CONTRACT] == FIXED and common[GOAL] == NASH:
        margin = max(0.0, common[INTERCEPT] - common[WHOLESALE])
        surplus = margin * margin / (4.0 * common[SLOPE])
    elif common[CONTRACT] == FLEXIBLE and common[GOAL] != PLANNER:
        lowest = chain[0, PROFIT_WHOLE]
        highest = lowest
        for r in range(n):
            lowest = min(lowest, min(chain[r, PROFIT_WHOLE], chain[r, PROFIT_HIT]))
            highest = max(highest, max(chain[r, PROFIT_WHOLE], chain[r, PROFIT_HIT]))
        surplus = highest - lowest
    if common[LOSS] == 0.0:
        # breaches then change no delivery
        surplus = 0.0
    together = 0.0
    for j in range(n):
        together += surplus + chain[j, VULNERABILITY] * chain[j, BREACH_COST]
        if common[GOAL] == PLANNER and common[LOSS] > 0.0:
            # consumers have up to twice a chain's surplus; production may change as well
            highest_order = common[INTERCEPT] / (2.0 * common[SLOPE] * max(common[KEPT], 0.05))
            together += 2.0 * surplus + common[WHOLESALE] * highest_order
            together += common[HARM] * chain[j, NEED]
    paid = 1.0 if common[GOAL] == PLANNER else 1.0 - common[SUBSIDY]
    for j in range(n):
        saved = together
        if common[GOAL] == NASH:
            saved = surplus + chain[j, VULNERABILITY] * chain[j, BREACH_COST]
        chain[j, LIMIT] = math.log1p(common[EFFECTIVENESS] * saved / paid)


@compiled
def investment_at(common, position):
    """Return the investment of a position on the scale log(1 + alpha z)."""
    return math.expm1(position) / common[EFFECTIVENESS]


@compiled
def position_of(common, investment):
    """Return the position of an investment on the scale log(1 + alpha z)."""
    return math.log1p(common[EFFECTIVENESS] * investment)


@compiled
def scan(common, chain, curve, j, points):
    """Set ``curve`` to the payoffs of ``points`` investments of a chain; return the best one."""
    growth = math.exp(chain[j, LIMIT] / (points - 1))
    base = 1.0
    for k in range(points):
        curve[k] = (base - 1.0) / common[EFFECTIVENESS]
        base *= growth
    best = 0
    for k in range(0, points, WIDTH):
        store(curve, k, lane_payoff(common, chain, curve, j, load(curve, k)))
        for lane in range(k, k + WIDTH):
            if curve[lane] > curve[best]:
                best = lane
    return best


@compiled(folded=True)
def is_peak(curve, k, points):
    """Say whether no neighbour of a point is higher; of equal ones the first is a peak."""
    rises = k == 0 or curve[k] > curve[k - 1]
    return rises and (k == points - 1 or curve[k] >= curve[k + 1])


@compiled
def closer(common, chain, curve, j, left, right, times):
    """Return a chain's best payoff between two positions and where, by ever closer vectors."""
    value = -math.inf
    place = left
    for _ in range(times):
        gap = (right - left) / (WIDTH + 1)
        growth = math.exp(gap)
        base = math.exp(left)
        for lane in range(WIDTH):
            base *= growth
            curve[NEAR + lane] = (base - 1.0) / common[EFFECTIVENESS]
        store(curve, NEAR, lane_payoff(common, chain, curve, j, load(curve, NEAR)))
        best = 0
        for lane in range(1, WIDTH):
            if curve[NEAR + lane] > curve[NEAR + best]:
                best = lane
        if curve[NEAR + best] > value:
            value = curve[NEAR + best]
            place = left + gap * (best + 1)
        left += gap * best
        right = left + 2.0 * gap
    return value, place


@compiled
def best_response(common, chain, curve, j, care):
    """Return a chain's best investment: of the grid's best peak, or of all peaks, by ``care``.

    INTERPOLATED, for a first approach, takes the best peak; CLOSE looks at all on payoffs alone,
    and POLISHED on the derivative.
    """
    before = chain[j, INVESTMENT]
    peak = scan(common, chain, curve, j, COARSE)
    step = chain[j, LIMIT] / (COARSE - 1)
    best = investment_at(common, peak * step)
    if care != INTERPOLATED:
        highest = curve[peak]
        for k in range(COARSE):
            left = max(k - 1, 0)
            right = min(k + 1, COARSE - 1)
            if is_peak(curve, k, COARSE):
                if care == CLOSE:
                    value, place = closer(
                        common, chain, curve, j, left * step, right * step, CLOSER
                    )
                else:
                    value, place = _stationary(
                        common, chain, j, left * step, k * step, right * step, curve[k]
                    )
                if value > highest:
                    highest = value
                    best = investment_at(common, place)
    elif 0 < peak < COARSE - 1:
        bend = curve[peak - 1] - 2.0 * curve[peak] + curve[peak + 1]
        if bend < 0.0:
            place = peak + 0.5 * (curve[peak - 1] - curve[peak + 1]) / bend
            best = investment_at(common, place * step)
    chain[j, INVESTMENT] = before
    return best


@compiled(folded=True)
def _stationary(common, chain, j, left, middle, right, value):
    """Return a peak's payoff and place between positions, given one that is no lower than both.

    Secants on the derivative, every third step a halving. Where the derivative still rises but the
    payoff is lower, another peak lies between: the nearer one is followed.
    """
    flat = FLAT * common[SCALE]
    equal = EQUAL * common[SCALE]
    slope = 0.0
    left_slope = 0.0
    right_slope = 0.0
    place = middle
    for step in range(MOST_STEPS):
        chain[j, INVESTMENT] = investment_at(common, place)
        set_gradient(common, chain, j, j + 1)
        here = chain[j, GRADIENT] * (1.0 / common[EFFECTIVENESS] + chain[j, INVESTMENT])
        reached = payoff_here(common, chain, j)
        if step == 0:
            slope = here
        elif here * slope > 0.0 and reached >= value - equal:
            if place > middle:
                left = middle
                left_slope = slope
            else:
                right = middle
                right_slope = slope
            middle = place
            slope = here
            value = reached
        elif place > middle:
            right = place
            right_slope = here
        else:
            left = place
            left_slope = here
        end = right if slope > 0.0 else left
        end_slope = right_slope if slope > 0.0 else left_slope
        if abs(slope) <= flat or abs(end - middle) <= SETTLED:
            break
        share = 0.5
        if step % 3 != 2 and slope * end_slope < 0.0:
            share = slope / (slope - end_slope)
        place = middle + share * (end - middle)
    return value, middle
