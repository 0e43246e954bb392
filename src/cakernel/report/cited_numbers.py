"""Cited numbers: they say which file, rows and column of a folder of results they are from."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final

import polars as pl
from markupsafe import Markup, escape

from cakernel.models import terms_of
from cakernel.wording import typeset, written

ROW: Final = "row"
"""Column of a `Sheet`: the row's place in its file, counted from 0."""

MOST_LISTED: Final = 5
"""Rows with more gaps are counted in words, not listed; the attributes list all of them."""

REDUCTIONS: Final[dict[str, Callable[[pl.Series], Any]]] = {
    "value": lambda column: _only(column.to_list()),
    "size of list": lambda column: len(_only(column.to_list())),
    "count": len,
    "count of different": lambda column: column.n_unique(),
    "sum": lambda column: column.sum(),
    "mean": lambda column: column.mean(),
    "least": lambda column: column.min(),
    "largest": lambda column: column.max(),
    "5% quantile": lambda column: column.quantile(0.05, "linear"),
    "median": lambda column: column.quantile(0.5, "linear"),
    "95% quantile": lambda column: column.quantile(0.95, "linear"),
    "largest size": lambda column: column.abs().max(),
    "farthest from 0": lambda column: max(column.drop_nulls(), key=abs, default=None),
    "change from first": lambda column: column[1] / column[0] - 1,
    "difference from first": lambda column: column[1] - column[0],
    "count of known": lambda column: column.count(),
    "sum of sizes of lists": lambda column: column.list.len().sum(),
    "mean of sums of lists": lambda column: _filled(column).list.sum().mean(),
    "mean of means of lists": lambda column: _filled(column).list.mean().mean(),
}
"""How the values of several rows become one; nulls are left out, except where rows are counted."""


def reduction(how: str) -> Callable[[pl.Series], Any]:
    """Return a reduction by its name: of `REDUCTIONS`, "share above NUMBER" or "share VALUE"."""
    if how in REDUCTIONS:
        return REDUCTIONS[how]
    above = how.removeprefix("share above ")
    if above != how:
        return lambda column: (column > float(above)).mean()
    value = how.removeprefix("share ")
    return lambda column: (column.cast(pl.String) == value).mean()


def _only(values: list[Any]) -> Any:
    (value,) = values
    return value


def _filled(lists: pl.Series) -> pl.Series:
    """Return the lists that hold something."""
    return lists.filter(lists.list.len() > 0)


COLUMN: Final = "column in words"
RULE: Final = "rule in words"
"""Styles of texts: the name of a column, and conditions on columns, as people read them."""


def text_of(value: Any, *, style: str, scale: float = 1.0) -> str:
    """Return what a reader sees of a value; see `Cited`."""
    if style in (COLUMN, RULE) and isinstance(value, str):
        terms = terms_of()
        return terms.column(value) if style == COLUMN else terms.where(value)
    text = written(value, style=style, scale=scale)
    return typeset(text) if isinstance(value, float) else text


@dataclass(frozen=True)
class Cited:
    """A number or text, and the place in a folder of results that it was read from."""

    value: Any
    """What ``how`` makes of ``column`` in these rows, as it is in the file."""
    file: str
    """Name of a Parquet or JSON file of the folder; ``results`` are all shards of a sweep."""
    column: str
    """Its column; of a JSON file the keys, joined by dots."""
    rows: tuple[int, ...] | None = None
    """Rows counted from 0; None where ``where`` chooses them."""
    where: Mapping[str, Any] = field(default_factory=dict)
    """Values of columns that rows must have, or pairs [least, largest]."""
    how: str = "value"
    """What `reduction` is asked for."""
    style: str = ""
    """How the value is written, as for `str.format`, after it is multiplied by ``scale``; or
    `COLUMN` or `RULE`."""
    scale: float = 1.0
    brief: bool = False
    """Whether the element has no title, as in tables, whose captions name the file."""

    @property
    def text(self) -> str:
        """The value as it is written."""
        return text_of(self.value, style=self.style, scale=self.scale)

    @property
    def place(self) -> str:
        """The place in words."""
        if self.file.endswith(".json"):
            return f"{self.file}, {self.column}"
        chosen = "all rows" if self.rows is None else _in_words(self.rows)
        if self.where:
            chosen = ", ".join(
                f"{name} {value[0]:g} to {value[1]:g}"
                if isinstance(value, list)
                else f"{name} {value}"
                for name, value in self.where.items()
            )
        words = f"{self.file}, {chosen}, {self.column}"
        words += "" if self.how == "value" else f", {self.how}"
        return words + ("" if self.scale == 1 else f", times {self.scale:g}")

    def __html__(self) -> Markup:
        """Return an element whose attributes tell a program the same."""
        attributes = {
            "value": plain(self.value),
            "data-source": self.file,
            "data-rows": "" if self.rows is None else ranges(self.rows),
            "data-where": json.dumps(dict(self.where)) if self.where else "",
            "data-column": self.column,
            "data-how": "" if self.how == "value" else self.how,
            "data-scale": "" if self.scale == 1 else repr(self.scale),
            "data-style": self.style,
            "title": "" if self.brief else self.place,
        }
        words = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if value)
        return Markup(f"<data{words}>{escape(self.text)}</data>")


