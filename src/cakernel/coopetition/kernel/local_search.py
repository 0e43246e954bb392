"""Searches that move all investments at once, from near an equilibrium to it.

Newton's method solves all first-order conditions. But payoffs have kinks where orders meet
commitments or deliveries meet needs, and maxima often lie on them. Where the goal is common, BFGS
with a line search by the weak Wolfe conditions finds those, too: Lewis and Overton (2013),
"Nonsmooth optimization via quasi-Newton methods", doi 10.1007/s10107-012-0514-2. Its positions are
log(1 + alpha z) of either sign, mirrored at 0.
"""

import math

from cakernel.coopetition.kernel.best_responses import investment_at, position_of
from cakernel.coopetition.kernel.certificate import kronecker
from cakernel.coopetition.kernel.game import ZERO, copy
from cakernel.coopetition.kernel.payoffs import payoff, set_gradient
from cakernel.jit.compile import compiled

NEWTON_STEPS = 25
# derivatives by money, so in units of 1
REACHED = 1e-11
DIFFERENCE = 1e-6
# most that 1 + alpha z changes by in a step
STRETCH = 3.0
SINGULAR = 1e-14

ASCENT_STEPS = 300
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


@compiled(linked=True)
def newton(game, steps, matrix):
    """Move all investments to where the conditions hold; return whether they were reached.

    An investment of 0 that does not pay is held there.
    """
    chains = game.chains
    n = game.market.chains
    unit = 1.0 / game.market.security_effectiveness
    for _ in range(NEWTON_STEPS):
        set_gradient(game, ZERO, n)
        worst = 0.0
        for j in range(n):
            steps[j].residual = chains[j].gradient
            if chains[j].investment > 0.0 or chains[j].gradient > 0.0:
                worst = max(worst, abs(chains[j].gradient))
        if worst <= REACHED:
            return True
        for k in range(n):
            held = chains[k].investment <= 0.0 and steps[k].residual <= 0.0
            before = chains[k].investment
            step = DIFFERENCE * (unit + before)
            if not held:
                chains[k].investment = before + step
                set_gradient(game, ZERO, n)
                chains[k].investment = before
            for j in range(n):
                change = chains[j].gradient - steps[j].residual
                matrix[k, j] = 0.0 if held else change / step
        for j in range(n):
            matrix[n, j] = -steps[j].residual
            if chains[j].investment <= 0.0 and steps[j].residual <= 0.0:
                for k in range(n + 1):
                    matrix[k, j] = 0.0
                matrix[j, j] = 1.0
        if not _eliminate(matrix, n):
            return False
        for j in range(n):
            base = unit + chains[j].investment
            moved = min(max(base + matrix[n, j], base / STRETCH), base * STRETCH)
            chains[j].investment = max(0.0, moved - unit)
    return False


@compiled(folded=True)
def _eliminate(matrix, n):
    """Solve n linear equations in ``matrix``, a row for each column, into row n."""
    for k in range(n):
        pivot = k
        for i in range(k + 1, n):
            if abs(matrix[k, i]) > abs(matrix[k, pivot]):
                pivot = i
        if not abs(matrix[k, pivot]) > SINGULAR:
            return False
        for c in range(k, n + 1):
            swapped = matrix[c, k]
            matrix[c, k] = matrix[c, pivot]
            matrix[c, pivot] = swapped
        for i in range(n):
            if i != k:
                factor = matrix[k, i] / matrix[k, k]
                for c in range(k, n + 1):
                    matrix[c, i] -= factor * matrix[c, k]
    for k in range(n):
        matrix[n, k] /= matrix[k, k]
    return True


