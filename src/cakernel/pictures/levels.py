"""The axes of a sweep: which vary among points, and their levels in words."""

from typing import Final

import polars as pl

from cakernel.models import terms_of
from cakernel.terms import Terms
from cakernel.wording import brief

MOST_LEVELS: Final = 12
"""An axis with more values is cut into `BINS` of about equally many points."""
BINS: Final = 8


def axes_of(points: pl.DataFrame) -> list[str]:
    """Return the columns that vary among the points of a sweep, lists left out."""
    return [
        name
        for name in points.columns
        if name != "point" and points[name].n_unique() > 1 and not points[name].dtype.is_nested()
    ]


def levels_of(points: pl.DataFrame, axis: str, *, bins: int = BINS) -> pl.DataFrame:
    """Return for each point the axis' level in words, and the place of the level."""
    values, terms = points[axis], terms_of()
    if values.n_unique() <= MOST_LEVELS or not values.dtype.is_numeric():
        order = values.rank("dense").cast(pl.Int64)
        words = values.cast(pl.String) if not values.dtype.is_float() else pl.Series(
            [terms.value(axis, value) for value in values]
        )  # fmt: skip
    else:
        order = (values.rank("ordinal") - 1) * bins // len(values)
        ends = pl.DataFrame({"order": order, "value": values}).with_columns(
            low=pl.col("value").min().over("order"), high=pl.col("value").max().over("order")
        )
        words = pl.Series(
            [" to ".join(_short(terms, axis, end) for end in pair)
             for pair in ends["low", "high"].rows()]
        )  # fmt: skip

    return pl.DataFrame({"point": points["point"], "order": order.cast(pl.Int64), "level": words})


def _short(terms: Terms, axis: str, value: float) -> str:
    """Write an end of a part of an axis, in percent where it is a share."""
    return f"{value:.1%}" if terms.style(axis, value).endswith("%") else brief(value, 3)
