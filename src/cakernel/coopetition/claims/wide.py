"""Outcomes of solved markets laid out for comparison: a row a market, an outcome a column."""

from collections.abc import Sequence
from typing import Final

import polars as pl

EACH: Final = tuple(f"{name}_{chain}" for name in ("profit", "investment") for chain in (1, 2, 3))
OUTCOMES: Final = (
    "economic_welfare",
    "total_profit",
    "total_investment",
    "mean_breach_probability",
    *EACH,
)


def wide(rows: pl.DataFrame, *, regime: str, statuses: Sequence[str]) -> pl.DataFrame:
    """Return a row a market, columns named as by `cakernel.coopetition.claims.statements.column`.

    Null where the status is another one, so that no such outcome is counted.
    """
    mine = rows.filter(pl.col("regime").cast(pl.String) == regime)
    chains = [name.rpartition("_")[2] for name in rows.columns if name.startswith("profit_")]
    each = {
        name: [f"{name}_{chain}" for chain in chains]
        for name in ("profit", "investment", "breach_probability")
    }
    missing = [name for name in EACH if name not in rows.columns]
    told = mine.with_columns(pl.lit(None, pl.Float64).alias(name) for name in missing).with_columns(
        total_investment=pl.sum_horizontal(each["investment"]),
        mean_breach_probability=pl.mean_horizontal(each["breach_probability"]),
    )
    right = pl.col("status").cast(pl.String).is_in(list(statuses))
    long = told.with_columns(
        pl.when(right).then(pl.col(OUTCOMES)),
        key=pl.format("{}|{}|{}", pl.col("contract").cast(pl.String), "change", "level"),
    )
    pivoted = long.select("market", "key", *OUTCOMES).pivot(
        "key", index="market", values=OUTCOMES, separator="|"
    )
    return pivoted.sort("market")
