"""Claims on coopetition: in what share of random markets each holds, is equal or is opposite."""

from typing import Final

import altair as alt
import polars as pl

from cakernel.coopetition.claims.statements import ACROSS_REGIMES, GROUP_WORDS
from cakernel.coopetition.pictures.over_risk import LABEL, in_words, of_regime
from cakernel.pictures.frame import NUMBER, NUMBER_OR_NULL, TEXT, checked
from cakernel.pictures.theme import BLACK, BLUE, ORANGE, finished, heading, layered, told

COLUMNS: Final = {
    "id": TEXT,
    "regime": TEXT,
    "statement": TEXT,
    "counted": NUMBER,
    "holds": NUMBER,
    "equal": NUMBER,
    "opposite": NUMBER,
    "lower": NUMBER_OR_NULL,
    "upper": NUMBER_OR_NULL,
}
KINDS: Final = {"holds": BLUE, "equal": "#d4d4d4", "opposite": ORANGE}

PANEL_WIDTH: Final = 205
ROW: Final = 13
NAME_SIZE: Final = 9


def claim_bars(
    frame: pl.DataFrame, *, regime: str | None = None, note: str = ""
) -> alt.VConcatChart:
    """Draw the shares of markets in which claims hold, are equal and are opposite.

    Parameters
    ----------
    frame : polars.DataFrame
        ``claims`` of `cakernel ctip claims`: one row a claim and regime of investment.
    regime : {"nash", "joint", "planner"}, optional
        Whose claims to draw, by default the first's. Those that compare regimes stand beside those
        of any regime.
    note : str
        Under the title, such as the seed.

    Returns
    -------
    altair.VConcatChart
        A panel a group of claims, a bar a claim, with the interval of the share that holds.

    Raises
    ------
    InvalidInput
        If a column is missing or holds something else, or no row is of the regime.
    """
    table = checked(frame, COLUMNS)
    _, chosen = of_regime(table, regime)
    across = pl.col("id").str.starts_with(ACROSS_REGIMES)
    rows = table.filter(across | (pl.col("regime") == chosen))
    panels = [
        _panel(part, words, last=group == max(rows["id"].str.head(1)))
        for group, words in GROUP_WORDS.items()
        if (part := rows.filter(pl.col("id").str.head(1) == group)).height
    ]
    most = max(rows["counted"].to_list())
    return finished(
        alt.vconcat(*panels, spacing=22),
        title="In what share of random markets claims on coopetition hold",
        notes=[
            told(LABEL),
            told(
                f"Up to {most:,} random markets counted",
                in_words(chosen),
                "number: share that holds, line: its interval",
                note,
            ),
        ],
        description=_description(rows, chosen),
    )


def _panel(rows: pl.DataFrame, words: str, *, last: bool) -> alt.LayerChart:
    # rounded as tables are
    numbers = [
        f"{holds / counted:.1%}" if counted else "none counted"
        for holds, counted in rows.select("holds", "counted").iter_rows()
    ]
    told_rows = rows.with_columns(number=pl.Series(numbers, dtype=pl.String))
    bars = _bars(rows)
    claims = alt.Y(
        "statement:N",
        sort=rows["statement"].to_list(),
        axis=alt.Axis(title=None, ticks=False, labelFontSize=NAME_SIZE),
    )
    along = alt.X(
        "from:Q",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(
            title="share of markets" if last else None, format="%", tickCount=5, labels=last
        ),
    )
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=list(KINDS), range=list(KINDS.values())),
        legend=alt.Legend(title=None, orient="top"),
    )
    tooltip = ["id:N", "statement:N", "counted:Q", "holds:Q", "equal:Q", "opposite:Q"]
    intervals = told_rows.filter(pl.col("counted") > 0)
    return layered(
        alt.Chart(bars)
        .mark_bar(height=ROW - 4)
        .encode(along, y=claims, x2="to:Q", color=colour, tooltip=tooltip),
        alt.Chart(intervals)
        .mark_rule(color=BLACK, strokeWidth=1.5)
        .encode(x="lower:Q", x2="upper:Q", y=claims),
        alt.Chart(told_rows)
        .mark_text(align="left", dx=5, fontSize=NAME_SIZE)
        .encode(x=alt.value(PANEL_WIDTH), y=claims, text="number:N"),
        heading(words, width=PANEL_WIDTH),
    ).properties(width=PANEL_WIDTH, height=alt.Step(ROW))


def _bars(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a claim and kind of market: where its part of the bar begins and ends."""
    parts, start = [], pl.lit(0.0)
    for kind in KINDS:
        end = start + pl.col(kind) / pl.col("counted")
        parts.append(
            rows.filter(pl.col("counted") > 0).with_columns(
                start.alias("from"), end.alias("to"), pl.lit(kind).alias("kind")
            )
        )
        start = end
    return pl.concat(parts)


def _description(rows: pl.DataFrame, regime: str) -> str:
    parts = [
        f"{statement}: holds in {holds / counted:.1%}, opposite in {opposite / counted:.1%}"
        for statement, counted, holds, opposite in rows.select(
            "statement", "counted", "holds", "opposite"
        ).iter_rows()
        if counted
    ]
    return f"{LABEL}. Regime {regime}. {'; '.join(parts)}."
