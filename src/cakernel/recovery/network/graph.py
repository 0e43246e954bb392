"""Networks from NetworkX graphs."""

from typing import Any

from cakernel.errors import InvalidInput
from cakernel.extras import library
from cakernel.wording import shown

EXTRA = "network"


def tables_of_graph(graph: Any) -> dict[str, dict[str, list[Any]]]:
    """Return firms and links of a directed graph: its nodes and edges with their attributes."""
    networkx = library("networkx", extra=EXTRA, what="from_networkx")
    if not isinstance(graph, networkx.DiGraph):
        kind = type(graph).__name__
        raise InvalidInput(
            f"graph: got {kind if isinstance(graph, networkx.Graph) else shown(graph)}; must be a "
            "NetworkX DiGraph or MultiDiGraph, with edges from supplier to customer"
        )
    nodes, edges = list(graph.nodes(data=True)), list(graph.edges(data=True))
    for name, own, found in (
        ("nodes", ("id",), (attributes for _, attributes in nodes)),
        ("edges", ("supplier", "customer"), (attributes for *_, attributes in edges)),
    ):
        for attributes in found:
            for key in own:
                if key in attributes:
                    raise InvalidInput(f"graph: {name}: got the attribute {key}; must be left out")
    return {
        "firms": _table({"id": [node for node, _ in nodes]}, [data for _, data in nodes]),
        "links": _table(
            {
                "supplier": [supplier for supplier, _, _ in edges],
                "customer": [customer for _, customer, _ in edges],
            },
            [data for *_, data in edges],
        ),
    }


def _table(columns: dict[str, list[Any]], attributes: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return columns, with one more for each attribute that any of the rows has."""
    names = dict.fromkeys(str(name) for found in attributes for name in found)
    return columns | {name: [found.get(name) for found in attributes] for name in names}
