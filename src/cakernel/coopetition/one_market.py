"""One market looked at closely: all its equilibria, and what follows from given investments."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import check_value
from cakernel.coopetition.columns import SELECTIONS, STATUSES, is_equilibrium, outcome_columns
from cakernel.coopetition.kernel_calls import solve_closely
from cakernel.coopetition.market import AMOUNTS, Market
from cakernel.coopetition.points import Numbers, single_point
from cakernel.errors import InvalidInput


@checked_arguments
def equilibrium(market: Market, *, contract: str, regime: str = "nash") -> pl.DataFrame:
    """Find all equilibria of investment of one market that the starts lead to.

    Parameters
    ----------
    market : Market
        The chains and their platform.
    contract : {"fixed", "fixed-moq", "flexible-moq"}
        As in `equilibria`.
    regime : {"nash", "joint", "planner"}, default "nash"
        As in `equilibria`.

    Returns
    -------
    polars.DataFrame
        One row an equilibrium found, the one that `equilibria` reports first: ``status``,
        ``selection`` (why it is the reported one, null for others), ``largest_gain`` of each, and
        its expectations as in `equilibria`. If none was found, one row with the status alone.

    Raises
    ------
    InvalidInput
        If a name is unknown.

    Examples
    --------
    Two alike chains that hardly influence each other have one equilibrium, and invest the same.

    >>> found = equilibrium(Market(substitutability=0.1), contract="fixed")
    >>> found["status"].to_list()
    ['converged']
    >>> bool(abs(found["investment_1"][0] - found["investment_2"][0]) < 1e-6)
    True
    """
    group = single_point(market)
    rows = solve_closely(group, contract, regime)
    first = rows.markets[0]
    status, count = int(first["status"]), int(first["equilibria_found"])
    if not is_equilibrium(rows)[0]:
        return pl.DataFrame({"status": [STATUSES[status]], "largest_gain": [first["largest_gain"]]})
    reported = rows.chains["investment"][0]
    found = rows.found[0, :count]
    # rounding aside, the reported one is among them
    apart = np.abs(found - reported).max(axis=1)
    found = found[np.argsort(apart, kind="stable")]
    each = solve_closely(group.repeated(count), contract, regime, found)
    labels = [SELECTIONS[first["selection"]], *[None] * (count - 1)]
    return pl.DataFrame(
        [
            pl.Series("status", [STATUSES[status]] * count),
            pl.Series("selection", labels, pl.String),
            pl.Series("largest_gain", each.markets["largest_gain"]),
            *outcome_columns(group, each),
        ]
    )


@checked_arguments
def outcome(
    market: Market, *, contract: str, investments: Sequence[float], regime: str = "nash"
) -> pl.DataFrame:
    """Return what all expect at given investments, and whether these are an equilibrium.

    Parameters
    ----------
    market : Market
        The chains and their platform.
    contract, regime : str
        As in `equilibria`.
    investments : sequence of float
        z of each chain, 0 or more.

    Returns
    -------
    polars.DataFrame
        One row: ``is_equilibrium``, ``largest_gain`` (the certificate of `equilibria`) and the
        expectations as there.

    Raises
    ------
    InvalidInput
        If a name is unknown or an investment outside its range.

    Examples
    --------
    Without investments a chain is breached with probability tau v, and it pays to invest.

    >>> market = Market(threat_probability=0.5, vulnerability=0.2)
    >>> expected = outcome(market, contract="fixed", investments=[0, 0])
    >>> expected.select("is_equilibrium", "breach_probability_1").row(0)
    (False, 0.1)
    """
    group = single_point(market)
    rows = solve_closely(group, contract, regime, checked_investments(market, investments))
    return pl.DataFrame(
        [
            pl.Series("is_equilibrium", is_equilibrium(rows)),
            pl.Series("largest_gain", rows.markets["largest_gain"]),
            *outcome_columns(group, rows),
        ]
    )


def checked_investments(market: Market, investments: Sequence[float]) -> Numbers:
    """Return the investments of all chains as one point's, checked."""
    values = check_value("investments", investments, AMOUNTS)
    if len(values) != market.chains:
        raise InvalidInput(
            f"investments: got {len(values)} numbers; must be one for each of the "
            f"{market.chains} chains"
        )
    return np.array([values], float)
