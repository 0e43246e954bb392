"""Parallel kernels called from several threads of Python at once, of both models."""

import os
import subprocess
import sys

import pytest

CALLS = """
from concurrent.futures import ThreadPoolExecutor

import cakernel as ck
from cakernel.coopetition import Market, equilibria

markets = [Market(threat_probability=n / 20) for n in range(20)]
models = ck.Model(chains=2, firms=3, periods=60)


def solve(_):
    return equilibria(markets, threads=2).height


def simulate(_):
    chosen = {"policies": ck.policies()[:8], "scenarios": ck.paper_scenarios()[:4]}
    return ck.simulate(models, **chosen, replications=64, threads=2).height


with ThreadPoolExecutor(6) as pool:
    solved = [pool.submit(solve, n) for n in range(12)]
    simulated = [pool.submit(simulate, n) for n in range(12)]
    print({each.result() for each in solved}, {each.result() for each in simulated})
"""


@pytest.mark.compiled
@pytest.mark.parametrize("layer", ["workqueue", "default"])
def test_both_models_from_several_threads(layer):
    ran = subprocess.run(
        [sys.executable, "-c", CALLS],
        env=os.environ | {"NUMBA_THREADING_LAYER": layer, "NUMBA_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout) == (0, "{60} {8}\n"), ran.stderr
