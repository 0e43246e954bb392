"""cakernel itself, through its public API."""

import polars as pl
from work import NAMES, Unavailable, Work

import cakernel as ck
from cakernel.jit.cuda import device_missing


def run(work: Work) -> pl.DataFrame:
    """Run the work on ``work.threads`` threads, or on a graphics card."""
    if work.device == "gpu" and (why := device_missing()):
        raise Unavailable(f"a graphics card: {why}")
    return ck.simulate(
        work.model,
        policies=work.policies,
        scenarios=work.scenarios,
        replications=work.replications,
        seed=work.seed,
        threads=work.threads,
        device=work.device,
    ).select("supply_rule", "cyber_rule", "principle", *NAMES)
