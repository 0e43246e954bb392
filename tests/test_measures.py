"""Names of measures besides the mean: what they stand for, and what is said of others."""

import pytest

from cakernel import InvalidInput
from cakernel.measures import Measure, measure_among, unknown_outcome
from cakernel.models import outcome_in_words, terms_of


@pytest.mark.parametrize(
    ("name", "measure", "value"),
    [
        ("quantile_5_resources", ("quantile", "5", "resources"), 0.05),
        ("quantile_7_x", ("quantile", "7", "x"), 0.07),
        ("quantile_97.50_mean_x", ("quantile", "97.5", "x"), 0.975),
        ("shortfall_2.5_economic_welfare", ("shortfall", "2.5", "economic_welfare"), 0.025),
        ("above_-3_y", ("above", "-3", "y"), -3.0),
    ],
)
def test_a_name_says_kind_number_and_outcome(name, measure, value):
    found = Measure.named(name)
    assert (found, found.value) == (measure, value)
    assert Measure.named(found.name) == found


@pytest.mark.parametrize("name", ["mean_x", "x", "quantile_5", "shortfall_x", "above_1e3_x", ""])
def test_other_names_are_none(name):
    assert Measure.named(name) is None


@pytest.mark.parametrize("name", ["quantile_120_x", "quantile_0_x", "shortfall_100_x"])
def test_percentages_have_a_range(name):
    with pytest.raises(InvalidInput, match="must be above 0 and below 100 percent"):
        Measure.named(name)


def test_only_measures_of_known_outcomes_are_found():
    assert measure_among("quantile_5_x", ["x", "y"]) == ("quantile", "5", "x")
    assert measure_among("quantile_5_profit", ["x", "y"]) is None


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("resorces", "resources"),
        ("shortfal_10_resources", "shortfall_10_resources"),
        ("quantile_5_resuorces", "quantile_5_resources"),
        # a measure of nothing is of the leading outcome
        ("above_97", "above_97_resources"),
        ("shortfall_5_", "shortfall_5_resources"),
    ],
)
def test_an_unknown_outcome_is_told_the_nearest(name, near):
    told = str(unknown_outcome(name, ["mean_resources", "mean_x"]))
    assert told.endswith(f"must be one of mean_resources, mean_x; did you mean {near}?")
    assert "did you mean" not in str(unknown_outcome("zzz", ["mean_resources"]))


def test_measures_have_words():
    of = "mean resources R at the end"
    assert outcome_in_words("shortfall_5_resources") == f"{of} in the worst 5% of replications"
    assert outcome_in_words("quantile_50_resources") == f"median of {of}"
    column = terms_of("recovery").column
    assert column("quantile_2.5_resources") == f"2.5% quantile of {of}"
    assert column("above_97_resources") == f"probability that {of} is above 97"
    assert column("se_above_97_resources").startswith("standard error of the probability")
