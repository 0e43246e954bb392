"""The best policies of a run, as a table for the terminal."""

import polars as pl
from rich import box
from rich.table import Table

ROWS_SHOWN = 20


def result_table(by_policy: pl.DataFrame) -> Table:
    """Return means with standard errors, the highest resources first."""
    ranked = by_policy.sort("mean_resources", descending=True)
    table = Table(
        title="highest resources first; standard errors in brackets",
        caption=f"the first {ROWS_SHOWN} of {ranked.height} policies"
        if ranked.height > ROWS_SHOWN
        else None,
        box=box.SIMPLE_HEAD,
    )
    for name in ("supply rule", "cyber rule", "principle"):
        table.add_column(name)
    for name in ("mean x", "mean y", "mean R"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in ranked.head(ROWS_SHOWN).iter_rows(named=True):
        table.add_row(
            row["supply_rule"],
            row["cyber_rule"],
            row["principle"],
            _with_error(row["mean_x"], row["se_x"], 3),
            _with_error(row["mean_y"], row["se_y"], 3),
            _with_error(row["mean_resources"], row["se_resources"], 2),
        )
    return table


def _with_error(mean: float, error: float | None, digits: int) -> str:
    return f"{mean:.{digits}f}" if error is None else f"{mean:.{digits}f} ({error:.{digits}f})"
