"""Sweeps on disk: what is there, what is reused, what is refused."""

import os
from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.sweep import blocks, folder
from cakernel.sweep.pool import LocalPool
from cakernel.sweep.run import run_sweep
from helpers.function_study import FunctionStudy
from helpers.recovery_sweeps import POLICIES, SCENARIO, contents, few_at_a_time, small


def simulated(sweep, row):
    """The rows of one point, from `simulate`."""
    model = sweep.study.model.replace(supply_mild=row["supply_mild"], firms=row["firms"])
    cost = (row["operational_cost_01"], *SCENARIO.operational_cost[1:])
    return ck.simulate(
        model,
        policies=sweep.study.policies,
        scenarios=[SCENARIO.replace(operational_cost=cost)],
        replications=sweep.replications,
        seed=sweep.seed,
    )


def test_results_are_those_of_simulate(tmp_path):
    sweep = small()
    results = run_sweep(sweep, tmp_path, block_work=few_at_a_time(sweep))
    rows = results.results.collect()
    assert rows.height == 12 * len(POLICIES)
    for row in results.points.iter_rows(named=True):
        of_point = rows.filter(pl.col("point") == row["point"]).drop("point")
        assert_frame_equal(of_point, simulated(sweep, row), rel_tol=1e-12, check_dtypes=True)
    assert results.failures.is_empty()
    assert results.damaged == []


def test_neither_threads_nor_blocks_nor_parts_in_flight_matter(tmp_path, monkeypatch):
    sweep = small()
    run_sweep(sweep, tmp_path / "a", threads=1, block_work=few_at_a_time(sweep))
    run_sweep(sweep, tmp_path / "b", block_work=few_at_a_time(sweep))
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert len(contents(tmp_path / "a")) > 4
    whole = run_sweep(sweep, tmp_path / "c").results.collect()
    assert_frame_equal(ck.open_sweep(tmp_path / "a").results.collect(), whole, check_exact=True)


def test_long_points_are_run_in_parts(tmp_path, monkeypatch):
    sweep = small()
    whole = run_sweep(sweep, tmp_path / "whole").results.collect()
    points = sweep.study.cost(sweep.points())
    monkeypatch.setattr(blocks, "WORK_OF_PART", points["work"].max() * 2.5)
    parts = run_sweep(sweep, tmp_path / "parts")
    assert len(contents(tmp_path / "parts")) > 2
    assert_frame_equal(parts.results.collect(), whole, rel_tol=1e-12)
    cut = run_sweep(sweep, tmp_path / "cut", block_work=few_at_a_time(sweep))
    assert_frame_equal(cut.results.collect(), parts.results.collect(), check_exact=True)


def test_single_replications_do_not_depend_on_parts(tmp_path, monkeypatch):
    sweep = small(study=replace(small().study, rows="replication"))
    whole = run_sweep(sweep, tmp_path / "whole").results.collect()
    monkeypatch.setattr(blocks, "ROWS_OF_PART", 40)
    parts = run_sweep(sweep, tmp_path / "parts").results.collect()
    keys = ["point", "supply_rule", "cyber_rule", "principle", "replication"]
    assert_frame_equal(parts.sort(keys), whole.sort(keys), check_exact=True)
    assert whole.height == 12 * len(POLICIES) * 6


def test_a_finished_sweep_is_not_run_again(tmp_path, monkeypatch):
    sweep = small()
    run_sweep(sweep, tmp_path)
    before = contents(tmp_path)
    monkeypatch.setattr(LocalPool, "submit", lambda *_: pytest.fail("ran again"))
    run_sweep(sweep, tmp_path, resume=True)
    assert contents(tmp_path) == before


def test_a_sweep_in_the_folder_needs_resume(tmp_path):
    run_sweep(small(), tmp_path)
    with pytest.raises(ck.InvalidInput, match="holds this sweep already; say --resume"):
        run_sweep(small(), tmp_path)


def test_more_replications_are_added_to_those_there(tmp_path):
    sweep = small()
    run_sweep(sweep, tmp_path / "a")
    before = contents(tmp_path / "a")
    more = small(replications=10)
    added = run_sweep(more, tmp_path / "a", resume=True)
    assert before.items() <= contents(tmp_path / "a").items()
    at_once = run_sweep(more, tmp_path / "b").results.collect()
    assert_frame_equal(added.results.collect(), at_once, rel_tol=1e-12)
    assert set(at_once["replications"]) == {10}


