"""What `cakernel robust` and `frontier` show."""

import polars as pl

from cakernel.cli.tables import FittedTable
from cakernel.recovery.optimal import Robust

CANDIDATES_SHOWN = 8
POLICIES_SHOWN = 5


def candidates_table(found: Robust, *, title: str) -> FittedTable:
    """Lay out the best candidates that meet the floors."""
    table = FittedTable(
        title=title,
        caption="Better: by how much the criterion is better than the best other's, at least and "
        "at most, all together at the confidence stated.",
    )
    table.add_column("policy")
    for head in ("kind", "floors"):
        table.add_column(head, no_wrap=True)
    for head in ("criterion", "better", "mean x", "mean y"):
        table.add_column(head, justify="right", no_wrap=True)
    kept = found.candidates.filter(pl.col("floors") != "missed")
    for row in kept.head(CANDIDATES_SHOWN).iter_rows(named=True):
        ends = ["-" if row[end] is None else f"{row[end]:+,.2f}" for end in ("lower", "upper")]
        table.add_row(
            " ".join(row[name] for name in ("supply_rule", "cyber_rule", "principle")),
            row["kind"],
            row["floors"],
            f"{row['criterion']:,.1f}",
            " to ".join(ends),
            f"{row['mean_x']:.2f}",
            f"{row['mean_y']:.2f}",
        )
    return table


def frontier_table(points: pl.DataFrame, *, title: str) -> FittedTable:
    """Lay out the best rules by their weight, and the paper's policies that come nearest."""
    table = FittedTable(
        title=title,
        caption="Bound: no policy with these mean states or higher ones ends with more. Short: how "
        "far below it. Best rules are chosen for each scenario; each of the paper's is one rule.",
    )
    table.add_column("policies", no_wrap=True)
    for head in ("mean x", "mean y", "mean R", "bound", "short"):
        table.add_column(head, justify="right", no_wrap=True)
    best = points.filter(policies="best rules")
    paper = points.filter(policies="paper").sort("short").head(POLICIES_SHOWN)
    for row in pl.concat([best, paper]).iter_rows(named=True):
        names = (row[name] for name in ("supply_rule", "cyber_rule", "principle"))
        table.add_row(
            f"best, weight {row['weight']:g}" if row["weight"] is not None else " ".join(names),
            *(f"{row[state]:.2f}" for state in ("mean_x", "mean_y")),
            *(f"{row[amount]:,.1f}" for amount in ("mean_resources", "upper_bound", "short")),
        )
    return table
