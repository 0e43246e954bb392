"""Where a claim holds: its share in each cell of two parameters, with the markets counted there."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from cakernel.checks import check_value, whole
from cakernel.coopetition.claims.shares import EQUAL
from cakernel.errors import InvalidInput

MOST_BINS: Final = 12
# what claims are about, where no tree names two parameters
USUAL: Final = ("threat_probability", "minimum_order")


def two_parameters(named: Sequence[str | None]) -> tuple[str, str]:
    """Return two parameters: those named, then the usual ones."""
    first, second, *_ = dict.fromkeys([*(name for name in named if name), *USUAL])
    return first, second


def binned(
    asked: pl.DataFrame, differences: pl.DataFrame, *, by: tuple[str, str], bins: int = 5
) -> pl.DataFrame:
    """Count in which markets a claim holds, in cells of two parameters.

    Parameters
    ----------
    asked : polars.DataFrame
        Of `cakernel.coopetition.claims.where.features`: a row a market, a parameter a column.
    differences : polars.DataFrame
        ``market`` (a row of ``asked``, from 0) and ``difference`` of one claim and regime, null
        where the market is not counted.
    by : (str, str)
        Two columns of ``asked``, along and up.
    bins : int, default 5
        Of each parameter, 1 to 12: as many markets in each as can be, so fewer where it has few
        values.

    Returns
    -------
    polars.DataFrame
        One row a cell with a market: ``x_low``, ``x_high``, ``y_low``, ``y_high`` (the least and
        greatest values of all markets in the bin), ``counted``, ``holds``, ``equal``,
        ``opposite``, ``share`` (that holds).

    Raises
    ------
    InvalidInput
        If a parameter is unknown or named twice, or ``bins`` outside its range.
    """
    check_value("bins", bins, whole(1, MOST_BINS))
    for name in by:
        if name not in asked.columns:
            raise InvalidInput(f"by: got {name!r}; must be two of {', '.join(asked.columns)}")
    if by[0] == by[1]:
        raise InvalidInput(f"by: got {by[0]!r} twice; must be two parameters")
    counted = differences.drop_nulls("difference")
    values = asked.select(by)[counted["market"].to_numpy()]
    if values.is_empty():
        raise InvalidInput("differences: got no market that is counted; must be one or more")
    cells = pl.DataFrame(
        [
            column
            for axis, name in zip("xy", by, strict=True)
            for column in _cells(values[name], axis, bins)
        ]
    )
    difference = pl.col("difference")
    return (
        cells.with_columns(counted["difference"])
        .group_by(cells.columns)
        .agg(
            pl.len().alias("counted"),
            (difference > EQUAL).sum().alias("holds"),
            (difference.abs() <= EQUAL).sum().alias("equal"),
            (difference < -EQUAL).sum().alias("opposite"),
        )
        .with_columns(share=pl.col("holds") / pl.col("counted"))
        .sort("x_low", "y_low")
    )


def _cells(values: pl.Series, axis: str, bins: int) -> list[pl.Series]:
    """Return the ends of the bin of each value."""
    numbers = values.to_numpy()
    inner = np.unique(np.quantile(numbers, np.arange(1, bins) / bins))
    place = np.searchsorted(inner, numbers)
    ends = pl.DataFrame({"place": place, "low": numbers, "high": numbers}).select(
        pl.col("low").min().over("place").alias(f"{axis}_low"),
        pl.col("high").max().over("place").alias(f"{axis}_high"),
    )
    return ends.get_columns()
