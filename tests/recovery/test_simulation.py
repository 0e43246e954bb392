"""Tables of results: from the same replications whatever the threads, the blocks or the company."""

from itertools import pairwise

import numba
import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.recovery import engine
from cakernel.recovery.kernel.lanes import plan
from oracle.model import history, summary

MODEL = ck.Model(chains=2, firms=3, periods=17)
POLICIES = ck.policies(supply_rules=["SRD-2", "SRD-5"], cyber_rules=["CRD-2", "CRD-0"])
SCENARIOS = ck.paper_scenarios()[::97]


def run(**changes):
    arguments = {"policies": POLICIES, "scenarios": SCENARIOS, "replications": 7, "seed": 4}
    return ck.simulate(MODEL, **(arguments | changes))


@pytest.mark.parametrize("by", ["policy", "scenario", "replication"])
def test_one_thread_and_all_give_the_same_bits(by):
    assert numba.config.NUMBA_NUM_THREADS > 1, "run on two cores or more"
    assert_frame_equal(run(by=by, threads=1), run(by=by), check_exact=True)


@pytest.mark.parametrize("by", ["policy", "scenario", "replication"])
@pytest.mark.parametrize("firm_periods", [1, 3_000, 20_000])
def test_results_do_not_depend_on_how_work_is_cut(by, firm_periods, monkeypatch):
    whole = run(by=by)
    monkeypatch.setattr(engine, "FIRM_PERIODS_PER_CALL", firm_periods)
    assert_frame_equal(run(by=by), whole, check_exact=True)


def test_rows_are_means_of_the_oracle():
    rows = run(by="replication")
    assert rows.height == len(POLICIES) * len(SCENARIOS) * 7
    for row in rows.sample(25, seed=1).iter_rows(named=True):
        scenario = SCENARIOS[row["scenario"]]
        expected = summary(
            history(
                **MODEL.model_dump(),
                **scenario.given,
                supply_rule=row["supply_rule"],
                cyber_rule=row["cyber_rule"],
                principle=row["principle"],
                seed=4,
                scenario=row["scenario"],
                replication=row["replication"],
            )
        )
        assert row["mean_x"] == pytest.approx(float(expected.mean_x), rel=1e-14)
        assert row["mean_y"] == pytest.approx(float(expected.mean_y), rel=1e-14)
        assert row["mean_resources"] == pytest.approx(float(expected.mean_resources), rel=1e-14)


def test_means_and_standard_errors_are_those_of_the_replications():
    keys = ["supply_rule", "cyber_rule", "principle", "scenario"]
    names = ["x", "y", "resources"]
    expected = (
        run(by="replication")
        .group_by(keys, maintain_order=True)
        .agg(
            *[pl.col(f"mean_{name}").mean() for name in names],
            *[(pl.col(f"mean_{name}").std() / 7**0.5).alias(f"se_{name}") for name in names],
        )
        .with_columns(replications=pl.lit(7, pl.Int64))
    )
    by_scenario = run(by="scenario")
    assert_frame_equal(by_scenario, expected, rel_tol=1e-12, abs_tol=1e-14)

    # scenarios are given and independent: the variance of their mean is the sum over n squared
    by_policy = run(by="policy")
    assert by_policy["mean_resources"].to_list() == pytest.approx(
        by_scenario.group_by(keys[:3], maintain_order=True).mean()["mean_resources"].to_list()
    )
    squares = by_scenario["se_x"].to_numpy().reshape(len(POLICIES), -1) ** 2
    assert by_policy["se_x"].to_list() == pytest.approx(
        np.sqrt(squares.sum(axis=1)) / len(SCENARIOS)
    )


def test_a_part_can_be_run_again_alone():
    whole = run(by="replication")
    part = run(
        by="replication",
        scenarios=SCENARIOS[2:4],
        first_scenario=2,
        replications=2,
        first_replication=3,
        policies=POLICIES[1:2],
    )
    names = ["supply_rule", "cyber_rule", "principle", "scenario", "replication"]
    same = whole.join(part.with_columns(pl.col("scenario") + 2).select(names), on=names, how="semi")
    assert same.height == part.height == 4
    assert_frame_equal(part.drop("scenario"), same.drop("scenario"), check_exact=True)


def test_a_scenario_does_not_depend_on_its_company():
    # one with many decimals runs in its quantum beside the others'
    odd = SCENARIOS[0].replace(operational_cost=(1 / 7, 2 / 7, 3 / 7))
    mixed = run(scenarios=[SCENARIOS[0], odd, SCENARIOS[1]], by="scenario")
    alone = run(scenarios=[odd], first_scenario=1, by="scenario")
    assert_frame_equal(
        mixed.filter(pl.col("scenario") == 1).drop("scenario"),
        alone.drop("scenario"),
        check_exact=True,
    )
    first = run(scenarios=SCENARIOS[:1], by="scenario")
    assert_frame_equal(mixed.filter(pl.col("scenario") == 0), first, check_exact=True)


def test_all_policies_meet_the_same_disruptions():
    supply_hits = [
        ck.trace(MODEL, policy=policy, scenario=SCENARIOS[0])["supply_hit"] for policy in POLICIES
    ]
    for one, other in pairwise(supply_hits):
        assert one.equals(other)


def test_one_replication_has_no_standard_error():
    rows = run(replications=1)
    assert rows["se_x"].to_list() == [None] * len(POLICIES)
    assert rows["se_x"].dtype == pl.Float64
    assert rows["mean_x"].is_between(0, 2).all()


def test_progress_counts_every_replication():
    seen = []
    run(progress=lambda done, total: seen.append((done, total)))
    total = len(POLICIES) * len(SCENARIOS) * 7
    assert seen[-1] == (total, total)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


def test_interrupted_runs_keep_the_finished_replications(monkeypatch):
    monkeypatch.setattr(engine, "FIRM_PERIODS_PER_CALL", 1)
    monkeypatch.setattr(engine, "CALLS_PER_ROUND", 1)
    monkeypatch.setattr(plan, "MOST_LANES", 8)
    rounds = []

    def stop_late(done, total):
        rounds.append(done)
        if done > 0.6 * total:
            raise KeyboardInterrupt

    with pytest.raises(ck.Interrupted) as stopped:
        run(by="scenario", threads=1, progress=stop_late)
    kept = stopped.value.replications
    assert 1 <= kept < 7
    assert_frame_equal(
        stopped.value.partial, run(by="scenario", replications=kept), check_exact=True
    )


def test_interrupted_before_anything_is_whole():
    def stop_at_once(done, total):
        raise KeyboardInterrupt

    with pytest.raises(ck.Interrupted) as stopped:
        run(progress=stop_at_once)
    assert stopped.value.partial is None
    assert stopped.value.replications == 0
