"""cakernel itself, through its public API."""

import polars as pl
from work import NAMES, Work

import cakernel as ck


def run(work: Work) -> pl.DataFrame:
    """Run the work on ``work.threads`` threads."""
    return ck.simulate(
        work.model,
        policies=work.policies,
        scenarios=work.scenarios,
        replications=work.replications,
        seed=work.seed,
        threads=work.threads,
    ).select("supply_rule", "cyber_rule", "principle", *NAMES)
