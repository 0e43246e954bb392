"""What is made of columns is made once for all networks that have these columns in common."""

import pickle

from cakernel import Network
from cakernel.recovery.network.derived import derived

NET = Network(firms={"id": ["lens", "body"]}, links={"supplier": ["lens"], "customer": ["body"]})
asked = []


@derived("firms.stock", "links.upkeep")
def held(net):
    asked.append(net)
    return net.firms["stock"].to_list(), net.links["upkeep"].to_list()


def test_it_is_made_anew_where_its_columns_changed():
    asked.clear()
    risky = NET.with_fields({"firms.supply_mild": 0.1})
    assert held(risky) == ([0, 0], [0.0])
    assert held(risky.with_fields({"firms.x": 1})) is held(risky)
    assert asked == [NET]
    more = risky.with_fields({"firms.lens.stock": 2})
    assert held(more) == ([2, 0], [0.0])
    later = more.with_fields({"firms.lens.holding_cost": 0.5})
    assert held(later) == ([2, 0], [0.0])
    assert held(risky) == held(NET) == ([0, 0], [0.0])
    assert asked == [NET, more, later, NET]
    assert held(pickle.loads(pickle.dumps(later))) == ([2, 0], [0.0])


def test_a_copy_knows_the_first_network_alone():
    """Else a long row of copies would keep all that came before."""
    net = NET
    for stock in range(5):
        net = net.with_fields({"firms.lens.stock": stock, "firms.x": 1})
    assert net.made_of.net is NET
    assert net.made_of.changed == {"firms.stock", "firms.x"}
