"""Claims on coopetition: in what share of random markets each holds, is equal or is opposite."""

import textwrap
from typing import Final

import altair as alt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.coopetition.claims.statements import ACROSS_REGIMES, GROUP_WORDS
from cakernel.coopetition.pictures.over_risk import counted_in_words, of_regime
from cakernel.coopetition.words import LABEL, asked_in_words, asked_value
from cakernel.pictures.frame import NUMBER, NUMBER_OR_NULL, TEXT, checked
from cakernel.pictures.theme import BLACK, BLUE, INK, ORANGE, finished, heading, layered, told

COLUMNS: Final = {
    **dict.fromkeys(("id", "regime", "statement"), TEXT),
    **dict.fromkeys(("counted", "holds", "equal", "opposite"), NUMBER),
    **dict.fromkeys(("lower", "upper"), NUMBER_OR_NULL),
}
CELL_COLUMNS: Final = dict.fromkeys(
    ("x_low", "x_high", "y_low", "y_high", "counted", "holds", "share"), NUMBER
)
KINDS: Final = {"holds": BLUE, "equal": "#d4d4d4", "opposite": ORANGE}

PANEL_WIDTH: Final = 205
ROW: Final = 13
NAME_SIZE: Final = 9
CELL: Final = 46
# of an axis' title, about; and letters that stand on a line of it at least
LETTER, FEWEST_LETTERS = 6, 24
# lines under the title are as wide as this drawing
NARROWEST: Final = 400
# cividis is dark below
DARK: Final = 0.5
UNSURE, PALE = 0.15, 0.3
"""Half of an interval's width from which a share is drawn pale, and how pale."""


@checked_arguments
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

    Examples
    --------
    >>> from cakernel.coopetition.claims.verdicts import claim_verdicts
    >>> chart = claim_bars(claim_verdicts(points=4, regimes=["nash"]).claims)
    >>> "flexible-moq gives more economic welfare than fixed: holds in" in chart.description
    True
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
    table = rows["statement", "counted", "holds", "opposite"]
    shares = "; ".join(
        f"{statement}: holds in {holds / counted:.1%}, opposite in {opposite / counted:.1%}"
        for statement, counted, holds, opposite in table.iter_rows()
        if counted
    )
    marks = "number: share that holds, line: its interval"
    return finished(
        alt.vconcat(*panels, spacing=22),
        title="In what share of random markets claims on coopetition hold",
        notes=[LABEL, told(*counted_in_words(rows, chosen), marks, note)],
        description=f"{LABEL} Regime {chosen}. {shares}.",
    )


