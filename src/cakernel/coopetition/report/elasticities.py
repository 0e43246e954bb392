"""Elasticities of an equilibrium: derivatives by a parameter's size and by the outcome's; drawn."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import altair as alt
import polars as pl

from cakernel.coopetition.report.shared import labelled
from cakernel.coopetition.words import OUTCOME_WORDS
from cakernel.pictures.theme import BLACK, BLUE, RULE, VERMILLION, layered
from cakernel.report.page import SHOWN, Picture, by_values

OF_MARKET: Final = ("economic_welfare", "total_profit", "consumer_surplus", "unmet_need")
OF_CHAINS: Final = {
    "investment": "investment",
    "breach_probability": "breach probability",
    "profit": "profit",
}
"""Outcomes that are looked at."""
SMALLEST: Final = 5e-5
"""Elasticities of a smaller size count as 0, which rounding makes of them."""
WIDTH: Final = 380
FIGURES: Final = 60
SIDES: Final = {
    "raises it": (BLUE, "circle"),
    "lowers it": (VERMILLION, "square"),
    "does not move it": (BLACK, "diamond"),
}


def outcomes_of(columns: Iterable[str]) -> list[str]:
    """Return the outcomes that are looked at, of the whole market and then of each chain."""
    present = list(columns)
    each = [
        column
        for name in OF_CHAINS
        for column in present
        if column.startswith(f"{name}_") and column.removeprefix(f"{name}_").isdigit()
    ]
    return [name for name in OF_MARKET if name in present] + each


def words_of(outcome: str) -> str:
    """Return what an outcome is called, of the whole market or of a chain."""
    name, _, chain = outcome.rpartition("_")
    return OUTCOME_WORDS.get(outcome) or f"{OF_CHAINS[name]} of chain {chain}"


def elasticities(statics: pl.DataFrame, solved: pl.DataFrame) -> pl.DataFrame:
    """Return how many per cent outcomes change for one per cent more of each parameter.

    Parameters
    ----------
    statics : polars.DataFrame
        As of `cakernel.coopetition.comparative_statics`.
    solved : polars.DataFrame
        The same equilibrium, one row, as of `cakernel.coopetition.equilibria`.

    Returns
    -------
    polars.DataFrame
        One row an outcome and parameter: ``outcome``, ``parameter``, ``value``, ``level`` (of the
        outcome), ``derivative`` and ``elasticity``, null unless value and level are above 0.
    """
    size, level = pl.col("value"), pl.col("level")
    return pl.concat(
        statics.select(
            pl.lit(outcome).alias("outcome"),
            "parameter",
            "value",
            pl.lit(solved[outcome][0], pl.Float64).alias("level"),
            pl.col(outcome).alias("derivative"),
        )
        for outcome in outcomes_of(statics.columns)
    ).with_columns(
        elasticity=pl.when((size > 0) & (level > 0)).then(pl.col("derivative") * size / level)
    )


def _read(folder: Path) -> pl.DataFrame:
    tables = (pl.read_parquet(folder / f"{name}.parquet") for name in ("statics", "equilibria"))
    return elasticities(*tables)


SOURCE: Final = "elasticities"
DERIVED: Final[dict[str, Callable[[Path], pl.DataFrame]]] = {SOURCE: _read}
"""Tables that are worked out from several files, by the names that numbers are cited from."""


def elasticity_picture(rows: pl.DataFrame, note: str) -> Picture:
    """Return elasticities, of which some are known, of the outcome chosen by parameter."""
    known = rows.filter(pl.col("elasticity").is_not_null())
    raises, lowers, neither = SIDES
    elasticity = pl.col("elasticity")
    drawn = known.select(
        pl.col("outcome").map_elements(words_of, return_dtype=pl.String),
        "parameter",
        "value",
        "derivative",
        "elasticity",
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
    zero = alt.Chart(pl.DataFrame({"zero": [0.0]}))
    tooltip = ["outcome:N", "parameter:N", "value:Q", "elasticity:Q", "derivative:Q"]
    chart = (
        layered(
            zero.mark_rule(color=RULE).encode(x="zero:Q"),
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
    first = drawn.filter(pl.col("outcome") == drawn["outcome"][0])
    ordered = first.sort("elasticity", descending=True)["parameter", "elasticity"].rows()
    told = "; ".join(f"{parameter} {value:+.3g}" for parameter, value in ordered)
    return labelled(
        chart,
        title="What moves the outcome chosen",
        notes=[f"At most {SHOWN} parameters are drawn, the strongest.", note],
        told=f"Elasticities of {first['outcome'][0]}: {told}.",
        id="elasticities",
        caption="Elasticities of the outcome chosen. Left out is what has none: a parameter or an "
        "outcome at 0 or below, and a parameter without derivative.",
        source="statics.parquet and equilibria.parquet",
        filters=[by_values(drawn, "outcome", "outcome", every=None)],
        columns={name: name for name in drawn.columns if name != "side"},
    )
