"""The best policies with their intervals, as a table for the terminal."""

import polars as pl
from rich import box
from rich.table import Table

FEWEST_ROWS = 5
MOST_ROWS = 20


def best_table(ranked: pl.DataFrame, *, title: str, confidence: float) -> Table:
    """Lay out one group of what `cakernel.ranking.best` returns.

    Shows the policies within the tolerance, and those whose side of its edge is open, five at
    least and twenty at most.
    """
    concerned = ranked.with_row_index("place").filter(
        pl.col("within") | (pl.col("side") == "open") | (pl.col("place") < FEWEST_ROWS)
    )
    shown = concerned.head(MOST_ROWS)
    table = Table(
        title=title,
        caption=f"{shown.height} of {ranked.height} policies. Intervals of "
        f"{100 * confidence:.4g}%. Difference: from the best (in the first row from the second), "
        "its own interval. Together: "
        "of the mean minus the best of the others' means, right for all policies at once; so is "
        "the side of the best set's edge. To settle: replications that would settle the "
        "difference, or the side, were they as measured; ? where those at hand do not.",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for name in ("policy", "mean\n(error)", "difference", "together", "side"):
        table.add_column(name, no_wrap=True)
    for name in ("P best", "P in set", "to settle", "its side"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in shown.iter_rows(named=True):
        table.add_row(
            f"{row['supply_rule']} {row['cyber_rule']} {row['principle']}",
            f"{row['mean']:.5g}\n({row['standard_error']:.2g})",
            f"{row['difference']:.3g}\n{_interval(row['lower'], row['upper'])}",
            f"\n{_interval(row['simultaneous_lower'], row['simultaneous_upper'])}",
            row["side"],
            f"{row['probability_best']:.3f}",
            f"{row['probability_within']:.3f}",
            _needed(row["replications_to_settle"], row["lower"], row["upper"]),
            _needed(row["replications_to_settle_side"], row["margin_lower"], row["margin_upper"]),
        )
    return table


def _interval(lower: float, upper: float) -> str:
    return f"{lower:.3g} to {upper:.3g}"


def _needed(replications: int | None, lower: float, upper: float) -> str:
    number = "> 10^6" if replications is None else f"{replications:,}"
    return f"{number} ?" if lower <= 0 <= upper else number
