"""What a report is made of: sections of sentences, tables and pictures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from cakernel.report.cited_numbers import Cited


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    content : object
        Text, a `Cited`, or several of them, each on a line of its own.
    scope : str
        Of a heading: ``row``, ``col``, ``rowgroup`` or ``colgroup``; empty for a cell of data.
    rows, columns : int
        Across how many it reaches.
    kind : str
        Classes: ``best``, ``off``, ``number``, ...
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
    id: str, caption: Any, heads: Sequence[Any], rows: Sequence[Sequence[Any]], **more: Any
) -> Grid:
    """Return a table whose first column are the headings of its rows."""
    body = [
        [Cell(row[0], scope="row"), *(c if isinstance(c, Cell) else _cell(c) for c in row[1:])]
        for row in rows
    ]
    facts = more.pop("row_facts", None)
    bodies = (
        [Body(body)]
        if facts is None
        else [Body([cells], facts=known) for cells, known in zip(body, facts, strict=True)]
    )
    return Grid(id, caption, [[Cell(head, scope="col") for head in heads]], bodies, **more)


def _cell(content: Any) -> Cell:
    number = isinstance(content, Cited) and isinstance(content.value, int | float)
    return Cell(content, kind="number" if number or _numeric(content) else "")


def _numeric(content: Any) -> bool:
    return isinstance(content, str) and bool(re.fullmatch(r"[-\u2212+\d.,%/]+", content))
