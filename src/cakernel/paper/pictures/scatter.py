"""Simulated figures beside the printed ones of Tables 3 to 6: how far off they are, and which."""

import json
import math
from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.paper.comparison import (
    CRD_6_UNDER_C,
    MISPRINT,
    REGULAR,
    SLACK,
    SRD_4,
    TOLERANCE,
    printed_figures,
)
from cakernel.paper.published import CELL, QUANTITIES
from cakernel.pictures import theme
from cakernel.pictures.frame import NUMBER, NUMBER_OR_NULL, TEXT, checked
from cakernel.wording import brief, counted

COLUMNS: Final = (
    dict.fromkeys(CELL, TEXT)
    | {f"printed_{name}": NUMBER_OR_NULL for name in QUANTITIES}
    | {f"mean_{name}": NUMBER for name in QUANTITIES}
    | {"replications": NUMBER}
)
LIMIT: Final = dict(zip(QUANTITIES, (TOLERANCE[0], *TOLERANCE), strict=True))
HEADS: Final = {
    "x": "mean operational state x",
    "y": "mean intangibles state y",
    "resources": "mean resources R at the end",
}
MARKS: Final = {
    REGULAR: ("other rules", "figures of other rules", "circle", theme.SKY),
    SRD_4: ("SRD-4", "of SRD-4", "triangle-up", theme.BLUE),
    CRD_6_UNDER_C: ("CRD-6 under C", "of CRD-6 under C", "square", theme.ORANGE),
    MISPRINT: ("misprinted figure", "misprints", "diamond", theme.BLACK),
}
"""How a group of `compare` is called in the legend and in a sentence, and marked."""
MOST_LISTED: Final = 20
"""Figures outside the tolerance that a description names."""
TICKS: Final = (-1, -0.2, -0.05, -0.015, 0, 0.015, 0.05, 0.2, 1)
STRETCH: Final = 0.015
"""Differences up to this size have much of the axis for themselves."""
PANEL_WIDTH: Final = 162
SCATTER_HEIGHT: Final = 130
DIFFERENCE_HEIGHT: Final = 230
NAME_SIZE: Final = 9
LINE: Final = 11
ACROSS: Final = {"left": -4, "center": 0, "right": 4}
HALO: Final[dict[str, Any]] = {"stroke": "#ffffff", "strokeWidth": 3, "strokeJoin": "round"}
MARGIN: Final = 2.5
"""How far the axis of differences reaches beyond them, on a logarithmic scale little."""


@checked_arguments
def agreement(comparison: pl.DataFrame, *, note: str = "") -> alt.HConcatChart:
    """Draw simulated figures against the printed ones of Tables 3 to 6, and their differences.

    Parameters
    ----------
    comparison : polars.DataFrame
        What `cakernel.paper.compare` returns.
    note : str, default ""
        What the frame cannot tell, such as the seed; stands under the title.

    Returns
    -------
    altair.HConcatChart
        For x, y and R each a scatter with the line of equality, and the differences (of R over
        the printed figure) with the band of 0.015 and 1.5%. SRD-4 and CRD-6 under C, which the
        paper prints by other rules than those of its Table 1, and misprinted figures have marks of
        their own; named are the misprints and, of each other group, the figure farthest outside
        the band.

    Raises
    ------
    InvalidInput
        If a column is missing or there is no row.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel.paper import compare, pictures
    >>> simulated = pl.DataFrame(
    ...     {"regime": "base", "supply_rule": ["SRD-4", "SRD-5"], "cyber_rule": "CRD-5"}
    ...     | {"principle": "P", "mean_x": [1.227, 1.686], "mean_y": [1.292, 1.243]}
    ...     | {"mean_resources": [97.75, 92.2], "se_x": 0.002, "se_y": 0.003}
    ...     | {"se_resources": 0.3, "replications": 20}
    ... )
    >>> chart = pictures.agreement(compare(simulated), note="seed 1")
    >>> chart.to_dict()["title"]["subtitle"][-1]
    '20 replications of each resource scenario; seed 1.'
    """
    rows = _figures(comparison)
    replications = int(comparison.select(pl.col("replications").min()).item())
    printed = [name for name in HEADS if name in rows["quantity"]]
    return theme.finished(
        alt.hconcat(*[_panels(rows, quantity) for quantity in printed], spacing=12),
        title="Simulated figures against the printed ones of Tables 3 to 6",
        notes=[
            "Above: line of equality. Below: differences, stretched about zero; shaded: "
            "within 0.015 in a state, 1.5% in R.",
            f"Outside that: {_outside(rows)}.",
            theme.told(f"{counted(replications, 'replication')} of each resource scenario", note),
        ],
        description=_description(rows),
    )


