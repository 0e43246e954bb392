"""States and resources over time: those of `trace`, and means that agree with `simulate`."""

import numpy as np
import polars as pl
import pytest

import cakernel as ck

MODEL = ck.Model(chains=2, firms=3, periods=12, supply_mild=0.3)
POLICIES = ck.policies(supply_rules=["SRD-2", "SRD-5"], cyber_rules=["CRD-5"], principles=["P"])
SCENARIO = ck.paper_scenarios()[5]


def over_time(**options):
    return ck.history(
        MODEL, policies=POLICIES, scenario=SCENARIO, **{"replications": 9, "seed": 4} | options
    )


def test_means_are_those_of_simulate():
    rows = over_time()
    simulated = ck.simulate(MODEL, policies=POLICIES, scenarios=[SCENARIO], replications=9, seed=4)
    for policy, expected in zip(POLICIES, simulated.iter_rows(named=True), strict=True):
        mine = rows.filter(supply_rule=policy.supply_rule.name)
        for name in ("x", "y"):
            mean = mine.filter(quantity=name)["mean"].mean()
            assert mean == pytest.approx(expected[f"mean_{name}"])
        last = mine.filter(quantity="resources", period=MODEL.periods)["mean"].item()
        assert last == pytest.approx(expected["mean_resources"])


@pytest.mark.parametrize("spread", ["replications", "firms"])
def test_quantiles_are_those_of_traces(spread):
    rows = over_time(spread=spread, quantiles=[0.1, 0.5], scenario_index=2)
    traces = [
        ck.trace(
            MODEL,
            policy=POLICIES[1],
            scenario=SCENARIO,
            seed=4,
            replication=n,
            scenario_index=2,
        )
        .filter(period=7)["resources"]
        .to_numpy()
        for n in range(9)
    ]
    values = np.mean(traces, axis=1) if spread == "replications" else np.concatenate(traces)
    row = rows.filter(supply_rule="SRD-5", quantity="resources", period=7).row(0, named=True)
    assert row["mean"] == pytest.approx(values.mean())
    assert row["quantile_10"] == pytest.approx(np.quantile(values, 0.1))
    assert row["quantile_50"] == pytest.approx(np.quantile(values, 0.5))
    assert rows.columns[-2:] == ["quantile_10", "quantile_50"]


NET = ck.Network(
    firms={
        "id": ["mine", "mill", "shop", "lone"],
        "supply_severe": [0.3, 0.1, 0.1, 0.1],
        "provider": ["cloud"] * 4,
        "stock": [0, 2, 0, 0],
        "r_x0": [0.1, None, None, None], "r_x1": [0.2, None, None, None],
        "r_x2": [0.7, None, None, None], "r_y0": [0.1, None, None, None],
        "r_y1": [0.2, None, None, None], "r_y2": [0.3, None, None, None],
        "c_x01": [1, None, None, None], "c_x12": [2, None, None, None],
        "c_x02": [3, None, None, None], "c_y01": [1, None, None, None],
        "c_y12": [2, None, None, None], "c_y02": [3, None, None, None],
        "group": ["upstream", "upstream", "downstream", None],
    },
    links={"supplier": ["mine", "mill"], "customer": ["mill", "shop"]},
    providers={"id": ["cloud"]},
)  # fmt: skip
OF_NETWORK = {"policies": POLICIES[:1], "scenario": SCENARIO, "periods": 6, "seed": 4}
MEMBERS = {
    "all": {"": [0, 1, 2, 3]},
    "group": {"upstream": [0, 1], "downstream": [2]},
    "tier": {"tier 0": [2, 3], "tier 1": [1], "tier 2": [0]},
    "firm": {"mine": [0], "mill": [1], "shop": [2], "lone": [3]},
}


