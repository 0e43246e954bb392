"""The axes of a sweep: their levels in words, and lines of an outcome along one of them."""

from collections.abc import Sequence
from typing import Final

import altair as alt
import polars as pl

from cakernel.models import terms_of
from cakernel.pictures.theme import DASHES, SERIES, SHAPES, layered, series_scale
from cakernel.wording import Terms

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


def levels_of(points: pl.DataFrame, axis: str) -> pl.DataFrame:
    """Return for each point the axis' level in words, and the place of the level."""
    values, terms = points[axis], terms_of()
    if values.n_unique() <= MOST_LEVELS or not values.dtype.is_numeric():
        order = values.rank("dense").cast(pl.Int64)
        words = values.cast(pl.String) if not values.dtype.is_float() else pl.Series(
            [terms.value(axis, value) for value in values]
        )  # fmt: skip
    else:
        order = (values.rank("ordinal") - 1) * BINS // len(values)
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
    return f"{value:.1%}" if terms.style(axis, value).endswith("%") else f"{value:.3g}"


def axis_lines(
    rows: pl.DataFrame,
    *,
    series: str,
    names: Sequence[str],
    title: str | None = None,
    line: str = "",
    tooltip: Sequence[str] = (),
) -> alt.LayerChart:
    """Draw an outcome along an axis: a line with points for each series.

    ``rows``, one a level and line, have ``level`` and ``order`` as of `levels_of`, the column
    ``series`` of colours, shapes and dashes, and ``value``, which the chart may also calculate.
    ``names`` are the series in the order of the legend, ``title`` is the legend's; ``line`` tells
    lines apart where a series has several, ``tooltip`` are further fields under the pointer.
    """
    legend = alt.Legend(title=title, orient="top", columns=5 if title else 3)
    drawn = alt.Chart(rows).encode(
        x=alt.X(
            "level:N",
            sort=alt.EncodingSortField("order", op="min"),
            axis=alt.Axis(title="level of the axis chosen", labelAngle=-30),
        ),
        y=alt.Y(
            "value:Q", scale=alt.Scale(zero=False), axis=alt.Axis(title="mean of what is chosen")
        ),
        color=alt.Color(f"{series}:N", scale=series_scale(names, SERIES), legend=legend),
    )
    lines = drawn.mark_line(strokeWidth=1.5)
    if line:
        lines = lines.encode(detail=f"{line}:N")
    else:
        dashes = series_scale(names, DASHES)
        lines = lines.encode(strokeDash=alt.StrokeDash(f"{series}:N", scale=dashes, legend=legend))
    points = drawn.mark_point(filled=True, size=45, opacity=1).encode(
        shape=alt.Shape(f"{series}:N", scale=series_scale(names, SHAPES), legend=legend),
        tooltip=[*tooltip, "axis:N", "level:N", "points:Q", "value:Q"],
    )
    return layered(lines, points, data=rows).properties(width=520, height=300)
