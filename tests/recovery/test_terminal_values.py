"""What final states are worth: an outcome of its own, exact, and only where values are given."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.recovery.engine import Experiment, plan_of
from cakernel.recovery.kernel_arrays import batch_of, grid_of, policies_of
from helpers.recovery_strategies import for_oracle, models, policies, scenarios, terminal_values
from oracle.model import Worth, history, mean_value

MODEL = ck.Model(chains=2, firms=3, periods=17)
POLICIES = ck.policies(supply_rules=["SRD-2", "SRD-5@3/9"], cyber_rules=["CRD-2@2/5", "CRD-0"])
PLAIN = ck.paper_scenarios()[::97]
VALUED = [
    PLAIN[0].replace(operational_terminal_value=(0.0, 1.5, 4.0)),
    PLAIN[1].replace(intangibles_terminal_value=(1.0, 0.123456789, 7 / 3)),
    PLAIN[2],
    PLAIN[3].replace(
        operational_terminal_value=(2.0, 1.0, 0.0), intangibles_terminal_value=(0.1, 0.2, 0.3)
    ),
]
VALUES = ["mean_value", "se_value"]


def run(**changes):
    arguments = {"policies": POLICIES, "scenarios": VALUED, "replications": 7, "seed": 4}
    return ck.simulate(MODEL, **(arguments | changes))


def expected_value(model, policy, scenario, *, seed, number, replication):
    """Return the oracle's mean value of one replication."""
    amounts = dict(scenario.amounts)
    # to twelve digits, as amounts are counted
    worth = Worth(
        *(
            [round(amount, 11) for amount in amounts.pop(f"{side}_terminal_value")]
            for side in ("operational", "intangibles")
        )
    )
    rows = history(
        **model.model_dump(),
        **amounts,
        **for_oracle(policy),
        seed=seed,
        scenario=number,
        replication=replication,
    )
    return float(mean_value(rows, worth))


def test_values_are_the_oracles():
    rows = run(by="replication")
    names = {str(policy): policy for policy in POLICIES}
    for row in rows.iter_rows(named=True):
        policy = names[f"{row['supply_rule']} {row['cyber_rule']} {row['principle']}"]
        number = row["scenario"]
        found = expected_value(
            MODEL, policy, VALUED[number], seed=4, number=number, replication=row["replication"]
        )
        assert row["mean_value"] == pytest.approx(found, rel=1e-14)


@settings(max_examples=60, deadline=None)
@given(
    model=models(),
    policy=policies,
    scenario=scenarios,
    values=st.tuples(terminal_values, terminal_values),
    seed=st.integers(0, 2**64 - 1),
)
def test_random_values(model, policy, scenario, values, seed):
    scenario = scenario.replace(
        operational_terminal_value=values[0], intangibles_terminal_value=values[1]
    )
    rows = ck.simulate(
        model, policies=[policy], scenarios=[scenario], replications=1, seed=seed,
        by="replication", first_scenario=3, first_replication=2,
    )  # fmt: skip
    assert ("mean_value" in rows.columns) == scenario.valued == (values != (None, None))
    if scenario.valued:
        found = expected_value(model, policy, scenario, seed=seed, number=3, replication=2)
        assert rows["mean_value"][0] == pytest.approx(found, rel=1e-14, abs=1e-14)


@pytest.mark.parametrize("by", ["policy", "scenario", "replication"])
def test_other_columns_do_not_change_by_a_bit(by):
    plain = run(by=by, scenarios=PLAIN[:4])
    assert "mean_value" not in plain.columns
    valued = run(by=by)
    added = [name for name in VALUES if name in valued.columns]
    assert added == (VALUES if by != "replication" else VALUES[:1])
    assert_frame_equal(valued.drop(added), plain, check_exact=True)


@pytest.mark.compiled
def test_its_error_is_that_of_its_replications():
    each = run(by="replication", replications=200)
    keys = ["supply_rule", "cyber_rule", "principle", "scenario"]
    folded = each.group_by(keys, maintain_order=True).agg(
        mean=pl.col("mean_value").mean(), se=pl.col("mean_value").std() / 200**0.5
    )
    rows = run(by="scenario", replications=200)
    assert rows["mean_value"].to_list() == pytest.approx(folded["mean"].to_list(), rel=1e-12)
    assert rows["se_value"].to_list() == pytest.approx(folded["se"].to_list(), rel=1e-9)


