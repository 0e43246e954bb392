"""The axes of a sweep, and their levels in words."""

from typing import Final

import polars as pl

MOST_LEVELS: Final = 12
BINS: Final = 8


def axes_of(points: pl.DataFrame) -> list[str]:
    """Return the columns that vary among the points of a sweep, lists left out."""
    return [
        name
        for name in points.columns
        if name != "point" and points[name].n_unique() > 1 and not points[name].dtype.is_nested()
    ]


def levels_of(points: pl.DataFrame, axis: str) -> pl.DataFrame:
    """Return for each point the axis' level in words, and the place of the level."""
    values = points[axis]
    if values.n_unique() <= MOST_LEVELS or not values.dtype.is_numeric():
        order = values.rank("dense").cast(pl.Int64)
        words = values.cast(pl.String) if not values.dtype.is_float() else pl.Series(
            [f"{value:.4g}" for value in values]
        )  # fmt: skip
    else:
        order = (values.rank("ordinal") - 1) * BINS // len(values)
        ends = pl.DataFrame({"order": order, "value": values}).with_columns(
            low=pl.col("value").min().over("order"), high=pl.col("value").max().over("order")
        )
        words = pl.Series([f"{low:.3g} to {high:.3g}" for low, high in ends["low", "high"].rows()])
    return pl.DataFrame({"point": points["point"], "order": order.cast(pl.Int64), "level": words})
