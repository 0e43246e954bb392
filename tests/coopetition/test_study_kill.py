"""Sweeps of the coopetition model killed in the middle and resumed.

Inspired by the abstract of Arisian et al. (2025); not a reproduction.
"""

import pytest

import cakernel as ck
from cakernel.sweep.blocks import WORK_A_SECOND
from helpers.killing import killed_and_resumed
from helpers.recovery_sweeps import contents

KILLS = 3
SECONDS = 0.001
SWEEP = """
[sweep]
model = "coopetition"
[design]
kind = "random"
points = 300
[axes]
threat_probability = { low = 0, high = 1.1 }
vulnerability_2 = { low = 0.05, high = 0.9 }
sharing_level = { low = 0, high = 0.9 }
minimum_order = { low = 0, high = 1 }
"""


@pytest.mark.compiled
def test_killed_in_the_middle_and_resumed(tmp_path):
    file = tmp_path / "sweep.toml"
    file.write_text(SWEEP)
    sweep = ck.read_sweep_file(file)
    ck.run_sweep(sweep, tmp_path / "undisturbed", block_work=SECONDS * WORK_A_SECOND)
    wanted = contents(tmp_path / "undisturbed")
    assert len(wanted) > 20
    work = ("--block-seconds", str(SECONDS))
    code, output = killed_and_resumed(file, tmp_path / "out", work, kills=KILLS)
    # some points are no market
    assert code == 3, output
    assert "threat_probability: got 1.0" in output
    assert contents(tmp_path / "out") == wanted
    assert ck.sweep_status(tmp_path / "out", verify=True).finished
