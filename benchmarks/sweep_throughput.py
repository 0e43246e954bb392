"""A sweep against `simulate` on the same work, turn by turn in one run.

    python benchmarks/sweep_throughput.py [POINTS] [TURNS]

20,000 Sobol points over risks and costs x 96 policies x 20 replications by default, which
`simulate` runs as 20,000 resource scenarios of one model. The means that the two give must agree
to within what random numbers allow, as the points' risks differ from the one model's.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np

import cakernel as ck
from cakernel.provenance import processor

REPLICATIONS = 20
POLICIES = ck.policies(cyber_rules=[f"CRD-{n}" for n in range(1, 7)])


def described(
    points: int, model: ck.Model | None = None, policies: Sequence[ck.Policy] = POLICIES
) -> ck.Sweep:
    """Return the sweep, by default over the base regime."""
    return ck.Sweep(
        study=ck.Recovery(
            model=model or ck.regime("base"),
            policies=policies,
            scenarios=ck.paper_scenarios()[:1],
        ),
        axes={
            "supply_severe": ck.Range(low=0.01, high=0.1),
            "supply_mild": ck.Range(low=0.01, high=0.3),
            "operational_cost_01": ck.Range(low=1.0, high=10.0, decimals=1),
            "operational_cost_12": ck.Range(low=1.0, high=10.0, decimals=1),
        },
        design=ck.Design(kind="sobol", points=points),
        replications=REPLICATIONS,
    )


def timed(call) -> tuple[float, float, object]:
    """Return seconds on the clock and of all processors, and what the call returns."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    return time.perf_counter() - wall, time.process_time() - cpu, result


def main(points: int, turns: int) -> None:
    """Print each turn and the medians."""
    sweep = described(points)
    base = ck.paper_scenarios()[0]
    scenarios = [
        base.replace(operational_cost=(row["operational_cost_01"], row["operational_cost_12"], 9.0))
        for row in sweep.points().iter_rows(named=True)
    ]

    def simulated():
        return ck.simulate(
            sweep.study.model,
            policies=POLICIES,
            scenarios=scenarios,
            replications=REPLICATIONS,
            by="scenario",
        )

    # compiles, and shows that the two agree: the first point at the one model's risks
    folder = Path(tempfile.mkdtemp()) / "sweep"
    one = ck.Sweep(study=sweep.study, axes={"firms": [5]}, replications=REPLICATIONS)
    swept = ck.run_sweep(one, folder).results.collect()
    alone = ck.simulate(
        sweep.study.model, policies=POLICIES, scenarios=[base], replications=REPLICATIONS
    )
    np.testing.assert_allclose(swept["mean_resources"], alone["mean_resources"], rtol=1e-12)

    work = points * len(POLICIES) * REPLICATIONS
    print(
        f"{processor()}; {points:,} points x {len(POLICIES)} policies x {REPLICATIONS} replications"
    )
    ratios = []
    for _ in range(turns):
        shutil.rmtree(folder)
        raw, raw_cpu, rows = timed(simulated)
        wall, cpu, results = timed(lambda: ck.run_sweep(sweep, folder))
        count = results.results.collect().height
        assert count == rows.height == points * len(POLICIES)
        ratios.append((raw / wall, raw_cpu / cpu))
        print(
            f"simulate {raw:6.2f} s ({raw_cpu:6.2f} s of processors), sweep {wall:6.2f} s "
            f"({cpu:6.2f}): {work / wall / 1e6:.2f} million replications/s, "
            f"{raw / wall:.1%} of simulate ({raw_cpu / cpu:.1%} by processor time)"
        )
    print(
        f"medians: {median(r for r, _ in ratios):.1%} of simulate, "
        f"{median(r for _, r in ratios):.1%} by processor time"
    )
    shutil.rmtree(folder.parent)


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["20000"])[0]), int((sys.argv[2:] or ["3"])[0]))
