"""What a report is made of: sections of sentences, tables and pictures, and their filters."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import altair as alt
import polars as pl
from markupsafe import Markup

from cakernel.models import terms_of
from cakernel.pictures.picture_files import drawing_of, still_picture
from cakernel.report.cited_numbers import Cited

PREFIX: Final = "chosen_"
"""Begins the names of a drawing's parameters that filters set; the filter's name follows."""
ALL: Final = ""
"""The value of an option that leaves all rows in."""
SHOWN: Final = 24
"""Rows of a ranking that are drawn at most, the highest first."""


@dataclass(frozen=True)
class Cell:
    """A cell of a table: text, a `Cited`, or several of them, each on a line of its own.

    ``scope`` is empty for a cell of data, and that of HTML (``row``, ``colgroup``) for a heading,
    which reaches across ``rows`` and ``columns``; ``kind`` are classes such as ``best``.
    """

    content: Any
    scope: str = ""
    rows: int = 1
    columns: int = 1
    kind: str = ""

    @property
    def lines(self) -> list[Any]:
        """The content line by line."""
        return list(self.content) if isinstance(self.content, list | tuple) else [self.content]


@dataclass(frozen=True)
class Body:
    """Rows of a table that belong together, with the values that filters know them by."""

    rows: Sequence[Sequence[Cell]]
    facts: dict[str, str] = field(default_factory=dict)
    kind: str = ""


@dataclass(frozen=True)
class Grid:
    """A table with its caption."""

    id: str
    caption: Any
    head: Sequence[Sequence[Cell]]
    bodies: Sequence[Body]
    notes: Sequence[Any] = ()
    kind: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    block: str = "grid"


@dataclass(frozen=True)
class Filter:
    """What a reader can choose: rows by a column, or what is drawn.

    ``column`` is empty where the choice sets a parameter of the drawing instead.
    """

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    column: str = ""
    default: str = ""


@dataclass(frozen=True)
class Picture:
    """A drawing with filters, and the columns of the table of its rows."""

    id: str
    caption: str
    description: str
    drawing: dict[str, Any]
    filters: Sequence[Filter]
    columns: dict[str, str]
    still: Markup
    source: str = ""
    block: str = "picture"


@dataclass(frozen=True)
class Choices:
    """Filters for the tables that follow."""

    id: str
    label: str
    filters: Sequence[Filter]
    block: str = "choices"


@dataclass(frozen=True)
class Prose:
    """Sentences; those of a ``finding`` tell results, and all their numbers are cited."""

    sentences: Sequence[Any]
    finding: bool = True
    block: str = "prose"


@dataclass(frozen=True)
class Answer:
    """What a page opens with: labels, and beside each what was found; all numbers are cited."""

    heading: str
    lines: Sequence[tuple[str, Any]]
    block: str = "answer"


@dataclass(frozen=True)
class Facts:
    """Names and what they stand for."""

    pairs: Sequence[tuple[str, Any]]
    block: str = "facts"


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it; a part has a heading below that of its section."""

    id: str
    heading: str
    blocks: Sequence[Any]
    parts: Sequence["Section"] = ()


@dataclass(frozen=True)
class Report:
    """All that a page shows."""

    title: str
    subtitle: str
    sections: Sequence[Section]


def simple_grid(
    id: str,
    caption: Any,
    heads: Sequence[Any],
    rows: Sequence[Sequence[Any]],
    *,
    row_facts: Sequence[dict[str, str]] | None = None,
    **more: Any,
) -> Grid:
    """Return a table whose first column are the headings of its rows."""
    body = [
        [Cell(row[0], scope="row"), *(c if isinstance(c, Cell) else _cell(c) for c in row[1:])]
        for row in rows
    ]
    bodies = [Body(body)]
    if row_facts is not None:
        bodies = [Body([cells], facts) for cells, facts in zip(body, row_facts, strict=True)]
    return Grid(id, caption, [[Cell(head, scope="col") for head in heads]], bodies, **more)


def _cell(content: Any) -> Cell:
    if isinstance(content, Cited):
        number = isinstance(content.value, int | float)
    else:
        number = isinstance(content, str) and bool(re.fullmatch(r"[-\u2212+\d.,%/]+", content))
    return Cell(content, kind="number" if number else "")


def options(
    values: Sequence[Any], *, every: str | None = "all", words: Callable[[Any], str] = str
) -> list[tuple[str, str]]:
    """Return the options of a filter: ``every`` for all rows, unless it is None, and the values.

    ``words`` says what a reader sees of a value.
    """
    first = [] if every is None else [(ALL, every)]
    return [*first, *((str(value), words(value)) for value in values)]


def by_values(rows: pl.DataFrame, column: str, label: str, *, every: str | None = "all") -> Filter:
    """Return a filter with a column's values, in their order; an ``axis`` is told in words."""
    terms = terms_of()

    def words(value: Any) -> str:
        return terms.column(str(value)) if column == "axis" else terms.value(column, str(value))

    values = rows[column].unique(maintain_order=True).to_list()
    default = ALL if every is not None else str(values[0])
    return Filter(column, label, options(values, every=every, words=words), column, default)


def by_varying(
    rows: pl.DataFrame, labels: Mapping[str, str], *, every: str | None = "all"
) -> list[Filter]:
    """Return a filter for each of these columns, with its label, that has several values."""
    return [
        by_values(rows, column, label, every=every)
        for column, label in labels.items()
        if rows[column].n_unique() > 1
    ]


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
    """Return a chart of `cakernel.pictures` with filters on its rows.

    A filter with a column keeps only rows that have the value chosen, in each part of the drawing
    whose rows have this column; the others set a parameter of the chart. ``columns`` are those of
    the table that tells what is drawn, with their headings: its rows are those of the chart's
    frames that have all of them. ``source`` names the files that the frame comes from.
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
    if not isinstance(part, dict):
        return
    data = part.get("data")
    rows = frames.get(data["name"]) if isinstance(data, dict) and "name" in data else None
    if rows:
        wanted = [
            {"filter": f"{name} === '' || toString(datum[{choice.column!r}]) === {name}"}
            for choice in filters
            for name in [PREFIX + choice.name]
            if choice.column in rows[0]
        ]
        if wanted:
            part["transform"] = [*wanted, *part.get("transform", [])]
    for name in ("layer", "hconcat", "vconcat", "concat", "spec"):
        _filter(part.get(name), filters, frames)
