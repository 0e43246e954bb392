"""All investments chosen together: ascents over the kinks of joint profit or welfare.

Payoffs have kinks where orders meet commitments or deliveries meet needs, and maxima like to sit on
them. BFGS with a line search by the weak Wolfe conditions holds its course there: Lewis and Overton
(2013), "Nonsmooth optimization via quasi-Newton methods", doi 10.1007/s10107-012-0514-2. Positions
are log(1 + alpha z) of either sign, mirrored at 0.
"""

import math

from cakernel.coopetition.kernel.best_responses import investment_at, position_of
from cakernel.coopetition.kernel.certificate import spread
from cakernel.coopetition.kernel.game import ZERO, copy
from cakernel.coopetition.kernel.payoffs import payoff, set_gradient
from cakernel.jit.compile import compiled

MOST_STEPS = 300
MOST_TRIALS = 40
SUFFICIENT, CURVED = 1e-4, 0.5
# a step, in positions, after which nothing more is to be had
STILL = 1e-12
# ascents from points around the best one so far, ever nearer to it: on a kink itself none starts
RESTARTS = 12
FIRST_RADIUS, NARROWER = 0.03, 0.3
# an ascent that gains more than this, in the payoffs' scale, keeps the radius for the next one
WORTH = 1e-10
# derivatives by positions, in units of the scale of payoffs, that count as none
FLAT = 1e-15


@compiled
def maximise_jointly(game, steps, hessian):
    """Move from the present investments up to a local maximum; ``hessian`` is scratch."""
    chains = game.chains
    n = game.market.chains
    highest = payoff(game, ZERO)
    copy(game.market, chains["investment"], steps["highest"])
    radius = FIRST_RADIUS
    for number in range(RESTARTS):
        for j in range(n):
            position = position_of(game.market, steps[j].highest)
            steps[j].new_position = position + radius * (2.0 * spread(number, j) - 1.0)
            steps[j].direction = 0.0
        _ascend(game, steps, hessian)
        for j in range(n):
            chains[j].investment = investment_at(game.market, abs(steps[j].position))
        value = payoff(game, ZERO)
        if value > highest:
            # a good ascent is worth another one as bold
            if value > highest + WORTH * game.market.scale:
                radius /= NARROWER
            highest = value
            copy(game.market, chains["investment"], steps["highest"])
        radius *= NARROWER
    copy(game.market, steps["highest"], chains["investment"])


@compiled(folded=True)
def _ascend(game, steps, hessian):
    """Ascend by BFGS from the new positions to the present ones; ``hessian`` is the inverse."""
    n = game.market.chains
    value = math.inf
    incline = 0.0
    fresh = True
    for number in range(MOST_STEPS):
        # the first search takes no step: it evaluates where we are
        value, found = _line_search(game, steps, value, incline, number == 0)
        largest = 0.0
        if found:
            if number > 0:
                largest = _update(steps, hessian, n)
            copy(game.market, steps["new_position"], steps["position"])
            copy(game.market, steps["new_descent"], steps["descent"])
        if largest <= STILL:
            if fresh and number > 0:
                break
            fresh = True
            size = 0.0
            for j in range(n):
                size = max(size, abs(steps[j].descent))
            if size <= FLAT * game.market.scale:
                break
            for j in range(n):
                for k in range(n):
                    hessian[k, j] = 1.0 / size if j == k else 0.0
        else:
            fresh = False
        incline = 0.0
        for j in range(n):
            steps[j].direction = 0.0
            for k in range(n):
                steps[j].direction -= hessian[k, j] * steps[k].descent
            incline += steps[j].direction * steps[j].descent
        if not incline < 0.0:
            break


@compiled(folded=True)
def _line_search(game, steps, value, incline, here):
    """Find a step of enough descent and enough change of slope; return its value and success.

    New positions and the gradient of minus the goal there are left in ``steps``.
    """
    chains = game.chains
    n = game.market.chains
    lower = 0.0
    upper = math.inf
    length = 1.0
    new_value = value
    found = False
    for _ in range(MOST_TRIALS):
        slope = 0.0
        for j in range(n):
            if not here:
                steps[j].new_position = steps[j].position + length * steps[j].direction
            chains[j].investment = investment_at(game.market, abs(steps[j].new_position))
        set_gradient(game, ZERO, n)
        for j in range(n):
            rate = chains[j].investment + 1.0 / game.market.security_effectiveness
            # on the mirrored side a step up is a step down
            rate = rate if steps[j].new_position >= 0.0 else -rate
            steps[j].new_descent = -chains[j].gradient * rate
            slope += steps[j].new_descent * steps[j].direction
        new_value = -payoff(game, ZERO)
        if here:
            found = True
            break
        if not new_value <= value + SUFFICIENT * length * incline:
            upper = length
        elif slope < CURVED * incline:
            lower = length
        else:
            found = True
            break
        length = 2.0 * lower if upper == math.inf else 0.5 * (lower + upper)
    return new_value if found else value, found


@compiled(folded=True)
def _update(steps, hessian, n):
    """Give the inverse Hessian the curvature of the step just found; return the step's size."""
    largest = 0.0
    curvature = 0.0
    for j in range(n):
        steps[j].direction = steps[j].new_position - steps[j].position
        steps[j].descent = steps[j].new_descent - steps[j].descent
        curvature += steps[j].direction * steps[j].descent
        largest = max(largest, abs(steps[j].direction))
    if curvature > 0.0:
        stretch = 0.0
        for j in range(n):
            steps[j].product = 0.0
            for k in range(n):
                steps[j].product += hessian[k, j] * steps[k].descent
            stretch += steps[j].product * steps[j].descent
        for j in range(n):
            for k in range(n):
                step = steps[j].direction * steps[k].direction
                both = steps[j].product * steps[k].direction
                both += steps[j].direction * steps[k].product
                hessian[k, j] += ((1.0 + stretch / curvature) * step - both) / curvature
    return largest