@pytest.mark.parametrize("by", list(MEMBERS))
@pytest.mark.parametrize("spread", ["replications", "firms"])
def test_networks_are_those_of_traces(by, spread):
    rows = ck.history(
        NET, **OF_NETWORK, by=by, spread=spread, replications=5, quantiles=[0.25], scenario_index=2
    )
    traces = np.stack([
        ck.trace(
            NET, policy=POLICIES[0], scenario=SCENARIO, seed=4, periods=6, replication=n,
            scenario_index=2,
        ).select("x", "y", "resources").to_numpy().reshape(6, 4, 3)
        for n in range(5)
    ])  # fmt: skip
    assert rows.height == len(MEMBERS[by]) * 3 * 6
    assert ("of" in rows.columns) == (by != "all")
    for of, firms in MEMBERS[by].items():
        mine = rows if by == "all" else rows.filter(of=of)
        for n, quantity in enumerate(("x", "y", "resources")):
            values = traces[:, :, firms, n]
            one = values.mean(axis=2) if spread == "replications" else np.moveaxis(values, 2, 1)
            one = one.reshape(-1, 6)
            found = mine.filter(quantity=quantity).sort("period")
            np.testing.assert_allclose(found["mean"], one.mean(axis=0))
            np.testing.assert_allclose(found["quantile_25"], np.quantile(one, 0.25, axis=0))


def test_more_replications_than_a_block_go_on():
    rows = ck.history(NET, **OF_NETWORK, replications=515)
    table = ck.simulate(
        NET, policies=POLICIES[:1], scenarios=[SCENARIO], periods=6, seed=4, replications=515
    )
    last = rows.filter(quantity="resources", period=6)["mean"].item()
    assert last == pytest.approx(table["mean_resources"].item())
    assert rows.filter(quantity="x")["mean"].mean() == pytest.approx(table["mean_x"].item())


@pytest.mark.parametrize(
    ("model", "options", "message"),
    [
        (MODEL, {"by": "tier"}, "by: got tier with a Model; must be all, since it has no groups"),
        (MODEL, {"periods": 3}, "periods: got a value with a Model"),
        (MODEL, {"scenario": None}, "scenario: missing; must be a ResourceScenario"),
        (MODEL, {"quantiles": [0.5, 0.2, 0.5]}, r"quantiles: got 0\.5 2 times; must be once"),
        (NET, {}, "periods: missing; must be given with a network"),
        (ck.Network(firms={"id": ["mine"]}), {"by": "group", "periods": 3},
         "by: got group, and no firm has one; must be all, tier or firm"),
    ],
)  # fmt: skip
def test_refusals(model, options, message):
    with pytest.raises(ck.InvalidInput, match=message):
        ck.history(model, **{"policies": POLICIES, "scenario": SCENARIO} | options)


def test_bad_input():
    with pytest.raises(ck.InvalidInput, match="policies: got none; must be one or more"):
        ck.history(MODEL, policies=[], scenario=SCENARIO)
    with pytest.raises(ck.InvalidInput, match="spread: got 'days'"):
        over_time(spread="days")
    with pytest.raises(ck.InvalidInput, match="replications: got 0"):
        over_time(replications=0)


def test_the_command_writes_what_the_function_returns(cakernel, tmp_path):
    asked = ("--policy", "SRD-5 CRD-5 P", "--replications", 3, "--scenario-index", 1)
    code, out, err = cakernel("history", "--out", "results", *asked)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    policy = ck.Policy(supply_rule="SRD-5", cyber_rule="CRD-5")
    expected = ck.history(
        ck.Model(),
        policies=[policy],
        scenario=ck.paper_scenarios()[1],
        replications=3,
        scenario_index=1,
    )
    assert pl.read_parquet(tmp_path / "results/over_time.parquet").equals(expected)
    last = expected.filter(quantity="resources", period=180).row(0, named=True)
    three = [f"{last[name]:.1f}" for name in ("mean", "quantile_5", "quantile_95")]
    assert "{} ({} to {})".format(*three) in out


def test_an_interruption_keeps_whole_policies_of_a_network():
    def stop(done, total):
        if done > 3:
            raise KeyboardInterrupt

    asked = {**OF_NETWORK, "policies": POLICIES, "replications": 3, "by": "tier"}
    with pytest.raises(ck.Interrupted) as stopped:
        ck.history(NET, **asked, progress=stop)
    assert stopped.value.replications == 3
    asked["policies"] = POLICIES[:1]
    assert stopped.value.partial.equals(ck.history(NET, **asked))


@pytest.mark.parametrize("at", [1, 2])
def test_an_interruption_keeps_whole_replications_of_the_first_policy(at):
    def stop(done, total):
        if done >= at:
            raise KeyboardInterrupt

    with pytest.raises(ck.Interrupted) as stopped:
        over_time(progress=stop)
    assert stopped.value.replications == at
    whole = over_time(replications=at)
    assert stopped.value.partial.equals(whole.filter(supply_rule="SRD-2"))
