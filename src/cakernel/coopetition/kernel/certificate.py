"""How much could still be gained: a search of its own, finer than the solver's, on values alone."""

import numpy as np

from cakernel.coopetition.kernel.best_response import (
    CLOSEST,
    closer,
    investment_at,
    is_peak,
    position_of,
    scan,
)
from cakernel.coopetition.kernel.layout import (
    ANSWER,
    CENTRE,
    COARSE,
    FINE,
    GOAL,
    INVESTMENT,
    LIMIT,
    NASH,
    ZERO,
    copy,
)
from cakernel.coopetition.kernel.payoff import payoff
from cakernel.jit.compile import compiled

# points that a joint optimum is compared with, for each chain: spread wide, and ever closer to it
WIDE, CLOSE = 96, 160
RADII = 20
# square roots of primes: multiples of them modulo 1 fill the unit cube evenly
ROOTS = np.sqrt([2.0, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71])


@compiled
def largest_gain(common, chain, curve):
    """Return the largest gain by one chain's investment alone, leaving all as they are.

    For a goal common to the chains it is the largest gain found by changing one, two or all of
    them. The investments that reach it are left in the column ANSWER.
    """
    largest = 0.0
    copy(chain, INVESTMENT, ANSWER)
    for j in range(chain.shape[0]):
        now = payoff(common, chain, j)
        largest = _gain_of_one(common, chain, curve, j, FINE, now, largest)
    if common[GOAL] != NASH:
        largest = _gain_of_two(common, chain, curve, largest)
        largest = _gain_of_all(common, chain, largest)
    return largest


@compiled
def _gain_of_one(common, chain, curve, j, points, now, largest):
    """Return the largest gain over ``now`` by a chain's investment: of each peak of the grid."""
    before = chain[j, INVESTMENT]
    scan(common, chain, curve, j, points)
    step = chain[j, LIMIT] / (points - 1)
    for k in range(points):
        left = max(k - 1, 0)
        right = min(k + 1, points - 1)
        if is_peak(curve, k, points):
            value, place = closer(common, chain, curve, j, left * step, right * step, CLOSEST)
            # the grid's own point may be better: 0 above all
            if curve[k] > value:
                value = curve[k]
                place = k * step
            if value - now > largest:
                largest = value - now
                chain[j, INVESTMENT] = investment_at(common, place)
                copy(chain, INVESTMENT, ANSWER)
    chain[j, INVESTMENT] = before
    return largest


@compiled(folded=True)
def _gain_of_two(common, chain, curve, largest):
    """Return the largest gain by moving one chain, near and far, with the next one's best answer.

    Along the ridge of a kink no chain alone gains, and few directions lead up.
    """
    n = chain.shape[0]
    now = payoff(common, chain, ZERO)
    # of two chains, one pair
    for i in range(n if n > 2 else 1):
        before = chain[i, INVESTMENT]
        here = position_of(common, before)
        for k in range(2 * RADII):
            radius = 0.5 ** (1 + k // 2)
            place = here + radius if k % 2 == 0 else max(0.0, here - radius)
            chain[i, INVESTMENT] = investment_at(common, place)
            largest = _gain_of_one(common, chain, curve, (i + 1) % n, COARSE, now, largest)
        chain[i, INVESTMENT] = before
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
