"""Each chain invests for itself: equilibria of investment from several starts.

Rounds of global best responses come near an equilibrium, Newton's method on all first-order
conditions ends there, and the certificate's search must find no gain before it counts. Where Newton
does not lead (kinks) the rounds go on until they settle, come back to where they were, or give up.
"""

from cakernel.kernel.ctip.certificate import largest_gain, spread
from cakernel.kernel.ctip.equilibria import TOLERANCE, add, is_known
from cakernel.kernel.ctip.layout import (
    ANSWER,
    CHECKPOINT,
    EXTRA_STARTS,
    INVESTMENT,
    LIMIT,
    NASH,
    POSITION,
    SCALE,
)
from cakernel.kernel.ctip.newton import newton
from cakernel.kernel.ctip.search import (
    best_response,
    investment_at,
    near_best,
    position_of,
    set_limits,
)
from cakernel.kernel.jit import compiled

SETTLED, CYCLED, GAVE_UP = range(3)
MOST_ROUNDS = 120
# rounds before each best response is polished
ROUGH_ROUNDS = 2
# rounds in which all move at once, when all start alike
JOINT_ROUNDS = 3
# movement in log(1 + alpha z) that counts as none, and as a return
STILL, RETURNED = 1e-11, 1e-8


@compiled
def start(common, chain, number):
    """Set the investments of a start: none, all at the limit, one chain at it, or spread points."""
    n = chain.shape[1]
    for j in range(n):
        share = 0.0
        if number == 1 or number == j + 2:
            share = 1.0
        elif number >= n + 2:
            share = spread(number, j)
        chain[INVESTMENT, j] = investment_at(common, share * chain[LIMIT, j])


@compiled
def find_nash(common, chain, curve, matrix, found):
    """Fill ``found``; return how many there are and how the last start ended."""
    n = chain.shape[1]
    set_limits(common, chain, NASH)
    count = 0
    ending = GAVE_UP
    for number in range(n + 2 + EXTRA_STARTS):
        if number >= n + 2 and count > 0:
            break
        start(common, chain, number)
        # one chain's high start means something only if the others move first
        first = number - 1 if 2 <= number < n + 2 else 0
        ended, count = _settle(common, chain, curve, matrix, found, count, first, number < 2)
        if ended != SETTLED and ending != CYCLED:
            ending = ended
    return count, ending


@compiled
def _settle(common, chain, curve, matrix, found, count, first, alike):
    """Follow best responses from the present investments to an equilibrium, if they lead there."""
    n = chain.shape[1]
    newton_from = 0
    mark = 1
    for j in range(n):
        chain[CHECKPOINT, j] = -1.0
    for number in range(MOST_ROUNDS):
        polished = number >= ROUGH_ROUNDS
        moved = _move(common, chain, curve, first, alike and number < JOINT_ROUNDS, polished)
        for j in range(n):
            chain[POSITION, j] = chain[INVESTMENT, j]
        reached = polished and moved <= STILL
        if not reached and number >= newton_from:
            reached = newton(common, chain, matrix, NASH)
        if reached:
            if is_known(common, chain, found, count):
                return SETTLED, count
            if largest_gain(common, chain, curve, NASH) <= TOLERANCE * common[SCALE]:
                return SETTLED, add(common, chain, found, count, NASH)
            # not an equilibrium: leave Newton aside for a while
            newton_from = 2 * number + 4
            for j in range(n):
                chain[POSITION, j] = chain[ANSWER, j]
        gap = 0.0
        for j in range(n):
            chain[INVESTMENT, j] = chain[POSITION, j]
            here = position_of(common, chain[INVESTMENT, j])
            gap = max(gap, abs(here - chain[CHECKPOINT, j]))
            if number == mark:
                chain[CHECKPOINT, j] = here
        if gap <= RETURNED and moved > 100.0 * RETURNED:
            return CYCLED, count
        if number == mark:
            mark *= 2
    return GAVE_UP, count


@compiled
def _move(common, chain, curve, first, together, polished):
    """Let every chain respond once, in turn from ``first`` on or together; return the movement."""
    n = chain.shape[1]
    moved = 0.0
    for i in range(n):
        j = (first + i) % n
        if polished:
            chain[ANSWER, j] = best_response(common, chain, curve, NASH, j)
        else:
            chain[ANSWER, j] = near_best(common, chain, curve, NASH, j)
        gap = position_of(common, chain[ANSWER, j]) - position_of(common, chain[INVESTMENT, j])
        moved = max(moved, abs(gap))
        if not together:
            chain[INVESTMENT, j] = chain[ANSWER, j]
    if together:
        for j in range(n):
            chain[INVESTMENT, j] = chain[ANSWER, j]
    return moved
