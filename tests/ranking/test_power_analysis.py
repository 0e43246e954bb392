"""Sample sizes: the promised power is kept, nothing else is promised."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

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
    assert (turned.replications, turned.settled) == (44, True)
    assert (turned.at_best, turned.at_worst) == (found.at_best, found.at_worst)
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


@pytest.mark.parametrize("tolerance", [None, 0.05])
def test_low_may_be_good(tolerance):
    values = np.array([[104.2], [100.0]]) + np.random.default_rng(3).normal(size=(2, 40))
    low = needed(paired_frame(values), tolerance=tolerance, maximise=False)
    high = needed(paired_frame(-values), tolerance=tolerance)
    # a difference has the sign of the outcomes, a margin is positive inside the edge
    away = values[0] - values[1] if tolerance is None else 1.05 * values[1] - values[0]
    assert (low.difference, low.deviation) == pytest.approx((away.mean(), away.std(ddof=1)))
    ends = (low.lower, low.upper)
    if tolerance is None:
        assert ends == pytest.approx((-high.upper, -high.lower))
    else:
        assert ends == pytest.approx((high.lower, high.upper))
        row = best(paired_frame(values), outcome="mean_resources", maximise=False, bootstrap=1)
        assert ends == pytest.approx(row.select("margin_lower", "margin_upper").row(1))
    assert low.settled
    assert (low.replications, low.at_best, low.at_worst) == (
        high.replications,
        high.at_best,
        high.at_worst,
    )


def test_it_says_what_it_takes():
    said = {
        "replications": 44,
        "at_best": 20,
        "at_worst": 1234,
        "difference": 0.5,
        "lower": 0.25,
        "upper": 0.75,
        "trustworthy": True,
        "deviation": 1.0,
        "at_hand": 1000,
        "settled": True,
        "most": 1_000_000,
    }
    assert str(SampleSize(**said)) == (
        "settled by 44 replications (difference 0.5, interval 0.25 to 0.75 at 1,000; 20 to 1,234 "
        "over that interval)"
    )
    unsure = {"replications": None, "at_best": None, "at_worst": None, "trustworthy": False}
    assert str(SampleSize(**said | unsure)) == (
        "not settled by 1,000,000 replications (difference 0.5, interval 0.25 to 0.75 at 1,000, "
        "too few for differences this skewed; more than 1,000,000 to any number over that interval)"
    )
    with pytest.raises(FrozenInstanceError):
        SampleSize(**said).replications = 3


def test_bad_input():
    frame = paired_frame(exact(1.0, 1.0))
    with pytest.raises(InvalidInput, match=r"second: got 'SRD-9'; .*, such as 'SRD-1 CRD-5 P'"):
        needed(frame, second="SRD-9")
    with pytest.raises(InvalidInput, match="most: got 1; must be a whole number from 2"):
        needed(frame, most=1)
    with pytest.raises(InvalidInput, match="most: got 1000000000001; must be a whole number from"):
        needed(frame, most=10**12 + 1)
    assert needed(frame, most=10**12).most == 10**12
