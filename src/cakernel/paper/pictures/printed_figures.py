"""The printed figures of Tables 3 to 6 one by one: how far off the simulated ones are, and why."""

from typing import Final

import polars as pl

from cakernel.paper.comparison import CRD_6_UNDER_C, MISPRINT, REGULAR, SLACK, SRD_4, TOLERANCE
from cakernel.paper.published import CELL, QUANTITIES, errata
from cakernel.pictures.frame import NUMBER, NUMBER_OR_NULL, TEXT, checked

COLUMNS: Final = (
    dict.fromkeys(CELL, TEXT)
    | {f"printed_{name}": NUMBER_OR_NULL for name in QUANTITIES}
    | {f"mean_{name}": NUMBER for name in QUANTITIES}
    | {"replications": NUMBER}
)
LIMIT: Final = dict(zip(QUANTITIES, (TOLERANCE[0], *TOLERANCE), strict=True))
FIGURES: Final = {
    REGULAR: "figures of other rules",
    SRD_4: "of SRD-4",
    CRD_6_UNDER_C: "of CRD-6 under C",
    MISPRINT: "misprints",
}
MOST_LISTED: Final = 20


def printed_figures(comparison: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each printed figure of a frame as of `compare`: what `agreement` draws.

    A misprint is one figure of a cell; the cell's others go with the group that they belong to.
    """
    cells = checked(comparison, COLUMNS)
    misprints = errata().select(*CELL, pl.col("quantity").str.strip_prefix("mean_"), misprint=True)
    parts = [
        cells.select(
            *CELL,
            quantity=pl.lit(name),
            printed=pl.col(f"printed_{name}").cast(pl.Float64),
            simulated=pl.col(f"mean_{name}").cast(pl.Float64),
        )
        for name in QUANTITIES
    ]
    difference = pl.col("simulated") - pl.col("printed")
    group = (
        pl.when("misprint")
        .then(pl.lit(MISPRINT))
        .when((pl.col("cyber_rule") == "CRD-6") & (pl.col("principle") == "C"))
        .then(pl.lit(CRD_6_UNDER_C))
        .when(pl.col("supply_rule") == "SRD-4")
        .then(pl.lit(SRD_4))
        .otherwise(pl.lit(REGULAR))
    )
    return (
        pl.concat(parts)
        .drop_nulls("printed")
        .join(misprints, on=[*CELL, "quantity"], how="left", maintain_order="left")
        .with_columns(
            difference=pl.when(pl.col("quantity") == "resources")
            .then(difference / pl.col("printed"))
            .otherwise(difference),
            group=group,
            cell=pl.concat_str(CELL, separator=" "),
        )
        .with_columns(
            outside=pl.col("difference").abs()
            > pl.col("quantity").replace_strict(LIMIT, return_dtype=pl.Float64) + SLACK
        )
        .drop("misprint")
    )


def outside_in_words(rows: pl.DataFrame) -> str:
    """Say how many figures of each group are outside the tolerance."""
    counts = rows.group_by("group").agg(pl.col("outside").sum(), pl.len()).rows_by_key("group")
    return ", ".join(
        f"{outside:,} of {figures:,} {FIGURES[name]}"
        for name in FIGURES
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
