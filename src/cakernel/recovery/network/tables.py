"""Tables of a network as users give them, made into frames with every column filled and checked.

Every refusal names the table, the row (counted from 1, without the header), the field and the
value. All rows are looked at together; only the first that is wrong is named.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.checks import reject_unknown
from cakernel.errors import InvalidInput
from cakernel.recovery.network.columns import MOST_CHARACTERS, Column
from cakernel.wording import shown

# the row of what is not there
NOWHERE = -1
# comments in a file, and what breaks its lines
NO_NAME = r"^#|[\x00-\x1f\x7f]"
# above this a float is not every whole number
MOST_EXACT = 1 << 53
# names that one which is unknown is compared with
MOST_COMPARED = 10_000


def frame_of(table: str, given: Any) -> pl.DataFrame:
    """Return a polars frame of what was given: polars, pandas, a mapping of columns, or rows."""
    if given is None:
        return pl.DataFrame()
    if isinstance(given, Sequence) and all(isinstance(row, Mapping) for row in given):
        # a row each; what one leaves out is blank
        columns = dict.fromkeys(name for row in given for name in row)
        given = {name: [row.get(name) for row in given] for name in columns}
    if isinstance(given, pl.DataFrame):
        return given
    if hasattr(given, "to_numpy") and hasattr(given, "columns"):
        # pandas: what is missing there is NaN in numbers and in texts alike
        names = [str(name) for name in given.columns]
        check_names(table, names)
        given = {
            name: column.to_numpy(dtype=object, na_value=None).tolist()
            for name, (_, column) in zip(names, given.items(), strict=True)
        }
    if not isinstance(given, Mapping | pl.LazyFrame):
        raise InvalidInput(
            f"{table}: got {shown(given)}; must be a frame of polars or pandas, or a mapping of "
            "columns to their values, or a list of rows that are mappings"
        )
    try:
        if isinstance(given, pl.LazyFrame):
            return given.collect()
        return pl.DataFrame({str(name): _series(values) for name, values in given.items()})
    except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
        reason = next(iter(str(error).splitlines()), "damaged")
        raise InvalidInput(f"{table}: is no table: {reason}") from None


def _series(values: Any) -> Any:
    """Return the values of a column; of several types as the texts that they print as."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        # one value for all rows
        return values
    values = values if isinstance(values, np.ndarray | pl.Series) else list(values)
    try:
        return pl.Series(values)
    except (TypeError, OverflowError):
        return pl.Series([None if value is None else str(value) for value in values])


def filled(
    table: str, given: pl.DataFrame, columns: Sequence[Column], *, optional: bool = False
) -> pl.DataFrame:
    """Return a frame with all of the columns, in their order; raise where a value is wrong.

    Of an ``optional`` table no column need be there.
    """
    check_names(table, [name.strip() for name in given.columns])
    given = given.rename(str.strip)
    known = [column.name for column in columns]
    required = [column.name for column in columns if column.required]
    reject_unknown(given.columns, known, f"{table}: ", "column")
    missing = [name for name in required if name not in given.columns]
    if missing and (given.columns or not optional):
        raise InvalidInput(f"{table}: {missing[0]}: missing column; must be there")
    return pl.DataFrame([_column(table, given, column) for column in columns])


def check_names(table: str, names: Sequence[str]) -> None:
    """Raise where two columns have one name."""
    for name in names:
        if names.count(name) > 1:
            raise InvalidInput(f"{table}: {name}: is there more than once; must be one column")


def refusal(table: str, row: int, field: str, value: Any, words: str) -> InvalidInput:
    """Return the error of a value in a row, counted from 0."""
    got = "a blank" if value is None else shown(value)
    return InvalidInput(f"{table} row {row + 1:,}: {field}: got {got}; {words}")


def near(name: str, known: pl.Series) -> str:
    """Ask whether the nearest of the known names was meant; of very many, nothing."""
    folded = {each.casefold(): each for each in known.drop_nulls().unique().head(MOST_COMPARED)}
    found = difflib.get_close_matches(name.casefold(), folded, n=1)
    return f"; did you mean {folded[found[0]]}?" if found else ""


