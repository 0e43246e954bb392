"""Where a claim on coopetition holds: its share over two parameters of the markets."""

from typing import Final

import altair as alt
import polars as pl

from cakernel.coopetition.pictures.over_risk import LABEL
from cakernel.pictures.frame import NUMBER, checked
from cakernel.pictures.theme import INK, finished, layered, told

COLUMNS: Final = {
    "x_low": NUMBER,
    "x_high": NUMBER,
    "y_low": NUMBER,
    "y_high": NUMBER,
    "counted": NUMBER,
    "holds": NUMBER,
    "share": NUMBER,
}
CELL: Final = 46
# cividis is dark below
DARK: Final = 0.5


def claim_map(
    frame: pl.DataFrame, *, by: tuple[str, str], statement: str, note: str = ""
) -> alt.LayerChart:
    """Draw in what share of the markets of each cell a claim holds.

    Parameters
    ----------
    frame : polars.DataFrame
        Cells of `cakernel.coopetition.claims.where.binned`.
    by : (str, str)
        The two parameters, along and up.
    statement : str
        The claim in words, for the title.
    note : str
        Under the title, such as the regime and the seed.

    Returns
    -------
    altair.LayerChart
        A square a cell: the share that holds, and of how many markets counted.

    Raises
    ------
    InvalidInput
        If a column is missing or holds something else.
    """
    cells = checked(frame, COLUMNS).with_columns(
        x=_ends("x"),
        y=_ends("y"),
        percent=(pl.col("share") * 100).round(0).cast(pl.Int64).cast(pl.String) + "%",
        count=pl.format("of {}", pl.col("counted")),
    )
    names = {axis: _ordered(cells, axis) for axis in "xy"}
    x = alt.X("x:O", sort=names["x"], axis=alt.Axis(title=by[0], labelAngle=0, ticks=False))
    y = alt.Y("y:O", sort=names["y"][::-1], axis=alt.Axis(title=by[1], ticks=False))
    colour = alt.Color(
        "share:Q",
        scale=alt.Scale(domain=[0, 1], scheme="cividis"),
        legend=alt.Legend(title="holds in", format="%"),
    )
    ink = alt.condition(f"datum.share < {DARK}", alt.value("#ffffff"), alt.value(INK))
    base = alt.Chart(cells)
    tooltip = ["x:N", "y:N", "counted:Q", "holds:Q", "share:Q"]
    counted, holds = (int(cells[name].sum()) for name in ("counted", "holds"))
    return finished(
        layered(
            base.mark_rect(stroke="#ffffff").encode(x, y, colour, tooltip=tooltip),
            base.mark_text(dy=-6, fontWeight="bold").encode(x, y, text="percent:N", color=ink),
            base.mark_text(dy=8).encode(x, y, text="count:N", color=ink),
        ).properties(width=2 * CELL * len(names["x"]), height=CELL * len(names["y"])),
        title=f"Where it holds that {statement}",
        notes=[
            told(LABEL),
            told(
                f"Holds in {holds:,} of {counted:,} random markets counted",
                "bins of about as many markets each",
                note,
            ),
        ],
        description=_description(cells, by, statement),
        width=2 * CELL * len(names["x"]) + 160,
    )


def _ends(axis: str) -> pl.Expr:
    """Write the ends of a bin with three digits, where they differ."""
    low, high = (
        pl.col(f"{axis}_{end}").map_elements(lambda value: f"{value:.3g}", return_dtype=pl.String)
        for end in ("low", "high")
    )
    return pl.when(low == high).then(low).otherwise(low + " to " + high)


def _ordered(cells: pl.DataFrame, axis: str) -> list[str]:
    return cells.sort(f"{axis}_low", f"{axis}_high")[axis].unique(maintain_order=True).to_list()


def _description(cells: pl.DataFrame, by: tuple[str, str], statement: str) -> str:
    parts = [
        f"{by[0]} {x}, {by[1]} {y}: {share:.0%} of {counted}"
        for x, y, share, counted in cells.select("x", "y", "share", "counted").iter_rows()
    ]
    return f"{LABEL}. Where it holds that {statement}. {'; '.join(parts)}."
