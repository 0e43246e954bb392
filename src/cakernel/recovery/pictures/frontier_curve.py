"""Resources against mean states: what no policy exceeds, the best rules, the paper's policies."""

from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.pictures import theme
from cakernel.pictures.frame import NUMBER, NUMBER_OR_NULL, TEXT, checked, with_policy
from cakernel.recovery.policy import POLICY

POINTS: Final = {"policies": TEXT, "weight": NUMBER_OR_NULL} | dict.fromkeys(
    ("service", "mean_x", "mean_y", "mean_resources", "short"), NUMBER
)
CURVE: Final = {"service": NUMBER, "upper_bound": NUMBER}
BOUND, BEST, PAPER = (
    "upper bound on any policy",
    "best rules of each scenario",
    "the paper's policies",
)
KINDS: Final = {BOUND: theme.BLACK, BEST: theme.BLUE, PAPER: theme.ORANGE}
"""What is drawn, in the legend's words, and its colour."""
WIDTH, HEIGHT = 560, 380
NAMED: Final = 3
"""Policies of the paper that get their names."""
MARGIN: Final = 0.1
"""Of states, on either side of all points."""
APART: Final = 0.045
"""Names stand at least this share of an axis from one another."""
# dx, dy and align of labels
RIGHT: Final[dict[str, Any]] = {"dx": 7, "dy": 1, "align": "left"}
BELOW: Final[dict[str, Any]] = {"dx": -6, "dy": 9, "align": "right"}


@checked_arguments
def frontier(points: pl.DataFrame, curve: pl.DataFrame, *, note: str = "") -> alt.LayerChart:
    """Draw mean resources against the mean of x and y.

    Parameters
    ----------
    points, curve : polars.DataFrame
        As of `cakernel.Frontier`.
    note : str, default ""
        What the frames cannot tell, such as the seed; stands under the title.

    Returns
    -------
    altair.LayerChart
        The bound as a line, the best rules as joined points with their weights, the paper's
        policies as points, of which some have their names: the highest, and those that nothing
        else of the paper exceeds in both R and states.

    Raises
    ------
    InvalidInput
        If a column is missing or there is no row.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel.recovery import pictures
    >>> points = pl.DataFrame(
    ...     {"policies": ["best rules", "paper"], "weight": [0.0, None]}
    ...     | {"supply_rule": [None, "SRD-5"], "cyber_rule": [None, "CRD-5"]}
    ...     | {"principle": [None, "P"], "mean_x": [0.8, 1.7], "mean_y": [0.7, 1.2]}
    ...     | {"service": [0.75, 1.45], "mean_resources": [181.0, 92.0], "short": [0.3, 57.0]}
    ... )
    >>> curve = pl.DataFrame({"service": [0.7, 1.5], "upper_bound": [182.0, 150.0]})
    >>> chart = pictures.frontier(points, curve, note="base, seed 1")
    >>> chart.to_dict()["title"]["subtitle"][-1]
    'Base, seed 1.'
    """
    best = checked(points, POINTS).filter(policies="best rules").sort("service")
    # the best rules have no name, as they differ from scenario to scenario
    paper = with_policy(points.filter(policies="paper"), POINTS, keys=list(POLICY))
    curve = checked(curve, CURVE)
    states = points["service"].to_list()
    ends = [min(states) - MARGIN, max(states) + MARGIN]
    line = curve.filter(pl.col("service").is_between(ends[0], ends[1]))
    heights = [0.0, max([*line["upper_bound"], *points["mean_resources"]]) * 1.04]
    x = alt.X(
        "service:Q",
        scale=alt.Scale(domain=ends, nice=False, zero=False),
        axis=alt.Axis(title="mean of the states x and y (0 low, 2 high)", tickCount=8),
    )
    scale = alt.Scale(domain=heights, nice=False)
    y = alt.Y("mean_resources:Q", scale=scale, axis=alt.Axis(title="mean resources R at the end"))
    legend = alt.Legend(title=None, orient="top", symbolType="circle", symbolSize=60)
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=list(KINDS), range=list(KINDS.values())),
        legend=legend,
    )
    layers = [
        alt.Chart(line.with_columns(kind=pl.lit(BOUND)))
        .mark_line(strokeWidth=1.5)
        .encode(x, y=alt.Y("upper_bound:Q", scale=scale), color=colour)
    ]
    if paper.height:
        named = _apart(_named(paper), best, ends, heights)
        here = alt.Chart(paper.with_columns(kind=pl.lit(PAPER))).encode(x, y)
        layers.append(
            here.mark_point(filled=True, size=26, opacity=0.75, shape="diamond").encode(
                color=colour,
                tooltip=["policy:N", "mean_x:Q", "mean_y:Q", "mean_resources:Q", "short:Q"],
            )
        )
        layers += _labels(named.head(NAMED), "policy", x, y, RIGHT)
    if best.height:
        joined = alt.Chart(best.with_columns(kind=pl.lit(BEST))).encode(x, y, color=colour)
        layers += [
            joined.mark_line(strokeWidth=1),
            joined.mark_point(filled=True, size=40, opacity=1).encode(
                tooltip=["weight:Q", "mean_x:Q", "mean_y:Q", "mean_resources:Q", "short:Q"]
            ),
        ]
        weights = best.with_columns(label=pl.format("w = {}", pl.col("weight").cast(pl.Int64)))
        layers += _labels(_apart(weights, best.clear(), ends, heights), "label", x, y, BELOW)
    return theme.finished(
        theme.layered(*layers).properties(width=WIDTH, height=HEIGHT),
        title="What higher states cost: resources against states",
        notes=[
            "Line: no policy whatever with these states or higher ones ends with more. w: what a "
            "state more of mean x, and of mean y, is worth. The best rules are chosen for each "
            "resource scenario; each of the paper's policies is one rule for all of them.",
            _told(note),
        ],
        description=_description(best, paper),
    )


