"""The best recovery found: what its rows mean, and that no bound is broken."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.recovery.optimal.candidates import own_state_rule
from cakernel.recovery.optimal.winners import FAMILIES
from cakernel.recovery.policy import POLICY

MODEL = ck.Model(
    chains=2, firms=3, periods=25, supply_severe=0.05, supply_mild=0.2, cyber_severe=0.1,
    cyber_mild=0.1,
)  # fmt: skip
SCENARIOS = ck.paper_scenarios()[:576:97]
NOISE = 4.0


@pytest.fixture(scope="module")
def found():
    return ck.optimal(MODEL, scenarios=SCENARIOS, families=list(FAMILIES), replications=64, seed=3)


def test_a_row_is_what_its_policy_earns_on_fresh_draws(found):
    for row in found.scenarios.iter_rows(named=True):
        again = ck.simulate(
            MODEL,
            policies=[found.policy(*(row[name] for name in POLICY))],
            scenarios=[SCENARIOS[row["scenario"]]],
            replications=64,
            seed=3,
            first_replication=64,
            first_scenario=row["scenario"],
        ).row(0, named=True)
        for name in ("mean_x", "mean_y", "mean_resources"):
            assert row[name] == again[name]
        assert row["objective"] == again["mean_resources"]
        assert row["se_objective"] == again["se_resources"]


def test_no_policy_is_above_the_bound_beyond_noise(found):
    rows = found.scenarios
    assert rows.height == len(SCENARIOS) * 2 * len(FAMILIES)
    above = rows.filter(
        pl.col("objective") > pl.col("upper_bound") + NOISE * pl.col("se_objective") + 1e-9
    )
    assert above.is_empty()
    assert (rows["gap"] == rows["upper_bound"] - rows["objective"]).all()
    assert (rows["lower"] < rows["objective"]).all()


def test_each_scenario_and_deployment_has_one_best(found):
    best = found.scenarios.filter("best")
    assert best.select("scenario", "deployment").is_unique().all()
    assert best.height == 2 * len(SCENARIOS)
    on_site = found.scenarios["cyber_rule"] == "CRD-0"
    assert (on_site == (found.scenarios["deployment"] == "on-site")).all()


def test_never_recovering_is_what_none_earns(found):
    for place, cyber in (("cloud", "none"), ("on-site", "CRD-0")):
        simulated = ck.simulate(
            MODEL,
            policies=[ck.Policy(supply_rule="none", cyber_rule=cyber)],
            scenarios=SCENARIOS,
            replications=2000,
            by="scenario",
        )
        told = found.scenarios.filter(deployment=place).unique("scenario").sort("scenario")["never"]
        off = (simulated["mean_resources"] - told) / simulated["se_resources"].clip(1e-9)
        assert off.abs().max() < NOISE


def test_what_the_papers_speeds_lose(found):
    speeds = found.speeds
    assert speeds.height == 104
    best = found.scenarios.filter("best", deployment="cloud")
    simulated = ck.simulate(
        MODEL,
        policies=ck.policies(),
        scenarios=SCENARIOS,
        replications=64,
        seed=3,
        first_replication=64,
    )
    for row, again in zip(
        speeds.sort("supply_rule", "cyber_rule", "principle").iter_rows(named=True),
        simulated.sort("supply_rule", "cyber_rule", "principle").iter_rows(named=True),
        strict=True,
    ):
        assert row["objective"] == pytest.approx(again["mean_resources"], abs=1e-9)
        if row["deployment"] == "cloud":
            loss = best["objective"].mean() - again["mean_resources"]
            assert row["loss"] == pytest.approx(loss, abs=1e-9)


def test_summary_means(found):
    summary = found.summary.filter(deployment="cloud", family="cutoffs").row(0, named=True)
    rows = found.scenarios.filter(deployment="cloud", family="cutoffs")
    assert summary["objective"] == pytest.approx(rows["objective"].mean())
    assert summary["worst_gap_percent"] == rows["gap_percent"].max()
    gap = rows["upper_bound"].mean() - rows["objective"].mean()
    assert summary["missed_percent"] == pytest.approx(
        100 * gap / (rows["upper_bound"].mean() - rows["never"].mean())
    )


def test_cutoffs_and_neighbours_do_not_lose_what_their_start_earns(found):
    means = {row["family"]: row["objective"] for row in found.summary.iter_rows(named=True)
             if row["deployment"] == "cloud"}  # fmt: skip
    noise = NOISE * found.summary["se_objective"].max()
    assert means["cutoffs"] > means["own-state"] - noise
    assert means["neighbours"] > means["cutoffs"] - noise
    # the paper's rules are no better than rules made for each scenario
    assert means["paper"] < means["cutoffs"] + noise


def test_equal_arguments_give_equal_tables():
    given = {"scenarios": SCENARIOS[:2], "replications": 32}
    first, second = (ck.optimal(MODEL, threads=n, **given) for n in (1, 2))
    assert_frame_equal(first.scenarios, second.scenarios)
    assert_frame_equal(first.speeds, second.speeds)


def test_weights_and_terminal_values_count():
    given = {"replications": 64, "families": ["cutoffs"], "deployments": ["cloud"]}
    plain = ck.optimal(MODEL, scenarios=SCENARIOS, **given).summary.row(0, named=True)
    weighted = ck.optimal(
        MODEL,
        scenarios=SCENARIOS,
        objective=ck.Objective(operational_weight=40, intangibles_weight=10),
        **given,
    )
    row = weighted.summary.row(0, named=True)
    assert row["mean_x"] > plain["mean_x"] + 0.1
    assert row["objective"] == pytest.approx(
        row["mean_resources"] + 40 * row["mean_x"] + 10 * row["mean_y"]
    )
    valued = [s.replace(operational_terminal_value=(0, 20, 40)) for s in SCENARIOS]
    row = ck.optimal(MODEL, scenarios=valued, **given).summary.row(0, named=True)
    assert row["objective"] > row["mean_resources"] + 5
    assert row["objective"] < row["upper_bound"] + 1


def test_an_interruption_keeps_finished_scenarios():
    def stop(done, total):
        if done > 0.8 * total:
            raise KeyboardInterrupt

    with pytest.raises(ck.Interrupted) as stopped:
        ck.optimal(MODEL, scenarios=SCENARIOS, replications=32, progress=stop)
    kept = stopped.value.partial
    assert 0 < stopped.value.replications < len(SCENARIOS)
    assert kept.scenarios["scenario"].n_unique() == stopped.value.replications


@pytest.mark.parametrize("side", ["supply", "cyber"])
def test_every_own_state_rule_has_a_name(side):
    names = {own_state_rule(side, low, medium).label for low in range(3) for medium in (1, 2)}
    assert len(names) == 6
    for name in names:
        assert ck.rule(side, name).on_site is False


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"families": ["best"]}, "families"),
        ({"deployments": []}, "deployments"),
        ({"replications": 10}, "replications: got 10"),
        ({"scenarios": []}, "scenarios"),
        ({"confidence": 1.0}, "confidence: got 1"),
    ],
)
def test_bad_arguments(given, told):
    with pytest.raises(ck.InvalidInput, match=told):
        ck.optimal(MODEL, **{"scenarios": SCENARIOS, **given})
