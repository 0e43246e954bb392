"""Estimates and intervals are what their definitions say, with noise that differs by point."""

from dataclasses import FrozenInstanceError
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from cakernel import InvalidInput
from cakernel.sensitivity import estimators
from cakernel.sensitivity.estimators import morris_indices, noise_share, sobol_indices

AXES, BLOCKS = 3, 24


def sobol_design(second_order):
    """Return outcomes and noise of a design in its order: A, AB, BA, B."""
    rng = np.random.default_rng(3)
    a, b = rng.random((2, BLOCKS, AXES))
    points = [a]
    for one, other in ((a, b), (b, a)) if second_order else ((a, b),):
        for axis in range(AXES):
            mixed = one.copy()
            mixed[:, axis] = other[:, axis]
            points.append(mixed)
    points.append(b)
    values = np.stack([5 + x[:, 0] + 2 * x[:, 1] * x[:, 2] for x in points], axis=1)
    # far less than the outcome varies, and another at each point
    return values, 0.02 * rng.random(values.shape)


def sobol_by_definition(values, noise, second_order):
    """Return all indices of one sample."""
    a, b = values[:, 0], values[:, -1]
    noise = noise.mean(axis=0)
    real = np.var([*a, *b]) - (noise[0] + noise[-1]) / 2
    first = [np.mean(b * (values[:, 1 + j] - a)) / real for j in range(AXES)]
    total = [
        (np.mean((a - values[:, 1 + j]) ** 2) - noise[0] - noise[1 + j]) / 2 / real
        for j in range(AXES)
    ]
    second = [
        np.mean(values[:, 1 + AXES + j] * values[:, 1 + k] - a * b) / real - first[j] - first[k]
        for j, k in combinations(range(AXES), 2)
        if second_order
    ]
    return np.array([*first, *total, *second])


@pytest.mark.parametrize("confidence", [0.95, 0.5])
@pytest.mark.parametrize("second_order", [False, True])
@pytest.mark.parametrize("together", [3, 2, 1])
def test_sobols_indices(second_order, together, confidence, monkeypatch):
    values, noise = sobol_design(second_order)
    monkeypatch.setattr(estimators, "MOST_NUMBERS", together * values.size)
    found = sobol_indices(
        values, noise, axes=AXES, second_order=second_order, confidence=confidence, bootstrap=3,
        seed=8,
    )  # fmt: skip
    names = [(kind, n, None) for kind in ("first", "total") for n in range(AXES)]
    names += [("second", *pair) for pair in combinations(range(AXES), 2) if second_order]
    assert [(each.index, each.axis, each.other) for each in found] == names
    centred = values - values.mean()
    expected = sobol_by_definition(centred, noise, second_order)
    assert [each.value for each in found] == pytest.approx(expected)
    plain = sobol_by_definition(centred, 0 * noise, second_order)
    assert [each.uncorrected for each in found] == pytest.approx(plain)
    rng = np.random.default_rng(8)
    parts = {3: [3], 2: [2, 1], 1: [1, 1, 1]}[together]
    drawn = [rng.integers(BLOCKS, size=(BLOCKS, part)).T for part in parts]
    resampled = [
        sobol_by_definition(centred[rows], noise[rows], second_order)
        for rows in np.concatenate(drawn)
    ]
    half = stats.norm.ppf((1 + confidence) / 2) * np.std(resampled, axis=0, ddof=1)
    assert [each.low for each in found] == pytest.approx(expected - half)
    assert [each.high for each in found] == pytest.approx(expected + half)


def test_more_numbers_than_are_held_at_a_time_are_resampled_one_by_one(monkeypatch):
    monkeypatch.setattr(estimators, "MOST_NUMBERS", 1)
    values, noise = sobol_design(second_order=False)
    found = sobol_indices(values, noise, axes=AXES, second_order=False, bootstrap=4)
    assert all(each.low < each.value < each.high for each in found)


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_no_interval_is_known_where_a_resample_may_not_vary(noise):
    # the first block alone has the same outcome at A and B
    values = np.array([[1.0, 5.0, 2.0, 1.0], [3.0, 3.5, 2.0, 4.0]])
    found = sobol_indices(
        values, np.full(values.shape, noise), axes=2, second_order=False, bootstrap=50
    )
    assert all(np.isfinite(each.value) for each in found)
    assert {(each.low, each.high) for each in found} == {(None, None)}


