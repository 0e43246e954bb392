"""A sweep of the coopetition model against `equilibria` on the same points, turn by turn.

    python benchmarks/coopetition_sweep.py [POINTS] [TURNS]

By default 20,000 random markets of two chains, under three contracts. The rows of both must be
equal. What a sweep adds is its processor time less that of its own calls of `equilibria`.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import cakernel as ck
from cakernel.bench.timed_case import peak_bytes
from cakernel.coopetition import equilibria
from cakernel.coopetition import study as coopetition
from cakernel.provenance import processor


def described(points: int) -> ck.Sweep:
    """Return the sweep."""
    return ck.Sweep(
        study=ck.Coopetition(),
        axes={
            "threat_probability": ck.Range(low=0, high=1),
            "vulnerability": ck.Range(low=0.05, high=1),
            "substitutability": ck.Range(low=0, high=1),
            "subsidy_rate": ck.Range(low=0, high=0.7),
            "minimum_order": ck.Range(low=0, high=1),
        },
        design=ck.Design(kind="random", points=points),
        replications=1,
    )


def timed(call) -> tuple[float, float, object]:
    """Return seconds on the clock and of all processors, and what the call returns."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    return time.perf_counter() - wall, time.process_time() - cpu, result


def main(points: int, turns: int) -> None:
    """Print each turn and the medians."""
    sweep = described(points)
    markets = sweep.points().drop("point")
    # compiles
    equilibria(markets.head(10))
    folder = Path(tempfile.mkdtemp()) / "sweep"
    inside: list[float] = []

    def solve(*given, **settings):
        _, cpu, rows = timed(lambda: equilibria(*given, **settings))
        inside.append(cpu)
        return rows

    coopetition.equilibria = solve
    print(f"{processor()}; {points:,} points x {len(sweep.study.contracts)} contracts")
    shares = []
    for _ in range(turns):
        shutil.rmtree(folder, ignore_errors=True)
        inside.clear()
        raw, raw_cpu, rows = timed(lambda: equilibria(markets))
        wall, cpu, results = timed(lambda: ck.run_sweep(sweep, folder))
        swept = results.results.sort("point", maintain_order=True).collect()
        assert swept["economic_welfare"].equals(rows["economic_welfare"])
        added = cpu - sum(inside)
        shares.append(added / cpu)
        size = sum(path.stat().st_size for path in folder.glob("shards/*"))
        print(
            f"equilibria {raw:6.2f} s ({raw_cpu:6.2f} s of processors), sweep {wall:6.2f} s "
            f"({cpu:6.2f}): {points / raw:,.0f} and {points / wall:,.0f} points/s; the sweep adds "
            f"{added / points * 1e6:.1f} us a point, {added / cpu:.1%}; {size / points:.0f} bytes"
        )
    print(f"median share of the sweep: {median(shares):.1%}; peak {peak_bytes() / 2**20:.0f} MiB")
    shutil.rmtree(folder.parent)


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["20000"])[0]), int((sys.argv[2:] or ["3"])[0]))
