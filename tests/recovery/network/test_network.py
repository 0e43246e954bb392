"""A network holds what its tables say, with blanks filled in, and rows found by ids."""

import pytest

from cakernel import InvalidInput, Model, Network


def test_blanks_take_the_defaults():
    net = Network(firms={"id": ["a", "b"], "stock": [3, None]})
    assert net.firms["stock"].to_list() == [3, 0]
    assert net.firms["supply_severe"].to_list() == [Model().supply_severe] * 2
    assert net.firms["x"].to_list() == net.firms["y"].to_list() == [2, 2]
    assert net.firms["resources"].to_list() == [None, None]
    assert net.demand == "half"
    assert net.links.height == net.peers.height == net.providers.height == 0
    assert net.firm_provider.tolist() == [-1, -1]


def test_a_grid_periodic_in_fewer_than_three_is_refused():
    with pytest.raises(InvalidInput, match=r"^chains: got 2 with boundary_across 'periodic'; "):
        Network.of_grid(Model(chains=2, boundary_across="periodic"))


def test_a_grid():
    net = Network.of_grid(Model(chains=3, firms=4, boundary_across="periodic"))
    assert net.firms["id"].to_list()[3:6] == ["1.4", "2.1", "2.2"]
    assert net.firm_keys.tolist() == [k << 20 | i for k in range(3) for i in range(4)]
    assert net.provider_keys.tolist() == [0, 1 << 20, 2 << 20]
    assert net.firm_provider.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    links = set(zip(net.link_supplier.tolist(), net.link_customer.tolist(), strict=True))
    assert links == {(4 * k + i, 4 * k + i + 1) for k in range(3) for i in range(3)}
    pairs = {frozenset(pair) for pair in net.peer_pairs.tolist()}
    assert pairs == {
        frozenset((4 * k + i, (k + 1) % 3 * 4 + i)) for k in range(3) for i in range(4)
    }
