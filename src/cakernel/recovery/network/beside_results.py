"""A network kept beside results, so that their page can draw it."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from cakernel.recovery.network.columns import TABLES
from cakernel.recovery.network.network import Network

MOST_FIRMS: Final = 5_000
"""Of larger networks nothing is kept: their results are drawn from the network's own folder."""
NAMES: Final = {f"network_{name}": name for name in TABLES}
"""The tables of a network by their names beside results."""


def tables_beside(net: Network) -> dict[str, pl.DataFrame]:
    """Return the tables to keep of a network; none where it is large.

    Examples
    --------
    >>> from cakernel import Network
    >>> kept = tables_beside(Network(firms={"id": ["lens", "camera"]}))
    >>> list(kept)
    ['network_firms', 'network_links', 'network_peers', 'network_providers', 'network_rules']
    """
    if net.firms.height > MOST_FIRMS:
        return {}
    own = net.tables()
    return {kept: own[name] for kept, name in NAMES.items()}


def network_beside(tables: Mapping[str, pl.DataFrame]) -> Network:
    """Return the network of kept tables."""
    own: dict[str, Any] = {name: tables[kept] for kept, name in NAMES.items()}
    return Network(**own)
