"""What a sweep over fields of a network's firms adds to the simulation of its points.

    python benchmarks/network_sweep.py [POINTS] [FIRMS] [REPLICATIONS]

By default 1,000 random points of 50 firms that differ, 20 replications, under 2, 8 and 26 policies.
Each point changes the risk of one firm, the stock of another and that of a group; or risks alone,
whose points share lanes. Prints seconds of all processors for 1,000 points, and how much of them
the kernel takes.
"""

import sys
import tempfile
import time
from itertools import product
from pathlib import Path

import polars as pl
from networks import different_firms

import cakernel as ck
from cakernel.provenance import processor
from cakernel.recovery.network import engine

POLICIES = ck.policies(cyber_rules=["CRD-1", "CRD-2", "CRD-3", "CRD-4"], principles=["P"])
AXES = {
    "risk and stock": {
        "firms.firm 3.supply_mild": ck.Range(low=0, high=0.5),
        "firms.firm 7.stock": ck.Range(low=0, high=5),
        "group.first.stock": ck.Range(low=0, high=5),
    },
    "risks": {
        "firms.firm 3.supply_mild": ck.Range(low=0, high=0.5),
        "group.first.supply_severe": ck.Range(low=0, high=0.2),
        "providers.cyber_mild": ck.Range(low=0, high=0.3),
    },
}


def described(kind: str, points: int, firms: int, replications: int, policies: int) -> ck.Sweep:
    """Return the sweep over axes of a kind."""
    net = different_firms(firms)
    groups = ["first" if n < firms // 4 else None for n in range(firms)]
    net = ck.Network(
        **net.tables() | {"firms": net.firms.drop("group").with_columns(group=pl.Series(groups))}
    )
    return ck.Sweep(
        ck.Recovery(net, POLICIES[:policies], ck.paper_scenarios()[:1], periods=180),
        axes=AXES[kind],
        design=ck.Design(kind="random", points=points),
        replications=replications,
    )


def main(points: int, firms: int, replications: int) -> None:
    """Print a line for each kind of axes and number of policies."""
    inside: list[float] = []
    run_window = engine.NetworkRun.run_window

    def timed(*given):
        # another thread makes the next points ready
        begin = time.thread_time()
        run_window(*given)
        inside.append(time.thread_time() - begin)

    engine.NetworkRun.run_window = timed
    print(f"{processor()}; {points:,} points of {firms} firms, {replications} replications")
    for kind, policies in product(AXES, (2, 8, 26)):
        with tempfile.TemporaryDirectory() as folder:
            # compiles
            ck.run_sweep(described(kind, 3, firms, replications, policies), Path(folder) / "first")
            inside.clear()
            begin = time.process_time()
            sweep = described(kind, points, firms, replications, policies)
            results = ck.run_sweep(sweep, Path(folder) / "sweep", threads=1)
            whole = time.process_time() - begin
            assert results.results.collect().height == points * policies
        thousand = 1000 / points
        print(
            f"{kind}, {policies:2} policies: {whole * thousand:6.1f} s for 1,000 points, "
            f"{sum(inside) * thousand:6.1f} s of them in the kernel ({sum(inside) / whole:.0%})"
        )


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*given, *(1000, 50, 20)[len(given) :])
