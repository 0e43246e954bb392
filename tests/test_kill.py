"""Commands killed at random moments and run again give the bytes of an undisturbed run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "kill.py"
# one of each way to write: a sweep, a map, folders of tables of both models, single files
CHOSEN = ["sweep", "stability", "run", "ctip solve", "init", "rule"]


@pytest.mark.compiled
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the script forks")
def test_killed_and_run_again(tmp_path):
    done = subprocess.run(
        [sys.executable, SCRIPT, "--kills", "22", "--seed", "3", "--only", *CHOSEN],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "22 kills of 11 commands: 0 failed" in done.stdout
