"""Tables for a terminal of any width: what does not fit goes on below, and nothing is cut."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from typing import Any, Final

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Column, Table
from rich.text import Text

from cakernel.terms import Terms
from cakernel.wording import decimals, written

NARROWEST: Final = 80
"""Columns that every table fits."""
NARROWEST_TEXT: Final = 22
"""Of a column whose text is broken into lines."""
WIDEST_HEAD: Final = 14
"""Of a head of several words above numbers."""
MOST_AXES: Final = 3
"""Axes of a sweep that have a column each; more share one."""


class FittedTable(Table):
    """A table that fits the terminal: columns that it cannot hold are left out, or stand below.

    Columns with ``optional`` above 0 are left out where the table is too wide, those with the
    highest number first; then columns stand in several tables one below the other, each of which
    begins with the first ``keys`` columns.

    Examples
    --------
    >>> table = FittedTable(keys=1, title="costs")
    >>> for head in ("policy", "a number of many digits", "another one"):
    ...     table.add_column(head, no_wrap=True)
    >>> table.add_row("SRD-1", "12345678901234567890", "12345678901234567890")
    >>> Console(width=40).print(table)  # doctest: +NORMALIZE_WHITESPACE
    costs
    <BLANKLINE>
    policy  a number of many digits
    ────────────────────────────────
    SRD-1   12345678901234567890
    <BLANKLINE>
    policy  another one
    ─────────────────────────────
    SRD-1   12345678901234567890
    <BLANKLINE>
    """

    def __init__(self, *heads: Any, keys: int = 1, **more: Any) -> None:
        self.keys = keys
        self._optional: dict[int, int] = {}
        self._notes: dict[int, str] = {}
        more.setdefault("box", box.SIMPLE_HEAD)
        super().__init__(*heads, padding=(0, 1, 0, 0), show_edge=False, **more)

    def add_column(self, *heads: Any, optional: int = 0, note: str = "", **more: Any) -> None:
        """Add a column, as `rich.table.Table` does; ``note`` follows the caption if it is shown."""
        if optional:
            self._optional[len(self.columns)] = optional
        if note:
            self._notes[len(self.columns)] = note
        super().add_column(*map(_plain, heads), **more)

    def add_row(self, *cells: Any, **more: Any) -> None:
        """Add a row, as `rich.table.Table` does; texts are no markup, as names have brackets."""
        super().add_row(*map(_plain, cells), **more)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the title, as many tables as it takes, and the caption."""
        if self.title is not None:
            yield _text(self.title, "bold")
            yield ""
        for column in self.columns:
            if self._narrowest(column) > options.max_width // 2:
                # a name of any length
                column.no_wrap, column.overflow = False, "fold"
        bands = self.bands(options.max_width)
        for band in bands:
            yield from Table.__rich_console__(self._part(band), console, options)
            yield ""
        shown = {place for band in bands for place in band}
        notes = [note for place, note in self._notes.items() if place in shown]
        if self.caption is not None or notes:
            yield Text(" ").join(_text(words, "dim") for words in (self.caption or "", *notes))
            yield ""

    def bands(self, width: int) -> list[list[int]]:
        """Return the columns of each of the tables."""
        widths = [self._narrowest(column) for column in self.columns]
        shown = list(range(len(widths)))
        for number in sorted(set(self._optional.values()), reverse=True):
            if sum(widths[at] for at in shown) > width:
                shown = [at for at in shown if self._optional.get(at) != number]
        keys, rest = shown[: self.keys], shown[self.keys :]
        room = width - sum(widths[at] for at in keys)
        bands: list[list[int]] = []
        left = 0
        for at in rest:
            if not bands or widths[at] > left:
                bands.append([*keys])
                left = room
            bands[-1].append(at)
            left -= widths[at]
        return bands or [keys]

    def _narrowest(self, column: Column) -> int:
        """Return how many columns of the terminal a column takes at least, its gap included."""
        lines = [line for cell in (column.header, *column.cells) for line in _lines(cell)]
        longest = max((cell_len(line) for line in lines), default=0)
        if column.overflow == "fold":
            longest = min(longest, NARROWEST_TEXT)
        elif not column.no_wrap:
            words = (cell_len(word) for line in lines for word in line.split())
            longest = max(max(words, default=0), min(longest, NARROWEST_TEXT))
        # one blank before the first column, as of the box, and one after each
        return max(longest, column.width or 0, column.min_width or 0) + 2

    def _part(self, places: Sequence[int]) -> Table:
        """Return a table of some columns, without title and caption."""
        part = copy(self)
        part.title = part.caption = None
        part.columns = []
        for number, place in enumerate(places):
            column = copy(self.columns[place])
            column._index = number
            part.columns.append(column)
        return part


def _text(words: Any, style: str) -> Text:
    return words if isinstance(words, Text) else Text(str(words), style=style)


def _plain(cell: Any) -> Any:
    return Text(cell) if isinstance(cell, str) else cell


def _lines(cell: RenderableType) -> list[str]:
    return str(cell).split("\n")


def in_lines(head: str) -> str:
    r"""Break a head into lines, so that its column is hardly wider than the numbers below.

    Examples
    --------
    >>> in_lines("severe supply disruptions a day").split("\n")
    ['severe supply', 'disruptions a', 'day']
    """
    return "\n".join(textwrap.wrap(head, WIDEST_HEAD))


def add_place_columns(table: FittedTable, axes: Sequence[str], terms: Terms) -> None:
    """Add columns that say where on the axes of a sweep a row is; see `place_cells`."""
    if len(axes) > MOST_AXES:
        table.add_column("where")
        return
    for name in axes:
        table.add_column(in_lines(terms.column(name)), justify="right")


def place_cells(row: Mapping[str, Any], axes: Sequence[str], terms: Terms) -> list[str]:
    """Return the cells of a row below the columns of `add_place_columns`."""
    if len(axes) > MOST_AXES:
        return ["; ".join(terms.pair(name, row[name]) for name in axes)]
    return [terms.value(name, row[name]) for name in axes]


def aligned(values: Iterable[float | None], errors: Iterable[float | None] = ()) -> list[str]:
    """Write a column of numbers with the decimals that their errors deserve, all with as many."""
    listed = list(values)
    style = f",.{decimals(errors, listed)}f"
    return [written(value, style=style) for value in listed]


def with_errors(values: Iterable[float], errors: Iterable[float | None]) -> Iterator[str]:
    """Write a column of numbers with their errors in brackets, aligned."""
    listed = list(errors)
    for value, error in zip(aligned(values, listed), aligned(listed, listed), strict=True):
        yield f"{value} ({error})" if error != written(None, style="") else value
