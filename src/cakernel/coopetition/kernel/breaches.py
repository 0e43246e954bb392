"""Breach probabilities, how many rivals are breached, and breach states drawn at random."""

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.philox import HALF, LOW_WORD, philox4x32

# first counter of all draws of breaches: no draw of the recovery model has it
BREACHES = np.uint64(3 << 30)
NOTHING = np.uint64(0)


@compiled(folded=True)
def set_breaches(market, chains):
    """Set B_j = tau v_j / (alpha Z_j + 1)^beta and dB_j/dZ_j, Z_j = z_j + theta lambda (rivals' z).

    Class I of Gordon and Loeb (2002), doi 10.1145/581271.581274; the spillover of Gal-Or and Ghose
    (2005), doi 10.1287/isre.1050.0053.
    """
    alpha = market.security_effectiveness
    beta = market.security_elasticity
    total = 0.0
    for j in range(market.chains):
        total += chains[j].investment
    for j in range(market.chains):
        own = chains[j].investment
        inverse = 1.0 / (1.0 + alpha * (own + market.reach * (total - own)))
        power = inverse if beta == 1.0 else inverse**beta
        chains[j].breach = chains[j].exposure * power
        chains[j].breach_slope = -alpha * beta * chains[j].breach * inverse


@compiled(folded=True)
def set_odds(market, chains, odds, chosen):
    """Set the probabilities that 0, 1, ... of the rivals of a chain are breached.

    Rival after rival: P(r) becomes P(r) (1 - B) + P(r - 1) B.
    """
    odds[0].probability = 1.0
    count = 0
    for k in range(market.chains):
        if k != chosen:
            breach = chains[k].breach
            count += 1
            odds[count].probability = odds[count - 1].probability * breach
            for r in range(count - 1, 0, -1):
                gap = odds[r - 1].probability - odds[r].probability
                odds[r].probability += gap * breach
            odds[0].probability *= 1.0 - breach


@compiled(folded=True)
def set_odds_slopes(market, chains, odds, chosen, mover):
    """Set the odds of ``chosen``'s rivals and their derivatives by the investment of ``mover``."""
    odds[0].probability = 1.0
    odds[0].slope = 0.0
    count = 0
    for k in range(market.chains):
        if k != chosen:
            breach = chains[k].breach
            change = chains[k].breach_slope * (1.0 if k == mover else market.reach)
            count += 1
            odds[count].probability = 0.0
            odds[count].slope = 0.0
            for r in range(count, 0, -1):
                gap = odds[r - 1].probability - odds[r].probability
                slope_gap = odds[r - 1].slope - odds[r].slope
                odds[r].slope += slope_gap * breach + gap * change
                odds[r].probability += gap * breach
            odds[0].slope = odds[0].slope * (1.0 - breach) - odds[0].probability * change
            odds[0].probability *= 1.0 - breach


@compiled(entry=True)
def draw_breaches(hits, thresholds, seed, first):
    """Fill ``hits`` bool (draws, chains) from draw number ``first`` on: a pure function of both.

    ``thresholds`` uint64 (chains,) are breach probabilities as multiples of 2^-32; ``seed`` and
    ``first`` uint64. The counter of Philox4x32-10 is c0 = chain // 4 + 3 * 2^30, c1 and c2 the low
    and high half of the draw's number; word chain % 4 of its output is the draw.
    """
    for draw in range(hits.shape[0]):
        number = first + np.uint64(draw)
        for block in range(0, hits.shape[1], 4):
            words = philox4x32(
                np.uint64(block >> 2) | BREACHES,
                number & LOW_WORD,
                number >> HALF,
                NOTHING,
                seed & LOW_WORD,
                seed >> HALF,
            )
            for offset in range(min(4, hits.shape[1] - block)):
                hits[draw, block + offset] = words[offset] < thresholds[block + offset]
