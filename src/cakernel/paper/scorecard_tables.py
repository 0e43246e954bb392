"""The scorecard laid out: agreement by regime, worst cells, misprints, deviations."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from cakernel.paper.agreement import IS_COMPARED, counts_of, misprinted, worst_figures
from cakernel.paper.comparison import within_rounding
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
            "Printed cells reproduced, misprinted cells apart. Source: comparison.parquet.",
        ),
        heads=[
            *("regime", "cells", "within\nrounding", "within\n0.015, 1.5%"),
            Words("states within\nrounding", ""),
            *(Words("", f"{state} within rounding") for state in "xy"),
            "R within\nrounding",
        ],
        rows=[_agreement(name, part) for name, part in parts.items()],
    )


def _agreement(name: str, cells: pl.DataFrame) -> list[Part | Line]:
    counts = counts_of(cells)
    return [
        name,
        over(cells, "group", "count"),
        over(cells, "within_rounding", "sum"),
        over(cells, "within_tolerance", "sum"),
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
            f"The {worst.height:,} cells farthest off, those first whose worst figure is the most "
            "times its tolerance off (0.015 and 1.5%). Source: comparison.parquet.",
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


def explained_layout(explained: pl.DataFrame) -> Layout:
    """Lay out what each deviation "as printed" explains, from what `explained` returns."""
    styles: dict[str, dict[str, Any]] = {
        "diff_x": {"style": "+.3f"},
        "diff_y": {"style": "+.3f"},
        "diff_resources_relative": {"style": "+.2f", **PERCENT},
    }

    def differences(row: Mapping[str, Any], kind: str) -> Line:
        parts = [value(row, f"{name}_{kind}", **style) for name, style in styles.items()]
        return parts[0], " ", parts[1], " ", parts[2]

    return Layout(
        name="deviations",
        title=Words(
            "Printed rows that follow other rules than Table 1: with each deviation and without it"
            "\n(cells within 0.015 and 1.5%; largest differences in x, y and R)",
            "Printed rows that follow other rules than Table 1: cells within 0.015 and 1.5%, and "
            "the largest differences in x, y and R, simulated minus printed, with each deviation "
            "and without it. Source: explained.parquet.",
        ),
        heads=[
            *("deviation", "regime", "cells", "within,\nwith it", "within,\nTable 1"),
            *("x, y, R with it", "x, y, R by Table 1"),
        ],
        rows=[
            [
                value(row, "deviation"),
                value(row, "regime"),
                value(row, "cells"),
                value(row, "within_tolerance_with"),
                value(row, "within_tolerance_without"),
                differences(row, "with"),
                differences(row, "without"),
            ]
            for row in explained.iter_rows(named=True)
        ],
        words=2,
    )
