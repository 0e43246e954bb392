"""A grid is one network: its firms, neighbours and draws."""

import pytest

from cakernel import InvalidInput, Model, Network


@pytest.mark.parametrize(("side", "field"), [("across", "chains"), ("ends", "firms")])
def test_a_ring_of_fewer_than_three_is_refused(side, field):
    model = Model(**{field: 2, f"boundary_{side}": "periodic"})
    with pytest.raises(InvalidInput, match=rf"^{field}: got 2 with boundary_{side} 'periodic'; "):
        Network.of_grid(model)


@pytest.mark.parametrize("ends", ["open", "periodic"])
@pytest.mark.parametrize("across", ["open", "periodic"])
def test_neighbours(ends, across):
    chains, firms = 3, 4
    model = Model(chains=chains, firms=firms, boundary_ends=ends, boundary_across=across)
    net = Network.of_grid(model)
    links, pairs = set(), set()
    for chain in range(chains):
        for firm in range(firms):
            own = firms * chain + firm
            if firm + 1 < firms or ends == "periodic":
                links.add((own, firms * chain + (firm + 1) % firms))
            if chain + 1 < chains or across == "periodic":
                pairs.add(frozenset((own, firms * ((chain + 1) % chains) + firm)))
    found = zip(net.link_supplier.tolist(), net.link_customer.tolist(), strict=True)
    assert set(found) == links
    assert {frozenset(pair) for pair in net.peer_pairs.tolist()} == pairs
    assert net.links.height == len(links)
    assert net.peers.height == len(pairs)


def test_firms_and_draws():
    model = Model(chains=3, firms=4, supply_mild=0.25, cyber_severe=0.125, initial_resources=2.5)
    net = Network.of_grid(model.replace(initial_operational=1, initial_intangibles=0))
    assert net.firms["id"].to_list()[3:6] == ["1.4", "2.1", "2.2"]
    assert net.firm_keys.tolist() == [k << 20 | i for k in range(3) for i in range(4)]
    assert net.provider_keys.tolist() == [0, 1 << 20, 2 << 20]
    assert net.firm_provider.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    told = net.firms.select("supply_severe", "supply_mild", "x", "y", "resources").unique()
    assert told.rows() == [(model.supply_severe, 0.25, 1, 0, 2.5)]
    assert net.providers.select("cyber_severe", "cyber_mild").unique().rows() == [
        (0.125, model.cyber_mild)
    ]
