"""Backups: links that might be added to a network, whose suppliers replace others of an input."""

from typing import Any, Final

import polars as pl

from cakernel.recovery.network.columns import LINKS
from cakernel.recovery.network.consistency import check_another, check_distinct, check_reference
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.tables import NOWHERE, filled, first, frame_of, indices, refusal

# what tells links apart
LINK: Final = ["supplier", "customer", "input"]


def backup_links(net: Network, given: Any, *, name: str = "backups") -> pl.DataFrame:
    """Check links that might be added to a network; ``name`` is what errors call the table."""
    links, ids = filled(name, frame_of(name, given), LINKS), net.firms["id"]
    for side in ("customer", "supplier"):
        check_reference(name, links[side], "firms", ids, indices(links[side], ids))
    check_another(name, links, "supplier", "customer")
    check_distinct(name, links, LINK, "input")
    inputs = indices(_input_of(links), _input_of(net.links).unique())
    row = first(links["input"].is_null() | pl.Series(inputs == NOWHERE))
    if row is not None:
        customer = links["customer"][row]
        has = net.links.filter(customer=customer)["input"].unique().sort()
        words = f"must be an input that {customer} has: {', '.join(has) or 'none'}"
        raise refusal(name, row, "input", links["input"][row], words)
    there = links.with_row_index("row").join(net.links, on=LINK, how="semi")["row"]
    if len(there):
        supplier = links["supplier"][there[0]]
        raise refusal(name, there[0], "supplier", supplier, "supplies this input already")
    return links


def _input_of(links: pl.DataFrame) -> pl.Series:
    """Return who needs what, one text a link; ids have no line breaks."""
    return links.select(pl.format("{}\n{}", "customer", "input")).to_series()
