"""The tables of a network, and what their ids refer to as rows of arrays."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.recovery.network.columns import TABLES
from cakernel.recovery.network.draw_keys import draw_keys
from cakernel.recovery.network.shape import description, tiers
from cakernel.recovery.network.tables import indices

Demand = Literal["all", "half", "any", "none"]
Indices = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]


class Source(NamedTuple):
    """The network that another was made of, and the columns in which it differs: table.column."""

    net: Any
    changed: frozenset[str]


@dataclass(frozen=True, eq=False, init=False, repr=False)
class IndexedTables:
    """The frames of a network, all of their columns filled in (`columns.TABLES`), and arrays.

    A null amount, or ``resources``, is the run's; a null rule or principle, the policy's.
    ``made_of`` tells of what other network it is a changed copy, if it is.
    """

    firms: pl.DataFrame
    links: pl.DataFrame
    peers: pl.DataFrame
    providers: pl.DataFrame
    demand: Demand
    made_of: Source | None = None

    def __repr__(self) -> str:
        sizes = (f"{name}={table.height}" for name, table in self.tables().items())
        return f"Network({', '.join(sizes)}, demand={self.demand!r})"

    def describe(self) -> pl.DataFrame:
        """Return what the network looks like, in one row.

        Returns
        -------
        polars.DataFrame
            firms, links, peers; inputs (of all firms) and how many have more than one supplier;
            mean and most suppliers, most customers of a firm; tiers; firms on cycles of links, or
            between two; isolated firms (without links and peers); parts that nothing connects;
            firms on site, without peers, with stock, with own amounts.

        Examples
        --------
        >>> import cakernel
        >>> net = cakernel.Network.of_grid(cakernel.Model(chains=2, firms=3))
        >>> net.describe().select("firms", "links", "peers", "tiers", "parts").row(0)
        (6, 4, 3, 3, 1)
        """
        return pl.DataFrame(
            description(
                self.firms,
                self.link_supplier,
                self.link_customer,
                self.link_input,
                self.peer_pairs,
                self.firm_provider,
            )
        )

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return the four frames by name."""
        return {name: getattr(self, name) for name in TABLES}

    @cached_property
    def derived(self) -> dict[str, Any]:
        """What its copies share, by the name of what made it (`derived.derived`)."""
        return {}

    @cached_property
    def link_supplier(self) -> Indices:
        """The row of each link's supplier in ``firms``, int64 of shape (links,)."""
        return indices(self.links["supplier"], self.firms["id"])

    @cached_property
    def link_customer(self) -> Indices:
        """The row of each link's customer in ``firms``, int64 of shape (links,)."""
        return indices(self.links["customer"], self.firms["id"])

    @cached_property
    def link_input(self) -> Indices:
        """The number of each link's input, equal where the names are, int64 of shape (links,)."""
        names = self.links["input"]
        return indices(names, names.unique(maintain_order=True))

    @cached_property
    def peer_pairs(self) -> Indices:
        """The rows of the two firms of each pair of peers, int64 of shape (peers, 2)."""
        ids = self.firms["id"]
        return np.column_stack([indices(self.peers[side], ids) for side in ("firm", "peer")])

    @cached_property
    def firm_provider(self) -> Indices:
        """The row of each firm's provider in ``providers``, int64 of shape (firms,).

        -1 where it has none: it is on site, y is 1 throughout and no cyber disruption hits it.
        """
        return indices(self.firms["provider"], self.providers["id"])

    @cached_property
    def firm_tier(self) -> Indices:
        """The most links in a row from each firm to one without customers, int64 (firms,).

        -1 on cycles, and upstream of them, where there is no such number.
        """
        return tiers(self.firms.height, self.link_supplier, self.link_customer)

    @cached_property
    def firm_keys(self) -> Keys:
        """What draws of supply disruptions and of spillovers are addressed by, uint64 (firms,)."""
        return draw_keys(self.firms)

    @cached_property
    def provider_keys(self) -> Keys:
        """What draws of cyber disruptions are addressed by, uint64 of shape (providers,)."""
        return draw_keys(self.providers)
