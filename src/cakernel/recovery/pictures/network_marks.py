"""What a picture of a network is drawn of: lines of links, circles of firms, names."""

from typing import Final

import altair as alt
import polars as pl

from cakernel.pictures.theme import INK, RULE, SMALL, SOFT_INK
from cakernel.recovery.pictures.network_layout import KINDS, Layout

WIDTH: Final = 560
ROW: Final = 46
HEIGHTS: Final = (180, 620)
LABELLED: Final = 40
"""Nodes that have their names written beside them at most; pages tell all under the pointer."""
MARGINS: Final = (0.08, 0.03)
SIZES: Final = (220, 60)
DASHES: Final = ([1, 0], [6, 3], [1, 3])
STATES: Final = ("x", "y", "mean_x", "mean_y")


def at(across: str = "across", down: str = "down") -> tuple[alt.X, alt.Y]:
    """Return where something stands; room is left for names at the sides."""
    x, y = (alt.Scale(domain=[-side, 1 + side], nice=False, zero=False) for side in MARGINS)
    return alt.X(f"{across}:Q", scale=x, axis=None), alt.Y(f"{down}:Q", scale=y, axis=None)


def edges_of(layout: Layout, height: float) -> list[alt.Chart]:
    """Draw lines, and at the middle of each link a triangle towards the customer."""
    places = layout.nodes.select("node", "name", "across", "down")
    edges = (
        layout.edges.join(places, left_on="from", right_on="node", maintain_order="left")
        .join(places, left_on="to", right_on="node", suffix="_to", maintain_order="left")
        .with_columns(
            middle=(pl.col("across") + pl.col("across_to")) / 2,
            level=(pl.col("down") + pl.col("down_to")) / 2,
            # clockwise from the right, in pixels
            angle=pl.arctan2(
                (pl.col("down") - pl.col("down_to")) * height,
                (pl.col("across_to") - pl.col("across")) * WIDTH,
            ).degrees(),
        )
        .select(pl.exclude("from", "to"))
    )
    dash = alt.StrokeDash(
        "kind:N",
        scale=alt.Scale(domain=list(KINDS), range=list(DASHES)),
        legend=alt.Legend(title=None, orient="top", symbolType="stroke", symbolSize=500),
    )
    tooltip = [alt.Tooltip("name:N", title="from"), alt.Tooltip("name_to:N", title="to"), "kind:N"]
    few = layout.nodes.height <= LABELLED
    lines = alt.Chart(edges).mark_rule(
        color=RULE, strokeWidth=1.2 if few else 0.8, opacity=1 if few else 0.6
    )
    heads = (
        alt.Chart(edges)
        .transform_filter(f"datum.kind != '{KINDS[2]}'")
        .mark_point(
            shape="triangle-right", size=36 if few else 12, filled=True, color=SOFT_INK, opacity=1
        )
    )
    return [
        lines.encode(*at(), x2="across_to:Q", y2="down_to:Q", strokeDash=dash, tooltip=tooltip),
        heads.encode(*at("middle", "level"), angle=alt.Angle("angle:Q", scale=None)),
    ]


def circles(nodes: pl.DataFrame, colour: str, words: str, period: str = "") -> alt.Chart:
    """Draw firms as circles, larger ones for groups of more.

    With ``period``, the name of a parameter, only the rows of that period show.
    """
    low, high = (
        (0.0, 2.0)
        if colour in STATES
        else nodes.select(
            pl.col("value").min().alias("low"), pl.col("value").max().alias("high")
        ).row(0)
    )
    scale = alt.Scale(scheme="cividis", domain=[low, high], nice=False)
    grouped = nodes["firms"].max() != 1
    legend = alt.Legend(
        orient="top", tickCount=3, tickMinStep=1, symbolFillColor="#ffffff", symbolStrokeColor=INK
    )
    size = (
        alt.Size("firms:Q", scale=alt.Scale(range=[60, 600]), legend=legend)
        if grouped
        else alt.value(SIZES[0] if nodes["name"].n_unique() <= LABELLED else SIZES[1])
    )
    rows = alt.Chart(nodes)
    if period:
        rows = rows.transform_filter(f"datum.period == {period}")
    drawn: alt.Chart = rows.mark_point(
        shape="circle", filled=True, stroke=INK, strokeWidth=0.75, opacity=1
    ).encode(
        *at(),
        fill=alt.Fill("value:Q", scale=scale, title=words, legend=_gradient(low, high)),
        size=size,
        tooltip=[
            alt.Tooltip("name:N", title="firm" if not grouped else "group"),
            *([alt.Tooltip("firms:Q")] if grouped else []),
            alt.Tooltip("value:Q", title=words, format=",.4~r"),
        ],
    )
    return drawn


def _gradient(low: float, high: float) -> alt.Legend | None:
    """Return the legend of a colour that tells something."""
    if low == high:
        return None
    return alt.Legend(
        orient="bottom", gradientLength=WIDTH // 2, values=[low, high], format=",.3~r"
    )


def names_of(nodes: pl.DataFrame) -> list[alt.Chart]:
    """Write names by turns above and below, on white, where there are not too many."""
    if nodes.height > LABELLED:
        return []
    turned = nodes.with_columns(above=pl.col("across").rank("dense").cast(pl.Int64) % 2 == 0)
    away = 15 if nodes["firms"].max() == 1 else 24
    names = []
    for above in (False, True):
        rows = turned.filter(above=above).select("name", "across", "down")
        for ink in ({"stroke": "#ffffff", "strokeWidth": 3, "strokeJoin": "round"}, {"color": INK}):
            text = alt.Chart(rows).mark_text(dy=-away if above else away + 1, fontSize=SMALL, **ink)
            names.append(text.encode(*at(), text="name:N"))
    return names
