"""What final states of a network's firms are worth: the oracle's, and the grid's to the bit."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import cakernel as ck
from helpers.network_cases import cases, in_roomy_shapes
from helpers.recovery_strategies import terminal_values
from oracle.model import Worth, mean_value, value
from oracle.network import history
from recovery.network.test_invariance import SCENARIOS, simulated, tables

MODEL = ck.Model(chains=3, firms=4, periods=17, supply_mild=0.3)
POLICIES = ck.policies(supply_rules=["SRD-2", "SRD-5@3/9"], cyber_rules=["CRD-2@2/5", "CRD-0"])
PLAIN = ck.paper_scenarios()[::97]
VALUED = [
    PLAIN[0].replace(operational_terminal_value=(0.0, 1.5, 4.0)),
    PLAIN[1].replace(intangibles_terminal_value=(1.0, 0.123456789, 7 / 3)),
    PLAIN[2],
    PLAIN[3].replace(
        operational_terminal_value=(2.0, 1.0, 0.0),
        intangibles_terminal_value=(0.1, 0.2, 0.3),
        operational_cost=(0.3, 0.7, 1.1),
    ),
]
SAME = {"policies": POLICIES, "scenarios": VALUED, "replications": 7, "seed": 4}


def worth_of(scenario):
    """Return terminal values as they are counted, to twelve digits."""
    sides = (scenario.amounts[f"{side}_terminal_value"] for side in ("operational", "intangibles"))
    return Worth(*([Fraction(str(round(amount, 11))) for amount in side] for side in sides))


@settings(max_examples=60, deadline=None)
@given(
    case=cases(),
    values=st.tuples(terminal_values, terminal_values).filter(any),
    seed=st.integers(0, 2**64 - 1),
)
def test_values_are_the_oracles(case, values, seed):
    scenario = case.scenario.replace(
        operational_terminal_value=values[0], intangibles_terminal_value=values[1]
    )
    case = replace(case, scenario=scenario)
    draws = {"seed": seed, "replication": 3, "scenario_index": 2}
    rows = history(
        case.oracle(), periods=case.periods, seed=seed, scenario=2, replication=3,
        record=case.recorded(), through=case.through,
    )  # fmt: skip
    worth = worth_of(scenario)
    exact = [float(value(row, worth)) for row in rows]
    assert case.trace(**draws)["value"].to_list() == pytest.approx(exact, rel=1e-14, abs=1e-14)
    asked = {
        "policies": [case.policy], "scenarios": [scenario], "replications": 1, "seed": seed,
        "first_replication": 3, "first_scenario": 2, **case.horizon(),
    }  # fmt: skip
    with in_roomy_shapes():
        of_all = ck.simulate(case.network(), **asked, by="replication")
        by_firm = ck.simulate(case.network(), **asked, by="firm")
    mean = float(mean_value(rows, worth))
    assert of_all["mean_value"].item() == pytest.approx(mean, rel=1e-14, abs=1e-14)
    last = exact[-len(case.firms["id"]) :]
    assert by_firm["mean_value"].to_list() == pytest.approx(last, rel=1e-14, abs=1e-14)


@pytest.mark.parametrize("by", ["replication", "scenario", "policy"])
@pytest.mark.parametrize("recovery", ["every-period", "when-hit"])
def test_a_grid_as_a_network_has_the_grids_values(by, recovery):
    model = MODEL.replace(recovery=recovery)
    net, horizon = ck.Network.of_grid(model), {"periods": 17, "recovery": recovery}
    of_grid = ck.simulate(model, by=by, **SAME)
    assert "mean_value" in of_grid.columns
    assert_frame_equal(ck.simulate(net, by=by, **SAME, **horizon), of_grid, check_exact=True)


def test_a_trace_has_the_grids_values():
    asked = {"policy": POLICIES[0], "scenario": VALUED[1], "seed": 9, "replication": 4}
    of_grid = ck.trace(MODEL, **asked)
    of_network = ck.trace(ck.Network.of_grid(MODEL), **asked, periods=17)
    assert of_network["value"].to_list() == of_grid["value"].to_list()
    plain = ck.trace(ck.Network.of_grid(MODEL), **asked | {"scenario": PLAIN[1]}, periods=17)
    assert_frame_equal(of_network.drop("value"), plain, check_exact=True)


@pytest.mark.compiled
@pytest.mark.parametrize("by", ["replication", "scenario", "policy", "firm"])
def test_other_columns_do_not_change_by_a_bit(by):
    worth = {"operational_terminal_value": (0.1, 2.0, 1 / 3)}
    valued = [SCENARIOS[0].replace(**worth), *SCENARIOS[1:]]
    plain = simulated(tables(), by=by, replications=600)
    found = simulated(tables(), by=by, scenarios=valued, replications=600)
    added = [name for name in found.columns if name.endswith("_value")]
    assert added == (["mean_value", "se_value"] if by != "replication" else ["mean_value"])
    assert_frame_equal(found.drop(added), plain, check_exact=True)


@pytest.mark.compiled
def test_firms_and_replications_make_the_mean():
    asked = {"scenarios": [VALUED[3]], "replications": 600}
    each = simulated(tables(), by="replication", **asked)
    keys = ["supply_rule", "cyber_rule", "principle"]
    of_each = each.group_by(keys, maintain_order=True).agg(
        mean=pl.col("mean_value").mean(), se=pl.col("mean_value").std() / 600**0.5
    )
    found = simulated(tables(), **asked)
    assert found["mean_value"].to_list() == pytest.approx(of_each["mean"].to_list(), rel=1e-12)
    assert found["se_value"].to_list() == pytest.approx(of_each["se"].to_list(), rel=1e-9)
    firms = simulated(tables(), by="firm", **asked).group_by(keys, maintain_order=True)
    means = firms.agg(pl.col("mean_value").mean())["mean_value"].to_list()
    assert found["mean_value"].to_list() == pytest.approx(means, rel=1e-12)


def test_all_firms_have_the_scenarios_values_whatever_amounts_are_theirs():
    amounts = {f"r_{side}{n}": [0.5] for side in "xy" for n in range(3)}
    amounts |= {f"c_{side}{pair}": [1.0] for side in "xy" for pair in ("01", "12", "02")}
    net = ck.Network(firms={"id": ["alone"], **amounts})
    asked = {"policies": POLICIES[:1], "periods": 9, "replications": 5}
    worth = PLAIN[0].replace(intangibles_terminal_value=(0, 0.25, 1000))
    found = ck.simulate(net, scenarios=[worth], **asked)
    assert found["mean_value"].to_list() == (found["mean_resources"] + 0.25).to_list()
    assert "mean_value" not in ck.simulate(net, **asked).columns


@pytest.mark.compiled
def test_critical_firms_by_value():
    net = ck.Network(
        firms={"id": ["mine", "mill", "shop"], "supply_severe": [0.2, 0.02, 0.02]},
        links={"supplier": ["mine", "mill"], "customer": ["mill", "shop"]},
    )
    asked = {"periods": 20, "replications": 30, "seed": 3}
    rows = ck.critical(
        net, policy=POLICIES[0], scenario=VALUED[0], outcome="value", **asked
    ).filter(change="stock")
    for of, changed in rows.select("of", "changed").iter_rows():
        more = net.with_fields({f"firms.{of}.stock": 1})
        found = ck.simulate(more, policies=POLICIES[:1], scenarios=[VALUED[0]], **asked)
        assert changed == pytest.approx(found["mean_value"].item(), rel=1e-12)
    with pytest.raises(ck.InvalidInput, match=r"^outcome: got 'value'; must be resources, x or y"):
        ck.critical(net, policy=POLICIES[0], scenario=PLAIN[0], outcome="value", **asked)


@pytest.mark.parametrize(
    ("worth", "message"),
    [
        ((0, 0, 1e-11), r"^scenarios\[0\]\.operational_terminal_value\[2\]: got 1e-11"),
        ((0, 0.000000001234, 1e15), r"amounts: (values of all firms can|some) .*more than 2\^62"),
        ((0, 1 / 8, 9e14), r"amounts: values of all firms can be 9e\+17, more than 2\^62 steps"),
    ],
)
def test_values_that_cannot_be_counted_are_refused(worth, message):
    net = ck.Network(firms={"id": np.arange(1000)})
    scenario = PLAIN[0].replace(operational_terminal_value=worth)
    with pytest.raises(ck.InvalidInput, match=message):
        ck.simulate(net, policies=POLICIES[:1], scenarios=[scenario], periods=5)
