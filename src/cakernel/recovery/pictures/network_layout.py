"""Where the firms of a network, or groups of them, stand in a picture, and what connects them."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.errors import InvalidInput
from cakernel.extras import library
from cakernel.recovery.network.network import Network
from cakernel.recovery.network.shape import tiers

MOST: Final = 200
"""Firms, and groups, that are drawn at most one by one."""
SWEEPS: Final = 5
KINDS: Final = ("needed", "replaceable", "peers")
"""Links to an input's only supplier, to one of several, and pairs of peers."""


Rows = npt.NDArray[np.int64]


class Layout(NamedTuple):
    """Nodes (node, name, firms, across, down; 0 to 1) and edges (from, to, kind) between them.

    ``node_of`` (firms,) is the node of each firm, ``largest`` how many nodes stand one below the
    other at most.
    """

    nodes: pl.DataFrame
    edges: pl.DataFrame
    node_of: Rows
    largest: int


def layout_of(network: Network) -> Layout:
    """Lay a network out: firm by firm up to 200, else by group, or by tier where there are none."""
    names, node_of = _nodes(network)
    if len(names) > MOST:
        raise InvalidInput(f"groups: got {len(names):,}; must be at most {MOST} to be drawn")
    links = pl.DataFrame(
        {
            "from": node_of[network.link_supplier],
            "to": node_of[network.link_customer],
            "ways": network.links.select(pl.len().over("customer", "input")).to_series(),
        }
    ).select("from", "to", kind=pl.when(pl.col("ways") > 1).then(pl.lit(KINDS[1])).otherwise(
        pl.lit(KINDS[0])))  # fmt: skip
    pairs = np.sort(node_of[network.peer_pairs], axis=1)
    peers = pl.DataFrame({"from": pairs[:, 0], "to": pairs[:, 1], "kind": [KINDS[2]] * len(pairs)})
    edges = pl.concat([links, peers], how="vertical_relaxed").filter(pl.col("from") != pl.col("to"))
    edges = edges.unique(maintain_order=True)
    directed = edges.filter(pl.col("kind") != KINDS[2])
    places, largest = _places(len(names), directed["from"].to_numpy(), directed["to"].to_numpy())
    nodes = pl.DataFrame(
        {
            "node": range(len(names)),
            "name": names,
            "firms": np.bincount(node_of, minlength=len(names)),
            "across": places[:, 0],
            "down": places[:, 1],
        }
    )
    return Layout(nodes, edges, node_of, largest)


def _nodes(network: Network) -> tuple[list[str], Rows]:
    """Return the nodes' names, and the node of each firm."""
    firms = network.firms
    if firms.height <= MOST:
        return firms["id"].to_list(), np.arange(firms.height)
    names = firms["group"].fill_null("no group")
    if firms["group"].null_count() == firms.height:
        tier = pl.Series(network.firm_tier)
        words = pl.when(tier < 0).then(pl.lit("on cycles")).otherwise(pl.format("tier {}", tier))
        names = firms.select(words.alias("tier")).to_series()
    distinct = names.unique(maintain_order=True)
    return distinct.to_list(), names.replace_strict(
        distinct, range(len(distinct)), return_dtype=pl.Int64
    ).to_numpy()


def _places(number: int, supplier: Rows, customer: Rows) -> tuple[npt.NDArray[np.float64], int]:
    """Return places from 0 to 1 across and down, and the size of the largest tier.

    Tiers stand from left to right. Of a cycle the links are passed over that lead back in the order
    of a depth-first search (as in Sugiyama, Tagawa and Toda 1981, doi 10.1109/TSMC.1981.4308636).
    """
    networkx = library("networkx", extra="network", what="plot network")
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(number))
    graph.add_edges_from(zip(supplier.tolist(), customer.tolist(), strict=True))
    order = np.empty(number, np.int64)
    order[list(networkx.dfs_postorder_nodes(graph))] = np.arange(number)
    onward = order[supplier] > order[customer]
    supplier, customer = supplier[onward], customer[onward]
    tier = tiers(number, supplier, customer)
    last = max(int(tier.max()), 1)
    across = 1 - tier / last if tier.max() else np.full(number, 0.5)
    down = _down(tier, supplier, customer)
    return np.column_stack([across, down]), int(np.bincount(tier).max())


def _down(tier: Rows, supplier: Rows, customer: Rows) -> npt.NDArray[np.float64]:
    """Spread each tier evenly, its firms in the order of the middle of their neighbours'.

    Sweeps along customers and along suppliers take turns; few links cross then.
    """
    down = np.zeros(len(tier))
    for sweep in range(SWEEPS):
        one, other = (supplier, customer) if sweep % 2 == 0 else (customer, supplier)
        steps = range(tier.max() + 1) if sweep % 2 == 0 else range(tier.max(), -1, -1)
        for here in steps:
            members = np.flatnonzero(tier == here)
            near = [down[other[one == node]] for node in members]
            middle = [
                places.mean() if len(places) else down[node]
                for node, places in zip(members, near, strict=True)
            ]
            turned = members[np.argsort(middle, kind="stable")]
            down[turned] = (np.arange(len(members)) + 0.5) / len(members)
    return down
