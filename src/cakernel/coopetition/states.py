"""`orders`: what every chain orders, delivers and pays in every breach state.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.coopetition.equilibrium import alone, checked_investments, solve_closely
from cakernel.coopetition.kernel.solver import Rows
from cakernel.coopetition.market import Market
from cakernel.coopetition.points import Numbers
from cakernel.errors import InvalidInput

# 2^n states times n chains are a table that can be read
MOST_CHAINS = 10


@dataclass(frozen=True)
class States:
    """Breach states and what happens in them, each an array (states, chains)."""

    hit: npt.NDArray[np.bool_]
    order: Numbers
    delivery: Numbers
    production: Numbers
    payment: Numbers
    price: Numbers


def in_states(market: Market, contract: str, rows: Rows, hit: npt.NDArray[np.bool_]) -> States:
    """Return what happens in the states of ``hit`` (states, chains), by the orders in ``rows``."""
    if contract == "flexible-moq":
        # a chain's order depends on its own breach and on how many of its rivals are breached
        rivals = hit.sum(axis=1, keepdims=True) - hit
        order = rows.orders[0, hit.astype(int), rivals]
    else:
        order = np.broadcast_to(rows.orders[0, 0], hit.shape)
    moq = contract != "fixed"
    discounted = moq and market.minimum_order >= market.discount_threshold
    price = market.wholesale_price * (1 - market.discount if discounted else 1)
    production = np.maximum(market.minimum_order / market.chains if moq else 0.0, order)
    delivery = np.where(hit, 1 - market.delivery_loss, 1.0) * order
    rivals_delivery = delivery.sum(axis=1, keepdims=True) - delivery
    weighed = delivery + market.substitutability * rivals_delivery
    return States(
        hit,
        order,
        delivery,
        production,
        price * production,
        market.demand_intercept - market.demand_slope * weighed,
    )


def orders(market: Market, *, contract: str, investments: Sequence[float]) -> pl.DataFrame:
    """Return orders, deliveries and prices of every chain in every breach state.

    Inspired by the abstract of Arisian et al. (2025); not a reproduction. Orders are best
    responses to each other; before breaches ("fixed", "fixed-moq") they are the same in all
    states, after them ("flexible-moq") they do not depend on investments.

    Parameters
    ----------
    market : Market
        At most 10 chains.
    contract : str
        As in `equilibria`.
    investments : sequence of float
        z of each chain, 0 or more.

    Returns
    -------
    polars.DataFrame
        One row a breach state and chain: ``state`` (a digit a chain, 1 if it is breached),
        ``probability`` of the state, ``chain`` (from 1), ``breached``, ``order``, ``delivery``,
        ``production``, ``payment``, ``price`` (of the chain's product).

    Raises
    ------
    InvalidInput
        If the market has more chains, a name is unknown or an investment outside its range.
    """
    if market.chains > MOST_CHAINS:
        raise InvalidInput(
            f"chains: got {market.chains}; must be at most {MOST_CHAINS} for a table of all breach "
            "states"
        )
    given = checked_investments(market, investments)
    rows = solve_closely(alone(market), contract, "nash", given)
    hit = np.array(list(product((False, True), repeat=market.chains)))
    states = in_states(market, contract, rows, hit)
    breach = rows.chains["breach_probability"][0]
    odds = np.where(hit, breach, 1 - breach).prod(axis=1)
    names = ["".join("01"[h] for h in state) for state in hit.astype(int)]
    return pl.DataFrame(
        {
            "state": np.repeat(np.array(names), market.chains),
            "probability": np.repeat(odds, market.chains),
            "chain": np.tile(np.arange(1, market.chains + 1), len(hit)),
            "breached": hit.ravel(),
            "order": states.order.ravel(),
            "delivery": states.delivery.ravel(),
            "production": states.production.ravel(),
            "payment": states.payment.ravel(),
            "price": states.price.ravel(),
        }
    )