def _panel(rows: pl.DataFrame, words: str, *, last: bool) -> alt.LayerChart:
    # rounded as tables are
    numbers = [
        f"{holds / counted:.1%}" if counted else "none counted"
        for holds, counted in rows.select("holds", "counted").iter_rows()
    ]
    told_rows = rows.with_columns(number=pl.Series(numbers, dtype=pl.String))
    names = alt.Axis(title=None, ticks=False, labelFontSize=NAME_SIZE)
    claims = alt.Y("statement:N", sort=rows["statement"].to_list(), axis=names)
    title = "share of markets" if last else None
    shares = alt.Axis(title=title, format="%", tickCount=5, labels=last)
    along = alt.X("from:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=shares)
    kinds = alt.Scale(domain=list(KINDS), range=list(KINDS.values()))
    colour = alt.Color("kind:N", scale=kinds, legend=alt.Legend(title=None, orient="top"))
    tooltip = ["id:N", "statement:N", "counted:Q", "holds:Q", "equal:Q", "opposite:Q"]
    bars = alt.Chart(_bars(rows)).mark_bar(height=ROW - 4)
    known = told_rows.filter(pl.col("counted") > 0)
    intervals = alt.Chart(known).mark_rule(color=BLACK, strokeWidth=1.5)
    texts = alt.Chart(told_rows).mark_text(align="left", dx=5, fontSize=NAME_SIZE)
    return layered(
        bars.encode(along, y=claims, x2="to:Q", color=colour, tooltip=tooltip),
        intervals.encode(x="lower:Q", x2="upper:Q", y=claims),
        texts.encode(x=alt.value(PANEL_WIDTH), y=claims, text="number:N"),
        heading(words, width=PANEL_WIDTH),
    ).properties(width=PANEL_WIDTH, height=alt.Step(ROW))


def _bars(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a claim and kind of market: where its part of the bar begins and ends."""
    known = rows.filter(pl.col("counted") > 0)
    parts, start = [], pl.lit(0.0)
    for kind in KINDS:
        end = start + pl.col(kind) / pl.col("counted")
        parts.append(known.with_columns(start.alias("from"), to=end, kind=pl.lit(kind)))
        start = end
    return pl.concat(parts)


@checked_arguments
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

    Examples
    --------
    >>> ends = {"x_low": [0.0, 0.5], "x_high": [0.5, 1.0], "y_low": [0.0] * 2, "y_high": [1.0] * 2}
    >>> cells = pl.DataFrame(ends | {"counted": [8, 6], "holds": [6, 3], "share": [0.75, 0.5]})
    >>> chart = claim_map(cells, by=("tau", "theta"), statement="sharing pays")
    >>> " ".join(chart.to_dict()["title"]["text"])
    'Where it holds that sharing pays'
    """
    cells = checked(frame, CELL_COLUMNS).with_columns(
        x=_ends("x", by[0]),
        y=_ends("y", by[1]),
        percent=(pl.col("share") * 100).round(0).cast(pl.Int64).cast(pl.String) + "%",
        count=pl.col("counted").map_elements("of {:,}".format, return_dtype=pl.String),
        few=_half_width() > UNSURE,
    )
    names = {axis: _ordered(cells, axis) for axis in "xy"}
    titles = [asked_in_words(name) for name in by]
    width, height = 2 * CELL * len(names["x"]), CELL * len(names["y"])
    along, up = (
        textwrap.wrap(title, max(FEWEST_LETTERS, int(side / LETTER)))
        for title, side in zip(titles, (width, height), strict=True)
    )
    x = alt.X("x:O", sort=names["x"], axis=alt.Axis(title=along, labelAngle=0, ticks=False))
    y = alt.Y("y:O", sort=names["y"][::-1], axis=alt.Axis(title=up, ticks=False))
    colour = alt.Color(
        "share:Q",
        scale=alt.Scale(domain=[0, 1], scheme="cividis"),
        legend=alt.Legend(title="holds in", format="%"),
    )
    ink = alt.condition(f"datum.share < {DARK} && !datum.few", alt.value("#ffffff"), alt.value(INK))
    base = alt.Chart(cells)
    tooltip = ["x:N", "y:N", "counted:Q", "holds:Q", "share:Q"]
    counted, holds = (int(cells[name].sum()) for name in ("counted", "holds"))
    few = "pale: of so few that the share may be off by more than 15 points"
    few = few if cells["few"].any() else ""
    found = f"Holds in {holds:,} of {counted:,} random markets counted"
    shares = "; ".join(
        f"{titles[0]} {x}, {titles[1]} {y}: {share:.0%} of {count:,}"
        for x, y, share, count in cells["x", "y", "share", "counted"].iter_rows()
    )
    return finished(
        layered(
            base.mark_rect(stroke="#ffffff").encode(
                x,
                y,
                colour,
                tooltip=tooltip,
                opacity=alt.condition("datum.few", alt.value(PALE), alt.value(1)),
            ),
            base.mark_text(dy=-6, fontWeight="bold").encode(x, y, text="percent:N", color=ink),
            base.mark_text(dy=8).encode(x, y, text="count:N", color=ink),
        ).properties(width=width, height=height),
        title=f"Where it holds that {statement}",
        notes=[LABEL, told(found, "bins of about as many markets each", few, note)],
        description=f"{LABEL} Where it holds that {statement}. {shares}.",
        width=max(width, NARROWEST) + 160,
    )


def _half_width() -> pl.Expr:
    """Return half the width of Wilson's interval of 95% of a cell's share."""
    number, share, z = pl.col("counted"), pl.col("share"), 1.96
    inside = share * (1 - share) / number + z**2 / (4 * number**2)
    return z * inside.sqrt() / (1 + z**2 / number)


def _ends(axis: str, name: str) -> pl.Expr:
    """Write the ends of a bin of a parameter, where they differ."""
    low, high = (
        pl.col(f"{axis}_{end}").map_elements(
            lambda value: asked_value(name, value), return_dtype=pl.String
        )
        for end in ("low", "high")
    )
    return pl.when(low == high).then(low).otherwise(low + " to " + high)


def _ordered(cells: pl.DataFrame, axis: str) -> list[str]:
    return cells.sort(f"{axis}_low", f"{axis}_high")[axis].unique(maintain_order=True).to_list()
