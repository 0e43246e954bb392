"""Misprints and what stays unexplained between the paper and the model, apart from the score."""

from typing import Any

import polars as pl

from cakernel.paper.comparison import CRD_6_UNDER_C, SLACK, SRD_4, TOLERANCE
from cakernel.paper.published import CELL, errata
from cakernel.paper.report.scorecard import figures
from cakernel.report.cited_numbers import Sheet, say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Grid, Prose, Section, simple_grid


def misprints_table(folder: RunFolder) -> Grid:
    """Return the printed figures that are surely misprints, and what is simulated there."""
    sheet = folder.sheet("comparison")
    known = errata().join(sheet.frame, on=list(CELL), how="inner", maintain_order="left")
    rows = []
    for row in known.iter_rows(named=True):
        name = row["quantity"].removeprefix("mean_")
        shown = figures(sheet, row | {"quantity": name})
        rows.append([*shown[:3], f"{row['likely']:.2f}", *shown[3:5], row["why"]])
    return simple_grid(
        "misprints-table",
        "Printed figures that are surely misprints; not counted above. "
        "Source: comparison.parquet, and the list of misprints that comes with cakernel.",
        ["cell", "figure", "printed", "likely", "simulated", "standard error", "why"],
        rows,
        kind="numbers wordy",
    )


def open_points(folder: RunFolder) -> Section:
    """Return misprints and what stays unexplained, apart from all that is counted."""
    comparison = folder.sheet("comparison")
    regimes = comparison.frame["regime"].unique(maintain_order=True).to_list()
    parts = [Section("misprints", "Misprints", [misprints_table(folder)])]
    if not misprints_table(folder).bodies[0].rows:
        parts = []
    srd_4 = comparison.rows(pl.col("group") == SRD_4)
    crd_6 = comparison.rows(pl.col("group") == CRD_6_UNDER_C)
    if srd_4.frame.height:
        rows = [_srd_4(srd_4.rows(pl.col("regime") == name), name) for name in regimes]
        caption = "SRD-4: operational state x, simulated minus printed. Source: comparison.parquet."
        grid = simple_grid(
            "srd-4", caption, ["regime", "cells", "least", "mean", "largest"], rows, kind="numbers"
        )
        heading = "Unexplained: SRD-4 is printed lower in x than simulated"
        parts.append(Section("unexplained-srd-4", heading, [_srd_4_words(srd_4), grid]))
    if folder.has("shared_row"):
        parts.append(_shared_row(folder.sheet("shared_row")))
    if crd_6.frame.height:
        parts.append(_crd_6(crd_6, regimes))
    words = [
        "None of these cells is hidden: all stand in the tables above, and in the picture of "
        "agreement under marks of their own."
    ]
    return Section("open-points", "Misprints and unexplained cells", [Prose(words)], parts)


def _srd_4(part: Sheet, name: str) -> list[Any]:
    shown = [
        part.over("diff_x", how, style="+.4f", brief=True) for how in ("least", "mean", "largest")
    ]
    return [name, part.over("group", "count", brief=True), *shown]


def _srd_4_words(part: Sheet) -> Prose:
    return Prose(
        [
            say(
                "Over {} cells, x is simulated from {} to {} above the printed figure, {} on "
                "average.",
                part.over("group", "count"),
                *(part.over("diff_x", how, style="+.4f") for how in ("least", "largest", "mean")),
            )
        ]
    )


def _shared_row(sheet: Sheet) -> Section:
    rows = []
    for regime, rule in (
        sheet.frame.select("regime", "simulated_cyber_rule").unique(maintain_order=True).iter_rows()
    ):
        part = sheet.rows((pl.col("regime") == regime) & (pl.col("simulated_cyber_rule") == rule))
        far = [
            part.over(column, "farthest from 0", style=style, scale=scale, brief=True)
            for column, style, scale in (
                ("diff_x", "+.3f", 1.0),
                ("diff_y", "+.3f", 1.0),
                ("diff_resources_relative", "+.2f", 100.0),
            )
        ]
        rows.append(
            [regime, rule, part.over("regime", "count", brief=True), *far[:2], say("{}%", far[2])]
        )
    state, share = TOLERANCE
    off = sheet.rows(
        (pl.max_horizontal(pl.col("diff_x").abs(), pl.col("diff_y").abs()) > state + SLACK)
        | (pl.col("diff_resources_relative").abs() > share + SLACK)
    )
    words = say(
        "The rules of the paper's Table 1 do not give CRD-1, CRD-3 and CRD-4 the same results: {} "
        "of {} simulated cells of CRD-3 and CRD-4 lie farther than 0.015 or 1.5% from the row "
        "printed for all three.",
        off.over("regime", "count"),
        sheet.over("regime", "count"),
    )
    grid = simple_grid(
        "crd-3-4",
        "Largest differences of simulated CRD-3 and CRD-4 from the row printed for them and CRD-1. "
        "Source: shared_row.parquet.",
        ["regime", "rule", "cells", "x", "y", "R"],
        rows,
        kind="numbers",
    )
    heading = "Unexplained: CRD-3 and CRD-4 are printed as one row with CRD-1"
    return Section("unexplained-crd-3-4", heading, [Prose([words]), grid])


def _crd_6(crd_6: Sheet, regimes: list[str]) -> Section:
    rows = []
    for name in regimes:
        part = crd_6.rows(pl.col("regime") == name)
        if part.frame.is_empty():
            continue
        off = [
            part.over(column, "farthest from 0", style=style, scale=scale, brief=True)
            for column, style, scale in (
                ("diff_x", "+.3f", 1.0),
                ("diff_y", "+.3f", 1.0),
                ("diff_resources_relative", "+.2f", 100.0),
            )
        ]
        inside = part.over("within_tolerance", "sum", brief=True)
        count = part.over("group", "count", brief=True)
        rows.append([name, count, inside, *off[:2], say("{}%", off[2])])
    words = say(
        "The paper prints CRD-6 under C nearly as under P. Simulated as its rules say, {} of {} "
        "cells under C lie within 0.015 and 1.5% of the printed figures.",
        crd_6.over("within_tolerance", "sum"),
        crd_6.over("group", "count"),
    )
    grid = simple_grid(
        "crd-6-c",
        "CRD-6 under C: largest differences, simulated minus printed. Source: comparison.parquet.",
        ["regime", "cells", "within 0.015 and 1.5%", "x", "y", "R"],
        rows,
        kind="numbers",
    )
    return Section("unexplained-crd-6", "Unexplained: CRD-6 under C", [Prose([words]), grid])
