"""Bounds of whole chains of 15 firms, against which windows are tested.

    python scripts/optimal_exact_chains.py

Solves the operational side of regime n15 over all 3^15 joint states, budgets dropped, for the
acquisitions and costs of Table 2, and writes tests/recovery/optimal/exact_15_firms.json: what a
firm earns, less what it pays. Prints the seconds that each pair takes; all take some minutes, and
0.5 GiB of memory.
"""

import json
import time
from pathlib import Path

from cakernel import paper_scenarios, regime
from cakernel.recovery.kernel.states import OPERATIONAL
from cakernel.recovery.optimal.objective import Objective
from cakernel.recovery.optimal.relaxed import at_first, values_before
from cakernel.recovery.optimal.segment import Segment
from cakernel.recovery.optimal.side import sides_of
from cakernel.recovery.scenario import ACQUISITIONS, COSTS

FILE = Path(__file__).parents[1] / "tests" / "recovery" / "optimal" / "exact_15_firms.json"


def main() -> None:
    """Solve all pairs of acquisition and costs and write the file."""
    model = regime("n15")
    whole = Segment((1.0,) * model.firms)
    rows = []
    for acquisition in ACQUISITIONS:
        for cost in COSTS:
            scenario = paper_scenarios()[0].replace(
                operational_acquisition=acquisition, operational_cost=cost
            )
            [side] = sides_of(OPERATIONAL, model, [scenario], Objective(), on_site=False)
            begun = time.perf_counter()
            value = at_first(side, whole, values_before(side, whole, model.periods)) / model.firms
            seconds = round(time.perf_counter() - begun, 1)
            rows.append({"acquisition": acquisition, "cost": cost, "earned": value})
            print(acquisition, cost, value, f"{seconds} s", flush=True)
    text = ",\n".join(json.dumps(row) for row in rows)
    FILE.write_text(f"[\n{text}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
