"""The how-tos on R and on batch systems: their snippets and scripts, run as they stand."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from helpers.doc_pages import DOCS, blocks
from helpers.patience import SECONDS

pytestmark = pytest.mark.compiled

# what three blocks of some seconds each hold
SWEEP = """
[sweep]
replications = 500_000
[design]
kind = "grid"
[axes]
supply_mild = [0.05, 0.15, 0.3]
[policies]
supply_rules = ["SRD-4", "SRD-5"]
cyber_rules = ["CRD-5"]
principles = ["P"]
[[scenarios]]
operational_acquisition = [0.5, 0.75, 1.0]
intangibles_acquisition = [0.5, 0.75, 1.0]
operational_cost = [1.0, 5.0, 9.0]
intangibles_cost = [1.0, 5.0, 9.0]
"""


@pytest.fixture
def environment(tmp_path):
    """Return an environment in which `cakernel` is this one, and a job of a batch system runs."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin/cakernel"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cakernel "$@"\n')
    command.chmod(0o755)
    return os.environ | {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "SLURM_JOB_ID": "7",
        "SLURM_ARRAY_TASK_ID": "3",
        "SLURM_CPUS_PER_TASK": "2",
    }


def test_a_job_that_is_told_to_end_goes_on_in_the_next(tmp_path, environment):
    (script,) = [text for _, text in blocks(DOCS / "howto/cluster.md") if "#SBATCH" in text]
    (tmp_path / "job.sh").write_text(script)
    (tmp_path / "sweep.toml").write_text(SWEEP)
    journal = tmp_path / "results/journal.jsonl"

    def submitted():
        return subprocess.Popen(
            ["bash", "job.sh"], cwd=tmp_path, env=environment, text=True, stdout=subprocess.PIPE
        )

    with submitted() as job:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and job.poll() is None and not journal.exists():
            time.sleep(0.02)
        # as --signal=B:TERM@60 has it: to the script alone
        job.send_signal(signal.SIGTERM)
        told, _ = job.communicate(timeout=SECONDS)
    assert job.returncode == 143, told
    kept = journal.read_bytes()
    assert 1 <= kept.count(b"\n") < 3
    with submitted() as job:
        told, _ = job.communicate(timeout=SECONDS)
    assert (job.returncode, told[:14]) == (0, "wrote results:")
    assert journal.read_bytes().startswith(kept)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R")
def test_what_r_reads_and_calls(tmp_path, environment, cakernel):
    page = blocks(DOCS / "howto/r-and-excel.md")
    small = next(text for language, text in page if language == "toml")
    Path("small.toml").write_text(small)
    assert cakernel("run", "small.toml", "--out", "results")[0] == 0
    snippets = [text for language, text in page if language == "r"]
    lines = [line for text in snippets for line in text.splitlines()]
    # of libraries beside R's own, those that are here
    libraries = [name for name in ("arrow", "jsonlite") if not has(name)]
    code = [line for line in lines if not any(f"{name}::" in line for name in libraries)]
    Path("page.R").write_text("\n".join([*code, "cat(nrow(policies), length(lines) > 0)\n"]))
    ran = subprocess.run(["Rscript", "page.R"], env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    rows = pl.read_csv("results/policies.csv").sort("mean_resources", descending=True)
    assert ran.stdout.endswith(f"{rows.height} TRUE")
    best = " ".join(str(rows[name][0]) for name in ("supply_rule", "cyber_rule"))
    assert best in " ".join(ran.stdout.split())


def has(library):
    """Say whether R has a library."""
    asked = ["Rscript", "-e", f'quit(status = !requireNamespace("{library}", quietly = TRUE))']
    return subprocess.run(asked, capture_output=True).returncode == 0
