"""From the kernel's rows to polars tables: what columns there are and what they are called.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.coopetition.kernel.solver import Rows
from cakernel.coopetition.points import Group
from cakernel.coopetition.solving import Codes

# by the kernel's codes; the first status means that a row was not run
CONTRACTS = ("fixed", "fixed-moq", "flexible-moq")
REGIMES = ("nash", "joint", "planner")
STATUS = ("not run", "converged", "not unique", "cycling", "not converged")
SELECTION = ("only one found", "highest total profit", "first chain invests most")
NUMBERS = (
    "total_profit",
    "consumer_surplus",
    "supplier_profit",
    "subsidy_bill",
    "unmet_need",
    "unmet_harm",
    "economic_welfare",
    "welfare_without_risk",
)
EACH = ("investment", "breach_probability", "order", "delivery", "profit")


def group_table(group: Group, rows: Rows, contracts: Codes, regimes: Codes) -> pl.DataFrame:
    """Return the rows of one group of points as a table; what is no equilibrium has no outcomes."""
    count, each = len(group.index), len(contracts) * len(regimes)
    outcomes = outcome_columns(group, rows)
    table = pl.DataFrame(
        [
            pl.Series("point", np.repeat(group.index, each)),
            named("contract", CONTRACTS, np.tile(np.repeat(contracts, len(regimes)), count)),
            named("regime", REGIMES, np.tile(regimes, count * len(contracts))),
            named("status", STATUS, rows.markets["status"]),
            pl.Series("error", [None], pl.String).new_from_index(0, count * each),
            pl.Series("largest_gain", rows.markets["largest_gain"]),
            pl.Series("equilibria_found", rows.markets["equilibria_found"]),
            named("selection", SELECTION, rows.markets["selection"]),
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
    return np.isin(rows.markets["status"], [STATUS.index("converged"), STATUS.index("not unique")])


def outcome_columns(group: Group, rows: Rows) -> list[pl.Series]:
    """Return the expectations, of the whole market and then of each chain."""
    whole = [pl.Series(name, rows.markets[name]) for name in NUMBERS]
    return whole + [
        pl.Series(f"{name}_{j + 1}", rows.chains[name][:, j])
        for name in EACH
        for j in range(group.chains)
    ]


def named(column: str, names: Sequence[str], places: Codes) -> pl.Series:
    """Return codes as a column of names."""
    return pl.Series(column, names, pl.Enum(names)).gather(places)
