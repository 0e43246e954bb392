"""A grid written as a network gives the grid engine's results, to the bit."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from helpers.recovery_strategies import CYBER_RULES, SUPPLY_RULES


def limited(policy):
    """Return a policy that stops in time."""
    return ck.Policy(
        supply_rule=policy.supply_rule.with_cutoffs(leave_low=3, leave_medium=12),
        cyber_rule=policy.cyber_rule.with_cutoffs(leave_low=8, leave_medium=5),
        principle=policy.principle,
    )


BUILT_IN = [
    ck.Policy(supply_rule=supply, cyber_rule=cyber, principle=principle)
    for supply in SUPPLY_RULES
    for cyber in CYBER_RULES
    for principle in "PC"
]
EVERY_POLICY = BUILT_IN + [limited(p) for p in BUILT_IN[::7] if not p.cyber_rule.on_site]


def as_network(model):
    """Return what is run on a network instead of a model."""
    return ck.Network.of_grid(model), {"periods": model.periods, "recovery": model.recovery}


@pytest.mark.compiled
@pytest.mark.parametrize("recovery", ["every-period", "when-hit"])
@pytest.mark.parametrize(
    ("chains", "firms", "boundary"),
    [(5, 5, "open"), (1, 1, "open"), (3, 4, "periodic"), (4, 3, "open"), (1, 7, "open")],
)
def test_every_policy(chains, firms, boundary, recovery):
    model = ck.Model(
        chains=chains,
        firms=firms,
        periods=30,
        recovery=recovery,
        boundary_ends=boundary,
        boundary_across=boundary,
        supply_mild=0.3,
        cyber_mild=0.2,
    )
    chosen = {"policies": EVERY_POLICY, "scenarios": ck.paper_scenarios()[::150]}
    draws = {"replications": 9, "seed": 5, "first_replication": 3, "first_scenario": 2}
    net, horizon = as_network(model)
    for by in ("replication", "scenario", "policy"):
        of_grid = ck.simulate(model, by=by, **chosen, **draws)
        of_network = ck.simulate(net, by=by, **chosen, **draws, **horizon)
        assert_frame_equal(of_network, of_grid, check_exact=True)


def test_few_policies():
    """Small enough to run without compilation, too."""
    model = ck.Model(chains=2, firms=2, periods=6, supply_mild=0.3, cyber_mild=0.2)
    chosen = {"policies": EVERY_POLICY[::25], "scenarios": ck.paper_scenarios()[:2]}
    net, horizon = as_network(model)
    of_grid = ck.simulate(model, by="replication", **chosen, replications=3)
    of_network = ck.simulate(net, by="replication", **chosen, replications=3, **horizon)
    assert_frame_equal(of_network, of_grid, check_exact=True)


@pytest.mark.parametrize("recovery", ["every-period", "when-hit"])
def test_a_history(recovery):
    model = ck.Model(
        chains=3, firms=4, periods=25, supply_mild=0.3, initial_resources=0.7, recovery=recovery
    )
    chosen = {
        "policy": ck.Policy(supply_rule="SRD-4", cyber_rule="CRD-6", principle="C"),
        "scenario": ck.paper_scenarios()[77],
        "seed": 9,
        "replication": 4,
        "scenario_index": 11,
    }
    net, horizon = as_network(model)
    of_grid = ck.trace(model, **chosen).select(
        "period",
        pl.format("{}.{}", "chain", "firm").alias("firm"),
        pl.exclude("period", "chain", "firm"),
    )
    of_network = ck.trace(net, **chosen, **horizon)
    assert of_network["stock"].sum() == of_network["charged"].sum() == 0
    assert_frame_equal(
        of_network.drop("stock", "charged"), of_grid, check_exact=True, check_dtypes=False
    )
