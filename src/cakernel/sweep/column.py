"""Values of a field as a column of its type."""

import sys
from typing import Any

import polars as pl

from cakernel.errors import InvalidInput
from cakernel.sweep.study import FieldKind

# whole numbers beyond are not exact in float64
MOST_WHOLE = 1 << 53


def column(name: str, values: Any, kind: FieldKind) -> pl.Series:
    """Return values as a column of the field's type.

    Raises
    ------
    InvalidInput
        If one does not fit it.
    """
    for value in values if isinstance(values, list) else []:
        if not fits(value, kind.column):
            raise InvalidInput(f"{name}: got {value!r}; must be {words_of(kind)}")
    return pl.Series(name, values, strict=False).cast(kind.column)


def words_of(kind: FieldKind) -> str:
    """Say what a column of the field takes."""
    if isinstance(kind.column, pl.String):
        return "a text"
    if isinstance(kind.column, pl.Array):
        return "a list of three finite numbers"
    return "a whole number below 2^53" if kind.is_whole else "a finite number"


def fits(value: Any, column: pl.DataType) -> bool:
    """Return whether a column can hold a value as it is."""
    if isinstance(column, pl.String):
        return isinstance(value, str)
    if isinstance(column, pl.Array):
        each = value if isinstance(value, list | tuple) else ()
        return len(each) == column.size and all(fits(one, pl.Float64()) for one in each)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if column.is_integer():
        return abs(value) < MOST_WHOLE and float(value).is_integer()
    return abs(value) <= sys.float_info.max