def test_more_points_are_added_to_those_there(tmp_path):
    run_sweep(small(), tmp_path / "a")
    before = contents(tmp_path / "a")
    more = small(design=ck.Design(kind="random", points=20, seed=3))
    added = run_sweep(more, tmp_path / "a", resume=True)
    assert before.items() <= contents(tmp_path / "a").items()
    at_once = run_sweep(more, tmp_path / "b").results.collect()
    keys = ["point", "supply_rule", "cyber_rule"]
    assert_frame_equal(added.results.collect().sort(keys), at_once.sort(keys), check_exact=True)


def test_points_added_to_a_file_are_run(tmp_path):
    file = tmp_path / "points.csv"
    sweep = small(axes={}, design=ck.Design(kind="points", file=file))
    file.write_text("firms,periods\n2,5\n3,5\n")
    run_sweep(sweep, tmp_path / "a")
    file.write_text("firms,periods\n2,5\n3,5\n3,9\n")
    added = run_sweep(sweep, tmp_path / "a", resume=True)
    assert added.points["periods"].to_list() == [5, 5, 9]
    assert set(added.results.collect()["point"]) == {0, 1, 2}


def test_levels_are_added_to_a_grid(tmp_path):
    def grid(levels):
        axes = {"firms": levels, "periods": [5, 10]}
        return small(axes=axes, design=ck.Design(kind="grid"))

    run_sweep(grid([2, 4]), tmp_path)
    added = run_sweep(grid([2, 3, 4]), tmp_path, resume=True)
    assert added.points.height == 6
    assert added.points["point"].to_list() == list(range(6))
    assert added.results.collect()["point"].n_unique() == 6


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"seed": 2}, "seed is 1 there and 2 here"),
        ({"replications": 5}, "replications is 6 there and 5 here"),
        ({"design": ck.Design(kind="random", points=11, seed=3)}, "points is 12 there and 11"),
        ({"axes": {"firms": [2, 3]}}, "axes"),
        ({"study": replace(small().study, model=ck.Model(chains=3))}, "model.chains is 2 there"),
        ({"study": replace(small().study, common_random_numbers=False)}, "common_random_numbers"),
    ],
)
def test_another_sweep_is_refused_and_leaves_the_folder_alone(tmp_path, changes, complaint):
    run_sweep(small(), tmp_path)
    before = contents(tmp_path)
    with pytest.raises(ck.InvalidInput, match=complaint) as raised:
        run_sweep(small(**changes), tmp_path, resume=True)
    assert "holds another sweep" in str(raised.value)
    assert contents(tmp_path) == before


def test_other_kernels_are_refused(tmp_path, monkeypatch):
    run_sweep(small(), tmp_path)
    monkeypatch.setattr(ck.Recovery, "kernel", "other")
    with pytest.raises(ck.InvalidInput, match=r"was computed by kernel \w+, this is kernel other"):
        run_sweep(small(), tmp_path, resume=True)


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(ck.InvalidInput, match="not empty and holds no sweep"):
        run_sweep(small(), tmp_path)
    with pytest.raises(ck.InvalidInput, match="is a file; must be a folder"):
        run_sweep(small(), tmp_path / "thesis.tex")
    with pytest.raises(ck.InvalidInput, match="holds no sweep"):
        ck.open_sweep(tmp_path)


def test_a_second_process_says_so_and_stops(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "LOCK_SECONDS", 0.1)
    run_sweep(small(), tmp_path)
    with folder.SweepFolder(tmp_path).locked():
        assert ck.sweep_status(tmp_path).running
        with pytest.raises(ck.InvalidInput, match="another process is writing to this sweep"):
            run_sweep(small(), tmp_path, resume=True)
    assert not ck.sweep_status(tmp_path).running


