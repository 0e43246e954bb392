"""How far the best rules found may be from the best possible, scenario by scenario."""

from typing import Final

import altair as alt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.pictures import theme
from cakernel.pictures.frame import NUMBER, TEXT, checked

COLUMNS: Final = {"deployment": TEXT, "family": TEXT, "scenario": NUMBER, "gap_percent": NUMBER}


@checked_arguments
def gaps(scenarios: pl.DataFrame, *, note: str = "") -> alt.LayerChart:
    """Draw the gap to the upper bound, a line a family, scenarios by their gap.

    Parameters
    ----------
    scenarios : polars.DataFrame
        As of `cakernel.Optimum`, of one deployment or several.
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
    ...     {"deployment": "cloud", "family": "cutoffs", "scenario": [0, 1]}
    ...     | {"gap_percent": [0.1, 0.3]}
    ... )
    >>> pictures.gaps(rows, note="seed 1").to_dict()["title"]["subtitle"][-1]
    'Seed 1.'
    """
    rows = checked(scenarios, COLUMNS)
    families = rows["family"].unique(maintain_order=True).to_list()
    by_gap = pl.col("gap_percent").rank("ordinal", descending=True)
    rows = rows.with_columns(place=by_gap.over("deployment", "family"))
    share = (100 * pl.col("place") / pl.len()).over("deployment", "family")
    drawn = rows.with_columns(share=share).sort("place")
    worst = drawn.group_by("deployment", "family", maintain_order=True).agg(
        pl.col("gap_percent").mean().alias("mean"), pl.col("gap_percent").max().alias("worst")
    )
    gap = drawn["gap_percent"].to_list()
    ends = [min(0.0, *gap), max(1.0, *gap)]
    legend = alt.Legend(title=None, orient="top")
    line = (
        alt.Chart(drawn)
        .mark_line(strokeWidth=1.8)
        .encode(
            x=alt.X(
                "share:Q",
                scale=alt.Scale(domain=[0, 100], nice=False),
                axis=alt.Axis(title="% of the resource scenarios with a gap at least as large"),
            ),
            y=alt.Y(
                "gap_percent:Q",
                scale=alt.Scale(type="symlog", constant=1, domain=ends, nice=False),
                axis=alt.Axis(title="gap, % of the upper bound", values=[0, 1, 2, 5, 10, 20, 50]),
            ),
            color=alt.Color(
                "family:N",
                scale=theme.series_scale(families, theme.SERIES),
                legend=legend,
            ),
            strokeDash=alt.StrokeDash(
                "family:N", scale=theme.series_scale(families, theme.DASHES), legend=legend
            ),
            detail="deployment:N",
            order="place:Q",
            tooltip=["deployment:N", "family:N", "scenario:Q", "gap_percent:Q"],
        )
    )
    told = "; ".join(
        f"{place}, {family}: {mean:.2f}% in the mean, {most:.1f}% at most"
        for place, family, mean, most in worst.iter_rows()
    )
    return theme.finished(
        theme.layered(line).properties(width=540, height=300),
        title="How much a better policy could still gain",
        notes=[
            "A gap below zero is noise. The axis is stretched below 1%.",
            theme.told(note[:1].upper() + note[1:]),
        ],
        description=f"Gap to the bound on any policy. {told}.",
    )
