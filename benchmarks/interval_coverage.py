"""How often intervals of rankings hold: single resource scenarios, and an average over many.

A pool of replications of each regime and scenario stands for the truth; experiments of n
replications are drawn from it, and judged as `cakernel best` does.

python benchmarks/interval_coverage.py [experiments] [replications of a pool]
"""

import sys
from collections.abc import Iterator
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

import cakernel as ck
from cakernel.ranking import multiple_comparisons
from cakernel.ranking.intervals import Spread, reach, spread_of, trusted
from cakernel.ranking.multiple_comparisons import comparisons_with_best
from cakernel.ranking.student import quantile

Numbers = npt.NDArray[np.float64]
REGIMES = ("base", "high", "low", "n3", "n15", "t30", "t360")
SCENARIOS = (0, 101, 205, 300, 433, 575)
SIZES = (5, 10, 20, 40, 100)
LEVEL = 0.05
# a case has a coverage of its own from so many experiments on
FEWEST = 20
POLICIES = ck.policies(cyber_rules=["CRD-1", "CRD-2", "CRD-5", "CRD-6"], principles=["P"])


def students(spread: Spread, probability: float) -> tuple[Numbers, Numbers]:
    """Return how far Student's intervals reach, as `reach` does for the union."""
    half = quantile(probability, spread.replications - 1) * spread.error
    return half, half


def pools(replications: int, scenarios: list[list[ck.ResourceScenario]]) -> Iterator[Numbers]:
    """Yield outcomes (policies, replications) of each regime and set of scenarios."""
    for regime in REGIMES:
        for chosen in scenarios:
            outcomes = ck.paired_outcomes(
                ck.regime(regime), policies=POLICIES, scenarios=chosen, replications=replications
            )
            yield outcomes["mean_resources"].to_numpy().reshape(len(POLICIES), -1)


def judged(values: Numbers, truth: Numbers) -> tuple[bool, bool, bool, float]:
    """Return whether all intervals hold (Student's, the union), if it is trusted, own coverage."""
    means = truth.mean(axis=1)
    nearest = np.array([np.delete(means, place).max() for place in range(len(means))])
    slack = 1e-9 * np.abs(truth).max()
    together = []
    for distance in (students, reach):
        with patch.object(multiple_comparisons, "reach", distance):
            lower, upper, _ = comparisons_with_best(values, level=LEVEL)
        away = means - nearest
        together.append(bool(((lower <= away + slack) & (upper >= away - slack)).all()))
    best = values.mean(axis=1).argmax()
    spread = spread_of(values, values[best])
    below, above = reach(spread, 1 - LEVEL / 2)
    away = means - means[best] - values.mean(axis=1) + values[best].mean()
    known = spread.error > 0
    own = ((-below <= away) & (away <= above))[known].mean() if known.any() else 1.0
    return *together, trusted(spread), float(own)


def row(found: Numbers) -> str:
    """Return coverages of cases (cases, experiments, columns) as a row of the table."""
    student, union, trust, own = np.moveaxis(found, -1, 0)
    cells = []
    for coverage in (student.mean(axis=1), union.mean(axis=1)):
        cells += [coverage.min(), np.quantile(coverage, 0.1), coverage.mean()]
    cells.append(own.mean())
    passed = [
        covered[sure > 0].mean()
        for covered, sure in zip(union, trust, strict=True)
        if sure.sum() >= FEWEST
    ]
    told = [f"{min(passed):.2f}", f"{np.mean(passed):.2f}"] if passed else ["", ""]
    numbers = [*(f"{cell:.2f}" for cell in cells), f"{trust.mean():.0%}", *told]
    return " | ".join(numbers)


def main(experiments: int, replications: int) -> None:
    """Print coverages by kind of scenarios and number of replications."""
    rng = np.random.default_rng(1)
    listed = ck.paper_scenarios()
    kinds = {
        "single": (replications, [[listed[place]] for place in SCENARIOS]),
        "mean of 24": (replications // 4, [listed[::24]]),
    }
    print("scenarios | n | Student's: least | p10 | mean | union: least | p10 | mean | own, mean |")
    print("trusted | least of these | mean")
    for name, (size, scenarios) in kinds.items():
        truths = list(pools(size, scenarios))
        for count in SIZES:
            found = [
                [judged(truth[:, rng.integers(0, size, count)], truth) for _ in range(experiments)]
                for truth in truths
            ]
            print(f"| {name} | {count} | {row(np.array(found, np.float64))} |", flush=True)


if __name__ == "__main__":
    main(*(int(given) for given in (*sys.argv[1:], *("60", "20000")[len(sys.argv) - 1 :])))
