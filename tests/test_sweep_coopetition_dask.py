"""Sweeps of the coopetition model on Dask: the bytes of a local run.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

import pytest

import cakernel as ck
from coopetition_sweeps import few_at_a_time, in_order, small, solved
from test_sweep_dask import cluster, pytestmark  # noqa: F401
from test_sweep_run import contents


@pytest.mark.parametrize("shared", [False, True])
def test_the_bytes_of_a_local_run(tmp_path, cluster, shared):  # noqa: F811
    sweep = small()
    work = few_at_a_time(sweep)
    ck.run_sweep(sweep, tmp_path / "local", block_work=work)
    pool = ck.DaskPool(cluster.scheduler_address, shared=shared)
    results = ck.run_sweep(sweep, tmp_path / "dask", block_work=work, pool=pool)
    assert contents(tmp_path / "dask") == contents(tmp_path / "local")
    assert in_order(results) == solved(sweep)
    assert ck.sweep_status(tmp_path / "dask", verify=True).finished