def first(mask: pl.Series) -> int | None:
    """Return the first row, counted from 0, where a mask is true."""
    return mask.fill_null(False).arg_max() if mask.any() else None


def indices(values: pl.Series, ids: pl.Series) -> npt.NDArray[np.int64]:
    """Return the row of each value in ``ids``, or -1 where it is not there."""
    rows = pl.DataFrame({"id": ids, "row": pl.int_range(len(ids), eager=True)})
    found = pl.DataFrame({"id": values}).join(rows, on="id", how="left", maintain_order="left")
    return found["row"].fill_null(NOWHERE).to_numpy()


def _column(table: str, given: pl.DataFrame, column: Column) -> pl.Series:
    """Return a column's values in its type."""
    name = column.name
    if name not in given.columns:
        return pl.Series(name, [column.default], column.dtype).new_from_index(0, given.height)
    raw = given[name]
    values, wrong = converted(raw, column)
    at = first(wrong)
    if at is not None:
        raise refusal(table, at, name, raw[at], f"must be {column.words}")
    return values


def converted(raw: pl.Series, column: Column) -> tuple[pl.Series, pl.Series]:
    """Return values in a column's type, blanks filled in, and where they are wrong."""
    if raw.dtype in (pl.Categorical, pl.Enum):
        raw = raw.cast(pl.String)
    if raw.dtype == pl.String:
        raw = raw.str.strip_chars()
        raw = raw.set(raw == "", None)
    values = _texts(raw, column) if column.dtype == pl.String else _numbers(raw, column)
    wrong = raw.is_not_null() & values.is_null()
    if column.required:
        wrong = wrong | raw.is_null()
    return values if column.default is None else values.fill_null(column.default), wrong


def _texts(raw: pl.Series, column: Column) -> pl.Series:
    """Return texts, and whole numbers as texts; null where a value is not allowed."""
    if column.pattern and raw.dtype.is_float():
        # whole numbers with blanks between them
        whole = raw.is_finite() & (raw == raw.floor()) & (raw.abs() <= MOST_EXACT)
        raw = raw.set(~whole.fill_null(False), None).cast(pl.Int64)
    if raw.dtype != pl.String:
        raw = raw.cast(pl.String) if raw.dtype.is_integer() else _nulls(raw, pl.String)
    if column.choices:
        allowed = raw.is_in(column.choices)
    elif column.pattern:
        allowed = raw.str.contains(column.pattern)
    else:
        allowed = ~raw.str.contains(NO_NAME) & (raw.str.len_chars() <= MOST_CHARACTERS)
    return raw.set(~allowed.fill_null(False), None)


def _numbers(raw: pl.Series, column: Column) -> pl.Series:
    """Return numbers in the column's type; null where a value is none, or out of range."""
    if not raw.dtype.is_numeric() and raw.dtype != pl.String:
        return _nulls(raw, column.dtype)
    reals = raw.cast(pl.Float64, strict=False)
    inside = reals.is_between(column.low, column.high)
    if column.dtype == pl.Float64:
        # -0.0 is 0.0
        reals = reals.set(reals == 0, 0.0)
        return reals.set(~inside.fill_null(False), None)
    exact = raw.cast(column.dtype, strict=False) if not raw.dtype.is_float() else None
    # a whole number may be written 3.0
    whole = inside & (reals == reals.floor()) & (reals <= MOST_EXACT)
    rounded = reals.set(~whole.fill_null(False), None).cast(column.dtype)
    values = rounded if exact is None else exact.zip_with(exact.is_not_null(), rounded)
    return values.set(~values.is_between(column.low, column.high).fill_null(False), None)


def _nulls(raw: pl.Series, dtype: type[pl.DataType]) -> pl.Series:
    return pl.Series(raw.name, [None], dtype).new_from_index(0, len(raw))
