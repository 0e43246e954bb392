"""Who wins where: a map of winners over two axes, in panels over a third, hatched where unclear."""

import math
from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.errors import InvalidInput
from cakernel.models import terms_of
from cakernel.pictures.frame import TEXT, checked
from cakernel.pictures.theme import GRID, INK, RULE, SERIES, finished, layered, told, whole_ticks
from cakernel.pictures.winner_tiles import (
    CHANGES,
    CLEAR,
    IMPOSSIBLE,
    UNCLEAR,
    Scale,
    Tiles,
    axes_of_map,
    default_axes,
    tiles_of,
)

WIDE: Final = 430
HIGH: Final = 300
PANEL: Final = 175
"""Sizes of a map alone, and of one of several panels."""
SPACING: Final = 6
"""Between the lines of a hatching, in pixels."""
MOST: Final = len(SERIES) - 1
"""Winners with a colour of their own; the rest shares one."""
OTHERS, NOBODY = "others", "changes within"
LOOKS: Final = {CLEAR: 1.0, UNCLEAR: 0.55, CHANGES: 0.3}
MOST_LETTERS: Final = 30
"""Of the labels under an axis, together, before they are turned."""
LABELLED: Final = (34, 14)
"""Pixels that a tile needs for its count to be written into it."""


@checked_arguments
def winner_map(
    winners: pl.DataFrame, *, axes: Sequence[str] | None = None, note: str = ""
) -> alt.LayerChart | alt.ConcatChart:
    """Draw who wins where, over two axes and in panels over a third.

    Parameters
    ----------
    winners : polars.DataFrame
        Points or cells, one a row, with ``winner`` and ``state`` ("clear", "tied", "unclear",
        "boundary" or "impossible"). Points have a column for each axis, as of `find_winners`
        joined to a sweep's points; cells have ``NAME_low``, ``NAME_high`` and ``share``, as of
        `cakernel.stability_map`; their winner is null where it changes within.
    axes : sequence of str, optional
        One to three axes: across, up, panels. By default, of cells the first three; of points
        those along which winners differ most.
    note : str, default ""
        What the frame cannot tell, such as the seed; stands under the title.

    Returns
    -------
    altair.LayerChart or altair.ConcatChart
        Colours of winners. Hatched: the winner is not clear of noise, or others are as good.
        Pale: it changes with what is not drawn, or within a cell. Of points of which several
        share a place, the one that wins at most of them is drawn, with how many of how many.

    Raises
    ------
    InvalidInput
        If a column is missing, nothing varies or an axis is unknown.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel import pictures
    >>> found = pl.DataFrame(
    ...     {"risk": [0.1, 0.1, 0.2, 0.2], "firms": [2, 4, 2, 4], "state": ["clear"] * 3 + ["tied"]}
    ...     | {"winner": ["slow", "fast", "fast", "fast"]}
    ... )
    >>> pictures.winner_map(found, axes=["risk", "firms"]).description
    'Across risk, up firms in a chain: fast wins at 75%, slow wins at 25%. Unclear at 25%.'
    """
    checked(winners, {"state": TEXT})
    if winners.schema.get("winner") not in (pl.String, pl.Null):
        raise InvalidInput("column winner: must be there, and text")
    known = axes_of_map(winners)
    if not known:
        raise InvalidInput("winners: have no axis that varies; must have one or more")
    axes = default_axes(winners, known) if axes is None else list(axes)
    unknown = [name for name in axes if name not in known]
    if unknown or not 1 <= len(axes) <= 3 or len(set(axes)) < len(axes):
        got = ", ".join(unknown or axes) or "none"
        raise InvalidInput(f"axes: got {got}; must be one to three of {', '.join(known)}")
    tiles = tiles_of(winners, axes)
    words: dict[str, Any] = {
        "title": f"Who wins where, by {', '.join(map(terms_of().column, axes))}",
        "notes": [_key(tiles), told(tiles.fixed, note)],
        "description": _description(tiles),
    }
    panels = _panels(tiles)
    if len(panels) == 1:
        return finished(panels[0], **words, width=WIDE + 90)
    beside: alt.ConcatChart = alt.ConcatChart(
        concat=panels, columns=2 if len(panels) == 4 else 3, spacing=14
    ).resolve_scale(color="shared")
    return finished(beside, **words, width=3 * PANEL + 110)


def _key(tiles: Tiles) -> str:
    """Say what the looks that occur mean."""
    states, words = set(tiles.frame["state"]), []
    if UNCLEAR in states:
        words.append("Hatched: the winner is not clear of noise, or another is as good.")
    if CHANGES in states:
        within = "within the cell" if tiles.cells else "with what is not drawn"
        words.append(f"Pale: it changes {within}.")
    if not tiles.cells and (tiles.frame["points"] > 1).any():
        words.append("Numbers: at how many of the points there the colour's owner wins.")
    return " ".join(words)


def _description(tiles: Tiles) -> str:
    terms = terms_of()
    axes = ", ".join(
        f"{how} {terms.column(name)}"
        for how, name in zip(("across", "up", "panels by"), tiles.axes, strict=False)
    )
    shares = ", ".join(f"{name} wins at {share:.0%}" for name, share in tiles.shares)
    unclear = f" Unclear at {tiles.unclear:.0%}." if tiles.unclear else ""
    return f"{axes[:1].upper()}{axes[1:]}: {shares or 'nobody wins'}.{unclear}"


