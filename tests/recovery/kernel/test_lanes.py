"""The lane kernel gives the scalar kernel's sums, to the bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakernel as ck
from cakernel.recovery.engine import scalar_sums
from cakernel.recovery.kernel.arguments import DONE, empty_sums
from cakernel.recovery.kernel.lanes import plan as lane_plan
from cakernel.recovery.kernel.lanes.blocks import run_blocks
from cakernel.recovery.kernel.lanes.plan import plan_lanes
from cakernel.recovery.kernel_arrays import Instance, batches, batches_of, grid_of, policies_of
from helpers.recovery_strategies import (
    CYBER_RULES,
    SUPPLY_RULES,
    models,
    own_rules,
    policies,
    scenarios,
)


def assert_lanes_are_scalar(
    model, chosen, resource_scenarios, replications, *, seed=1, window=None
):
    """Run both kernels on the same work and compare all sums, for each kind of number."""
    made = batches(model, resource_scenarios, 3)
    assert_batches_agree(model, chosen, made, replications, seed=seed, window=window)


def assert_batches_agree(model, chosen, made, replications, *, seed=1, window=None):
    """Compare both kernels' sums of batches; ``model`` has the grid and the longest horizon."""
    grid, arrays = grid_of(model), policies_of(chosen)
    for batch in made:
        items = len(batch.position) * replications
        dtype = batch.scenarios.initial.dtype
        plan = plan_lanes(grid, batch.scenarios, items, threads=1, most=2)
        lanes = empty_sums(len(chosen), items, dtype)
        run_blocks(
            grid,
            plan.shape,
            window or plan.window,
            np.uint64(seed),
            arrays,
            batch.scenarios,
            np.uint64(5),
            replications,
            0,
            plan.scratch,
            lanes,
        )
        expected = scalar_sums(
            model, chosen, batch, replications=replications, seed=seed, first_replication=5
        )
        assert (lanes.status == DONE).all()
        for name in ("x", "y", "resources"):
            np.testing.assert_array_equal(getattr(lanes, name), getattr(expected, name), name)


@settings(max_examples=40, deadline=None)
@given(
    model=models(),
    horizons=st.lists(st.integers(1, 30), min_size=2, max_size=6),
    chosen=st.lists(policies, min_size=1, max_size=3),
    scenario=scenarios,
    replications=st.integers(1, 12),
    window=st.sampled_from([None, 4, 8]),
)
def test_lanes_of_different_horizons(model, horizons, chosen, scenario, replications, window):
    instances = [
        Instance(model.replace(periods=periods), scenario, n) for n, periods in enumerate(horizons)
    ]
    longest = model.replace(periods=max(horizons))
    if window is not None and window >= longest.periods:
        window = None
    assert_batches_agree(longest, chosen, batches_of(instances), replications, window=window)


@settings(max_examples=60, deadline=None)
@given(
    model=models(),
    chosen=st.lists(policies, min_size=1, max_size=3),
    resource_scenarios=st.lists(scenarios, min_size=1, max_size=4),
    replications=st.integers(1, 20),
    seed=st.integers(0, 2**64 - 1),
)
def test_random_work(model, chosen, resource_scenarios, replications, seed):
    assert_lanes_are_scalar(model, chosen, resource_scenarios, replications, seed=seed)


EVERY_POLICY = [
    ck.Policy(supply_rule=supply, cyber_rule=cyber, principle=principle)
    for supply in SUPPLY_RULES
    for cyber in CYBER_RULES
    for principle in "PC"
]


@pytest.mark.compiled
@pytest.mark.parametrize("recovery", ["every-period", "when-hit"])
@pytest.mark.parametrize("boundary", ["open", "periodic"])
@pytest.mark.parametrize(("chains", "firms", "replications"), [(5, 5, 64), (1, 1, 3), (3, 67, 9)])
def test_every_policy(chains, firms, replications, boundary, recovery):
    model = ck.Model(
        chains=chains,
        firms=firms,
        periods=31,
        recovery=recovery,
        boundary_ends=boundary,
        boundary_across=boundary,
    )
    resource_scenarios = ck.paper_scenarios()[::60]
    assert_lanes_are_scalar(model, EVERY_POLICY, resource_scenarios, replications)


def seventh(scenario):
    """Return a scenario whose numbers no quantum fits."""
    sevenths = (1 / 7, 3 / 7, 9 / 7)
    return scenario.replace(operational_acquisition=sevenths, intangibles_cost=sevenths)


@pytest.mark.compiled
@pytest.mark.parametrize("boundary", ["open", "periodic"])
def test_every_policy_on_floats(boundary):
    model = ck.Model(periods=31, boundary_ends=boundary, boundary_across=boundary)
    floats = [seventh(scenario) for scenario in ck.paper_scenarios()[::90]]
    assert_lanes_are_scalar(model, EVERY_POLICY, floats, 11)


@pytest.mark.compiled
@settings(max_examples=10, deadline=None)
@given(supply=own_rules, cyber=own_rules)
def test_own_rules(supply, cyber):
    policy = ck.Policy(supply_rule=supply, cyber_rule=cyber)
    for boundary in ("open", "periodic"):
        model = ck.Model(periods=25, chains=3, boundary_ends=boundary, boundary_across=boundary)
        assert_lanes_are_scalar(model, [policy], ck.paper_scenarios()[::90], 8)


@pytest.mark.parametrize("window", [4, 8, 12])
def test_windows_of_shocks(window):
    model = ck.Model(periods=17, chains=2, firms=3)
    chosen = ck.policies(supply_rules=["SRD-4"], cyber_rules=["CRD-2", "CRD-0"])
    resource_scenarios = [ck.paper_scenarios()[5], seventh(ck.paper_scenarios()[5])]
    assert_lanes_are_scalar(model, chosen, resource_scenarios, 9, window=window)


@pytest.mark.parametrize("lanes", [8, 16, 32, 64, 128, 256, 512])
def test_every_number_of_lanes(lanes, monkeypatch):
    monkeypatch.setattr(lane_plan, "MOST_LANES", lanes)
    model = ck.Model(periods=9, chains=2, firms=7)
    chosen = ck.policies(supply_rules=["SRD-8"], cyber_rules=["CRD-3"])
    resource_scenarios = [ck.paper_scenarios()[5], seventh(ck.paper_scenarios()[5])]
    assert_lanes_are_scalar(model, chosen, resource_scenarios, lanes + 3)


@pytest.mark.parametrize(
    ("gain", "cost", "initial"),
    [
        (0.0, 0.0, 0.0),
        (0.0, 5.0, 3.0),
        (1000.0, 0.001, 0.0),
        (0.001, 1000.0, 2000.0),
        (0.0, 100_000.0, 250_000.0),
        (4096.0, 4096.0, 0.0),
    ],
)
def test_extreme_amounts(gain, cost, initial):
    model = ck.Model(
        periods=20, chains=2, firms=3, supply_mild=0.5, cyber_mild=0.5, initial_resources=initial
    )
    scenario = ck.ResourceScenario(
        operational_acquisition=(0.0, gain, gain),
        intangibles_acquisition=(gain, 0.0, gain),
        operational_cost=(cost, cost, 2 * cost),
        intangibles_cost=(cost, 3 * cost, cost),
    )
    assert_lanes_are_scalar(model, EVERY_POLICY[::7], [scenario, ck.paper_scenarios()[0]], 5)
