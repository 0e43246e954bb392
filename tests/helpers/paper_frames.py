"""Frames in the shape of simulated results, made of the paper's printed figures.

Nothing here is simulated: the frames stand in for results that meet every printed figure,
misprints included, and tests move them by known amounts.
"""

from __future__ import annotations

from io import StringIO

import polars as pl
from rich.console import Console, RenderableType

from cakernel.paper.agreement import Scorecard, scorecard
from cakernel.paper.comparison import compare
from cakernel.paper.printed_rules import SRD_4_AS_PRINTED
from cakernel.paper.published import SHARED_ROW, printed_tables
from cakernel.recovery.model import REGIMES

STANDARD_ERRORS = {"se_x": 0.0003, "se_y": 0.0008, "se_resources": 0.05}
STAND_IN = 100.0  # for resources that are not printed


def stand_in(*regimes: str) -> pl.DataFrame:
    """Return what a simulation would give that met every printed figure, misprints included."""
    printed = printed_tables().filter(pl.col("regime").is_in(regimes or list(REGIMES)))
    shared = pl.col("cyber_rule") == SHARED_ROW
    return (
        printed.drop("table")
        .with_columns(
            pl.when(shared)
            .then(pl.lit(["CRD-1", "CRD-3", "CRD-4"]))
            .otherwise(pl.concat_list("cyber_rule"))
            .alias("cyber_rule"),
            pl.col("mean_resources").fill_null(STAND_IN),
        )
        .explode("cyber_rule")
        .with_columns(replications=pl.lit(200, dtype=pl.Int64))
        .with_columns(pl.lit(error).alias(name) for name, error in STANDARD_ERRORS.items())
    )


def simulated_like(table: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return what `explained` takes, by regime: SRD-4 as printed beside SRD-4, which is alike."""
    srd_4 = table.filter(pl.col("supply_rule") == "SRD-4")
    printed = srd_4.with_columns(supply_rule=pl.lit(SRD_4_AS_PRINTED.name))
    both = pl.concat([table, printed])
    return {
        name: both.filter(pl.col("regime") == name).drop("regime")
        for name in table["regime"].unique(maintain_order=True)
    }


def chosen(**cell: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(name) == value for name, value in cell.items())


def moved(table: pl.DataFrame, column: str, by: float, **cell: str) -> pl.DataFrame:
    shifted = pl.when(chosen(**cell)).then(pl.col(column) + by).otherwise(pl.col(column))
    return table.with_columns(shifted.alias(column))


def with_crd_0(table: pl.DataFrame, resources: dict[str, float]) -> pl.DataFrame:
    """Add CRD-0 policies of the given resources to each regime of the table."""
    template = table.filter(chosen(cyber_rule="CRD-5", principle="P"))
    on_site = template.filter(pl.col("supply_rule").is_in(list(resources))).with_columns(
        cyber_rule=pl.lit("CRD-0"),
        mean_y=pl.lit(1.0),
        mean_resources=pl.col("supply_rule").replace_strict(resources, return_dtype=pl.Float64),
    )
    return pl.concat([table, on_site])


# columns in which no table of the paper has to go on below
WIDE = 120


def card_of(table: pl.DataFrame) -> Scorecard:
    return scorecard(compare(table))


def rendered(renderable: RenderableType, *, colour: bool = False, width: int = WIDE) -> str:
    console = Console(
        width=width,
        file=StringIO(),
        force_terminal=colour,
        color_system="standard" if colour else None,
    )
    console.print(renderable)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def nine() -> pl.DataFrame:
    printed = {(r.risk, r.firms): name for name, r in REGIMES.items() if r.periods == 180}
    parts = []
    for risk in ("low", "base", "high"):
        for firms in (3, 5, 15):
            table = stand_in(printed.get((risk, firms), "high" if risk == "high" else "n15"))
            parts.append(table.drop("regime").with_columns(risk=pl.lit(risk), firms=pl.lit(firms)))
    return pl.concat(parts)
