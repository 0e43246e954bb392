"""The list of equilibria found at one point, and which of them is reported."""

from cakernel.coopetition.kernel.best_response import position_of
from cakernel.coopetition.kernel.layout import EFFECTIVENESS, GOAL, INVESTMENT, NASH, SCALE
from cakernel.coopetition.kernel.payoff import payoff
from cakernel.jit.compile import compiled

# a larger unilateral gain, in units of the scale of payoffs, means no equilibrium; values that
# differ by less are equal
TOLERANCE = 1e-9
# equilibria closer than this in log(1 + alpha z) are one
APART = 1e-5

ONLY, HIGHEST, FIRST_INVESTS = range(3)


@compiled(folded=True)
def is_known(common, chain, found, count):
    """Say whether the present investments are among those found."""
    known = False
    for e in range(count):
        gap = 0.0
        for j in range(chain.shape[0]):
            other = position_of(common, found[j, e])
            gap = max(gap, abs(position_of(common, chain[j, INVESTMENT]) - other))
        if gap < APART:
            known = True
    return known


@compiled(folded=True)
def add(common, chain, found, count, gain):
    """Add the present investments, the goal's value, or all profits (Nash), and the certificate."""
    n = chain.shape[0]
    value = 0.0
    for j in range(n):
        found[j, count] = chain[j, INVESTMENT]
        if j == 0 or common[GOAL] == NASH:
            value += payoff(common, chain, j)
    found[n, count] = value
    found[n + 1, count] = gain


@compiled(folded=True)
def select(common, found, count):
    """Return the equilibrium of the highest value, how many have it, and the rule that chose it.

    Of equal values that comes first whose first chain invests most, then its second, and so on.
    """
    n = found.shape[0] - 2
    apart = APART / common[EFFECTIVENESS]
    highest = found[n, 0]
    for e in range(1, count):
        highest = max(highest, found[n, e])
    best = -1
    equal = 0
    for e in range(count):
        if found[n, e] >= highest - TOLERANCE * common[SCALE]:
            equal += 1
            ahead = best < 0
            for j in range(n):
                if not ahead and abs(found[j, e] - found[j, best]) > apart:
                    ahead = found[j, e] > found[j, best]
                    break
            if ahead:
                best = e
    rule = ONLY if count == 1 else HIGHEST if equal == 1 else FIRST_INVESTS
    return best, equal, rule
