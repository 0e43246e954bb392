"""Monte Carlo over breach states: what `outcome` computes exactly, estimated with standard errors.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from cakernel.checks import MAX_SEED, check_value, whole
from cakernel.coopetition.equilibrium import alone, checked_investments, solve_closely
from cakernel.coopetition.kernel.breaches import draw_breaches
from cakernel.coopetition.market import Market
from cakernel.coopetition.points import Numbers
from cakernel.coopetition.states import States, in_states
from cakernel.coopetition.table import EACH, NUMBERS, outcome_columns

MOST_DRAWS = 100_000_000
# draws held in memory at once
BLOCK = 50_000


def estimate(
    market: Market,
    *,
    contract: str,
    investments: Sequence[float],
    draws: int = 100_000,
    seed: int = 1,
) -> pl.DataFrame:
    """Estimate by random breach states what all expect at given investments.

    Inspired by the abstract of Arisian et al. (2025); not a reproduction. `outcome` gives the same
    expectations exactly, for any number of chains; this is a check of them by another way.

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
    """
    check_value("draws", draws, whole(2, MOST_DRAWS))
    check_value("seed", seed, whole(0, MAX_SEED - 1))
    given = checked_investments(market, investments)
    group = alone(market)
    rows = solve_closely(group, contract, "nash", given)
    exact = {series.name: series.item() for series in outcome_columns(group, rows)}
    thresholds = np.array(
        [round(p * 2**32) for p in rows.chains["breach_probability"][0]], np.uint64
    )
    names = _names(market)
    pivot = np.array([exact[name] for name in names])
    total, squares = np.zeros_like(pivot), np.zeros_like(pivot)
    for first in range(0, draws, BLOCK):
        hit = np.empty((min(BLOCK, draws - first), market.chains), bool)
        draw_breaches(hit, thresholds, np.uint64(seed), np.uint64(first))
        # differences from what is expected keep sums of squares exact
        apart = _values(market, in_states(market, contract, rows, hit), given[0]) - pivot[:, None]
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


def _names(market: Market) -> list[str]:
    """Return the outcomes that are random, in the order of `_values`."""
    whole = [name for name in NUMBERS if name not in ("subsidy_bill", "welfare_without_risk")]
    return whole + [f"{name}_{j + 1}" for name in EACH[2:] for j in range(market.chains)]


def _values(market: Market, states: States, investments: Numbers) -> Numbers:
    """Return every outcome in every state, (outcomes, states)."""
    delivery = states.delivery
    sharing = market.disclosure_cost * market.sharing_level**2
    profit = states.price * delivery - states.payment - sharing
    profit -= (1 - market.subsidy_rate) * investments + np.asarray(market.breach_cost) * states.hit
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
