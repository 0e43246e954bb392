"""Where a point's numbers lie: what is common to the chains, and what each chain has of its own.

``common`` is float64 (COMMON,); ``chain`` float64 (chains, COLUMNS). Both are a thread's scratch.
Tables by the number of rivals that are breached, 0 to chains - 1, are columns of ``chain`` as well.
"""

from typing import Any, NamedTuple

import numpy as np

from cakernel.jit.compile import compiled
from cakernel.jit.vectors import VECTOR_BYTES

# numba compiles anew for every plain constant among the arguments of a call, so those that are
# passed on, columns of ``chain`` above all, are typed
ZERO = np.int64(0)

FIXED, FIXED_MINIMUM, FLEXIBLE = range(3)
# whose payoff is maximised: each chain its own, all their sum, or economic welfare
NASH, JOINT, PLANNER = range(3)

# common to the chains: tau, loss, delta, Mbar, alpha, beta, gamma, a, b, w, c_s, theta, lambda,
# kappa, sigma, h, M
(
    THREAT, LOSS, DISCOUNT, THRESHOLD, EFFECTIVENESS, ELASTICITY, RIVALRY, INTERCEPT, SLOPE,
    WHOLESALE, SUPPLIER_COST, SHARING, SPILLOVER, DISCLOSURE, SUBSIDY, HARM, MINIMUM,
) = range(17)  # fmt: skip
GIVEN = 17
# derived: the contract, its price a unit, the commitment of a chain, theta lambda, b gamma,
# 1 - loss, the scale of payoffs; and whose payoff is maximised
CONTRACT, PRICE, COMMITTED, REACH, CROSS, KEPT, SCALE, GOAL = range(GIVEN, GIVEN + 8)
# of the orders last solved: S, and 1 + how much all orders together respond to S
TOTAL, RESPONSE = range(GIVEN + 8, GIVEN + 10)
# threads write at their scratch all the time: a cache line of their own must lie between them
COMMON = 48

# given for each chain: tau v, L, d
VULNERABILITY, BREACH_COST, NEED = range(3)
(
    INVESTMENT,  # z
    BREACH,  # B, and its derivative by Z
    STEEPNESS,
    MEAN,  # m, E and 1 / (b (2 E - gamma m^2))
    SQUARE,
    INVERSE,
    ORDER,  # o, and 1 if it responds to S, 0 if it is held at 0 or at the commitment
    MOVES,
    SHIFT,  # derivative of o by the chain's own B at the same S
    PULL,  # derivative of S by the chain's B
    GRADIENT,  # derivatives of the goal by B, then by z
    ORDER_WHOLE,  # tables of the flexible contract: of a chain that is whole, and one that is hit
    ORDER_HIT,
    DELIVERY_WHOLE,
    DELIVERY_HIT,
    PROFIT_WHOLE,
    PROFIT_HIT,
    SURPLUS_WHOLE,
    SURPLUS_HIT,
    WELFARE_WHOLE,
    WELFARE_HIT,
    ODDS,  # probabilities of the numbers of breached rivals, and their derivatives
    TILT,
    LIMIT,  # log(1 + alpha z) of the highest investment that can pay
    RESIDUAL,  # kept by Newton's method, by the certificate and by the rounds of responses
    CENTRE,
    ANSWER,
    HERE,
    CHECKPOINT,
    STEP,
    POSITION,  # of a climb
    DESCENT,
    DIRECTION,
    NEW_POSITION,
    NEW_DESCENT,
    PRODUCT,
) = map(np.int64, range(3, 3 + 36))  # fmt: skip
COLUMNS = 48

# investments tried by the solver and, finer, by the certificate: whole vectors
COARSE, FINE = np.int64(32), np.int64(128)
WIDTH = VECTOR_BYTES // 8
# ``curve`` holds payoffs; from NEAR on those of a closer look; then what payoffs are made of: from
# PARTS on so many vectors for each chain
NEAR = np.int64(FINE)
PARTS = NEAR + WIDTH
VECTORS = 5
# starts beside one for each chain: all at 0, all at the limit, and what is tried if none led home
EXTRA_STARTS = 8


class Scratch(NamedTuple):
    """Working arrays, one of each kind for each thread along the first axis, all float64.

    ``common`` (COMMON,); ``chain`` (chains, COLUMNS); ``curve`` flat; ``matrix`` (chains + 1,
    chains); ``found`` (chains + 2, chains + 2 + EXTRA_STARTS): equilibria, their values and, last,
    the largest gains that their certificates found.
    """

    common: Any
    chain: Any
    curve: Any
    matrix: Any
    found: Any


@compiled
def copy(chain, source, target):
    """Copy one column of ``chain`` to another."""
    for j in range(chain.shape[0]):
        chain[j, target] = chain[j, source]


@compiled(folded=True)
def load(common, chain, parameters, chains, contract, goal):
    """Set what one contract at one parameter point is solved from, for one goal."""
    n = chain.shape[0]
    for i in range(GIVEN):
        common[i] = parameters[i]
    cost = 0.0
    for j in range(n):
        chain[j, VULNERABILITY] = chains[VULNERABILITY, j] * parameters[THREAT]
        chain[j, BREACH_COST] = chains[BREACH_COST, j]
        chain[j, NEED] = chains[NEED, j]
        cost = max(cost, chain[j, VULNERABILITY] * chains[BREACH_COST, j])
    minimum = parameters[MINIMUM] if contract != FIXED else 0.0
    discounted = contract != FIXED and minimum >= parameters[THRESHOLD]
    common[CONTRACT] = contract
    common[GOAL] = goal
    common[PRICE] = parameters[WHOLESALE] * (1.0 - (parameters[DISCOUNT] if discounted else 0.0))
    common[COMMITTED] = minimum / n
    common[REACH] = parameters[SHARING] * parameters[SPILLOVER]
    common[CROSS] = parameters[SLOPE] * parameters[RIVALRY]
    common[KEPT] = 1.0 - parameters[LOSS]
    surplus = parameters[INTERCEPT] * parameters[INTERCEPT] / (4.0 * parameters[SLOPE])
    common[SCALE] = surplus + cost
