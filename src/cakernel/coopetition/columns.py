"""What the solver's rows are called: names of contracts, regimes and outcomes, and the tables."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.coopetition.kernel.solver import Rows
from cakernel.coopetition.points import Group
from cakernel.coopetition.words import CONTRACTS, REGIMES
from cakernel.errors import InvalidInput
from cakernel.wording import shown

Codes = npt.NDArray[np.int64]

# by the kernel's codes; the first status means that a row was not run
STATUSES = ("not run", "converged", "not unique", "cycling", "not converged")
SELECTIONS = ("only one found", "highest total profit", "first chain invests most")
# expectations of the whole market and of each chain, fields of the kernel's rows
MARKET_OUTCOMES = (
    "total_profit",
    "consumer_surplus",
    "supplier_profit",
    "subsidy_bill",
    "unmet_need",
    "unmet_harm",
    "economic_welfare",
    "welfare_without_risk",
)
CHAIN_OUTCOMES = ("investment", "breach_probability", "order", "delivery", "profit")


def codes(name: str, chosen: Sequence[str], known: Sequence[str]) -> Codes:
    """Return the kernel's codes of names, each named once; ``name`` is the argument's."""
    if isinstance(chosen, str) or not isinstance(chosen, Sequence) or not chosen:
        raise InvalidInput(f"{name}: got {shown(chosen)}; must be a list of one or more names")
    for value in chosen:
        if value not in known:
            raise InvalidInput(f"{name}: got {shown(value)}; must be one of {', '.join(known)}")
        if list(chosen).count(value) > 1:
            raise InvalidInput(f"{name}: got {shown(value)} more than once; must be once")
    return np.array([known.index(value) for value in chosen], np.int64)


def group_table(group: Group, rows: Rows, contracts: Codes, regimes: Codes) -> pl.DataFrame:
    """Return the rows of one group of points as a table; what is no equilibrium has no outcomes."""
    count, each = len(group.index), len(contracts) * len(regimes)
    outcomes = outcome_columns(group, rows)
    table = pl.DataFrame(
        [
            pl.Series("point", np.repeat(group.index, each)),
            _named("contract", CONTRACTS, np.tile(np.repeat(contracts, len(regimes)), count)),
            _named("regime", REGIMES, np.tile(regimes, count * len(contracts))),
            _named("status", STATUSES, rows.markets["status"]),
            pl.Series("error", [None], pl.String).new_from_index(0, count * each),
            pl.Series("largest_gain", rows.markets["largest_gain"]),
            pl.Series("equilibria_found", rows.markets["equilibria_found"]),
            _named("selection", SELECTIONS, rows.markets["selection"]),
            *outcomes,
        ]
    )
    reached = is_equilibrium(rows)
    if reached.all():
        return table
    hidden = pl.col("selection", *(series.name for series in outcomes))
    return table.with_columns(pl.when(pl.Series(reached)).then(hidden).name.keep())


def is_equilibrium(rows: Rows) -> npt.NDArray[np.bool_]:
    """Say which rows are equilibria by their certificates."""
    return np.isin(
        rows.markets["status"], [STATUSES.index("converged"), STATUSES.index("not unique")]
    )


def outcome_columns(group: Group, rows: Rows) -> list[pl.Series]:
    """Return the expectations, of the whole market and then of each chain."""
    whole = [pl.Series(name, rows.markets[name]) for name in MARKET_OUTCOMES]
    return whole + [
        pl.Series(f"{name}_{j + 1}", rows.chains[name][:, j])
        for name in CHAIN_OUTCOMES
        for j in range(group.chains)
    ]


def chain_columns(chains: int, outcomes: Sequence[str] = CHAIN_OUTCOMES) -> list[str]:
    """Return the columns of each chain's outcomes, such as investment_1, outcome by outcome."""
    return [f"{name}_{chain}" for name in outcomes for chain in range(1, chains + 1)]


def _named(column: str, names: Sequence[str], places: Codes) -> pl.Series:
    """Return codes as a column of names."""
    return pl.Series(column, names, pl.Enum(names)).gather(places)
