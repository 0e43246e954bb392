"""Economic welfare by contract, in parts: chains, consumers, supplier, government, unmet need.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from typing import Final

import altair as alt
import polars as pl

from cakernel.coopetition.label import LABEL
from cakernel.coopetition.report.words import WHOLE, choices_of, with_regime
from cakernel.pictures.theme import BLACK, BLUE, GREEN, ORANGE, SKY, VERMILLION, finished, layered
from cakernel.report.filters import PREFIX, picture
from cakernel.report.page import Filter, Picture

TOTAL: Final = "economic_welfare"
# what each part is to welfare, and its colour
PARTS: Final = {
    "total_profit": (1, BLUE),
    "consumer_surplus": (1, SKY),
    "supplier_profit": (1, GREEN),
    "subsidy_bill": (-1, ORANGE),
    "unmet_harm": (-1, VERMILLION),
}
CHANGE: Final = "difference"


def welfare_picture(solved: pl.DataFrame, note: str) -> Picture:
    """Return bars of the parts of welfare, a bar a contract and regime, with the sum as a point."""
    rows = _parts(solved)
    compared = rows["difference"].count() > 0
    names = [WHOLE[name] for name in PARTS]
    shown = PREFIX + "shown"
    across = alt.X(
        "value:Q",
        axis=alt.Axis(title="money, as chosen; what is taken off lies to the left of 0"),
        stack=None,
    )
    down = alt.Y("bar:N", sort=None, axis=alt.Axis(title=None))
    colour = alt.Color(
        "part:N",
        scale=alt.Scale(domain=names, range=[colour for _, colour in PARTS.values()]),
        legend=alt.Legend(title=None, orient="top", columns=3),
    )
    tooltip = ["contract:N", "regime:N", "part:N", "level:Q", "difference:Q"]
    base = (
        alt.Chart(rows)
        .transform_calculate(value=f"{shown} === '{CHANGE}' ? datum.difference : datum.level")
        .transform_filter("isValid(datum.value)")
    )
    bars = (
        base.transform_filter(f"datum.part !== '{WHOLE[TOTAL]}'")
        .mark_bar(height=14)
        .encode(
            x=across.stack("zero"),
            y=down,
            color=colour,
            # as in the legend
            order=alt.Order("place:Q"),
            tooltip=tooltip,
        )
    )
    # black on dark pages is white, so that the point is seen on every bar's colour
    point = (
        base.transform_filter(f"datum.part === '{WHOLE[TOTAL]}'")
        .mark_point(shape="diamond", filled=True, size=80, opacity=1, color=BLACK, stroke="#ffffff")
        .encode(x=across, y=down, tooltip=tooltip)
    )
    chart = layered(bars, point).properties(width=430, height=alt.Step(26))
    names_of = {"regime": "investments", "contract": "contract"}
    choices = choices_of(rows, names_of, every="all")
    if compared:
        options = [("level", "amounts"), (CHANGE, "differences from fixed orders")]
        choices.append(Filter("shown", "show", options, default="level"))
    columns = {"contract": "contract", "regime": "regime", "part": "part", "level": "amount"}
    return picture(
        finished(
            chart.add_params(alt.param(name=shown, value="level")),
            title="Economic welfare by contract, and who gets it",
            notes=[LABEL, "The diamond is economic welfare, the sum of the parts.", note],
            description=_described(rows),
            width=600,
        ),
        id="welfare",
        caption="Economic welfare and its parts under each contract; subsidies and harm are taken "
        "off.",
        source="equilibria.parquet",
        filters=choices,
        columns=columns | ({"difference": "difference from fixed"} if compared else {}),
    )


def _parts(solved: pl.DataFrame) -> pl.DataFrame:
    """Return one row a contract, regime and part of welfare, with its sign."""
    known = with_regime(solved).filter(pl.col(TOTAL).is_not_null())
    known = known.with_columns(pl.col("contract").cast(pl.String))
    many = known["regime"].n_unique() > 1
    signs = {TOTAL: 1} | {name: sign for name, (sign, _) in PARTS.items()}
    long = pl.concat(
        known.select(
            "contract",
            "regime",
            pl.lit(WHOLE[name]).alias("part"),
            pl.lit(place).alias("place"),
            (sign * pl.col(name)).alias("level"),
        )
        for place, (name, sign) in enumerate(signs.items())
    )
    fixed = long.filter(contract="fixed").select("regime", "part", fixed="level")
    joined = long.join(fixed, on=["regime", "part"], how="left", maintain_order="left")
    bar = pl.format("{}, {}", "contract", "regime") if many else pl.col("contract")
    return joined.with_columns(bar.alias("bar"), difference=pl.col("level") - pl.col("fixed")).drop(
        "fixed"
    )


def _described(rows: pl.DataFrame) -> str:
    totals = rows.filter(part=WHOLE[TOTAL]).select("bar", "level").iter_rows()
    told = "; ".join(f"{bar} {level:.5f}" for bar, level in totals)
    return f"{LABEL} Economic welfare: {told}. The table below has the parts."
