"""A network holds what its tables say, with blanks filled in, and refuses what makes no sense."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from cakernel import InvalidInput, Model, Network
from cakernel.recovery.network.columns import TABLES
from helpers.networks import networks, tables_of

IDS = {"id": ["a", "b", "c"]}


def test_blanks_take_the_defaults():
    net = Network(firms={"id": ["a", "b"], "stock": [3, None]})
    assert net.firms["stock"].to_list() == [3, 0]
    assert net.firms["supply_severe"].to_list() == [Model().supply_severe] * 2
    assert net.firms["supply_mild"].to_list() == [Model().supply_mild] * 2
    assert net.firms["x"].to_list() == net.firms["y"].to_list() == [2, 2]
    assert net.firms["resources"].to_list() == [None, None]
    assert net.demand == "half"
    assert net.links.height == net.peers.height == net.providers.height == 0
    assert net.firm_provider.tolist() == [-1, -1]


def test_providers_have_the_papers_risk():
    net = Network(firms=IDS, providers={"id": ["p"]})
    assert net.providers["cyber_severe"].item() == Model().cyber_severe
    assert net.providers["cyber_mild"].item() == Model().cyber_mild


def test_every_table_has_all_of_its_columns():
    net = Network(firms=IDS)
    for name, columns in TABLES.items():
        assert getattr(net, name).columns == [column.name for column in columns]


def test_a_supplier_without_an_input_has_one_of_its_own():
    links = {"supplier": ["a", "b", "b"], "customer": "c", "input": [None, "a", "steel"]}
    net = Network(firms=IDS, links=links)
    # b replaces a
    assert net.links["input"].to_list() == ["a", "a", "steel"]
    assert net.link_input.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"firms": {"id": []}}, "firms: got no rows; must have one or more"),
        ({"firms": {}}, "firms: id: missing column; must be there"),
        ({"firms": {"x": [1]}}, "firms: id: missing column; must be there"),
        ({"firms": {"id": ["a", "b", "a"]}}, "firms row 3: id: got 'a'; repeats row 1; "),
        ({"firms": {"id": ["a", " a"]}}, "firms row 2: id: got 'a'; repeats row 1; "),
        ({"firms": {"id": ["a", "a#", "#a"]}}, "firms row 3: id: got '#a'; must be a text of "),
        ({"firms": {"id": ["a", "b\nc"]}}, r"firms row 2: id: got 'b\nc'; must be a text of "),
        ({"firms": {"id": ["a", None]}}, "firms row 2: id: got a blank; must be a text of "),
        ({"firms": {"id": ["a", "b" * 1001]}}, "firms row 2: id: got 'bbbbbbbbbbbbbbbbbbbbbbbbbb"),
        ({"firms": {"id": [1.5]}}, "firms row 1: id: got 1.5; must be a text of "),
        ({"firms": {**IDS, "suply_mild": 0.1}}, "firms: suply_mild: unknown column; did you mean "),
        ({"firms": {**IDS, "weight": 0.1}}, "firms: weight: unknown column; known columns: id, "),
        ({"firms": {**IDS, "spillover": [0.0, 1.0, 1.5]}}, "firms row 3: spillover: got 1.5;"),
        ({"firms": {**IDS, "spillover": [0.0, float("nan"), 9]}}, "firms row 2: spillover: got "),
        ({"firms": {**IDS, "spillover": ["0", "0,5", ""]}}, "firms row 2: spillover: got '0,5'"),
        ({"firms": {**IDS, "spillover": True}}, "firms row 1: spillover: got True; must be a num"),
        ({"firms": {**IDS, "supply_mild": [0, 0.99, 0]}}, "firms row 2: supply_severe + supply_m"),
        ({"firms": {**IDS, "resources": -0.5}}, "firms row 1: resources: got -0.5; must be a num"),
        ({"firms": {**IDS, "resources": float("inf")}}, "firms row 1: resources: got inf; must "),
        ({"firms": {**IDS, "holding_cost": 2e15}}, "firms row 1: holding_cost: got 2000000000000"),
        ({"firms": {**IDS, "x": [2, 3, 1]}}, "firms row 2: x: got 3; must be a state: 0, 1 or 2"),
        ({"firms": {**IDS, "stock": [0, 1, 0.5]}}, "firms row 3: stock: got '0.5'; must be a whol"),
        ({"firms": {**IDS, "stock": 65_536}}, "firms row 1: stock: got 65536; must be a whole nu"),
        ({"firms": {**IDS, "draw": -1}}, "firms row 1: draw: got -1; must be a whole number from"),
        ({"firms": {**IDS, "draw": 1 << 64}}, "firms row 1: draw: got 18446744073709551616; must "),
        ({"firms": {**IDS, "draw": [4, 5, 4]}}, "firms row 3: draw: got 4; repeats row 1; must b"),
        ({"firms": {**IDS, "supply_rule": "CRD-1"}}, "firms row 1: supply_rule: got 'CRD-1'; must"),
        ({"firms": {**IDS, "cyber_rule": "SRD-1"}}, "firms row 1: cyber_rule: got 'SRD-1'; must "),
        ({"firms": {**IDS, "principle": "B"}}, "firms row 1: principle: got 'B'; must be one of "),
        (
            {"firms": {**IDS, "r_x1": [None, 2, 2]}},
            "firms row 2: r_x1: got 2.0 without r_x0, r",
        ),
        ({"firms": {**IDS, "provider": [None, "p", "q"]}}, "firms row 2: provider: got 'p'; must "),
        ({"links": {"supplier": ["a"]}}, "links: customer: missing column; must be there"),
        ({"firms": {**IDS, "Stock": 1}}, "firms: Stock: unknown column; did you mean stock?"),
        ({"links": {"supplier": ["a", "d"], "customer": "b"}}, "links row 2: supplier: got 'd'; "),
        (
            {"links": {"supplier": ["a", "B"], "customer": "c"}},
            "links row 2: supplier: got 'B'; must be an id in firms; did you mean b?",
        ),
        ({"links": {"supplier": "a", "customer": ["b", "d"]}}, "links row 2: customer: got 'd'; "),
        ({"links": {"supplier": "a", "customer": ["b", "a"]}}, "links row 2: customer: got 'a'; "),
        ({"links": {"supplier": "a", "customer": ["b", "c", "b"]}}, "links row 3: input: got 'a'"),
        ({"links": {"supplier": ["a"], "customer": "b", "upkeep": -1}}, "links row 1: upkeep: got"),
        ({"peers": {"firm": ["a", "a"], "peer": ["b", "a"]}}, "peers row 2: peer: got 'a'; must b"),
        ({"peers": {"firm": ["a", "b"], "peer": ["b", "a"]}}, "peers row 2: peer: got 'a'; repea"),
        ({"peers": {"firm": ["a", "d"], "peer": ["b", "a"]}}, "peers row 2: firm: got 'd'; must b"),
        ({"providers": {"id": ["p", "p"]}}, "providers row 2: id: got 'p'; repeats row 1; must be"),
        ({"providers": {"id": ["p"], "cyber_mild": 0.98}}, "providers row 1: cyber_severe + cyber"),
        ({"providers": {"id": ["p", "q"], "draw": 7}}, "providers row 2: draw: got 7; repeats ro"),
        ({"links": 3}, "links: got 3; must be a frame of polars or pandas, or a mapping of colum"),
        ({"links": {"supplier": ["a"], "customer": ["b", "c"]}}, "links: is no table: "),
        ({"firms": {"id": [["a"]]}}, "firms row 1: id: got "),
    ],
)
def test_refusals(tables, message):
    with pytest.raises(InvalidInput) as refused:
        Network(**({"firms": IDS} | tables))
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "stock",
    [[1, 2.0, None], ["1", " 2 ", ""], ["1.0", "2e0", None], np.array([1.0, 2, 0]), (1, 2, 0)],
)
def test_whole_numbers_in_many_forms(stock):
    assert Network(firms=IDS | {"stock": stock}).firms["stock"].to_list() == [1, 2, 0]


def test_numbers_are_ids_too():
    net = Network(firms={"id": [7, 8]}, links={"supplier": [7], "customer": ["8"]})
    assert net.link_customer.tolist() == [1]


def test_frames_of_pandas():
    pandas = pytest.importorskip("pandas")
    firms = pandas.DataFrame(
        {"id": ["a", "b"], "stock": [1, float("nan")], "provider": ["p", None], "draw": [1, 2]},
        index=[5, 9],
    )
    net = Network(firms=firms, providers=pandas.DataFrame({"id": ["p"]}))
    assert net.firms["stock"].to_list() == [1, 0]
    assert net.firm_provider.tolist() == [0, -1]
    assert net.firm_keys.tolist() == [1, 2]
    with pytest.raises(InvalidInput, match=r"^firms: id: is there more than once; must be one co"):
        Network(firms=pandas.DataFrame([["a", "b"]], columns=["id", "id"]))


def test_zero_has_no_sign():
    net = Network(firms=IDS | {"supply_mild": -0.0, "stock": "-0"})
    assert str(net.firms["supply_mild"][0]) == "0.0"
    assert str(net.with_fields({"firms.spillover": -0.0}).firms["spillover"][0]) == "0.0"


def test_frames_of_categories_and_lazy_ones():
    firms = pl.LazyFrame({"id": pl.Series(["a", "b"], dtype=pl.Categorical)})
    assert Network(firms=firms).firms["id"].to_list() == ["a", "b"]


@settings(max_examples=40, deadline=None)
@given(networks())
def test_a_network_made_of_its_tables_is_the_same(net):
    again = Network(**tables_of(net), demand=net.demand)
    for name in TABLES:
        assert_frame_equal(getattr(again, name), getattr(net, name), check_exact=True)


@settings(max_examples=40, deadline=None)
@given(networks())
def test_indices_point_to_the_ids(net):
    ids, providers = net.firms["id"], net.providers["id"]
    assert ids.gather(net.link_supplier).to_list() == net.links["supplier"].to_list()
    assert ids.gather(net.link_customer).to_list() == net.links["customer"].to_list()
    assert ids.gather(net.peer_pairs[:, 0]).to_list() == net.peers["firm"].to_list()
    assert ids.gather(net.peer_pairs[:, 1]).to_list() == net.peers["peer"].to_list()
    named = [None if row < 0 else providers[row] for row in net.firm_provider.tolist()]
    assert named == net.firms["provider"].to_list()


@settings(max_examples=40, deadline=None)
@given(networks(), st.data())
def test_the_order_of_rows_changes_nobody(net, data):
    mixed = {}
    for name, table in tables_of(net).items():
        order = data.draw(st.permutations(range(table.height)), label=name)
        mixed[name] = table[list(order)]
    other = Network(**mixed)
    for table, keys in (("firms", "firm_keys"), ("providers", "provider_keys")):
        before = dict(zip(getattr(net, table)["id"], getattr(net, keys).tolist(), strict=True))
        after = dict(zip(getattr(other, table)["id"], getattr(other, keys).tolist(), strict=True))
        assert before == after
    assert other.describe().equals(net.describe())


@settings(max_examples=40, deadline=None)
@given(networks(least_links=1), st.data())
def test_one_wrong_reference_is_found_and_named(net, data):
    """Whichever link names an unknown firm, the error names its row, and that value."""
    tables = tables_of(net)
    row = data.draw(st.integers(0, net.links.height - 1))
    field = data.draw(st.sampled_from(["supplier", "customer"]))
    column = tables["links"][field].to_list()
    column[row] = "nobody at all"
    tables["links"] = tables["links"].with_columns(pl.Series(field, column))
    with pytest.raises(
        InvalidInput, match=rf"^links row {row + 1}: {field}: got 'nobody at all'; "
    ):
        Network(**tables)


@settings(max_examples=40, deadline=None)
@given(networks(), st.data())
def test_one_wrong_number_is_found_and_named(net, data):
    tables = tables_of(net)
    row = data.draw(st.integers(0, net.firms.height - 1))
    field = data.draw(st.sampled_from(["supply_severe", "spillover", "stock", "x", "holding_cost"]))
    wrong = data.draw(st.sampled_from(["-1", "nan", "inf", "x", "1e400", "0x1", "--1", "1 2"]))
    column = tables["firms"][field].cast(pl.String).to_list()
    column[row] = wrong
    tables["firms"] = tables["firms"].with_columns(pl.Series(field, column))
    with pytest.raises(InvalidInput, match=rf"^firms row {row + 1}: {field}: got '{wrong}'; must "):
        Network(**tables)


def test_peers_that_share_a_customer():
    firms = {"id": [*"abcde"]}
    links = {"supplier": [*"abca"], "customer": [*"ddee"], "input": [*"xxyy"]}
    net = Network(firms=firms, links=links, peers={"firm": ["c", "d"], "peer": ["a", "e"]})
    # a and b supply d; c and a supply e and are peers already
    peers = net.with_peers("shared-customer").peers
    assert peers.rows() == [("c", "a"), ("d", "e"), ("a", "b")]
    assert net.with_peers("shared-customer").with_peers("shared-customer").peers.equals(peers)


@settings(max_examples=40, deadline=None)
@given(networks())
def test_peers_that_share_a_customer_are_all_pairs_that_do(net):
    expected = {frozenset(pair) for pair in net.peers.rows()}
    for customer in set(net.links["customer"]):
        suppliers = set(net.links.filter(customer=customer)["supplier"])
        expected |= {frozenset((a, b)) for a in suppliers for b in suppliers if a != b}
    found = net.with_peers("shared-customer").peers.rows()
    assert {frozenset(pair) for pair in found} == expected
    assert len(found) == len(expected)


def test_more_pairs_than_memory_holds_are_refused_before_they_are_made():
    hub = {"id": [*range(200_001)]}
    links = {"supplier": [*range(200_000)], "customer": 200_000}
    net = Network(firms=hub, links=links)
    with pytest.raises(InvalidInput, match=r"^pairs of firms that share a customer: got 19,999,9"):
        net.with_peers("shared-customer")
