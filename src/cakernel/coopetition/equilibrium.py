"""One market looked at closely: all its equilibria, and what follows from given investments.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from cakernel.checks import check_value
from cakernel.coopetition.equilibria import codes
from cakernel.coopetition.kernel.solver import Rows
from cakernel.coopetition.market import AMOUNTS, Market
from cakernel.coopetition.points import Group, Numbers, points_of
from cakernel.coopetition.solving import solve_group
from cakernel.coopetition.table import (
    CONTRACTS,
    REGIMES,
    SELECTION,
    STATUS,
    is_equilibrium,
    outcome_columns,
)
from cakernel.errors import InvalidInput


def equilibrium(market: Market, *, contract: str, regime: str = "nash") -> pl.DataFrame:
    """Find all equilibria of investment of one market that the starts lead to.

    Inspired by the abstract of Arisian et al. (2025); not a reproduction.

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
    """
    group = alone(market)
    rows = solve_closely(group, contract, regime, None)
    first = rows.markets[0]
    status, count = int(first["status"]), int(first["equilibria_found"])
    if not is_equilibrium(rows)[0]:
        return pl.DataFrame({"status": [STATUS[status]], "largest_gain": [first["largest_gain"]]})
    reported = rows.chains["investment"][0]
    found = rows.found[0, :count]
    # rounding aside, the reported one is among them
    apart = np.abs(found - reported).max(axis=1)
    found = found[np.argsort(apart, kind="stable")]
    each = solve_closely(_repeated(group, count), contract, regime, found)
    labels = [SELECTION[first["selection"]], *[None] * (count - 1)]
    return pl.DataFrame(
        [
            pl.Series("status", [STATUS[status]] * count),
            pl.Series("selection", labels, pl.String),
            pl.Series("largest_gain", each.markets["largest_gain"]),
            *outcome_columns(group, each),
        ]
    )


def outcome(
    market: Market, *, contract: str, investments: Sequence[float], regime: str = "nash"
) -> pl.DataFrame:
    """Return what all expect at given investments, and whether these are an equilibrium.

    Inspired by the abstract of Arisian et al. (2025); not a reproduction.

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
    """
    group = alone(market)
    rows = solve_closely(group, contract, regime, checked_investments(market, investments))
    return pl.DataFrame(
        [
            pl.Series("is_equilibrium", is_equilibrium(rows)),
            pl.Series("largest_gain", rows.markets["largest_gain"]),
            *outcome_columns(group, rows),
        ]
    )


def alone(market: Market) -> Group:
    """Return one market as a group of points."""
    return points_of([market], market).groups[0]


def _repeated(group: Group, count: int) -> Group:
    return Group(
        group.chains,
        np.zeros(count, np.int64),
        np.repeat(group.parameters, count, axis=0),
        np.repeat(group.each, count, axis=0),
    )


def solve_closely(group: Group, contract: str, regime: str, given: Numbers | None) -> Rows:
    """Call the kernel for one contract and regime, with all that it can tell."""
    return solve_group(
        group,
        contracts=codes("contract", [contract], CONTRACTS),
        regimes=codes("regime", [regime], REGIMES),
        threads=1,
        given=given,
        detail=True,
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
