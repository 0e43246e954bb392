"""A small sweep of the recovery model for the tests, and the bytes of its results."""

from pathlib import Path

import cakernel as ck

SCENARIO = ck.paper_scenarios()[0]


# few of all, so that it is quick also where kernels are not compiled
POLICIES = ck.policies(
    supply_rules=["SRD-1", "SRD-5"], cyber_rules=["CRD-1", "CRD-5"], principles=["P"]
)


def small(**changes):
    settings = {
        "study": ck.Recovery(
            model=ck.Model(chains=2, firms=3, periods=8),
            policies=POLICIES,
            scenarios=[SCENARIO],
        ),
        "axes": {
            "supply_mild": ck.Range(low=0.1, high=0.3),
            "firms": [2, 3],
            "operational_cost_01": ck.Range(low=1.0, high=5.0, decimals=1),
        },
        "design": ck.Design(kind="random", points=12, seed=3),
        "replications": 6,
    }
    return ck.Sweep(**settings | changes)


def few_at_a_time(sweep):
    """Work of a block of a few points."""
    cost = sweep.study.cost(sweep.points())
    return float((cost["work"] * sweep.replications + cost["once"]).sum()) / 5


def contents(path: Path) -> dict[str, bytes]:
    """All files that hold points or results."""
    return {str(p.relative_to(path)): p.read_bytes() for p in sorted(path.rglob("*.parquet"))}
