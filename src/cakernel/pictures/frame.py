"""What a picture asks of a frame: its columns and what they hold."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from cakernel.errors import InvalidInput

TEXT: Final = "text"
NUMBER: Final = "numbers, none missing"
NUMBER_OR_NULL: Final = "numbers"
BOOLEAN: Final = "true or false"

POLICY: Final = {"supply_rule": TEXT, "cyber_rule": TEXT, "principle": TEXT}
"""The columns that name a policy."""


def checked(frame: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """Return ``columns`` of the frame; refuse what cannot be drawn.

    Raises
    ------
    InvalidInput
        If a column is missing or holds something else, or the frame has no rows.
    """
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise InvalidInput(
            f"columns: got {', '.join(frame.columns) or 'none'}; must include {', '.join(missing)}"
        )
    if frame.is_empty():
        raise InvalidInput("frame: got no rows; must be one or more")
    for name, kind in columns.items():
        _check_column(frame[name], kind)
    return frame.select(list(columns))


def _check_column(column: pl.Series, kind: str) -> None:
    dtype = column.dtype
    fits = {
        TEXT: dtype in (pl.String, pl.Categorical, pl.Enum),
        BOOLEAN: dtype == pl.Boolean,
        NUMBER: dtype.is_numeric(),
        NUMBER_OR_NULL: dtype.is_numeric() or dtype == pl.Null,
    }
    if not fits[kind]:
        raise InvalidInput(f"column {column.name}: got {dtype}; must be {kind}")
    if kind != NUMBER_OR_NULL and column.null_count():
        raise InvalidInput(f"column {column.name}: got null; must be {kind}")
    if dtype.is_float() and not column.drop_nulls().is_finite().all():
        raise InvalidInput(f"column {column.name}: got a number that is not finite; must be finite")


def policy_name() -> pl.Expr:
    """Name policies as `cakernel.Policy` prints them."""
    return pl.concat_str("supply_rule", "cyber_rule", "principle", separator=" ")
