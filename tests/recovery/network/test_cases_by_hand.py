"""Small networks whose histories can be worked out by hand."""

import polars as pl
import pytest

import cakernel as ck
from helpers.network_cases import in_roomy_shapes

NEVER = ck.Policy(supply_rule="none", cyber_rule="CRD-0")
# what is acquired tells the state by which it is
BY_STATE = ck.ResourceScenario(
    operational_acquisition=(0, 1, 2),
    intangibles_acquisition=(0, 0, 0),
    operational_cost=(1, 1, 2),
    intangibles_cost=(1, 1, 2),
)


def traced(firms, links=None, peers=None, *, policy=NEVER, periods=3, providers=None, **options):
    """Return a history; nothing is drawn unless ``firms`` says so."""
    calm = {"supply_severe": 0.0, "supply_mild": 0.0, "resources": 0.0}
    ids = list(firms["id"])
    table = {name: [value] * len(ids) for name, value in calm.items()} | firms
    net = ck.Network(
        firms=table, links=links, peers=peers, providers=providers,
        demand=options.pop("demand", "half"),
    )  # fmt: skip
    with in_roomy_shapes():
        return ck.trace(net, policy=policy, scenario=BY_STATE, periods=periods, **options)


def column(rows, name, firm):
    return rows.filter(firm=firm)[name].to_list()


STAR = {"supplier": ["hub"] * 5, "customer": list("abcde")}


@pytest.mark.parametrize(("demand", "state"), [("all", 0), ("half", 1), ("any", 2), ("none", 2)])
def test_a_star_sells_by_the_state_that_enough_customers_reach(demand, state):
    firms = {"id": ["hub", *"abcde"], "x": [2, 2, 1, 1, 0, 0]}
    assert column(traced(firms, STAR, demand=demand), "acquired", "hub") == [state] * 3


def test_a_cycle_passes_an_outage_on_at_once_and_no_further():
    firms = {"id": list("abcd"), "x": [0, 2, 2, 2]}
    ring = {"supplier": list("abcd"), "customer": list("bcda")}
    rows = traced(firms, ring)
    # both who buy from the firm that is out and who sell to it
    assert [column(rows, "acquired", firm)[0] for firm in "abcd"] == [0, 0, 2, 0]


def test_isolated_firms_acquire_by_themselves():
    rows = traced({"id": ["a", "b", "c"], "x": [0, 1, 2]})
    assert rows.filter(period=1)["acquired"].to_list() == [0, 1, 2]


def test_of_alternatives_the_best_counts_and_of_inputs_the_worst():
    firms = {"id": ["a", "b", "c", "d", "maker"], "x": [0, 1, 2, 1, 2]}
    links = {
        "supplier": ["a", "b", "c", "d"],
        "customer": ["maker"] * 4,
        "input": ["steel", "steel", "steel", "glass"],
    }
    assert column(traced(firms, links), "acquired", "maker") == [1] * 3
    links["input"] = ["steel", "steel", "glass", "glass"]
    assert column(traced(firms, links), "acquired", "maker") == [1] * 3
    links["input"] = ["steel", "glass", "steel", "glass"]
    assert column(traced(firms, links), "acquired", "maker") == [1] * 3
    links["input"] = ["steel"] * 4
    assert column(traced(firms, links), "acquired", "maker") == [2] * 3


def test_stock_bridges_an_outage_costs_and_is_refilled():
    firms = {
        "id": ["mine", "mill"], "x": [0, 2], "stock": [0, 2], "holding_cost": [0.0, 0.5],
    }  # fmt: skip
    links = {"supplier": ["mine"], "customer": ["mill"]}
    rows = traced(firms, links, periods=4)
    assert column(rows, "stock", "mill") == [1, 0, 0, 0]
    assert column(rows, "acquired", "mill") == [2, 2, 0, 0]
    assert column(rows, "charged", "mill") == [0.5, 0, 0, 0]
    # the mine recovers as soon as it has what that costs
    firms |= {"resources": [2.0, 0.0], "supply_rule": ["SRD-1", None]}
    rows = traced(firms, links, periods=4)
    assert column(rows, "x", "mine") == [2, 2, 2, 2]
    assert column(rows, "stock", "mill") == [1, 2, 2, 2]


