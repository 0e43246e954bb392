"""The outer level: Table 3 of the paper, all its policies and resource scenarios."""

import numpy as np
import polars as pl

import cakernel as ck
from cakernel.bench.timed_case import ROUNDING
from cakernel.recovery.engine import scalar_sums
from cakernel.recovery.kernel_arrays import batch_of
from cakernel.recovery.outcomes import OUTCOMES

REPLICATIONS = 1


def expected_means(model, chosen, scenarios):
    """Return what the scalar kernel gives: (policies, 3), the means of ``OUTCOMES``."""
    batch = batch_of(model, scenarios, 0)
    sums = scalar_sums(model, chosen, batch, replications=REPLICATIONS)
    each = sums.each.reshape(3, len(chosen), -1, REPLICATIONS).sum(axis=3)
    totals = np.stack([each[0].sum(axis=1), each[1].sum(axis=1), each[2] @ batch.scale])
    firms = model.chains * model.firms * len(scenarios) * REPLICATIONS
    sizes = np.array([firms * model.periods, firms * model.periods, firms])
    return totals.T / sizes


def test_table_3(benchmark):
    model, chosen, scenarios = ck.regime("base"), ck.policies(), ck.paper_scenarios()

    def table_3():
        return ck.simulate(model, policies=chosen, scenarios=scenarios, replications=REPLICATIONS)

    table = benchmark.pedantic(table_3, rounds=5, warmup_rounds=1)

    assert table.select("supply_rule", "cyber_rule", "principle").rows() == [
        (policy.supply_rule.name, policy.cyber_rule.name, policy.principle) for policy in chosen
    ]
    np.testing.assert_allclose(
        table.select(pl.col(OUTCOMES)).to_numpy(),
        expected_means(model, chosen, scenarios),
        rtol=ROUNDING,
    )
    benchmark.extra_info["firm-periods"] = (
        model.chains * model.firms * model.periods * len(chosen) * len(scenarios) * REPLICATIONS
    )
