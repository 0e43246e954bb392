"""What things of the coopetition model are called on a page.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from cakernel.report.filters import by_values
from cakernel.report.page import Filter

REGIMES: Final = {
    "nash": "each chain invests for itself",
    "joint": "chains invest for the sum of their profits",
    "planner": "a planner invests for economic welfare",
}
CONTRACTS: Final = {
    "fixed": "separate fixed orders",
    "fixed-moq": "fixed MOQ",
    "flexible-moq": "flexible MOQ",
}
STATUSES: Final = ("converged", "not unique", "cycling", "not converged")
WHOLE: Final = {
    "economic_welfare": "economic welfare",
    "total_profit": "chains' profits",
    "consumer_surplus": "consumer surplus",
    "supplier_profit": "supplier's profit",
    "subsidy_bill": "subsidies",
    "unmet_harm": "harm of unmet need",
    "unmet_need": "unmet need",
    "welfare_without_risk": "welfare without risk",
}
"""Outcomes of a whole market, by column."""
SPLIT: Final = {
    "welfare_gain": "flexible MOQ less fixed",
    "timing_value": "value of timing",
    "commitment_value": "value of commitment and discount",
    "gain_without_risk": "there without risk",
    "gain_by_risk": "change by risk",
}
"""What flexible contracts add to welfare, by column of `cakernel.coopetition.welfare_split`."""


def regimes_of(frame: pl.DataFrame) -> list[str]:
    """Return the regimes of a table in their order; one without the column is of nash alone."""
    if "regime" not in frame.columns:
        return ["nash"]
    present = set(frame["regime"].drop_nulls().cast(pl.String))
    return [name for name in REGIMES if name in present]


def with_regime(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table with the column ``regime`` as text."""
    regime = pl.col("regime").cast(pl.String) if "regime" in frame.columns else pl.lit("nash")
    return frame.with_columns(regime.alias("regime"))


def heading_of(regime: str) -> str:
    """Return the heading of what is of one regime."""
    return f"Investments {regime}: {REGIMES[regime]}"


def choices_of(rows: pl.DataFrame, names: Mapping[str, str], *, every: str | None) -> list[Filter]:
    """Return a filter for each of these columns, with its label, that has several values."""
    return [
        by_values(rows, name, label, every=every)
        for name, label in names.items()
        if rows[name].n_unique() > 1
    ]


def in_regime(regime: str) -> pl.Expr:
    """Return the condition that rows are of a regime, whatever type the column has."""
    return pl.col("regime").cast(pl.String) == regime
