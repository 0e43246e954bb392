"""Code for one number of planes is found again on disk, and never serves another."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[3]
PROGRAM = """
import numpy as np
from numba.core import event
import cakernel as ck
from cakernel.recovery import engine
from cakernel.recovery.kernel_arrays import batch_of, grid_of, policies_of

compiled = []

class Listener(event.Listener):
    def on_start(self, started):
        compiled.append(started.data["dispatcher"].py_func.__name__)

    def on_end(self, ended):
        pass

event.register("numba:compile", Listener())
model = ck.Model(chains=2, firms=3, periods=25, supply_mild=0.4, cyber_mild=0.4)
chosen = ck.policies(supply_rules=["SRD-2", "SRD-5"], cyber_rules=["CRD-2"])
for initial in (3.0, 90.0, 700.0):
    case = model.replace(initial_resources=initial)
    batch = batch_of(case, ck.paper_scenarios()[:3], 0)
    work = engine.Experiment(grid_of(case), 1, policies_of(chosen), batch, 0, 4, 1)
    plan = engine.plan_of(work)
    sums = work.sums(batch.position, each=True)
    engine.run_on_lanes(work, plan, sums, slice(0, 4))
    expected = engine.scalar_sums(case, chosen, batch, replications=4)
    np.testing.assert_array_equal(sums.each, expected.each)
    print(plan.planes.resources)
print("compiled", compiled.count("run_periods"), len(compiled))
"""


def run(folder):
    """Run three shapes of planes in a process of its own; return what it printed."""
    environment = {**os.environ, "CAKERNEL_CACHE_DIR": str(folder), "NUMBA_DISABLE_JIT": "0"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment, cwd=TESTS, capture_output=True, text=True, check=True,
    )  # fmt: skip
    *shapes, counts = done.stdout.splitlines()
    return shapes, counts


@pytest.mark.compiled
def test_three_shapes_share_a_cache(tmp_path):
    shapes, counts = run(tmp_path / "cache")
    assert len(set(shapes)) == 3
    assert counts.startswith("compiled 3 ")
    assert run(tmp_path / "cache") == (shapes, "compiled 0 0")
