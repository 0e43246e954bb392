"""Drawings with choices: rows that a reader leaves out, and a still picture of the whole."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt
from markupsafe import Markup

from cakernel.pictures.save import still_picture
from cakernel.report.page import Filter, Picture

PREFIX: Final = "chosen_"
"""Of the parameters of a drawing that choices set."""

ALL: Final = ""


def options(values: Sequence[Any], *, every: str | None = "all") -> list[tuple[str, str]]:
    """Return the options of a filter: all values, or one."""
    first = [] if every is None else [(ALL, every)]
    return [*first, *((str(value), str(value)) for value in values)]


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
        Those with a column keep only rows that have the value chosen, wherever a part of the
        drawing has rows with this column; the others set a parameter of the chart.
    columns : mapping of str to str
        Columns of the table that tells what is drawn, and their headings; the rows are those of
        the chart's frames that have all of them.
    source : str
        The files that the frame comes from.
    """
    with alt.data_transformers.enable("default", max_rows=None):
        drawing = chart.to_dict()
    own = {param["name"] for param in drawing.get("params", [])}
    drawing["params"] = drawing.get("params", []) + [
        {"name": PREFIX + choice.name, "value": choice.default}
        for choice in filters
        if PREFIX + choice.name not in own
    ]
    _filter(drawing, [choice for choice in filters if choice.column], drawing["datasets"])
    # told once for the whole, and by a table, not mark by mark
    drawing["config"]["aria"] = False
    still = Markup(still_picture(drawing))
    words = drawing["description"]
    return Picture(id, caption, words, drawing, filters, dict(columns), still, source)


def _filter(part: Any, filters: Sequence[Filter], frames: Mapping[str, list[Any]]) -> None:
    """Put filters before whatever is made of rows that have their columns."""
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
