"""Influence values: they average to the measure, and their intervals hold it."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cakernel import InvalidInput, best, risk_measures, sample_size
from cakernel.measures import Measure
from cakernel.ranking.influence import (
    influence_values,
    mean_error,
    measured,
    with_influence,
)
from cakernel.ranking.intervals import reach, spread_of

NAMES = ["quantile_5_a", "quantile_50_a", "shortfall_20_a", "above_0_a"]
numbers = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40)


@given(numbers, st.sampled_from(NAMES))
def test_they_average_to_the_measure(values, name):
    measure, values = Measure.named(name), np.array(values)
    scale = np.abs(values).max() + 1
    found = influence_values(measure, values).mean()
    assert found == pytest.approx(float(measured(measure, values)), abs=1e-9 * scale)


@given(numbers, st.sampled_from(NAMES))
def test_measures_are_those_of_the_risk_table(values, name):
    frame = pl.DataFrame({"plan": ["p"] * len(values), "a": values})
    row = risk_measures(frame, outcome="a", quantiles=[0.05, 0.5], tail=0.2, target=0, bootstrap=1)
    kind, number, _ = measure = Measure.named(name)
    column = {"quantile": f"quantile_{number}", "shortfall": "shortfall"}
    expected = row[column.get(kind, "probability_above")].item()
    assert float(measured(measure, np.array(values))) == expected


def test_many_rows_are_measured_at_once():
    values = np.random.default_rng(1).normal(size=(3, 4, 50))
    for measure in map(Measure.named, NAMES):
        at_once = influence_values(measure, values)
        for place in np.ndindex(3, 4):
            each = influence_values(measure, values[place])
            np.testing.assert_array_equal(at_once[place], each)
            assert measured(measure, values)[place] == measured(measure, values[place])


@pytest.mark.parametrize("skewed", [False, True])
@pytest.mark.parametrize(
    ("name", "true", "of_skewed"),
    [
        ("quantile_5_a", stats.norm.ppf(0.05), -stats.expon.ppf(0.95)),
        ("quantile_50_a", 0.0, -stats.expon.ppf(0.5)),
        # the mean of an exponential beyond c is c + 1
        ("shortfall_5_a", -stats.norm.pdf(stats.norm.ppf(0.05)) / 0.05, np.log(0.05) - 1),
        ("above_-1_a", stats.norm.sf(-1), 1 - np.exp(-1)),
    ],
)
def test_intervals_of_trusted_measures_hold_the_true_one(name, true, of_skewed, skewed):
    measure = Measure.named(name)
    count = max(50, measure.fewest)
    random = np.random.default_rng(5)
    shape = (1000, count)
    values = -random.exponential(size=shape) if skewed else random.normal(size=shape)
    found = influence_values(measure, values)
    below, above = reach(spread_of(found, np.zeros(count)), 0.975)
    truth, middle = of_skewed if skewed else true, found.mean(axis=1)
    covered = ((middle - below <= truth) & (truth <= middle + above)).mean()
    assert 0.92 < covered < 0.995
    np.testing.assert_allclose(mean_error(found), spread_of(found, np.zeros(count)).error)


def paired(random, count):
    """Outcomes of two plans that meet the same shocks: equal in law, so none is better."""
    shocks = -random.exponential(size=(1000, 1, count))
    return shocks + 0.5 * random.normal(size=(1000, 2, count))


@pytest.mark.parametrize("name", ["quantile_5_a", "shortfall_5_a"])
def test_paired_differences_of_equal_plans_hold_0(name):
    found = influence_values(Measure.named(name), paired(np.random.default_rng(8), 200))
    spread = spread_of(found[:, 0], found[:, 1])
    below, above = reach(spread, 0.975)
    away = (found[:, 0] - found[:, 1]).mean(axis=1)
    assert 0.92 < ((away <= below) & (-away <= above)).mean() < 0.99
    # the same shocks make them alike: pairing pays
    alone = np.hypot(mean_error(found[:, 0]), mean_error(found[:, 1]))
    assert np.median(spread.error / alone) < 0.9


def test_a_quantile_among_equal_outcomes_has_an_error():
    values = np.array([5.0] * 2 + [10.0] * 98)
    found = influence_values(Measure.named("quantile_5_a"), values)
    assert found.mean() == pytest.approx(10.0)
    assert found.std() > 0
    np.testing.assert_array_equal(influence_values(Measure.named("quantile_5_a"), np.ones(9)), 1)


def outcomes(count=400):
    random = np.random.default_rng(2)
    plans = {"safe": random.normal(10, 1, count), "bold": random.normal(11, 4, count)}
    plans["worse"] = plans["safe"] - 1
    parts = [
        pl.DataFrame({"replication": range(count), "mean_profit": values}).with_columns(
            plan=pl.lit(plan)
        )
        for plan, values in plans.items()
    ]
    return pl.concat(parts)


def test_the_best_by_the_mean_is_not_the_best_if_it_goes_badly():
    frame = outcomes()
    assert best(frame, outcome="mean_profit")["plan"][0] == "bold"
    ranked = best(frame, outcome="shortfall_5_profit")
    assert ranked["plan"].to_list() == ["safe", "worse", "bold"]
    risk = risk_measures(frame, outcome="mean_profit")
    assert ranked["mean"][0] == pytest.approx(risk.filter(plan="safe")["shortfall"].item())
    assert ranked["replications_to_trust"][0] >= 200
    assert not best(outcomes(100), outcome="shortfall_5_profit")["trustworthy"].any()
    pair = {"first": "safe", "second": "bold", "outcome": "shortfall_5_profit"}
    found = sample_size(frame, **pair)
    assert found.replications == 200
    assert not sample_size(outcomes(100), **pair).trustworthy


def test_a_column_of_that_name_is_a_column():
    frame = outcomes(20).rename({"mean_profit": "above_3_profit"})
    assert best(frame, outcome="above_3_profit")["mean"].max() > 5


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        ("shortfall_5_loss", "frame: lacks mean_loss"),
        ("quantile_100_profit", "quantile: got 100 percent in 'quantile_100_profit'; must be"),
    ],
)
def test_bad_outcomes(outcome, message):
    with pytest.raises(InvalidInput) as error:
        best(outcomes(20), outcome=outcome)
    assert str(error.value).startswith(message)


def test_groups_of_any_size_and_order_get_their_own_values():
    random = np.random.default_rng(4)
    sizes = {("a", 0): 5, ("b", 0): 9, ("a", 1): 5}
    rows = pl.concat(
        pl.DataFrame({"mean_x": random.normal(size=size)}).with_columns(
            plan=pl.lit(plan), point=pl.lit(point)
        )
        for (plan, point), size in sizes.items()
    ).sample(fraction=1.0, shuffle=True, seed=1)
    found = with_influence(rows, "quantile_20_x", ["point", "plan"])
    measure = Measure.named("quantile_20_x")
    for (plan, point), size in sizes.items():
        part = found.filter(plan=plan, point=point)
        assert part.height == size
        expected = influence_values(measure, part["mean_x"].to_numpy())
        np.testing.assert_array_equal(part["quantile_20_x"].to_numpy(), expected)
    assert with_influence(rows, "mean_x", ["plan"]) is rows
    assert with_influence(rows, "quantile_20_y", ["plan"]) is rows
