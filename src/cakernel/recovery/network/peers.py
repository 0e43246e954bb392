"""Peers that follow from links."""

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.memory import check_memory

Rows = npt.NDArray[np.int64]
# bytes at most for a pair while pairs are made, as measured
OF_PAIR = 120


def sharing_customers(ids: pl.Series, supplier: Rows, customer: Rows, peers: Rows) -> pl.DataFrame:
    """Return the pairs of firms that are peers, or supply the same customer; each pair once."""
    links = pl.DataFrame({"supplier": supplier, "customer": customer}).unique()
    sizes = links.group_by("customer").len()["len"].cast(pl.Int64)
    pairs = int((sizes * (sizes - 1) // 2).sum())
    check_memory("pairs of firms that share a customer", pairs, pairs * OF_PAIR)
    shared = links.join(links, on="customer").filter(pl.col("supplier") < pl.col("supplier_right"))
    known = pl.DataFrame(np.sort(peers, axis=1), schema=["firm", "peer"])
    new = shared.select(firm="supplier", peer="supplier_right").unique().sort(pl.all())
    new = new.join(known, on=["firm", "peer"], how="anti", maintain_order="left")
    rows = pl.concat([pl.DataFrame(peers, schema=["firm", "peer"]), new])
    return rows.select(pl.all().map_batches(ids.gather, return_dtype=pl.String))
