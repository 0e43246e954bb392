"""Sweeps killed at random moments: resumed, the data are those of an undisturbed run."""

import pytest

import cakernel as ck
from cakernel.sweep.run import run_sweep
from helpers.killing import killed_and_resumed
from helpers.recovery_sweeps import contents
from helpers.toml_sections import POLICIES_AND_SCENARIOS

KILLS = 6
SWEEP = (
    """
[sweep]
replications = 40
[design]
kind = "random"
points = 60
[axes]
supply_mild = { low = 0.1, high = 0.3 }
firms = { low = 2, high = 6 }
supply_severe = { low = 0.0, high = 0.85 }
"""
    + POLICIES_AND_SCENARIOS
)


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
