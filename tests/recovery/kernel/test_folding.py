"""Whole numbers become the outcomes of points, and these means and errors, to the bit."""

import math
from fractions import Fraction
from statistics import fmean, stdev

import numpy as np
import pytest

from cakernel.recovery.kernel.folding import POINTS_AT_ONCE, REPLICATIONS_AT_ONCE
from cakernel.recovery.kernel.sums import MOST_OUTCOMES, RESOURCES, VALUE, empty_sums
from cakernel.recovery.outcomes import Extent
from cakernel.recovery.point_outcomes import mean_and_error_of, outcomes_of, parts_of

EXTENT = Extent(2, 3, np.array([7, 5, 7]))
# two scenarios a point: those of the second one are counted in sevenths and in fourths
OWNER = np.array([0, 0, 1, 1, 2, 2])
DENOMINATOR, TIMES = np.array([4, 2, 7, 4, 1, 1]), np.array([7, 14, 4, 14, 28, 28])
VALUES = np.array([8, 8, 7, 8, 10, 10])
TOGETHER = np.zeros(6, bool)


def summed(parts, replications, *, policies=2, most=1000):
    """Return random sums of each part, of resources a multiple of its quantum."""
    sums = empty_sums(policies, parts.place, replications, each=True, outcomes=MOST_OUTCOMES)
    each = sums.each.reshape(MOST_OUTCOMES, policies, -1, replications)
    each[...] = np.random.default_rng(replications).integers(most // 2, most, each.shape)
    each[RESOURCES] //= parts.times[:, None]
    each[RESOURCES] *= parts.times[:, None]
    return sums, each


def by_hand(each, parts, outcome, policy, point, r):
    """Return a point's outcome, number by number."""
    total = 0.0
    for part in range(parts.begin[point], parts.begin[point + 1]):
        number = int(each[outcome, policy, part, r])
        if outcome == RESOURCES:
            assert number % int(parts.times[part]) == 0
            number //= int(parts.times[part])
        total += float(number) * float(parts.unit[outcome, part])
    return total / float(parts.size[outcome, point])


def assert_by_hand(sums, each, parts):
    """Compare outcomes with those by hand, and means and errors with those of the outcomes."""
    outcomes = outcomes_of(sums, parts, each=True)
    assert outcomes.shape == (*each.shape[:2], len(parts.begin) - 1, each.shape[3])
    for at in np.ndindex(outcomes.shape):
        assert outcomes[at] == by_hand(each, parts, *at)
    found = outcomes_of(sums, parts, each=False)
    assert found.shape == (*outcomes.shape[:3], 2)
    for n, values in enumerate(outcomes):
        np.testing.assert_array_equal(np.moveaxis(found[n], -1, 0), mean_and_error_of(values))
    return outcomes, found


def test_what_parts_are_counted_in():
    parts = parts_of(OWNER, DENOMINATOR, TIMES, VALUES, EXTENT, TOGETHER)
    assert parts.begin.tolist() == [0, 1, 3, 4]
    # of 28 quanta of the sums the first point counts 7, a fourth; so does one part of the second
    assert parts.place[:2].tolist() == [0, 0]
    assert sorted(parts.place[2:4].tolist()) == [1, 2]
    assert parts.place[4:].tolist() == [3, 3]
    own = 1 / parts.unit[RESOURCES, parts.place]
    assert own.tolist() == [4, 4, 7, 4, 1, 1]
    assert parts.times[parts.place].tolist() == (DENOMINATOR * TIMES / own).tolist()
    assert (1 / parts.unit[VALUE, parts.place]).tolist() == VALUES.tolist()
    assert parts.size[:, 1].tolist() == [2 * 30, 2 * 30, 2 * 6, 2 * 6]


@pytest.mark.parametrize("replications", [1, 2, 5, REPLICATIONS_AT_ONCE + 1])
# below and beyond what float64 holds exactly
@pytest.mark.parametrize("most", [1000, 2**61])
def test_outcomes_of_points(replications, most):
    parts = parts_of(OWNER, DENOMINATOR, TIMES, VALUES, EXTENT, TOGETHER)
    sums, each = summed(parts, replications, most=most)
    _, found = assert_by_hand(sums, each, parts)
    if replications == 1:
        assert not found[..., 1].any()


@pytest.mark.parametrize("scenarios", [1, 2])
def test_more_points_than_are_folded_at_once(scenarios):
    count = POINTS_AT_ONCE + 3
    owner = np.repeat(np.arange(count), scenarios)
    denominator = np.random.default_rng(1).choice([1, 2, 5], len(owner))
    extent = Extent(1, 2, 1 + np.arange(count) % 3)
    parts = parts_of(owner, denominator, 10 // denominator, denominator, extent, owner < 0)
    assert (len(parts.times) > count) == (scenarios > 1)
    assert_by_hand(*summed(parts, 3, policies=1), parts)


def test_means_and_errors():
    values = np.random.default_rng(2).normal(50, 3, (2, 4, 30))
    means, errors = mean_and_error_of(values)
    for at in np.ndindex(means.shape):
        exact = list(map(Fraction, values[at]))
        assert means[at] == pytest.approx(float(sum(exact) / 30), rel=1e-14)
        assert means[at] == pytest.approx(fmean(values[at]), rel=1e-14)
        assert errors[at] == pytest.approx(stdev(values[at]) / math.sqrt(30), rel=1e-13)
