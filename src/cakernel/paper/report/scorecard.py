"""How well the printed cells are reproduced: every figure from its rows."""

from typing import Any, Final

import polars as pl

from cakernel.paper.comparison import (
    CRD_6_UNDER_C,
    MISPRINT,
    REGULAR,
    ROUNDING,
    SLACK,
    SRD_4,
    TOLERANCE,
    WIDE_TOLERANCE,
)
from cakernel.paper.published import CELL, QUANTITIES
from cakernel.paper.scorecard import COMPARED
from cakernel.report.cited_numbers import Cited, Sheet, say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Grid, simple_grid

WORST: Final = 10
SYMBOLS: Final = {"x": "x", "y": "y", "resources": "R"}
DECIMALS: Final = {"x": ".4f", "y": ".4f", "resources": ".2f"}
IS_COMPARED: Final = pl.col("group").is_in(COMPARED)


def _hits(sheet: Sheet, quantity: str) -> tuple[Cited, Cited]:
    """Cite how many figures of a quantity are within rounding, and how many there are."""
    printed = sheet.rows(pl.col(f"printed_{quantity}").is_not_null())
    hits = printed.rows(pl.col(f"diff_{quantity}").abs() <= ROUNDING + SLACK)
    column = f"diff_{quantity}"
    return hits.over(column, "count", brief=True), printed.over(column, "count", brief=True)


def agreement_table(folder: RunFolder) -> Grid:
    """Return how many cells agree, regime by regime."""
    cells = folder.sheet("comparison").rows(IS_COMPARED)
    regimes = cells.frame["regime"].unique(maintain_order=True).to_list()
    parts = {name: cells.rows(pl.col("regime") == name) for name in regimes}
    if len(parts) > 1:
        parts["all"] = cells
    rows = []
    for name, part in parts.items():
        srd_4 = part.rows(pl.col("group") == SRD_4)
        regular = part.rows(pl.col("group") == REGULAR)
        rows.append(
            [
                name,
                part.over("group", "count", brief=True),
                part.over("within_rounding", "sum", brief=True),
                part.over("within_tolerance", "sum", brief=True),
                *(
                    say("{} of {}", p.over(c, "sum", brief=True), p.over(c, "count", brief=True))
                    for p, c in ((regular, "within_tolerance"), (srd_4, "within_wide"))
                ),
                *(say("{} of {}", *_hits(part, quantity)) for quantity in QUANTITIES),
            ]
        )
    return simple_grid(
        "scorecard-cells",
        "Printed cells reproduced, misprinted cells and CRD-6 under C apart. "
        "Source: comparison.parquet.",
        [
            "regime",
            "cells",
            "within rounding",
            "within 0.015 and 1.5%",
            "all rules but SRD-4 within 0.015 and 1.5%",
            "SRD-4 within 0.03 and 3%",
            *(f"{SYMBOLS[name]} within rounding" for name in QUANTITIES),
        ],
        rows,
        kind="numbers",
    )


def worst_table(folder: RunFolder) -> Grid:
    """Return the cells whose worst figure is the most times its tolerance off."""
    cells = folder.sheet("comparison").rows(IS_COMPARED)
    is_srd_4 = pl.col("group") == SRD_4
    state, share = (
        pl.when(is_srd_4).then(pl.lit(wide)).otherwise(pl.lit(usual))
        for usual, wide in zip(TOLERANCE, WIDE_TOLERANCE, strict=True)
    )
    limits = {"x": state, "y": state, "resources": share * pl.col("printed_resources")}
    farthest = (
        pl.concat(
            cells.frame.with_columns(
                quantity=pl.lit(name), times=pl.col(f"diff_{name}").abs() / limit
            )
            for name, limit in limits.items()
        )
        .drop_nulls("times")
        .sort("times", descending=True, maintain_order=True)
        .unique(CELL, keep="first", maintain_order=True)
        .head(WORST)
    )
    rows = [figures(cells, row) for row in farthest.iter_rows(named=True)]
    return simple_grid(
        "scorecard-worst",
        f"The {len(rows)} cells farthest off, those first whose worst figure is the most times its "
        "tolerance off (0.015 and 1.5%; of SRD-4 0.03 and 3%). Source: comparison.parquet.",
        ["cell", "figure", "printed", "simulated", "standard error", "difference", "group"],
        rows,
        kind="numbers",
    )


def figures(sheet: Sheet, row: dict[str, Any]) -> list[Any]:
    """Return a row of a table: a cell, and one of its figures, printed and simulated."""
    name = row["quantity"]
    style = DECIMALS[name]
    return [
        " ".join(row[column] for column in CELL),
        SYMBOLS[name],
        sheet.cite(row, f"printed_{name}", style=".2f", brief=True),
        sheet.cite(row, f"mean_{name}", style=style, brief=True),
        sheet.cite(row, f"se_{name}", style=style, brief=True),
        sheet.cite(row, f"diff_{name}", style=f"+{style}", brief=True),
        sheet.cite(row, "group", brief=True),
    ]


def words(folder: RunFolder) -> list[Any]:
    """Return what the comparison shows, in sentences."""
    comparison = folder.sheet("comparison")
    cells = comparison.rows(IS_COMPARED)
    apart = comparison.rows(pl.col("group") == CRD_6_UNDER_C)
    misprinted = comparison.rows(pl.col("group") == MISPRINT)
    regular = cells.rows(pl.col("group") == REGULAR)
    srd_4 = cells.rows(pl.col("group") == SRD_4)
    sentences = [
        say(
            "Of {} printed cells, {} are compared; {} of CRD-6 under C and {} with a misprinted "
            "figure stand apart.",
            comparison.over("regime", "count"),
            cells.over("regime", "count"),
            apart.over("regime", "count"),
            misprinted.over("regime", "count"),
        ),
        say(
            "{} of the {} lie within 0.015 in both states and 1.5% in R of the printed figures; {} "
            "agree in every printed digit.",
            cells.over("within_tolerance", "sum"),
            cells.over("within_tolerance", "count"),
            cells.over("within_rounding", "sum"),
        ),
    ]
    if regular.frame.height:
        sentences.append(
            say(
                "Outside SRD-4, no cell is farther off than {} in x, {} in y and {}% in R.",
                regular.over("diff_x", "largest size", style=".4f"),
                regular.over("diff_y", "largest size", style=".4f"),
                regular.over("diff_resources_relative", "largest size", style=".2f", scale=100.0),
            )
        )
    if srd_4.frame.height:
        sentences.append(
            say(
                "Of SRD-4, {} of {} are within 0.03 and 3%.",
                srd_4.over("within_wide", "sum"),
                srd_4.over("within_wide", "count"),
            )
        )
    return sentences
