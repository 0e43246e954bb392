"""Equilibria of investment from several starts: each chain for itself, or all for one goal.

Rounds of global best responses come near an equilibrium, Newton's method on all first-order
conditions ends there, and the certificate's search must find no gain before it counts. Where Newton
does not lead (kinks), all chains climb together if their goal is common; otherwise the rounds go on
until they settle, come back to where they were, or give up.
"""

from cakernel.kernel.ctip.certificate import largest_gain, spread
from cakernel.kernel.ctip.climb import climb
from cakernel.kernel.ctip.equilibria import TOLERANCE, add, is_known
from cakernel.kernel.ctip.layout import (
    ANSWER,
    CHECKPOINT,
    EXTRA_STARTS,
    GOAL,
    HERE,
    INVESTMENT,
    LIMIT,
    NASH,
    SCALE,
    copy,
)
from cakernel.kernel.ctip.newton import newton
from cakernel.kernel.ctip.search import best_response, investment_at, position_of
from cakernel.kernel.jit import compiled

SETTLED, CYCLED, GAVE_UP = range(3)
MOST_ROUNDS = 120
# rounds before each best response is polished
ROUGH_ROUNDS = 2
# rounds in which rivals move at once, when all start alike
JOINT_ROUNDS = 3
# movement in log(1 + alpha z) that counts as none, and as a return
STILL, RETURNED = 1e-11, 1e-8


@compiled(folded=True)
def find_equilibria(common, chain, curve, matrix, found):
    """Fill ``found``; return how many there are, and whether any start led round in a circle.

    Starts are: none invests, all at their limits, one chain at its limit; then, for a common goal
    or as long as nothing is found, points spread over the box.
    """
    n = chain.shape[0]
    count = 0
    cycled = False
    for number in range(n + 2 + EXTRA_STARTS):
        wanted = 2 if common[GOAL] != NASH else 0 if count > 0 else EXTRA_STARTS
        if number < n + 2 + wanted:
            for j in range(n):
                share = spread(number, j)
                if number < n + 2:
                    share = 1.0 if number == 1 or number == j + 2 else 0.0
                chain[j, INVESTMENT] = investment_at(common, share * chain[j, LIMIT])
            # one chain's high start means something only if the others move first
            first = number - 1 if number >= 2 else 0
            together = JOINT_ROUNDS if number < 2 and common[GOAL] == NASH else 0
            ended, new = _settle(common, chain, curve, matrix, found, count, first, together)
            if new:
                add(common, chain, found, count)
                count += 1
            cycled = cycled or ended == CYCLED
    return count, cycled


@compiled
def _settle(common, chain, curve, matrix, found, count, first, together):
    """Follow best responses to an equilibrium; return how it ended and whether it is a new one."""
    n = chain.shape[0]
    newton_from = 0
    mark = 1
    for j in range(n):
        chain[j, CHECKPOINT] = -1.0
    for number in range(MOST_ROUNDS):
        polished = number >= ROUGH_ROUNDS
        moved = 0.0
        copy(chain, INVESTMENT, ANSWER)
        for i in range(n):
            j = (first + i) % n
            chain[j, ANSWER] = best_response(common, chain, curve, j, polished)
            gap = position_of(common, chain[j, ANSWER]) - position_of(common, chain[j, INVESTMENT])
            moved = max(moved, abs(gap))
            if number >= together:
                chain[j, INVESTMENT] = chain[j, ANSWER]
        copy(chain, ANSWER, INVESTMENT)
        copy(chain, ANSWER, HERE)
        reached = polished and moved <= STILL
        if not reached and number >= newton_from:
            reached = newton(common, chain, matrix)
            if not reached and common[GOAL] != NASH:
                copy(chain, HERE, INVESTMENT)
                climb(common, chain, matrix)
                reached = True
        if reached:
            if is_known(common, chain, found, count):
                return SETTLED, False
            if largest_gain(common, chain, curve) <= TOLERANCE * common[SCALE]:
                return SETTLED, True
            # no equilibrium: on from the best deviation, Newton left aside for a while
            newton_from = 2 * number + 4
            copy(chain, ANSWER, HERE)
        back = 0.0
        for j in range(n):
            chain[j, INVESTMENT] = chain[j, HERE]
            here = position_of(common, chain[j, HERE])
            back = max(back, abs(here - chain[j, CHECKPOINT]))
            if number == mark:
                chain[j, CHECKPOINT] = here
        if back <= RETURNED and moved > 100.0 * RETURNED:
            return CYCLED, False
        if number == mark:
            mark *= 2
    return GAVE_UP, False
