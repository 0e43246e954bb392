"""What stays open between the paper and the model: misprints and three unexplained points."""

from typing import Any

import polars as pl

from cakernel.paper.comparison import MISPRINT, SLACK, SRD_4, TOLERANCE
from cakernel.paper.published import CELL, QUANTITIES, errata


def misprints(comparison: pl.DataFrame) -> list[dict[str, Any]]:
    """List each known misprint that was simulated: printed, likely, simulated."""
    entries = errata().join(comparison, on=list(CELL), how="inner", maintain_order="left")
    return [
        {name: entry[name] for name in (*CELL, "quantity", "printed", "likely")}
        | {
            "simulated": entry[entry["quantity"]],
            "standard_error": entry[entry["quantity"].replace("mean_", "se_")],
            "why": entry["why"],
        }
        for entry in entries.iter_rows(named=True)
    ]


def crd_3_and_crd_4(shared_row: pl.DataFrame) -> list[dict[str, Any]]:
    """Sum up, by regime, how far CRD-3 and CRD-4 lie from the row printed for them and CRD-1."""

    def largest(name: str) -> pl.Expr:
        # The difference itself, with its sign, where it is largest either way.
        return pl.col(name).sort_by(pl.col(name).abs()).drop_nulls().last()

    state, share = TOLERANCE
    close = (pl.max_horizontal(pl.col("diff_x").abs(), pl.col("diff_y").abs()) <= state + SLACK) & (
        pl.col("diff_resources_relative").abs() <= share + SLACK
    )
    return (
        shared_row.group_by("regime", "simulated_cyber_rule", maintain_order=True)
        .agg(
            cells=pl.len(),
            within_tolerance=close.sum(),
            largest_diff_x=largest("diff_x"),
            largest_diff_y=largest("diff_y"),
            largest_diff_resources_relative=largest("diff_resources_relative"),
        )
        .to_dicts()
    )


def crd_6_under_c(comparison: pl.DataFrame) -> list[dict[str, Any]]:
    """Sum up, by regime, that CRD-6 under C is printed as CRD-6 under P."""
    crd_6 = comparison.filter((pl.col("cyber_rule") == "CRD-6") & (pl.col("group") != MISPRINT))
    under_c = crd_6.filter(pl.col("principle") == "C")
    under_p = crd_6.filter(pl.col("principle") == "P")
    pairs = under_c.join(under_p, on=["regime", "supply_rule"], suffix="_p", maintain_order="left")
    contrasts = {
        "printed_c_from_printed_p": ("printed_{}", "printed_{}_p"),
        "simulated_c_from_simulated_p": ("mean_{}", "mean_{}_p"),
        "simulated_c_from_printed_c": ("mean_{}", "printed_{}"),
        "simulated_p_from_printed_c": ("mean_{}_p", "printed_{}"),
    }
    columns: dict[str, pl.Expr] = {"cells": pl.len()}
    for name, (left, right) in contrasts.items():
        off = {q: (pl.col(left.format(q)) - pl.col(right.format(q))).abs() for q in QUANTITIES}
        columns[f"{name}_states"] = pl.max_horizontal(off["x"], off["y"]).max()
        relative = off["resources"] / pl.col(right.format("resources"))
        columns[f"{name}_resources_relative"] = relative.max()
    return pairs.group_by("regime", maintain_order=True).agg(**columns).to_dicts()


def srd_4(comparison: pl.DataFrame) -> list[dict[str, Any]]:
    """Sum up, by regime, how far SRD-4 is printed from simulated in x."""
    off = pl.col("diff_x")
    return (
        comparison.filter(pl.col("group") == SRD_4)
        .group_by("regime", maintain_order=True)
        .agg(
            cells=pl.len(), least_diff_x=off.min(), mean_diff_x=off.mean(), largest_diff_x=off.max()
        )
        .to_dicts()
    )