def test_what_is_not_there_is_not_charged():
    firms = {"id": ["a"], "x": [0], "resources": [1.0], "stock": [3], "holding_cost": [0.25]}
    rows = traced(firms)
    assert rows["charged"].to_list() == [0.75, 0.25, 0]
    assert rows["resources"].to_list() == [0.25, 0, 0]


def test_links_that_are_kept_up_cost_their_customer():
    firms = {"id": ["a", "b", "maker"], "x": [1, 1, 1]}
    links = {
        "supplier": ["a", "b"], "customer": ["maker"] * 2, "input": ["steel"] * 2,
        "upkeep": [0.0, 0.75],
    }  # fmt: skip
    rows = traced(firms, links)
    assert column(rows, "charged", "maker") == [0.75] * 3
    assert column(rows, "resources", "maker") == [0.25, 0.5, 0.75]
    assert column(rows, "charged", "a") == [0] * 3


CLOUD = {"id": ["cloud"], "cyber_severe": [0.4], "cyber_mild": [0.4]}


@pytest.mark.parametrize(("spillover", "hit"), [(0.0, False), (1.0, True)])
def test_a_cyber_hit_spills_over_or_not(spillover, hit):
    firms = {"id": ["a"], "provider": ["cloud"], "spillover": [spillover]}
    policy = ck.Policy(supply_rule="SRD-1", cyber_rule="CRD-1")
    rows = traced(firms, policy=policy, periods=40, providers=CLOUD)
    assert set(rows["cyber_hit"]) == {"none", "mild", "severe"}
    same = (rows["supply_hit"].cast(pl.String) == rows["cyber_hit"].cast(pl.String)).all()
    assert same == hit
    assert (set(rows["supply_hit"]) == {"none"}) != hit
    # on site there is nothing to spill over
    site = ck.Policy(supply_rule="SRD-1", cyber_rule="CRD-0")
    assert set(traced(firms, policy=site, periods=40, providers=CLOUD)["supply_hit"]) == {"none"}


def test_a_record_of_what_was_drawn_changes_nothing():
    ids = list("abcdef")
    given = {
        "firms": {
            "id": ids, "provider": ["one", "one", "two", "two", None, "one"],
            "spillover": [0.5] * 6, "supply_severe": [0.2] * 6, "supply_mild": [0.3] * 6,
        },
        "links": {"supplier": ids, "customer": [*ids[1:], ids[0]]},
        "providers": {"id": ["one", "two"], "cyber_severe": [0.1, 0.2], "cyber_mild": [0.3] * 2},
    }  # fmt: skip
    policy = ck.Policy(supply_rule="SRD-3", cyber_rule="CRD-6")
    draws = {"seed": 5, "replication": 9, "periods": 50, "policy": policy, "scenario": BY_STATE}
    net = ck.Network(**given)
    drawn = ck.trace(net, **draws)
    provider = net.firms.select(firm="id", provider="provider")
    supply = drawn.select("period", of="firm", severity=pl.col("supply_hit").cast(pl.String))
    cyber = drawn.join(provider, on="firm").select(
        "period", of="provider", severity=pl.col("cyber_hit").cast(pl.String)
    )
    record = pl.concat(
        [
            supply.with_columns(kind=pl.lit("supply")),
            cyber.drop_nulls().unique().with_columns(kind=pl.lit("cyber")),
        ]
    ).filter(pl.col("severity") != "none")
    for through in (30, 50, 3):
        assert ck.trace(net, record=record, record_through=through, **draws).equals(drawn)
    # what is recorded is the same in all replications, what is drawn after it is not
    again = ck.trace(net, record=record, record_through=30, **(draws | {"replication": 2}))
    before = pl.col("period") <= 30
    assert again.filter(before).equals(drawn.filter(before))
    assert not again.equals(drawn)


def test_a_firm_of_its_own_mind_is_heard():
    firms = {"id": ["a", "b"], "x": [0, 0], "resources": [9.0, 9.0], "supply_rule": ["SRD-1", None]}
    rows = traced(firms)
    assert column(rows, "x", "a") == [2] * 3
    assert column(rows, "x", "b") == [0] * 3
