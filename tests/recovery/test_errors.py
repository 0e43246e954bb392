"""Bad input: one line that names the field, the value and the range."""

import numpy as np
import pytest

import cakernel as ck

POLICY = ck.Policy(supply_rule="SRD-1", cyber_rule="CRD-1")
SCENARIO = ck.paper_scenarios()[0]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("chains", 0, "chains: got 0; must be a whole number from 1 to 4,096"),
        ("firms", 2.5, "firms: got 2.5; must be a whole number from 1 to 1,048,576"),
        ("firms", True, "firms: got True; must be a whole number"),
        ("periods", "180", "periods: got '180'; must be a whole number"),
        ("periods", None, "periods: got None; must be a whole number"),
        ("supply_severe", -0.1, "supply_severe: got -0.1; must be a number from 0 to 1"),
        ("cyber_mild", 1.5, "cyber_mild: got 1.5; must be a number from 0 to 1"),
        ("cyber_mild", float("nan"), "cyber_mild: got nan; must be a number from 0 to 1"),
        ("supply_mild", 0.96, r"supply_severe \+ supply_mild: got .*; must be at most 1"),
        (
            "initial_resources",
            1.1e15,
            "initial_resources: got 1100000000000000.0; must be a number",
        ),
        (
            "initial_resources",
            float("inf"),
            "initial_resources: got inf; must be a number from 0 to 1e15",
        ),
        ("initial_operational", 3, "initial_operational: got 3; must be a state: 0, 1 or 2"),
        ("recovery", "never", "recovery: got 'never'; must be 'every-period' or 'when-hit'"),
        ("boundary_ends", "torus", "boundary_ends: got 'torus'; must be 'open' or 'periodic'"),
        ("chians", 3, "chians: unknown key; did you mean chains?"),
        ("zzz", 3, "zzz: unknown key; known keys: chains, firms"),
    ],
)
def test_model(field, value, message):
    with pytest.raises(ck.InvalidInput, match=rf"^{message}"):
        ck.Model(**{field: value})
    with pytest.raises(ck.InvalidInput, match=rf"^{message}"):
        ck.Model().replace(**{field: value})


def test_model_takes_numpy_numbers():
    model = ck.Model(chains=np.int64(3), supply_mild=np.float64(0.25))
    assert (model.chains, model.supply_mild) == (3, 0.25)
    assert type(model.chains) is int


def test_models_too_large_to_run():
    with pytest.raises(ck.InvalidInput, match=r"chains \* firms \* periods: got .*; must be at"):
        ck.Model(chains=4096, firms=1 << 20, periods=1 << 20)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((-1, 0, 0), r"operational_cost\[0\]: got -1; must be three numbers from 0 to 1e15"),
        ((0, float("inf"), 0), r"operational_cost\[1\]: got inf; must be three numbers"),
        ((1, 2), r"operational_cost: got \(1, 2\); must be three numbers"),
        ((1, 2, 3, 4), r"operational_cost: got \(1, 2, 3, 4\); must be three numbers"),
        (5, "operational_cost: got 5; must be three numbers"),
        ((1, "2", 3), r"operational_cost\[1\]: got '2'; must be three numbers"),
    ],
)
def test_resource_scenario(numbers, message):
    with pytest.raises(ck.InvalidInput, match=rf"^{message}"):
        SCENARIO.replace(operational_cost=numbers)


def test_resource_scenario_takes_arrays_and_misses_what_is_left_out():
    assert SCENARIO.replace(operational_cost=np.array([1, 2, 3.5])).operational_cost == (1, 2, 3.5)
    with pytest.raises(ck.InvalidInput, match=r"^operational_cost: missing; must be three"):
        ck.ResourceScenario(
            operational_acquisition=(1, 1, 1),
            intangibles_acquisition=(1, 1, 1),
            intangibles_cost=(1, 1, 1),
        )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"replications": 0}, "replications: got 0; must be a whole number from 1 to"),
        ({"replications": 2.5}, "replications: got 2.5; must be a whole number"),
        ({"seed": -1}, "seed: got -1; must be a whole number from 0 to 18,446,744,073,709,551,615"),
        ({"threads": 0}, "threads: got 0; must be a whole number from 1 to"),
        ({"threads": 10_000}, "threads: got 10000; must be a whole number from 1 to"),
        ({"policies": []}, "policies: got none; must be one or more"),
        ({"scenarios": []}, "scenarios: got none; must be one or more"),
        ({"by": "firm"}, "by: got 'firm' with a Model; must be another, or with a Network"),
        ({"first_replication": 1 << 32}, "first_replication: got 4294967296; must be"),
        ({"first_scenario": -1}, "first_scenario: got -1; must be"),
    ],
)
def test_simulate(changes, message):
    arguments = {"policies": [POLICY], "scenarios": [SCENARIO], "replications": 1} | changes
    with pytest.raises(ck.InvalidInput, match=rf"^{message}"):
        ck.simulate(ck.Model(periods=1), **arguments)


def test_trace():
    with pytest.raises(ck.InvalidInput, match=r"^replication: got -1; must be"):
        ck.trace(ck.Model(), policy=POLICY, scenario=SCENARIO, replication=-1)
    large = ck.Model(chains=1000, firms=1000, periods=1000)
    with pytest.raises(ck.InvalidInput, match="at most 100,000,000 for a trace"):
        ck.trace(large, policy=POLICY, scenario=SCENARIO)


def test_regimes():
    with pytest.raises(ck.InvalidInput, match=r"^regime: got 'b'; must be one of base, high, low"):
        ck.regime("b")
    with pytest.raises(ck.InvalidInput, match=r"^convention: got 'x'; must be one of published"):
        ck.regime("base", convention="x")
