"""Sweeps on either device: the same bytes, resumed on the other, each shard tells where it ran."""

import pytest

import cakernel as ck
from cakernel.devices import on_device
from cakernel.jit.cuda import device_missing
from cakernel.recovery import devices
from cakernel.sweep.folder import SweepFolder
from helpers import card_of_worker
from helpers.dask_cluster import DASK_MARKS
from helpers.recovery_sweeps import contents, few_at_a_time, small


def shards(folder):
    return [s for parts in SweepFolder(folder).told().shards.values() for s in parts]


def ran_on(folder):
    """Return the devices of each shard."""
    return [[row["device"] for row in shard.ran] for shard in shards(folder)]


def test_a_sweep_begun_on_one_device_goes_on_on_the_other(card, tmp_path):
    sweep = small()
    work = {"block_work": few_at_a_time(sweep)}
    ck.run_sweep(sweep, tmp_path / "whole", **work, device="cpu")

    def stop(state):
        if state.blocks_done == 2:
            raise KeyboardInterrupt

    for first, then in (("gpu", "cpu"), ("cpu", "gpu")):
        folder = tmp_path / first
        with pytest.raises(KeyboardInterrupt):
            ck.run_sweep(sweep, folder, **work, device=first, progress=stop)
        before = len(shards(folder))
        ck.run_sweep(sweep, folder, **work, device=then, resume=True)
        assert contents(folder) == contents(tmp_path / "whole")
        # a block may have parts of both
        found = [set(row) for row in ran_on(folder)]
        assert 0 < before < len(found)
        assert found.count({first}) == before
        assert found.count({then}) == len(found) - before
        assert ck.sweep_status(folder, verify=True).finished


def test_a_sweep_says_what_ran_where_and_why(card, tmp_path):
    sweep = small()
    card.refuses = "it has more firms than a block"
    ck.run_sweep(sweep, tmp_path, device="gpu")
    [row] = ck.sweep_status(tmp_path).ran
    assert (row["device"], row["why"]) == ("cpu", card.refuses)
    points = sweep.points()
    each = sweep.study.cost(points)["work"].sum() * sweep.replications
    assert row["firm_periods"] == each


def test_what_ran_in_a_sweep_is_noted_around_it(card, tmp_path):
    with on_device("gpu") as chosen:
        ck.run_sweep(small(), tmp_path)
    assert chosen.rows == ck.sweep_status(tmp_path).ran
    assert [row["device"] for row in chosen.rows] == ["gpu"]


def test_auto_counts_the_work_of_all_blocks(card, tmp_path, monkeypatch):
    sweep = small()
    each = int(sweep.study.cost(sweep.points())["work"].sum()) * sweep.replications
    monkeypatch.setattr(devices, "FIRST_WORK", each // 2)
    monkeypatch.setattr(devices, "WORK", 1)
    ck.run_sweep(sweep, tmp_path, block_work=few_at_a_time(sweep))
    assert {row["device"] for row in ck.sweep_status(tmp_path).ran} == {"cpu", "gpu"}


def test_a_sweep_without_a_card_is_refused_before_its_folder_is_made(card, tmp_path):
    card.missing = "no driver"
    with pytest.raises(ck.InvalidInput, match="no graphics card can be used: no driver"):
        ck.run_sweep(small(), tmp_path / "new", device="gpu")
    assert not (tmp_path / "new").exists()


def test_a_map_runs_on_the_card(card, tmp_path):
    axes = {"supply_mild": ck.Range(low=0.0, high=0.5, count=3)}
    sweep = small(axes=axes, design=ck.Design(kind="grid"))
    found = ck.stability_map(sweep, tmp_path / "gpu", depth=1, device="gpu")
    assert card.firm_periods
    again = ck.stability_map(sweep, tmp_path / "cpu", depth=1, device="cpu")
    assert found.points.equals(again.points)


@pytest.fixture
def two_cards(tmp_path, monkeypatch):
    """Start a Dask cluster of two workers that see a pretended card each."""
    distributed = pytest.importorskip("distributed")
    log = tmp_path / "log"
    log.touch()
    workers = {
        number: {
            "cls": distributed.Nanny,
            "options": {
                "nthreads": 1,
                "env": {"CUDA_VISIBLE_DEVICES": str(number), card_of_worker.LOG: str(log)},
                "preload": [card_of_worker.__name__],
            },
        }
        for number in range(2)
    }
    scheduler = {
        "cls": distributed.Scheduler,
        "options": {"host": "127.0.0.1", "port": 0, "dashboard_address": "127.0.0.1:0"},
    }
    with distributed.SpecCluster(workers, scheduler) as made:
        yield made, log


def with_dask_marks(test):
    for mark in DASK_MARKS:
        test = mark(test)
    return test


@with_dask_marks
def test_two_cards_serve_a_worker_each(two_cards, tmp_path):
    cluster, log = two_cards
    sweep = small()
    work = {"block_work": few_at_a_time(sweep)}
    ck.run_sweep(sweep, tmp_path / "cpu", **work, device="cpu")
    # this process has no card, and need not
    ck.run_sweep(sweep, tmp_path / "cards", **work, device="gpu", pool=ck.DaskPool(cluster))
    assert contents(tmp_path / "cards") == contents(tmp_path / "cpu")
    assert {row["device"] for row in ck.sweep_status(tmp_path / "cards").ran} == {"gpu"}
    used = {line.split()[0]: line.split()[1] for line in log.read_text().splitlines()}
    assert set(used) == {"0", "1"}
    assert len(set(used.values())) == 2


@with_dask_marks
def test_workers_without_a_card_are_refused(cluster, tmp_path):
    if not device_missing():
        pytest.skip("they have one")
    with pytest.raises(ck.InvalidInput, match="no graphics card can be used"):
        ck.run_sweep(small(), tmp_path, device="gpu", pool=ck.DaskPool(cluster))