def _told(note: str) -> str:
    return theme.told(note[:1].upper() + note[1:])


def _labels(
    rows: pl.DataFrame, text: str, x: alt.X, y: alt.Y, beside: dict[str, Any]
) -> list[alt.Chart]:
    """Write names beside points, over a white halo."""
    halo: dict[str, Any] = {"stroke": "#ffffff", "strokeWidth": 3, "strokeJoin": "round"}
    return [
        alt.Chart(rows).mark_text(fontSize=9, **{**beside, **ink}).encode(x, y, text=f"{text}:N")
        for ink in (halo, {})
    ]


def _named(paper: pl.DataFrame) -> pl.DataFrame:
    """Return the policies that no other exceeds in R and states."""
    rows = paper.sort("mean_resources", "service", descending=True)
    highest = pl.col("service").cum_max().shift(1, fill_value=-1)
    return rows.filter(pl.col("service") > highest)


def _apart(
    rows: pl.DataFrame, others: pl.DataFrame, ends: list[float], heights: list[float]
) -> pl.DataFrame:
    """Leave out rows whose labels would touch those of ``others``, or of rows before."""

    def places(frame: pl.DataFrame) -> list[tuple[float, float]]:
        return [
            ((x - ends[0]) / (ends[1] - ends[0]) / 3, (y - heights[0]) / (heights[1] - heights[0]))
            for x, y in frame.select("service", "mean_resources").iter_rows()
        ]

    taken, kept = places(others), []
    for n, (x, y) in enumerate(places(rows)):
        if all(max(abs(x - u), abs(y - v)) > APART for u, v in taken):
            taken.append((x, y))
            kept.append(n)
    return rows[kept]


def _description(best: pl.DataFrame, paper: pl.DataFrame) -> str:
    """Say what the ends of the frontier are, and what comes nearest to the bound."""
    said = [
        f"Best rules, weight {row['weight']:g}: states {row['service']:.2f}, resources "
        f"{row['mean_resources']:,.1f}, {row['short']:,.1f} below the bound."
        for row in best.iter_rows(named=True)
    ]
    for row in paper.sort("short").head(NAMED).iter_rows(named=True):
        said.append(
            f"{row['policy']}: states {row['service']:.2f}, resources "
            f"{row['mean_resources']:,.1f}, {row['short']:,.1f} below the bound."
        )
    return " ".join(said)