def test_what_sobols_indices_default_to():
    values, noise = sobol_design(second_order=False)
    asked = {"axes": AXES, "second_order": False}
    given = {"confidence": 0.95, "bootstrap": 1000, "seed": 1}
    found = sobol_indices(values, noise, **asked)
    assert found == sobol_indices(values, noise, **asked, **given)
    with pytest.raises(FrozenInstanceError):
        found[0].value = 0.0


def test_the_share_of_noise():
    assert noise_share(np.array([[0.0, 4.0]]), np.array([[1.0, 2.0]])) == pytest.approx(3 / 8)
    assert np.isnan(noise_share(np.ones((2, 2)), np.ones((2, 2))))
    values, noise = sobol_design(second_order=False)
    # that of A and B, whatever the others'
    share = noise_share(values[:, [0, -1]], noise[:, [0, -1]])
    noise[:, 1:-1] *= 0.5
    for factor, refused in ((0.99, False), (1.01, True)):
        scaled = noise * factor / share
        if refused:
            with pytest.raises(InvalidInput, match="outcome: 101% of its variance is noise"):
                sobol_indices(values, scaled, axes=AXES, second_order=False, bootstrap=2)
        else:
            sobol_indices(values, scaled, axes=AXES, second_order=False, bootstrap=2)
    same = np.full_like(values, 3.0)
    with pytest.raises(InvalidInput, match="outcome: is the same at all points"):
        sobol_indices(same, 0 * same, axes=AXES, second_order=False, bootstrap=2)
    # nor does it help that others vary
    between = values.copy()
    between[:, [0, -1]] = 3.0
    with pytest.raises(InvalidInput, match="outcome: is the same at all points of the base sam"):
        sobol_indices(between, 0 * same, axes=AXES, second_order=False, bootstrap=2)
    exactly = np.array([[0.0, 1.0, 1.0, 2.0]] * 2)
    half = np.full(exactly.shape, np.var(exactly[:, [0, -1]]))
    with pytest.raises(InvalidInput, match="100% of its variance is noise"):
        sobol_indices(exactly, half, axes=2, second_order=False, bootstrap=2)


def test_indices_do_not_depend_on_the_outcomes_unit():
    values, noise = sobol_design(second_order=True)
    asked = {"axes": AXES, "second_order": True, "bootstrap": 5}
    tiny = sobol_indices(values / 2**20, noise / 2**40, **asked)
    for one, other in zip(tiny, sobol_indices(values, noise, **asked), strict=True):
        assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high))


def morris_design():
    """Return a sample, its outcomes and noise, and effects, (trajectories, axes), by hand."""
    rng = np.random.default_rng(4)
    trajectories = 10
    unit = np.zeros((trajectories, AXES + 1, AXES))
    # axes are moved in any order, up or down, and not where the sample says
    taken = np.zeros_like(unit)
    when = np.array([rng.permutation(AXES) for _ in range(trajectories)])
    for n, order in enumerate(when):
        for axis, at in enumerate(order):
            step = rng.choice([-0.5, 0.5])
            unit[n, at + 1 :, axis] += step
            taken[n, at + 1 :, axis] += 0.8 * step
    values = rng.normal(size=(trajectories, AXES + 1)) + 3 * taken[:, :, 0] + 9 * taken[:, :, 1]
    noise = 0.05 * rng.random(values.shape)
    effects, added = np.zeros((2, trajectories, AXES))
    for n, order in enumerate(when):
        for axis, at in enumerate(order):
            delta = taken[n, at + 1, axis] - taken[n, at, axis]
            effects[n, axis] = (values[n, at + 1] - values[n, at]) / delta
            added[n, axis] = (noise[n, at + 1] + noise[n, at]) / delta**2
    return unit, taken, values, noise, effects, added


