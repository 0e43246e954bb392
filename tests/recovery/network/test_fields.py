"""Fields by their paths: of all firms, of one, of a group."""

import pickle

import pytest
from polars.testing import assert_frame_equal

from cakernel import InvalidInput, Network

NET = Network(
    firms={"id": ["lens", "a.b", "body"], "group": ["optics", "optics", None], "provider": "p"},
    links={"supplier": ["lens"], "customer": ["body"]},
    providers={"id": ["p", "q"]},
    demand="any",
)


@pytest.mark.parametrize(
    ("changes", "stock"),
    [
        ({"firms.stock": 2}, [2, 2, 2]),
        ({"firms.lens.stock": 2}, [2, 0, 0]),
        ({"firms.a.b.stock": 2.0}, [0, 2, 0]),
        ({"group.optics.stock": "2"}, [2, 2, 0]),
        ({"firms.stock": 1, "group.optics.stock": 2, "firms.lens.stock": 3}, [3, 2, 1]),
        ({"firms.stock": 1, "firms.body.stock": None}, [1, 1, 0]),
    ],
)
def test_stock(changes, stock):
    changed = NET.with_fields(changes)
    assert changed.firms["stock"].to_list() == stock
    assert changed.demand == "any"
    assert changed.firm_keys.tolist() == NET.firm_keys.tolist()
    assert_frame_equal(changed.firms.drop("stock"), NET.firms.drop("stock"))
    assert NET.firms["stock"].to_list() == [0, 0, 0]


def test_other_fields():
    changed = NET.with_fields(
        {"providers.q.cyber_mild": 0.5, "firms.lens.provider": None, "firms.cyber_rule": "CRD-5"}
    )
    assert changed.providers["cyber_mild"].to_list() == [NET.providers["cyber_mild"][0], 0.5]
    assert changed.firm_provider.tolist() == [-1, 0, 0]
    assert changed.firms["cyber_rule"].to_list() == ["CRD-5"] * 3


LINKED = Network(
    firms={"id": ["lens", "spare", "a.b", "body", "a", "b.body"]},
    links={
        "supplier": ["lens", "spare", "lens", "lens", "a.b", "a"],
        "customer": ["body", "body", "body", "a.b", "body", "b.body"],
        "input": ["optics", "optics", "glass", None, None, None],
    },
)


@pytest.mark.parametrize(
    ("changes", "upkeep"),
    [
        ({"links.upkeep": 1}, [1, 1, 1, 1, 1, 1]),
        # a firm that supplies two inputs has two links
        ({"links.lens.body.upkeep": 2}, [2, 0, 2, 0, 0, 0]),
        ({"links.lens.a.b.upkeep": 0.5}, [0, 0, 0, 0.5, 0, 0]),
        ({"customer.body.upkeep": 1, "links.spare.body.upkeep": "3"}, [1, 3, 1, 0, 1, 0]),
        ({"supplier.a.b.upkeep": 4}, [0, 0, 0, 0, 4, 0]),
        ({"input.optics.upkeep": 5, "input.lens.upkeep": 6}, [5, 5, 0, 6, 0, 0]),
        ({"links.upkeep": 1, "supplier.lens.upkeep": None}, [0, 1, 0, 0, 1, 1]),
    ],
)
def test_upkeep(changes, upkeep):
    changed = LINKED.with_fields(changes)
    assert changed.links["upkeep"].to_list() == upkeep
    assert_frame_equal(changed.links.drop("upkeep"), LINKED.links.drop("upkeep"))
    assert changed.link_customer.tolist() == LINKED.link_customer.tolist()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"links.lens.bodi.upkeep": 1}, "links.lens.bodi.upkeep: got 'lens.bodi'; must be SUPPLIER."
         "CUSTOMER of a row in links; did you mean lens.body?"),
        ({"links.a.b.body.upkeep": 1}, "links.a.b.body.upkeep: got 'a.b.body', which several pairs "
         "of ids with dots make; must be one"),
        ({"customer.spare.upkeep": 1}, "customer.spare.upkeep: got 'spare'; must be a customer in"),
        ({"input.optic.upkeep": 1}, "input.optic.upkeep: got 'optic'; must be an input in links;"),
        ({"customer.upkeep": 1}, "customer.upkeep: names no field; must be customer.NAME.FIELD"),
        ({"links.lens.body.input": "x"}, "links.lens.body.input: input: unknown field; known fiel"),
        ({"links.upkeep": -1}, "links.upkeep: got -1; must be a number from 0 to 1e15"),
    ],
)  # fmt: skip
def test_links_that_are_not_there_are_refused(changes, message):
    with pytest.raises(InvalidInput) as refused:
        LINKED.with_fields(changes)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"firms.stokc": 1}, "firms.stokc: stokc: unknown field; did you mean stock?"),
        ({"firms": 1}, "firms: names no field; must be firms.FIELD or firms.NAME.FIELD"),
        ({"firm.stock": 1}, "firm.stock: firm: unknown place; did you mean firms?"),
        ({"firms.lenz.stock": 1}, "firms.lenz.stock: got 'lenz'; must be an id in firms; did y"),
        ({"group.stock": 1}, "group.stock: names no field; must be group.NAME.FIELD"),
        ({"firms.lens.id": "x"}, "firms.lens.id: id: unknown field; known fields: "),
        ({"firms.lens.draw": 1}, "firms.lens.draw: draw: unknown field; "),
        ({"firms.lens.stock": -1}, "firms.lens.stock: got -1; must be a whole number from 0 to "),
        ({"firms.lens.stock": [1]}, "firms.lens.stock: got [1]; must be a whole number from 0 "),
        ({"firms.lens.stock": object()}, "firms.lens.stock: got <object object at "),
        ({"firms.lens.supply_mild": 0.99}, "firms row 1: supply_severe + supply_mild: got "),
        ({"firms.provider": "r"}, "firms row 1: provider: got 'r'; must be an id in providers"),
    ],
)
def test_refusals(changes, message):
    with pytest.raises(InvalidInput) as refused:
        NET.with_fields(changes)
    assert str(refused.value).startswith(message)


def test_a_network_goes_to_another_process():
    again = pickle.loads(pickle.dumps(NET.with_fields({"firms.stock": 4})))
    assert again.firms["stock"].to_list() == [4, 4, 4]
    assert again.link_customer.tolist() == [2]
    assert repr(again) == "Network(firms=3, links=1, peers=0, providers=2, demand='any')"