def _figures(comparison: pl.DataFrame) -> pl.DataFrame:
    """Return one row a printed figure; differences of R are relative to the printed one."""
    relative = pl.col("difference") / pl.col("printed")
    is_share = pl.col("quantity") == "resources"
    limit = pl.col("quantity").replace_strict(LIMIT, return_dtype=pl.Float64)
    return (
        printed_figures(checked(comparison, COLUMNS))
        .with_columns(
            difference=pl.when(is_share).then(relative).otherwise(pl.col("difference")),
            cell=pl.concat_str(CELL, separator=" "),
        )
        .with_columns(outside=pl.col("difference").abs() > limit + SLACK)
    )


def _outside(rows: pl.DataFrame) -> str:
    """Say how many figures of each group are outside the tolerance."""
    counts = rows.group_by("group").agg(pl.col("outside").sum(), pl.len()).rows_by_key("group")
    return ", ".join(
        f"{outside:,} of {figures:,} {words}"
        for name, (_, words, *_) in MARKS.items()
        for outside, figures in counts.get(name, [])
    )


def _description(rows: pl.DataFrame) -> str:
    """Say how many figures are outside the tolerance, and name those farthest off."""
    misfits = rows.filter("outside").sort(pl.col("difference").abs(), descending=True)
    named = [
        f"{cell} {quantity} printed {printed:g}, simulated {brief(simulated)}"
        for cell, quantity, printed, simulated in misfits.head(MOST_LISTED)
        .select("cell", "quantity", "printed", "simulated")
        .iter_rows()
    ]
    listed = f" Farthest off: {'; '.join(named)}." if named else ""
    return f"Figures outside the tolerance: {_outside(rows)}.{listed}"


def _panels(rows: pl.DataFrame, quantity: str) -> alt.VConcatChart:
    here = rows.filter(pl.col("quantity") == quantity)
    figures = [*here["printed"], *here["simulated"]]
    ends = [min(figures), max(figures)]
    along = alt.Scale(domain=ends, zero=False, nice=True)
    names, _, shapes, colours = (list(marks) for marks in zip(*MARKS.values(), strict=True))
    words = json.dumps(dict(zip(MARKS, names, strict=True)))
    legend = alt.Legend(title=None, orient="top", offset=6, labelExpr=f"{words}[datum.label]")
    scales = [alt.Scale(domain=list(MARKS), range=values) for values in (colours, shapes)]
    points = (
        alt.Chart(here)
        .transform_calculate(layer=f"indexof({list(MARKS)}, datum.group)")
        .mark_point(filled=True, size=28, opacity=0.85)
        .encode(
            x=alt.X("printed:Q", scale=along, axis=alt.Axis(title="printed", tickCount=4)),
            color=alt.Color("group:N", scale=scales[0], legend=legend),
            shape=alt.Shape("group:N", scale=scales[1], legend=legend),
            order="layer:Q",
            tooltip=["cell:N", "printed:Q", "simulated:Q", "difference:Q"],
        )
    )
    equality = (
        alt.Chart(pl.DataFrame({"end": ends}))
        .mark_line(color=theme.INK, strokeWidth=0.8)
        .encode(x="end:Q", y="end:Q")
    )
    title = "simulated" if quantity == "x" else None
    simulated = alt.Y("simulated:Q", scale=along, axis=alt.Axis(title=title, tickCount=4))
    scatter = theme.layered(
        points.encode(y=simulated), equality, theme.heading(HEADS[quantity], width=PANEL_WIDTH)
    ).properties(width=PANEL_WIDTH, height=SCATTER_HEIGHT)
    return alt.vconcat(scatter, _differences(points, here, quantity), spacing=8)