def _panels(tiles: Tiles) -> list[alt.LayerChart]:
    names = [name for name, _ in tiles.shares]
    shown = names[:MOST]
    frame = tiles.frame.with_columns(
        shown=pl.when(pl.col("winner").is_null())
        .then(pl.lit(NOBODY))
        .when(pl.col("winner").is_in(shown))
        .then("winner")
        .otherwise(pl.lit(OTHERS))
    )
    used = set(frame["shown"])
    listed = [*shown, *(name for name in (OTHERS, NOBODY) if name in used)]
    looks = [*SERIES[: len(shown)], *[RULE] * (OTHERS in used), *[GRID] * (NOBODY in used)]
    colour = alt.Color(
        "shown:N",
        scale=alt.Scale(domain=listed, range=looks),
        legend=alt.Legend(title=None, orient="top", columns=3, symbolType="square", symbolSize=120),
    )
    size = (WIDE, HIGH) if tiles.facets < 2 else (PANEL, PANEL)
    if len(tiles.axes) == 1:
        size = (WIDE, 60)
    return [
        _panel(part, tiles, colour, size)
        for part in frame.sort("facet_order").partition_by("facet_order", maintain_order=True)
    ]


def _panel(
    part: pl.DataFrame, tiles: Tiles, colour: alt.Color, size: tuple[int, int]
) -> alt.LayerChart:
    width, height = size
    x, y = _channel(alt.X, "x", tiles.across), _channel(alt.Y, "y", tiles.up)
    opacity = alt.Opacity(
        "state:N",
        scale=alt.Scale(domain=list(LOOKS), range=list(LOOKS.values())),
        legend=None,
    )
    possible = part.filter(pl.col("state") != IMPOSSIBLE)
    hints = ["winner:N", "state:N", "across:N", "up:N"]
    hints += ["share:Q"] if tiles.cells else ["wins:Q", "points:Q"]
    squares = alt.Chart(possible).encode(x=x, x2="x2:Q", y=y, y2="y2:Q")
    layers = [
        squares.mark_rect(stroke="#ffffff", strokeWidth=0.4).encode(
            color=colour, opacity=opacity, tooltip=hints
        )
    ]
    lines = _hatching(part.filter(state=UNCLEAR), tiles, size)
    if lines.height:
        ends = {"x2": "x2:Q", "y2": "y2:Q"}
        layers.append(
            alt.Chart(lines)
            .mark_rule(color=INK, strokeWidth=0.8)
            .encode(x=_channel(alt.X, "x", tiles.across), y=_channel(alt.Y, "y", tiles.up), **ends)
        )
    counted_ = possible.filter(
        pl.col("points") > 1,
        (pl.col("x2") - pl.col("x")) * width / tiles.across.span >= LABELLED[0],
        (pl.col("y2") - pl.col("y")) * height / tiles.up.span >= LABELLED[1],
    ).with_columns(
        x=(pl.col("x") + pl.col("x2")) / 2,
        y=(pl.col("y") + pl.col("y2")) / 2,
        label=pl.format("{}/{}", (pl.col("wins") * pl.col("points")).round().cast(int), "points"),
    )
    if not tiles.cells and counted_.height:
        text = alt.Chart(counted_).encode(
            x=_channel(alt.X, "x", tiles.across), y=_channel(alt.Y, "y", tiles.up), text="label:N"
        )
        layers += [
            text.mark_text(stroke="#ffffff", strokeWidth=3, strokeOpacity=0.8, strokeJoin="round"),
            text.mark_text(),
        ]
    title = alt.TitleParams(
        part["facet"][0], fontSize=11, fontWeight="bold", anchor="middle", offset=4, frame="group"
    )
    return layered(*layers).properties(width=width, height=height, title=title)


def _channel(kind: Any, field: str, scale: Scale) -> Any:
    """Return the channel of an axis: of numbers, or of levels at whole numbers."""
    told: dict[str, Any] = {"title": scale.title, "grid": False}
    if scale.labels is not None:
        told |= {"values": list(range(len(scale.labels)))}
        told |= {"labelExpr": f"{list(scale.labels)}[datum.value]"}
        if field == "x" and len("".join(scale.labels)) > MOST_LETTERS:
            told |= {"labelAngle": -30}
    elif scale.format:
        told |= {"format": scale.format}
    elif scale.whole:
        told |= {"values": whole_ticks(scale.low, scale.high), "format": ",d"}
    axis = alt.Axis(**told) if scale.title else None
    domain = alt.Scale(domain=[scale.low, scale.high], nice=False, zero=False)
    return kind(f"{field}:Q", scale=domain, axis=axis)


def _hatching(unclear: pl.DataFrame, tiles: Tiles, size: tuple[int, int]) -> pl.DataFrame:
    """Return lines that rise to the right across tiles, in the axes' units."""
    lines = []
    across, up = tiles.across, tiles.up
    sides = (size[0] / across.span, size[1] / up.span)
    for x, x2, y, y2 in unclear.select("x", "x2", "y", "y2").iter_rows():
        left, right = ((end - across.low) * sides[0] for end in (x, x2))
        foot, top = ((end - up.low) * sides[1] for end in (y, y2))
        # lines on which pixels up less pixels across is a multiple of the spacing
        first, last = math.ceil((foot - right) / SPACING), math.floor((top - left) / SPACING)
        for number in range(first, last + 1):
            start = max(left, foot - number * SPACING)
            end = min(right, top - number * SPACING)
            if end - start > 0.5:
                lines.append(
                    {
                        "x": across.low + start / sides[0],
                        "x2": across.low + end / sides[0],
                        "y": up.low + (start + number * SPACING) / sides[1],
                        "y2": up.low + (end + number * SPACING) / sides[1],
                    }
                )
    return pl.DataFrame(lines)
