"""Indices and rules as tables for the terminal."""

import polars as pl
from rich import box
from rich.table import Table

from cakernel.sensitivity.rule_induction import DecisionRules


def index_table(found: pl.DataFrame, confidence: float) -> Table:
    """Return a row an axis, or pair of them, with its indices and their intervals."""
    names = found["index"].unique(maintain_order=True).to_list()
    shown = [name for name in names if name != "second"]
    corrected = found["noise"][0] == "independent"
    title = "noise taken out" if corrected else "noise not taken out"
    table = Table(title=f"{title}; {confidence:.0%} intervals in brackets", box=box.SIMPLE_HEAD)
    table.add_column("axis")
    for name in shown:
        table.add_column(name.replace("_", " "), justify="right")
        if corrected:
            table.add_column("raw", justify="right", style="dim")
    leading = "total" if "total" in shown else "mu_star"
    order = found.filter(index=leading).sort("value", descending=True)["axis"]
    for axis in order:
        cells = []
        for name in shown:
            row = found.filter(index=name, axis=axis).row(0, named=True)
            cells.append(_with_interval(row))
            if corrected:
                cells.append(f"{row['uncorrected']:.3g}")
        table.add_row(axis, *cells)
    if "second" in names:
        table.add_section()
        pairs = found.filter(index="second").sort("value", descending=True)
        for row in pairs.iter_rows(named=True):
            cells = [_with_interval(row)] + ([f"{row['uncorrected']:.3g}"] if corrected else [])
            table.add_row(f"{row['axis']} with {row['other']}", *cells)
    return table


def rules_table(found: DecisionRules) -> Table:
    """Return a row a rule."""
    table = Table(title=f"rules over {found.points:,} points", box=box.SIMPLE_HEAD)
    table.add_column("where")
    table.add_column("choose", no_wrap=True)
    for name in ("points", "wins", "of its wins", "regret", "%"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in found.rules.iter_rows(named=True):
        percent = row["regret_percent"]
        table.add_row(
            row["rule"],
            row["choose"],
            f"{row['points']:,}",
            f"{row['wins']:.0%}",
            f"{row['coverage']:.0%}",
            f"{row['regret']:.3g}",
            "" if percent is None else f"{percent:.2g}",
        )
    return table


def _with_interval(row: dict[str, float]) -> str:
    return f"{row['value']:.3g} ({row['low']:.3g} to {row['high']:.3g})"