def _differences(points: alt.Chart, here: pl.DataFrame, quantity: str) -> alt.LayerChart:
    limit = LIMIT[quantity]
    differences = here["difference"].to_list()
    low, high = MARGIN * min(-limit, *differences), MARGIN * max(limit, *differences)
    titles = {"x": "simulated minus printed", "y": None, "resources": "relative to printed"}
    axis = alt.Axis(
        title=titles[quantity],
        values=[tick for tick in TICKS if low <= tick <= high],
        tickCount=len(TICKS),
        labelExpr="datum.value == 0 ? '0' : datum.label",
        format="+.1~%" if quantity == "resources" else "+.3~f",
    )
    scale = alt.Scale(type="symlog", constant=STRETCH, domain=[low, high], nice=False)
    height = alt.Y("difference:Q", scale=scale, axis=axis)
    band = (
        alt.Chart(pl.DataFrame({"low": -limit, "high": limit}))
        .mark_rect(color=theme.BAND)
        .encode(y=alt.Y("low:Q", scale=scale, axis=axis), y2="high:Q")
    )
    named = _named(here, gap=(_stretched(high) - _stretched(low)) * LINE / DIFFERENCE_HEIGHT)
    names = [
        alt.Chart(part)
        .mark_text(fontSize=NAME_SIZE, align=side, dx=ACROSS[side], dy=-9 if above else 9, **ink)
        .encode(x="printed:Q", y="height:Q", text="cell:N")
        for ink in (HALO, {})
        for (side, above), part in named.partition_by("side", "above", as_dict=True).items()
    ]
    lines = (
        alt.Chart(named)
        .mark_rule(color=theme.SOFT_INK, strokeWidth=0.6)
        .encode(x="printed:Q", y="difference:Q", y2="height:Q")
    )
    return theme.layered(band, lines, points.encode(y=height), *names).properties(
        width=PANEL_WIDTH, height=DIFFERENCE_HEIGHT
    )


def _named(here: pl.DataFrame, *, gap: float) -> pl.DataFrame:
    """Return the points of a panel that get their names, and where these stand.

    A name stands farther from zero than its point, where few other points are, and ``gap`` from
    the next name on the stretched scale.
    """
    farthest = pl.col("difference").abs() == pl.col("difference").abs().max().over("group")
    least, largest = pl.col("printed").min(), pl.col("printed").max()
    along = (pl.col("printed") - least) / (largest - least)
    named = (
        here.with_columns(
            side=pl.when(along < 0.3)
            .then(pl.lit("left"))
            .when(along > 0.7)
            .then(pl.lit("right"))
            .otherwise(pl.lit("center")),
            above=pl.col("difference") > 0,
        )
        .filter((pl.col("group") == MISPRINT) | (farthest & pl.col("outside")))
        .sort(pl.col("difference").abs())
    )
    last = {True: -gap, False: -gap}
    heights = []
    for above, difference in named.select("above", "difference").iter_rows():
        last[above] = max(_stretched(abs(difference)), last[above] + gap)
        heights.append(STRETCH * math.expm1(last[above]) * (1 if above else -1))
    return named.with_columns(height=pl.Series(heights, dtype=pl.Float64))


def _stretched(difference: float) -> float:
    """Place a difference on the axis as the scale symlog does."""
    return math.copysign(math.log1p(abs(difference) / STRETCH), difference)
