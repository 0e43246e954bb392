"""What a draw depends on, and how often it is what."""

import numba
import numpy as np
import pytest

from cakernel.recovery.kernel.shocks import (
    CYBER,
    MAX_CHAINS,
    MAX_FIRMS,
    MAX_PERIODS,
    POSITION_BITS,
    SUPPLY,
    draw_shocks,
    shock,
)

# a kernel that is not an entry is called through one
call_draw_shocks = numba.njit(lambda *arguments: draw_shocks(*arguments))
call_shock = numba.njit(lambda *arguments: shock(*arguments))


def shocks(*, periods, chains, firms, seed=3, scenario=5, replication=7, thresholds=None):
    supply = np.full((periods, chains, firms), 9, np.uint8)
    cyber = np.full((periods, chains), 9, np.uint8)
    if thresholds is None:
        thresholds = np.array([1 << 30, 1 << 31, 1 << 29, 1 << 31], np.uint64)
    call_draw_shocks(
        supply, cyber, np.uint64(seed), np.uint64(scenario), np.uint64(replication), thresholds
    )
    return supply, cyber


def test_draws_do_not_depend_on_the_size_of_the_grid_or_the_horizon():
    supply, cyber = shocks(periods=23, chains=4, firms=6)
    small_supply, small_cyber = shocks(periods=9, chains=2, firms=3)
    np.testing.assert_array_equal(supply[:9, :2, :3], small_supply)
    np.testing.assert_array_equal(cyber[:9, :2], small_cyber)


@pytest.mark.parametrize("changed", ["seed", "scenario", "replication"])
def test_draws_depend_on(changed):
    supply, cyber = shocks(periods=100, chains=3, firms=3)
    other_supply, other_cyber = shocks(periods=100, chains=3, firms=3, **{changed: 1000})
    # unrelated draws agree where two independent shocks do: in 1/4 + 1/16 + 1/16 of the places
    assert 0.2 < (supply == other_supply).mean() < 0.6
    assert 0.2 < (cyber == other_cyber).mean() < 0.7


def test_supply_and_cyber_draws_are_apart():
    equal = np.array([1 << 30, 1 << 31, 1 << 30, 1 << 31], np.uint64)
    supply, cyber = shocks(periods=400, chains=2, firms=1, thresholds=equal)
    assert 0.3 < (supply[:, :, 0] == cyber).mean() < 0.5


def test_frequencies():
    supply, _ = shocks(periods=2000, chains=10, firms=10)
    severe, mild = (supply == 2).mean(), (supply == 1).mean()
    # 200,000 draws of 1/4 have a standard error of 0.001
    assert severe == pytest.approx(0.25, abs=0.005)
    assert mild == pytest.approx(0.25, abs=0.005)


def test_probabilities_of_one_and_zero_are_certain():
    certain = np.array([1 << 32, 1 << 32, 0, 1 << 32], np.uint64)
    supply, cyber = shocks(periods=50, chains=3, firms=5, thresholds=certain)
    assert (supply == 2).all()
    assert (cyber == 1).all()
    never, _ = shocks(periods=50, chains=3, firms=5, thresholds=np.zeros(4, np.uint64))
    assert (never == 0).all()


@pytest.mark.parametrize(
    ("word", "severe_below", "hit_below", "expected"),
    [
        (4, 5, 9, 2),
        (5, 5, 9, 1),
        (8, 5, 9, 1),
        (9, 5, 9, 0),
        # never is never, and always always
        (0, 0, 0, 0),
        (0, 0, 1, 1),
        ((1 << 32) - 1, 1 << 32, 1 << 32, 2),
        ((1 << 32) - 1, 0, 1 << 32, 1),
    ],
)
def test_a_draw_is_below_its_threshold_or_not(word, severe_below, hit_below, expected):
    assert call_shock(*map(np.uint64, (word, severe_below, hit_below))) == expected


def test_the_largest_grids_and_horizons_fill_the_counter_and_no_more():
    bits = int(POSITION_BITS)
    assert 1 << bits == MAX_FIRMS
    assert MAX_CHAINS << bits == 1 << 32
    assert (int(SUPPLY), MAX_PERIODS) == (0, int(CYBER))
    assert int(CYBER) + (MAX_PERIODS - 1) // 4 < 1 << 32