def test_a_full_disk_ends_the_run_and_loses_nothing(tmp_path, monkeypatch):
    sweep = small()
    undisturbed = run_sweep(sweep, tmp_path / "a", block_work=few_at_a_time(sweep))
    synced = os.fsync
    calls = []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) == 9:
            raise OSError(28, "No space left on device")
        synced(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left on device"):
        run_sweep(sweep, tmp_path / "b", block_work=few_at_a_time(sweep))
    kept = len(contents(tmp_path / "b"))
    assert kept > 1
    run_sweep(sweep, tmp_path / "b", resume=True, block_work=few_at_a_time(sweep))
    assert contents(tmp_path / "b") == contents(tmp_path / "a")
    assert undisturbed.damaged == []


def test_impossible_points_are_rows_with_their_reason(tmp_path):
    sweep = small(axes={"supply_mild": [0.1, 0.99, 0.2]}, design=ck.Design(kind="grid"))
    results = run_sweep(sweep, tmp_path)
    failures = results.failures
    assert failures["point"].to_list() == [1]
    assert "supply_severe + supply_mild: got" in failures["error"][0]
    assert set(results.results.collect()["point"]) == {0, 2}
    assert ck.sweep_status(tmp_path).failed == 1
    more = replace(sweep, replications=9)
    again = run_sweep(more, tmp_path, resume=True)
    assert again.failures.height == 1
    assert set(again.results.collect()["replications"]) == {9}


def test_a_precision_is_reached_point_by_point(tmp_path):
    precision = ck.Precision(outcome="resources", standard_error=0.7, at_most=60)
    sweep = small(precision=precision)
    results = run_sweep(sweep, tmp_path / "a").results.collect()
    each = results.group_by("point").agg(pl.col("replications", "se_resources").max())
    reached = each.filter(pl.col("replications") < 60)
    assert (reached["se_resources"] <= 0.7).all()
    assert each["replications"].n_unique() > 1
    assert each["replications"].min() >= 6
    assert each["replications"].max() <= 60
    cut = run_sweep(sweep, tmp_path / "b", block_work=few_at_a_time(sweep), threads=1)
    keys = ["point", "supply_rule", "cyber_rule"]
    assert_frame_equal(cut.results.collect().sort(keys), results.sort(keys), check_exact=True)


def test_progress_counts_up_to_all(tmp_path):
    sweep = small()
    states = []
    run_sweep(
        sweep,
        tmp_path,
        block_work=few_at_a_time(sweep),
        progress=lambda state: states.append(replace(state)),
    )
    assert states[0].shard is None
    assert [state.blocks_done for state in states] == list(range(len(states)))
    last = states[-1]
    assert last.points_done == last.points == 12
    assert last.work_done == pytest.approx(last.work)
    assert last.replications == 12 * 6


def test_an_interruption_keeps_what_was_finished(tmp_path):
    sweep = small()
    run_sweep(sweep, tmp_path / "a", block_work=few_at_a_time(sweep))

    def stop(state):
        if state.blocks_done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_sweep(sweep, tmp_path / "b", block_work=few_at_a_time(sweep), progress=stop)
    assert ck.sweep_status(tmp_path / "b").blocks_done == 2
    run_sweep(sweep, tmp_path / "b", resume=True)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"threads": 0}, "threads: got 0; must be"),
        ({"block_work": 0.0}, r"block_work: got 0\.0; must be a number above 0"),
    ],
)
def test_bad_arguments(tmp_path, arguments, complaint):
    with pytest.raises(ck.InvalidInput, match=complaint):
        run_sweep(small(), tmp_path, **arguments)


def test_what_is_rare_does_not_pass_for_precise(tmp_path):
    # a gain of 100 in one replication of 40: most first rounds of 10 see none
    class Rare(FunctionStudy):
        def run(self, points, *, seed, threads):
            rows = super().run(points, seed=seed, threads=threads)
            rare = pl.col("replication") % 40 == 39
            return rows.with_columns(mean_gain=pl.when(rare).then(100.0).otherwise(0.0))

    study = Rare({"wait": lambda row: 0.0}, {"a": 0.0}, spread=lambda row: 1.0)
    precision = ck.Precision(outcome="gain", standard_error=2.0, at_most=500)
    sweep = ck.Sweep(study, axes={"a": [0.0, 1.0]}, replications=10, precision=precision)
    counts = run_sweep(sweep, tmp_path).results.group_by("point").len().collect()["len"].to_list()
    # 100 at least, and then as many as its standard error, of 15 a replication, asks for
    assert counts == [100, 100]
