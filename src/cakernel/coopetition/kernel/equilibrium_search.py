"""Equilibria of investment from several starts: each chain for itself, or all for one goal.

Rounds of global best responses come near an equilibrium, Newton's method on all first-order
conditions ends there, and the certificate's search must find no gain before it counts. Where Newton
does not lead (kinks), all chains climb together if their goal is common; otherwise the rounds go on
until they settle, come back to where they were, or give up.
"""

from cakernel.coopetition.kernel.best_response import (
    CLOSE,
    EQUAL,
    INTERPOLATED,
    POLISHED,
    best_response,
    investment_at,
    position_of,
)
from cakernel.coopetition.kernel.certificate import largest_gain, spread
from cakernel.coopetition.kernel.equilibria import APART, TOLERANCE, add, is_known
from cakernel.coopetition.kernel.joint_search import climb
from cakernel.coopetition.kernel.layout import (
    ANSWER,
    CHECKPOINT,
    EFFECTIVENESS,
    GOAL,
    HERE,
    INVESTMENT,
    LIMIT,
    NASH,
    SCALE,
    STEP,
    ZERO,
    copy,
)
from cakernel.coopetition.kernel.newton import newton
from cakernel.coopetition.kernel.payoff import payoff
from cakernel.jit.compile import compiled

SETTLED, CYCLED, GAVE_UP = range(3)
# position of the start in which all invest, as a share of their limits
MIDDLING = 0.4
MOST_ROUNDS = 120
# rounds before a best response is looked for closely, and one more before it is polished
ROUGH_ROUNDS = 2
# rounds in which rivals move at once, when all start alike
JOINT_ROUNDS = 3
# movement in log(1 + alpha z) that counts as none, and as a return
STILL, RETURNED = 1e-11, 1e-8
# gain in units of the scale of payoffs that is not worth a movement of more than so much
NOTHING, NEAR = 1e-13, 1e-3
# the last round with a leap: after it, plain responses show whether they go round in circles
LAST_LEAP = 50


@compiled(folded=True)
def find_equilibria(common, chain, curve, matrix, found):
    """Fill ``found``; return how many there are, and whether any start led round in a circle.

    Starts are: none invests, all invest, one chain at its limit; for a common goal, or as
    long as nothing is found, points spread over the box; each equilibrium found, with every chain
    in the next one's place.
    """
    n = chain.shape[0]
    slots = found.shape[1]
    count = ZERO
    cycled = False
    for number in range(2 * slots):
        turned = number - slots
        sought = turned < 0
        if n + 2 <= number < slots:
            sought = number < n + 4 if common[GOAL] != NASH else count == 0
        if turned >= 0:
            for j in range(n):
                gap = found[j, turned] - found[(j + 1) % n, turned]
                # alike but for rounding: the same point again
                sought = sought or abs(gap) > APART / common[EFFECTIVENESS]
            sought = sought and turned < count and count < slots
        if sought:
            for j in range(n):
                share = spread(number, j)
                if number < n + 2:
                    share = 1.0 if number == j + 2 else MIDDLING if number == 1 else 0.0
                chain[j, INVESTMENT] = investment_at(common, share * chain[j, LIMIT])
                if turned >= 0:
                    chain[j, INVESTMENT] = found[(j + 1) % n, turned]
            # one chain's high start means something only if the others move first
            first = number - 1 if 2 <= number < n + 2 else 0
            together = 0
            if common[GOAL] == NASH and (number < 2 or turned >= 0):
                together = JOINT_ROUNDS
            ended, gain = _settle(common, chain, curve, matrix, found, count, first, together)
            if gain >= 0.0:
                add(common, chain, found, count, gain)
                count += 1
            cycled = cycled or ended == CYCLED
    return count, cycled


@compiled
def _settle(common, chain, curve, matrix, found, count, first, together):
    """Follow best responses to an equilibrium; return how it ended and, of a new one, its gain.

    That is the largest gain by a deviation; -1 where there is no new equilibrium.
    """
    n = chain.shape[0]
    # a start to one side is followed for longer: Newton would lead it back to the middle
    newton_from = ROUGH_ROUNDS if together == 0 and common[GOAL] == NASH else 0
    mark = 1
    for j in range(n):
        chain[j, CHECKPOINT] = -1.0
        chain[j, STEP] = 0.0
    for number in range(MOST_ROUNDS):
        care = INTERPOLATED if number < ROUGH_ROUNDS else POLISHED
        if number == ROUGH_ROUNDS:
            care = CLOSE
        moved, ratio = _respond(common, chain, curve, first, number < together, care)
        # chains with a common goal may stand still on a ridge that together they could climb
        reached = care == POLISHED and moved <= STILL and common[GOAL] == NASH
        leaping = number % 3 == 2 and ROUGH_ROUNDS < number <= LAST_LEAP
        if leaping and not reached and common[GOAL] == NASH and abs(1.0 - ratio) > 1e-3:
            # steps shrink or grow by the same ratio: leap to where they end or began (Aitken)
            for j in range(n):
                leap = chain[j, STEP] * ratio / (1.0 - ratio)
                place = position_of(common, chain[j, INVESTMENT]) + leap
                place = min(max(place, 0.0), chain[j, LIMIT])
                chain[j, INVESTMENT] = investment_at(common, place)
        copy(chain, INVESTMENT, HERE)
        if not reached and number >= newton_from:
            before = payoff(common, chain, ZERO) - EQUAL * common[SCALE]
            reached = newton(common, chain, matrix)
            if common[GOAL] != NASH and not (reached and payoff(common, chain, ZERO) >= before):
                copy(chain, HERE, INVESTMENT)
                climb(common, chain, matrix)
                reached = True
        if reached:
            if is_known(common, chain, found, count):
                return SETTLED, -1.0
            gain = largest_gain(common, chain, curve)
            if gain <= TOLERANCE * common[SCALE]:
                return SETTLED, gain
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
        if common[GOAL] == NASH and back <= RETURNED and moved > 100.0 * RETURNED:
            return CYCLED, -1.0
        if number == mark:
            mark *= 2
    return GAVE_UP, -1.0


@compiled(folded=True)
def _respond(common, chain, curve, first, together, care):
    """Let every chain respond once, in turn from ``first`` on or together.

    Returns the largest movement of a chain, and by what ratio this round's steps exceed the last
    one's.
    """
    n = chain.shape[0]
    moved = 0.0
    size = 0.0
    along = 0.0
    copy(chain, INVESTMENT, ANSWER)
    for i in range(n):
        j = (first + i) % n
        before = chain[j, INVESTMENT]
        value = payoff(common, chain, j)
        answer = best_response(common, chain, curve, j, care)
        step = position_of(common, answer) - position_of(common, before)
        chain[j, INVESTMENT] = answer
        # of equal peaks the present one is kept
        if abs(step) > NEAR and payoff(common, chain, j) - value <= NOTHING * common[SCALE]:
            answer = before
            step = 0.0
        chain[j, INVESTMENT] = before if together else answer
        chain[j, ANSWER] = answer
        moved = max(moved, abs(step))
        size += chain[j, STEP] * chain[j, STEP]
        along += chain[j, STEP] * step
        chain[j, STEP] = step
    copy(chain, ANSWER, INVESTMENT)
    return moved, along / size if size > 0.0 else 0.0
