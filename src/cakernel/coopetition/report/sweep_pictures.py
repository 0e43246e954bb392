"""Pictures of a sweep of the coopetition model: means along an axis, a line a series."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.coopetition.report.shared import choice_of, labelled, regime_choice
from cakernel.coopetition.report.sweep_tables import ALL, MEAN_WORDS, SweepTables
from cakernel.coopetition.words import CONTRACT_WORDS, SPLIT_WORDS
from cakernel.pictures.theme import layered
from cakernel.report.filtered import PREFIX
from cakernel.report.page import Filter, Picture
from cakernel.report.pictures import COLOURS, SHAPES, by_values

OUTCOMES: Final = MEAN_WORDS | {
    "share_equilibrium": "share of points that have an equilibrium",
    "share_unique": "share of points whose equilibrium is the only one found",
}
DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [1, 3])


def outcome_picture(tables: SweepTables, note: str) -> Picture:
    """Return a mean along a chosen axis, a line a contract."""
    rows = tables.levels
    outcome = PREFIX + "outcome"
    chosen = Filter("outcome", "outcome", list(OUTCOMES.items()), default="economic_welfare")
    chart = _lines(rows, "contract", [c for c in CONTRACT_WORDS if c in set(rows["contract"])])
    chart = chart.add_params(alt.param(name=outcome, value=chosen.default)).transform_calculate(
        value=f"datum[{outcome}]"
    )
    words = (
        "Mean over the points at a level that have an equilibrium, whatever the other axes are "
        "there."
    )
    return labelled(
        chart,
        title="Outcome along an axis of the sweep",
        notes=[words, note],
        told=_told(rows.filter(equilibria=ALL), "contract", "economic_welfare"),
        id="axes",
        caption="How the outcome changes along each axis of the sweep, a line a contract.",
        source="all shards of the sweep",
        filters=[
            by_values(rows, "axis", "axis", every=None),
            chosen,
            *choice_of(rows, "contract", "contract"),
            *regime_choice(rows),
            by_values(rows, "equilibria", "equilibria", every=None),
        ],
        columns={
            "axis": "axis",
            "level": "level",
            "contract": "contract",
            "regime": "investments",
            "equilibria": "equilibria",
            "points": "points counted",
            "without": "points not counted",
        }
        | OUTCOMES,
    )


def split_picture(tables: SweepTables, note: str) -> Picture:
    """Return what flexible contracts add along a chosen axis, a line a part."""
    rows = tables.split_levels
    words = (
        "Mean of paired differences over the points at a level at which all three contracts have "
        "an equilibrium."
    )
    return labelled(
        _lines(rows, "part", list(SPLIT_WORDS.values())),
        title="What flexible MOQ adds to economic welfare, along an axis",
        notes=[words, note],
        told=_told(rows, "part", "value"),
        id="split-axes",
        caption="The advantage of flexible MOQ over separate fixed orders and its parts, along "
        "each axis of the sweep.",
        source="all shards of the sweep, point by point",
        filters=[
            by_values(rows, "axis", "axis", every=None),
            by_values(rows, "part", "part"),
            *regime_choice(rows),
        ],
        columns={
            "axis": "axis",
            "level": "level",
            "part": "part",
            "regime": "investments",
            "points": "points",
            "value": "mean",
        },
    )


def _lines(rows: pl.DataFrame, series: str, names: Sequence[str]) -> alt.LayerChart:
    def scale(values: Sequence[Any]) -> alt.Scale:
        return alt.Scale(domain=list(names), range=list(values[: len(names)]))

    legend = alt.Legend(title=None, orient="top", columns=3)
    drawn = alt.Chart(rows).encode(
        x=alt.X(
            "level:N",
            sort=alt.EncodingSortField("order", op="min"),
            axis=alt.Axis(title="level of the axis chosen", labelAngle=-30),
        ),
        y=alt.Y(
            "value:Q",
            scale=alt.Scale(zero=False),
            axis=alt.Axis(title="mean of what is chosen"),
        ),
        color=alt.Color(f"{series}:N", scale=scale(COLOURS), legend=legend),
    )
    tooltip = [f"{series}:N", "regime:N", "axis:N", "level:N", "points:Q", "value:Q"]
    return layered(
        drawn.mark_line(strokeWidth=1.5).encode(
            strokeDash=alt.StrokeDash(f"{series}:N", scale=scale(DASHES), legend=legend)
        ),
        drawn.mark_point(filled=True, size=45, opacity=1).encode(
            shape=alt.Shape(f"{series}:N", scale=scale(SHAPES), legend=legend), tooltip=tooltip
        ),
        data=rows,
    ).properties(width=520, height=300)


def _told(rows: pl.DataFrame, series: str, value: str) -> str:
    first: Mapping[str, Any] = rows.row(0, named=True)
    known = rows.filter(
        pl.col("axis") == first["axis"],
        pl.col("regime") == first["regime"],
        pl.col(value).is_not_null(),
    )
    lines = []
    for name, part in known.group_by(series, maintain_order=True):
        means = part.select("level", value).iter_rows()
        lines.append(f"{name[0]}: " + ", ".join(f"{mean:.4g} at {level}" for level, mean in means))
    where = f"Along {first['axis']}, investments {first['regime']}"
    return f"{where}, means: {'; '.join(lines)}."
