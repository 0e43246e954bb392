"""Resources in whole quanta, and where no quantum fits."""

import numpy as np
import pytest

import cakernel as ck
from cakernel.recovery.kernel_arrays import batches
from cakernel.recovery.quantum import count


def test_the_papers_numbers_are_sixteenths():
    model = ck.regime("base")
    (batch,) = batches(model, ck.paper_scenarios(), 0)
    assert batch.scenarios.initial.dtype == np.int64
    assert set(batch.scale) == {1 / 16}


def test_a_common_quantum_gives_way_where_it_does_not_fit():
    model = ck.Model(periods=1)
    fine = ck.paper_scenarios()[0].replace(operational_cost=(1e-7, 1.0, 2.0))
    coarse = ck.paper_scenarios()[0].replace(operational_cost=(1e6, 1e6, 2e6))
    (batch,) = batches(model, [fine, coarse], 0)
    assert batch.scale.tolist() == [1e-7, 0.25]


def test_a_quantum_divides_the_decimals_as_they_print():
    assert count([0.1, 0.25, 3.0], max) == (20, (2, 5, 60), 60)
    assert count([1e-9, 1.0], max) == (10**9, (1, 10**9), 10**9)
    assert count([1e-9, 3.0], max) is None
    assert count([1 / 3], max) is None


def test_arithmetic_is_reported():
    scenario = ck.paper_scenarios()[0]
    odd = scenario.replace(operational_cost=(1 / 7, 2 / 7, 3 / 7))
    assert ck.arithmetic(ck.Model(), [scenario]) == ["whole quanta of 1/4"]
    assert ck.arithmetic(ck.Model(), [odd, scenario]) == ["float64", "whole quanta of 1/4"]
    assert set(ck.arithmetic(ck.Model(), ck.paper_scenarios())) == {"whole quanta of 1/16"}


def test_just_affordable_upgrades_are_paid_whatever_the_decimals():
    # 0.1 + 0.1 + 0.1 is above 0.3 in binary fractions, and 0.7 + 0.1 below 0.8
    scenario = ck.ResourceScenario(
        operational_acquisition=(0.1, 0.1, 0.1),
        intangibles_acquisition=(0.0, 0.0, 0.0),
        operational_cost=(0.8, 9.0, 9.0),
        intangibles_cost=(9.0, 9.0, 9.0),
    )
    model = ck.Model(
        chains=1,
        firms=1,
        periods=8,
        supply_severe=0.0,
        supply_mild=0.0,
        initial_operational=0,
        initial_resources=0.0,
    )
    policy = ck.Policy(supply_rule="SRD-2", cyber_rule="none")
    history = ck.trace(model, policy=policy, scenario=scenario)
    assert history["x"].to_list() == [0] * 7 + [1]
    assert history["resources"][-1] == 0.0
    assert sum([0.1] * 8) < 0.8


@pytest.mark.parametrize("periods", [10, 400_000_000])
def test_long_horizons_that_could_overflow_run_on_floats(periods):
    (batch,) = batches(ck.Model(periods=periods), ck.paper_scenarios()[:1], 0)
    kind = np.int64 if periods == 10 else np.float64
    assert batch.scenarios.initial.dtype == kind


def resources(unit, **model):
    """Mean final resources and arithmetic where every amount is ``unit`` or twice that."""
    alike = ck.ResourceScenario(
        operational_acquisition=(unit,) * 3,
        intangibles_acquisition=(2 * unit,) * 3,
        operational_cost=(unit,) * 3,
        intangibles_cost=(unit,) * 3,
    )
    made = ck.Model(chains=1, firms=2, periods=50, initial_resources=0.0, **model)
    policies = ck.policies(supply_rules=["SRD-1"], cyber_rules=["CRD-0"])
    table = ck.simulate(made, policies=policies, scenarios=[alike], replications=3)
    return table["mean_resources"][0], ck.arithmetic(made, [alike])[0]


@pytest.mark.parametrize("exponent", [-300, -30, -19, -18, -9, 0, 6, 14])
def test_amounts_of_any_size_scale(exponent):
    unit = 10.0**exponent
    mean, counted = resources(unit)
    assert mean / unit == pytest.approx(resources(1.0)[0], rel=1e-9)
    assert counted == "float64" if exponent < -18 else counted


def test_denominators_that_no_integer_of_the_kernel_holds_give_way():
    assert resources(1e-18)[1].startswith("whole quanta")
    assert resources(1e-19)[1] == "float64"
