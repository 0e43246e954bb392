"""A comparison is judged by an interval of the difference of two best means."""

import numpy as np
import pytest

from cakernel.paper.claims.claim import Among, Comparison, truth
from cakernel.paper.published import PRINTED_SUPPLY_RULES
from helpers.claim_results import one, results


@pytest.mark.parametrize(
    ("relation", "lower", "upper", "expected"),
    [
        ("above", 0.1, 1, "true"),
        ("above", -1, -0.1, "false"),
        ("above", -1, 1, "open"),
        ("above", 0, 0, "false"),
        ("above", -1, 0, "false"),
        ("at least", 0, 0, "true"),
        ("at least", -1, -0.1, "false"),
        ("at least", -1, 0, "open"),
        ("below", -1, -0.1, "true"),
        ("below", 0, 1, "false"),
        ("below", -1, 0.1, "open"),
    ],
)
def test_truth_of_a_relation(relation, lower, upper, expected):
    assert truth(relation, lower, upper) == expected


def test_the_better_of_a_set_counts_and_is_named():
    place = results([100, 90, 104, 103, 80], spread=0.1)
    comparison = Comparison(
        "two against two",
        Among(("SRD-1", "SRD-3"), ("CRD-5",)),
        Among(("SRD-2", "SRD-4"), ("CRD-5",)),
    )
    row, holds = comparison.judge(place, level=0.05, power=0.9)
    assert (row["first"], row["second"]) == ("SRD-3 CRD-5 P", "SRD-4 CRD-5 P")
    assert row["lower"] < 1 < row["upper"]
    assert row["truth"] == "true"
    assert holds.all()
    only = Comparison("one", one("SRD-1"), one("SRD-2"))
    row, _ = only.judge(place, level=0.05, power=0.9)
    # two policies alone: the usual t interval
    values = place.values["mean_resources"]
    each = values[0] - values[1]
    half = 2.0930240544083 * each.std(ddof=1) / np.sqrt(20)
    assert (row["lower"], row["upper"]) == pytest.approx((each.mean() - half, each.mean() + half))


def test_intervals_of_best_against_best_cover():
    # two sides of three equal policies each: the highest of the means is biased, the interval not
    comparison = Comparison(
        "",
        Among(PRINTED_SUPPLY_RULES[:3], ("CRD-5",)),
        Among(PRINTED_SUPPLY_RULES[3:6], ("CRD-5",)),
    )
    covered = 0
    for seed in range(300):
        row, _ = comparison.judge(results([10.0] * 6, count=12, seed=seed), level=0.1, power=0.9)
        covered += row["lower"] <= 0 <= row["upper"]
    assert covered >= 0.87 * 300
