"""What flexible contracts add to welfare, by risk: in what share of markets, and how much."""

from typing import Final

import altair as alt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.coopetition.words import LABEL, REGIME_WORDS
from cakernel.errors import InvalidInput
from cakernel.pictures.frame import NUMBER, NUMBER_OR_NULL, TEXT, checked
from cakernel.pictures.theme import (
    BLACK,
    BLUE,
    DASHES,
    ORANGE,
    finished,
    heading,
    layered,
    series_scale,
    told,
)
from cakernel.wording import shown

PARTS: Final = {
    "advantage": "flexible MOQ less fixed",
    "timing": "timing: flexible less fixed MOQ",
    "commitment": "commitment and discount: fixed MOQ less fixed",
}
COLOURS: Final = (BLACK, BLUE, ORANGE)
SHAPES: Final = ("circle", "triangle-up", "square")

SHARES: Final = ("share_positive", "share_above_no_risk")
COLUMNS: Final = {
    "regime": TEXT,
    "part": TEXT,
    "threat_probability": NUMBER,
    "counted": NUMBER,
    **{f"{share}{end}": NUMBER_OR_NULL for share in SHARES for end in ("", "_lower", "_upper")},
    "mean": NUMBER_OR_NULL,
    "mean_change": NUMBER_OR_NULL,
}
PANELS: Final = {
    "share_positive": ("above 0", "share of markets", True),
    "share_above_no_risk": ("above its value at tau = 0", "share of markets", True),
    "mean": ("mean welfare added", "money", False),
    "mean_change": ("mean change from tau = 0", "money", False),
}

MARKS: Final = (
    "bars: binomial intervals, where larger than the marks",
    "lower panels: means over markets, of both signs",
)
PANEL_WIDTH, PANEL_HEIGHT = 250, 150
# parts side by side at one level of tau, so that their intervals do not hide each other
APART: Final = 0.02


@checked_arguments
def advantage_by_risk(
    frame: pl.DataFrame, *, regime: str | None = None, note: str = ""
) -> alt.VConcatChart:
    """Draw in what share of markets flexible MOQ adds welfare, and how much, over risk.

    Parameters
    ----------
    frame : polars.DataFrame
        ``by_risk`` of `cakernel ctip claims`: one row a regime of investment, part of the
        advantage and level of risk.
    regime : {"nash", "joint", "planner"}, optional
        The one to draw, by default the first.
    note : str
        Under the title, such as the seed.

    Returns
    -------
    altair.VConcatChart
        Upper panels: shares with their intervals; lower ones: means over markets, which have no
        interval of their own.

    Raises
    ------
    InvalidInput
        If a column is missing or holds something else, or no row is of the regime.

    Examples
    --------
    >>> from cakernel.coopetition.claims.verdicts import claim_verdicts
    >>> found = claim_verdicts(points=4, regimes=["nash"])
    >>> chart = advantage_by_risk(found.by_risk, note="seed 1")
    >>> "flexible MOQ less fixed at tau = 0: above 0 in" in chart.description
    True
    """
    rows, chosen = of_regime(checked(frame, COLUMNS), regime)
    part = pl.col("part").cast(pl.String)
    sides = dict(zip(PARTS, (-1, 0, 1), strict=True))
    aside = APART * part.replace_strict(sides, return_dtype=pl.Float64)
    data = rows.with_columns(part.replace_strict(PARTS), place=pl.col("threat_probability") + aside)
    names = list(PANELS)
    lines = [
        alt.hconcat(*(_panel(data, name, first=name == pair[0]) for name in pair), spacing=30)
        for pair in (names[:2], names[2:])
    ]
    columns = data["part", "threat_probability", "share_positive", "mean"]
    shares = "; ".join(
        f"{part} at tau = {tau:g}: above 0 in {share:.0%}, mean {mean:,.4f}"
        for part, tau, share, mean in columns.iter_rows()
        if share is not None and mean is not None and tau in (0, 1)
    )
    return finished(
        alt.vconcat(*lines, spacing=30),
        title="What flexible minimum-order contracts add to economic welfare, by risk",
        notes=[LABEL, told(*counted_in_words(rows, chosen), *MARKS, note)],
        description=f"{LABEL} {shares}.",
    )


def of_regime(frame: pl.DataFrame, regime: str | None) -> tuple[pl.DataFrame, str]:
    """Return the rows of a regime of investment, and its name; by default the first."""
    known = frame["regime"].cast(pl.String).unique(maintain_order=True).to_list()
    if regime is not None and regime not in known:
        raise InvalidInput(f"regime: got {shown(regime)}; must be one of {', '.join(known)}")
    chosen = regime or str(known[0])
    return frame.filter(pl.col("regime") == chosen), chosen


def counted_in_words(rows: pl.DataFrame, regime: str) -> tuple[str, str]:
    """Say how many markets were counted, and who chooses investments."""
    most = max(rows["counted"].to_list())
    return f"Up to {most:,} random markets counted", f"{REGIME_WORDS[regime]} ({regime})"


def _panel(data: pl.DataFrame, name: str, *, first: bool) -> alt.LayerChart:
    title, axis, shares = PANELS[name]
    order = list(PARTS.values())
    legend = alt.Legend(title=None, orient="bottom", columns=1)
    colour = alt.Color("part:N", scale=series_scale(order, COLOURS), legend=legend)
    shape = alt.Shape("part:N", scale=series_scale(order, SHAPES))
    dash = alt.StrokeDash("part:N", scale=series_scale(order, DASHES))
    along = alt.Axis(
        title=None if shares else "probability of an attack, tau",
        values=[0, 0.25, 0.5, 0.75, 1],
        labels=not shares,
        format=".2f",
    )
    x = alt.X("place:Q", scale=alt.Scale(domain=[-0.05, 1.05], nice=False), axis=along)
    scale = alt.Scale(domain=[0, 1]) if shares else alt.Scale(zero=True)
    words = axis if first or not shares else None
    marks = alt.Axis(title=words, format="%" if shares else "~g", tickCount=5)
    y = alt.Y(f"{name}:Q", scale=scale, axis=marks)
    known = data.filter(pl.col(name).is_not_null())
    base = alt.Chart(known)
    # a share jumps as soon as there is any risk at all
    lined = known.filter(pl.col("threat_probability") > 0) if shares else known
    layers = [
        alt.Chart(lined).mark_line(strokeWidth=1.5).encode(x, y, colour, dash),
        base.mark_point(filled=True, size=40, opacity=1).encode(x, y, colour, shape),
        heading(title, width=PANEL_WIDTH),
    ]
    if shares:
        interval = base.mark_rule(strokeWidth=1.2).encode(
            x, alt.Y(f"{name}_lower:Q", scale=scale), alt.Y2(f"{name}_upper:Q"), colour
        )
        layers.insert(0, interval)
    return layered(*layers).properties(width=PANEL_WIDTH, height=PANEL_HEIGHT)
