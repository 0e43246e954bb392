"""Tables of what `cakernel optimal` found."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from cakernel.cli.tables import MOST_AXES, FittedTable, add_place_columns, place_cells
from cakernel.recovery.optimal.in_words import policy_in_words
from cakernel.recovery.optimal.optimum import Optimum
from cakernel.recovery.policy import POLICY
from cakernel.recovery.rules import CUTOFFS_OF_LABEL
from cakernel.recovery.terms import TERMS

SPEEDS_SHOWN: Final = 5
RULES_SHOWN: Final = 6


def rules_in_words(found: Optimum) -> pl.DataFrame:
    """Return the best policies, the most frequent first; of several scenarios without cutoffs.

    Columns deployment, supply_rule, cyber_rule, principle, scenarios (how many it is best in),
    mean_x, mean_y, gap_percent and words.
    """
    best = found.scenarios.filter("best")
    if best["scenario"].n_unique() > 1:
        best = best.with_columns(pl.col(POLICY).str.replace(f"{CUTOFFS_OF_LABEL}$", ""))
    rows = (
        best.group_by("deployment", *POLICY, maintain_order=True)
        .agg(
            pl.len().alias("scenarios"),
            pl.col("mean_x", "mean_y").mean(),
            pl.col("gap_percent").mean(),
        )
        .sort("deployment", "scenarios", descending=[False, True], maintain_order=True)
    )
    words = [
        policy_in_words(found.policy(*(row[name] for name in POLICY)))
        for row in rows.iter_rows(named=True)
    ]
    return rows.with_columns(pl.Series("words", words, pl.String))


def summary_table(summary: pl.DataFrame, *, title: str) -> FittedTable:
    """Lay out the bound, and what the best of each family earns."""
    table = FittedTable(
        title=title,
        caption="Bound: no policy ends with more. Gap: in % of the bound, mean over scenarios and "
        "largest. Missed: in % of what the bound lies above never rebuilding; above 100, worse "
        "than that.",
    )
    for head in ("deployment", "policies"):
        table.add_column(head, no_wrap=True)
    for head in ("bound", "found", "gap %", "worst %", "missed %", "mean x", "mean y"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in summary.iter_rows(named=True):
        missed = row["missed_percent"]
        table.add_row(
            row["deployment"],
            row["family"],
            f"{row['upper_bound']:,.1f}",
            f"{row['objective']:,.1f}",
            f"{row['mean_gap_percent']:.2f}",
            f"{row['worst_gap_percent']:.1f}",
            "-" if missed is None else f"{missed:.1f}",
            f"{row['mean_x']:.2f}",
            f"{row['mean_y']:.2f}",
        )
    return table


def rules_table(rules: pl.DataFrame) -> FittedTable:
    """Lay out the most frequent of the best rules, in words."""
    table = FittedTable(
        title="The best rules found; of several scenarios without when they stop before the end",
        caption="Chosen for each scenario: for firms that know their own gains and costs.",
    )
    table.add_column("deployment", no_wrap=True)
    table.add_column("scenarios", justify="right", no_wrap=True)
    table.add_column("rules")
    for part in rules.partition_by("deployment", maintain_order=True):
        for row in part.head(RULES_SHOWN).iter_rows(named=True):
            table.add_row(row["deployment"], f"{row['scenarios']:,}", row["words"])
    return table


def speeds_table(speeds: pl.DataFrame) -> FittedTable:
    """Lay out what the best of the paper's policies lose, each as one rule for all scenarios."""
    table = FittedTable(
        title="What the paper's speeds lose against the best found, the least first",
        caption="One policy for all scenarios, against rules chosen for each.",
    )
    table.add_column("deployment", no_wrap=True)
    table.add_column("policy", no_wrap=True)
    for head in ("mean", "loses", "loses %"):
        table.add_column(head, justify="right", no_wrap=True)
    for part in speeds.sort("loss").partition_by("deployment", maintain_order=True):
        for row in part.head(SPEEDS_SHOWN).iter_rows(named=True):
            table.add_row(
                row["deployment"],
                " ".join(row[name] for name in POLICY),
                f"{row['objective']:,.1f}",
                f"{row['loss']:,.1f}",
                f"{row['loss_percent']:.0f}",
            )
    return table


def points_table(rows: pl.DataFrame, axes: Sequence[str], *, title: str) -> FittedTable:
    """Lay out the best of all families at each point of a sweep."""
    table = FittedTable(
        title=f"{title}: best recovery at each point",
        caption="Rules: those of most scenarios, without when they stop before the end. Gap: in % "
        "of the bound, mean over scenarios.",
        keys=1 + min(len(axes), MOST_AXES),
    )
    table.add_column("point", justify="right", no_wrap=True)
    add_place_columns(table, axes, TERMS)
    for head in ("deployment", "rules"):
        table.add_column(head, no_wrap=True)
    table.add_column("bound", justify="right", no_wrap=True, optional=1)
    for head in ("found", "gap %"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in rows.filter(family="best").iter_rows(named=True):
        table.add_row(
            str(row["point"]),
            *place_cells(row, axes, TERMS),
            row["deployment"],
            " ".join(row[name] for name in POLICY),
            f"{row['upper_bound']:,.1f}",
            f"{row['objective']:,.1f}",
            f"{row['mean_gap_percent']:.2f}",
        )
    return table
