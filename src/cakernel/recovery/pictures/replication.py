"""One replication as a grid of firms: small multiples of periods, or a player of all of them."""

from typing import Annotated, Any, Final

import altair as alt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.checks import Whole, check_value, whole
from cakernel.errors import InvalidInput
from cakernel.pictures.frame import NUMBER, TEXT, checked
from cakernel.pictures.theme import finished, heading, told
from cakernel.recovery.kernel.shocks import MAX_PERIODS
from cakernel.recovery.pictures.firm_grid import firm_grid

COLUMNS: Final = dict.fromkeys(("period", "chain", "firm", "x", "y", "resources"), NUMBER) | {
    "supply_hit": TEXT,
    "cyber_hit": TEXT,
}
TITLE: Final = "One replication, firm by firm"
MOST: Final = 60
"""Chains, firms and periods that are drawn at most: more would be specks."""
STRIP_WIDTH: Final = 620
STRIP_HEIGHT: Final = 900
STRIP_CELL: Final = 27
HEAD: Final = 18
"""Above a panel, for its day."""
GAP: Final = 10
PLAYER_WIDTH: Final = 860
PLAYER_CELL: Final = 80
DETAILED_FROM: Final = 44
PARAMETER: Final = "period"


@checked_arguments
def replication_strip(
    history: pl.DataFrame,
    *,
    first_period: Annotated[int, Whole(1, MAX_PERIODS)] = 1,
    periods: Annotated[int, Whole(1, MOST)] = 12,
    note: str = "",
) -> alt.FacetChart:
    """Draw periods of one replication side by side, each a grid of chains by firms.

    Parameters
    ----------
    history : polars.DataFrame
        What `cakernel.trace` returns, of at most 60 chains of 60 firms.
    first_period : int, default 1
        The first period drawn.
    periods : int, default 12
        How many periods in a row are drawn, 1 to 60; fewer where the history ends.
    note : str, default ""
        What the frame cannot tell, such as policy, replication and seed.

    Returns
    -------
    altair.FacetChart

    Raises
    ------
    InvalidInput
        If a column is missing, a number is outside its range or the grid too large.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel.recovery import pictures
    >>> history = pl.DataFrame(
    ...     {"period": [1, 1, 2, 2], "chain": [1] * 4, "firm": [1, 2, 1, 2]}
    ...     | {"x": [2, 1, 2, 2], "y": [2, 2, 1, 2], "resources": [3.0, 4.0, 3.5, 5.5]}
    ...     | {"supply_hit": ["none", "mild"] * 2, "cyber_hit": ["none"] * 4}
    ... )
    >>> chart = pictures.replication_strip(history, periods=1)
    >>> chart.description
    'States, resources and disruptions of each firm from day 1 to 1. Means over firms on the last \
day: x 1.50, y 2.00, resources 3.5 units.'
    """
    rows, chains, firms, last = _rows(history)
    check_value("first_period", first_period, whole(1, last))
    end = first_period + periods - 1
    shown = rows.filter(pl.col("period").is_between(first_period, end)).with_columns(
        day=pl.format("day {}", "period")
    )
    columns, cell = _layout(shown["period"].n_unique(), chains, firms)
    fullest = _fullest(shown)
    grid = firm_grid(chains, firms, cell=(cell, cell), fullest=fullest, detailed=False)
    days = shown["day"].unique(maintain_order=True).to_list()
    strip = grid.facet(
        facet=alt.Facet("day:N", sort=days, title=None),
        columns=columns,
        spacing=GAP,
        data=shown,
    )
    return finished(strip, title=TITLE, **_words(shown, fullest, note))


