"""What is called gives the same bits on a card, or on what stands in for one, as on the CPU."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import cakernel as ck
from cakernel.devices import on_device

SIMULATES = os.environ.get("NUMBA_ENABLE_CUDASIM") == "1"

POLICIES = ck.policies(supply_rules=["SRD-1", "SRD-5"], cyber_rules=["CRD-5"], principles=["P"])
SCENARIOS = ck.paper_scenarios()[:2]
# sides that agree in their quanta, and one that does not
UNEVEN = [*SCENARIOS, SCENARIOS[0].replace(operational_cost=(1.1, 2.0, 3.0))]
MODEL = ck.Model(chains=2, firms=2, periods=4)


@pytest.mark.usefixtures("card")
@pytest.mark.gpu
@pytest.mark.parametrize("by", ["policy", "scenario", "replication"])
def test_simulate(by):
    given = {"policies": POLICIES, "scenarios": UNEVEN, "replications": 3, "by": by}
    with on_device(None) as where:
        rows = ck.simulate(MODEL, **given, device="gpu")
    assert [row["device"] for row in where.rows] == ["gpu"]
    assert rows.equals(ck.simulate(MODEL, **given, device="cpu"))


@pytest.mark.usefixtures("card")
@pytest.mark.gpu
@pytest.mark.parametrize("rows", ["policy", "replication"])
@pytest.mark.parametrize("scenarios", [SCENARIOS, UNEVEN], ids=["alike", "uneven"])
def test_a_sweep_of_several_scenarios(tmp_path, rows, scenarios):
    # a point's outcomes are sums over its scenarios
    sweep = ck.Sweep(
        ck.Recovery(MODEL, POLICIES, scenarios, rows=rows),
        axes={"supply_mild": [0.1, 0.3], "periods": [3, 4]},
        replications=2,
    )
    found = [ck.run_sweep(sweep, tmp_path / d, device=d).results.collect() for d in ("gpu", "cpu")]
    assert found[0].equals(found[1])
    assert [row["device"] for row in ck.sweep_status(tmp_path / "gpu").ran] == ["gpu"]


@pytest.mark.skipif(SIMULATES, reason="this process has the simulator")
@pytest.mark.skipif(find_spec("cakernel.jit.words") is None, reason="no code for cards")
def test_these_tests_pass_in_the_simulator():
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__],
        env=os.environ | {"NUMBA_ENABLE_CUDASIM": "1"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"\n7 passed, 1 skipped in", ran.stdout), ran.stdout
