"""A network: firms that differ, their links, peers and providers, checked when it is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.recovery.model import Model
from cakernel.recovery.network.columns import TABLES
from cakernel.recovery.network.consistency import (
    check_amounts,
    check_ids,
    check_keys,
    check_links,
    check_peers,
    check_reference,
)
from cakernel.recovery.network.draw_keys import draw_keys
from cakernel.recovery.network.grid import grid_tables
from cakernel.recovery.network.tables import filled, frame_of, indices

Demand = Literal["all", "half", "any", "none"]
Indices = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
# what an error calls each table
Names = Mapping[str, str]
OWN: Final = {name: name for name in TABLES}


@checked_arguments
@dataclass(frozen=True, eq=False, init=False)
class Network:
    """Firms that differ, who supplies whom, who are peers, and who shares a cloud provider.

    Tables are frames of polars or pandas, or mappings of columns to values. What is left out, as a
    column or as a blank, takes the default. `Network.read` reads them from a folder.

    Parameters
    ----------
    firms : table
        A row a firm; only ``id`` is required.
    links : table, optional
        A row a link: ``supplier``, ``customer``; ``input`` (the suppliers of one input replace each
        other; a blank one is the supplier's own id, so that all such suppliers are needed);
        ``upkeep`` (what the customer pays for the link a period).
    peers : table, optional
        A row a pair: ``firm``, ``peer``, in either order.
    providers : table, optional
        A row a cloud provider: ``id``, ``cyber_severe``, ``cyber_mild``, ``draw``.
    demand : {"all", "half", "any", "none"}, default "half"
        How many of its customers must work for a firm to sell: a firm acquires by the state that at
        least so many of them reach.

    Raises
    ------
    InvalidInput
        Naming table, row, field and value.

    Examples
    --------
    >>> net = Network(
    ...     firms={"id": ["lens", "sensor", "camera"], "supply_severe": [0.1, None, 0.02]},
    ...     links={"supplier": ["lens", "sensor"], "customer": ["camera", "camera"]},
    ... )
    >>> net.firms["supply_severe"].round(4).to_list()
    [0.1, 0.0466, 0.02]
    >>> net.link_customer
    array([2, 2])
    """

    firms: pl.DataFrame
    links: pl.DataFrame
    peers: pl.DataFrame
    providers: pl.DataFrame
    demand: Demand

    def __init__(
        self,
        *,
        firms: Any,
        links: Any = None,
        peers: Any = None,
        providers: Any = None,
        demand: Demand = "half",
    ) -> None:
        given = {"firms": firms, "links": links, "peers": peers, "providers": providers}
        self._take({name: frame_of(name, table) for name, table in given.items()}, demand)

    @classmethod
    @checked_arguments
    def of_grid(cls, model: Model) -> "Network":
        """Return a model's grid as a network, in which every policy gives the same results.

        Firm 3 of chain 2 has the id "2.3". Horizon, recovery and resource scenarios stay with the
        run.

        Parameters
        ----------
        model : Model
            A grid; of periodic ones at least three firms, or chains, in that direction.

        Raises
        ------
        InvalidInput
            If the grid is periodic and so short that a firm would be its own neighbour, or have one
            neighbour twice.

        Examples
        --------
        >>> import cakernel
        >>> net = Network.of_grid(cakernel.Model(chains=2, firms=3))
        >>> net.links.select("supplier", "customer").row(0), net.peers.height
        (('1.1', '1.2'), 3)
        """
        return cls(**grid_tables(model))  # type: ignore[arg-type]

    def _take(self, tables: dict[str, pl.DataFrame], demand: Demand, names: Names = OWN) -> None:
        """Fill in, check and keep the tables; ``names`` are what errors call them."""
        for name, columns in TABLES.items():
            object.__setattr__(self, name, filled(names[name], tables[name], columns))
        # suppliers without an input are each needed
        inputs = self.links.with_columns(pl.col("input").fill_null(pl.col("supplier")))
        object.__setattr__(self, "links", inputs)
        object.__setattr__(self, "demand", demand)
        check_ids(names, firms=self.firms, providers=self.providers)
        check_amounts(names, firms=self.firms, providers=self.providers)
        self._check_references(names)
        check_links(names["links"], self.links)
        check_peers(names["peers"], self.peers)
        for name in ("firms", "providers"):
            check_keys(names[name], getattr(self, name))

    def _check_references(self, names: Names) -> None:
        """Raise for an id that no firm, or no provider, has."""
        check_reference(names, "firms", self.firms["provider"], "providers", self.firm_provider)
        check_reference(names, "links", self.links["supplier"], "firms", self.link_supplier)
        check_reference(names, "links", self.links["customer"], "firms", self.link_customer)
        for n, field in enumerate(("firm", "peer")):
            check_reference(names, "peers", self.peers[field], "firms", self.peer_pairs[:, n])

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
    def firm_keys(self) -> Keys:
        """What draws of supply disruptions and of spillovers are addressed by, uint64 (firms,)."""
        return draw_keys(self.firms)

    @cached_property
    def provider_keys(self) -> Keys:
        """What draws of cyber disruptions are addressed by, uint64 of shape (providers,)."""
        return draw_keys(self.providers)
