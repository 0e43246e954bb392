"""The picture of elasticities: what moves an outcome, the parameters that raise it most first.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from typing import Final

import altair as alt
import polars as pl

from cakernel.coopetition.label import LABEL
from cakernel.coopetition.report.elasticities import SMALLEST
from cakernel.coopetition.report.words import WHOLE
from cakernel.pictures.theme import BLACK, BLUE, RULE, VERMILLION, finished, layered
from cakernel.report.filters import SHOWN, by_values, picture
from cakernel.report.page import Picture

EACH: Final = {
    "investment": "investment",
    "breach_probability": "breach probability",
    "profit": "profit",
}
WIDTH: Final = 380
FIGURES: Final = 60
SIDES: Final = {
    "raises it": (BLUE, "circle"),
    "lowers it": (VERMILLION, "square"),
    "does not move it": (BLACK, "diamond"),
}


def words_of(outcome: str) -> str:
    """Return what an outcome is called, of the whole market or of a chain."""
    name, _, chain = outcome.rpartition("_")
    return WHOLE.get(outcome) or f"{EACH[name]} of chain {chain}"


def elasticity_picture(rows: pl.DataFrame, note: str) -> Picture:
    """Return elasticities of the outcome chosen by parameter.

    Parameters
    ----------
    rows : polars.DataFrame
        As of `cakernel.coopetition.report.elasticities.elasticities`, of which some are known.
    note : str
        Under the title.
    """
    known = rows.filter(pl.col("elasticity").is_not_null())
    raises, lowers, neither = SIDES
    elasticity = pl.col("elasticity")
    drawn = known.select(
        pl.col("outcome").map_elements(words_of, return_dtype=pl.String),
        "parameter",
        "elasticity",
        "derivative",
        "value",
        side=pl.when(elasticity.abs() < SMALLEST)
        .then(pl.lit(neither))
        .when(elasticity > 0)
        .then(pl.lit(raises))
        .otherwise(pl.lit(lowers)),
    )
    along = alt.X(
        "elasticity:Q",
        axis=alt.Axis(title="per cent that the outcome changes for 1% more of the parameter"),
    )
    order = alt.EncodingSortField("elasticity", op="max", order="descending")
    down = alt.Y("parameter:N", sort=order, axis=alt.Axis(title=None, ticks=False, labelLimit=190))
    names = list(SIDES)
    colours, shapes = zip(*SIDES.values(), strict=True)
    legend = alt.Legend(title=None, orient="top")
    colour = alt.Color("side:N", scale=alt.Scale(domain=names, range=list(colours)), legend=legend)
    shape = alt.Shape("side:N", scale=alt.Scale(domain=names, range=list(shapes)), legend=legend)
    base = alt.Chart(drawn).encode(y=down, color=colour)
    nought = alt.Chart(pl.DataFrame({"nought": [0.0]}))
    tooltip = ["outcome:N", "parameter:N", "value:Q", "elasticity:Q", "derivative:Q"]
    chart = (
        layered(
            nought.mark_rule(color=RULE).encode(x="nought:Q"),
            base.mark_rule(strokeWidth=1.5).encode(x=along, x2=alt.X2Datum(0)),
            base.mark_point(filled=True, size=60, opacity=1).encode(
                x=along, shape=shape, tooltip=tooltip
            ),
            # a few large ones may leave no room to see the others by
            alt.Chart(drawn)
            .mark_text(align="right")
            .encode(
                y=down,
                x=alt.value(WIDTH + FIGURES),
                text=alt.Text("elasticity:Q", format="+.4f"),
            ),
            data=drawn,
        )
        .transform_calculate(size="abs(datum.elasticity)")
        .transform_window(place="rank()", sort=[alt.SortField("size", order="descending")])
        .transform_filter(f"datum.place <= {SHOWN}")
        .properties(width=WIDTH, height=alt.Step(17))
    )
    return picture(
        finished(
            chart,
            title="What moves the outcome chosen",
            notes=[LABEL, f"At most {SHOWN} parameters are drawn, the strongest.", note],
            description=_described(drawn),
            width=600,
        ),
        id="elasticities",
        caption="Elasticities of the outcome chosen. Left out is what has none: a parameter or an "
        "outcome at 0 or below, and a parameter without derivative.",
        source="statics.parquet and equilibria.parquet",
        filters=[by_values(drawn, "outcome", "outcome", every=None)],
        columns={
            "outcome": "outcome",
            "parameter": "parameter",
            "value": "value",
            "derivative": "derivative",
            "elasticity": "elasticity",
        },
    )


def _described(drawn: pl.DataFrame) -> str:
    first = drawn.filter(pl.col("outcome") == drawn["outcome"][0])
    ordered = first.sort("elasticity", descending=True).select("parameter", "elasticity")
    told = "; ".join(f"{parameter} {value:+.3g}" for parameter, value in ordered.iter_rows())
    return f"{LABEL} Elasticities of {first['outcome'][0]}: {told}."
