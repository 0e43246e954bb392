"""Drawings of a live page: each is made once, and then only its numbers change."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import polars as pl
from bokeh.models import ColumnDataSource, DataRange1d, FactorRange, HoverTool, Range1d, Span
from bokeh.plotting import figure

from cakernel.live.part import Panels
from cakernel.pictures.theme import BLUE, FONT, GRID, INK, ORANGE, RULE, SOFT_INK, VERMILLION
from cakernel.terms import Terms
from cakernel.wording import decimals

SHOWN: Final = 12
"""Policies of a ranking that are drawn."""
LEVEL_COLOURS: Final = ("#8c2d04", ORANGE, "#dcebf5")
"""Of states, lowest first: the normal state is pale, and each differs in lightness."""
MOST_PLACES: Final = 2_500
"""Places of a film that are drawn."""
TEXT: Final = "12px"


def _figure(**more: Any) -> Any:
    """Return an empty figure in the theme's type and colours, as wide as its place."""
    made = figure(
        sizing_mode="stretch_width", toolbar_location=None, tools="", output_backend="svg",
        outline_line_color="#bdbdbd", min_border_right=12, **more,
    )  # fmt: skip
    for axis in (*made.xaxis, *made.yaxis):
        axis.axis_label_text_font = axis.major_label_text_font = FONT
        axis.axis_label_text_font_size = axis.major_label_text_font_size = TEXT
        axis.axis_label_text_font_style = "normal"
        axis.axis_label_text_color = axis.major_label_text_color = INK
        axis.axis_line_color = axis.major_tick_line_color = RULE
        axis.minor_tick_line_color = None
    made.title.text_font, made.title.text_font_size = FONT, "13px"
    made.title.text_color = INK
    made.xgrid.grid_line_color = made.ygrid.grid_line_color = GRID
    return made


class Ranking:
    """How far policies lie from the best, which stands at 0, with intervals."""

    def __init__(self, keys: Sequence[str], terms: Terms) -> None:
        self._keys, self._terms = keys, terms
        self.source = ColumnDataSource(
            {name: [] for name in ("row", "at", "lower", "upper", "mean", "words", "colour")}
        )
        self._rows = FactorRange()
        made = _figure(y_range=self._rows, height=80 + 24 * SHOWN)
        made.add_layout(Span(location=0, dimension="height", line_color=INK, line_width=0.8))
        made.segment(
            "lower", "row", "upper", "row", source=self.source, line_width=2, color="colour"
        )
        dots = made.scatter(
            "at", "row", source=self.source, size=9, color="colour", line_color="white"
        )
        made.add_tools(
            HoverTool(
                renderers=[dots],
                tooltips=[("", "@row"), ("", "@words"), ("from the best", "@interval")],
            )
        )
        made.ygrid.grid_line_color = None
        made.xaxis.axis_label = "difference from the best"
        self.figure = made

    def show(self, ranked: pl.DataFrame) -> None:
        """Show a group of the frame of `cakernel.best`."""
        rows = ranked.head(SHOWN)
        errors = rows["standard_error"].to_list()
        style = f".{decimals(errors, rows['mean'].to_list())}f"
        differences = f".{decimals(rows['difference_error'].to_list(), rows['difference'])}f"
        data: dict[str, list[Any]] = {name: [] for name in (*self.source.data, "interval")}
        for place, row in enumerate(rows.iter_rows(named=True)):
            best = place == 0
            at = 0.0 if best else row["difference"]
            known = not best and row["lower"] is not None
            name = " ".join(str(row[key]) for key in self._keys)
            interval = "it is the best" if best else format(at, differences)
            if known:
                interval += f" ({row['lower']:{differences}} to {row['upper']:{differences}})"
            each = {
                "row": f"{name}   {row['mean']:{style}}",
                "at": at,
                "lower": row["lower"] if known else at,
                "upper": row["upper"] if known else at,
                "mean": row["mean"],
                "words": self._terms.policy(row, self._keys),
                "colour": BLUE if row["within"] else VERMILLION,
                "interval": interval,
            }
            for column, value in each.items():
                data[column].append(value)
        self._rows.factors = data["row"][::-1]
        self.source.data = data


