"""Lines of an outcome along an axis of a sweep."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from cakernel.pictures.theme import DASHES, INK, SERIES, SHAPES, layered, series_scale


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
    # dashes are of the lines alone
    legend = alt.Legend(title=title, orient="top", columns=5 if title else 3, symbolStrokeWidth=0)
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


def difference_lines(rows: pl.DataFrame, *, names: Sequence[str]) -> alt.LayerChart:
    """Draw differences from one policy along an axis: marks, their intervals and their spread.

    ``rows``, one a level and ``policy``, have ``level`` and ``order`` as of `levels_of`; ``value``,
    ``low``, ``high``, ``least`` and ``most`` may be calculated by the chart. Policies stand side by
    side at each level, in the order of ``names``.
    """
    place = alt.X(
        "level:N",
        sort=alt.EncodingSortField("order", op="min"),
        axis=alt.Axis(title="level of the axis chosen", labelAngle=-30),
        scale=alt.Scale(paddingInner=0.3),
    )
    legend = alt.Legend(title="policy", orient="top", columns=4)
    drawn = alt.Chart(rows).encode(
        x=place,
        xOffset=alt.XOffset("policy:N", sort=list(names)),
        color=alt.Color("policy:N", scale=series_scale(names, SERIES), legend=legend),
    )
    up: dict[str, Any] = {
        "axis": alt.Axis(title="difference in what is chosen"),
        "scale": alt.Scale(nice=True),
    }
    zero = alt.Chart().transform_aggregate(rows="count()").mark_rule(color=INK, strokeDash=[4, 3])
    return layered(
        zero.encode(y=alt.datum(0)),
        drawn.mark_rule(strokeWidth=1).encode(y=alt.Y("least:Q", **up), y2="most:Q"),
        drawn.mark_rule(strokeWidth=3).encode(y=alt.Y("low:Q", **up), y2="high:Q"),
        drawn.mark_point(filled=True, size=45, opacity=1).encode(
            y=alt.Y("value:Q", **up),
            shape=alt.Shape("policy:N", scale=series_scale(names, SHAPES), legend=legend),
            tooltip=["policy:N", "axis:N", "level:N", "points:Q", "value:Q", "low:Q", "high:Q"],
        ),
        data=rows,
    ).properties(width=520, height=300)
