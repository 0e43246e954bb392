"""What all pictures share: colours, type sizes, titles, and how a frame becomes a chart's data."""

import math
import textwrap
from collections.abc import Sequence
from typing import Any, Final, Literal, TypeVar

import altair as alt

TEXT_SIZE: Final = 11
SMALL: Final = 10
"""Type sizes in pixels of 1/96 inch: 8 and 7.5 points where a picture keeps its size."""

INK: Final = "#222222"
SOFT_INK: Final = "#595959"
RULE: Final = "#8c8c8c"
GRID: Final = "#e3e3e3"
BAND: Final = "#e9e9e9"

# Okabe and Ito's colours, which no common colour blindness confuses
BLACK: Final = "#000000"
BLUE: Final = "#0072B2"
SKY: Final = "#56B4E9"
GREEN: Final = "#009E73"
ORANGE: Final = "#E69F00"
VERMILLION: Final = "#D55E00"
PURPLE: Final = "#CC79A7"

SERIES: Final = (BLUE, ORANGE, GREEN, PURPLE, BLACK, VERMILLION, SKY)
"""Colours of up to seven series."""
SHAPES: Final = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
)
"""Their points' shapes."""
DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [1, 3])
"""Dashes of the lines of up to five series."""

FONT: Final = "Arial, 'Liberation Sans', Helvetica, sans-serif"
WIDTH: Final = 640
"""Of a whole picture, about: 17 cm, the text width of a journal page."""

_LABELS: Final = {"labelColor": INK, "labelFontSize": SMALL}
_TITLES: Final = {"titleColor": INK, "titleFontSize": TEXT_SIZE, "titleFontWeight": "normal"}
CONFIG: Final[dict[str, Any]] = {
    "font": FONT,
    "background": "#ffffff",
    "padding": 8,
    "view": {"stroke": "#bdbdbd", "strokeWidth": 0.75},
    "title": {
        "anchor": "start",
        "frame": "bounds",
        "color": INK,
        "fontSize": 13,
        "fontWeight": "bold",
        "offset": 12,
        "subtitleColor": SOFT_INK,
        "subtitleFontSize": TEXT_SIZE,
        "subtitlePadding": 4,
        "lineHeight": 16,
        "subtitleLineHeight": 14,
    },
    "axis": {
        **_LABELS,
        **_TITLES,
        "domainColor": RULE,
        "tickColor": RULE,
        "tickSize": 4,
        "gridColor": GRID,
        "labelLimit": 400,
    },
    "header": {
        "labelColor": INK,
        "labelFontSize": TEXT_SIZE,
        "labelFontWeight": "bold",
        **_TITLES,
        "labelPadding": 4,
    },
    "legend": {
        **_LABELS,
        **_TITLES,
        "labelLimit": 600,
        "titleLimit": 600,
        "symbolStrokeWidth": 1.5,
    },
    "text": {"color": INK, "fontSize": SMALL},
    # by default black, which a dark page would not show
    "rule": {"color": INK},
}

Align = Literal["left", "center", "right"]


def heading(text: str | alt.ExprRef, *, width: float) -> alt.Chart:
    """Write a panel's heading over its middle, a layer of the panel.

    A title of Vega-Lite stands higher over panels whose axis has labels than over others.
    """
    mark: alt.Chart = alt.Chart(alt.InlineData(values=[{}])).mark_text(
        text=text, fontWeight="bold", fontSize=TEXT_SIZE
    )
    return mark.encode(x=alt.value(width / 2), y=alt.value(-9))


def told(*facts: str) -> str:
    """Join what is told of the data under a title; empty facts are left out."""
    facts = tuple(fact for fact in facts if fact)
    return f"{'; '.join(facts)}." if facts else ""


def whole_ticks(low: float, high: float, *, most: int = 8) -> list[int]:
    """Return whole numbers, in steps of 1, 2, 5, 10 and so on, for an axis that takes no others.

    Vega's ``tickMinStep`` does not hold on short axes.

    Examples
    --------
    >>> whole_ticks(0, 2), whole_ticks(2, 40), whole_ticks(0, 180, most=5)
    ([0, 1, 2], [5, 10, 15, 20, 25, 30, 35, 40], [0, 50, 100, 150])
    """
    step = next(
        unit * 10**power
        for power in range(100)
        for unit in (1, 2, 5)
        if high - low <= unit * 10**power * most
    )
    return list(range(math.ceil(low / step) * step, math.floor(high) + 1, step))


def series_scale(names: Sequence[str], values: Sequence[Any]) -> alt.Scale:
    """Give each series one of some colours, shapes or dashes, from the first again if they run out.

    Examples
    --------
    >>> series_scale(["a", "b", "c"], ["circle", "square"]).to_dict()
    {'domain': ['a', 'b', 'c'], 'range': ['circle', 'square', 'circle']}
    """
    cycled = [values[number % len(values)] for number in range(len(names))]
    return alt.Scale(domain=list(names), range=cycled)


def layered(*charts: alt.Chart, **properties: Any) -> alt.LayerChart:
    """Lay charts over one another, always as layers: `altair.layer` may return a facet instead."""
    return alt.LayerChart(layer=list(charts), **properties)


Picture = TypeVar(
    "Picture",
    alt.LayerChart,
    alt.FacetChart,
    alt.HConcatChart,
    alt.VConcatChart,
    alt.ConcatChart,
)


def finished(
    chart: Picture, *, title: str, notes: Sequence[str], description: str, width: int = WIDTH
) -> Picture:
    """Give a chart its title, its notes under it, a description for screen readers and the theme.

    Lines are broken where a picture of ``width`` pixels ends.
    """
    lines = [line for note in notes if note for line in textwrap.wrap(note, int(width / 5.4))]
    heading = alt.TitleParams(text=textwrap.wrap(title, int(width / 7)), subtitle=lines)
    return chart.properties(title=heading, description=description, config=CONFIG)


def _disc(radius: float) -> str:
    return f"M-{radius},0A{radius},{radius},0,1,1,{radius},0A{radius},{radius},0,1,1,-{radius},0Z"


# glyphs from -1 to 1, as SVG paths; a path that runs anticlockwise cuts a hole
DISC: Final = _disc(0.5)
SMALL_DISC: Final = _disc(0.3)
SQUARE_RING: Final = "M-1,-1H1V1H-1ZM-.76,-.76V.76H.76V-.76Z"
DISC_IN_SQUARE: Final = SQUARE_RING + DISC
