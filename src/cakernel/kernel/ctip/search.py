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
    GOAL,
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
from cakernel.kernel.ctip.payoff import payoff, payoff_here, set_gradient
from cakernel.kernel.jit import compiled

# derivative in units of the scale of payoffs, and width of bracket, at which a search ends
FLAT, SETTLED = 1e-15, 1e-13
# payoffs in units of their scale that rounding may make differ
EQUAL = 1e-13
MOST_STEPS = 120


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


@compiled(folded=True)
def scan(common, chain, curve, j, points):
    """Set ``curve`` to the payoffs of ``points`` investments of a chain; return the best one."""
    growth = math.exp(chain[j, LIMIT] / (points - 1))
    base = 1.0
    best = 0
    for k in range(points):
        chain[j, INVESTMENT] = (base - 1.0) / common[EFFECTIVENESS]
        curve[k] = payoff(common, chain, j)
        if curve[k] > curve[best]:
            best = k
        base *= growth
    return best


@compiled
def best_response(common, chain, curve, j, polished):
    """Return a chain's best investment: each peak of the grid polished on the derivative.

    If it is not to be polished, the best peak is only interpolated, for a first approach.
    """
    before = chain[j, INVESTMENT]
    peak = scan(common, chain, curve, j, COARSE)
    step = chain[j, LIMIT] / (COARSE - 1)
    best = investment_at(common, peak * step)
    if polished:
        highest = curve[peak]
        for k in range(COARSE):
            left = max(k - 1, 0)
            right = min(k + 1, COARSE - 1)
            if curve[k] >= curve[left] and curve[k] >= curve[right]:
                place = _stationary(common, chain, j, left * step, k * step, right * step, curve[k])
                chain[j, INVESTMENT] = investment_at(common, place)
                value = payoff(common, chain, j)
                if value > highest:
                    highest = value
                    best = chain[j, INVESTMENT]
    elif 0 < peak < COARSE - 1:
        bend = curve[peak - 1] - 2.0 * curve[peak] + curve[peak + 1]
        if bend < 0.0:
            place = peak + 0.5 * (curve[peak - 1] - curve[peak + 1]) / bend
            best = investment_at(common, place * step)
    chain[j, INVESTMENT] = before
    return best


@compiled(folded=True)
def _stationary(common, chain, j, left, middle, right, value):
    """Return a peak between two positions, given one between that is no lower than both.

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
    return middle
