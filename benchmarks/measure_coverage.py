"""How often intervals of quantiles and expected shortfalls hold the true one, and those of pairs.

Outcomes are drawn from known distributions; the truth is that of four million of them. Differences
are of two policies that meet the same shocks and are equal in law, so the true one is 0.

python benchmarks/measure_coverage.py [experiments]
"""

import sys
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from cakernel.measures import Measure
from cakernel.ranking.influence import influence_values, measured
from cakernel.ranking.intervals import reach, spread_of

Numbers = npt.NDArray[np.float64]
SIZES = (20, 50, 200, 1000)
NAMES = ("quantile_5_a", "quantile_50_a", "quantile_95_a", "shortfall_5_a", "shortfall_25_a")
MANY = 4_000_000
random = np.random.default_rng(1)

DISTRIBUTIONS: dict[str, Callable[[tuple[int, ...]], Numbers]] = {
    "normal": lambda shape: random.normal(size=shape),
    "long tail of losses": lambda shape: -random.exponential(size=shape),
    "long tail of gains": lambda shape: random.exponential(size=shape),
    "few whole numbers": lambda shape: np.round(2 * random.normal(size=shape)),
}


def covered(found: Numbers, other: Numbers, truth: float) -> float:
    """Return how often intervals of the mean of ``found`` less ``other`` hold the truth."""
    below, above = reach(spread_of(found, other), 0.975)
    middle = (found - other).mean(axis=-1)
    slack = 1e-9
    return float(((middle - below <= truth + slack) & (truth <= middle + above + slack)).mean())


def main(experiments: int = 2000) -> None:
    """Print a row a distribution and measure, a column a number of replications."""
    print(f"| outcomes | measure | trusted from | {' | '.join(map(str, SIZES))} |")
    print("|---" * (3 + len(SIZES)) + "|")
    for name in NAMES:
        measure = Measure.named(name)
        assert measure is not None
        rows = {}
        for words, draw in DISTRIBUTIONS.items():
            truth = float(measured(measure, draw((MANY,))))
            values = (influence_values(measure, draw((experiments, n))) for n in SIZES)
            rows[words] = [covered(found, np.zeros(found.shape[1]), truth) for found in values]
        pairs = []
        for n in SIZES:
            shocks = -random.exponential(size=(experiments, 1, n))
            both = shocks + 0.5 * random.normal(size=(experiments, 2, n))
            found = influence_values(measure, both)
            pairs.append(covered(found[:, 0], found[:, 1], 0.0))
        for words, cells in (rows | {"a pair, long tail of losses": pairs}).items():
            told = " | ".join(f"{cell:.2f}" for cell in cells)
            print(f"| {words} | {measure.words('a')} | {measure.fewest} | {told} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
