"""Sample sizes: the promised power is kept, nothing else is promised."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from cakernel import InvalidInput, Policy
from cakernel.ranking import SampleSize, best, sample_size
from cakernel.ranking.student import power, quantile, replications_needed
from helpers.answer_frames import paired_frame

FIRST, SECOND = "SRD-1 CRD-5 P", "SRD-2 CRD-5 P"


def needed(frame: pl.DataFrame, **options) -> SampleSize:
    asked = {"first": FIRST, "second": SECOND, "outcome": "mean_resources"} | options
    return sample_size(frame, **asked)


def settled_share(effect: float, replications: int, level: float, times: int = 20_000) -> float:
    """Simulate how often the t interval excludes 0."""
    each = effect + np.random.default_rng(1).normal(size=(times, replications))
    half = quantile(1 - level / 2, replications - 1) * each.std(axis=1, ddof=1)
    return float((np.abs(each.mean(axis=1)) > half / np.sqrt(replications)).mean())


@pytest.mark.parametrize("effect", [0.2, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("level", [0.05, 0.001])
def test_the_number_found_has_the_power_and_one_less_has_not(effect, level):
    [number] = replications_needed(effect, level=level, power_wanted=0.9, most=10_000)
    assert settled_share(effect, number, level) >= 0.9 - 0.007
    if number > 2:
        assert settled_share(effect, number - 1, level) <= 0.9 + 0.007
    assert power(number, effect, level) >= 0.9


def exact(difference: float, deviation: float, count: int = 50) -> np.ndarray:
    """Return two policies whose differences have exactly this mean and standard deviation."""
    rng = np.random.default_rng(2)
    other = 100 + rng.normal(size=count)
    each = rng.normal(size=count)
    each = difference + deviation * (each - each.mean()) / each.std(ddof=1)
    return np.array([other + each, other])


def test_a_clear_difference():
    found = needed(paired_frame(exact(0.5, 1.0)))
    # 44 is the textbook number for an effect of 0.5, level 0.05, power 0.9
    assert found.replications == 44
    assert found.settled
    assert (found.difference, found.deviation) == pytest.approx((0.5, 1.0))
    assert found.at_best < 44 < found.at_worst
    policies = [Policy(supply_rule=rule, cyber_rule="CRD-5") for rule in ("SRD-2", "SRD-1")]
    turned = needed(paired_frame(exact(0.5, 1.0)), first=policies[0], second=policies[1])
    assert turned.replications == 44
    assert (turned.lower, turned.upper) == pytest.approx((-found.upper, -found.lower))


def test_no_difference_is_not_settled():
    found = needed(paired_frame(exact(1e-9, 1.0)))
    assert (found.replications, found.at_worst, found.settled) == (None, None, False)
    assert str(found).startswith("not settled by 1,000,000 replications (difference 1e-09")
    assert str(found).endswith("to any number over that interval)")
    same = np.ones((2, 1)) * np.arange(5.0)
    found = needed(paired_frame(same), most=100)
    assert (found.replications, found.at_best, found.difference) == (None, None, 0)
    assert "not settled by 100 replications" in str(found)


def test_an_unsure_difference_promises_no_upper_number():
    found = needed(paired_frame(exact(0.2, 1.0)))
    assert found.lower < 0 < found.upper
    assert found.replications == 265
    assert (found.at_best < 265, found.at_worst) == (True, None)


def test_the_side_of_the_edge():
    values = np.array([[95.5], [100.0]]) + np.random.default_rng(3).normal(size=(2, 40))
    frame = paired_frame(values)
    found = needed(frame, tolerance=0.05)
    margin = values[0] - 0.95 * values[1]
    assert found.difference == pytest.approx(margin.mean())
    assert found.deviation == pytest.approx(margin.std(ddof=1))
    # the same numbers stand in the frame of `best`
    row = best(frame, outcome="mean_resources", bootstrap=1).row(1, named=True)
    assert row["replications_to_settle_side"] == found.replications
    assert (row["margin_lower"], row["margin_upper"]) == pytest.approx((found.lower, found.upper))
    difference = needed(frame)
    assert row["replications_to_settle"] == difference.replications


def test_bad_input():
    frame = paired_frame(exact(1.0, 1.0))
    with pytest.raises(InvalidInput, match="second: got 'SRD-9'; must be one of the frame's"):
        needed(frame, second="SRD-9")
    with pytest.raises(InvalidInput, match="most: got 1; must be a whole number from 2"):
        needed(frame, most=1)
