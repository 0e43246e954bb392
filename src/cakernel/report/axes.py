"""Lines of an outcome along an axis of a sweep."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from cakernel.pictures.theme import DASHES, SERIES, SHAPES, layered, series_scale


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
