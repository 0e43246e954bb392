"""Market by breach state: orders in every state, and expectations over states drawn at random."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Annotated

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import Seed, Whole
from cakernel.coopetition.columns import (
    CHAIN_OUTCOMES,
    MARKET_OUTCOMES,
    chain_columns,
    outcome_columns,
)
from cakernel.coopetition.kernel.breaches import draw_breaches
from cakernel.coopetition.kernel.solver import Rows
from cakernel.coopetition.kernel_calls import solve_closely
from cakernel.coopetition.market import Market
from cakernel.coopetition.one_market import checked_investments
from cakernel.coopetition.points import Numbers, single_point
from cakernel.errors import InvalidInput

# 2^n states times n chains are a table that can be read
MOST_CHAINS = 10
MOST_DRAWS = 100_000_000
# outcomes of the market that are the same in every breach state
NOT_RANDOM = ("subsidy_bill", "welfare_without_risk")
# draws held in memory at once
BLOCK = 50_000

Breaches = npt.NDArray[np.bool_]
OF_A_STATE = ("order", "delivery", "production", "payment", "price")


@dataclass(frozen=True)
class States:
    """Breach states and what happens in them, each an array (states, chains)."""

    breached: Breaches
    order: Numbers
    delivery: Numbers
    production: Numbers
    payment: Numbers
    price: Numbers


@checked_arguments
def orders(market: Market, *, contract: str, investments: Sequence[float]) -> pl.DataFrame:
    """Return orders, deliveries and prices of every chain in every breach state.

    Orders are best responses to each other; before breaches ("fixed", "fixed-moq") they are the
    same in all states, after them ("flexible-moq") they do not depend on investments.

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

    Examples
    --------
    >>> table = orders(Market(delivery_loss=0.4), contract="fixed", investments=[0, 0])
    >>> table["state"].unique(maintain_order=True).to_list()
    ['00', '01', '10', '11']

    A breached chain fails to deliver 40% of what it ordered.

    >>> (table["delivery"] / table["order"]).round(6).to_list()
    [1.0, 1.0, 1.0, 0.6, 0.6, 1.0, 0.6, 0.6]
    """
    if market.chains > MOST_CHAINS:
        raise InvalidInput(
            f"chains: got {market.chains}; must be at most {MOST_CHAINS} for a table of all breach "
            "states"
        )
    given = checked_investments(market, investments)
    rows = solve_closely(single_point(market), contract, "nash", given)
    breached = np.array(list(product((False, True), repeat=market.chains)))
    states = _in_states(market, contract, rows, breached)
    probability = rows.chains["breach_probability"][0]
    odds = np.where(breached, probability, 1 - probability).prod(axis=1)
    names = ["".join(map(str, state)) for state in breached.astype(int)]
    return pl.DataFrame(
        {
            "state": np.repeat(np.array(names), market.chains),
            "probability": np.repeat(odds, market.chains),
            "chain": np.tile(np.arange(1, market.chains + 1), len(breached)),
            "breached": breached.ravel(),
            **{name: getattr(states, name).ravel() for name in OF_A_STATE},
        }
    )


@checked_arguments
def estimate(
    market: Market,
    *,
    contract: str,
    investments: Sequence[float],
    draws: Annotated[int, Whole(2, MOST_DRAWS)] = 100_000,
    seed: Seed = 1,
) -> pl.DataFrame:
    """Estimate by random breach states what all expect at given investments.

    `outcome` gives the same expectations exactly, for any number of chains; this is a check of them
    by another way.

    Parameters
    ----------
    market : Market
        The chains and their platform.
    contract : str
        As in `equilibria`.
    investments : sequence of float
        z of each chain, 0 or more.
    draws : int, default 100,000
        Breach states, each a pure function of ``seed`` and its number, 2 or more.
    seed : int, default 1
        Key of the random numbers, 0 to 2^64 - 1.

    Returns
    -------
    polars.DataFrame
        ``outcome`` (a column of `outcome`), ``mean`` and ``standard_error`` over draws, ``exact``.

    Raises
    ------
    InvalidInput
        If an argument is outside its range.

    Examples
    --------
    >>> table = estimate(Market(), contract="fixed", investments=[0.01, 0.01], draws=1000)
    >>> apart = (table["mean"] - table["exact"]).abs()
    >>> bool((apart <= 4 * table["standard_error"] + 1e-12).all())
    True
    """
    given = checked_investments(market, investments)
    group = single_point(market)
    rows = solve_closely(group, contract, "nash", given)
    exact = {series.name: series.item() for series in outcome_columns(group, rows)}
    odds = rows.chains["breach_probability"][0]
    thresholds = np.array([round(p * 2**32) for p in odds], np.uint64)
    names = [
        *(name for name in MARKET_OUTCOMES if name not in NOT_RANDOM),
        *chain_columns(market.chains, CHAIN_OUTCOMES[2:]),
    ]
    pivot = np.array([exact[name] for name in names])
    total, squares = np.zeros_like(pivot), np.zeros_like(pivot)
    for first in range(0, draws, BLOCK):
        breached = np.empty((min(BLOCK, draws - first), market.chains), bool)
        draw_breaches(breached, thresholds, np.uint64(seed), np.uint64(first))
        # differences from what is expected keep sums of squares exact
        states = _in_states(market, contract, rows, breached)
        apart = _values(market, states, given[0]) - pivot[:, None]
        total += apart.sum(axis=1)
        squares += (apart**2).sum(axis=1)
    variance = np.maximum(squares - total**2 / draws, 0) / (draws - 1)
    return pl.DataFrame(
        {
            "outcome": names,
            "mean": pivot + total / draws,
            "standard_error": np.sqrt(variance / draws),
            "exact": pivot,
        }
    )


def _in_states(market: Market, contract: str, rows: Rows, breached: Breaches) -> States:
    """Return what happens in states of the market, by the orders in ``rows``."""
    if contract == "flexible-moq":
        # a chain's order depends on its own breach and on how many of its rivals are breached
        rivals = breached.sum(axis=1, keepdims=True) - breached
        order = rows.orders[0, breached.astype(int), rivals]
    else:
        order = np.broadcast_to(rows.orders[0, 0], breached.shape)
    moq = contract != "fixed"
    discounted = moq and market.minimum_order >= market.discount_threshold
    price = market.wholesale_price * (1 - market.discount if discounted else 1)
    production = np.maximum(market.minimum_order / market.chains if moq else 0.0, order)
    delivery = np.where(breached, 1 - market.delivery_loss, 1.0) * order
    rivals_delivery = delivery.sum(axis=1, keepdims=True) - delivery
    weighed = delivery + market.substitutability * rivals_delivery
    return States(
        breached,
        order,
        delivery,
        production,
        price * production,
        market.demand_intercept - market.demand_slope * weighed,
    )


def _values(market: Market, states: States, investments: Numbers) -> Numbers:
    """Return every outcome in every state, (outcomes, states)."""
    delivery = states.delivery
    sharing = market.disclosure_cost * market.sharing_level**2
    profit = states.price * delivery - states.payment - sharing
    breaches = np.asarray(market.breach_cost) * states.breached
    profit -= (1 - market.subsidy_rate) * investments + breaches
    total, own = delivery.sum(axis=1), (delivery**2).sum(axis=1)
    pairs = market.substitutability * (total**2 - own)
    surplus = market.demand_slope / 2 * (own + pairs)
    supplier = (states.payment - market.supplier_cost * states.production).sum(axis=1)
    unmet = np.maximum(0, np.asarray(market.essential_need) - delivery).sum(axis=1)
    harm = market.harm_per_unit * unmet
    subsidy = market.subsidy_rate * investments.sum()
    profits = profit.sum(axis=1)
    welfare = surplus + profits + supplier - subsidy - harm
    whole = np.stack([profits, surplus, supplier, unmet, harm, welfare])
    return np.concatenate([whole, states.order.T, delivery.T, profit.T])
