"""Networks from NetworkX graphs."""

import pytest

from cakernel import InvalidInput, Network

networkx = pytest.importorskip("networkx")


def test_nodes_are_firms_and_edges_links():
    graph = networkx.DiGraph()
    graph.add_node("lens", stock=3, provider="p")
    graph.add_node(7)
    graph.add_edge("lens", 7, input="optics", upkeep=0.5)
    graph.add_edge(7, "shop")
    net = Network.from_networkx(
        graph, providers={"id": ["p"]}, peers={"firm": ["lens"], "peer": ["shop"]}, demand="any"
    )
    assert net.firms.select("id", "stock", "provider").rows() == [
        ("lens", 3, "p"),
        ("7", 0, None),
        ("shop", 0, None),
    ]
    assert net.links.rows() == [("lens", "7", "optics", 0.5), ("7", "shop", "7", 0.0)]
    assert net.peer_pairs.tolist() == [[0, 2]]
    assert net.demand == "any"


def test_several_edges_of_two_firms_are_several_inputs():
    graph = networkx.MultiDiGraph()
    graph.add_edge("a", "b", input="x")
    graph.add_edge("a", "b", input="y")
    assert Network.from_networkx(graph).links["input"].to_list() == ["x", "y"]


def test_a_graph_without_edges():
    graph = networkx.DiGraph()
    graph.add_node("a")
    assert Network.from_networkx(graph).links.height == 0


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (networkx.path_graph(3), "graph: got Graph; must be a NetworkX DiGraph or MultiDiGraph"),
        ("a", "graph: got 'a'; must be a NetworkX DiGraph"),
        (networkx.DiGraph(), "firms: got no rows; must have one or more"),
        (networkx.DiGraph([("a", "a")]), "links row 1: customer: got 'a'; must be another than "),
        (networkx.DiGraph([("a", "b", {"weight": 2})]), "links: weight: unknown column; known "),
        (networkx.DiGraph([("a", "b", {"supplier": 2})]), "graph: edges: got the attribute suppl"),
    ],
)
def test_refusals(graph, message):
    with pytest.raises(InvalidInput) as refused:
        Network.from_networkx(graph)
    assert str(refused.value).startswith(message)
