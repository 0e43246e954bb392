"""A network as a graph: firms, or groups of them, coloured by a number, and what connects them."""

from typing import Final

import altair as alt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.errors import InvalidInput
from cakernel.pictures.frame import NUMBER, TEXT, checked
from cakernel.pictures.theme import finished, heading, layered, told
from cakernel.recovery.network.network import Network
from cakernel.recovery.pictures.histories import QUANTITIES
from cakernel.recovery.pictures.network_layout import Layout, layout_of
from cakernel.recovery.pictures.network_marks import (
    HEIGHTS,
    ROW,
    WIDTH,
    circles,
    edges_of,
    names_of,
)
from cakernel.recovery.words import OUTCOME_WORDS
from cakernel.wording import brief, counted

PARAMETER: Final = "period"
# what firms are coloured by where no results are given
RISK: Final = "supply_hit"
WORDS: Final = {
    RISK: "probability of a supply hit",
    **QUANTITIES,
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
    firms = network.firms.select(
        pl.col("id").alias("firm"),
        pl.exclude("id"),
        (pl.col("supply_severe") + pl.col("supply_mild")).alias(RISK),
    )
    given = firms if results is None else results
    rows = _nodes_of(network, layout, given, {colour: NUMBER})
    return _drawn(network, layout, rows, colour, note=note)


@checked_arguments
def network_player(
    network: Network, history: pl.DataFrame, *, colour: str = "x", note: str = ""
) -> alt.LayerChart:
    """Draw a network that a page plays period by period.

    Parameters
    ----------
    network : Network
        What is drawn, as by `network_graph`.
    history : polars.DataFrame
        A row a period and firm: ``period``, ``firm`` (its id), and numbers; of a firm not more than
        one row a period.
    colour : str, default "x"
        The column that colours the firms.
    note : str, default ""
        What the frame cannot tell, such as policy, replication and seed.

    Returns
    -------
    altair.LayerChart
        It shows the first period until its parameter ``period`` is changed, for which the page
        that `save` writes has a button and a slider.

    Raises
    ------
    InvalidInput
        As `network_graph`, for any period.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel import Network
    >>> from cakernel.recovery import pictures
    >>> net = Network(firms={"id": ["lens"]})
    >>> history = pl.DataFrame({"period": [1, 2], "firm": "lens", "x": [2, 1]})
    >>> pictures.network_player(net, history).to_dict()["usermeta"]["player"]["last"]
    2
    """
    layout = layout_of(network)
    rows = _nodes_of(network, layout, history, {"period": NUMBER, colour: NUMBER})
    first, last = rows.select(low=pl.col("period").min(), high=pl.col("period").max()).row(0)
    chart = _drawn(network, layout, rows, colour, note=note, period=PARAMETER)
    player = {"parameter": PARAMETER, "unit": "day", "first": first, "last": last}
    return chart.add_params(alt.param(name=PARAMETER, value=first)).properties(
        usermeta={"player": player | {"milliseconds": 400}}
    )


def _drawn(
    network: Network,
    layout: Layout,
    rows: pl.DataFrame,
    colour: str,
    *,
    note: str,
    period: str = "",
) -> alt.LayerChart:
    """Draw nodes of one period, or of that which a parameter names."""
    height = min(max(ROW * layout.largest, HEIGHTS[0]), HEIGHTS[1])
    words = WORDS.get(colour, colour)
    day = [heading(alt.ExprRef(f"'day ' + {period}"), width=WIDTH)] if period else []
    chart = layered(
        *edges_of(layout, height),
        circles(rows, colour, words, period),
        *names_of(layout.nodes),
        *day,
    )
    sizes = (
        f"{counted(network.firms.height, 'firm')}, {counted(network.links.height, 'link')}, "
        f"{counted(network.peers.height, 'pair')} of peers"
    )
    nodes = rows.group_by("name", maintain_order=True).agg(pl.col("value").mean())
    drawn = "" if nodes.height == network.firms.height else f"drawn as {nodes.height:,} groups"
    alike = rows["value"].n_unique() == 1
    told_of = f"{words} {brief(rows['value'][0])} everywhere" if alike else ""
    highest = nodes.sort("value", descending=True, maintain_order=True).head(5)
    listed = ", ".join(f"{name} {brief(value)}" for name, value in highest.rows())
    over_time = ", means over periods" if period else ""
    return finished(
        chart.properties(width=WIDTH, height=height, view=alt.ViewBackground(stroke=None)),
        title="A network of firms",
        notes=[told(sizes, drawn, told_of, note)],
        description=f"{sizes}. {words[0].upper()}{words[1:]}{over_time}: {listed}.",
    )


def _nodes_of(
    network: Network, layout: Layout, results: pl.DataFrame, columns: dict[str, str]
) -> pl.DataFrame:
    """Return a row for each node and period: what the layout tells of it, and ``value``.

    ``columns`` are those to be checked: period, where there are several, and the colour.
    """
    if "firm" not in results.columns:
        checked(results, {"firm": TEXT, **columns})
    *period, colour = columns
    rows = checked(results, columns).select(
        pl.col("period") if period else pl.lit(1).alias("period"),
        id=results["firm"].cast(pl.String),
        value=pl.col(colour),
    )
    repeated = rows.filter(pl.struct("period", "id").is_duplicated())
    if repeated.height:
        raise InvalidInput(
            f"results: got several rows of firm {repeated['id'][0]}; must be one each, as of one "
            "policy"
        )
    who = network.firms.select("id", node=pl.Series(layout.node_of))
    every = rows.select(pl.col("period").unique().sort()).join(who, how="cross")
    every = every.join(rows, on=["period", "id"], how="left", maintain_order="left")
    missing = every.filter(pl.col("value").is_null())
    if missing.height:
        raise InvalidInput(f"results: got no row of firm {missing['id'][0]}; must be one each")
    means = every.group_by("period", "node", maintain_order=True).agg(pl.col("value").mean())
    return means.join(layout.nodes, on="node", maintain_order="left").drop("node")
