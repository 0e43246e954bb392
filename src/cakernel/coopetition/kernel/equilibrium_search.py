"""Equilibria of investment from several starts: each chain for itself, or all for one goal.

Global best responses come near an equilibrium, Newton's method on all first-order conditions ends
there, and the certificate's search must find no gain before it counts. Where Newton does not lead
(kinks), all chains ascend together if their goal is common; otherwise the responses go on until
they settle, come back to where they were, or give up.
"""

from cakernel.coopetition.kernel.best_responses import (
    CLOSE,
    EQUAL,
    INTERPOLATED,
    POLISHED,
    best_response,
    investment_at,
    position_of,
)
from cakernel.coopetition.kernel.certificate import kronecker, largest_gain
from cakernel.coopetition.kernel.game import EXTRA_STARTS, NASH, ZERO, copy
from cakernel.coopetition.kernel.local_search import maximise_jointly, newton
from cakernel.coopetition.kernel.payoffs import payoff
from cakernel.jit.compile import compiled

# a larger unilateral gain, in units of the scale of payoffs, means no equilibrium; values that
# differ by less are equal
TOLERANCE = 1e-9
# equilibria closer than this in log(1 + alpha z) are one
APART = 1e-5
# position of the start in which all invest, as a share of their limits
MIDDLING = 0.4

# times that all chains respond, at most
MOST_ITERATIONS = 120
# iterations before a best response is looked for closely, and one more before it is polished
ROUGH_ITERATIONS = 2
# iterations in which rivals move at once, when all start alike
JOINT_ITERATIONS = 3
# movement in log(1 + alpha z) that counts as none, and as a return
STILL, RETURNED = 1e-11, 1e-8
# a movement of more than NEAR is not made for a gain of less than NOTHING, in the payoffs' scale
NOTHING, NEAR = 1e-13, 1e-3
# the last iteration with a leap: after it, plain responses show whether they go round in circles
LAST_LEAP = 50
NO_GAIN = -1.0


@compiled(folded=True)
def find_equilibria(game, search):
    """Fill ``search.found``; return how many there are, and if responses to any start cycled.

    Starts are: none invests, all invest, one chain at its limit; for a common goal, or as
    long as nothing is found, points spread over the box; each equilibrium found, with every chain
    at the next one's investment.
    """
    n = game.market.chains
    slots = n + 2 + EXTRA_STARTS
    nash = game.market.goal == NASH
    count = ZERO
    cycled = False
    for start in range(2 * slots):
        if _is_sought(game, search.found, start, count):
            _set_start(game, search.found, start)
            # one chain's high start means something only if the others move first
            first = start - 1 if 2 <= start < n + 2 else 0
            together = JOINT_ITERATIONS if nash and (start < 2 or start >= slots) else 0
            gain, circles = _follow_responses(game, search, count, first, together)
            if gain >= 0.0:
                _add(game, search.found, count, gain)
                count += 1
            cycled = cycled or circles
    return count, cycled


@compiled(folded=True)
def _is_sought(game, found, start, count):
    """Say whether a start is tried, of so many equilibria found."""
    n = game.market.chains
    rotated = start - (n + 2 + EXTRA_STARTS)
    sought = start < n + 2
    if rotated >= 0:
        for j in range(n):
            gap = found[rotated].investments[j] - found[rotated].investments[(j + 1) % n]
            # alike but for rounding: the same point again
            sought = sought or abs(gap) > APART / game.market.security_effectiveness
        sought = sought and rotated < count and count < n + 2 + EXTRA_STARTS
    elif not sought:
        sought = start < n + 4 if game.market.goal != NASH else count == 0
    return sought


@compiled(folded=True)
def _set_start(game, found, start):
    """Set the investments of a start."""
    n = game.market.chains
    rotated = start - (n + 2 + EXTRA_STARTS)
    for j in range(n):
        share = kronecker(start, j)
        if start < n + 2:
            share = 1.0 if start == j + 2 else MIDDLING if start == 1 else 0.0
        chain = game.chains[j]
        chain.investment = investment_at(game.market, share * chain.limit)
        if rotated >= 0:
            chain.investment = found[rotated].investments[(j + 1) % n]


