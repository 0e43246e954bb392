"""A game, a market under one contract, and the searches' working memory, as records.

A field is read and set by name: ``game.market.price``, ``game.chains[j].investment``. Functions of
the model take the parts of a game that they read or set; searches take all of it, and their memory.
Arrays have room for the most chains there may be; ``market.chains`` of them are used.
"""

from typing import Any

import numpy as np
from numba import config

from cakernel.jit.compile import compiled
from cakernel.jit.program_values import VECTOR_BYTES

# numba compiles a function anew for every plain constant that it is called with; constants of a
# NumPy type, such as ZERO, spare that
ZERO = np.int64(0)

FIXED, FIXED_MINIMUM, FLEXIBLE = range(3)
# whose payoff is maximised: each chain its own, all their sum, or economic welfare
NASH, JOINT, PLANNER = range(3)

MOST_CHAINS = 20
# lanes of a vector; investments tried by the solver and, finer, by the certificate: whole vectors
WIDTH = VECTOR_BYTES // 8
COARSE, FINE = np.int64(32), np.int64(128)
# starts of the search for equilibria beside those where none, all or one of the chains invest
EXTRA_STARTS = 8


def numbers(*fields: str) -> np.dtype[Any]:
    """Return the type of a record of float64."""
    return np.dtype([(field, "f8") for field in fields])


MARKET = np.dtype(
    [
        ("threat_probability", "f8"),  # tau
        ("delivery_loss", "f8"),  # loss
        ("discount", "f8"),  # delta
        ("discount_threshold", "f8"),  # Mbar
        ("security_effectiveness", "f8"),  # alpha
        ("security_elasticity", "f8"),  # beta
        ("substitutability", "f8"),  # gamma
        ("demand_intercept", "f8"),  # a
        ("demand_slope", "f8"),  # b
        ("wholesale_price", "f8"),  # w
        ("supplier_cost", "f8"),  # c_s
        ("sharing_level", "f8"),  # theta
        ("spillover", "f8"),  # lambda
        ("disclosure_cost", "f8"),  # kappa
        ("subsidy_rate", "f8"),  # sigma
        ("harm_per_unit", "f8"),  # h
        ("minimum_order", "f8"),  # M
        ("chains", "i8"),  # n
        # set by `set_terms`
        ("contract", "i8"),
        ("goal", "i8"),
        ("price", "f8"),  # c, of a unit under the contract
        ("committed", "f8"),  # C = M / n, what a chain pays for at least
        ("reach", "f8"),  # theta lambda
        ("cross", "f8"),  # b gamma
        ("kept", "f8"),  # 1 - loss
        ("scale", "f8"),  # of payoffs
        # set by `solve_orders`
        ("total", "f8"),  # S, the expected delivery of all chains
        ("response", "f8"),  # 1 - the derivative by S of all that they deliver
    ]
)
CHAIN = np.dtype(
    [
        ("vulnerability", "f8"),  # v
        ("breach_cost", "f8"),  # L
        ("essential_need", "f8"),  # d
        ("exposure", "f8"),  # tau v
        ("limit", "f8"),  # log(1 + alpha z) of the highest investment that can pay
        ("investment", "f8"),  # z
        ("breach", "f8"),  # B
        ("breach_slope", "f8"),  # dB/dZ
        ("gradient", "f8"),  # derivative of the goal by B, then by z
    ]
)
ORDER = np.dtype(
    [
        ("share", "f8"),  # m = E x of the share x of an order that arrives
        ("squared_share", "f8"),  # E = E x^2
        ("inverse", "f8"),  # 1 / D, D = b (2 E - gamma m^2); 0 if D is 0
        ("quantity", "f8"),  # o
        ("moves", "f8"),  # 1 if o moves with S; 0 if it is held at 0 or at the commitment
        ("shift", "f8"),  # derivative of o by the chain's own B at the same S
        ("pull", "f8"),  # derivative of S by the chain's B
    ]
)
# what a chain orders and gets under the flexible contract in one state
STATE = numbers("order", "delivery", "profit", "surplus", "welfare")
# how probable a number of breached rivals is, and the derivative of that by an investment
ODDS = numbers("probability", "slope")
# threads write to their records all the time: no two of them may share a cache line
GAP = ("gap", "u1", VECTOR_BYTES)
GAME = np.dtype(
    [
        ("market", MARKET),
        ("chains", CHAIN, MOST_CHAINS),
        ("orders", ORDER, MOST_CHAINS),
        ("states", STATE, (MOST_CHAINS, 2)),  # by breached rivals and the chain's own breach
        ("odds", ODDS, MOST_CHAINS),  # by breached rivals
        GAP,
    ]
)

# of best responses: investments, and the last step in position; the best deviation that the
# certificate found, and where it looked around; a condition that Newton's method solves
STEP = numbers("answer", "kept", "checkpoint", "step", "deviation", "centre", "residual")
# of the joint search: the best investment, a position, slope of the goal and direction there
ASCENT = numbers(
    "highest", "position", "descent", "direction", "new_position", "new_descent", "product"
)
# a chain's numbers at WIDTH investments; ``odds``: that as many rivals are breached as its index
LANES = np.dtype(
    [
        (field, "f8", WIDTH)
        for field in ("invested", "breach", "share", "inverse", "quantity", "odds")
    ]
)
# an equilibrium, the goal's value or all profits (Nash), and the gain that its certificate found
FOUND = np.dtype([("investments", "f8", MOST_CHAINS), ("value", "f8"), ("gain", "f8")])
SEARCH = np.dtype(
    [
        ("steps", STEP, MOST_CHAINS),
        ("ascents", ASCENT, MOST_CHAINS),
        ("lanes", LANES, MOST_CHAINS),
        ("grid", "f8", FINE),  # payoffs along a chain's investment
        ("near", "f8", WIDTH),  # those of a closer look
        ("matrix", "f8", (MOST_CHAINS + 1, MOST_CHAINS)),  # linear equations, inverse Hessian
        ("found", FOUND, MOST_CHAINS + 2 + EXTRA_STARTS),
        GAP,
    ]
)


def records(shape: tuple[int, ...], kind: Any) -> Any:
    """Return an array of records, all 0, for kernels: their fields are attributes there."""
    made = np.zeros(shape, kind)
    return made.view(np.recarray) if config.DISABLE_JIT else made


@compiled(folded=True)
def set_terms(market, chains, contract, goal):
    """Set what follows from the given numbers under one contract, for one goal.

    The scale of payoffs is a monopolist's revenue a^2 / (4 b), and the most that breaches cost.
    """
    cost = 0.0
    for j in range(market.chains):
        chains[j].exposure = chains[j].vulnerability * market.threat_probability
        cost = max(cost, chains[j].exposure * chains[j].breach_cost)
    minimum = market.minimum_order if contract != FIXED else 0.0
    discounted = contract != FIXED and minimum >= market.discount_threshold
    market.contract = contract
    market.goal = goal
    market.price = market.wholesale_price * (1.0 - (market.discount if discounted else 0.0))
    market.committed = minimum / market.chains
    market.reach = market.sharing_level * market.spillover
    market.cross = market.demand_slope * market.substitutability
    market.kept = 1.0 - market.delivery_loss
    surplus = market.demand_intercept * market.demand_intercept / (4.0 * market.demand_slope)
    market.scale = surplus + cost


@compiled(linked=True)
def copy(market, source, target):
    """Copy a field of all chains: ``copy(market, chains["investment"], steps["kept"])``."""
    for j in range(market.chains):
        target[j] = source[j]
