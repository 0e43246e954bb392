"""Moments are exact whatever the size of outcomes, and tables divide them by what they count."""

from dataclasses import FrozenInstanceError
from fractions import Fraction
from statistics import variance

import numpy as np
import polars as pl
import pytest

import cakernel as ck
from cakernel.recovery.kernel.sums import LIMBS, empty_sums
from cakernel.recovery.outcomes import Moments, by_replication, by_scenario, over_scenarios
from helpers.instances import batch_of_models

POLICIES = ck.policies(supply_rules=["SRD-1", "SRD-4"], cyber_rules=["CRD-2"], principles=["C"])
MODEL = ck.Model(chains=2, firms=3, periods=7)
# what the second scenario counts in is finer than the first's quarters
SCENARIOS = [
    ck.paper_scenarios()[0],
    ck.paper_scenarios()[0].replace(operational_cost=(0.1, 0.2, 0.3)),
    ck.paper_scenarios()[0].replace(operational_cost=(0.5, 2.0, 2.5)),
]
# horizons put them in another order
PERIODS = (7, 3, 5)


def batch():
    models = [MODEL.replace(periods=periods) for periods in PERIODS]
    return batch_of_models(zip(models, SCENARIOS, range(len(models)), strict=True))


def outcomes_of(limit, replications):
    """Return random outcomes, (3, policies, scenarios, replications), in quanta."""
    rng = np.random.default_rng(replications)
    each = rng.integers(limit // 2, limit, (3, len(POLICIES), 3, replications), endpoint=True)
    made = batch()
    # resources are whole multiples of a scenario's own unit
    each[2][:, made.position] //= made.times[:, None]
    each[2][:, made.position] *= made.times[:, None]
    return each


def summed(each, *, keep):
    """Return the sums that a kernel would make of outcomes."""
    sums = empty_sums(len(POLICIES), batch().position, each.shape[-1], each=keep)
    if keep:
        sums.each[:] = each.ravel()
        return sums
    sums.first[:] = each[..., 0].ravel()
    for at, values in enumerate(each.reshape(-1, each.shape[-1]).tolist()):
        words = []
        for number, limbs in ((sum(values), 2), (sum(value**2 for value in values), 4)):
            # a word has room for more than 32 bits: the last takes all that is left
            words += [number >> 32 * n & 0xFFFFFFFF for n in range(limbs - 1)]
            words.append(number >> 32 * (limbs - 1))
        sums.limbs[at * LIMBS : (at + 1) * LIMBS] = words
    return sums


def exact(each):
    """Return means and variances in the users' units, as fractions made floats."""
    made = batch()
    units = np.empty(3, object)
    pairs = zip(made.denominator.tolist(), made.times.tolist(), strict=True)
    units[made.position] = [Fraction(1, bottom * times) for bottom, times in pairs]
    means, variances = np.empty(each.shape[:3]), np.empty(each.shape[:3])
    for outcome, policy, scenario in np.ndindex(each.shape[:3]):
        unit = units[scenario] if outcome == 2 else 1
        values = [unit * value for value in each[outcome, policy, scenario].tolist()]
        means[outcome, policy, scenario] = sum(values) / len(values)
        variances[outcome, policy, scenario] = variance(values)
    return means, variances


@pytest.mark.parametrize("limit", [3000, 2**31 + 9, 2**40, 2**61])
@pytest.mark.parametrize("replications", [2, 9])
def test_moments_are_exact(limit, replications):
    each = outcomes_of(limit, replications)
    made = batch()
    assert len(set(made.times)) > 1
    assert made.position.tolist() == [1, 2, 0]
    moments = Moments.of(summed(each, keep=False), made, replications)
    means, variances = exact(each)
    assert moments.mean == pytest.approx(means, rel=1e-14)
    assert moments.variance == pytest.approx(variances, rel=1e-10)
    assert moments.pivot[:2] == pytest.approx(each[:2, ..., 0])
    assert moments.each.size == 0


@pytest.mark.parametrize(
    # the squares of their differences take more than 63 bits, their own do not; one limb alone
    ("first", "replications"),
    [(int(2**29.75), 17), (2**32, 3), (2**48, 3)],
)
def test_squares_that_overflow_where_outcomes_do_not(first, replications):
    each = np.zeros((3, len(POLICIES), 3, replications), np.int64)
    each[:2, ..., 0] = first
    # in quanta of the finest unit
    each[2, ..., 0] = first // 20 * 20 if replications > 3 else 0
    moments = Moments.of(summed(each, keep=False), batch(), replications)
    means, variances = exact(each)
    assert moments.mean == pytest.approx(means, rel=1e-14)
    assert moments.variance == pytest.approx(variances, rel=1e-10)


def test_outcomes_that_do_not_vary_have_no_variance():
    each = np.full((3, len(POLICIES), 3, 5), 2**40 * 20)
    variances = Moments.of(summed(each, keep=False), batch(), 5).variance
    assert not variances.any()


def test_what_is_kept_of_each_replication_is_in_the_users_units():
    each = outcomes_of(3000, 4)
    moments = Moments.of(summed(each, keep=True), batch(), 3)
    assert moments.each.shape == (3, len(POLICIES), 3, 3)
    assert moments.each.mean(axis=-1) == pytest.approx(exact(each[..., :3])[0])
    assert moments.total.size == moments.squares.size == moments.pivot.size == 0


@pytest.mark.parametrize("count", [2, 6])
def test_tables_divide_by_firms_and_periods(count):
    each = outcomes_of(3000, count)
    means, variances = exact(each)
    rows = by_scenario(Moments.of(summed(each, keep=False), batch(), count), MODEL, POLICIES)
    assert rows["supply_rule"].to_list() == ["SRD-1"] * 3 + ["SRD-4"] * 3
    assert rows["scenario"].to_list() == [0, 1, 2] * 2
    assert rows["replications"].to_list() == [count] * 6
    for n, (name, size) in enumerate((("x", 42), ("y", 42), ("resources", 6))):
        assert rows[f"mean_{name}"].to_numpy() == pytest.approx(means[n].ravel() / size)
        errors = np.sqrt(variances[n].ravel() / count) / size
        assert rows[f"se_{name}"].to_numpy() == pytest.approx(errors)
        averaged = over_scenarios(rows)
        assert averaged[f"mean_{name}"].to_numpy() == pytest.approx(means[n].mean(axis=1) / size)
        together = np.sqrt((errors**2).reshape(2, 3).sum(axis=1)) / 3
        assert averaged[f"se_{name}"].to_numpy() == pytest.approx(together)
    assert averaged["supply_rule"].to_list() == ["SRD-1", "SRD-4"]
    assert averaged["replications"].to_list() == [count, count]


def test_one_replication_has_means_alone():
    each = outcomes_of(3000, 1)
    rows = by_scenario(Moments.of(summed(each, keep=False), batch(), 1), MODEL, POLICIES)
    for made in (rows, over_scenarios(rows)):
        errors = made.select("se_x", "se_y", "se_resources")
        assert set(errors.dtypes) == {pl.Float64}
        assert errors.null_count().row(0) == (made.height,) * 3


def test_rows_of_replications_stand_in_order():
    each = outcomes_of(3000, 4)
    rows = by_replication(Moments.of(summed(each, keep=True), batch(), 2), MODEL, POLICIES, 10)
    assert rows["supply_rule"].to_list() == ["SRD-1"] * 6 + ["SRD-4"] * 6
    assert rows["scenario"].to_list() == [0, 0, 1, 1, 2, 2] * 2
    assert rows["replication"].to_list() == [10, 11] * 6
    assert rows["mean_y"].to_numpy() == pytest.approx(each[1, ..., :2].ravel() / 42)


def test_moments_stay_as_they_are():
    moments = Moments.of(summed(outcomes_of(30, 2), keep=False), batch(), 2)
    with pytest.raises(FrozenInstanceError):
        moments.finished = 3


def test_policies_keep_their_order_when_scenarios_are_averaged():
    policies = ck.policies()
    each = np.ones((3, len(policies), 3, 2), np.int64)
    moments = Moments(2, each[..., 0], each[..., 0], each[..., 0], np.empty(0))
    rows = by_scenario(moments, MODEL, policies)
    averaged = over_scenarios(rows)
    names = ["supply_rule", "cyber_rule", "principle"]
    assert averaged.select(names).equals(rows.filter(pl.col("scenario") == 0).select(names))
