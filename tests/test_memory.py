"""What would take more memory than there is, is refused before anything is allocated."""

import math
import subprocess
import sys

import pytest

import cakernel as ck
from cakernel import memory
from cakernel.memory import check_memory, free_bytes
from helpers.recovery_sweeps import small

ALL = {"policies": ck.policies(), "scenarios": ck.paper_scenarios()}
ONE = {"policies": ck.policies()[:1], "scenarios": ck.paper_scenarios()[:1], "replications": 1}
TINY = ck.Model(chains=1, firms=1, periods=1)
LARGEST = ck.Model(chains=4096, firms=1 << 20, periods=5)


@pytest.fixture(autouse=True)
def _a_workstation(monkeypatch):
    """Let 16 GiB be free, whatever the machine has."""
    monkeypatch.setattr(memory, "free_bytes", lambda: 16 * 2**30)


REFUSED = {
    "the largest grid": (lambda: ck.simulate(LARGEST, **ONE), "chains * firms: got 4,294,967,296"),
    "replications kept": (
        lambda: ck.simulate(TINY, **ALL, replications=1 << 32, by="replication"),
        "policies * scenarios * replications: got 257,285,720,899,584",
    ),
    "policies and scenarios": (
        lambda: ck.simulate(
            TINY, policies=ck.policies() * 100, scenarios=ck.paper_scenarios() * 20
        ),
        "policies * scenarios: got 119,808,000",
    ),
    "paired replications": (
        lambda: ck.paired_outcomes(TINY, **ALL, replications=1 << 32),
        "policies * replications: got 446,676,598,784",
    ),
    "a long history": (
        lambda: ck.trace(
            ck.Model(chains=1, firms=10_000, periods=10_000),
            policy=ONE["policies"][0],
            scenario=ONE["scenarios"][0],
        ),
        None,
    ),
}


@pytest.mark.parametrize(("run", "message"), REFUSED.values(), ids=REFUSED)
def test_refused_with_an_estimate(monkeypatch, run, message):
    if message is None:
        monkeypatch.setattr(memory, "free_bytes", lambda: 2**30)
        message = "chains * firms * periods: got 100,000,000"
    with pytest.raises(ck.InvalidInput) as refused:
        run()
    assert str(refused.value).startswith(message)
    assert "GiB of memory are needed; must fit in the" in str(refused.value)


def test_a_sweep_stops_with_the_reason_and_keeps_what_it_has(tmp_path, monkeypatch):
    sweep = small(axes={"supply_mild": ck.Range(low=0.1, high=0.3)})
    ck.run_sweep(sweep, tmp_path)
    monkeypatch.setattr(memory, "free_bytes", lambda: 0)
    with pytest.raises(ck.InvalidInput, match="GiB of memory are needed"):
        ck.run_sweep(small(axes=sweep.axes, replications=12), tmp_path, resume=True)
    assert ck.sweep_status(tmp_path, verify=True).points_done >= 0
    monkeypatch.undo()
    more = ck.run_sweep(small(axes=sweep.axes, replications=12), tmp_path, resume=True)
    assert more.results.collect()["replications"].unique().to_list() == [12]


@pytest.mark.compiled
@pytest.mark.parametrize(
    ("firms", "periods"), [(100_000, 20), (5, 1_000_000), (1 << 20, 3), (1, 1 << 22)]
)
def test_long_chains_and_long_horizons_run(firms, periods):
    found = ck.simulate(ck.Model(chains=1, firms=firms, periods=periods), **ONE)
    assert found["replications"].item() == 1
    assert 0 <= found["mean_x"].item() <= 2


def test_what_is_free(monkeypatch):
    monkeypatch.undo()
    assert 2**27 < free_bytes() < 2**50
    check_memory("rows", 1, 1)
    with pytest.raises(ck.InvalidInput, match=r"rows: got 7, for which some [\d,.]+ GiB"):
        check_memory("rows", 7, 2.0**50)


@pytest.mark.parametrize(
    ("said", "free"), [("1073741824\n", 2**30), ("max\n", math.inf), ("", math.inf)]
)
def test_a_container_s_limit_counts(tmp_path, monkeypatch, said, free):
    (tmp_path / "memory.max").write_text(said)
    monkeypatch.undo()
    monkeypatch.setattr(memory, "OF_CONTAINER", (tmp_path / "memory.max", "none"))
    monkeypatch.setattr(memory, "told_by_linux", lambda *_: f"{2**50} kB")
    assert free_bytes() == min(free, 2**60)


def test_a_limit_of_the_shell_counts():
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30));"
        "from cakernel.memory import free_bytes; print(free_bytes() < 8 << 30)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "True\n"
