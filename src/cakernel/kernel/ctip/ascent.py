"""All investments chosen together: maxima of joint profit or welfare from several starts.

Payoffs have kinks where orders meet commitments or deliveries meet needs, and maxima like to sit on
them. BFGS with a line search by the weak Wolfe conditions holds its course there: Lewis and Overton
(2013), "Nonsmooth optimization via quasi-Newton methods", doi 10.1007/s10107-012-0514-2. Positions are
log(1 + alpha z) of either sign, mirrored at 0.
"""

import math

from cakernel.kernel.ctip.certificate import largest_gain, spread
from cakernel.kernel.ctip.equilibria import TOLERANCE, add, is_known
from cakernel.kernel.ctip.layout import (
    ANSWER,
    DESCENT,
    DIRECTION,
    EFFECTIVENESS,
    GRADIENT,
    INVESTMENT,
    KEPT_INVESTMENT,
    LIMIT,
    NEW_DESCENT,
    NEW_POSITION,
    POSITION,
    PRODUCT,
    SCALE,
)
from cakernel.kernel.ctip.nash import start
from cakernel.kernel.ctip.newton import newton
from cakernel.kernel.ctip.payoff import payoff, set_gradient
from cakernel.kernel.ctip.search import best_response, investment_at, position_of, set_limits
from cakernel.kernel.jit import compiled

MOST_STEPS = 300
MOST_TRIALS = 40
SUFFICIENT, CURVED = 1e-4, 0.5
# a step, in positions, after which nothing more is to be had
STILL = 1e-12
# derivatives by positions, in units of the scale of payoffs, that count as none
FLAT = 1e-15
SAMPLES = 64
# rounds of one chain after the other that end an ascent
POLISHING_ROUNDS = 3
MOST_RESTARTS = 4


@compiled
def find_maxima(common, chain, curve, matrix, found, goal):
    """Fill ``found`` with local maxima; return how many."""
    n = chain.shape[1]
    set_limits(common, chain, goal)
    count = 0
    for number in range(n + 3):
        if number < n + 2:
            start(common, chain, number)
        else:
            _best_sample(common, chain, goal)
        for _ in range(MOST_RESTARTS):
            _climb(common, chain, curve, matrix, goal)
            if is_known(common, chain, found, count):
                break
            gain = largest_gain(common, chain, curve, goal)
            if gain <= TOLERANCE * common[SCALE]:
                count = add(common, chain, found, count, goal)
                break
            for j in range(n):
                chain[INVESTMENT, j] = chain[ANSWER, j]
    return count


@compiled
def _best_sample(common, chain, goal):
    """Set the best of points spread over the box."""
    n = chain.shape[1]
    highest = -math.inf
    for k in range(SAMPLES * n):
        for j in range(n):
            # other points than the certificate's
            share = (spread(k, j) + 0.25) % 1.0
            chain[INVESTMENT, j] = investment_at(common, share * chain[LIMIT, j])
        value = payoff(common, chain, goal, 0)
        if value > highest:
            highest = value
            for j in range(n):
                chain[KEPT_INVESTMENT, j] = chain[INVESTMENT, j]
    for j in range(n):
        chain[INVESTMENT, j] = chain[KEPT_INVESTMENT, j]


@compiled
def _climb(common, chain, curve, matrix, goal):
    """Move from the present investments to a local maximum, to the accuracy of Newton's method."""
    n = chain.shape[1]
    _quasi_newton(common, chain, matrix, goal)
    for _ in range(POLISHING_ROUNDS):
        for j in range(n):
            before = chain[INVESTMENT, j]
            value = payoff(common, chain, goal, j)
            chain[INVESTMENT, j] = best_response(common, chain, curve, goal, j)
            if payoff(common, chain, goal, j) < value:
                chain[INVESTMENT, j] = before
    value = payoff(common, chain, goal, 0)
    for j in range(n):
        chain[KEPT_INVESTMENT, j] = chain[INVESTMENT, j]
    reached = newton(common, chain, matrix, goal)
    # a saddle or another peak's: the climb's own end stands
    if not reached or payoff(common, chain, goal, 0) < value - 1e-3 * TOLERANCE * common[SCALE]:
        for j in range(n):
            chain[INVESTMENT, j] = chain[KEPT_INVESTMENT, j]


