"""How well the printed cells are reproduced, and what stays open: every figure from its rows."""

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
from cakernel.paper.published import CELL, QUANTITIES, errata
from cakernel.paper.scorecard import COMPARED
from cakernel.report.cited import Cited, Sheet, say
from cakernel.report.folder import RunFolder
from cakernel.report.page import Grid, Prose, Section, simple_grid

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
    rows = [_figures(cells, row) for row in farthest.iter_rows(named=True)]
    return simple_grid(
        "scorecard-worst",
        f"The {len(rows)} cells farthest off, those first whose worst figure is the most times its "
        "tolerance off (0.015 and 1.5%; of SRD-4 0.03 and 3%). Source: comparison.parquet.",
        ["cell", "figure", "printed", "simulated", "standard error", "difference", "group"],
        rows,
        kind="numbers",
    )


def _figures(sheet: Sheet, row: dict[str, Any]) -> list[Any]:
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


def misprints_table(folder: RunFolder) -> Grid:
    """Return the printed figures that are surely misprints, and what is simulated there."""
    sheet = folder.sheet("comparison")
    known = errata().join(sheet.frame, on=list(CELL), how="inner", maintain_order="left")
    rows = []
    for row in known.iter_rows(named=True):
        name = row["quantity"].removeprefix("mean_")
        figures = _figures(sheet, row | {"quantity": name})
        rows.append([*figures[:3], f"{row['likely']:.2f}", *figures[3:5], row["why"]])
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
    figures = [
        part.over("diff_x", how, style="+.4f", brief=True) for how in ("least", "mean", "largest")
    ]
    return [name, part.over("group", "count", brief=True), *figures]


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
