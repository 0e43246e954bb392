"""The lane kernel gives the scalar kernel's sums, to the bit."""

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakernel as ck
from cakernel.recovery.engine import Experiment, plan_of, run_on_lanes, scalar_sums
from cakernel.recovery.kernel.lanes import plan as lane_plan
from cakernel.recovery.kernel.lanes.step import Planes
from cakernel.recovery.kernel_arrays import (
    batch_of,
    grid_of,
    policies_of,
)
from helpers.instances import batch_of_models
from helpers.recovery_strategies import (
    CYBER_RULES,
    SUPPLY_RULES,
    models,
    own_rules,
    policies,
    scenarios,
)

ROOMY = Planes(resources=16, low=12, gain=8, cost_from=0, cost_to=11)
exact_planes = lane_plan.planes_of


def roomy(scenarios):
    """Return planes that hold the amounts of `helpers.recovery_strategies`.

    Each shape of planes is compiled: without this, each example would be.
    """
    planes = exact_planes(scenarios)
    assert planes.resources <= ROOMY.resources
    assert planes.gain <= ROOMY.gain
    assert planes.cost_to <= ROOMY.cost_to
    return ROOMY


def assert_lanes_are_scalar(
    model, chosen, resource_scenarios, replications, *, seed=1, window=None, random=False
):
    """Run both kernels on the same work and compare all sums."""
    batch = batch_of(model, resource_scenarios, 3)
    assert_kernels_agree(
        model, chosen, batch, replications, seed=seed, window=window, random=random
    )


def assert_kernels_agree(model, chosen, batch, replications, *, seed=1, window=None, random=False):
    """Compare both kernels' sums of a batch; ``model`` has the grid and the longest horizon."""
    experiment = Experiment(
        grid=grid_of(model),
        seed=seed,
        policies=policies_of(chosen),
        batch=batch,
        first_replication=5,
        replications=replications,
        threads=1,
    )
    for each in (True, False):
        with patch.object(lane_plan, "planes_of", roomy if random else lane_plan.planes_of):
            plan = plan_of(experiment)
        if window is not None:
            plan = replace(plan, window=window)
        lanes = experiment.sums(batch.position, each=each)
        run_on_lanes(experiment, plan, lanes, slice(0, replications))
        expected = scalar_sums(
            model, chosen, batch, replications=replications, seed=seed, first_replication=5,
            each=each,
        )  # fmt: skip
        for name in ("each", "first", "limbs"):
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
    models = [model.replace(periods=periods) for periods in horizons]
    longest = model.replace(periods=max(horizons))
    if window is not None and window >= longest.periods:
        window = None
    batch = batch_of_models((each, scenario, n) for n, each in enumerate(models))
    assert_kernels_agree(longest, chosen, batch, replications, window=window, random=True)


@settings(max_examples=60, deadline=None)
@given(
    model=models(),
    chosen=st.lists(policies, min_size=1, max_size=3),
    resource_scenarios=st.lists(scenarios, min_size=1, max_size=4),
    replications=st.integers(1, 20),
    seed=st.integers(0, 2**64 - 1),
)
def test_random_work(model, chosen, resource_scenarios, replications, seed):
    assert_lanes_are_scalar(model, chosen, resource_scenarios, replications, seed=seed, random=True)


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
    """Return a scenario whose numbers have more decimals than are counted."""
    sevenths = (1 / 7, 3 / 7, 9 / 7)
    return scenario.replace(operational_acquisition=sevenths, intangibles_cost=sevenths)


@pytest.mark.compiled
@pytest.mark.parametrize("boundary", ["open", "periodic"])
def test_every_policy_on_fine_quanta(boundary):
    model = ck.Model(periods=31, boundary_ends=boundary, boundary_across=boundary)
    fine = [seventh(scenario) for scenario in ck.paper_scenarios()[::90]]
    assert_lanes_are_scalar(model, EVERY_POLICY, fine, 11)


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
