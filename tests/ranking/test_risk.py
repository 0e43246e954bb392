"""Quantiles, expected shortfall and targets: against their definitions, written out."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cakernel import InvalidInput, risk_measures

VALUES = [7.0, 1.0, 3.0, 9.0, 4.0, 4.0, 8.0, 2.0]


def frame_of(values, plan="plan"):
    rows = {"plan": [plan] * len(values), "replication": range(len(values)), "profit": values}
    return pl.DataFrame(rows, schema_overrides={"profit": pl.Float64})


def measured(values, **options):
    return risk_measures(frame_of(values), outcome="profit", **options).row(0, named=True)


def worst(values, tail):
    """Return the mean of the worst share, the replication at its edge in part, one by one."""
    left, total = tail * len(values), 0.0
    for value in sorted(values):
        part = min(1.0, left)
        total += part * value
        left -= part
        if left <= 0:
            break
    return total / (tail * len(values))


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30),
    st.floats(0.001, 0.999),
)
def test_a_shortfall_is_the_mean_of_the_worst(values, tail):
    row = measured(values, tail=tail, bootstrap=1)
    assert row["shortfall"] == pytest.approx(worst(values, tail), rel=1e-9, abs=1e-6)
    slack = 1e-9 * max(1.0, *map(abs, values))
    assert min(values) - slack <= row["shortfall"] <= np.mean(values) + slack
    # Rockafellar and Uryasev (2002): the largest over c of c - E[max(c - X, 0)] / tail
    levels = [c - np.mean(np.maximum(c - np.array(values), 0)) / tail for c in values]
    assert row["shortfall"] == pytest.approx(max(levels), rel=1e-9, abs=1e-3)


def test_quantiles_are_those_of_the_order_statistics():
    row = measured(VALUES, quantiles=[0.5, 0.975, 1 / 7])
    assert row["quantile_50"] == 4.0
    assert row["quantile_97.5"] == pytest.approx(8 + 0.825)
    assert row["quantile_14.2857"] == pytest.approx(2.0)
    assert (row["replications"], row["mean"]) == (8, np.mean(VALUES))


@pytest.mark.parametrize(("target", "above"), [(4.0, 3), (0.0, 8), (9.0, 0)])
def test_the_interval_of_a_probability_is_exact(target, above):
    row = measured(VALUES, target=target, confidence=0.9)
    exact = stats.binomtest(above, 8).proportion_ci(0.9, method="exact")
    assert row["probability_above"] == above / 8
    assert (row["above_lower"], row["above_upper"]) == pytest.approx((exact.low, exact.high))
    assert "probability_above" not in measured(VALUES)


def test_the_error_of_a_shortfall_covers():
    """Of normal outcomes the true shortfall is known; it is missed by 3 errors in few samples."""
    random, tail, missed = np.random.default_rng(3), 0.2, 0
    true = -stats.norm.pdf(stats.norm.ppf(tail)) / tail
    for n in range(60):
        row = measured(random.normal(size=200).tolist(), tail=tail, bootstrap=200, seed=n)
        missed += abs(row["shortfall"] - true) > 3 * row["shortfall_error"]
    assert missed <= 3


def test_groups_and_policies_stand_apart():
    frame = pl.concat([frame_of(VALUES, "b"), frame_of([1.0], "a")])
    rows = risk_measures(frame, outcome="profit")
    assert rows["plan"].to_list() == ["b", "a"]
    assert rows["shortfall_error"].is_null().to_list() == [False, True]
    both = pl.concat([frame.with_columns(point=pl.lit(n)) for n in (0, 1)])
    rows = risk_measures(both, outcome="profit", by=["point"])
    assert rows.select("point", "plan").rows() == [(0, "b"), (0, "a"), (1, "b"), (1, "a")]


@pytest.mark.parametrize(
    ("frame", "options", "message"),
    [
        (frame_of(VALUES), {"tail": 0.0}, "tail: got 0.0; must be a number above 0 and below 1"),
        (frame_of(VALUES), {"quantiles": [1.0]}, "quantiles"),
        (frame_of(VALUES).drop("profit"), {}, "frame: lacks profit; must have the columns plan"),
        (frame_of([]), {}, "frame: got no rows"),
        (frame_of([math.nan]), {}, "profit: got a number that is not finite"),
    ],
)
def test_bad_input(frame, options, message):
    with pytest.raises(InvalidInput) as error:
        risk_measures(frame, **{"outcome": "profit"} | options)
    assert str(error.value).startswith(message)
