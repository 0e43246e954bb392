"""Sweeps on Dask: the bytes of a local run, also when workers die."""

import os
import signal
import socket

import psutil
import pytest

import cakernel as ck
from cakernel.sweep.run import run_sweep
from helpers.dask_cluster import DASK_MARKS
from helpers.network_sweeps import STUDY
from helpers.recovery_sweeps import contents, few_at_a_time, small

pytestmark = DASK_MARKS


@pytest.mark.parametrize("shared", [False, True])
def test_the_bytes_of_a_local_run(tmp_path, cluster, shared):
    sweep = small()
    work = few_at_a_time(sweep)
    run_sweep(sweep, tmp_path / "local", block_work=work)
    pool = ck.DaskPool(cluster.scheduler_address, shared=shared)
    run_sweep(sweep, tmp_path / "dask", block_work=work, pool=pool)
    assert contents(tmp_path / "dask") == contents(tmp_path / "local")
    assert ck.sweep_status(tmp_path / "dask", verify=True).finished


def test_a_network_goes_to_the_workers(tmp_path, cluster):
    axes = {"firms.mill.stock": ck.Range(low=0, high=3), "group.makers.supply_mild": [0.1, 0.3]}
    sweep = ck.Sweep(STUDY, axes, ck.Design(kind="random", points=20), replications=20)
    work = few_at_a_time(sweep)
    run_sweep(sweep, tmp_path / "local", block_work=work)
    run_sweep(sweep, tmp_path / "dask", block_work=work, pool=ck.DaskPool(cluster))
    assert contents(tmp_path / "dask") == contents(tmp_path / "local")
    assert len(contents(tmp_path / "dask")) > 4


def test_a_worker_that_dies(tmp_path, cluster):
    sweep = small()
    work = few_at_a_time(sweep) / 3
    run_sweep(sweep, tmp_path / "local", block_work=work)
    killed = []

    def kill(state):
        if state.blocks_done == 1 and not killed:
            worker = next(iter(cluster.workers.values()))
            killed.append(worker.pid)
            os.kill(worker.pid, signal.SIGKILL)

    pool = ck.DaskPool(cluster)
    run_sweep(sweep, tmp_path / "dask", block_work=work, pool=pool, progress=kill)
    assert killed
    assert contents(tmp_path / "dask") == contents(tmp_path / "local")


def test_more_parts_and_a_precision(tmp_path, cluster):
    sweep = small(precision=ck.Precision(outcome="resources", standard_error=0.7, at_most=40))
    work = few_at_a_time(sweep)
    run_sweep(sweep, tmp_path / "local", block_work=work)
    run_sweep(sweep, tmp_path / "dask", block_work=work, pool=ck.DaskPool(cluster))
    assert contents(tmp_path / "dask") == contents(tmp_path / "local")
    assert len(contents(tmp_path / "dask")) > 8


def test_a_worker_of_another_version_is_named(tmp_path, cluster, monkeypatch):
    monkeypatch.setattr(ck.Recovery, "kernel", "another")
    with pytest.raises(ck.InvalidInput, match=r"a worker runs kernel .*; the sweep needs another"):
        run_sweep(small(), tmp_path, pool=ck.DaskPool(cluster))


def test_no_scheduler(tmp_path, monkeypatch):
    monkeypatch.setattr("cakernel.sweep.dask_pool.CONNECT_SECONDS", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ck.InvalidInput, match="no scheduler answers there"):
        ck.DaskPool(address)


def test_a_local_cluster_serves_this_machine_alone():
    # its dashboard runs code for whoever reaches it
    with ck.DaskPool("local", workers=1):
        process = psutil.Process()
        served = {
            place.laddr.ip
            for each in (process, *process.children(recursive=True))
            for place in each.net_connections("tcp")
            if place.status == psutil.CONN_LISTEN
        }
    assert served == {"127.0.0.1"}


@pytest.mark.parametrize(("usable", "processes", "threads"), [(1, 1, 1), (3, 1, 3), (8, 4, 2)])
def test_a_local_cluster_takes_the_cores_that_may_be_used(monkeypatch, usable, processes, threads):
    asked = {}

    def made(**settings):
        asked.update(settings)
        raise ValueError("enough")

    monkeypatch.setattr("distributed.LocalCluster", made)
    monkeypatch.setattr("cakernel.sweep.dask_pool.MOST_THREADS", usable)
    with pytest.raises(ValueError, match="enough"):
        ck.DaskPool("local")
    assert (asked["n_workers"], asked["threads_per_worker"]) == (processes, threads)
