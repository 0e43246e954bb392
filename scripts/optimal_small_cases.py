"""How far bounds of optimal recovery lie above the exact optimum of chains of two firms.

    python scripts/optimal_small_cases.py --cases 60 --periods 3

Every joint decision is tried, with budgets (tests/oracle/optimal.py), in cases in which budgets
often bind (tests/helpers/tiny_chains.py). Prints each case, and fails where a bound lies below.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from cakernel.recovery.optimal import upper_bounds
from helpers.tiny_chains import described, random_case
from oracle.optimal import best_within_budgets


def main() -> None:
    """Compare so many cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--periods", type=int, default=3)
    chosen = parser.parse_args()
    over = []
    for number in range(chosen.cases):
        case = random_case(number, periods=chosen.periods)
        model, scenario, objective = described(case)
        what = {"scenarios": [scenario], "objective": objective}
        row = upper_bounds(model, **what).row(0, named=True)
        dropped = upper_bounds(model, **what, budgets=False)["upper_bound"][0]
        exact = best_within_budgets(case)
        bound = row["upper_bound"]
        over.append((bound - exact) / max(exact, 1.0))
        print(
            f"case {number}: optimum {exact:.6f}, bound {bound:.6f} ({dropped:.6f} with budgets "
            f"dropped), {row['operational_origin']}, {row['intangibles_origin']}",
            flush=True,
        )
    print(
        f"{chosen.cases} cases: {np.mean(np.array(over) < 1e-9):.0%} exact, mean excess "
        f"{np.mean(over):.2%}, worst {np.max(over):.2%}"
    )
    if min(over) < -1e-9:
        raise SystemExit("a bound lies below the optimum")


if __name__ == "__main__":
    main()
