"""What a picture asks of a frame: which columns it has, what they hold, and which name a row."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from cakernel.errors import InvalidInput

TEXT: Final = "text"
NUMBER: Final = "numbers, none missing"
NUMBER_OR_NULL: Final = "numbers"
BOOLEAN: Final = "true or false"

TEXT_TYPES: Final = (pl.String, pl.Categorical, pl.Enum)


def checked(frame: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """Return ``columns`` of the frame; refuse rows and columns that are missing or of no use."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise InvalidInput(
            f"columns: got {', '.join(frame.columns) or 'none'}; must include {', '.join(missing)}"
        )
    if frame.is_empty():
        raise InvalidInput("frame: got no rows; must be one or more")
    for name, kind in columns.items():
        column, dtype = frame[name], frame[name].dtype
        fits = {
            TEXT: dtype in TEXT_TYPES,
            BOOLEAN: dtype == pl.Boolean,
            NUMBER: dtype.is_numeric(),
            NUMBER_OR_NULL: dtype.is_numeric() or dtype == pl.Null,
        }
        if not fits[kind]:
            raise InvalidInput(f"column {name}: got {dtype}; must be {kind}")
        if kind != NUMBER_OR_NULL and column.null_count():
            raise InvalidInput(f"column {name}: got null; must be {kind}")
        if dtype.is_float() and not column.drop_nulls().is_finite().all():
            raise InvalidInput(f"column {name}: got a number that is not finite; must be finite")
    return frame.select(list(columns))


def with_policy(
    frame: pl.DataFrame,
    columns: Mapping[str, str],
    *,
    keys: Sequence[str] | None,
    used: Sequence[str] = (),
) -> pl.DataFrame:
    """Return the checked ``columns`` of a frame behind ``keys`` and ``policy``, all keys in one.

    ``keys`` tell policies apart; by default they are all text columns but ``columns`` and ``used``.
    """
    if keys is None:
        text = [name for name, dtype in frame.schema.items() if dtype in TEXT_TYPES]
        keys = [name for name in text if name not in {*columns, *used}]
    if not keys:
        raise InvalidInput("keys: got none; must name the columns that tell policies apart")
    rows = checked(frame, dict.fromkeys(keys, TEXT) | dict(columns))
    return rows.with_columns(policy=pl.concat_str(keys, separator=" "))
