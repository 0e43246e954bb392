"""Points that a user made: a CSV or Parquet file with a column for each field."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from cakernel.checks import reject_unknown
from cakernel.errors import InvalidInput
from cakernel.sweep.column import fits, words_of
from cakernel.sweep.study import FieldKind, Study
from cakernel.toml_file import within


def read_points(path: Path, study: Study) -> pl.DataFrame:
    """Read points; a value that is missing or outside its range spoils its own point alone.

    Raises
    ------
    InvalidInput
        If the file cannot be read, has no points, names an unknown field, or holds a value that
        is not of a field's type.
    """
    readers: dict[str, Callable[[BytesIO], pl.DataFrame]] = {
        # columns are numbers or texts by all of their values, not by the first ones
        ".csv": lambda content: pl.read_csv(content, infer_schema_length=None),
        ".parquet": pl.read_parquet,
    }
    reader = readers.get(path.suffix)
    if reader is None:
        raise InvalidInput(f"file: got {path}; must end in .csv or .parquet")
    try:
        frame = reader(BytesIO(path.read_bytes()))
    except OSError as error:
        raise InvalidInput(f"file: {path} cannot be read: {error.strerror or error}") from None
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise InvalidInput(f"file: {path} cannot be read: {reason}") from None
    if frame.is_empty():
        raise InvalidInput(f"file: {path} has no points; must have one or more")
    with within(f"{path}: "):
        reject_unknown(dict.fromkeys(frame.columns), list(study.fields))
        return frame.select(_converted(column, study.fields[column.name]) for column in frame)


def _converted(column: pl.Series, kind: FieldKind) -> pl.Series:
    """Return a file's column in a field's type; raise for the first value that is not of it."""
    if column.null_count() == len(column):
        return column.clear(len(column)).cast(kind.column)
    if kind.ordered and column.dtype == pl.String:
        # a text among numbers makes a whole column of a CSV file one of texts
        texts, column = column, column.cast(pl.Float64, strict=False)
        wrong = texts.filter(column.is_null() & texts.is_not_null())
        if len(wrong):
            raise _refusal(column.name, wrong[0], kind)
    if kind.is_whole and column.dtype.is_float():
        # what some programs write for a missing whole number
        column = column.fill_nan(None)
    try:
        made = column.cast(kind.column) if _is_of(column.dtype, kind.column) else None
    except pl.exceptions.PolarsError:
        made = None
    if made is None or (kind.is_whole and (made != column).any()):
        given = column.drop_nulls().to_list()
        wrong = next((value for value in given if not fits(value, kind.column)), given[0])
        raise _refusal(column.name, wrong, kind)
    return made


def _refusal(name: str, value: Any, kind: FieldKind) -> InvalidInput:
    return InvalidInput(f"{name}: got {value!r}; must be {words_of(kind)}")


def _is_of(given: pl.DataType, wanted: pl.DataType) -> bool:
    if isinstance(wanted, pl.String):
        return given in (pl.String, pl.Categorical, pl.Enum)
    return given.is_nested() if isinstance(wanted, pl.Array) else given.is_numeric()
