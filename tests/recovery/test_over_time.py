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
