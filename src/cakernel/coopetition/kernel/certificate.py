"""How much could still be gained: a search of its own, finer than the solver's, on values alone."""

import numpy as np

from cakernel.coopetition.kernel.best_responses import (
    CLOSEST,
    investment_at,
    is_peak,
    position_of,
    scan,
    zoom_in,
)
from cakernel.coopetition.kernel.game import COARSE, FINE, NASH, ZERO, copy
from cakernel.coopetition.kernel.payoffs import payoff
from cakernel.jit.compile import compiled

# points that a joint optimum is compared with, for each chain: spread wide, and ever closer to it
WIDE, CLOSE = 96, 160
RADII = 20
# square roots of primes, one a chain, generate a Kronecker sequence
ROOTS = np.sqrt([2.0, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71])


@compiled(linked=True)
def largest_gain(game, search):
    """Return the largest gain by one chain's investment alone, leaving all as they are.

    For a goal common to the chains it is the largest gain found by changing one, two or all of
    them. The investments that reach it are left in ``deviation``.
    """
    largest = 0.0
    copy(game.market, game.chains["investment"], search.steps["deviation"])
    for j in range(game.market.chains):
        now = payoff(game, j)
        largest = _gain_of_one(game, search, j, FINE, now, largest)
    if game.market.goal != NASH:
        largest = _gain_of_two(game, search, largest)
        largest = _gain_of_all(game, search.steps, largest)
    return largest


@compiled(linked=True)
def _gain_of_one(game, search, j, points, now, largest):
    """Return the largest gain over ``now`` by a chain's investment: of each peak of the grid."""
    chain = game.chains[j]
    grid = search.grid
    before = chain.investment
    scan(game, search, j, points)
    step = chain.limit / (points - 1)
    for k in range(points):
        left = max(k - 1, 0)
        right = min(k + 1, points - 1)
        if is_peak(grid, k, points):
            value, position = zoom_in(game, search, j, left * step, right * step, CLOSEST)
            # the grid's own point may be better: 0 above all
            if grid[k] > value:
                value = grid[k]
                position = k * step
            if value - now > largest:
                largest = value - now
                chain.investment = investment_at(game.market, position)
                copy(game.market, game.chains["investment"], search.steps["deviation"])
    chain.investment = before
    return largest


@compiled(folded=True)
def _gain_of_two(game, search, largest):
    """Return the largest gain by moving one chain, near and far, with the next one's best answer.

    Along the ridge of a kink no chain alone gains, and few directions lead up.
    """
    n = game.market.chains
    now = payoff(game, ZERO)
    # of two chains, one pair
    for i in range(n if n > 2 else 1):
        before = game.chains[i].investment
        here = position_of(game.market, before)
        for k in range(2 * RADII):
            radius = 0.5 ** (1 + k // 2)
            position = here + radius if k % 2 == 0 else max(0.0, here - radius)
            game.chains[i].investment = investment_at(game.market, position)
            largest = _gain_of_one(game, search, (i + 1) % n, COARSE, now, largest)
        game.chains[i].investment = before
    return largest


@compiled(folded=True)
def _gain_of_all(game, steps, largest):
    """Return the largest gain at investments spread over the whole box and around the present."""
    n = game.market.chains
    now = payoff(game, ZERO)
    copy(game.market, game.chains["investment"], steps["centre"])
    radius = 1.0
    for k in range((WIDE + CLOSE) * n):
        radius = 0.5 * radius if k % RADII > 0 else 0.5
        for j in range(n):
            share = kronecker(k, j)
            position = share * game.chains[j].limit
            if k >= WIDE * n:
                centre = position_of(game.market, steps[j].centre)
                position = max(0.0, centre + radius * (2.0 * share - 1.0))
            game.chains[j].investment = investment_at(game.market, position)
        gain = payoff(game, ZERO) - now
        if gain > largest:
            largest = gain
            copy(game.market, game.chains["investment"], steps["deviation"])
    copy(game.market, steps["centre"], game.chains["investment"])
    return largest


@compiled(linked=True)
def kronecker(number, j):
    """Return coordinate ``j`` of a point; all points 0, 1, ... fill the unit cube evenly."""
    return (0.5 + number * ROOTS[j]) % 1.0
