"""Filters: what a reader chooses of a picture or of tables, and pictures that have some."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt
import polars as pl
from markupsafe import Markup

from cakernel.pictures.picture_files import drawing_of, still_picture
from cakernel.report.page import Filter, Picture

PREFIX: Final = "chosen_"
"""Begins the names of a drawing's parameters that filters set; the filter's name follows."""
ALL: Final = ""
"""The value of an option that leaves all rows in."""
SHOWN: Final = 24
"""Rows of a ranking that are drawn at most, the highest first."""


def options(values: Sequence[Any], *, every: str | None = "all") -> list[tuple[str, str]]:
    """Return the options of a filter: ``every`` for all rows, unless it is None, and the values."""
    first = [] if every is None else [(ALL, every)]
    return [*first, *((str(value), str(value)) for value in values)]


def by_values(rows: pl.DataFrame, column: str, label: str, *, every: str | None = "all") -> Filter:
    """Return a filter with a column's values, in their order."""
    values = rows[column].unique(maintain_order=True).to_list()
    default = ALL if every is not None else str(values[0])
    return Filter(column, label, options(values, every=every), column, default)


def by_varying(
    rows: pl.DataFrame, labels: Mapping[str, str], *, every: str | None = "all"
) -> list[Filter]:
    """Return a filter for each of these columns, with its label, that has several values."""
    several = {column: label for column, label in labels.items() if rows[column].n_unique() > 1}
    return [by_values(rows, column, label, every=every) for column, label in several.items()]


def by_outcome(words: Mapping[str, str]) -> Filter:
    """Return the choice of what is drawn, by its name in words; at first it is the first."""
    return Filter("outcome", "outcome", list(words.items()), default=next(iter(words)))


def picture(
    chart: alt.TopLevelMixin,
    *,
    id: str,
    caption: str,
    filters: Sequence[Filter],
    columns: Mapping[str, str],
    source: str,
) -> Picture:
    """Return a chart with filters on its rows.

    Parameters
    ----------
    chart : altair chart
        As of `cakernel.pictures`, with a description.
    id : str
        Of the figure on the page.
    caption : str
        Under the picture.
    filters : sequence of Filter
        A filter with a column keeps only rows that have the value chosen, in each part of the
        drawing whose rows have this column; the others set a parameter of the chart.
    columns : mapping of str to str
        Columns of the table that tells what is drawn, and their headings; the rows are those of
        the chart's frames that have all of them.
    source : str
        The files that the frame comes from.
    """
    drawing = drawing_of(chart)
    own = {param["name"] for param in drawing.get("params", [])}
    drawing["params"] = drawing.get("params", []) + [
        {"name": PREFIX + choice.name, "value": choice.default}
        for choice in filters
        if PREFIX + choice.name not in own
    ]
    _filter(drawing, [choice for choice in filters if choice.column], drawing["datasets"])
    # screen readers get one description and a table instead of a label for every mark
    drawing["config"]["aria"] = False
    still = Markup(still_picture(drawing))
    words = drawing["description"]
    return Picture(id, caption, words, drawing, filters, dict(columns), still, source)


def _filter(part: Any, filters: Sequence[Filter], frames: Mapping[str, list[Any]]) -> None:
    """Filter the rows of each part of a drawing before anything is computed from them."""
    if isinstance(part, list):
        for item in part:
            _filter(item, filters, frames)
        return
    if not isinstance(part, dict):
        return
    data = part.get("data")
    rows = frames.get(data["name"]) if isinstance(data, dict) and "name" in data else None
    if rows:
        wanted = [_condition(choice) for choice in filters if choice.column in rows[0]]
        if wanted:
            part["transform"] = [*wanted, *part.get("transform", [])]
    for name in ("layer", "hconcat", "vconcat", "concat", "spec"):
        _filter(part.get(name), filters, frames)


def _condition(choice: Filter) -> dict[str, str]:
    name = PREFIX + choice.name
    return {"filter": f"{name} === '' || toString(datum[{choice.column!r}]) === {name}"}