def _layout(panels: int, chains: int, firms: int) -> tuple[int, float]:
    """Return how many panels stand side by side, and the largest cell with which all fit a page."""

    def cell(columns: int) -> float:
        rows = -(-panels // columns)
        across = (STRIP_WIDTH - 40) / columns - GAP
        down = (STRIP_HEIGHT - 40) / rows - GAP - HEAD
        return min(STRIP_CELL, max(1.0, across / firms), max(1.0, down / chains))

    return max(((n, cell(n)) for n in range(panels, 0, -1)), key=lambda found: found[1])


@checked_arguments
def replication_player(history: pl.DataFrame, *, note: str = "") -> alt.LayerChart:
    """Draw one replication as a grid of chains by firms that a page plays period by period.

    Parameters
    ----------
    history : polars.DataFrame
        What `cakernel.trace` returns, of at most 60 chains of 60 firms.
    note : str, default ""
        What the frame cannot tell, such as policy, replication and seed.

    Returns
    -------
    altair.LayerChart
        It shows the first period until its parameter ``period`` is changed, for which the page
        that `save` writes has a button and a slider.

    Raises
    ------
    InvalidInput
        If a column is missing or the grid too large.

    Examples
    --------
    >>> import polars as pl
    >>> from cakernel.recovery import pictures
    >>> history = pl.DataFrame(
    ...     {"period": [1, 2], "chain": [1, 1], "firm": [1, 1], "x": [2, 1], "y": [2, 2]}
    ...     | {"resources": [3.0, 4.0], "supply_hit": ["none", "mild"], "cyber_hit": ["none"] * 2}
    ... )
    >>> chart = pictures.replication_player(history)
    >>> chart.to_dict()["usermeta"]["player"]["last"]
    2
    """
    rows, chains, firms, last = _rows(history)
    cell = min(PLAYER_CELL, PLAYER_WIDTH / firms)
    fullest = _fullest(rows)
    day = heading(alt.ExprRef(f"'day ' + {PARAMETER}"), width=firms * cell)
    grid = (
        firm_grid(
            chains,
            firms,
            cell=(cell, 0.85 * cell),
            fullest=fullest,
            detailed=cell >= DETAILED_FROM,
            over=[day],
        )
        .transform_filter(f"datum.period == {PARAMETER}")
        .add_params(alt.param(name=PARAMETER, value=1))
        .properties(data=rows)
    )
    player = {"parameter": PARAMETER, "unit": "day", "first": 1, "last": last, "milliseconds": 400}
    played = finished(grid, title=TITLE, **_words(rows, fullest, note))
    return played.properties(usermeta={"player": player})


def _rows(history: pl.DataFrame) -> tuple[pl.DataFrame, int, int, int]:
    """Return the checked rows, and how many chains, firms and periods they have."""
    rows = checked(history, COLUMNS).with_columns(pl.col("supply_hit", "cyber_hit").cast(pl.String))
    if rows.select("period", "chain", "firm").is_duplicated().any():
        raise InvalidInput("history: got several rows of a firm and period; must be one each")
    chains, firms, last = rows.select(pl.col("chain", "firm", "period").max().cast(pl.Int64)).row(0)
    for name, number in (("chains", chains), ("firms", firms)):
        if number > MOST:
            raise InvalidInput(f"{name}: got {number:,}; must be at most {MOST} to be drawn")
    return rows, chains, firms, last


def _fullest(rows: pl.DataFrame) -> float:
    return float(rows.select(pl.col("resources").max()).item())


def _words(rows: pl.DataFrame, fullest: float, note: str) -> dict[str, Any]:
    """Return the notes under a picture's title, and its description."""
    key = (
        "Left half of a cell: operational state x; right half: intangibles state y; bar: "
        f"resources, full at {fullest:g} units; triangle: disruption on that day."
    )
    means = rows.filter(pl.col("period") == pl.col("period").max()).mean()
    first = rows.select(pl.col("period").min()).item()
    day, x, y, resources = means.select("period", "x", "y", "resources").row(0)
    description = (
        f"States, resources and disruptions of each firm from day {first} to {day:g}. Means over "
        f"firms on the last day: x {x:.2f}, y {y:.2f}, resources {resources:,.1f} units."
    )
    return {"notes": [key, told(note)], "description": description}
