"""Breach probabilities (Gordon and Loeb 2002, class I) and how many rivals are breached."""

from cakernel.coopetition.kernel.layout import (
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
from cakernel.jit.compile import compiled


@compiled(folded=True)
def set_breaches(common, chain):
    """Set B_j = tau v_j / (alpha Z_j + 1)^beta and its derivative by Z_j."""
    n = chain.shape[0]
    reach = common[REACH]
    alpha = common[EFFECTIVENESS]
    beta = common[ELASTICITY]
    total = 0.0
    for j in range(n):
        total += chain[j, INVESTMENT]
    for j in range(n):
        own = chain[j, INVESTMENT]
        inverse = 1.0 / (1.0 + alpha * (own + reach * (total - own)))
        power = inverse if beta == 1.0 else inverse**beta
        chain[j, BREACH] = chain[j, VULNERABILITY] * power
        chain[j, STEEPNESS] = -alpha * beta * chain[j, BREACH] * inverse


@compiled(folded=True)
def set_odds(chain, chosen):
    """Set the probabilities that 0, 1, ... of the rivals of a chain are breached."""
    n = chain.shape[0]
    chain[0, ODDS] = 1.0
    count = 0
    for k in range(n):
        if k != chosen:
            breach = chain[k, BREACH]
            count += 1
            chain[count, ODDS] = chain[count - 1, ODDS] * breach
            for r in range(count - 1, 0, -1):
                chain[r, ODDS] += (chain[r - 1, ODDS] - chain[r, ODDS]) * breach
            chain[0, ODDS] *= 1.0 - breach


@compiled(folded=True)
def set_tilt(common, chain, chosen, mover):
    """Set the odds of ``chosen``'s rivals and their derivatives by the investment of ``mover``."""
    n = chain.shape[0]
    chain[0, ODDS] = 1.0
    chain[0, TILT] = 0.0
    count = 0
    for k in range(n):
        if k != chosen:
            breach = chain[k, BREACH]
            change = chain[k, STEEPNESS] * (1.0 if k == mover else common[REACH])
            count += 1
            chain[count, ODDS] = 0.0
            chain[count, TILT] = 0.0
            for r in range(count, 0, -1):
                gap = chain[r - 1, ODDS] - chain[r, ODDS]
                tilted = chain[r - 1, TILT] - chain[r, TILT]
                chain[r, TILT] += tilted * breach + gap * change
                chain[r, ODDS] += gap * breach
            chain[0, TILT] = chain[0, TILT] * (1.0 - breach) - chain[0, ODDS] * change
            chain[0, ODDS] *= 1.0 - breach
