"""Networks that differ in one thing: whose disruptions, whose stock, which link."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.recovery.network.columns import DISRUPTIONS, MOST_STOCK
from cakernel.recovery.network.disruptions import Record, record_of
from cakernel.recovery.network.network import Network
from cakernel.wording import shown

Rows = npt.NDArray[np.int64]
CHANGES: Final = ("protected", "hit", "stock", "backup")
"""What is changed, in the order of the table."""


class Change(NamedTuple):
    """A network that differs in one thing, and what was recorded of it, made when they are run.

    ``members`` are the rows of the firms changed. ``whole`` asks for the mean of all firms, not of
    the others, and ``against`` names the run that it is compared with.
    """

    change: str
    of: str
    network: Callable[[], Network]
    record: Callable[[], Record | None]
    members: Rows
    whole: bool
    against: str = "as it is"


def of_members(net: Network, by: str, record: Record | None) -> Iterator[Change]:
    """Yield the changes of each firm, or group."""
    column = "id" if by == "firm" else "group"
    names = net.firms[column]
    if by == "group" and names.n_unique() - (names.null_count() > 0) < 1:
        raise InvalidInput("by: got group, and no firm has one; must be firm")
    firms = pl.DataFrame({"name": names, "id": net.firms["id"]}).with_row_index().drop_nulls()
    for (of,), part in firms.group_by("name", maintain_order=True):
        name, ids = str(of), part["id"].to_list()
        if part.height == names.len():
            raise InvalidInput(f"by: got group, and all firms are in {shown(name)}; must be firm")
        members = part["index"].to_numpy().astype(np.int64)
        safe = {"supply_severe": 0.0, "supply_mild": 0.0, "spillover": 0.0}
        more = {"stock": (pl.col("stock") + 1).clip(upper_bound=MOST_STOCK)}
        without, hit = partial(_without, net, record, ids), partial(with_hits, net, record, ids)
        yield Change("protected", name, partial(_changed, net, members, safe), without, members,
                     whole=False)  # fmt: skip
        yield Change("hit", name, lambda: net, hit, members, whole=False, against="nobody hit")
        yield Change("stock", name, partial(_changed, net, members, more), lambda: record, members,
                     whole=True)  # fmt: skip


def _changed(net: Network, members: Rows, values: Mapping[str, Any]) -> Network:
    """Return the network in which some firms have other values."""
    rows = pl.int_range(pl.len()).is_in(members.tolist())
    changed = {name: pl.when(rows).then(value).otherwise(name) for name, value in values.items()}
    return net._with(firms=net.firms.with_columns(**changed))


def _without(net: Network, record: Record | None, ids: Sequence[str]) -> Record | None:
    """Return a record without the supply hits of some firms."""
    if record is None:
        return None
    theirs = (pl.col("kind") == "supply") & pl.col("of").is_in(ids)
    return record_of(record.table.filter(~theirs), net, through=record.through)


def with_hits(net: Network, record: Record | None, ids: Sequence[str]) -> Record:
    """Return a record in which some firms are hit severely in period 1; it has one period or more.

    What was recorded of them in that period is replaced.
    """
    none = pl.DataFrame(schema={column.name: column.dtype for column in DISRUPTIONS})
    table = none if record is None else record.table.select(none.columns)
    theirs = (pl.col("kind") == "supply") & pl.col("of").is_in(ids) & (pl.col("period") == 1)
    rows = [(1, "supply", name, "severe") for name in ids]
    hits = pl.DataFrame(rows, schema=none.schema, orient="row")
    through = 1 if record is None else record.through
    return record_of(pl.concat([table.filter(~theirs), hits]), net, through=through)


def of_backups(net: Network, links: pl.DataFrame, record: Record | None) -> Iterator[Change]:
    """Yield the networks with one link of a table more."""
    for row, link in enumerate(links.iter_rows(named=True)):
        supplier, customer = link["supplier"], link["customer"]
        members = net.firms["id"].is_in([supplier, customer]).arg_true().to_numpy()
        made = partial(_with_link, net, links.slice(row, 1))
        of = f"{supplier} to {customer}"
        yield Change("backup", of, made, lambda: record, members, whole=True)


def _with_link(net: Network, link: pl.DataFrame) -> Network:
    return net._with(links=pl.concat([net.links, link]))
