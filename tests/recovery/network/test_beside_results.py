"""A network kept beside results is the network that comes back."""

import cakernel as ck
from cakernel.recovery.network import beside_results
from cakernel.recovery.network.beside_results import network_beside, tables_beside


def test_all_tables_come_back():
    net = ck.Network(
        firms={
            "id": ["a", "b", "007"],
            "provider": ["cloud", None, "cloud"],
            "supply_rule": ["wait", None, "SRD-half"],
            "group": ["raw, unwashed", None, "é"],
        },
        links={"supplier": ["a", "a"], "customer": ["b", "007"], "upkeep": [0.5, 0.0]},
        peers={"firm": ["b"], "peer": ["007"]},
        providers={"id": ["cloud"], "cyber_mild": [0.25]},
        rules=[{"rule": "wait", "suppliers_high": "50%", "target": 2}],
    )
    again = network_beside(tables_beside(net))
    assert list(again.own_rules) == ["wait"]
    for name, table in net.tables().items():
        assert again.tables()[name].equals(table), name


def test_of_large_networks_nothing_is_kept(monkeypatch):
    monkeypatch.setattr(beside_results, "MOST_FIRMS", 1)
    assert tables_beside(ck.Network(firms={"id": ["a", "b"]})) == {}