def test_a_scenario_without_values_is_worth_its_resources():
    rows = run(by="scenario").filter(scenario=2)
    assert rows["mean_value"].to_list() == rows["mean_resources"].to_list()
    zeros = run(scenarios=[PLAIN[0].replace(intangibles_terminal_value=(0, 0, 0))])
    assert zeros["mean_value"].to_list() == zeros["mean_resources"].to_list()
    assert zeros["se_value"].to_list() == zeros["se_resources"].to_list()


def test_a_scenarios_value_does_not_depend_on_its_company():
    together = run(by="scenario")
    for n, scenario in enumerate(VALUED[:2]):
        alone = run(by="scenario", scenarios=[scenario], first_scenario=n)
        rows = together.filter(scenario=n).with_columns(scenario=alone["scenario"])
        assert_frame_equal(alone, rows, check_exact=True)


def test_decimals_of_values_do_not_make_resources_finer():
    """Lanes are compiled for the planes that resources take, and take longer for more."""
    fine = [s.replace(operational_terminal_value=(0.0, 1 / 3, 12.3456789012)) for s in PLAIN]
    plans = [
        plan_of(
            Experiment(
                grid=grid_of(MODEL),
                seed=1,
                policies=policies_of(POLICIES),
                batch=batch_of(MODEL, given, 0),
                first_replication=0,
                replications=5,
                threads=1,
            )
        )
        for given in (PLAIN, fine)
    ]
    assert plans[0].planes == plans[1].planes
    assert ck.arithmetic(MODEL, fine)[0].endswith("amounts rounded to 12 digits")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ((0, 1), r"operational_terminal_value: got \(0, 1\); must be three numbers from 0"),
        ((0, 1, -1), r"operational_terminal_value\[2\]: got -1; must be three numbers from 0 to"),
        ("high", "operational_terminal_value: got 'high'; must be three numbers from 0 to 1e15"),
        ((0, 1, 1e16), r"operational_terminal_value\[2\]: got 1e\+16; must be three numbers"),
    ],
)
def test_bad_values_are_refused(value, message):
    with pytest.raises(ck.InvalidInput, match=message):
        PLAIN[0].replace(operational_terminal_value=value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1e-11, "operational_terminal_value: got 1e-11; must be 0 or at least 1e-09"),
        (1e15 + 0.5, r"values of up to 6e\+15 in steps of .* are more than 2\^62 steps"),
    ],
)
def test_values_that_cannot_be_counted_are_refused(value, message):
    worth = (0.0, 0.000000001234 if value > 1 else 0.0, min(value, 1e15))
    with pytest.raises(ck.InvalidInput, match=message):
        run(scenarios=[PLAIN[0].replace(operational_terminal_value=worth)])


def test_paired_outcomes_have_it_too(monkeypatch):
    paired = ck.paired_outcomes(MODEL, policies=POLICIES, scenarios=VALUED, replications=5, seed=4)
    means = paired.group_by("supply_rule", "cyber_rule", "principle", maintain_order=True).agg(
        pl.col("mean_value").mean()
    )
    assert means["mean_value"].to_list() == pytest.approx(
        run(replications=5)["mean_value"].to_list(), rel=1e-13
    )
    # in parts, of which some have no values
    monkeypatch.setattr("cakernel.recovery.paired.ROWS_PER_CALL", 1)
    parts = ck.paired_outcomes(MODEL, policies=POLICIES, scenarios=VALUED, replications=5, seed=4)
    assert_frame_equal(parts, paired, check_exact=True)


def test_points_of_a_sweep_may_vary_in_their_values(tmp_path):
    study = ck.Recovery(model=MODEL, policies=POLICIES, scenarios=VALUED)
    axes = {"operational_terminal_value_2": ck.Range(low=1, high=9, decimals=3), "scenario": [0, 2]}
    sweep = ck.Sweep(
        study=study, axes=axes, design=ck.Design(kind="random", points=6), replications=4
    )
    results = ck.run_sweep(sweep, tmp_path / "sweep")
    assert results.outcomes == ["mean_resources", "mean_x", "mean_y", "mean_value"]
    rows = results.joined().collect()
    assert rows["scenario"].n_unique() == 2
    assert rows["se_value"].null_count() == 0
    for row in rows.iter_rows(named=True):
        scenario = VALUED[row["scenario"]]
        low, medium, _ = scenario.amounts["operational_terminal_value"]
        worth = (low, medium, row["operational_terminal_value_2"])
        expected = ck.simulate(
            MODEL,
            policies=[
                ck.Policy(**{key: row[key] for key in ("supply_rule", "cyber_rule", "principle")})
            ],
            scenarios=[scenario.replace(operational_terminal_value=worth)],
            replications=4,
            first_scenario=row["scenario"],
        )
        for name in ("mean_value", "mean_resources", "se_value"):
            assert row[name] == pytest.approx(expected[name][0], rel=1e-12)


