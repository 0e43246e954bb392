"""What a reproduction shows: agreement, the paper's tables beside ours, and deviations."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from cakernel.paper import scorecard_tables as scorecards
from cakernel.paper import tables
from cakernel.paper.comparison import ROW
from cakernel.paper.deviations import DEVIATIONS
from cakernel.paper.pictures import agreement, recommended_speed_map
from cakernel.paper.printed_rules import note_of
from cakernel.paper.report.findings import map_reasons, reproduction_findings, table_7_reasons
from cakernel.paper.report.grids import COMPARISON, SIGNS, grid, regime_grid
from cakernel.recovery.model import REGIMES
from cakernel.recovery.report.policies import ranking_picture
from cakernel.report.cited_numbers import say
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
from cakernel.wording import MISSING


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


def _on(folder: RunFolder) -> str:
    """Say which deviations from Table 1 the simulated rows have."""
    recorded = folder.recorded("settings", "deviations")
    return "" if recorded is None else f" Simulated rows are {note_of(recorded.value)}."


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
        "The paper prints CRD-1, CRD-3 and CRD-4 as one row, here under CRD-1.{}",
        *(SIGNS[mark] for mark in (tables.BEST, tables.MISPRINTED, tables.OUTSIDE)),
        MISSING,
        _on(folder),
    )
    return Section(
        "tables",
        "The paper's tables beside ours",
        [Prose([legend], finding=False), Choices("tables-choice", "Show in the tables", filters)],
        parts,
    )


def _open_points(folder: RunFolder) -> Section:
    """Return misprints, and the printed rows that follow other rules than Table 1."""
    comparison = folder.sheet("comparison")
    misprints = grid(scorecards.misprints_layout(comparison.frame), COMPARISON)
    parts = [Section("misprints", "Misprints", [misprints])]
    if folder.has("explained"):
        sheet = folder.sheet("explained")
        words = [
            say(
                "{}, named {}. Table 1: {}. What the numbers imply: {}. Of {} cells, {} agree so "
                "and {} by Table 1.",
                deviation.rows, name, deviation.table_1, deviation.as_printed,
                *(
                    sheet.rows(pl.col("deviation") == name).over(column, "sum")
                    for column in (
                        "cells", "within_tolerance_with", "within_tolerance_without",
                    )
                ),
            )
            for name, deviation in DEVIATIONS.items()
        ]  # fmt: skip
        shown = grid(scorecards.explained_layout(sheet.frame), sheet.file)
        heading = "Printed rows that follow other rules than Table 1"
        parts.append(Section("deviations-section", heading, [Prose(words), shown]))
    hidden = (
        "None of these cells is hidden: all stand in the tables above, and in the picture of "
        "agreement under marks of their own."
    )
    return Section("open-points", "Misprints and deviations", [Prose([hidden])], parts)
