"""Networks as graphs: where firms stand, what colours them, and what is refused."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from cakernel import InvalidInput, Network
from cakernel.recovery import pictures as recovery_pictures
from cakernel.recovery.pictures.network_layout import MOST, layout_of
from helpers.networks import networks
from helpers.picture_frames import data_with, title_of

pytest.importorskip("networkx")

CAMERA = Network(
    firms={"id": [*"abcd"], "supply_severe": [0.0, 0.25, 0.5, 0.0], "supply_mild": 0.25},
    links={"supplier": [*"abc"], "customer": [*"bdd"], "input": [None, "x", "x"]},
    peers={"firm": ["b"], "peer": ["c"]},
)


def test_suppliers_stand_left_of_their_customers():
    chart = recovery_pictures.network_graph(CAMERA, note="seed 1")
    nodes = data_with(chart, "name", "value").sort("name")
    assert nodes["name"].to_list() == [*"abcd"]
    assert nodes["value"].to_list() == [0.25, 0.5, 0.75, 0.25]
    across = nodes["across"].to_list()
    assert across == [0, 0.5, 0.5, 1]
    assert "4 firms, 3 links, 1 pair of peers; seed 1." in title_of(chart)
    assert "Probability of a supply hit: c 0.75, b 0.5, a 0.25, d 0.25." in chart.description


def test_links_and_what_replaces_what():
    edges = data_with(recovery_pictures.network_graph(CAMERA), "name", "name_to", "kind")
    assert set(edges.select("name", "name_to", "kind").rows()) >= {
        ("a", "b", "needed"),
        ("b", "d", "replaceable"),
        ("c", "d", "replaceable"),
        ("b", "c", "peers"),
    }


def test_results_colour_the_firms():
    results = pl.DataFrame({"firm": [*"dcba"], "mean_x": [2.0, 1.5, 1.0, 0.5], "mean_y": 1.0})
    nodes = data_with(recovery_pictures.network_graph(CAMERA, results), "name", "value")
    assert dict(nodes.select("name", "value").rows()) == {"a": 0.5, "b": 1.0, "c": 1.5, "d": 2.0}
    chart = recovery_pictures.network_graph(CAMERA, results, colour="mean_y")
    assert "mean intangibles state y 1 everywhere" in title_of(chart)


def test_more_firms_are_drawn_as_groups():
    number = 3 * MOST
    firms = pl.DataFrame({"id": range(number), "stock": np.arange(number) % 3})
    links = {"supplier": [*range(MOST)], "customer": [*range(MOST, 2 * MOST)]}
    tiers = Network(firms=firms, links=links)
    chart = recovery_pictures.network_graph(tiers, colour="stock")
    nodes = data_with(chart, "name", "firms", "value")
    assert set(nodes.select("name", "firms").rows()) == {("tier 0", 2 * MOST), ("tier 1", MOST)}
    assert "drawn as 2 groups" in title_of(chart)
    named = Network(firms=firms.with_columns(group=pl.format("g{}", pl.col("stock"))), links=links)
    nodes = data_with(recovery_pictures.network_graph(named, colour="stock"), "name", "value")
    assert set(nodes.select("name", "value").rows()) == {("g0", 0), ("g1", 1), ("g2", 2)}


@settings(max_examples=40, deadline=None)
@given(networks())
def test_every_network_has_a_layout(net):
    layout = layout_of(net)
    assert layout.nodes["name"].to_list() == net.firms["id"].to_list()
    places = layout.nodes.select("across", "down")
    assert places.unique().height == net.firms.height
    assert places.to_numpy().min() >= 0
    assert places.to_numpy().max() <= 1
    if net.firm_tier.min() >= 0:
        across = layout.nodes["across"].to_numpy()
        assert (across[net.link_supplier] < across[net.link_customer]).all()


@pytest.mark.parametrize(
    ("results", "colour", "message"),
    [
        (None, "stokc", "columns: got firm, provider, "),
        (None, "group", "column group: got String; must be numbers"),
        (pl.DataFrame({"id": ["a"]}), None, "columns: got id; must include firm, mean_x"),
        (pl.DataFrame({"firm": [*"abca"], "mean_x": 1.0}), None, "results: got several rows of "),
        (pl.DataFrame({"firm": [*"abc"], "mean_x": 1.0}), None, "results: got no row of firm d; "),
    ],
)
def test_refusals(results, colour, message):
    with pytest.raises(InvalidInput) as refused:
        recovery_pictures.network_graph(CAMERA, results, colour=colour)
    assert str(refused.value).startswith(message)


HISTORY = pl.DataFrame(
    {"period": [p for p in (1, 2, 3) for _ in range(4)], "firm": [*"abcd"] * 3}
    | {"x": [2, 2, 2, 2, 0, 1, 2, 1, 1, 2, 2, 0]}
)


def test_a_history_is_played():
    chart = recovery_pictures.network_player(CAMERA, HISTORY)
    nodes = data_with(chart, "period", "name", "value")
    assert nodes.select("period", "name", "value").sort("period", "name").rows() == [
        (row["period"], row["firm"], row["x"]) for row in HISTORY.to_dicts()
    ]
    described = chart.to_dict()
    assert described["usermeta"]["player"]["last"] == 3
    assert described["params"][0] == {"name": "period", "value": 1}
    assert "Operational state x, means over periods: c 2, b 1.667, a 1, d 1." in chart.description


def test_a_firm_is_missing_in_a_period():
    with pytest.raises(InvalidInput, match=r"^results: got no row of firm d; must be one each$"):
        recovery_pictures.network_player(CAMERA, HISTORY[:-1])


def test_one_period_of_a_history_is_drawn():
    nodes = data_with(
        recovery_pictures.network_graph(CAMERA, HISTORY.filter(period=2), colour="x"), "value"
    )
    assert dict(nodes.select("name", "value").rows()) == {"a": 0, "b": 1, "c": 2, "d": 1}
    with pytest.raises(InvalidInput, match=r"^results: got several rows of firm a; must be one "):
        recovery_pictures.network_graph(CAMERA, HISTORY, colour="x")


def test_too_many_groups():
    many = Network(firms={"id": [*range(MOST + 1)], "group": [*range(MOST + 1)]})
    with pytest.raises(InvalidInput, match=r"^groups: got 201; must be at most 200 to be drawn$"):
        recovery_pictures.network_graph(many)
