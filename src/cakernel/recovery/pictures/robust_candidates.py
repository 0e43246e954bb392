"""Candidates for one rule: what they earn against the states that they keep."""

from typing import Final

import altair as alt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.pictures import theme
from cakernel.pictures.frame import NUMBER, TEXT, with_policy
from cakernel.recovery.policy import POLICY

COLUMNS: Final = {"kind": TEXT, "floors": TEXT} | dict.fromkeys(
    ("mean_x", "mean_y", "criterion"), NUMBER
)
CHOICE: Final = "the choice"


@checked_arguments
def candidates(
    frame: pl.DataFrame, *, criterion: str = "criterion", note: str = ""
) -> alt.LayerChart:
    """Draw candidates by what they earn and the mean of their states.

    Parameters
    ----------
    frame : polars.DataFrame
        As of `cakernel.Robust`, the choice first.
    criterion : str, default "criterion"
        What the axis is called.
    note : str, default ""
        What the frame cannot tell, such as the seed; stands under the title.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    InvalidInput
        If a column is missing or there is no row.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel.recovery import pictures
    >>> rows = pl.DataFrame(
    ...     {"supply_rule": ["SRD-5", "none"], "cyber_rule": "CRD-5", "principle": "P"}
    ...     | {"kind": "paper", "floors": ["met", "missed"], "mean_x": [1.7, 0.1]}
    ...     | {"mean_y": [1.2, 1.1], "criterion": [92.0, 130.0]}
    ... )
    >>> pictures.candidates(rows).description
    'Of 2 candidates 1 surely misses a floor. The choice is SRD-5 CRD-5 P: states 1.45, 92.0.'
    """
    rows = with_policy(frame, COLUMNS, keys=list(POLICY)).with_columns(
        service=(pl.col("mean_x") + pl.col("mean_y")) / 2
    )
    kinds = rows["kind"].unique(maintain_order=True).sort().to_list()
    x = alt.X("service:Q", axis=alt.Axis(title="mean of the states x and y (0 low, 2 high)"))
    y = alt.Y("criterion:Q", scale=alt.Scale(zero=False), axis=alt.Axis(title=criterion))
    drawn = alt.Chart(rows).encode(x, y)
    points = drawn.mark_point(filled=True, size=34).encode(
        color=alt.Color(
            "kind:N",
            scale=theme.series_scale(kinds, theme.SERIES),
            legend=alt.Legend(title=None, orient="top"),
        ),
        shape=alt.Shape("kind:N", scale=theme.series_scale(kinds, theme.SHAPES)),
        opacity=alt.condition("datum.floors === 'missed'", alt.value(0.2), alt.value(0.9)),
        tooltip=["policy:N", "kind:N", "floors:N", "mean_x:Q", "mean_y:Q", "criterion:Q"],
    )
    first = rows.head(1)
    chosen = alt.Chart(first).encode(x, y)
    missed = rows.filter(floors="missed").height
    choice = first.row(0, named=True)
    return theme.finished(
        theme.layered(
            points,
            chosen.mark_point(size=150, stroke=theme.BLACK, strokeWidth=1.5, filled=False),
            chosen.mark_text(dx=11, dy=-9, align="left", fontWeight="bold").encode(
                text=alt.value(CHOICE)
            ),
        ).properties(width=540, height=300),
        title="One rule for many scenarios: candidates",
        notes=[
            "Pale: surely misses a floor." if missed else "",
            theme.told(note[:1].upper() + note[1:]),
        ],
        description=f"Of {rows.height:,} candidates {missed} surely "
        f"{'misses' if missed == 1 else 'miss'} a floor. The choice is {choice['policy']}: states "
        f"{choice['service']:.2f}, {choice['criterion']:,.1f}.",
    )
