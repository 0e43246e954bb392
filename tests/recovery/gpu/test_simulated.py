"""Without a card: kernels in numba's simulator, which a process has for all its time or never."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cakernel.jit import cuda


@pytest.mark.compiled
@pytest.mark.skipif(cuda.SIMULATED, reason="this process has the simulator")
def test_the_tests_of_a_card_pass_in_the_simulator():
    tests = Path(__file__).with_name("test_card.py")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)],
        env=os.environ | {"NUMBA_ENABLE_CUDASIM": "1"},
        cwd=tests.parents[3],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"\n\d+ passed, \d+ skipped in", ran.stdout), ran.stdout
