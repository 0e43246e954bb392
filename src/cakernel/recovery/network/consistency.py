"""What fields and rows of a network's tables must be together."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.recovery.network.columns import AMOUNTS
from cakernel.recovery.network.indexed_tables import IndexedTables
from cakernel.recovery.network.tables import NOWHERE, first, near, refusal
from cakernel.wording import shown

Names = Mapping[str, str]


def check_together(tables: IndexedTables, names: Names) -> None:
    """Raise InvalidInput for the first thing that is wrong; ``names`` are what it calls tables."""
    firms, providers = tables.firms, tables.providers
    if not firms.height:
        raise InvalidInput(f"{names['firms']}: got no rows; must have one or more")
    check_distinct(names["firms"], firms, ["id"], "id")
    check_distinct(names["providers"], providers, ["id"], "id")
    check_values(tables, names)
    references = (
        ("links", "supplier", tables.link_supplier),
        ("links", "customer", tables.link_customer),
        ("peers", "firm", tables.peer_pairs[:, 0]),
        ("peers", "peer", tables.peer_pairs[:, 1]),
    )
    for table, field, rows in references:
        values = getattr(tables, table)[field]
        check_reference(names[table], values, names["firms"], firms["id"], rows)
    check_another(names["links"], tables.links, "supplier", "customer")
    check_distinct(names["links"], tables.links, ["supplier", "customer", "input"], "input")
    check_another(names["peers"], tables.peers, "firm", "peer")
    in_order = tables.peers.select(
        "peer", low=pl.min_horizontal("firm", "peer"), high=pl.max_horizontal("firm", "peer")
    )
    check_distinct(names["peers"], in_order, ["low", "high"], "peer")
    for table, frame, keys in (
        ("firms", firms, tables.firm_keys),
        ("providers", providers, tables.provider_keys),
    ):
        check_distinct(names[table], frame.select("id", draw=pl.Series(keys)), ["draw"], "draw")


def check_values(
    tables: IndexedTables, names: Names, changed: frozenset[str] | None = None
) -> None:
    """Raise for the first thing wrong with what firms and providers have, whoever they are.

    ``changed`` are the columns that may be wrong, by default all: firms.stock is one.
    """

    def may_be_wrong(table: str, *columns: str) -> bool:
        return changed is None or any(f"{table}.{column}" in changed for column in columns)

    firms = tables.firms
    for table, side in (("firms", "supply"), ("providers", "cyber")):
        if may_be_wrong(table, f"{side}_severe", f"{side}_mild"):
            _check_sum(names[table], getattr(tables, table), side)
    if may_be_wrong("firms", *AMOUNTS):
        _check_own_amounts(names["firms"], firms)
    if may_be_wrong("firms", "provider"):
        of, ids = firms["provider"], tables.providers["id"]
        check_reference(names["firms"], of, names["providers"], ids, tables.firm_provider)


def check_reference(
    table: str, values: pl.Series, other: str, ids: pl.Series, rows: npt.NDArray[np.int64]
) -> None:
    """Raise for a value that was looked for in the ``ids`` of another table and not found."""
    row = first(values.is_not_null() & pl.Series(rows == NOWHERE))
    if row is not None:
        words = f"must be an id in {other}{near(values[row], ids)}"
        raise refusal(table, row, values.name, values[row], words)


def _check_sum(table: str, frame: pl.DataFrame, side: str) -> None:
    """Raise for probabilities of two things that exclude each other, and sum to more than 1."""
    severe, mild = (frame[f"{side}_{size}"].to_numpy() for size in ("severe", "mild"))
    wrong = severe + mild > 1
    if wrong.any():
        row = int(wrong.argmax())
        field = f"{side}_severe + {side}_mild"
        raise InvalidInput(
            f"{table} row {row + 1:,}: {field}: got {severe[row]} + {mild[row]} = "
            f"{severe[row] + mild[row]}; must be at most 1"
        )


def _check_own_amounts(table: str, firms: pl.DataFrame) -> None:
    """Raise for a firm that has some amounts of its own and lacks others."""
    if {firms[name].null_count() for name in AMOUNTS} in ({0}, {firms.height}):
        return
    missing = firms.select(pl.sum_horizontal(pl.col(AMOUNTS).is_null())).to_series()
    row = first(missing.is_between(1, len(AMOUNTS) - 1))
    if row is not None:
        lacks = [name for name in AMOUNTS if firms[name][row] is None]
        own = next(name for name in AMOUNTS if name not in lacks)
        raise InvalidInput(
            f"{table} row {row + 1:,}: {own}: got {shown(firms[own][row])} without "
            f"{', '.join(lacks)}; a firm has all of {AMOUNTS[0]} to {AMOUNTS[-1]}, or none"
        )


def check_another(table: str, frame: pl.DataFrame, one: str, other: str) -> None:
    """Raise for a firm that is paired with itself."""
    row = first(frame[one] == frame[other])
    if row is not None:
        raise refusal(table, row, other, frame[other][row], f"must be another than {one}")


def check_distinct(table: str, frame: pl.DataFrame, keys: Sequence[str], field: str) -> None:
    """Raise for the first row that repeats an earlier one in some columns."""
    row = first(~frame.select(pl.struct(keys).is_first_distinct()).to_series())
    if row is not None:
        same = pl.all_horizontal(pl.col(key) == frame[key][row] for key in keys)
        earlier = first(frame.select(same).to_series()) or 0
        words = f"repeats row {earlier + 1:,}; must be given once"
        raise refusal(table, row, field, frame[field][row], words)
