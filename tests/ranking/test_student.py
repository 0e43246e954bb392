"""Student's t: its quantiles and power are SciPy's, and the number found is the least."""

import numpy as np
import pytest
from scipy import special, stats

from cakernel.ranking.student import (
    LARGEST_EFFECT,
    effect_size,
    power,
    quantile,
    replications_needed,
)


def test_quantiles():
    degrees = np.array([1, 2, 7, 300])
    for probability in (0.2, 0.5, 0.975):
        assert quantile(probability, degrees) == pytest.approx(stats.t.ppf(probability, degrees))


@pytest.mark.parametrize("level", [0.3, 0.05, 0.001])
def test_power_is_that_of_the_noncentral_t(level):
    number, effect = np.array([2, 3, 10, 40]), np.array([0.0, 0.1, 0.5, 1.5])[:, None]
    edge = stats.t.ppf(1 - level / 2, number - 1)
    expected = stats.nct.sf(edge, number - 1, effect * np.sqrt(number))
    assert power(number, effect, level) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("effect", [50.0, LARGEST_EFFECT, 1e9, np.inf])
@pytest.mark.parametrize("number", [5, 100, 1_000_000])
def test_large_effects_are_surely_seen(effect, number):
    assert power(number, effect, 0.05) == pytest.approx(1)


@pytest.mark.parametrize("level", [0.05, 0.001])
def test_power_is_known_where_scipys_is_not(level):
    number = np.unique(np.logspace(1, 6, 100).astype(int))
    effect = np.linspace(35, 60, 50)[:, None] / np.sqrt(number)
    edge = stats.t.ppf(1 - level / 2, number - 1)
    assert np.isnan(special.nctdtr(number - 1, effect * np.sqrt(number), edge)).any()
    assert power(number, effect, level) == pytest.approx(np.ones(effect.shape))


def test_an_unknown_effect_has_no_power():
    assert np.isnan(power(10, np.nan, 0.05))


@pytest.mark.parametrize("level", [0.05, 0.01])
@pytest.mark.parametrize("power_wanted", [0.5, 0.9])
def test_no_smaller_number_has_the_power(level, power_wanted):
    most = 60
    effects = np.array([0.0, 0.1, 0.3, 0.45, -0.45, 0.8, 2.0, 5.0, 1e3, np.inf])
    found = replications_needed(effects, level=level, power_wanted=power_wanted, most=most)
    numbers = np.arange(2, most + 1)
    enough = power(numbers, np.abs(effects)[:, None], level) >= power_wanted
    expected = np.where(enough.any(axis=1), numbers[enough.argmax(axis=1)], 0)
    assert found.tolist() == expected.tolist()
    assert {0, 2} <= set(found.tolist())


def test_a_number_that_just_has_the_power_is_enough():
    just = float(power(17, 0.8, 0.05))
    for most in (17, 18, 1000):
        assert replications_needed(0.8, level=0.05, power_wanted=just, most=most) == [17]
    assert replications_needed(0.8, level=0.05, power_wanted=just, most=16) == [0]
    assert replications_needed(0.8, level=0.05, power_wanted=0.9) == [19]


def test_an_effect_is_a_size_over_a_deviation():
    found = effect_size([2.0, -2.0, 1.0, 0.0, 0.0], [4.0, 4.0, 0.0, 0.0, 3.0])
    assert found.tolist() == [0.5, 0.5, np.inf, 0.0, 0.0]
