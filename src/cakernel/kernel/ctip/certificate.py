"""How much could still be gained: a search of its own, finer than the solvers' and on values alone."""

import math

from cakernel.kernel.ctip.layout import ANSWER, FINE, INVESTMENT, KEPT_INVESTMENT, LIMIT, NASH
from cakernel.kernel.ctip.payoff import payoff
from cakernel.kernel.ctip.search import investment_at, position_of, scan
from cakernel.kernel.jit import compiled

GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
GOLDEN_STEPS = 24
# points that a joint optimum is compared with, for each chain: spread wide, and ever closer to it
SPREAD, CLOSE = 96, 96
RADII = 12
# square roots of primes: multiples of them modulo 1 fill the unit cube evenly
ROOTS = tuple(
    math.sqrt(p)
    for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)
)


@compiled
def largest_gain(common, chain, curve, goal):
    """Return the largest gain by one chain's investment alone, leaving all as they are.

    For a goal common to the chains it is the largest gain found by changing one or all of them.
    The investments that reach it are left in the row ANSWER.
    """
    n = chain.shape[1]
    largest = 0.0
    for j in range(n):
        chain[ANSWER, j] = chain[INVESTMENT, j]
    for j in range(n):
        before = chain[INVESTMENT, j]
        now = payoff(common, chain, goal, j)
        scan(common, chain, curve, goal, j, FINE)
        step = chain[LIMIT, j] / (FINE - 1)
        for k in range(FINE):
            left = max(k - 1, 0)
            right = min(k + 1, FINE - 1)
            if curve[k] >= curve[left] and curve[k] >= curve[right]:
                place = _golden(common, chain, goal, j, left * step, right * step)
                chain[INVESTMENT, j] = investment_at(common, place)
                # the grid's own point may be better: 0 above all
                value = payoff(common, chain, goal, j)
                if curve[k] > value:
                    chain[INVESTMENT, j] = investment_at(common, k * step)
                    value = curve[k]
                if value - now > largest:
                    largest = value - now
                    for i in range(n):
                        chain[ANSWER, i] = chain[INVESTMENT, i]
        chain[INVESTMENT, j] = before
    if goal != NASH:
        largest = _gain_of_all(common, chain, goal, largest)
    return largest


@compiled
def _golden(common, chain, goal, j, left, right):
    """Return the best position between two, by golden sections."""
    inner = right - GOLDEN * (right - left)
    outer = left + GOLDEN * (right - left)
    inner_value = _value_at(common, chain, goal, j, inner)
    outer_value = _value_at(common, chain, goal, j, outer)
    for _ in range(GOLDEN_STEPS):
        if inner_value >= outer_value:
            right, outer, outer_value = outer, inner, inner_value
            inner = right - GOLDEN * (right - left)
            inner_value = _value_at(common, chain, goal, j, inner)
        else:
            left, inner, inner_value = inner, outer, outer_value
            outer = left + GOLDEN * (right - left)
            outer_value = _value_at(common, chain, goal, j, outer)
    return inner if inner_value >= outer_value else outer


@compiled
def _value_at(common, chain, goal, j, position):
    """Return the payoff at a position of one chain."""
    chain[INVESTMENT, j] = investment_at(common, position)
    return payoff(common, chain, goal, j)


@compiled
def _gain_of_all(common, chain, goal, largest):
    """Return the largest gain at investments spread over the whole box and around the present."""
    n = chain.shape[1]
    now = payoff(common, chain, goal, 0)
    for j in range(n):
        chain[KEPT_INVESTMENT, j] = chain[INVESTMENT, j]
    for k in range((SPREAD + CLOSE) * n):
        close = k >= SPREAD * n
        radius = 0.5 ** (k % RADII + 1)
        for j in range(n):
            share = spread(k, j)
            place = share * chain[LIMIT, j]
            if close:
                centre = position_of(common, chain[KEPT_INVESTMENT, j])
                place = max(0.0, centre + radius * (2.0 * share - 1.0))
            chain[INVESTMENT, j] = investment_at(common, place)
        gain = payoff(common, chain, goal, 0) - now
        if gain > largest:
            largest = gain
            for j in range(n):
                chain[ANSWER, j] = chain[INVESTMENT, j]
    for j in range(n):
        chain[INVESTMENT, j] = chain[KEPT_INVESTMENT, j]
    return largest


@compiled
def spread(number, j):
    """Return coordinate ``j`` of a point of the unit cube; points 0, 1, ... fill it evenly."""
    return (0.5 + number * ROOTS[j]) % 1.0
