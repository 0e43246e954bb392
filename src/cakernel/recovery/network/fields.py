"""Fields of a network by their paths: firms.stock, firms.lens.stock, group.optics.stock."""

import difflib
from typing import Any, Final

import polars as pl

from cakernel.checks import reject_unknown
from cakernel.errors import InvalidInput
from cakernel.recovery.network.columns import TABLES
from cakernel.recovery.network.tables import converted
from cakernel.wording import shown

# the table that the first part of a path names, and the column that the part after it is of
PLACES: Final = {
    "firms": ("firms", "id"),
    "group": ("firms", "group"),
    "providers": ("providers", "id"),
}
# what says who a firm is does not change
KEPT: Final = ("id", "draw", "group")


def set_field(tables: dict[str, pl.DataFrame], path: str, value: Any) -> None:
    """Set a field in the table that holds it; ids may have dots."""
    place, _, rest = path.partition(".")
    name, _, field = rest.rpartition(".")
    reject_unknown([place], list(PLACES), f"{path}: ", "place")
    table, column = PLACES[place]
    fields = {each.name: each for each in TABLES[table] if each.name not in KEPT}
    reject_unknown([field], list(fields), f"{path}: ", "field")
    frame = tables[table]
    chosen = pl.lit(True)
    if name or place == "group":
        known = frame[column].drop_nulls()
        if name not in known:
            near = difflib.get_close_matches(name, known.unique().to_list(), n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise InvalidInput(f"{path}: got {shown(name)}, which nothing is called{hint}")
        chosen = pl.col(column) == name
    try:
        values, wrong = converted(pl.Series(field, [value]), fields[field])
    except (TypeError, OverflowError):
        values, wrong = pl.Series([None]), pl.Series([True])
    if wrong[0]:
        raise InvalidInput(f"{path}: got {shown(value)}; must be {fields[field].words}")
    new = pl.when(chosen.fill_null(False)).then(pl.lit(values[0], fields[field].dtype))
    tables[table] = frame.with_columns(new.otherwise(pl.col(field)).alias(field))
