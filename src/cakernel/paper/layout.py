"""What a table says, without a medium: `terminal` prints it, `report.grids` shows it on a page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from cakernel.paper.comparison import ROW

REDUCTIONS: Final[Mapping[str, Callable[[pl.Series], Any]]] = {
    "count": len,
    "sum": lambda column: column.sum(),
    "least": lambda column: column.min(),
    "mean": lambda column: column.mean(),
    "largest": lambda column: column.max(),
    "farthest from 0": lambda column: max(column.drop_nulls(), key=abs, default=None),
}
"""How the values of several rows become one; a report checks its numbers by the same names."""


@dataclass(frozen=True)
class Words:
    """Words for the two media; a column whose head is empty in one of them is left out there."""

    terminal: str
    page: str


@dataclass(frozen=True)
class Value:
    """What ``how`` makes of a column in rows of a file (none where no file was read).

    It is multiplied by ``scale``, written as ``style`` says, on a page as ``page_style`` if that
    is given, and followed by ``unit``.
    """

    value: Any
    column: str
    rows: tuple[int, ...]
    how: str = "value"
    style: str = ""
    page_style: str = ""
    scale: float = 1.0
    unit: str = ""


Part = str | Words | Value
Line = tuple[Part, ...]


@dataclass(frozen=True)
class Entry:
    """What stands in one place of a table: lines, their marks, and the kind of a page's cell."""

    lines: Sequence[Line]
    marks: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class Layout:
    """A table whose first ``words`` columns hold words, the others figures.

    An entry is None where nothing is known. ``name`` is the table's identifier on a page,
    ``kind`` its classes there.
    """

    name: str
    title: Words
    heads: Sequence[str | Words]
    rows: Sequence[Sequence[Part | Line | Entry | None]]
    words: int = 1
    kind: str = "numbers"


def value(row: Mapping[str, Any], column: str, name: str = "", **style: Any) -> Value:
    """Return what a column holds in one row; ``name`` is the file's, if the frame has another."""
    rows = (row[ROW],) if ROW in row else ()
    return Value(row[column], name or column, rows, **style)


def over(frame: pl.DataFrame, column: str, how: str, **style: Any) -> Value:
    """Return what ``how`` makes of a column of all rows of a frame."""
    rows = tuple(frame[ROW]) if ROW in frame.columns else ()
    return Value(REDUCTIONS[how](frame[column]), column, rows, how=how, **style)