def morris_by_definition(effects, added):
    """Return mu, mu_star and the square of sigma, (3, axes), of one sample."""
    mu, whole = effects.mean(axis=0), effects.var(axis=0, ddof=1)
    own = whole - added.mean(axis=0)
    size = np.abs(effects).mean(axis=0)
    for n in range(AXES):
        spreads = np.sqrt([max(own[n], 0), whole[n]])
        after, before = (
            stats.foldnorm.mean(abs(mu[n]) / spread, scale=spread) if spread > 0 else abs(mu[n])
            for spread in spreads
        )
        size[n] *= after / before
    return np.array([mu, np.maximum(size, np.abs(mu)), own])


@pytest.mark.parametrize("confidence", [0.99999, 0.95, 0.5])
@pytest.mark.parametrize("noisy", [0.2, 1.0, 30.0])
def test_morris_indices(confidence, noisy):
    unit, taken, values, noise, effects, added = morris_design()
    found = morris_indices(
        unit, taken, values, noisy * noise, confidence=confidence, bootstrap=4, seed=6
    )
    names = [(kind, n, None) for kind in ("mu", "mu_star", "sigma") for n in range(AXES)]
    assert [(each.index, each.axis, each.other) for each in found] == names
    at = morris_by_definition(effects, noisy * added)
    plain = morris_by_definition(effects, 0 * added)
    rows = np.random.default_rng(6).integers(10, size=(4, 10))
    resampled = [morris_by_definition(effects[some], noisy * added[some]) for some in rows]
    half = stats.t.ppf((1 + confidence) / 2, 9) * np.std(resampled, axis=0, ddof=1)
    low, high = at - half, at + half
    low[1] = np.maximum(low[1], 0)
    for three in (at, low, high, plain):
        three[2] = np.sqrt(np.maximum(three[2], 0))
    assert [each.value for each in found] == pytest.approx(at.ravel())
    assert [each.low for each in found] == pytest.approx(low.ravel())
    assert [each.high for each in found] == pytest.approx(high.ravel())
    assert [each.uncorrected for each in found] == pytest.approx(plain.ravel())


def test_what_morris_indices_default_to():
    design = morris_design()[:4]
    given = {"confidence": 0.95, "bootstrap": 1000, "seed": 1}
    assert morris_indices(*design) == morris_indices(*design, **given)


def test_effects_without_any_spread_are_their_size():
    unit, taken, _, noise, *_ = morris_design()
    linear = 2 * taken[:, :, 0] - 3 * taken[:, :, 1]
    found = morris_indices(unit, taken, linear, 0 * noise, bootstrap=3)
    expected = [2, -3, 0, 2, 3, 0, 0, 0, 0]
    assert [each.value for each in found] == pytest.approx(expected, abs=1e-6)


def test_effects_do_not_depend_on_the_outcomes_unit():
    unit, taken, values, noise, *_ = morris_design()
    tiny = morris_indices(unit, taken, values / 2**20, noise / 2**40, bootstrap=5)
    for one, other in zip(
        tiny, morris_indices(unit, taken, values, noise, bootstrap=5), strict=True
    ):
        assert (one.value, one.high) == pytest.approx((other.value / 2**20, other.high / 2**20))


def test_steps_that_move_no_axis_or_several_are_refused():
    unit, taken, values, noise, *_ = morris_design()
    still = unit.copy()
    still[3, 1:] = still[3, :1]
    # each axis once, but two of them at a step
    both = unit.copy()
    both[3] = [[0, 0, 0], [0.5, 0.5, 0], [0.5, 0.5, 0], [0.5, 0.5, 0.5]]
    # at each step one axis, but one of them twice
    twice = unit.copy()
    twice[3] = [[0, 0, 0], [0.5, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0]]
    for bad in (still, both, twice):
        with pytest.raises(InvalidInput, match="a step of a trajectory changes no axis, or sev"):
            morris_indices(bad, taken, values, noise, bootstrap=2)
    same = np.full_like(values, 3.0)
    with pytest.raises(InvalidInput, match="outcome: is the same at all points"):
        morris_indices(unit, taken, same, noise, bootstrap=2)
