"""`mismatches`: every number of a report compared with the source that it names."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.report.cited_numbers import plain, reduction, text_of
from cakernel.report.folder import all_parts
from cakernel.sweep.results import SweepResults, open_sweep
from cakernel.whole_folder import results_in

ROUNDING: Final = 1e-12
"""Two numbers nearer than this, absolutely or relatively, are equal: sums may differ by order."""

SWEEP_TABLES: Final[dict[str, Callable[[SweepResults], pl.DataFrame]]] = {
    "results": lambda sweep: sweep.joined().collect(),
    "points": lambda sweep: sweep.points,
    "failures": lambda sweep: sweep.failures,
}
"""Tables of any sweep that are in no single file, by the names that numbers are cited from."""


@dataclass(frozen=True)
class Claimed:
    """An element of the page that names a source, and what it shows."""

    attributes: dict[str, str]
    text: str


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Claimed] = []
        self._open: dict[str, str] | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in attrs}
        if tag == "data" and "data-source" in attributes:
            self._open, self._text = attributes, ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "data" and self._open is not None:
            self.found.append(Claimed(self._open, self._text))
            self._open = None


def claimed(page: str) -> list[Claimed]:
    """Return all elements of a page that name a source."""
    elements = _Elements()
    elements.feed(page)
    return elements.found


@checked_arguments
def mismatches(page: str, folder: Path | str) -> list[str]:
    """Compare every number of a report that names its source with what is there.

    Parameters
    ----------
    page : str
        The HTML of a report.
    folder : path
        The folder of results that it was made from.

    Returns
    -------
    list of str
        A line for each number that differs; empty if all agree.

    Raises
    ------
    InvalidInput
        If the page cites a sweep's results and the folder holds no sweep.
    OSError
        If a file that the page names cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> import polars as pl
    >>> from cakernel.report import mismatches
    >>> source = 'data-source="best.parquet" data-rows="0" data-column="mean" data-style=".1f"'
    >>> page = f'<p>The mean is <data value="97.71" {source}>97.7</data>.</p>'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pl.DataFrame({"mean": [97.71]}).write_parquet(f"{folder}/best.parquet")
    ...     print(mismatches(page, folder))
    ...     pl.DataFrame({"mean": [95.0]}).write_parquet(f"{folder}/best.parquet")
    ...     print(mismatches(page, folder))
    []
    ['source best.parquet, rows 0, column mean, style .1f: shown 97.7, there 95.0']
    """
    opened = cache(partial(_opened, results_in(Path(folder))))
    wrong = []
    for element in claimed(page):
        got = element.attributes
        value = _value(opened(got["data-source"]), got)
        scale = float(got.get("data-scale", 1))
        text = text_of(value, style=got.get("data-style", ""), scale=scale)
        noted = got.get("value", "")
        equal = plain(value) == noted
        if isinstance(value, float):
            number = float(noted or "nan")
            equal = math.isclose(value, number, rel_tol=ROUNDING, abs_tol=ROUNDING)
        if text != element.text or not equal:
            place = ", ".join(f"{key[5:]} {v}" for key, v in got.items() if key[:5] == "data-")
            wrong.append(f"{place}: shown {element.text}, there {text}")
    return wrong


def _value(content: Any, element: dict[str, str]) -> Any:
    """Return what the source of an element holds where the element says."""
    column = element["data-column"]
    if element["data-source"].endswith(".json"):
        for key in column.split("."):
            content = content[key]
        return content
    how = reduction(element.get("data-how", "value"))
    rows = content.filter(conditions(json.loads(element.get("data-where", "{}"))))
    if "data-rows" in element:
        rows = rows.select(pl.col(column).gather(_numbers(element["data-rows"])))
    return how(rows[column])


def _opened(folder: Path, name: str) -> Any:
    for parts in all_parts().values():
        if name in parts.sweep_tables:
            return parts.sweep_tables[name](open_sweep(folder).undamaged())
        if name in parts.tables:
            return parts.tables[name](folder)
    if name in SWEEP_TABLES:
        return SWEEP_TABLES[name](open_sweep(folder).undamaged())
    path = folder / name
    if path.suffix == ".json":
        return json.loads(path.read_text(encoding="utf-8"))
    return pl.read_parquet(path.read_bytes())


def conditions(where: dict[str, Any]) -> list[pl.Expr]:
    """Return what rows must meet: values of columns, or pairs [least, largest]."""
    return [
        pl.col(name).is_between(*value) if isinstance(value, list) else pl.col(name) == value
        for name, value in where.items()
    ] or [pl.lit(True)]


def _numbers(rows: str) -> list[int]:
    numbers: list[int] = []
    for part in rows.split(",") if rows != "none" else []:
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return numbers