@compiled
def _evaluate(common, chain, goal, position, descent):
    """Set the gradient of minus the goal at the positions in a row; return minus the goal."""
    n = chain.shape[1]
    for j in range(n):
        chain[INVESTMENT, j] = investment_at(common, abs(chain[position, j]))
    set_gradient(common, chain, goal, 0, n)
    for j in range(n):
        rate = chain[INVESTMENT, j] + 1.0 / common[EFFECTIVENESS]
        # on the mirrored side a step up is a step down
        rate = rate if chain[position, j] >= 0.0 else -rate
        chain[descent, j] = -chain[GRADIENT, j] * rate
    return -payoff(common, chain, goal, 0)


@compiled
def _quasi_newton(common, chain, matrix, goal):
    """Climb by BFGS; ``matrix`` holds the inverse Hessian in its first columns."""
    n = chain.shape[1]
    for j in range(n):
        chain[POSITION, j] = position_of(common, chain[INVESTMENT, j])
    value = _evaluate(common, chain, goal, POSITION, DESCENT)
    fresh = True
    for _ in range(MOST_STEPS):
        if fresh:
            size = 0.0
            for j in range(n):
                size = max(size, abs(chain[DESCENT, j]))
            if size <= FLAT * common[SCALE]:
                break
            for j in range(n):
                for k in range(n):
                    matrix[j, k] = 1.0 / size if j == k else 0.0
        incline = 0.0
        for j in range(n):
            chain[DIRECTION, j] = 0.0
            for k in range(n):
                chain[DIRECTION, j] -= matrix[j, k] * chain[DESCENT, k]
            incline += chain[DIRECTION, j] * chain[DESCENT, j]
        if not incline < 0.0:
            if fresh:
                break
            fresh = True
            continue
        value, found = _line_search(common, chain, goal, value, incline)
        largest = 0.0
        if found:
            for j in range(n):
                largest = max(largest, abs(chain[NEW_POSITION, j] - chain[POSITION, j]))
            _update(chain, matrix)
            for j in range(n):
                chain[POSITION, j] = chain[NEW_POSITION, j]
                chain[DESCENT, j] = chain[NEW_DESCENT, j]
        if largest > STILL:
            fresh = False
        elif fresh:
            break
        else:
            fresh = True
    for j in range(n):
        chain[INVESTMENT, j] = investment_at(common, abs(chain[POSITION, j]))


@compiled
def _line_search(common, chain, goal, value, incline):
    """Find a step of enough descent and enough change of slope; return its value and success."""
    n = chain.shape[1]
    lower = 0.0
    upper = math.inf
    step = 1.0
    for _ in range(MOST_TRIALS):
        for j in range(n):
            chain[NEW_POSITION, j] = chain[POSITION, j] + step * chain[DIRECTION, j]
        new_value = _evaluate(common, chain, goal, NEW_POSITION, NEW_DESCENT)
        slope = 0.0
        for j in range(n):
            slope += chain[NEW_DESCENT, j] * chain[DIRECTION, j]
        if not new_value <= value + SUFFICIENT * step * incline:
            upper = step
        elif slope < CURVED * incline:
            lower = step
        else:
            return new_value, True
        step = 2.0 * lower if upper == math.inf else 0.5 * (lower + upper)
    return value, False


@compiled
def _update(chain, matrix):
    """Give the inverse Hessian the curvature of the step just found (BFGS)."""
    n = chain.shape[1]
    curvature = 0.0
    for j in range(n):
        chain[DIRECTION, j] = chain[NEW_POSITION, j] - chain[POSITION, j]
        chain[DESCENT, j] = chain[NEW_DESCENT, j] - chain[DESCENT, j]
        curvature += chain[DIRECTION, j] * chain[DESCENT, j]
    if not curvature > 0.0:
        return
    stretch = 0.0
    for j in range(n):
        chain[PRODUCT, j] = 0.0
        for k in range(n):
            chain[PRODUCT, j] += matrix[j, k] * chain[DESCENT, k]
        stretch += chain[PRODUCT, j] * chain[DESCENT, j]
    for j in range(n):
        for k in range(n):
            both = chain[PRODUCT, j] * chain[DIRECTION, k] + chain[DIRECTION, j] * chain[PRODUCT, k]
            matrix[j, k] += (
                (1.0 + stretch / curvature) * chain[DIRECTION, j] * chain[DIRECTION, k] - both
            ) / curvature
