"""How much could still be gained: a search of its own, finer than the solver's, on values alone."""

import numpy as np

from cakernel.kernel.ctip.layout import (
    ANSWER,
    CENTRE,
    FINE,
    GOAL,
    INVESTMENT,
    LIMIT,
    NASH,
    ZERO,
    copy,
)
from cakernel.kernel.ctip.payoff import payoff
from cakernel.kernel.ctip.search import closer, investment_at, position_of, scan
from cakernel.kernel.jit import compiled

# points that a joint optimum is compared with, for each chain: spread wide, and ever closer to it
WIDE, CLOSE = 96, 160
RADII = 20
# square roots of primes: multiples of them modulo 1 fill the unit cube evenly
ROOTS = np.sqrt([2.0, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71])


@compiled
def largest_gain(common, chain, curve):
    """Return the largest gain by one chain's investment alone, leaving all as they are.

    For a goal common to the chains it is the largest gain found by changing one or all of them.
    The investments that reach it are left in the column ANSWER.
    """
    largest = 0.0
    copy(chain, INVESTMENT, ANSWER)
    for j in range(chain.shape[0]):
        before = chain[j, INVESTMENT]
        now = payoff(common, chain, j)
        scan(common, chain, curve, j, FINE)
        step = chain[j, LIMIT] / (FINE - 1)
        for k in range(FINE):
            left = max(k - 1, 0)
            right = min(k + 1, FINE - 1)
            if curve[k] >= curve[left] and curve[k] >= curve[right]:
                value, place = closer(common, chain, curve, j, left * step, right * step)
                # the grid's own point may be better: 0 above all
                if curve[k] > value:
                    value = curve[k]
                    place = k * step
                if value - now > largest:
                    largest = value - now
                    chain[j, INVESTMENT] = investment_at(common, place)
                    copy(chain, INVESTMENT, ANSWER)
        chain[j, INVESTMENT] = before
    if common[GOAL] != NASH:
        largest = _gain_of_all(common, chain, largest)
    return largest


@compiled(folded=True)
def _gain_of_all(common, chain, largest):
    """Return the largest gain at investments spread over the whole box and around the present."""
    n = chain.shape[0]
    now = payoff(common, chain, ZERO)
    copy(chain, INVESTMENT, CENTRE)
    radius = 1.0
    for k in range((WIDE + CLOSE) * n):
        radius = 0.5 * radius if k % RADII > 0 else 0.5
        for j in range(n):
            share = spread(k, j)
            place = share * chain[j, LIMIT]
            if k >= WIDE * n:
                centre = position_of(common, chain[j, CENTRE])
                place = max(0.0, centre + radius * (2.0 * share - 1.0))
            chain[j, INVESTMENT] = investment_at(common, place)
        gain = payoff(common, chain, ZERO) - now
        if gain > largest:
            largest = gain
            copy(chain, INVESTMENT, ANSWER)
    copy(chain, CENTRE, INVESTMENT)
    return largest


@compiled
def spread(number, j):
    """Return coordinate ``j`` of a point of the unit cube; points 0, 1, ... fill it evenly."""
    return (0.5 + number * ROOTS[j]) % 1.0
