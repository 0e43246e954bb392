"""The middle level: one block of 512 replications, all its policies, on one thread."""

import numpy as np
import pytest

import cakernel as ck
from cakernel.bench.timed_case import TimedCase
from cakernel.recovery.engine import Experiment, plan_of, run_on_lanes, scalar_sums
from cakernel.recovery.kernel_arrays import batch_of, grid_of, policies_of

REPLICATIONS = 64


def sevenths(scenario):
    """Return a scenario whose amounts have more decimals than are counted: 40 more planes."""
    amounts = (1 / 7, 3 / 7, 9 / 7)
    return scenario.replace(operational_acquisition=amounts, intangibles_cost=amounts)


def own_tables(chosen):
    """Return policies whose rules are tables: at random, of the own state and the neighbours'."""
    random = np.random.default_rng(1)
    lowest = np.arange(3).reshape(3, 1, 1, 1, 1)
    rules = [
        ck.Rule(f"table {n}", random.integers(lowest, 3, (3, 4, 4, 4, 4)))
        for n in range(2 * len(chosen))
    ]
    pairs = zip(rules[::2], rules[1::2], strict=True)
    return [ck.Policy(supply_rule=supply, cyber_rule=cyber) for supply, cyber in pairs]


@pytest.mark.parametrize(("firms", "periods"), [(5, 180), (15, 180), (5, 30)])
@pytest.mark.parametrize("kind", ["paper", "many decimals", "tables"])
def test_block(benchmark, kind, firms, periods):
    case = TimedCase("block", firms=firms, periods=periods, replications=REPLICATIONS)
    chosen, scenarios = case.chosen, case.resource_scenarios
    if kind == "many decimals":
        scenarios = [sevenths(scenario) for scenario in scenarios]
    if kind == "tables":
        chosen = own_tables(chosen)
    batch = batch_of(case.model, scenarios, 0)
    experiment = Experiment(
        grid=grid_of(case.model),
        seed=1,
        policies=policies_of(chosen),
        batch=batch,
        first_replication=0,
        replications=REPLICATIONS,
        threads=1,
    )
    plan = plan_of(experiment)
    assert plan.layout.lanes == experiment.items == 512
    every = slice(0, REPLICATIONS)
    run_on_lanes(experiment, plan, experiment.sums(batch.position, each=True), every)

    def block():
        sums = experiment.sums(batch.position, each=True)
        run_on_lanes(experiment, plan, sums, every)
        return sums

    sums = benchmark(block)
    expected = scalar_sums(case.model, chosen, batch, replications=REPLICATIONS)
    np.testing.assert_array_equal(sums.each, expected.each)
    benchmark.extra_info["firm-periods"] = case.firm_periods
