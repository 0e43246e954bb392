"""What a reproduction shows: agreement, the paper's tables beside ours, and what stays open."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from cakernel.paper import scorecard_tables as scorecards
from cakernel.paper import tables
from cakernel.paper.comparison import CRD_6_UNDER_C, ROW, SRD_4, inside_tolerance
from cakernel.paper.pictures import agreement, recommended_speed_map
from cakernel.paper.report.findings import map_reasons, reproduction_findings, table_7_reasons
from cakernel.paper.report.grids import COMPARISON, SIGNS, grid, regime_grid
from cakernel.recovery.model import REGIMES
from cakernel.recovery.report.policies import ranking_picture
from cakernel.report.cited_numbers import MISSING, say
from cakernel.report.folder import Contents, RunFolder
from cakernel.report.page import (
    Choices,
    Filter,
    Picture,
    Prose,
    Section,
    by_values,
    options,
    picture,
)


def reproduction_contents(folder: RunFolder, told: str) -> Contents:
    """Return the findings and sections of what `cakernel reproduce` wrote."""
    regimes = [name for name in REGIMES if folder.has(name)]
    comparison = folder.sheet("comparison").frame
    blocks: list[Any] = [
        grid(scorecards.agreement_layout(comparison), COMPARISON),
        _agreement_picture(comparison, told),
        grid(scorecards.worst_layout(comparison), COMPARISON),
    ]
    sections = [
        Section("agreement-section", "Agreement with the paper", blocks),
        _tables(folder, regimes, comparison),
    ]
    if folder.has("table_7"):
        table = grid(tables.choices_layout(folder.sheet("table_7").frame), "table_7.parquet")
        blocks = [table, table_7_reasons(folder)]
        sections.append(Section("table-7-section", "Table 7: best choices", blocks))
    if folder.has("figure_2") and folder.has("map"):
        blocks = [
            _map_picture(folder.sheet("map").frame, told),
            grid(tables.map_layout(folder.sheet("figure_2").frame), "figure_2.parquet"),
            map_reasons(folder),
        ]
        sections.append(Section("map-section", "Fig. 2: the map of best rules", blocks))
    drawn = ranking_picture(
        pl.concat(folder.sheet(name).frame.with_columns(regime=pl.lit(name)) for name in regimes),
        groups={"regime": "regime"},
        caption="All policies of a regime, by the outcome chosen.",
        note=told,
        source=", ".join(f"{name}.parquet" for name in regimes),
    )
    sections.append(Section("ranking-section", "All policies, regime by regime", [drawn]))
    sections.append(_open_points(folder))
    return reproduction_findings(folder, regimes[0]), sections


def _agreement_picture(comparison: pl.DataFrame, note: str) -> Picture:
    """Return simulated against printed figures, with a choice of regimes and rules."""
    names = {"regime": "regime", "supply_rule": "supply rule", "cyber_rule": "cyber rule"}
    return picture(
        agreement(comparison.drop(ROW), note=note),
        id="agreement",
        caption="Every printed figure of Tables 3 to 6 beside the simulated one.",
        source=COMPARISON,
        filters=[by_values(comparison, column, label) for column, label in names.items()],
        columns=names
        | {"principle": "principle", "quantity": "figure", "printed": "printed"}
        | {"simulated": "simulated", "difference": "difference (of R: over the printed)"}
        | {"group": "group"},
    )


def _map_picture(simulated: pl.DataFrame, note: str) -> Picture:
    """Return the map of Fig. 2, with a choice of risk and chain length."""
    return picture(
        recommended_speed_map(simulated.drop(ROW), note=note),
        id="map-picture",
        caption="Which supply rules are best under CRD-5, by supply risk and chain length.",
        source="map.parquet",
        filters=[
            by_values(simulated, "risk", "supply risk"),
            by_values(simulated, "firms", "firms in each chain"),
        ],
        columns={"risk": "supply risk", "firms": "firms", "supply_rule": "supply rule"}
        | {"principle": "principle", "mean_resources": "mean R"}
        | {"below_best": "share below the highest", "standing": "standing"},
    )


def _tables(folder: RunFolder, regimes: Sequence[str], comparison: pl.DataFrame) -> Section:
    """Return Tables 3 to 6, as many of their regimes as were simulated."""
    parts = [
        Section(
            f"regime-{name}",
            f"Table {REGIMES[name].table}, regime {name}",
            [regime_grid(tables.regime_table(folder.sheet(name).frame, name, comparison))],
        )
        for name in regimes
    ]
    rules = list(dict.fromkeys(rule for rule, _ in tables.PRINTED_ROWS + tables.OUR_ROWS))
    filters = [
        Filter("regime", "regime", options(regimes), "regime"),
        Filter("cyber_rule", "cyber rule", options(rules), "cyber_rule"),
        Filter("principle", "principle", options(["P", "C"], every="both"), "principle"),
    ]
    legend = say(
        "In each cell the mean operational state x and the mean intangibles state y stand above "
        "the mean resources R at the end: plain as simulated, shaded as printed. {} R within 5% "
        "of the highest, P and C together: simulated among simulated, printed among printed, on "
        "site (CRD-0) among themselves. {} has a misprinted figure. {} simulated farther off than "
        "0.015 in a state or 1.5% in R. {} not printed, or not legible in the copy transcribed. "
        "The paper prints CRD-1, CRD-3 and CRD-4 as one row, here under CRD-1.",
        *(SIGNS[mark] for mark in (tables.BEST, tables.MISPRINTED, tables.OUTSIDE)),
        MISSING,
    )
    return Section(
        "tables",
        "The paper's tables beside ours",
        [Prose([legend], finding=False), Choices("tables-choice", "Show in the tables", filters)],
        parts,
    )


def _open_points(folder: RunFolder) -> Section:
    """Return misprints and what stays unexplained, apart from all that is counted."""
    comparison = folder.sheet("comparison")
    srd_4, crd_6 = (comparison.rows(pl.col("group") == name) for name in (SRD_4, CRD_6_UNDER_C))
    points = [
        ("misprints", "Misprints", None, scorecards.misprints_layout(comparison.frame), COMPARISON),
        (
            "unexplained-srd-4",
            "Unexplained: SRD-4 is printed lower in x than simulated",
            say(
                "Over {} cells, x is simulated from {} to {} above the printed figure, {} on "
                "average.",
                srd_4.over("group", "count"),
                *(srd_4.over("diff_x", how, style="+.4f") for how in ("least", "largest", "mean")),
            ),
            scorecards.srd_4_layout(comparison.frame),
            COMPARISON,
        ),
    ]
    if folder.has("shared_row"):
        shared = folder.sheet("shared_row")
        words = say(
            "The rules of the paper's Table 1 do not give CRD-1, CRD-3 and CRD-4 the same results: "
            "{} of {} simulated cells of CRD-3 and CRD-4 lie farther than 0.015 or 1.5% from the "
            "row printed for all three.",
            shared.rows(~inside_tolerance()).over("regime", "count"),
            shared.over("regime", "count"),
        )
        heading = "Unexplained: CRD-3 and CRD-4 are printed as one row with CRD-1"
        layout = scorecards.shared_row_layout(shared.frame)
        points.append(("unexplained-crd-3-4", heading, words, layout, shared.file))
    words = say(
        "The paper prints CRD-6 under C nearly as under P. Simulated as its rules say, {} of {} "
        "cells under C lie within 0.015 and 1.5% of the printed figures.",
        crd_6.over("within_tolerance", "sum"),
        crd_6.over("group", "count"),
    )
    layout = scorecards.crd_6_layout(comparison.frame)
    points.append(("unexplained-crd-6", "Unexplained: CRD-6 under C", words, layout, COMPARISON))
    parts = [
        Section(id, heading, [*([Prose([words])] if words else []), grid(layout, file)])
        for id, heading, words, layout, file in points
        if layout.rows
    ]
    hidden = (
        "None of these cells is hidden: all stand in the tables above, and in the picture of "
        "agreement under marks of their own."
    )
    return Section("open-points", "Misprints and unexplained cells", [Prose([hidden])], parts)
