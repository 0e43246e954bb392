"""All investments chosen together: a climb over the kinks of joint profit or welfare.

Payoffs have kinks where orders meet commitments or deliveries meet needs, and maxima like to sit on
them. BFGS with a line search by the weak Wolfe conditions holds its course there: Lewis and Overton
(2013), "Nonsmooth optimization via quasi-Newton methods", doi 10.1007/s10107-012-0514-2. Positions
are log(1 + alpha z) of either sign, mirrored at 0.
"""

import math

from cakernel.coopetition.kernel.best_response import investment_at, position_of
from cakernel.coopetition.kernel.certificate import spread
from cakernel.coopetition.kernel.layout import (
    CENTRE,
    DESCENT,
    DIRECTION,
    EFFECTIVENESS,
    GRADIENT,
    INVESTMENT,
    NEW_DESCENT,
    NEW_POSITION,
    POSITION,
    PRODUCT,
    SCALE,
    ZERO,
    copy,
)
from cakernel.coopetition.kernel.payoff import payoff, set_gradient
from cakernel.jit.compile import compiled

MOST_STEPS = 300
MOST_TRIALS = 40
SUFFICIENT, CURVED = 1e-4, 0.5
# a step, in positions, after which nothing more is to be had
STILL = 1e-12
# ascents from points around the best one so far, ever nearer to it: on a kink itself none starts
RESTARTS = 12
FIRST_RADIUS, NARROWER = 0.03, 0.3
# gain in units of the scale of payoffs after which the next ascent starts from as far
WORTH = 1e-10
# derivatives by positions, in units of the scale of payoffs, that count as none
FLAT = 1e-15


@compiled
def climb(common, chain, matrix):
    """Move from the present investments up to a local maximum; ``matrix`` is scratch."""
    n = chain.shape[0]
    highest = payoff(common, chain, ZERO)
    copy(chain, INVESTMENT, CENTRE)
    radius = FIRST_RADIUS
    for number in range(RESTARTS):
        for j in range(n):
            place = position_of(common, chain[j, CENTRE])
            chain[j, NEW_POSITION] = place + radius * (2.0 * spread(number, j) - 1.0)
            chain[j, DIRECTION] = 0.0
        _quasi_newton(common, chain, matrix)
        for j in range(n):
            chain[j, INVESTMENT] = investment_at(common, abs(chain[j, POSITION]))
        value = payoff(common, chain, ZERO)
        if value > highest:
            # a good ascent is worth another one as bold
            if value > highest + WORTH * common[SCALE]:
                radius /= NARROWER
            highest = value
            copy(chain, INVESTMENT, CENTRE)
        radius *= NARROWER
    copy(chain, CENTRE, INVESTMENT)


@compiled(folded=True)
def _quasi_newton(common, chain, matrix):
    """Climb by BFGS from the new positions to the present ones; ``matrix``: inverse Hessian."""
    n = chain.shape[0]
    value = math.inf
    incline = 0.0
    fresh = True
    for number in range(MOST_STEPS):
        # the first search takes no step: it evaluates where we are
        value, found = _line_search(common, chain, value, incline, number == 0)
        largest = 0.0
        if found:
            if number > 0:
                largest = _update(chain, matrix)
            copy(chain, NEW_POSITION, POSITION)
            copy(chain, NEW_DESCENT, DESCENT)
        if largest <= STILL:
            if fresh and number > 0:
                break
            fresh = True
            size = 0.0
            for j in range(n):
                size = max(size, abs(chain[j, DESCENT]))
            if size <= FLAT * common[SCALE]:
                break
            for j in range(n):
                for k in range(n):
                    matrix[k, j] = 1.0 / size if j == k else 0.0
        else:
            fresh = False
        incline = 0.0
        for j in range(n):
            chain[j, DIRECTION] = 0.0
            for k in range(n):
                chain[j, DIRECTION] -= matrix[k, j] * chain[k, DESCENT]
            incline += chain[j, DIRECTION] * chain[j, DESCENT]
        if not incline < 0.0:
            break


@compiled(folded=True)
def _line_search(common, chain, value, incline, here):
    """Find a step of enough descent and enough change of slope; return its value and success.

    New positions and the gradient of minus the goal there are left in their columns.
    """
    n = chain.shape[0]
    lower = 0.0
    upper = math.inf
    step = 1.0
    new_value = value
    found = False
    for _ in range(MOST_TRIALS):
        slope = 0.0
        for j in range(n):
            if not here:
                chain[j, NEW_POSITION] = chain[j, POSITION] + step * chain[j, DIRECTION]
            chain[j, INVESTMENT] = investment_at(common, abs(chain[j, NEW_POSITION]))
        set_gradient(common, chain, ZERO, n)
        for j in range(n):
            rate = chain[j, INVESTMENT] + 1.0 / common[EFFECTIVENESS]
            # on the mirrored side a step up is a step down
            rate = rate if chain[j, NEW_POSITION] >= 0.0 else -rate
            chain[j, NEW_DESCENT] = -chain[j, GRADIENT] * rate
            slope += chain[j, NEW_DESCENT] * chain[j, DIRECTION]
        new_value = -payoff(common, chain, ZERO)
        if here:
            found = True
            break
        if not new_value <= value + SUFFICIENT * step * incline:
            upper = step
        elif slope < CURVED * incline:
            lower = step
        else:
            found = True
            break
        step = 2.0 * lower if upper == math.inf else 0.5 * (lower + upper)
    return new_value if found else value, found


@compiled(folded=True)
def _update(chain, matrix):
    """Give the inverse Hessian the curvature of the step just found; return the step's size."""
    n = chain.shape[0]
    largest = 0.0
    curvature = 0.0
    for j in range(n):
        chain[j, DIRECTION] = chain[j, NEW_POSITION] - chain[j, POSITION]
        chain[j, DESCENT] = chain[j, NEW_DESCENT] - chain[j, DESCENT]
        curvature += chain[j, DIRECTION] * chain[j, DESCENT]
        largest = max(largest, abs(chain[j, DIRECTION]))
    if curvature > 0.0:
        stretch = 0.0
        for j in range(n):
            chain[j, PRODUCT] = 0.0
            for k in range(n):
                chain[j, PRODUCT] += matrix[k, j] * chain[k, DESCENT]
            stretch += chain[j, PRODUCT] * chain[j, DESCENT]
        for j in range(n):
            for k in range(n):
                step = chain[j, DIRECTION] * chain[k, DIRECTION]
                both = chain[j, PRODUCT] * chain[k, DIRECTION]
                both += chain[j, DIRECTION] * chain[k, PRODUCT]
                matrix[k, j] += ((1.0 + stretch / curvature) * step - both) / curvature
    return largest
