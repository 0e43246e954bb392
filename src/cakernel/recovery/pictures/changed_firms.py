"""Which firms are critical: what changing each does to the others, with intervals."""

from typing import Final

import altair as alt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.pictures import theme
from cakernel.pictures.frame import NUMBER, NUMBER_OR_NULL, TEXT, checked
from cakernel.wording import brief, counted

COLUMNS: Final = {"change": TEXT, "of": TEXT, "difference": NUMBER} | dict.fromkeys(
    ("low", "high"), NUMBER_OR_NULL
)
# of each kind of change
MOST_ROWS: Final = 24
NAMED: Final = 3


@checked_arguments
def critical_firms(
    changes: pl.DataFrame, *, outcome: str = "outcome", note: str = ""
) -> alt.LayerChart:
    """Draw the differences that changes make, the largest first, with their intervals.

    Parameters
    ----------
    changes : polars.DataFrame
        As of `cakernel.critical`, of one kind of change; of several, the first until the
        parameter ``chosen_change`` of the drawing says another. Of each the first 24 are drawn.
    outcome : str, default "outcome"
        What the axis is called.
    note : str, default ""
        What the frame cannot tell, such as policy and seed; stands under the title.

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
    ...     {"change": "hit", "of": ["mine", "mill"], "difference": [-2.0, -0.1]}
    ...     | {"low": [-2.5, -0.4], "high": [-1.5, 0.2]}
    ... )
    >>> pictures.critical_firms(rows, outcome="R").description
    'Differences with intervals. hit, 2 changes: mine -2 (-2.5 to -1.5), mill -0.1 (-0.4 to 0.2).'
    """
    changes = checked(changes, COLUMNS)
    kinds = changes["change"].cast(pl.String).unique(maintain_order=True).to_list()
    rows = changes.with_columns(
        pl.col("change").cast(pl.String),
        place=pl.int_range(1, pl.len() + 1).over("change"),
        sure=pl.when((pl.col("low") > 0) | (pl.col("high") < 0))
        .then(pl.lit("surely not 0"))
        .otherwise(pl.lit("0, or not sure")),
    ).filter(pl.col("place") <= MOST_ROWS)
    place = alt.Y(
        "of:N",
        sort=alt.EncodingSortField("place", op="min"),
        axis=alt.Axis(title=None, ticks=False),
    )
    drawn = alt.Chart(rows).encode(place)
    axis = alt.Axis(title=f"difference in {outcome}")
    points = drawn.mark_point(filled=True, size=60, opacity=1).encode(
        x=alt.X("difference:Q", axis=axis),
        color=alt.Color(
            "sure:N",
            scale=theme.series_scale(["surely not 0", "0, or not sure"], (theme.BLUE, theme.RULE)),
            legend=alt.Legend(title=None, orient="top"),
        ),
        tooltip=["change:N", "of:N", "difference:Q", "low:Q", "high:Q"],
    )
    zero = alt.Chart(alt.InlineData(values=[{}])).mark_rule(color=theme.RULE, strokeDash=[3, 3])
    told = []
    for (kind,), part in changes.group_by("change", maintain_order=True):
        named = (_in_words(row) for row in part.head(NAMED).iter_rows(named=True))
        told.append(f"{kind}, {counted(part.height, 'change')}: {', '.join(named)}")
    chart = theme.layered(
        zero.encode(x=alt.datum(0)),
        drawn.mark_rule(strokeWidth=1.5).encode(x="low:Q", x2="high:Q"),
        points,
    ).properties(width=440, height=alt.Step(18))
    if len(kinds) > 1:
        chart = chart.add_params(alt.param(name="chosen_change", value=kinds[0]))
        chart = chart.transform_filter("datum.change === chosen_change")
    return theme.finished(
        chart,
        title="What changing one firm at a time does",
        notes=[
            "Point: mean of paired differences. Line: interval; none where all replications differ "
            "by the same.",
            f"The {MOST_ROWS} largest differences at most.",
            theme.told(note[:1].upper() + note[1:]),
        ],
        description=f"Differences with intervals. {'; '.join(told)}.",
    )


def _in_words(row: dict[str, str | float | None]) -> str:
    """Say how much one change differs, and its interval if there is one."""
    known = row["low"] is not None
    interval = f" ({brief(row['low'], 3)} to {brief(row['high'], 3)})" if known else ""
    return f"{row['of']} {brief(row['difference'], 3)}{interval}"
