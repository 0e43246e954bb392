"""The middle level: one block of 512 replications, all its policies, on one thread."""

import numpy as np
import pytest

from cakernel.bench.timed_case import TimedCase
from cakernel.recovery.engine import scalar_sums
from cakernel.recovery.kernel.arguments import DONE, empty_sums
from cakernel.recovery.kernel.lanes.blocks import run_blocks
from cakernel.recovery.kernel.lanes.plan import plan_lanes
from cakernel.recovery.kernel_arrays import batches, grid_of, policies_of

REPLICATIONS = 64


def sevenths(scenario):
    """Return a scenario whose numbers no quantum fits: it runs on float64."""
    amounts = (1 / 7, 3 / 7, 9 / 7)
    return scenario.replace(operational_acquisition=amounts, intangibles_cost=amounts)


@pytest.mark.parametrize(("firms", "periods"), [(5, 180), (15, 180), (5, 30)])
@pytest.mark.parametrize("numbers", ["quanta", "float64"])
def test_block(benchmark, numbers, firms, periods):
    case = TimedCase("block", firms=firms, periods=periods, replications=REPLICATIONS)
    chosen, scenarios = case.chosen, case.resource_scenarios
    if numbers == "float64":
        scenarios = [sevenths(scenario) for scenario in scenarios]
    (batch,) = batches(case.model, scenarios, 0)
    dtype = np.int64 if numbers == "quanta" else np.float64
    assert batch.scenarios.initial.dtype == dtype
    items = len(scenarios) * REPLICATIONS
    plan = plan_lanes(grid_of(case.model), batch.scenarios, items, threads=1, most=1)
    assert plan.shape.lanes == items == 512
    sums = empty_sums(len(chosen), items, np.dtype(dtype))
    arguments = (
        grid_of(case.model),
        plan.shape,
        plan.window,
        np.uint64(1),
        policies_of(chosen),
        batch.scenarios,
        np.uint64(0),
        REPLICATIONS,
        0,
        plan.scratch,
        sums,
    )
    run_blocks(*arguments)
    for values in sums:
        values[:] = 0
    benchmark(run_blocks, *arguments)

    assert (sums.status == DONE).all()
    expected = scalar_sums(case.model, chosen, batch, replications=REPLICATIONS)
    for name in ("x", "y", "resources"):
        np.testing.assert_array_equal(getattr(sums, name), getattr(expected, name), name)
    benchmark.extra_info["firm-periods"] = case.firm_periods
