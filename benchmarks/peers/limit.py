"""The C++ program in cpp/: how fast this machine can run the model, written for it alone.

It runs the paper's 576 resource scenarios and the published initial states only, needs AVX-512, and
makes cakernel's very draws.
"""

import io
import os
import platform
import shutil
import subprocess
from pathlib import Path

import polars as pl
from work import Unavailable, Work

import cakernel as ck

SOURCES = Path(__file__).parent / "cpp"
BUILD = Path(__file__).parent / "build"
NEEDED = {"avx512f", "avx512bw", "avx512_vpopcntdq"}


def build() -> Path:
    """Compile the program, unless that is done, and return its path."""
    for tool in ("make", os.environ.get("CXX", "g++")):
        if shutil.which(tool) is None:
            raise Unavailable(f"needs {tool}")
    cpus = Path("/proc/cpuinfo")
    flags = cpus.read_text().split() if cpus.exists() else []
    if platform.machine() not in ("x86_64", "AMD64") or not set(flags) >= NEEDED:
        raise Unavailable(f"needs a CPU with {', '.join(sorted(NEEDED))}, on Linux")
    BUILD.mkdir(exist_ok=True)
    compiler = [f"CXX={os.environ['CXX']}"] if "CXX" in os.environ else []
    command = ["make", "-f", SOURCES / "Makefile", f"VPATH={SOURCES}", *compiler, "limit"]
    made = subprocess.run(command, cwd=BUILD, capture_output=True, text=True, check=False)
    if made.returncode:
        raise Unavailable(f"needs a g++ with OpenMP; make said: {made.stderr.strip()[-200:]}")
    return BUILD / "limit"


def run(work: Work) -> pl.DataFrame:
    """Run all 104 policies on ``work.threads`` threads, in a process of its own."""
    model = work.model
    start = (model.initial_operational, model.initial_intangibles, model.initial_resources)
    if start != (2, 2, 3) or work.scenarios != tuple(ck.paper_scenarios()):
        raise ValueError("work: the C++ program runs the paper's scenarios from its initial states")
    options = {
        "chains": model.chains,
        "firms": model.firms,
        "periods": model.periods,
        "supply-severe": model.supply_severe,
        "supply-mild": model.supply_mild,
        "cyber-severe": model.cyber_severe,
        "cyber-mild": model.cyber_mild,
        "replications": work.replications,
        "threads": work.threads,
        "seed": work.seed,
    }
    command = [build(), *(part for name, value in options.items() for part in (f"--{name}", value))]
    done = subprocess.run([str(part) for part in command], capture_output=True, check=True)
    names = ["supply_rule", "cyber_rule", "principle"]
    wanted = pl.DataFrame(
        [(p.supply_rule.name, p.cyber_rule.name, p.principle) for p in work.policies],
        schema=names,
        orient="row",
    )
    rows = wanted.join(pl.read_csv(io.BytesIO(done.stdout)), on=names, maintain_order="left")
    if rows.height != len(work.policies) or len(work.policies) != len(ck.policies()):
        raise ValueError("work: the C++ program runs the paper's 104 policies, all of them")
    return rows