@compiled(linked=True)
def _follow_responses(game, search, count, first, together):
    """Follow best responses to an equilibrium; return the gain that the certificate of it found.

    That is NO_GAIN where there is no new equilibrium. Also return whether responses cycled.
    """
    market = game.market
    chains = game.chains
    steps = search.steps
    nash = market.goal == NASH
    # from a start to one side Newton begins later: it would lead back to the symmetric solution
    newton_from = ROUGH_ITERATIONS if together == 0 and nash else 0
    mark = 1
    for j in range(market.chains):
        steps[j].checkpoint = -1.0
        steps[j].step = 0.0
    for iteration in range(MOST_ITERATIONS):
        accuracy = INTERPOLATED if iteration < ROUGH_ITERATIONS else POLISHED
        if iteration == ROUGH_ITERATIONS:
            accuracy = CLOSE
        moved, ratio = _respond(game, search, first, iteration < together, accuracy)
        # chains with a common goal may stand still on a ridge that together they could ascend
        reached = accuracy == POLISHED and moved <= STILL and nash
        leaping = iteration % 3 == 2 and ROUGH_ITERATIONS < iteration <= LAST_LEAP
        if leaping and not reached and nash and abs(1.0 - ratio) > 1e-3:
            # steps shrink or grow by the same ratio: leap to where they end or began (Aitken)
            for j in range(market.chains):
                leap = steps[j].step * ratio / (1.0 - ratio)
                position = position_of(market, chains[j].investment) + leap
                position = min(max(position, 0.0), chains[j].limit)
                chains[j].investment = investment_at(market, position)
        copy(market, chains["investment"], steps["kept"])
        if not reached and iteration >= newton_from:
            before = payoff(game, ZERO) - EQUAL * market.scale
            reached = newton(game, steps, search.matrix)
            if not nash and not (reached and payoff(game, ZERO) >= before):
                copy(market, steps["kept"], chains["investment"])
                maximise_jointly(game, search.ascents, search.matrix)
                reached = True
        if reached:
            if _is_known(game, search.found, count):
                return NO_GAIN, False
            gain = largest_gain(game, search)
            if gain <= TOLERANCE * market.scale:
                return gain, False
            # no equilibrium: on from the best deviation, Newton left aside for a while
            newton_from = 2 * iteration + 4
            copy(market, steps["deviation"], steps["kept"])
        # distance from a checkpoint that is set anew after 1, 2, 4, ... iterations (Brent)
        back = 0.0
        for j in range(market.chains):
            chains[j].investment = steps[j].kept
            here = position_of(market, steps[j].kept)
            back = max(back, abs(here - steps[j].checkpoint))
            if iteration == mark:
                steps[j].checkpoint = here
        if nash and back <= RETURNED and moved > 100.0 * RETURNED:
            return NO_GAIN, True
        if iteration == mark:
            mark *= 2
    return NO_GAIN, False


@compiled(folded=True)
def _respond(game, search, first, together, accuracy):
    """Let every chain respond once, in turn from ``first`` on or together.

    Returns the largest step of a chain, and the ratio of all steps to those of the last iteration.
    """
    market = game.market
    chains = game.chains
    steps = search.steps
    n = market.chains
    moved = 0.0
    size = 0.0
    along = 0.0
    copy(market, chains["investment"], steps["answer"])
    for i in range(n):
        j = (first + i) % n
        before = chains[j].investment
        value = payoff(game, j)
        answer = best_response(game, search, j, accuracy)
        step = position_of(market, answer) - position_of(market, before)
        chains[j].investment = answer
        # of equal peaks the present one is kept
        if abs(step) > NEAR and payoff(game, j) - value <= NOTHING * market.scale:
            answer = before
            step = 0.0
        chains[j].investment = before if together else answer
        steps[j].answer = answer
        moved = max(moved, abs(step))
        size += steps[j].step * steps[j].step
        along += steps[j].step * step
        steps[j].step = step
    copy(market, steps["answer"], chains["investment"])
    return moved, along / size if size > 0.0 else 0.0


@compiled(folded=True)
def _is_known(game, found, count):
    """Say whether the present investments are among those found."""
    known = False
    for e in range(count):
        gap = 0.0
        for j in range(game.market.chains):
            here = position_of(game.market, game.chains[j].investment)
            gap = max(gap, abs(here - position_of(game.market, found[e].investments[j])))
        if gap < APART:
            known = True
    return known


@compiled(folded=True)
def _add(game, found, count, gain):
    """Add the present investments, the goal's value, or all profits (Nash), and the certificate."""
    n = game.market.chains
    value = 0.0
    for j in range(n):
        found[count].investments[j] = game.chains[j].investment
        if j == 0 or game.market.goal == NASH:
            value += payoff(game, j)
    found[count].value = value
    found[count].gain = gain
