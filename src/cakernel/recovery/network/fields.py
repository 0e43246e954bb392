"""Fields of a network by their paths: firms.stock, firms.lens.stock, links.lens.body.upkeep."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.checks import reject_unknown
from cakernel.errors import InvalidInput
from cakernel.recovery.network.columns import Column, columns_of
from cakernel.recovery.network.tables import converted, near
from cakernel.wording import shown

# the table that the first part of a path names, the columns that the part after it is of, and what
# it must be
PLACES: Final = {
    "firms": ("firms", ("id",), "an id"),
    "group": ("firms", ("group",), "a group"),
    "providers": ("providers", ("id",), "an id"),
    "links": ("links", ("supplier", "customer"), "SUPPLIER.CUSTOMER of a row"),
    "supplier": ("links", ("supplier",), "a supplier"),
    "customer": ("links", ("customer",), "a customer"),
    "input": ("links", ("input",), "an input"),
}
# what says who a firm, or what a link, is does not change
KEPT: Final = ("id", "draw", "group", "supplier", "customer", "input")

Frames = Mapping[str, pl.DataFrame]


class Place(NamedTuple):
    """Where a path leads: a column of a table, in some of its ``rows`` int64 (any,)."""

    path: str
    table: str
    column: Column
    rows: npt.NDArray[np.int64]


def fields_of(table: str, rules: Iterable[str] = ()) -> dict[str, Column]:
    """Return the columns of a table that can change, by name; ``rules`` are a network's own."""
    return {each.name: each for each in columns_of(table, rules) if each.name not in KEPT}


def place_of(tables: Frames, path: str) -> Place:
    """Return where a path leads; ids may have dots. Raise where nothing is called so."""
    place, _, rest = path.partition(".")
    name, _, field = rest.rpartition(".")
    reject_unknown([place], list(PLACES), f"{path}: ", "place")
    table, columns, what = PLACES[place]
    if not field or (place != table and "." not in rest):
        whose = f"{place}.FIELD or " if place == table else ""
        raise InvalidInput(f"{path}: names no field; must be {whose}{place}.NAME.FIELD")
    fields = fields_of(table, tables["rules"]["rule"].unique(maintain_order=True))
    reject_unknown([field], list(fields), f"{path}: ", "field")
    frame = tables[table]
    if not name and place == table:
        return Place(path, table, fields[field], np.arange(frame.height))
    names = frame.select(pl.concat_str(columns, separator=".")).to_series()
    rows = (names == name).arg_true().to_numpy().astype(np.int64)
    if not len(rows):
        hint = near(name, names)
        raise InvalidInput(f"{path}: got {shown(name)}; must be {what} in {table}{hint}")
    if frame.select(columns)[rows].n_unique() > 1:
        raise InvalidInput(
            f"{path}: got {shown(name)}, which several pairs of ids with dots make; must be one"
        )
    return Place(path, table, fields[field], rows)


def values_at(place: Place, given: Sequence[Any]) -> list[Any]:
    """Return values in the type of a place's column, None as what a blank stands for.

    Raise for the first that it does not take.
    """
    column = place.column
    values = []
    for value in given:
        try:
            made, wrong = converted(pl.Series(column.name, [value]), column)
        except (TypeError, OverflowError):
            made, wrong = pl.Series([None]), pl.Series([True])
        if wrong[0]:
            raise refused(place, value)
        values.append(made[0])
    return values


def refused(place: Place, value: Any) -> InvalidInput:
    """Return the error of a value that a place does not take."""
    return InvalidInput(f"{place.path}: got {shown(value)}; must be {place.column.words}")


def changed(tables: Frames, values: Iterable[tuple[Place, Any]]) -> dict[str, pl.DataFrame]:
    """Return the tables in which values at some places are others, in this order."""
    columns: dict[tuple[str, str], pl.Series] = {}
    for place, value in values:
        key = place.table, place.column.name
        column = columns.get(key)
        column = tables[key[0]][key[1]].clone() if column is None else column
        columns[key] = column.scatter(place.rows, value)
    frames: dict[str, pl.DataFrame] = {}
    for (table, name), column in columns.items():
        frame = frames.setdefault(table, tables[table].clone())
        frame.replace_column(frame.get_column_index(name), column)
    return frames
