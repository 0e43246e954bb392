"""Sweeps killed at random moments: resumed, the data are those of an undisturbed run."""

import pytest

import cakernel as ck
from cakernel.sweep.run import run_sweep
from helpers.killing import killed_and_resumed
from helpers.recovery_sweeps import contents

KILLS = 6
SWEEP = """
[sweep]
replications = 40
[design]
kind = "random"
points = 60
[axes]
supply_mild = { low = 0.1, high = 0.3 }
firms = { low = 2, high = 6 }
supply_severe = { low = 0.0, high = 0.85 }
[policies]
supply_rules = ["SRD-1", "SRD-5"]
cyber_rules = ["CRD-1"]
principles = ["P"]
[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""


@pytest.mark.compiled
def test_killed_at_random_moments_and_resumed(tmp_path):
    file = tmp_path / "sweep.toml"
    file.write_text(SWEEP)
    sweep = ck.read_sweep_file(file)
    run_sweep(sweep, tmp_path / "undisturbed", block_work=0.0001 * 5e9)
    wanted = contents(tmp_path / "undisturbed")
    assert len(wanted) > 20
    work = ("--block-seconds", "0.0001")
    code, output = killed_and_resumed(file, tmp_path / "out", work, kills=KILLS)
    # some points are impossible
    assert code == 3, output
    assert "points are impossible" in output
    assert contents(tmp_path / "out") == wanted
    assert ck.sweep_status(tmp_path / "out", verify=True).finished
