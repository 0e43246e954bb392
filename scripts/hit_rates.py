"""How often disruptions hit, against their probabilities: some 10^9 draws a line.

    python scripts/hit_rates.py [draws of a line]

Firms that can pay for nothing lose what a disruption takes and never recover it, so that their
states after the horizon count hits: a firm is hit in one period, or in none of several. The counts
are whole numbers of independent draws, and their tails those of the binomial distribution, exact.
"""

import sys
import time
from collections.abc import Iterator

import polars as pl
from scipy.stats import binom

import cakernel as ck

# that a firm is hit: probabilities of all sizes
PROBABILITIES = (1e-6, 1e-3, 17 / 365, 0.25, 0.5, 0.9, 0.999)
# a hit in one period, and in any of these; draws come in fours
HORIZONS = (1, 3, 4, 7, 60)
POOR = ck.ResourceScenario(
    operational_acquisition=(0, 0, 0),
    intangibles_acquisition=(0, 0, 0),
    operational_cost=(1, 5, 9),
    intangibles_cost=(1, 5, 9),
)
POLICY = ck.policies(supply_rules=["SRD-1"], cyber_rules=["CRD-1"], principles=["P"])
# cyber disruptions hit a chain, supply disruptions a firm
GRIDS = {"supply": {"chains": 10, "firms": 100}, "cyber": {"chains": 1000, "firms": 1}}


def lost(
    kind: str, trials: int, *, severe: float, mild: float, periods: int, seed: int
) -> tuple[int, int]:
    """Return how many firms (chains, for cyber) ran, and how many states they lack at the end."""
    number, so_far = lacking(kind, trials, severe=severe, mild=mild, periods=periods, seed=seed)
    if periods == 1:
        return number, so_far
    # draws do not depend on the horizon, so what a shorter one lacks is the same but for its last
    less = lacking(kind, trials, severe=severe, mild=mild, periods=periods - 1, seed=seed)
    return number, so_far - less[1]


def lacking(
    kind: str, trials: int, *, severe: float, mild: float, periods: int, seed: int
) -> tuple[int, int]:
    """Return how many firms ran, and how many states they lacked, summed over the periods."""
    grid = GRIDS[kind]
    places = grid["chains"] * grid["firms"]
    risks = dict.fromkeys(("supply_severe", "supply_mild", "cyber_severe", "cyber_mild"), 0.0)
    risks |= {f"{kind}_severe": severe, f"{kind}_mild": mild}
    model = ck.Model(**grid, **risks, periods=periods, initial_resources=0)
    replications = max(1, trials // places)
    rows = ck.simulate(
        model, policies=POLICY, scenarios=[POOR], replications=replications, seed=seed
    )
    mean = rows["mean_x" if kind == "supply" else "mean_y"][0]
    number = replications * places
    return number, round((2 - mean) * number * periods)


def two_sided(count: int, trials: int, probability: float) -> float:
    """Return the probability of a count as far out or farther, twice that of the nearer tail."""
    below = binom.cdf(count, trials, probability)
    above = binom.sf(count - 1, trials, probability)
    return float(min(1.0, 2 * min(below, above)))


def lines(draws: int) -> Iterator[dict[str, object]]:
    """Yield what is drawn, how often it happened, and how odd that is."""
    seed = 0
    for kind in GRIDS:
        for periods in HORIZONS:
            for hit in PROBABILITIES if periods == 1 else (0.01,):
                seed += 1
                asked = {"periods": periods, "seed": seed}
                # severe ones alone take two states at once
                trials, most = lost(kind, draws // periods, severe=hit, mild=0.0, **asked)
                any_hit = 1 - (1 - hit) ** periods
                yield line(kind, "severe", periods, trials, most // 2, any_hit)
                if periods > 1:
                    continue
                # both on the same draws: what is lost beyond the severe ones is mild
                mild = (1 - hit) / 3
                trials, both = lost(kind, draws, severe=hit, mild=mild, **asked)
                yield line(kind, "mild", periods, trials, both - most, mild)


def line(
    kind: str, what: str, periods: int, trials: int, count: int, p: float
) -> dict[str, object]:
    """Return a row of the table."""
    return {
        "kind": kind,
        "hits": what,
        "periods": periods,
        "trials": trials,
        "probability": p,
        "rate": count / trials,
        "standard_errors": (count - trials * p) / (trials * p * (1 - p)) ** 0.5,
        "p_value": two_sided(count, trials, p),
    }


def main() -> None:
    """Print the table, and whether the smallest p-value of so many is odd."""
    draws = int(float(sys.argv[1])) if len(sys.argv) > 1 else 10**9
    start = time.perf_counter()
    table = pl.DataFrame(list(lines(draws)))
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160, float_precision=6):
        print(table)
    least = table["p_value"].min()
    print(
        f"{table.height} lines in {time.perf_counter() - start:.0f} s; smallest p-value {least:.3g}"
    )
    print(f"of so many it is as small with a probability of {1 - (1 - least) ** table.height:.2g}")


if __name__ == "__main__":
    main()