def ranges(rows: tuple[int, ...]) -> str:
    """Write rows as ranges, such as "0-2,7", or "none" where there are none."""
    if not rows:
        return "none"
    breaks = [place for place, (a, b) in enumerate(pairwise(rows), 1) if b != a + 1]
    parts = [
        rows[first:last] for first, last in zip([0, *breaks], [*breaks, len(rows)], strict=True)
    ]
    return ",".join(str(p[0]) if len(p) == 1 else f"{p[0]}-{p[-1]}" for p in parts)


def _in_words(rows: tuple[int, ...]) -> str:
    """List rows, or count them where the list would be long."""
    listed = ranges(rows)
    if listed.count(",") > MOST_LISTED:
        return f"{len(rows):,} of the rows {rows[0]} to {rows[-1]}"
    return f"row{'' if len(rows) == 1 else 's'} {listed}"


def plain(value: Any) -> str:
    """Write a value in full, as the attribute ``value`` has it."""
    return json.dumps(value) if isinstance(value, list) else "" if value is None else str(value)


@dataclass(frozen=True)
class Sheet:
    """A table of the folder, whose rows know their places."""

    file: str
    frame: pl.DataFrame

    def rows(self, condition: pl.Expr) -> "Sheet":
        """Return some rows of the sheet."""
        return Sheet(self.file, self.frame.filter(condition))

    def cite(self, row: Mapping[str, Any], column: str, **how: Any) -> Cited:
        """Cite a column of one row, as of ``iter_rows(named=True)``."""
        return Cited(row[column], self.file, column, rows=(row[ROW],), **how)

    def over(self, column: str, how: str, **style: Any) -> Cited:
        """Cite what ``how`` makes of a column of all rows of this sheet."""
        value = reduction(how)(self.frame[column])
        return Cited(value, self.file, column, rows=tuple(self.frame[ROW]), how=how, **style)

    def less(self, first: Mapping[str, Any], row: Mapping[str, Any], column: str) -> Cited:
        """Cite how far a row lies below another one in a column, in percent of that one."""
        change, places = row[column] / first[column] - 1, (first[ROW], row[ROW])
        how = "change from first"
        return Cited(change, self.file, column, places, how=how, style=".1%", scale=-1.0)

    def apart(self, first: Mapping[str, Any], row: Mapping[str, Any], column: str) -> Cited:
        """Cite how far a row lies from another one in a column, in percent of that one."""
        below = self.less(first, row, column)
        return replace(below, scale=-1.0 if below.value < 0 else 1.0)

    def lost(
        self, first: Mapping[str, Any], row: Mapping[str, Any], column: str, style: str
    ) -> Cited:
        """Cite by how much a row lies below another one in a column."""
        change, places = row[column] - first[column], (first[ROW], row[ROW])
        how = "difference from first"
        return Cited(change, self.file, column, places, how=how, style=style, scale=-1.0)


def say(words: str, *cited: Any, **named: Any) -> Markup:
    """Put cited numbers into a sentence; whatever else is put in is escaped."""
    return Markup(words).format(*cited, **named)
