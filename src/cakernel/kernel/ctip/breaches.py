"""Breach probabilities (Gordon and Loeb 2002, class I) and how many rivals are breached."""

from cakernel.kernel.ctip.layout import (
    BREACH,
    EFFECTIVENESS,
    ELASTICITY,
    INVESTMENT,
    ODDS,
    REACH,
    STEEPNESS,
    TILT,
    VULNERABILITY,
)
from cakernel.kernel.jit import compiled


@compiled
def set_breaches(common, chain):
    """Set B_j = tau v_j / (alpha Z_j + 1)^beta and its derivative by Z_j."""
    n = chain.shape[1]
    reach = common[REACH]
    alpha = common[EFFECTIVENESS]
    beta = common[ELASTICITY]
    total = 0.0
    for j in range(n):
        total += chain[INVESTMENT, j]
    for j in range(n):
        own = chain[INVESTMENT, j]
        inverse = 1.0 / (1.0 + alpha * (own + reach * (total - own)))
        power = inverse if beta == 1.0 else inverse**beta
        chain[BREACH, j] = chain[VULNERABILITY, j] * power
        chain[STEEPNESS, j] = -alpha * beta * chain[BREACH, j] * inverse


@compiled
def set_odds(chain, chosen):
    """Set the probabilities that 0, 1, ... of the rivals of a chain are breached."""
    n = chain.shape[1]
    chain[ODDS, 0] = 1.0
    count = 0
    for k in range(n):
        if k != chosen:
            breach = chain[BREACH, k]
            count += 1
            chain[ODDS, count] = chain[ODDS, count - 1] * breach
            for r in range(count - 1, 0, -1):
                chain[ODDS, r] += (chain[ODDS, r - 1] - chain[ODDS, r]) * breach
            chain[ODDS, 0] *= 1.0 - breach


@compiled
def set_tilt(common, chain, chosen, mover):
    """Set the odds of ``chosen``'s rivals and their derivatives by the investment of ``mover``."""
    n = chain.shape[1]
    chain[ODDS, 0] = 1.0
    chain[TILT, 0] = 0.0
    count = 0
    for k in range(n):
        if k != chosen:
            breach = chain[BREACH, k]
            change = chain[STEEPNESS, k] * (1.0 if k == mover else common[REACH])
            count += 1
            chain[ODDS, count] = 0.0
            chain[TILT, count] = 0.0
            for r in range(count, 0, -1):
                gap = chain[ODDS, r - 1] - chain[ODDS, r]
                tilted = chain[TILT, r - 1] - chain[TILT, r]
                chain[TILT, r] += tilted * breach + gap * change
                chain[ODDS, r] += gap * breach
            chain[TILT, 0] = chain[TILT, 0] * (1.0 - breach) - chain[ODDS, 0] * change
            chain[ODDS, 0] *= 1.0 - breach
