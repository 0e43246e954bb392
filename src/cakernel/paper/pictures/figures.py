"""What the picture of agreement draws: a row a printed figure, and those outside the tolerance."""

from typing import Final

import polars as pl

from cakernel.paper.comparison import (
    CRD_6_UNDER_C,
    MISPRINT,
    REGULAR,
    SLACK,
    SRD_4,
    TOLERANCE,
    printed_figures,
)
from cakernel.paper.published import CELL, QUANTITIES
from cakernel.pictures.frame import NUMBER, NUMBER_OR_NULL, TEXT, checked

COLUMNS: Final = (
    dict.fromkeys(CELL, TEXT)
    | {f"printed_{name}": NUMBER_OR_NULL for name in QUANTITIES}
    | {f"mean_{name}": NUMBER for name in QUANTITIES}
    | {"replications": NUMBER}
)
LIMIT: Final = dict(zip(QUANTITIES, (TOLERANCE[0], *TOLERANCE), strict=True))
GROUPS: Final = {
    REGULAR: "figures of other rules",
    SRD_4: "of SRD-4",
    CRD_6_UNDER_C: "of CRD-6 under C",
    MISPRINT: "misprints",
}
MOST_LISTED: Final = 20
"""Figures outside the tolerance that a description names."""


def drawn_figures(comparison: pl.DataFrame) -> pl.DataFrame:
    """Return one row a printed figure; differences of R are relative to the printed one."""
    relative = pl.col("difference") / pl.col("printed")
    is_share = pl.col("quantity") == "resources"
    limit = pl.col("quantity").replace_strict(LIMIT, return_dtype=pl.Float64)
    return (
        printed_figures(checked(comparison, COLUMNS))
        .with_columns(
            difference=pl.when(is_share).then(relative).otherwise(pl.col("difference")),
            cell=pl.concat_str(CELL, separator=" "),
        )
        .with_columns(outside=pl.col("difference").abs() > limit + SLACK)
    )


def outside_in_words(rows: pl.DataFrame) -> str:
    """Say how many figures of each group are outside the tolerance."""
    counts = rows.group_by("group").agg(pl.col("outside").sum(), pl.len()).rows_by_key("group")
    return ", ".join(
        f"{outside:,} of {figures:,} {words}"
        for name, words in GROUPS.items()
        for outside, figures in counts.get(name, [])
    )


def misfits_in_words(rows: pl.DataFrame) -> str:
    """Say how many figures are outside the tolerance, and name those farthest off."""
    misfits = rows.filter("outside").sort(pl.col("difference").abs(), descending=True)
    named = [
        f"{cell} {quantity} printed {printed:g}, simulated {simulated:.4g}"
        for cell, quantity, printed, simulated in misfits.select(
            "cell", "quantity", "printed", "simulated"
        )
        .head(MOST_LISTED)
        .iter_rows()
    ]
    listed = f" Farthest off: {'; '.join(named)}." if named else ""
    return f"Figures outside the tolerance: {outside_in_words(rows)}.{listed}"
