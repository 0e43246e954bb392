"""How long equilibria of many markets of two chains take: three contracts, certificates included.

    python benchmarks/coopetition_points.py [POINTS] [TURNS]

By default 100,000 random markets over the ranges of the claims, in which each chain invests for
itself, are solved several times (TURNS) on all cores, and a part that takes about as long on one
core. What is timed is checked: every row has a status, all but a few are equilibria by their
certificates, a sample solved alone on one thread has the same rows to the bit, and a chain's best
answer by SciPy gains no more than the certificate says.
"""

import sys
import time
from statistics import median

import numpy as np
import polars as pl
from scipy.optimize import minimize_scalar

from cakernel.bench.timed_case import peak_bytes
from cakernel.coopetition import Market, equilibria, outcome
from cakernel.coopetition.claims.markets import MOST_POINTS, claim_markets
from cakernel.jit.compile import MOST_THREADS
from cakernel.provenance import processor

SAMPLE = 200
ANSWERED = 5
# statuses that carry a certificate
EQUILIBRIA = ("converged", "not unique")


def timed(call) -> tuple[float, float, pl.DataFrame]:
    """Return seconds on the clock and of all processors, and what the call returns."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    return time.perf_counter() - wall, time.process_time() - cpu, result


def check(markets: pl.DataFrame, rows: pl.DataFrame) -> None:
    """Raise AssertionError where the rows are not what they should be."""
    assert rows.height == 3 * markets.height
    found = rows["status"].cast(pl.String).is_in(EQUILIBRIA)
    assert found.mean() > 0.999
    assert rows["status"].null_count() == 0
    alone = equilibria(markets.head(SAMPLE), threads=1)
    assert alone.equals(rows.head(3 * SAMPLE))
    for row in rows.filter(found).head(3 * ANSWERED).iter_rows(named=True):
        market = Market(
            **{
                name: tuple(value) if isinstance(value, list) else value
                for name, value in markets.row(row["point"], named=True).items()
            }
        )
        rival = row["investment_2"]

        def loss(z, market=market, contract=row["contract"], rival=rival):
            told = outcome(market, contract=contract, investments=[float(z), rival])
            return -told["profit_1"][0]

        line = np.linspace(0, 0.2, 21) ** 2
        k = int(np.argmin([loss(z) for z in line]))
        ends = line[max(k - 1, 0)], line[min(k + 1, len(line) - 1)]
        answer = minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-10})
        assert -answer.fun <= row["profit_1"] + row["largest_gain"] + 1e-9


def main(points: int, turns: int) -> None:
    """Print each turn and the medians."""
    # a quarter of the markets drawn have three chains
    wanted = min(points, MOST_POINTS // 2)
    drawn = [
        claim_markets(wanted * 3 // 2 + 100, seed=seed)
        for seed in range(1, 2 + (points - 1) // wanted)
    ]
    markets = pl.concat(drawn).filter(pl.col("chains") == 2).head(points)
    assert markets.height == points
    equilibria(markets.head(2))
    few = markets.head(max(SAMPLE, points // MOST_THREADS))
    all_cores, one_core, processors = [], [], []
    rows = None
    for turn in range(turns):
        wall, cpu, rows = timed(lambda: equilibria(markets))
        alone, _, _ = timed(lambda: equilibria(few, threads=1))
        all_cores.append(wall / points)
        processors.append(cpu / points)
        one_core.append(alone / few.height)
        print(
            f"turn {turn + 1}: {1e6 * wall / points:.1f} us a point on {MOST_THREADS} threads "
            f"({1e6 * cpu / points:.1f} us of processor time), {1e6 * one_core[-1]:.1f} us on one"
        )
    check(markets, rows)
    print(f"{processor()}, {MOST_THREADS} threads, {points:,} points x 3 contracts, nash")
    print(rows.group_by("status").len().sort("len", descending=True))
    print(
        f"median: {1e6 * median(all_cores):.1f} us a point, 10^6 points in "
        f"{1e6 * median(all_cores):.0f} s; {1e6 * median(processors) / 3:.1f} us of processor "
        f"time an equilibrium; {median(one_core) / median(all_cores):.2f} times one thread; "
        f"peak {peak_bytes() / 2**20:,.0f} MiB"
    )


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 100_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 3,
    )
