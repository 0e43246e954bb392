"""Pools: used again, they work; used for two sweeps at once, they say so."""

import pytest

import cakernel as ck
from cakernel.sweep.pool import LocalPool
from helpers.recovery_sweeps import contents, few_at_a_time, small


def test_a_used_pool_serves_the_next_sweep(tmp_path):
    sweep, pool = small(), LocalPool()
    for name in ("a", "b"):
        ck.run_sweep(sweep, tmp_path / name, pool=pool, block_work=few_at_a_time(sweep))
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_pool_serves_again_after_an_interruption(tmp_path):
    sweep, pool = small(), LocalPool()

    def stop(state):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ck.run_sweep(sweep, tmp_path, pool=pool, progress=stop)
    ck.run_sweep(sweep, tmp_path, pool=pool, resume=True)
    assert ck.sweep_status(tmp_path, verify=True).finished


def test_a_map_of_several_rounds_takes_a_pool(tmp_path):
    axes = {"supply_mild": ck.Range(low=0.0, high=0.5, count=3)}
    found = ck.stability_map(
        small(axes=axes, design=ck.Design(kind="grid")), tmp_path, depth=2, pool=LocalPool()
    )
    assert found.points.height > 3


def test_one_pool_for_two_sweeps_at_once_is_refused(tmp_path):
    with LocalPool() as pool, pytest.raises(ck.InvalidInput, match="pool: runs another sweep"):
        ck.run_sweep(small(), tmp_path, pool=pool)