@pytest.mark.parametrize("rows", ["policy", "replication"])
@pytest.mark.parametrize("network", [False, True])
def test_a_point_that_leaves_values_out_is_worth_its_resources(network, rows):
    """Alone and beside points that have some: all have the same outcomes."""
    model = ck.Network(firms={"id": ["mill", "shop"]}) if network else MODEL
    study = ck.Recovery(model, POLICIES, VALUED[:1], rows=rows, periods=5 if network else None)
    name = "operational_terminal_value"
    some = pl.Series(name, [None, [0, 1.5, 4], None], study.fields[name].column, strict=False)
    points = pl.DataFrame([some]).with_columns(
        periods=pl.Series([5, 5, 3]),
        point=pl.int_range(pl.len()),
        first_replication=pl.lit(0, pl.Int64),
        replications=pl.lit(2, pl.Int64),
    )
    together = study.run(points, seed=1, threads=1)
    alone = [study.run(points[n : n + 1], seed=1, threads=1) for n in range(3)]
    assert_frame_equal(pl.concat(alone), together, check_exact=True)
    plain = pl.col("mean_value") == pl.col("mean_resources")
    told = together.group_by("point", maintain_order=True).agg(plain.all(), pl.col("error").count())
    assert told.rows() == [(0, True, 0), (1, False, 0), (2, True, 0)]


def test_an_axis_of_values_needs_scenarios_that_have_them(tmp_path):
    study = ck.Recovery(model=MODEL, policies=POLICIES, scenarios=PLAIN)
    assert "mean_value" not in study.description()["outcomes"]
    for axis in ([1.0, 2.0], ck.Range(low=1, high=2)):
        axes = {"intangibles_terminal_value_1": axis}
        with pytest.raises(ck.InvalidInput, match="an axis of terminal values; a scenario must"):
            ck.run_sweep(ck.Sweep(study=study, axes=axes, replications=4), tmp_path)


SECTION = """
[simulation]
replications = 3
[model]
chains = 2
firms = 3
periods = 10
[policies]
supply_rules = ["SRD-1", "SRD-2"]
cyber_rules = ["CRD-1"]
principles = ["P"]
[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""


def test_commands_show_and_rank_it(cakernel, tmp_path):
    pytest.importorskip("scipy")
    (tmp_path / "plain.toml").write_text(SECTION)
    (tmp_path / "valued.toml").write_text(f"{SECTION}operational_terminal_value = [0, 2, 50]\n")
    code, out, err = cakernel("run", "valued.toml", "--out", "results")
    assert (code, err) == (0, "")
    assert "mean value" in out
    assert '"operational_terminal_value"' in (tmp_path / "results/provenance.json").read_text()
    assert cakernel("report", "results", "--out", "page.html")[0] == 0
    page = (tmp_path / "page.html").read_text()
    assert "value</th>" in page
    assert "The value of a firm is its resources at the end" in page
    code, out, err = cakernel("run", "plain.toml", "--out", "without")
    assert (code, err) == (0, "")
    assert "mean value" not in out
    assert "terminal_value" not in (tmp_path / "without/provenance.json").read_text()
    assert cakernel("report", "without", "--out", "plain.html")[0] == 0
    page = (tmp_path / "plain.html").read_text()
    assert "value</th>" not in page
    assert "The value of a firm" not in page
    code, out, err = cakernel("best", "--regime", "valued.toml", "--outcome", "value")
    assert (code, err) == (0, "")
    assert "what final states are worth" in out
    code, _, err = cakernel("best", "--regime", "plain.toml", "--outcome", "value")
    assert code == 2
    assert err == (
        "error: --outcome: got value; must be one of resources, x, y; value needs scenarios with "
        "terminal values\n"
    )
