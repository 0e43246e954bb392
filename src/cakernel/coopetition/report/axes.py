"""Pictures of a sweep of the coopetition model: means along an axis, a line a series.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

from collections.abc import Mapping
from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.coopetition.label import LABEL
from cakernel.coopetition.report.sweep_tables import ALL, UNIQUE, WORDS, CtipSweepTables
from cakernel.coopetition.report.words import CONTRACTS, SPLIT, choices_of
from cakernel.pictures.theme import finished
from cakernel.report.axes import axis_lines
from cakernel.report.filters import PREFIX, by_values, options, picture
from cakernel.report.page import Filter, Picture

OUTCOMES: Final = WORDS | {
    "share_equilibrium": "share of points that have an equilibrium",
    "share_unique": "share of points whose equilibrium is the only one found",
}


def outcome_picture(tables: CtipSweepTables, note: str) -> Picture:
    """Return a mean along a chosen axis, a line a contract."""
    rows = tables.levels
    outcome = PREFIX + "outcome"
    chosen = Filter("outcome", "outcome", list(OUTCOMES.items()), default="economic_welfare")
    names = [contract for contract in CONTRACTS if contract in set(rows["contract"])]
    chart = axis_lines(rows, series="contract", names=names, tooltip=["contract:N", "regime:N"])
    chart = chart.add_params(alt.param(name=outcome, value=chosen.default)).transform_calculate(
        value=f"datum[{outcome}]"
    )
    counted = Filter("equilibria", "equilibria", options([ALL, UNIQUE], every=None), "equilibria",
                     ALL)  # fmt: skip
    return picture(
        _finished(
            chart,
            "Outcome along an axis of the sweep",
            "Mean over the points at a level that have an equilibrium, whatever the other axes "
            "are there.",
            note,
            _described(rows.filter(equilibria=ALL), "contract", "economic_welfare"),
        ),
        id="axes",
        caption="How the outcome changes along each axis of the sweep, a line a contract.",
        source="all shards of the sweep",
        filters=[
            by_values(rows, "axis", "axis", every=None),
            chosen,
            *choices_of(rows, {"contract": "contract"}, every="all"),
            *choices_of(rows, {"regime": "investments"}, every=None),
            counted,
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


def split_picture(tables: CtipSweepTables, note: str) -> Picture:
    """Return what flexible contracts add along a chosen axis, a line a part."""
    rows = tables.split_levels
    return picture(
        _finished(
            axis_lines(
                rows, series="part", names=list(SPLIT.values()), tooltip=["part:N", "regime:N"]
            ),
            "What flexible MOQ adds to economic welfare, along an axis",
            "Mean of paired differences over the points at a level at which all three contracts "
            "have an equilibrium.",
            note,
            _described(rows, "part", "value"),
        ),
        id="split-axes",
        caption="The advantage of flexible MOQ over separate fixed orders and its parts, along "
        "each axis of the sweep.",
        source="all shards of the sweep, point by point",
        filters=[
            by_values(rows, "axis", "axis", every=None),
            by_values(rows, "part", "part"),
            *choices_of(rows, {"regime": "investments"}, every=None),
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


def _finished(
    chart: alt.LayerChart, title: str, words: str, note: str, described: str
) -> alt.LayerChart:
    return finished(
        chart, title=title, notes=[LABEL, words, note], description=described, width=600
    )


def _described(rows: pl.DataFrame, series: str, value: str) -> str:
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
    return f"{LABEL} {where}, means: {'; '.join(lines)}."