@compiled(linked=True)
def maximise_jointly(game, ascents, hessian):
    """Move from the present investments up to a local maximum; ``hessian`` is scratch."""
    chains = game.chains
    n = game.market.chains
    highest = payoff(game, ZERO)
    copy(game.market, chains["investment"], ascents["highest"])
    radius = FIRST_RADIUS
    for restart in range(RESTARTS):
        for j in range(n):
            position = position_of(game.market, ascents[j].highest)
            ascents[j].new_position = position + radius * (2.0 * kronecker(restart, j) - 1.0)
            ascents[j].direction = 0.0
        _ascend(game, ascents, hessian)
        for j in range(n):
            chains[j].investment = investment_at(game.market, abs(ascents[j].position))
        value = payoff(game, ZERO)
        if value > highest:
            # it gained: the next one goes as far
            if value > highest + WORTH * game.market.scale:
                radius /= NARROWER
            highest = value
            copy(game.market, chains["investment"], ascents["highest"])
        radius *= NARROWER
    copy(game.market, ascents["highest"], chains["investment"])


@compiled(folded=True)
def _ascend(game, ascents, hessian):
    """Ascend by BFGS from the new positions to the present ones; ``hessian`` is the inverse."""
    n = game.market.chains
    value = math.inf
    incline = 0.0
    fresh = True
    for step in range(ASCENT_STEPS):
        # the first search takes no step: it evaluates where we are
        value, found = _line_search(game, ascents, value, incline, step == 0)
        largest = 0.0
        if found:
            if step > 0:
                largest = _update(ascents, hessian, n)
            copy(game.market, ascents["new_position"], ascents["position"])
            copy(game.market, ascents["new_descent"], ascents["descent"])
        if largest <= STILL:
            if fresh and step > 0:
                break
            fresh = True
            size = 0.0
            for j in range(n):
                size = max(size, abs(ascents[j].descent))
            if size <= FLAT * game.market.scale:
                break
            for j in range(n):
                for k in range(n):
                    hessian[k, j] = 1.0 / size if j == k else 0.0
        else:
            fresh = False
        incline = 0.0
        for j in range(n):
            ascents[j].direction = 0.0
            for k in range(n):
                ascents[j].direction -= hessian[k, j] * ascents[k].descent
            incline += ascents[j].direction * ascents[j].descent
        if not incline < 0.0:
            break


@compiled(folded=True)
def _line_search(game, ascents, value, incline, here):
    """Find a step of enough descent and enough change of slope; return its value and success.

    New positions and the gradient of minus the goal there are left in ``ascents``.
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
                ascents[j].new_position = ascents[j].position + length * ascents[j].direction
            chains[j].investment = investment_at(game.market, abs(ascents[j].new_position))
        set_gradient(game, ZERO, n)
        for j in range(n):
            rate = chains[j].investment + 1.0 / game.market.security_effectiveness
            # on the mirrored side a step up is a step down
            rate = rate if ascents[j].new_position >= 0.0 else -rate
            ascents[j].new_descent = -chains[j].gradient * rate
            slope += ascents[j].new_descent * ascents[j].direction
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
def _update(ascents, hessian, n):
    """Give the inverse Hessian H the curvature of the step just found; return the step's size.

    Of step s and change of slope y: H + ((1 + y'Hy / s'y) ss' - Hy s' - s (Hy)') / s'y.
    """
    largest = 0.0
    curvature = 0.0
    for j in range(n):
        ascents[j].direction = ascents[j].new_position - ascents[j].position
        ascents[j].descent = ascents[j].new_descent - ascents[j].descent
        curvature += ascents[j].direction * ascents[j].descent
        largest = max(largest, abs(ascents[j].direction))
    if curvature > 0.0:
        stretch = 0.0
        for j in range(n):
            ascents[j].product = 0.0
            for k in range(n):
                ascents[j].product += hessian[k, j] * ascents[k].descent
            stretch += ascents[j].product * ascents[j].descent
        for j in range(n):
            for k in range(n):
                step = ascents[j].direction * ascents[k].direction
                both = ascents[j].product * ascents[k].direction
                both += ascents[j].direction * ascents[k].product
                hessian[k, j] += ((1.0 + stretch / curvature) * step - both) / curvature
    return largest
