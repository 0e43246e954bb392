"""What holds for every history, checked on the engine alone."""

import numba
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cakernel as ck
from cakernel.recovery.kernel.scalar import empty_history, run_replication, scalar_scratch
from cakernel.recovery.kernel_arrays import batch_of, grid_of, policies_of
from helpers.recovery_strategies import models, policies, scenarios


def shaped(history, name, model):
    return history[name].to_numpy().reshape(model.periods, model.chains, model.firms)


@settings(max_examples=100, deadline=None)
@given(model=models(), policy=policies, scenario=scenarios, seed=st.integers(0, 2**64 - 1))
def test_invariants(model, policy, scenario, seed):
    history = ck.trace(model, policy=policy, scenario=scenario, seed=seed)
    x, y, resources, acquired, paid = (
        shaped(history, name, model) for name in ("x", "y", "resources", "acquired", "paid")
    )
    assert np.isin(x, (0, 1, 2)).all()
    assert np.isin(y, (0, 1, 2)).all()
    assert (resources >= 0).all()
    assert (acquired >= 0).all()
    assert (paid >= 0).all()
    # start + acquired - paid = end
    np.testing.assert_allclose(
        model.initial_resources + (acquired - paid).cumsum(axis=0), resources, atol=1e-9
    )
    # no firm ends a period below where the disruption left it, none but those that pay rise
    x_start = np.concatenate([np.full_like(x[:1], model.initial_operational), x[:-1]])
    severe = shaped(history, "supply_hit", model) == "severe"
    mild = shaped(history, "supply_hit", model) == "mild"
    left = np.where(severe, 0, np.where(mild, np.maximum(x_start.astype(int) - 1, 0), x_start))
    assert (x >= left).all()
    if policy.cyber_rule.on_site:
        assert (y == 1).all()


@settings(max_examples=40, deadline=None)
@given(model=models(), scenario=scenarios, policy=policies)
def test_zero_risk_keeps_the_start_and_gives_resources_in_closed_form(model, scenario, policy):
    calm = model.replace(
        supply_severe=0.0,
        supply_mild=0.0,
        cyber_severe=0.0,
        cyber_mild=0.0,
        initial_operational=2,
        initial_intangibles=2,
    )
    history = ck.trace(calm, policy=policy, scenario=scenario)
    intangibles = 1 if policy.cyber_rule.on_site else 2
    assert (history["x"] == 2).all()
    assert (history["y"] == intangibles).all()
    gain = scenario.operational_acquisition[2] + scenario.intangibles_acquisition[intangibles]
    end = history.filter(pl.col("period") == calm.periods)["resources"].to_numpy()
    assert end == pytest.approx(calm.initial_resources + calm.periods * gain)


def mirrored(shocks):
    """Return draws with each chain reversed, end to start."""
    return np.ascontiguousarray(shocks[..., ::-1])


# a kernel that is not an entry is called through one
call_run_replication = numba.njit(lambda *arguments: run_replication(*arguments))


@pytest.mark.parametrize("cyber_rule", ["CRD-1", "CRD-5"])
@pytest.mark.parametrize(("rule", "image"), [("SRD-6", "SRD-7"), ("SRD-8", "SRD-8")])
def test_a_rule_on_a_grid_is_its_image_on_the_mirrored_grid(rule, image, cyber_rule):
    """SRD-6 looks downstream as SRD-7 upstream: same draws, mirrored, same history, mirrored."""
    model = ck.Model(chains=3, firms=6, periods=40, supply_mild=0.3)
    shape = (model.periods, model.chains, model.firms)
    batch = batch_of(model, [ck.paper_scenarios()[300]], 0)
    grid = grid_of(model)
    rng = np.random.default_rng(5)
    supply = rng.choice(3, shape, p=[0.6, 0.3, 0.1]).astype(np.uint8)
    cyber = rng.choice(3, shape[:2], p=[0.6, 0.3, 0.1]).astype(np.uint8)

    def states(name, shocks):
        chosen = policies_of([ck.Policy(supply_rule=name, cyber_rule=cyber_rule)])
        history = empty_history(grid, on=True)
        scratch = scalar_scratch(grid)._replace(supply=shocks, cyber=cyber)
        call_run_replication(grid, chosen, 0, batch.scenarios, 0, scratch, history)
        return history

    one, other = states(rule, supply), states(image, mirrored(supply))
    np.testing.assert_array_equal(one.states, other.states[:, :, ::-1])
    np.testing.assert_array_equal(one.money, other.money[:, :, ::-1])
    if rule != image:
        assert (one.states != states(rule, mirrored(supply)).states[:, :, ::-1]).any()
