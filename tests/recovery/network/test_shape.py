"""Tiers, cycles and parts against NetworkX."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cakernel import Network
from cakernel.recovery.network.shape import parts
from helpers.networks import networks

networkx = pytest.importorskip("networkx")


def graph_of(net):
    graph = networkx.DiGraph()
    graph.add_nodes_from(net.firms["id"])
    graph.add_edges_from(net.links.select("supplier", "customer").rows())
    return graph


@settings(max_examples=40, deadline=None)
@given(networks())
def test_tiers_are_the_longest_rows_of_links(net):
    graph = graph_of(net)
    on_cycles = {
        firm
        for part in networkx.strongly_connected_components(graph)
        if len(part) > 1
        for firm in part
    }
    for firm, tier in zip(net.firms["id"], net.firm_tier.tolist(), strict=True):
        downstream = {firm, *networkx.descendants(graph, firm)}
        if downstream & on_cycles:
            assert tier == -1
        else:
            assert tier == networkx.dag_longest_path_length(graph.subgraph(downstream))


@settings(max_examples=40, deadline=None)
@given(networks())
def test_the_description(net):
    graph = graph_of(net)
    told = net.describe().row(0, named=True)
    both = networkx.Graph(graph)
    both.add_edges_from(net.peers.rows())
    assert told["firms"] == graph.number_of_nodes()
    assert told["links"] == net.links.height
    assert told["parts"] == networkx.number_connected_components(both)
    assert told["isolated"] == networkx.number_of_isolates(both)
    assert told["tiers"] == net.firm_tier.max() + 1
    assert told["suppliers_mean"] == net.links.height / net.firms.height
    upstream_of_cycle = {
        firm
        for part in networkx.strongly_connected_components(graph)
        if len(part) > 1
        for member in part
        for firm in (member, *networkx.ancestors(graph, member))
    }
    downstream_of_cycle = {
        firm
        for part in networkx.strongly_connected_components(graph)
        if len(part) > 1
        for member in part
        for firm in (member, *networkx.descendants(graph, member))
    }
    assert told["firms_on_cycles"] == len(upstream_of_cycle & downstream_of_cycle)


def test_backups_and_the_rest():
    net = Network(
        firms={"id": [*"abcd"], "stock": [1, 0, 0, 0], "provider": ["p", None, None, None]},
        links={"supplier": [*"abc"], "customer": "d", "input": [*"xxy"]},
        peers={"firm": ["a"], "peer": ["b"]},
        providers={"id": ["p"]},
    )
    told = net.describe().row(0, named=True)
    wanted = {"inputs": 2, "inputs_with_backup": 1, "suppliers_most": 3, "customers_most": 1}
    wanted |= {"on_site": 3, "without_peers": 2, "with_stock": 1, "with_own_amounts": 0, "tiers": 2}
    assert {name: told[name] for name in wanted} == wanted


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.randoms(use_true_random=False))
def test_a_line_in_any_order_is_one_part(length, random):
    rows = [*range(length)]
    random.shuffle(rows)
    rows = np.array(rows)
    assert not parts(length, rows[:-1], rows[1:]).any()
