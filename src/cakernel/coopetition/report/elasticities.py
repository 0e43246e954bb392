"""Elasticities of an equilibrium: derivatives by a parameter's size and by the outcome's."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import polars as pl

OUTCOMES: Final = ("economic_welfare", "total_profit", "consumer_surplus", "unmet_need")
OF_EACH_CHAIN: Final = ("investment", "breach_probability", "profit")
SMALLEST: Final = 5e-5
"""Elasticities of a smaller size count as 0, which rounding makes of them."""


def outcomes_of(columns: Iterable[str]) -> list[str]:
    """Return the outcomes that are looked at, of the whole market and then of each chain."""
    present = list(columns)
    each = [
        column
        for name in OF_EACH_CHAIN
        for column in present
        if column.startswith(f"{name}_") and column.removeprefix(f"{name}_").isdigit()
    ]
    return [name for name in OUTCOMES if name in present] + each


def elasticities(statics: pl.DataFrame, solved: pl.DataFrame) -> pl.DataFrame:
    """Return how many per cent outcomes change for one per cent more of each parameter.

    Parameters
    ----------
    statics : polars.DataFrame
        As of `cakernel.coopetition.comparative_statics`.
    solved : polars.DataFrame
        The same equilibrium, one row, as of `cakernel.coopetition.equilibria`.

    Returns
    -------
    polars.DataFrame
        One row an outcome and parameter: ``outcome``, ``parameter``, ``value``, ``level`` (of the
        outcome), ``derivative`` and ``elasticity``, null unless value and level are above 0.
    """
    size, level = pl.col("value"), pl.col("level")
    return pl.concat(
        statics.select(
            pl.lit(outcome).alias("outcome"),
            "parameter",
            "value",
            pl.lit(solved[outcome][0], pl.Float64).alias("level"),
            pl.col(outcome).alias("derivative"),
        )
        for outcome in outcomes_of(statics.columns)
    ).with_columns(
        elasticity=pl.when((size > 0) & (level > 0)).then(pl.col("derivative") * size / level)
    )


def _read(folder: Path) -> pl.DataFrame:
    tables = (pl.read_parquet(folder / f"{name}.parquet") for name in ("statics", "equilibria"))
    return elasticities(*tables)


SOURCE: Final = "elasticities"
DERIVED: Final[dict[str, Callable[[Path], pl.DataFrame]]] = {SOURCE: _read}
"""Tables that are worked out from several files, by the names that numbers are cited from."""
