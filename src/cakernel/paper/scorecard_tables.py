"""The scorecard laid out: agreement by regime, worst cells, misprints, unexplained points."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from cakernel.paper.agreement import (
    CONTRASTS,
    IS_COMPARED,
    counts_of,
    crd_6_under_c,
    misprinted,
    worst_figures,
)
from cakernel.paper.comparison import (
    CRD_6_UNDER_C,
    REGULAR,
    SRD_4,
    inside_tolerance,
    within_rounding,
)
from cakernel.paper.published import CELL, QUANTITIES
from cakernel.paper.tables import Layout, Line, Part, Value, Words, over, value

STYLES: Final = {"x": ".4f", "y": ".4f", "resources": ".2f"}
SYMBOLS: Final = {"x": "x", "y": "y", "resources": "R"}
FIGURE_HEAD: Final = Words("quantity", "figure")
ERROR_HEAD: Final = Words("std. error", "standard error")
PERCENT: Final[dict[str, Any]] = {"scale": 100.0, "unit": "%"}


def agreement_layout(comparison: pl.DataFrame) -> Layout:
    """Lay out how many cells agree, regime by regime."""
    cells = comparison.filter(IS_COMPARED)
    regimes = comparison["regime"].unique(maintain_order=True)
    parts = {name: cells.filter(pl.col("regime") == name) for name in regimes} | {"all": cells}
    return Layout(
        name="scorecard-cells",
        title=Words(
            "Printed cells reproduced",
            "Printed cells reproduced, misprinted cells and CRD-6 under C apart. "
            "Source: comparison.parquet.",
        ),
        heads=[
            *("regime", "cells", "within\nrounding", "within\n0.015, 1.5%"),
            Words("", "all rules but SRD-4 within 0.015, 1.5%"),
            "SRD-4 within\n0.03, 3%",
            *(Words(head, "") for head in ("within own\ntolerance", "states within\nrounding")),
            *(Words("", f"{state} within rounding") for state in "xy"),
            "R within\nrounding",
        ],
        rows=[_agreement(name, part) for name, part in parts.items()],
    )


def _agreement(name: str, cells: pl.DataFrame) -> list[Part | Line]:
    regular, usual = cells.filter(pl.col("group") == REGULAR), "within_tolerance"
    srd_4, wide = cells.filter(pl.col("group") == SRD_4), "within_wide"
    counts = counts_of(cells)
    return [
        name,
        over(cells, "group", "count"),
        over(cells, "within_rounding", "sum"),
        over(cells, usual, "sum"),
        (over(regular, usual, "sum"), "/", over(regular, usual, "count")),
        (over(srd_4, wide, "sum"), "/", over(srd_4, wide, "count")),
        str(counts.within_own_tolerance),
        f"{counts.states_within_rounding}/{counts.states}",
        *(_hits(cells, quantity) for quantity in QUANTITIES),
    ]


def _hits(cells: pl.DataFrame, quantity: str) -> Line:
    """Return how many figures of a quantity are within rounding, of how many."""
    column = f"diff_{quantity}"
    printed = cells.filter(pl.col(f"printed_{quantity}").is_not_null())
    hits = printed.filter(within_rounding(quantity))
    return over(hits, column, "count"), "/", over(printed, column, "count")


def worst_layout(comparison: pl.DataFrame) -> Layout:
    """Lay out the cells whose worst figure is the most times its tolerance off."""
    worst = worst_figures(comparison)
    names = ("printed", "simulated", "standard_error", "difference")
    return Layout(
        name="scorecard-worst",
        title=Words(
            "Cells farthest off, by how many times its tolerance the worst figure of the cell is "
            "off",
            f"The {worst.height} cells farthest off, those first whose worst figure is the most "
            "times its tolerance off (0.015 and 1.5%; of SRD-4 0.03 and 3%). "
            "Source: comparison.parquet.",
        ),
        heads=[
            *("cell", FIGURE_HEAD, "printed", "simulated", ERROR_HEAD, "difference"),
            *(Words("tolerance", ""), Words("times", ""), Words("", "group")),
        ],
        rows=[
            [
                *_cell(row),
                *(_figure(row, name) for name in names),
                f"{row['tolerance']:{STYLES[row['quantity']]}}",
                f"{row['times_tolerance']:.2f}",
                value(row, "group"),
            ]
            for row in worst.iter_rows(named=True)
        ],
        words=2,
    )


def misprints_layout(comparison: pl.DataFrame) -> Layout:
    """Lay out the printed figures that are surely misprints, and what is simulated there."""
    return Layout(
        name="misprints-table",
        title=Words(
            "Known misprints (not counted above)",
            "Printed figures that are surely misprints; not counted above. Source: "
            "comparison.parquet, and the list of misprints that comes with cakernel.",
        ),
        heads=[
            *("cell", FIGURE_HEAD, "printed", "likely", "simulated", ERROR_HEAD, Words("", "why"))
        ],
        rows=[
            [
                *_cell(row),
                _figure(row, "printed"),
                Words(f"{row['likely']:{STYLES[row['quantity']]}}", f"{row['likely']:.2f}"),
                *(_figure(row, name) for name in ("simulated", "standard_error")),
                row["why"],
            ]
            for row in misprinted(comparison).iter_rows(named=True)
        ],
        words=2,
        kind="numbers wordy",
    )


def _cell(row: Mapping[str, Any]) -> tuple[Part, Part]:
    """Name a cell and one of its figures."""
    return " ".join(row[name] for name in CELL), Words(row["quantity"], SYMBOLS[row["quantity"]])


def _figure(row: Mapping[str, Any], name: str) -> Value:
    """Return what is known of one figure; a page shows printed ones as printed."""
    quantity = row["quantity"]
    style = STYLES[quantity]
    columns = {"printed": "printed", "simulated": "mean", "standard_error": "se"}
    page_style = {"printed": ".2f", "difference": f"+{style}"}.get(name, "")
    column = f"{columns.get(name, 'diff')}_{quantity}"
    return value(row, name, column, style=style, page_style=page_style)


def shared_row_layout(shared_row: pl.DataFrame) -> Layout:
    """Lay out how far CRD-3 and CRD-4 lie from the row printed for them and CRD-1."""
    parts = shared_row.group_by("regime", "simulated_cyber_rule", maintain_order=True)
    return Layout(
        name="crd-3-4",
        title=Words(
            "Unexplained: CRD-3 and CRD-4 are printed as one row with CRD-1\n"
            "(largest differences, simulated minus that row)",
            "Largest differences of simulated CRD-3 and CRD-4 from the row printed for them and "
            "CRD-1. Source: shared_row.parquet.",
        ),
        heads=["regime", "rule", "cells", "within 0.015, 1.5%", "x", "y", "R"],
        rows=[
            [
                *map(str, names),
                over(part, "regime", "count"),
                over(part.filter(inside_tolerance()), "regime", "count"),
                *_largest(part),
            ]
            for names, part in parts
        ],
        words=2,
    )


def _largest(part: pl.DataFrame) -> list[Value]:
    """Return the differences of x, y and R that are largest either way, with their signs."""
    how, share = "farthest from 0", "diff_resources_relative"
    states = [over(part, column, how, style="+.3f") for column in ("diff_x", "diff_y")]
    return [*states, over(part, share, how, style="+.2f", **PERCENT)]


def crd_6_layout(comparison: pl.DataFrame) -> Layout:
    """Lay out that CRD-6 under C is printed as under P, though it is not simulated so.

    A terminal shows four contrasts, each from two rows; a page, whose numbers are cited from
    single columns, the differences of simulated from printed figures.
    """
    found = {entry["regime"]: entry for entry in crd_6_under_c(comparison)}
    cells = comparison.filter(pl.col("group") == CRD_6_UNDER_C)
    heads = [
        name.replace("_from_", "\nfrom ").replace("_c", " C").replace("_p", " P")
        for name in CONTRASTS
    ]
    return Layout(
        name="crd-6-c",
        title=Words(
            "Unexplained: CRD-6 under C is printed nearly equal to CRD-6 under P (not counted "
            "above)\n(largest absolute differences, in a state and in R)",
            "CRD-6 under C: largest differences, simulated minus printed. "
            "Source: comparison.parquet.",
        ),
        heads=[
            "regime",
            *(Words(head, "") for head in ("cells", *heads)),
            *(Words("", head) for head in ("cells", "within 0.015 and 1.5%", "x", "y", "R")),
        ],
        rows=[
            [
                str(name),
                str(found.get(name, {}).get("cells", 0)),
                *(_contrast(found.get(name, {}), contrast) for contrast in CONTRASTS),
                over(part, "group", "count"),
                over(part, "within_tolerance", "sum"),
                *_largest(part),
            ]
            for (name,), part in cells.group_by("regime", maintain_order=True)
        ],
    )


def _contrast(entry: Mapping[str, Any], name: str) -> Line:
    states, resources = entry.get(f"{name}_states"), entry.get(f"{name}_resources_relative")
    share = Value(resources, name, (), style=".2f", **PERCENT)
    return Value(states, name, (), style=".3f"), " ", share


def srd_4_layout(comparison: pl.DataFrame) -> Layout:
    """Lay out how far SRD-4 is simulated from its printed figures in x."""
    parts = comparison.filter(pl.col("group") == SRD_4).group_by("regime", maintain_order=True)
    styles = {"style": "+.3f", "page_style": "+.4f"}
    return Layout(
        name="srd-4",
        title=Words(
            "Unexplained: SRD-4 is printed lower in x (simulated minus printed)",
            "SRD-4: operational state x, simulated minus printed. Source: comparison.parquet.",
        ),
        heads=["regime", "cells", "least", "mean", "largest"],
        rows=[
            [
                str(name),
                over(part, "group", "count"),
                *(over(part, "diff_x", how, **styles) for how in ("least", "mean", "largest")),
            ]
            for (name,), part in parts
        ],
    )
