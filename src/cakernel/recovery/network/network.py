"""A network: firms that differ, their links, peers and providers, checked when it is made."""

import os
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl

from cakernel.arguments import checked_arguments
from cakernel.recovery.model import Model
from cakernel.recovery.network.columns import TABLES, columns_of
from cakernel.recovery.network.consistency import Names, check_together, check_values
from cakernel.recovery.network.count_rules import rules_of_table
from cakernel.recovery.network.fields import Place, changed, place_of, values_at
from cakernel.recovery.network.folder import file_names, read_tables, write_tables
from cakernel.recovery.network.graph import tables_of_graph
from cakernel.recovery.network.grid import grid_tables
from cakernel.recovery.network.indexed_tables import Demand, IndexedTables, Source
from cakernel.recovery.network.peers import sharing_customers
from cakernel.recovery.network.tables import filled, frame_of

# what errors call the tables of Python
OWN: Final = {name: name for name in TABLES}


@checked_arguments
@dataclass(frozen=True, eq=False, init=False, repr=False)
class Network(IndexedTables):
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
    rules : table, optional
        Rules by counts of neighbours that firms may follow: ``rule`` (a name) and the columns of
        `count_rule`; a rule's rows are in their order.
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

    def __init__(
        self,
        *,
        firms: Any,
        links: Any = None,
        peers: Any = None,
        providers: Any = None,
        rules: Any = None,
        demand: Demand = "half",
    ) -> None:
        given = (firms, links, peers, providers, rules)
        tables = zip(TABLES, given, strict=True)
        self._take({name: frame_of(name, table) for name, table in tables}, demand)

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

    @classmethod
    @checked_arguments
    def read(cls, folder: str | os.PathLike[str], *, demand: Demand = "half") -> "Network":
        """Read a network from a folder of CSV files.

        Parameters
        ----------
        folder : path
            Holds firms.csv and, where they are needed, links.csv, peers.csv, providers.csv and
            rules.csv, in UTF-8. Lines that begin with # are comments. `cakernel init --network`
            writes one.
        demand : {"all", "half", "any", "none"}, default "half"
            As for `Network`.

        Raises
        ------
        InvalidInput
            Naming file, row (counted from 1 below the header), field and value.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     Network(firms={"id": ["lens"], "stock": 3}).write(folder)
        ...     Network.read(folder).firms["stock"].item()
        3
        """
        made = cls.__new__(cls)
        made._take(read_tables(Path(folder)), demand, file_names(Path(folder)))
        return made

    @classmethod
    @checked_arguments
    def from_networkx(
        cls, graph: Any, *, peers: Any = None, providers: Any = None, rules: Any = None,
        demand: Demand = "half",
    ) -> "Network":  # fmt: skip
        """Return a NetworkX graph as a network.

        Parameters
        ----------
        graph : networkx.DiGraph or networkx.MultiDiGraph
            Nodes are firms, edges lead from supplier to customer. Their attributes are columns of
            ``firms`` and ``links``.
        peers, providers, rules, demand
            As for `Network`.

        Raises
        ------
        InvalidInput
            If the graph has no directions, or its firms and links are no network.

        Examples
        --------
        >>> import networkx
        >>> graph = networkx.DiGraph()
        >>> graph.add_node("lens", stock=3)
        >>> graph.add_edge("lens", "camera", input="optics")
        >>> Network.from_networkx(graph).firms.select("id", "stock").rows()
        [('lens', 3), ('camera', 0)]
        """
        tables = tables_of_graph(graph)
        return cls(**tables, peers=peers, providers=providers, rules=rules, demand=demand)

    @checked_arguments
    def write(self, folder: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the five tables into a folder, which `Network.read` reads again.

        ``demand`` is not part of the folder. A process that dies leaves a new folder whole or not
        there, and one whose files are replaced without firms.csv, which is not read as a network.

        Parameters
        ----------
        folder : path
            Is made if it is not there.
        overwrite : bool, default False
            Replace files that are there.

        Raises
        ------
        InvalidInput
            If a file is there and is not to be replaced.
        OSError
            If one cannot be written.
        """
        write_tables(self.tables(), Path(folder), overwrite=overwrite)

    @checked_arguments
    def with_peers(self, kind: Literal["shared-customer"]) -> "Network":
        """Return the network with more peers: firms that supply the same customer.

        Peers that are there stay.

        Raises
        ------
        InvalidInput
            If they would be more pairs than memory holds.

        Examples
        --------
        >>> net = Network(
        ...     firms={"id": ["lens", "sensor", "camera"]},
        ...     links={"supplier": ["lens", "sensor"], "customer": ["camera", "camera"]},
        ... )
        >>> net.with_peers("shared-customer").peers.rows()
        [('lens', 'sensor')]
        """
        peers = sharing_customers(
            self.firms["id"], self.link_supplier, self.link_customer, self.peer_pairs
        )
        return self._with(peers=peers)

    @checked_arguments
    def with_fields(self, changes: Mapping[str, Any]) -> "Network":
        """Return the network with fields of firms, providers or links changed.

        Parameters
        ----------
        changes : mapping
            Values by what they are of: ``firms.FIELD`` (all firms), ``firms.ID.FIELD``,
            ``group.NAME.FIELD``, ``providers.FIELD``, ``providers.ID.FIELD``; ``links.upkeep`` (all
            links), ``links.SUPPLIER.CUSTOMER.upkeep`` (those between two firms),
            ``supplier.ID.upkeep``, ``customer.ID.upkeep``, ``input.NAME.upkeep``; in this order.
            None is a blank.

        Raises
        ------
        InvalidInput
            If nothing has such a name, or the network then makes no sense.

        Examples
        --------
        >>> net = Network(firms={"id": ["lens", "body"], "group": ["optics", None]})
        >>> more = net.with_fields({"firms.stock": 1, "group.optics.stock": 5})
        >>> more.firms["stock"].to_list()
        [5, 1]
        """
        tables = self.tables()
        places = [place_of(tables, path) for path in changes]
        values = [
            values_at(place, [given])[0]
            for place, given in zip(places, changes.values(), strict=True)
        ]
        return self._with_values(zip(places, values, strict=True))

    def _with_values(
        self, values: Iterable[tuple[Place, Any]], *, demand: Demand | None = None
    ) -> "Network":
        """Return the network with values at some places changed, each of its column's type.

        Only what they can break is checked again; what other columns tell is kept.
        """
        listed = list(values)
        new = frozenset(f"{place.table}.{place.column.name}" for place, _ in listed)
        before = self.made_of or Source(self, frozenset())
        made = copy(self)
        vars(made).update(
            changed(self.tables(), listed),
            demand=demand or self.demand,
            made_of=Source(before.net, before.changed | new),
        )
        if "firms.provider" in new:
            vars(made).pop("firm_provider", None)
        check_values(made, OWN, new)
        return made

    def _with(self, **changes: pl.DataFrame) -> "Network":
        """Return a copy with some tables changed, checked again."""
        return type(self)(**(self.tables() | changes), demand=self.demand)

    def _take(self, tables: dict[str, pl.DataFrame], demand: Demand, names: Names = OWN) -> None:
        """Fill in, check and keep the tables; ``names`` are what errors call them."""
        # rules first, as firms name them
        for name in sorted(TABLES, key=lambda name: name != "rules"):
            own = () if name == "rules" else self.own_rules
            columns = columns_of(name, own)
            table = filled(names[name], tables[name], columns, optional=name != "firms")
            object.__setattr__(self, name, table)
            if name == "rules":
                object.__setattr__(self, "own_rules", rules_of_table(names[name], table))
        # suppliers without an input are each needed
        inputs = self.links.with_columns(pl.col("input").fill_null(pl.col("supplier")))
        object.__setattr__(self, "links", inputs)
        object.__setattr__(self, "demand", demand)
        check_together(self, names)
