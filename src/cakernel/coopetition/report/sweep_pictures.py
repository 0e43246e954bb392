"""Pictures of a sweep of the coopetition model: means along an axis, a line a series."""

from collections.abc import Mapping
from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.coopetition.report.shared import labelled
from cakernel.coopetition.report.sweep_tables import ALL, MEAN_WORDS, SweepTables
from cakernel.coopetition.words import CONTRACT_WORDS, SPLIT_WORDS
from cakernel.report.axes import axis_lines
from cakernel.report.page import PREFIX, Filter, Picture, by_values, by_varying

OUTCOMES: Final = MEAN_WORDS | {
    "share_equilibrium": "share of points that have an equilibrium",
    "share_unique": "share of points whose equilibrium is the only one found",
}


def outcome_picture(tables: SweepTables, note: str) -> Picture:
    """Return a mean along a chosen axis, a line a contract."""
    rows = tables.levels
    outcome = PREFIX + "outcome"
    chosen = Filter("outcome", "outcome", list(OUTCOMES.items()), default="economic_welfare")
    names = [contract for contract in CONTRACT_WORDS if contract in set(rows["contract"])]
    chart = axis_lines(rows, series="contract", names=names, tooltip=["contract:N", "regime:N"])
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
            *by_varying(rows, {"contract": "contract"}),
            *by_varying(rows, {"regime": "investments"}, every=None),
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
        axis_lines(
            rows, series="part", names=list(SPLIT_WORDS.values()), tooltip=["part:N", "regime:N"]
        ),
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
            *by_varying(rows, {"regime": "investments"}, every=None),
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
