"""A network as a graph: firms, or groups of them, coloured by a number, and what connects them."""

from typing import Final

import altair as alt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.errors import InvalidInput
from cakernel.pictures.frame import NUMBER, checked
from cakernel.pictures.theme import INK, RULE, SMALL, SOFT_INK, counted, finished, layered, told
from cakernel.recovery.network.network import Network
from cakernel.recovery.outcomes import OUTCOME_WORDS
from cakernel.recovery.pictures.network_layout import KINDS, Layout, layout_of

WIDTH: Final = 560
ROW: Final = 46
HEIGHTS: Final = (180, 620)
LABELLED: Final = 40
"""Nodes that have their names written beside them at most; pages tell all under the pointer."""
MARGINS: Final = (0.08, 0.03)
SIZES: Final = (220, 60)
DASHES: Final = ([1, 0], [6, 3], [1, 3])
# what firms are coloured by where no results are given
RISK: Final = "supply_hit"
STATES: Final = ("x", "y", "mean_x", "mean_y")
WORDS: Final = {
    RISK: "probability of a supply hit",
    **{f"mean_{name}": words for name, words in OUTCOME_WORDS.items()},
}


@checked_arguments
def network_graph(
    network: Network,
    results: pl.DataFrame | None = None,
    *,
    colour: str | None = None,
    note: str = "",
) -> alt.LayerChart:
    """Draw a network, suppliers to the left of their customers.

    Up to 200 firms are drawn one by one; of more, groups: the column ``group``, or tiers.

    Parameters
    ----------
    network : Network
        What is drawn.
    results : polars.DataFrame, optional
        A row a firm: its id in ``firm``, and numbers; by default the network's own columns.
    colour : str, optional
        The column that colours the firms, of groups its mean; by default ``mean_x`` of results,
        else the probability of a supply hit.
    note : str, default ""
        What the frame cannot tell, such as policy and seed; stands under the title.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    InvalidInput
        If a column is missing, a firm has no row or several, or there are more than 200 groups.

    Examples
    --------
    >>> from cakernel import Network
    >>> from cakernel.recovery import pictures
    >>> net = Network(
    ...     firms={"id": ["lens", "camera"], "supply_severe": [0.25, 0.0], "supply_mild": 0.25},
    ...     links={"supplier": ["lens"], "customer": ["camera"]},
    ... )
    >>> pictures.network_graph(net).description
    '2 firms, 1 link, 0 pairs of peers. Probability of a supply hit: lens 0.5, camera 0.25.'
    """
    layout = layout_of(network)
    colour = colour or ("mean_x" if results is not None else RISK)
    values = _values(network, results, colour)
    nodes = layout.nodes.with_columns(
        value=pl.DataFrame({"node": layout.node_of, "value": values})
        .group_by("node")
        .agg(pl.col("value").mean())
        .sort("node")["value"]
    )
    height = min(max(ROW * layout.largest, HEIGHTS[0]), HEIGHTS[1])
    words = WORDS.get(colour, colour)
    chart = layered(*_edges(layout, height), _circles(nodes, colour, words), *_names(nodes))
    sizes = (
        f"{counted(network.firms.height, 'firm')}, {counted(network.links.height, 'link')}, "
        f"{counted(network.peers.height, 'pair')} of peers"
    )
    drawn = "" if nodes.height == network.firms.height else f"drawn as {nodes.height} groups"
    alike = nodes["value"].n_unique() == 1
    told_of = f"{words} {nodes['value'][0]:.4g} everywhere" if alike else ""
    highest = nodes.sort("value", descending=True, maintain_order=True).head(5)
    listed = ", ".join(f"{name} {value:.4g}" for name, value in highest["name", "value"].rows())
    return finished(
        chart.properties(width=WIDTH, height=height, view=alt.ViewBackground(stroke=None)),
        title="A network of firms",
        notes=[told(sizes, drawn, told_of, note)],
        description=f"{sizes}. {words[0].upper()}{words[1:]}: {listed}.",
    )


def _values(network: Network, results: pl.DataFrame | None, colour: str) -> pl.Series:
    """Return the number that each firm is coloured by."""
    firms = network.firms.with_columns(
        (pl.col("supply_severe") + pl.col("supply_mild")).alias(RISK)
    )
    if results is None:
        return checked(firms, {colour: NUMBER})[colour]
    if "firm" not in results.columns:
        checked(results, {"firm": "", colour: NUMBER})
    rows = checked(results, {colour: NUMBER}).with_columns(id=results["firm"].cast(pl.String))
    if rows["id"].is_duplicated().any():
        raise InvalidInput(
            f"results: got several rows of firm {rows['id'].filter(rows['id'].is_duplicated())[0]}"
            "; must be one each"
        )
    found = firms.select("id").join(rows, on="id", how="left", maintain_order="left")[colour]
    if found.null_count():
        missing = firms["id"].filter(found.is_null())[0]
        raise InvalidInput(f"results: got no row of firm {missing}; must be one each")
    return found


def _at(across: str = "across", down: str = "down") -> tuple[alt.X, alt.Y]:
    """Return where something stands; room is left for names at the sides."""
    x, y = (alt.Scale(domain=[-side, 1 + side], nice=False, zero=False) for side in MARGINS)
    return alt.X(f"{across}:Q", scale=x, axis=None), alt.Y(f"{down}:Q", scale=y, axis=None)


def _edges(layout: Layout, height: float) -> list[alt.Chart]:
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
        lines.encode(*_at(), x2="across_to:Q", y2="down_to:Q", strokeDash=dash, tooltip=tooltip),
        heads.encode(*_at("middle", "level"), angle=alt.Angle("angle:Q", scale=None)),
    ]


def _circles(nodes: pl.DataFrame, colour: str, words: str) -> alt.Chart:
    """Draw firms as circles, larger ones for groups of more."""
    low, high = (
        (0.0, 2.0)
        if colour in STATES
        else nodes.select(
            pl.col("value").min().alias("low"), pl.col("value").max().alias("high")
        ).row(0)
    )
    scale = alt.Scale(scheme="cividis", domain=[low, high], nice=False)
    grouped = nodes["firms"].max() != 1
    legend = alt.Legend(orient="top", tickCount=3, symbolFillColor="#ffffff", symbolStrokeColor=INK)
    size = (
        alt.Size("firms:Q", scale=alt.Scale(range=[60, 600]), legend=legend)
        if grouped
        else alt.value(SIZES[0] if nodes.height <= LABELLED else SIZES[1])
    )
    circles: alt.Chart = (
        alt.Chart(nodes)
        .mark_point(shape="circle", filled=True, stroke=INK, strokeWidth=0.75, opacity=1)
        .encode(
            *_at(),
            fill=alt.Fill("value:Q", scale=scale, title=words, legend=_gradient(low, high)),
            size=size,
            tooltip=[
                alt.Tooltip("name:N", title="firm" if not grouped else "group"),
                *([alt.Tooltip("firms:Q")] if grouped else []),
                alt.Tooltip("value:Q", title=words, format=".4~g"),
            ],
        )
    )
    return circles


def _gradient(low: float, high: float) -> alt.Legend | None:
    """Return the legend of a colour that tells something."""
    if low == high:
        return None
    return alt.Legend(orient="bottom", gradientLength=WIDTH // 2, values=[low, high], format=".3~g")


def _names(nodes: pl.DataFrame) -> list[alt.Chart]:
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
            names.append(text.encode(*_at(), text="name:N"))
    return names