class Courses:
    """Means over time with bands, a figure an outcome; scales are those of ``beside``."""

    def __init__(self, outcomes: Sequence[str], beside: "Courses | None" = None) -> None:
        self._sources: dict[str, ColumnDataSource] = {}
        self.figures: dict[str, Any] = {}
        self._now: list[Span] = []
        for name in outcomes:
            scale = {} if beside is None else {"y_range": beside.figures[name].y_range}
            drawn = _figure(height=150, title=name, x_range=DataRange1d(range_padding=0), **scale)
            source = ColumnDataSource({n: [] for n in ("period", "mean", "lower", "upper")})
            drawn.varea("period", "lower", "upper", source=source, fill_color=BLUE, fill_alpha=0.2)
            drawn.line("period", "mean", source=source, color=BLUE, line_width=2)
            drawn.xgrid.grid_line_color = None
            drawn.xaxis.ticker.min_interval = 1  # days are whole
            now = Span(location=1, dimension="height", line_color=SOFT_INK, line_dash="dashed")
            drawn.add_layout(now)
            self._now.append(now)
            self._sources[name], self.figures[name] = source, drawn
        for last in list(self.figures.values())[-1:]:
            last.xaxis.axis_label = "day"

    def show(self, courses: pl.DataFrame) -> None:
        """Show courses: outcome, period, mean, lower, upper."""
        for name, source in self._sources.items():
            rows = courses.filter(pl.col("outcome") == name) if courses.height else courses
            source.data = {
                column: rows[column].to_numpy() if rows.height else np.empty(0)
                for column in ("period", "mean", "lower", "upper")
            }

    def mark(self, period: int) -> None:
        """Mark the period that the film shows."""
        for now in self._now:
            now.location = period


class Film:
    """One replication place by place: a frame a period."""

    def __init__(self) -> None:
        self.panels: Panels | None = None
        self._places = ColumnDataSource({name: [] for name in ("x", "y", "first", "second")})
        self._tooltips = HoverTool(tooltips=[])
        made = _figure(height=260, x_range=Range1d(0.5, 5.5), y_range=Range1d(5.5, 0.5))
        squares = made.rect(
            "x", "y", 0.94, 0.94, source=self._places, fill_color="first", line_color="#bdbdbd"
        )
        made.scatter("x", "y", size=12, source=self._places, fill_color="second", line_color=INK)
        self._tooltips.renderers = [squares]
        made.add_tools(self._tooltips)
        made.xgrid.grid_line_color = made.ygrid.grid_line_color = None
        self.figure = made

    def show(self, panels: Panels, period: int) -> None:
        """Show a period of another replication."""
        self.panels = panels
        _, rows, columns = panels.shape
        self.figure.x_range.update(start=0.5, end=columns + 0.5)
        self.figure.y_range.update(start=rows + 0.5, end=0.5)
        self.figure.height = int(min(520, 90 + 34 * rows))
        self.figure.xaxis.axis_label, self.figure.yaxis.axis_label = panels.column, panels.row
        for axis, many in ((self.figure.xaxis, columns), (self.figure.yaxis, rows)):
            axis.ticker = [n for n in range(1, many + 1) if many <= 12 or n % (many // 10) == 0]
        names = [*panels.levels, *panels.more]
        self._tooltips.tooltips = [(f"{panels.row}, {panels.column}", "@y, @x")] + [
            (name, f"@{{{name}}}") for name in names
        ]
        self.turn(period)

    def turn(self, period: int) -> None:
        """Show a period, counted from 1, of the replication shown."""
        panels = self.panels
        if panels is None:
            return
        periods, rows, columns = panels.shape
        if rows * columns > MOST_PLACES:
            return
        now = min(period, periods) - 1
        y, x = np.indices((rows, columns)).reshape(2, -1) + 1
        levels = [values[now].ravel() for values in panels.levels.values()]
        colours = np.array(LEVEL_COLOURS)
        told = {
            name: np.array(panels.level_names)[level]
            for name, level in zip(panels.levels, levels, strict=True)
        }
        more = {name: values[now].ravel() for name, values in panels.more.items()}
        data = {"x": x, "y": y, "first": colours[levels[0]], "second": colours[levels[-1]]}
        self._places.data = {name: values.tolist() for name, values in (data | told | more).items()}
