"""Resources in whole quanta, and amounts that have no such unit."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import cakernel as ck
from cakernel.recovery.kernel_arrays import batch_of
from cakernel.recovery.quantum import Counted, common_quanta, count_scenarios


def test_the_papers_numbers_are_sixteenths():
    batch = batch_of(ck.regime("base"), ck.paper_scenarios(), 0)
    assert set(batch.scale) == {1 / 16}


def test_a_common_quantum_gives_way_where_it_does_not_fit():
    model = ck.Model(periods=1, chains=1, firms=1)
    fine = ck.paper_scenarios()[0].replace(operational_cost=(1e-7, 1.0, 2.0))
    coarse = ck.paper_scenarios()[0].replace(operational_cost=(1e12, 1e12, 2e12))
    assert batch_of(model, [fine, coarse], 0).scale.tolist() == [1e-7, 0.25]
    coarse = ck.paper_scenarios()[0].replace(operational_cost=(1e6, 1e6, 2e6))
    assert batch_of(model, [fine, coarse], 0).scale.tolist() == [1e-7, 1e-7]


def test_scenarios_of_a_point_whose_quanta_differ_are_averaged():
    model = ck.Model(periods=5, chains=1, firms=2)
    scenarios = [
        ck.paper_scenarios()[0].replace(operational_cost=(1e-7, 1.0, 2.0)),
        ck.paper_scenarios()[0].replace(operational_cost=(1e12, 1e12, 2e12)),
    ]
    policies = ck.policies(supply_rules=["SRD-1"], cyber_rules=["CRD-2"])
    study = ck.Recovery(model=model, policies=policies, scenarios=scenarios)
    points = pl.DataFrame({"point": [0], "supply_mild": [0.1]}).with_columns(
        first_replication=0, replications=4
    )
    rows = study.run(points, seed=2, threads=1)
    expected = ck.simulate(
        model.replace(supply_mild=0.1), policies=policies, scenarios=scenarios, replications=4,
        seed=2,
    )  # fmt: skip
    assert rows["mean_resources"].to_list() == pytest.approx(expected["mean_resources"].to_list())


def test_points_are_summed_as_alone_where_no_quantum_fits_them_all():
    first = ck.paper_scenarios()[0]
    costs = ((0.1, 0.2, 0.3), (0.7, 1.3, 2.0), (0.14, 2.0, 2.1), (0.03, 1.7, 2.9))
    # what values are counted in is the same in all, what resources are is not
    first = first.replace(operational_terminal_value=(0.0, 0.01, 0.5))
    scenarios = [first, *(first.replace(operational_cost=cost) for cost in costs)]
    policies = ck.policies(cyber_rules=["CRD-2"])
    study = ck.Recovery(ck.Model(periods=9, chains=1, firms=3), policies, scenarios)
    points = pl.DataFrame({"intangibles_cost_12": [1e-7, 1e12, 2.5, 1e11]}).with_columns(
        point=pl.int_range(pl.len()), first_replication=0, replications=50
    )
    together = study.run(points, seed=2, threads=1)
    alone = [study.run(point, seed=2, threads=1) for point in points.iter_slices(1)]
    assert together["error"].null_count() == together.height
    assert_frame_equal(pl.concat(alone), together, check_exact=True)


@pytest.mark.parametrize(
    ("amounts", "denominator", "counted"),
    [
        ((0.1, 0.25, 3.0), 20, (2, 5, 60)),
        ((1e-9, 1.0, 3.0), 10**9, (1, 10**9, 3 * 10**9)),
        ((1 / 3, 2 / 3, 1.0), 10**12, (333_333_333_333, 666_666_666_667, 10**12)),
        ((4 / 3, 1.0, 2.0), 10**11, (133_333_333_333, 10**11, 2 * 10**11)),
        ((5.00000000001, 1.0, 2.0), 10**11, (500_000_000_001, 10**11, 2 * 10**11)),
        ((12345.678901334567, 1.0, 2.0), 10**7, (123_456_789_013, 10**7, 2 * 10**7)),
        ((9.99e12, 1.5, 2.0), 2, (1_998 * 10**10, 3, 4)),
    ],
)
def test_a_quantum_divides_the_decimals_as_they_print(amounts, denominator, counted):
    alike = ck.ResourceScenario(
        operational_acquisition=amounts,
        intangibles_acquisition=(0.0, 0.0, 0.0),
        operational_cost=(0.0, 0.0, 0.0),
        intangibles_cost=(0.0, 0.0, 0.0),
    )
    found = count_scenarios(ck.Model(initial_resources=0.0), [alike])
    assert (found.denominator[0], tuple(found.amounts[0, 1:4])) == (denominator, counted)


@pytest.mark.parametrize(
    ("operational_cost", "intangibles_cost", "most"),
    [
        ((1.0, 2.0, 3.0), (1.0, 3.0, 2.0), 1.5 + 7 * (1.0 + 0.75)),
        ((1.0, 2.0, 40.0), (1.0, 3.0, 2.0), 40.0),
        ((30.0, 2.0, 3.0), (1.0, 50.0, 2.0), 50.0),
    ],
)
def test_amounts_are_counted_in_order_and_firms_can_have_so_much(
    operational_cost, intangibles_cost, most
):
    scenario = ck.ResourceScenario(
        operational_acquisition=(0.25, 1.0, 0.5),
        intangibles_acquisition=(0.0, 0.5, 0.75),
        operational_cost=operational_cost,
        intangibles_cost=intangibles_cost,
    )
    model = ck.Model(chains=2, firms=3, periods=7, initial_resources=1.5)
    found = count_scenarios(model, [scenario])
    costs = [int(4 * cost) for cost in operational_cost + intangibles_cost]
    assert found.denominator.tolist() == [4]
    assert found.amounts.tolist() == [[6, 1, 4, 2, 0, 2, 3, *costs]]
    assert found.largest.tolist() == [int(6 * 4 * most)]
    assert (found.value_quanta.tolist(), found.values.tolist()) == ([1], [[0] * 6])


def test_a_finer_quantum_is_common_where_all_stay_below_the_most():
    def times_of(*denominators, largest, each=1):
        none, most = np.zeros((len(largest), 0), np.int64), np.array(largest)
        counted = Counted(np.array(denominators), none, 0 * most, most, 0 * most, 0 * most, none)
        return common_quanta(counted, each).times.tolist()

    assert times_of(3, 6, largest=[2**61 - 1, 8]) == [2, 1]
    assert times_of(3, 6, largest=[2**61, 8]) == [1, 1]
    assert times_of(6, 4, largest=[8, 3]) == [2, 3]
    # a point's do not depend on what else runs: they have a quantum of their own, if not of all
    assert times_of(3, 6, 1, 7, largest=[2**61 - 1, 8, 1, 1], each=2) == [2, 1, 7, 1]
    assert times_of(3, 6, 2, 4, largest=[2**61, 8, 1, 1], each=2) == [1, 1, 2, 1]


@pytest.mark.parametrize("amount", [1 / 3, 2 / 3])
def test_amounts_that_are_rounded_down_or_up_are_said_to_be(amount):
    scenario = ck.paper_scenarios()[0].replace(operational_cost=(amount,) * 3)
    assert "rounded to 12 digits" in ck.arithmetic(ck.Model(), [scenario])[0]


def test_arithmetic_is_reported():
    scenario = ck.paper_scenarios()[0]
    odd = scenario.replace(operational_cost=(1 / 7, 2 / 7, 3 / 7))
    assert ck.arithmetic(ck.Model(), [scenario]) == ["whole quanta of 1/4"]
    fine = "whole quanta of 1/1000000000000"
    assert ck.arithmetic(ck.Model(), [odd, scenario]) == [
        f"{fine}, amounts rounded to 12 digits",
        fine,
    ]
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


CALM = {"supply_severe": 0.0, "supply_mild": 0.0, "cyber_severe": 0.0, "cyber_mild": 0.0}


@pytest.mark.parametrize("unused", [5.00000000001, 1 / 3, 123456.789012345])
@pytest.mark.parametrize("amount", [1 / 3, 1 / 7, 0.1, 2.675])
def test_what_a_run_does_not_use_changes_nothing(unused, amount):
    """A firm that saves up: whether it can just afford an upgrade hangs on no other number."""
    model = ck.Model(chains=1, firms=1, periods=60, initial_operational=0, initial_resources=0.0)
    scenario = ck.ResourceScenario(
        operational_acquisition=(amount, amount, amount),
        intangibles_acquisition=(0.0, 0.0, 0.0),
        operational_cost=(7 * amount, 9.0, 9.0),
        intangibles_cost=(9.0, 9.0, 9.0),
    )
    policy = ck.Policy(supply_rule="SRD-2", cyber_rule="none")
    plain = ck.trace(model.replace(**CALM), policy=policy, scenario=scenario)
    other = scenario.replace(intangibles_cost=(9.0, unused, 9.0))
    changed = ck.trace(model.replace(**CALM), policy=policy, scenario=other)
    assert changed["x"].to_list() == plain["x"].to_list()
    longer = ck.trace(model.replace(periods=600, **CALM), policy=policy, scenario=scenario)
    assert longer["x"].to_list()[:60] == plain["x"].to_list()


def resources(unit, **model):
    """Mean final resources where every amount is ``unit`` or twice that."""
    alike = ck.ResourceScenario(
        operational_acquisition=(unit,) * 3,
        intangibles_acquisition=(2 * unit,) * 3,
        operational_cost=(unit,) * 3,
        intangibles_cost=(unit,) * 3,
    )
    made = ck.Model(chains=1, firms=2, periods=50, initial_resources=0.0, **model)
    policies = ck.policies(supply_rules=["SRD-1"], cyber_rules=["CRD-0"])
    return ck.simulate(made, policies=policies, scenarios=[alike], replications=3)


@pytest.mark.parametrize("exponent", [-9, -7, -1, 0, 6, 14])
def test_amounts_of_any_size_scale(exponent):
    unit = 10.0**exponent
    mean = resources(unit)["mean_resources"][0]
    assert mean / unit == pytest.approx(resources(1.0)["mean_resources"][0], rel=1e-9)


def test_amounts_too_small_to_count_are_refused():
    with pytest.raises(
        ck.InvalidInput, match="operational_acquisition: got 1e-10; must be 0 or at least 1e-09"
    ):
        resources(1e-10)


def test_amounts_of_any_kind_are_counted_in_whole_quanta():
    random = np.random.default_rng(3)
    for size in (1e-6, 1.0, 1e3, 1e6, 1e9):
        scenario = ck.ResourceScenario(
            operational_acquisition=random.uniform(0.1, 1, 3) * size,
            intangibles_acquisition=random.uniform(0.1, 1, 3) * size,
            operational_cost=random.uniform(1, 10, 3) * size,
            intangibles_cost=random.uniform(1, 10, 3) * size,
        )
        assert ck.arithmetic(ck.Model(), [scenario])


def test_what_a_subtraction_left_is_none():
    left = 0.1 * 3 - 0.3
    assert 0 < left < 1e-15
    scenario = ck.paper_scenarios()[0]
    noisy, clean = (
        count_scenarios(ck.Model(), [scenario.replace(operational_cost=(amount, 1.0, 2.0))])
        for amount in (left, 0.0)
    )
    for one, other in zip(noisy, clean, strict=True):
        np.testing.assert_array_equal(one, other)


def test_resources_that_could_overflow_are_refused():
    with pytest.raises(ck.InvalidInput, match=r"resources of up to .* more than 2\^62 steps"):
        ck.arithmetic(ck.Model(periods=400_000_000), [paper_third()])
    assert ck.arithmetic(ck.Model(periods=400_000_000), ck.paper_scenarios()[:1])


def test_two_to_the_62_quanta_are_too_many_and_one_less_is_not():
    quarter = ck.ResourceScenario(
        operational_acquisition=(0.0, 0.25, 2.0**20),
        intangibles_acquisition=(0.0, 0.0, 0.0),
        operational_cost=(1.0, 1.0, 1.0),
        intangibles_cost=(1.0, 1.0, 1.0),
    )
    model = ck.Model(chains=1 << 9, firms=1 << 11, periods=1 << 20, initial_resources=0.0)
    message = r"resources of up to 1.15e\+18 in steps of 1/4 are more than 2\^62 steps"
    with pytest.raises(ck.InvalidInput, match=message):
        count_scenarios(model, [quarter])
    longest = model.replace(periods=(1 << 20) - 1)
    assert count_scenarios(longest, [quarter]).largest.tolist() == [2**62 - 2**42]


def paper_third():
    return ck.paper_scenarios()[0].replace(operational_cost=(1 / 3, 2 / 3, 1.0))
