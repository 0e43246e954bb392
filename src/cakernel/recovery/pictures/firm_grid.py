"""A grid of chains by firms whose cells show states, resources and disruptions of a period."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import altair as alt

from cakernel.pictures.theme import RULE, layered
from cakernel.recovery.state_colours import STATES

HITS: Final = ("mild", "severe")
# of a cell, whose middle is a whole number and which is 1 wide and high
HALF: Final = 0.46
BAR: Final = 0.22
ROOM_OF_NUMBER: Final = 12
"""Pixels between numbers of an axis, at least."""

Place = Callable[[str], Any]
"""From a field to where it stands across or down the grid."""


def firm_grid(
    chains: int,
    firms: int,
    *,
    cell: tuple[float, float],
    fullest: float,
    detailed: bool,
    over: Sequence[alt.Chart] = (),
) -> alt.LayerChart:
    """Return the grid without data: its rows are those of `cakernel.trace`, of one period.

    ``cell`` is the width and height of a cell in pixels, ``fullest`` the resources that fill its
    bar, ``over`` further layers. With ``detailed``, states and resources are written, too, which
    takes cells of some 40 pixels.
    """
    width, height = cell
    across = partial(_place, alt.X, "firm", firms, [0.5, firms + 0.5], width)
    down = partial(_place, alt.Y, "chain", chains, [chains + 0.5, 0.5], height)
    layers = [*_states(across, down), *_resources(across, down, fullest, detailed)]
    if detailed:
        layers += [_digits(across, down, state) for state in ("x", "y")]
    size = 90 if detailed else 0.1 * width * height
    to = down("marked" if detailed else "middle")
    layers += [_hits(across("x_middle"), to, "supply_hit", size)]
    layers += [_hits(across("y_middle"), to, "cyber_hit", size)]
    return layered(*layers, *over).properties(width=width * firms, height=height * chains)


def _place(
    channel: Callable[..., Any],
    title: str,
    number: int,
    domain: list[float],
    pixels: float,
    field: str,
) -> Any:
    # numbers that stand closer than letters are wide hide each other
    step = max(1, -(-ROOM_OF_NUMBER // max(1, int(pixels))))
    axis = alt.Axis(
        title=title,
        values=list(range(1, number + 1, step)),
        tickCount=number,
        format="d",
        grid=False,
        ticks=False,
        domain=False,
    )
    return channel(f"{field}:Q", scale=alt.Scale(domain=domain, nice=False), axis=axis)


def _cells(**places: str) -> alt.Chart:
    """Return a layer's rows with places in a cell, computed from ``firm`` and ``chain``."""
    known = {
        "left": f"datum.firm - {HALF}",
        "right": f"datum.firm + {HALF}",
        "x_middle": f"datum.firm - {HALF / 2}",
        "y_middle": f"datum.firm + {HALF / 2}",
        "top": f"datum.chain - {HALF}",
        "foot": f"datum.chain + {HALF - BAR}",
        "bottom": f"datum.chain + {HALF}",
        "middle": f"datum.chain - {BAR / 2}",
        "marked": f"datum.chain - {HALF - 0.14}",
        "bar_middle": f"datum.chain + {HALF - BAR / 2}",
    }
    return alt.Chart().transform_calculate(**known, **places)


def _states(across: Place, down: Place) -> list[alt.Chart]:
    legend = alt.Legend(
        title="state",
        orient="top",
        padding=6,
        symbolType="square",
        labelExpr="['0 low', '1 medium', '2 high'][datum.value]",
    )
    top, foot = down("top"), alt.Y2("foot:Q")
    halves = []
    for state, start, end in (("x", "left", "firm"), ("y", "firm", "right")):
        colour = alt.Color(
            f"{state}:O", scale=alt.Scale(domain=[0, 1, 2], range=list(STATES)), legend=legend
        )
        halves.append(_cells().mark_rect().encode(across(start), top, colour, foot, x2=f"{end}:Q"))
    gap = _cells().mark_rule(color="#ffffff", strokeWidth=1)
    return [*halves, gap.encode(across("firm"), top, foot)]


def _resources(across: Place, down: Place, fullest: float, detailed: bool) -> list[alt.Chart]:
    full = f"datum.firm - {HALF} + {2 * HALF} * datum.resources / {fullest or 1}"
    cells = _cells(filled=full)
    left, foot, bottom = across("left"), down("foot"), alt.Y2("bottom:Q")
    box = cells.mark_rect(fill="#ffffff", stroke=RULE, strokeWidth=0.5)
    bar = cells.mark_rect(fill="#4d4d4d")
    layers = [
        box.encode(left, foot, bottom, x2="right:Q"),
        bar.encode(left, foot, bottom, x2="filled:Q"),
    ]
    if detailed:
        text = alt.Text("resources:Q", format=",.4~r")
        # over the bar where that reaches the number
        ink = alt.condition(
            f"datum.resources > {0.8 * fullest}", alt.value("#ffffff"), alt.value("#000000")
        )
        amount = cells.mark_text(fontSize=9, align="right", dx=-3)
        where = (across("right"), down("bar_middle"))
        layers.append(amount.encode(*where, text=text, color=ink))
    return layers


def _digits(across: Place, down: Place, state: str) -> alt.Chart:
    digits: alt.Chart = (
        _cells()
        .mark_text(fontSize=13, fontWeight="bold", dy=6)
        .encode(
            across(f"{state}_middle"),
            down("middle"),
            text=f"{state}:Q",
            color=alt.condition(f"datum.{state} > 0", alt.value("#000000"), alt.value("#ffffff")),
        )
    )
    return digits


def _hits(across: alt.X, down: alt.Y, side: str, size: float) -> alt.Chart:
    """Mark disruptions in white and black with an edge: they show on every state's colour."""
    legend = alt.Legend(title="disruption", orient="top", padding=6, symbolStrokeWidth=1)
    fill = alt.Scale(domain=list(HITS), range=["#ffffff", "#000000"])
    edge = alt.Scale(domain=list(HITS), range=["#000000", "#ffffff"])
    hits: alt.Chart = (
        _cells()
        .transform_filter(f"datum.{side} != 'none'")
        .mark_point(shape="triangle-down", size=size, opacity=1, strokeWidth=0.8)
        .encode(
            across,
            down,
            fill=alt.Fill(f"{side}:N", scale=fill, legend=legend),
            stroke=alt.Stroke(f"{side}:N", scale=edge, legend=legend),
        )
    )
    return hits
