"""Sweeps of the coopetition model on Dask: the bytes of a local run.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

import pytest

import cakernel as ck
from helpers.coopetition_sweeps import few_at_a_time, in_order, small, solved
from helpers.dask_cluster import DASK_MARKS
from helpers.recovery_sweeps import contents

pytestmark = DASK_MARKS


@pytest.mark.parametrize("shared", [False, True])
def test_the_bytes_of_a_local_run(tmp_path, cluster, shared):
    sweep = small()
    work = few_at_a_time(sweep)
    ck.run_sweep(sweep, tmp_path / "local", block_work=work)
    pool = ck.DaskPool(cluster.scheduler_address, shared=shared)
    results = ck.run_sweep(sweep, tmp_path / "dask", block_work=work, pool=pool)
    assert contents(tmp_path / "dask") == contents(tmp_path / "local")
    assert in_order(results) == solved(sweep)
    assert ck.sweep_status(tmp_path / "dask", verify=True).finished
